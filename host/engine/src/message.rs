//! What the control plane and the workers tell each other. Batched and bounded: at most a few
//! messages a second and worker.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Sender;
use squall_metrics::{Delta, SampleBatch};
use tokio::sync::oneshot;

use crate::error::EngineError;
use crate::shared::Start;
use crate::vu::CallEnd;

/// Events that may wait for the control plane. A worker sends a handful a second.
pub(crate) const EVENTS_MAX: usize = 1_024;

/// Commands that may wait for a worker.
pub(crate) const COMMANDS_MAX: usize = 16;

/// From the control plane to a worker.
pub(crate) enum Command {
    /// Make the VUs that the plan needs at most at once.
    Initialize,
    /// Call an export once, in a VU of its own.
    Call { call: LifecycleCall, timeout: Duration, reply: oneshot::Sender<LifecycleEnd> },
    /// Begin the scenarios.
    Start(Start),
    /// Cut short all iterations, start no more.
    Interrupt,
    /// Report a last time and end.
    Finish,
}

/// Exports that are called once for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LifecycleCall {
    Setup,
    Teardown,
}

/// How such a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LifecycleEnd {
    /// The component does not have it.
    Missing,
    /// With the JSON text it returned, if any.
    Returned(Option<String>),
    /// An error or a trap, in words.
    Failed(String),
    Aborted(String),
    Interrupted,
    TimedOut,
}

/// What a guest's setup or teardown gave.
pub(crate) type LifecycleResult = CallEnd<Result<Option<String>, String>>;

impl LifecycleEnd {
    pub(crate) fn of(end: Option<LifecycleResult>) -> Self {
        match end {
            None => Self::Missing,
            Some(CallEnd::Returned(Ok(data))) => Self::Returned(data),
            Some(CallEnd::Returned(Err(error)) | CallEnd::Trapped(error)) => Self::Failed(error),
            Some(CallEnd::Aborted(reason)) => Self::Aborted(reason),
            Some(CallEnd::Interrupted) => Self::Interrupted,
        }
    }

    /// Changes why it failed, if it did.
    pub(crate) fn map_reason(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Failed(reason) => Self::Failed(change(reason)),
            other => other,
        }
    }

    pub(crate) fn failed(error: &EngineError) -> Self {
        let source = std::error::Error::source(error).map(ToString::to_string);
        Self::Failed(format!("{error}: {}", source.unwrap_or_default()))
    }
}

/// From a worker to the control plane.
pub(crate) enum Event {
    /// All VUs of `Initialize` are there, or the reason why not.
    Initialized { result: Result<(), EngineError> },
    /// Once a second.
    Report(Box<Report>),
    /// All scenarios of this worker have ended.
    ScenariosEnded,
    /// A guest asked for the end of the test.
    Aborted { reason: String },
    /// The worker has sent its last report.
    Finished,
    /// The worker's thread is gone.
    Lost { worker: usize },
}

/// What a worker did since its last report.
pub(crate) struct Report {
    pub(crate) worker: usize,
    pub(crate) delta: Delta,
    /// CPU time of the worker's thread and the wall time it was measured over.
    pub(crate) cpu_ns: u64,
    pub(crate) wall_ns: u64,
    /// Arrivals by whole second of the run: how many were planned in it and how many of all started
    /// in it.
    pub(crate) arrivals: Vec<ArrivalSecond>,
    /// Samples that no output could take.
    pub(crate) samples_dropped: u64,
}

/// Offers single samples to the outputs without waiting for any; returns how many did not reach
/// one.
pub(crate) fn offer(batch: SampleBatch, sinks: &[Sender<Arc<SampleBatch>>]) -> u64 {
    let batch = Arc::new(batch);
    let refused = sinks.iter().filter(|sink| sink.try_send(Arc::clone(&batch)).is_err()).count();
    refused as u64 * batch.len() as u64 + batch.dropped()
}

/// Arrivals of one second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ArrivalSecond {
    pub(crate) second: u64,
    pub(crate) planned: u64,
    pub(crate) started: u64,
}
