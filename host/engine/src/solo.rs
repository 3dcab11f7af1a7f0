//! Calls into a guest outside of a run: reading its options before, `handle-summary` after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use squall_metrics::{Catalog, CatalogOptions, Registry, SystemTags};
use squall_net::{BatchLimits, Network, Settings};
use squall_plan::{Options, Plan};
use tokio::task::LocalSet;
use wasmtime::component::Component;

use crate::capability::data::SharedData;
use crate::error::EngineError;
use crate::recording::{Recording, RunTags};
use crate::runtime::{Runtime, Template};
use crate::shared::{Limits, Shared, WorkerTally};
use crate::state::Phase;
use crate::vu::{CallEnd, Interrupt, Vu, VuIds};
use crate::worker::context::WorkerContext;
use crate::worker::event_loop;

/// The entry that a component without `entries` has.
const DEFAULT_ENTRY: &str = "default";

/// What a guest sees while it is called outside of a run.
#[derive(Debug, Clone)]
pub struct SoloInput {
    /// The environment that the guest sees.
    pub environment: BTreeMap<String, String>,
    /// The folder that the guest may read.
    pub script_folder: PathBuf,
    /// What the guest may use.
    pub limits: Limits,
    /// The consolidated options as JSON; empty before they are known.
    pub options_json: String,
    /// JSON text that `setup` returned.
    pub setup_data: Option<String>,
}

/// What a component says of itself.
#[derive(Debug, Clone)]
pub struct Probe {
    /// JSON text of its options, if it exports `options`.
    pub options_json: Option<String>,
    /// Names that `exec` may give.
    pub entries: Vec<String>,
    /// Built-in metrics and those that it declares.
    pub metrics: Registry,
    /// True when it exports `handle-summary`.
    pub handles_summary: bool,
}

/// Contents by path, `stdout` or `stderr`.
pub type SummaryFiles = Vec<(String, Vec<u8>)>;

impl Runtime {
    /// Makes one instance and asks it for its options, entries and metrics.
    pub fn probe(&self, component: &Component, input: SoloInput) -> Result<Probe, EngineError> {
        let template = Arc::new(Template::new(self, component)?);
        on_event_loop(async {
            let context = context(input)?;
            let mut vu =
                Vu::new(Rc::clone(&context), Arc::clone(&template), VuIds::default()).await?;
            let exports = &template.exports;
            let none = Interrupt::default();
            let options = vu.call_export(exports.options.as_ref(), (), &none).await;
            let options_json = options.map(|end| returned("options", end)).transpose()?;
            let entries = vu.call_export(exports.entries.as_ref(), (), &none).await;
            let entries = entries.map(|end| returned("entries", end)).transpose()?;
            Ok(Probe {
                options_json,
                entries: entries.unwrap_or_else(|| vec![DEFAULT_ENTRY.to_owned()]),
                metrics: context.registry.borrow().clone(),
                handles_summary: exports.handle_summary.is_some(),
            })
        })
    }

    /// Calls `handle-summary` with the summary data; `None` when the component does not export it.
    pub fn handle_summary(
        &self,
        component: &Component,
        input: SoloInput,
        data_json: String,
        timeout: Duration,
    ) -> Result<Option<SummaryFiles>, EngineError> {
        let template = Arc::new(Template::new(self, component)?);
        on_event_loop(async {
            let context = context(input)?;
            let mut vu = Vu::new(context, Arc::clone(&template), VuIds::default()).await?;
            vu.enter_phase(Phase::Summary);
            let none = Interrupt::default();
            let index = template.exports.handle_summary.as_ref();
            let call = vu.call_export(index, (data_json,), &none);
            let Ok(end) = tokio::time::timeout(timeout, call).await else {
                return Err(EngineError::SummaryTimedOut { timeout });
            };
            let files: Option<Result<SummaryFiles, String>> =
                end.map(|end| returned("handle-summary", end)).transpose()?;
            files.transpose().map_err(|reason| failed("handle-summary", reason))
        })
    }
}

fn on_event_loop<T>(work: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    let event_loop = event_loop()?;
    LocalSet::new().block_on(&event_loop, work)
}

/// A worker's context without a run around it.
pub(crate) fn context(input: SoloInput) -> Result<Rc<WorkerContext>, EngineError> {
    let network = Network::new(Arc::new(Settings::default())).map_err(EngineError::Network)?;
    let catalog = Catalog::new(Registry::new(), &[], CatalogOptions::default())
        .map(Arc::new)
        .map_err(|error| failed("options", error.to_string()))?;
    // Nothing of it is run; it stands for "no load".
    let (plan, _) =
        Plan::new(&Options::default()).map_err(|error| failed("options", error.to_string()))?;
    let tags = RunTags { own: Vec::new(), system: SystemTags::default() };
    let recording = Recording::new(&catalog, 0, &tags, false);
    let setup_data = OnceLock::new();
    // Set once: it is new.
    let _ = setup_data.set(input.setup_data);
    let shared = Shared {
        environment: input.environment,
        options_json: input.options_json,
        limits: input.limits,
        min_iteration_duration: Duration::ZERO,
        discard_response_bodies: false,
        batch: BatchLimits::default(),
        catalog,
        tags,
        data: SharedData::new(input.script_folder),
        setup_data,
        plan,
        scenarios: Vec::new(),
        tallies: vec![WorkerTally::new(0)],
        start: OnceLock::new(),
        marked_as_failed: OnceLock::new(),
    };
    let context =
        WorkerContext::new(0, Arc::new(shared), network, recording, Registry::new(), None)?;
    tokio::task::spawn_local(Rc::clone(&context).serve_timer());
    Ok(context)
}

fn returned<T>(export: &'static str, end: CallEnd<T>) -> Result<T, EngineError> {
    match end {
        CallEnd::Returned(value) => Ok(value),
        CallEnd::Trapped(reason) => Err(failed(export, reason)),
        CallEnd::Aborted(reason) => Err(EngineError::Aborted { export, reason }),
        CallEnd::Interrupted => Err(failed(export, "it was interrupted".to_owned())),
    }
}

fn failed(export: &'static str, reason: String) -> EngineError {
    EngineError::Export { export, reason }
}
