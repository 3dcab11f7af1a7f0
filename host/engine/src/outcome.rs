//! What a run says while it goes on and when it is over.

use std::time::Duration;

use squall_metrics::Summary;

use crate::shared::Counts;
use crate::verdict::Verdict;

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// VUs are being made.
    Initializing,
    /// `setup` runs.
    Setup,
    /// Scenarios run.
    Running,
    /// `teardown` runs.
    Teardown,
}

/// A look at a run.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Where it is.
    pub phase: Phase,
    /// Since the scenarios started; zero before.
    pub elapsed: Duration,
    /// Each scenario, in the order of the plan.
    pub scenarios: Vec<ScenarioProgress>,
    /// Over all scenarios.
    pub counts: Counts,
    /// VUs that run iterations.
    pub vus_active: u64,
    /// VUs that exist.
    pub vus_initialized: u64,
    /// VUs that the plan needs before it starts.
    pub vus_planned: u64,
}

/// Where a scenario is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScenarioState {
    /// Its start time has not come.
    Waiting,
    /// It runs.
    Running,
    /// Its regular time is over; the last iterations are ending.
    Stopping,
    /// Nothing of it runs any more.
    Ended,
}

/// A look at one scenario.
#[derive(Debug, Clone)]
pub struct ScenarioProgress {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: ScenarioState,
    /// Since it started; zero before.
    pub elapsed: Duration,
    /// Its regular length, graceful stop not included.
    pub duration: Duration,
    /// VUs that run iterations.
    pub vus_active: u64,
    /// VUs that it has, running or not.
    pub vus: u64,
    /// Its iterations.
    pub counts: Counts,
    /// Iterations in all, when the executor knows.
    pub iterations_total: Option<u64>,
}

/// What is told of a run while it goes on. Called by the control thread, never by workers.
pub trait Observer {
    /// Some times a second.
    fn progress(&mut self, progress: &Progress);
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All scenarios came to their end.
    Completed,
    /// It was stopped from outside (Ctrl-C).
    Stopped,
    /// A threshold with `abortOnFail` failed.
    ThresholdAborted,
    /// A guest called `execution.abort-test`.
    ScriptAborted {
        /// Its reason.
        reason: String,
    },
    /// `setup` returned an error or trapped.
    SetupFailed {
        /// The error.
        reason: String,
    },
    /// `setup` took longer than `setupTimeout`.
    SetupTimedOut,
}

/// How `teardown` ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Teardown {
    /// It ran, or there is none, or it was not to run.
    Fine,
    /// It returned an error or trapped.
    Failed {
        /// The error.
        reason: String,
    },
    /// It took longer than `teardownTimeout`.
    TimedOut,
}

/// A finished run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Why it ended.
    pub ended: Ended,
    /// How teardown went.
    pub teardown: Teardown,
    /// Set when a guest called `execution.fail-test`: the first reason.
    pub marked_as_failed: Option<String>,
    /// Every metric, check and threshold.
    pub summary: Summary,
    /// Iterations over all scenarios; conserved, see [`Counts::is_conserved`].
    pub counts: Counts,
    /// Iterations of each scenario, in the order of the plan.
    pub scenario_counts: Vec<(String, Counts)>,
    /// On the generator itself.
    pub verdict: Verdict,
    /// JSON text that `setup` returned.
    pub setup_data: Option<String>,
    /// Samples that outputs could not take in time.
    pub samples_dropped: u64,
    /// Length of the scenarios' part of the run.
    pub duration: Duration,
}
