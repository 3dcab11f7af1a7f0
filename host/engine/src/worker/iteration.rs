//! One iteration, from the planned start to the recorded end. Every executor comes through here.

use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock;
use crate::error::EngineError;
use crate::message::Event;
use crate::vu::{CallEnd, Interrupt, Vu};
use crate::worker::scenario::ScenarioContext;

/// Target of log events that tell of a guest's own failure.
const STACKTRACE: &str = "squall::stacktrace";

/// How an iteration ended, for the executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IterationEnd {
    /// Well or badly, but on its own.
    Completed,
    Interrupted,
    /// The VU has no instance any more and cannot get one; it was told.
    VuLost,
}

/// Runs one iteration. `planned_ns` is when the plan wanted it to start (`None` where there is no
/// plan for single iterations); `number` is its number in the scenario and process.
pub(crate) async fn run(
    scenario: &Rc<ScenarioContext>,
    vu: &mut Vu,
    interrupt: &Interrupt,
    planned_ns: Option<u64>,
    number: u64,
) -> IterationEnd {
    let worker = Rc::clone(scenario.worker());
    if worker.shared.is_aborted.load(Ordering::Relaxed) {
        // The control plane is about to say so.
        return IterationEnd::Interrupted;
    }
    let tally = scenario.tally();
    let local = Rc::clone(vu.local());
    if planned_ns.is_none() {
        tally.planned.increase();
    }
    tally.started.increase();
    local.activate(scenario);
    local.begin_iteration(scenario.index, number, scenario.iteration_in_test(number));

    // A VU that was cut short comes without an instance.
    if let Err(error) = vu.ensure_instance().await {
        tally.interrupted.increase();
        log_lost_vu(scenario, &error);
        return IterationEnd::VuLost;
    }

    let start_ns = clock::now_ns();
    if let Some(planned_ns) = planned_ns {
        worker.recording.arrival_started(&local.base_tags(&worker), planned_ns, start_ns);
    }
    let end = vu.run(scenario.entry, interrupt).await;
    let end_ns = clock::now_ns();

    local.end_groups(&worker, end_ns);
    local.client.end_iteration();
    let base = local.base_tags(&worker);
    worker.recording.traffic(&local, &base, end_ns);
    let failure = match end {
        CallEnd::Interrupted => {
            tally.interrupted.increase();
            return IterationEnd::Interrupted;
        }
        // As in k6: this iteration has run to its end, those of other VUs are interrupted.
        CallEnd::Aborted(reason) => {
            worker.shared.is_aborted.store(true, Ordering::Relaxed);
            worker.tell_surely(Event::Aborted { reason }).await;
            None
        }
        CallEnd::Returned(Ok(())) => None,
        CallEnd::Returned(Err(error)) | CallEnd::Trapped(error) => Some(error),
    };
    tally.completed.increase();
    if let Some(error) = &failure {
        tally.failed.increase();
        report_failure(scenario, vu, error);
    }
    let times = IterationTimes { planned_ns, start_ns, end_ns };
    worker.recording.iteration(&local, &base, times, failure.is_some());
    // One that trapped gets a new instance before anything waits for it.
    if let Err(error) = vu.ensure_instance().await {
        log_lost_vu(scenario, &error);
        return IterationEnd::VuLost;
    }
    rest(&worker.shared.min_iteration_duration, interrupt, end_ns - start_ns).await;
    IterationEnd::Completed
}

/// When an iteration should have started, did start, and ended.
#[expect(clippy::struct_field_names, reason = "units are part of names")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct IterationTimes {
    pub(crate) planned_ns: Option<u64>,
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
}

fn report_failure(scenario: &ScenarioContext, vu: &Vu, error: &str) {
    let worker = scenario.worker();
    if worker.log_budget.allows() {
        let iteration = vu.local().iteration().in_instance;
        let scenario = scenario.name.as_str();
        let vu = vu.local().ids.in_instance;
        let message = match &worker.shared.modules {
            Some(modules) => modules.original_positions(error),
            None => format!("iteration failed: {error}"),
        };
        tracing::error!(target: STACKTRACE, vu, iteration, scenario, "{message}");
    }
}

/// A VU that cannot be made is missing from the load: that must not go unseen.
pub(super) fn log_lost_vu(scenario: &ScenarioContext, error: &EngineError) {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::error!("scenario {}: a VU cannot be made: {error}: {source}", scenario.name);
}

/// Option `minIterationDuration`: sleeps what is left of it. Not part of the iteration's duration.
async fn rest(min: &Duration, interrupt: &Interrupt, took_ns: u64) {
    let left = min.saturating_sub(Duration::from_nanos(took_ns));
    if !left.is_zero() {
        interrupt.or(tokio::time::sleep(left)).await;
    }
}
