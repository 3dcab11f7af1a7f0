//! Starts a run: workers, queues, the control plane; and takes it all down again.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use squall_metrics::{Catalog, SampleBatch};
use squall_net::{BatchLimits, Settings};
use squall_plan::Plan;
use tokio::sync::mpsc;

use crate::capability::secrets::Secrets;
use crate::control::{Control, Lifecycle};
use crate::error::EngineError;
use crate::message::{COMMANDS_MAX, EVENTS_MAX};
use crate::outcome::{Observer, Outcome};
use crate::recording::RunTags;
use crate::runtime::Template;
use crate::shared::{Limits, ScenarioShared, Shared, WorkerTally};
use crate::worker::{self, WorkerSetup};

/// Emptied metric buffers on their way back to a worker.
const RECYCLED_MAX: usize = 2;

/// Everything a run is made from.
pub struct RunInput {
    /// The guest, as [`Runtime::prepare`](crate::Runtime::prepare) has made it.
    pub template: Template,
    /// Its entries, as the probe found them; `exec` names one.
    pub entries: Vec<String>,
    /// What load to make.
    pub plan: Plan,
    /// Metrics, submetrics and thresholds.
    pub catalog: Arc<Catalog>,
    /// Network settings.
    pub settings: Arc<Settings>,
    /// Threads that run VUs; at least 1.
    pub workers: usize,
    /// Spin for the last microseconds before each arrival.
    pub precise: bool,
    /// What guests may use.
    pub limits: Limits,
    /// The environment that guests see.
    pub environment: BTreeMap<String, String>,
    /// The consolidated options as JSON.
    pub options_json: String,
    /// Option `tags`.
    pub tags: Vec<(String, String)>,
    /// Option `minIterationDuration`.
    pub min_iteration_duration: Duration,
    /// Option `discardResponseBodies`.
    pub discard_response_bodies: bool,
    /// Options `batch` and `batchPerHost`.
    pub batch: BatchLimits,
    /// How long `setup` may take; `None` does not call it.
    pub setup_timeout: Option<Duration>,
    /// How long `teardown` may take; `None` does not call it.
    pub teardown_timeout: Option<Duration>,
    /// Outputs that want every sample; one that does not keep up loses samples, which are counted.
    pub sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
    /// What guests may take as secrets.
    pub secrets: Secrets,
    /// Ends the run from outside.
    pub stop: StopSignal,
}

/// Ends a run from another thread. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StopHandle(Sender<()>);

/// The other end of a [`StopHandle`]; belongs to one run.
#[derive(Debug)]
pub struct StopSignal(Receiver<()>);

impl StopHandle {
    /// A handle and its run's end.
    pub fn new() -> (Self, StopSignal) {
        let (sender, receiver) = bounded(1);
        (Self(sender), StopSignal(receiver))
    }

    /// Interrupts all iterations; teardown and the summary follow. Calling it again changes
    /// nothing.
    pub fn stop(&self) {
        // A full queue means that it is stopping already, a closed one that it is over.
        let _ = self.0.try_send(());
    }
}

/// Runs a test to its end.
pub fn run(input: RunInput, observer: &mut dyn Observer) -> Result<Outcome, EngineError> {
    let template = Arc::new(input.template.clone());
    let workers = input.workers.max(1);
    let lifecycle =
        Lifecycle { setup_timeout: input.setup_timeout, teardown_timeout: input.teardown_timeout };
    let settings = Arc::clone(&input.settings);
    let sample_sinks = input.sample_sinks.clone();
    let stop = input.stop.0.clone();
    let shared = Arc::new(shared(input, workers));
    let (events_in, events) = bounded(EVENTS_MAX);
    let mut commands = Vec::new();
    let mut recycling = Vec::new();
    let mut threads = Vec::new();
    let mut vus_planned = 0;
    for index in 0..workers {
        let share = shared.plan.share.worker(index as u32, workers as u32);
        vus_planned += shared.plan.requirements(&share).vus_planned_max;
        let (command, obeyed) = mpsc::channel(COMMANDS_MAX);
        let (recycle, recycled) = bounded(RECYCLED_MAX);
        commands.push(command);
        recycling.push(recycle);
        threads.push(worker::spawn(WorkerSetup {
            index,
            shared: Arc::clone(&shared),
            template: Arc::clone(&template),
            settings: Arc::clone(&settings),
            share,
            events: events_in.clone(),
            commands: obeyed,
            sample_sinks: sample_sinks.clone(),
            recycled,
        })?);
    }
    drop(events_in);
    let ends = (commands, recycling);
    let control =
        Control::new(Arc::clone(&shared), events, stop, ends, sample_sinks, vus_planned, observer);
    let outcome = control.run(lifecycle);
    join(threads);
    if let Ok(outcome) = &outcome {
        let counts = outcome.counts;
        debug_assert!(counts.is_conserved(), "iterations were lost or made up: {counts:?}");
        if !counts.is_conserved() {
            tracing::error!("iterations were lost or made up, please report this: {counts:?}");
        }
    }
    outcome
}

fn shared(input: RunInput, workers: usize) -> Shared {
    let scenarios = input.plan.scenarios.iter().map(|scenario| {
        // Unknown names were refused with the options; the first entry stands in for none.
        let position = input.entries.iter().position(|entry| *entry == scenario.exec);
        ScenarioShared { entry: position.unwrap_or(0) as u32, iterations: 0.into() }
    });
    let scenarios: Vec<_> = scenarios.collect();
    Shared {
        tallies: (0..workers).map(|_| WorkerTally::new(scenarios.len())).collect(),
        scenarios,
        environment: input.environment,
        options_json: input.options_json,
        precise: input.precise,
        limits: input.limits,
        min_iteration_duration: input.min_iteration_duration,
        discard_response_bodies: input.discard_response_bodies,
        batch: input.batch,
        tags: RunTags { own: input.tags, system: input.catalog.system_tags() },
        catalog: input.catalog,
        data: input.template.data,
        modules: input.template.modules,
        secrets: input.secrets,
        setup_data: OnceLock::new(),
        plan: input.plan,
        start: OnceLock::new(),
        is_aborted: AtomicBool::new(false),
        marked_as_failed: OnceLock::new(),
    }
}

/// The control plane has dropped its ends: workers that still run see that and end.
fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // A panic was reported as a lost worker.
        let _ = thread.join();
    }
}
