//! Calls into a guest outside of a run: init and its options before, `handle-summary` after.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use squall_metrics::{Catalog, CatalogOptions, Registry, SystemTags};
use squall_net::{BatchLimits, Network, Settings};
use squall_plan::{Options, Plan};
use tokio::task::LocalSet;

use crate::capability::data::Folders;
use crate::capability::script::Modules;
use crate::capability::secrets::Secrets;
use crate::error::EngineError;
use crate::memory::image::{MemoryImage, Place};
use crate::recording::{Recording, RunTags};
use crate::runtime::{BareGuest, Exports, Guest, Runtime, Start, Template};
use crate::shared::{Limits, Shared, WorkerTally};
use crate::state::Phase;
use crate::vu::{CallEnd, Interrupt, Vu, VuIds};
use crate::worker::context::WorkerContext;
use crate::worker::event_loop;

/// The entry that a component without `entries` has.
const DEFAULT_ENTRY: &str = "default";

/// What a guest sees while it is called outside of a run.
#[derive(Clone)]
pub struct SoloInput {
    /// The environment that the guest sees.
    pub environment: BTreeMap<String, String>,
    /// The folders that the guest may read; they count when the guest is prepared.
    pub folders: Folders,
    /// What the guest may use.
    pub limits: Limits,
    /// The consolidated options as JSON; empty before they are known.
    pub options_json: String,
    /// What the guest may take as secrets.
    pub secrets: Secrets,
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
    /// True when it has `setup`.
    pub has_setup: bool,
    /// True when it has `teardown`.
    pub has_teardown: bool,
    /// True when it has `handle-summary`.
    pub handles_summary: bool,
}

/// Contents by path, `stdout` or `stderr`.
pub type SummaryFiles = Vec<(String, Vec<u8>)>;

impl Runtime {
    /// Makes one instance, asks it for its options, entries and metrics, and gets ready what VUs
    /// are made of.
    pub fn prepare(
        &self,
        guest: &Guest,
        input: SoloInput,
    ) -> Result<(Template, Probe), EngineError> {
        let template = Arc::new(Template::new(self, guest, input.folders.clone())?);
        let prepared = on_event_loop(async {
            let context = context(input, &template)?;
            let place = Arc::new(Place::default());
            let made = Vu::original(Rc::clone(&context), Arc::clone(&template), Arc::clone(&place));
            let mut vu = made.await?;
            let probe = ask(&mut vu, &context, &template.exports).await?;
            let start = match &guest.modules {
                Some(_) => start_of_script(&mut vu, guest.bare.as_ref(), &place).await?,
                None => Start::Plain,
            };
            Ok((probe, start))
        });
        let (probe, start) = prepared.map_err(|error| original(error, guest.modules.as_deref()))?;
        Ok((Template { start, ..Arc::unwrap_or_clone(template) }, probe))
    }

    /// Calls `handle-summary` with the summary data; `None` when the guest does not have it.
    pub fn handle_summary(
        &self,
        template: &Template,
        input: SoloInput,
        data_json: String,
        timeout: Duration,
    ) -> Result<Option<SummaryFiles>, EngineError> {
        let template = Arc::new(template.clone());
        let written = on_event_loop(async {
            let context = context(input, &template)?;
            let mut vu = Vu::new(context, Arc::clone(&template), VuIds::default()).await?;
            vu.enter_phase(Phase::Summary);
            let none = Interrupt::default();
            let index = template.exports.handle_summary.as_ref();
            let call = vu.call_export(index, (data_json,), &none);
            let Ok(end) = tokio::time::timeout(timeout, call).await else {
                return Err(EngineError::SummaryTimedOut { timeout });
            };
            let files: Option<Result<SummaryFiles, String>> =
                end.map(|end| end.returned("handle-summary")).transpose()?;
            files.transpose().map_err(|reason| failed("handle-summary", reason))
        });
        written.map_err(|error| original(error, template.modules.as_deref()))
    }
}

/// The error with positions in what the user wrote.
fn original(error: EngineError, modules: Option<&dyn Modules>) -> EngineError {
    match (error, modules) {
        (EngineError::Export { export, reason }, Some(modules)) => {
            EngineError::Export { export, reason: modules.original_positions(&reason) }
        }
        (error, _) => error,
    }
}

/// What a guest says of itself.
async fn ask(
    vu: &mut Vu,
    context: &WorkerContext,
    exports: &Exports,
) -> Result<Probe, EngineError> {
    let none = Interrupt::default();
    let options = vu.call_export(exports.options.as_ref(), (), &none).await;
    let options_json = options.map(|end| end.returned("options")).transpose()?;
    let entries = vu.call_export(exports.entries.as_ref(), (), &none).await;
    let entries: Option<Vec<String>> = entries.map(|end| end.returned("entries")).transpose()?;
    let is_script = context.shared.modules.is_some();
    // A script engine has all exports and names those that its script has.
    let has = |export: bool, entry: &str| match &entries {
        Some(entries) if is_script => entries.iter().any(|known| known == entry),
        _ => export,
    };
    Ok(Probe {
        options_json,
        has_setup: has(exports.setup.is_some(), "setup"),
        has_teardown: has(exports.teardown.is_some(), "teardown"),
        handles_summary: has(exports.handle_summary.is_some(), "handleSummary"),
        entries: entries.unwrap_or_else(|| vec![DEFAULT_ENTRY.to_owned()]),
        metrics: context.registry.borrow().clone(),
    })
}

/// An image of the memory that init has left behind, if it holds everything that init did.
async fn start_of_script(
    vu: &mut Vu,
    bare: Option<&BareGuest>,
    place: &Place,
) -> Result<Start, EngineError> {
    let Some(bare) = bare else { return Ok(Start::InitEach) };
    let differs = vu.state().and_then(|state| state.differs_by_vu.clone());
    if let Some(reason) = differs {
        tracing::info!(
            "each VU runs the script's init code by itself, since {reason}: VUs start slower and \
             need more memory than with init code that is the same for all"
        );
        return Ok(Start::InitEach);
    }
    let none = Interrupt::default();
    let globals_changed: Option<CallEnd<bool>> =
        vu.call_named_export(bare.globals_changed, (), &none).await;
    let holds_handles = vu.state().is_none_or(|state| !state.table.is_empty());
    if globals_changed != Some(CallEnd::Returned(false)) || holds_handles {
        tracing::info!(
            "each VU runs the script's init code by itself, since the engine holds state outside \
             of its memory"
        );
        return Ok(Start::InitEach);
    }
    MemoryImage::take(place).map(Start::Image).map_err(EngineError::Image)
}

fn on_event_loop<T>(work: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    let event_loop = event_loop()?;
    LocalSet::new().block_on(&event_loop, work)
}

/// A worker's context without a run around it.
pub(crate) fn context(
    input: SoloInput,
    template: &Template,
) -> Result<Rc<WorkerContext>, EngineError> {
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
        precise: false,
        limits: input.limits,
        min_iteration_duration: Duration::ZERO,
        discard_response_bodies: false,
        batch: BatchLimits::default(),
        catalog,
        tags,
        data: Arc::clone(&template.data),
        modules: template.modules.clone(),
        secrets: input.secrets,
        setup_data,
        plan,
        scenarios: Vec::new(),
        tallies: vec![WorkerTally::new(0)],
        start: OnceLock::new(),
        is_aborted: AtomicBool::new(false),
        marked_as_failed: OnceLock::new(),
    };
    let context =
        WorkerContext::new(0, Arc::new(shared), network, recording, Registry::new(), None)?;
    tokio::task::spawn_local(Rc::clone(&context).serve_timer());
    Ok(context)
}

fn failed(export: &'static str, reason: String) -> EngineError {
    EngineError::Export { export, reason }
}
