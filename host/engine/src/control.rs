//! The control plane: one thread that owns the plan, the merged metrics and the outcome.
//!
//! It reads like the run itself: make VUs, setup, scenarios, teardown, sum up. Between those steps
//! it only listens: [`Control::listen`] takes events and does what is due every so often, whatever
//! step the run is in.

mod gauges;
mod health;

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use squall_metrics::{Aggregate, Delta, Moment, SampleBatch};
use tokio::sync::{mpsc, oneshot};

use crate::clock;
use crate::error::EngineError;
use crate::message::{Command, Event, LifecycleCall, LifecycleEnd};
use crate::outcome::{
    Ended, Observer, Outcome, Phase, Progress, ScenarioProgress, ScenarioState, Teardown,
};
use crate::shared::{Shared, Start};
use gauges::Gauges;
use health::Health;

/// How often thresholds are judged while the test runs, as in k6.
const THRESHOLDS_INTERVAL_NS: u64 = 2_000_000_000;

/// How often `vus` and `vus_max` are recorded, as in k6.
const GAUGES_INTERVAL_NS: u64 = 1_000_000_000;

/// How often the observer is told.
const PROGRESS_INTERVAL_NS: u64 = 100_000_000;

/// Between the start command and the start, so that every worker has it in time.
const START_MARGIN_NS: u64 = 2_000_000;

/// The longest that the control plane waits for an event before it looks at what is due.
const TICK: Duration = Duration::from_millis(20);

/// What `setup` and `teardown` may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifecycle {
    pub(crate) setup_timeout: Option<Duration>,
    pub(crate) teardown_timeout: Option<Duration>,
}

/// The control plane of one run.
pub(crate) struct Control<'a> {
    shared: Arc<Shared>,
    aggregate: Aggregate,
    gauges: Gauges,
    health: Health,
    events: Receiver<Event>,
    stop: Receiver<()>,
    workers: Vec<mpsc::Sender<Command>>,
    recycling: Vec<Sender<Delta>>,
    observer: &'a mut dyn Observer,
    vus_planned: u64,
    phase: Phase,
    ended: Option<Ended>,
    /// Setup did not fail, time out or abort the test: there is something to tear down.
    has_set_up: bool,
    lost: Option<usize>,
    initialized: usize,
    scenarios_ended: usize,
    finished: usize,
    initialization_error: Option<EngineError>,
    end_ns: Option<u64>,
    thresholds_due_ns: u64,
    gauges_due_ns: u64,
    progress_due_ns: u64,
}

impl<'a> Control<'a> {
    pub(crate) fn new(
        shared: Arc<Shared>,
        events: Receiver<Event>,
        stop: Receiver<()>,
        (workers, recycling): (Vec<mpsc::Sender<Command>>, Vec<Sender<Delta>>),
        sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
        vus_planned: u64,
        observer: &'a mut dyn Observer,
    ) -> Self {
        Self {
            aggregate: Aggregate::new(Arc::clone(&shared.catalog)),
            gauges: Gauges::new(&shared, sample_sinks),
            health: Health::new(workers.len()),
            shared,
            events,
            stop,
            workers,
            recycling,
            observer,
            vus_planned,
            phase: Phase::Initializing,
            ended: None,
            has_set_up: true,
            lost: None,
            initialized: 0,
            scenarios_ended: 0,
            finished: 0,
            initialization_error: None,
            end_ns: None,
            thresholds_due_ns: 0,
            gauges_due_ns: 0,
            progress_due_ns: 0,
        }
    }

    /// The whole run.
    pub(crate) fn run(mut self, lifecycle: Lifecycle) -> Result<Outcome, EngineError> {
        self.initialize()?;
        self.setup(lifecycle.setup_timeout)?;
        let mut teardown = Teardown::Fine;
        if self.has_set_up {
            self.run_scenarios()?;
            teardown = self.teardown(lifecycle.teardown_timeout)?;
        }
        self.finish()?;
        Ok(self.sum_up(teardown))
    }

    fn initialize(&mut self) -> Result<(), EngineError> {
        self.tell_all(|| Command::Initialize);
        let workers = self.workers.len();
        self.listen(|control| {
            control.initialized == workers || control.initialization_error.is_some()
        })?;
        self.initialization_error.take().map_or(Ok(()), Err)
    }

    fn setup(&mut self, timeout: Option<Duration>) -> Result<(), EngineError> {
        let Some(timeout) = timeout else { return Ok(()) };
        if self.ended.is_some() {
            return Ok(());
        }
        self.phase = Phase::Setup;
        match self.call(LifecycleCall::Setup, timeout)? {
            LifecycleEnd::Missing | LifecycleEnd::Interrupted => {}
            LifecycleEnd::Returned(data) => {
                // Set once: this is the only place, and setup runs once.
                let _ = self.shared.setup_data.set(data);
            }
            LifecycleEnd::Failed(reason) => {
                self.has_set_up = false;
                self.end(Ended::SetupFailed { reason });
            }
            LifecycleEnd::TimedOut => {
                self.has_set_up = false;
                self.end(Ended::SetupTimedOut);
            }
            LifecycleEnd::Aborted(reason) => {
                self.has_set_up = false;
                self.end(Ended::ScriptAborted { reason });
            }
        }
        Ok(())
    }

    fn run_scenarios(&mut self) -> Result<(), EngineError> {
        let start = Start {
            at_ns: clock::now_ns() + START_MARGIN_NS,
            at_unix_ns: clock::unix_ns() + START_MARGIN_NS,
        };
        // Set once: this is the only place.
        let _ = self.shared.start.set(start);
        if self.ended.is_none() {
            self.phase = Phase::Running;
            self.thresholds_due_ns = start.at_ns + THRESHOLDS_INTERVAL_NS;
            self.tell_all(|| Command::Start(start));
            let workers = self.workers.len();
            self.listen(|control| control.scenarios_ended == workers)?;
        }
        self.end_ns = Some(clock::now_ns());
        Ok(())
    }

    fn teardown(&mut self, timeout: Option<Duration>) -> Result<Teardown, EngineError> {
        let Some(timeout) = timeout else { return Ok(Teardown::Fine) };
        self.phase = Phase::Teardown;
        Ok(match self.call(LifecycleCall::Teardown, timeout)? {
            LifecycleEnd::Missing | LifecycleEnd::Returned(_) | LifecycleEnd::Interrupted => {
                Teardown::Fine
            }
            LifecycleEnd::Failed(reason) => Teardown::Failed { reason },
            LifecycleEnd::TimedOut => Teardown::TimedOut,
            LifecycleEnd::Aborted(reason) => {
                self.end(Ended::ScriptAborted { reason });
                Teardown::Fine
            }
        })
    }

    /// Has the first worker call an export, and waits for it.
    fn call(
        &mut self,
        call: LifecycleCall,
        timeout: Duration,
    ) -> Result<LifecycleEnd, EngineError> {
        let (reply, mut answer) = oneshot::channel();
        // A worker that is gone is noticed while listening.
        let _ = self.workers[0].try_send(Command::Call { call, timeout, reply });
        let mut end = None;
        self.listen(|_| {
            end = end.take().or_else(|| answer.try_recv().ok());
            end.is_some()
        })?;
        Ok(end.unwrap_or(LifecycleEnd::Interrupted))
    }

    /// Collects the last reports.
    fn finish(&mut self) -> Result<(), EngineError> {
        self.tell_all(|| Command::Finish);
        let workers = self.workers.len();
        self.listen(|control| control.finished == workers)
    }

    fn sum_up(mut self, teardown: Teardown) -> Outcome {
        self.gauges.count_undealt(&self.shared);
        self.gauges.flush(&mut self.aggregate);
        let duration = self.elapsed();
        let summary = self.aggregate.summary(duration);
        let scenarios = self.shared.plan.scenarios.iter().enumerate();
        let scenario_counts = scenarios
            .map(|(index, scenario)| (scenario.name.clone(), self.shared.counts_of(index)))
            .collect();
        Outcome {
            ended: self.ended.unwrap_or(Ended::Completed),
            teardown,
            marked_as_failed: self.shared.marked_as_failed.get().cloned(),
            verdict: self.health.verdict(&self.shared, &summary),
            summary,
            counts: self.shared.counts(),
            scenario_counts,
            setup_data: self.shared.setup_data.get().cloned().flatten(),
            samples_dropped: self.health.samples_dropped() + self.gauges.samples_dropped(),
            duration,
        }
    }

    /// Takes events until `done`, and does meanwhile what is due.
    fn listen(&mut self, mut done: impl FnMut(&mut Self) -> bool) -> Result<(), EngineError> {
        loop {
            if done(self) {
                return Ok(());
            }
            match self.events.recv_timeout(TICK) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.lost = self.lost.or(Some(0)),
            }
            if let Some(worker) = self.lost {
                return Err(EngineError::WorkerLost { worker });
            }
            if self.stop.try_recv().is_ok() {
                self.end(Ended::Stopped);
            }
            self.do_what_is_due();
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Initialized { result: Ok(()) } => self.initialized += 1,
            Event::Initialized { result: Err(error) } => self.initialization_error = Some(error),
            Event::Report(report) => {
                self.health.take(&report);
                let worker = report.worker;
                let empty = self.aggregate.merge(report.delta);
                // Saves the worker allocating new buffers; without them it does just that.
                let _ = self.recycling[worker].try_send(empty);
            }
            Event::ScenariosEnded => self.scenarios_ended += 1,
            Event::Aborted { reason } => self.end(Ended::ScriptAborted { reason }),
            Event::Finished => self.finished += 1,
            Event::Lost { worker } => self.lost = Some(worker),
        }
    }

    /// Ends the run; the first reason counts.
    fn end(&mut self, reason: Ended) {
        if self.ended.is_some() || self.phase == Phase::Teardown && reason == Ended::Stopped {
            return;
        }
        self.ended = Some(reason);
        if self.phase != Phase::Teardown {
            self.tell_all(|| Command::Interrupt);
        }
    }

    fn tell_all(&self, command: impl Fn() -> Command) {
        for worker in &self.workers {
            // The queue holds more commands than a run has; a worker that is gone is noticed while
            // listening.
            let sent = worker.try_send(command());
            debug_assert!(!matches!(sent, Err(mpsc::error::TrySendError::Full(_))));
        }
    }

    fn do_what_is_due(&mut self) {
        let now_ns = clock::now_ns();
        if now_ns >= self.gauges_due_ns {
            self.gauges_due_ns = now_ns + GAUGES_INTERVAL_NS;
            self.gauges.record(&self.shared);
            self.gauges.flush(&mut self.aggregate);
        }
        if self.phase == Phase::Running && now_ns >= self.thresholds_due_ns {
            self.thresholds_due_ns += THRESHOLDS_INTERVAL_NS;
            let evaluation = self.aggregate.evaluate(self.elapsed(), Moment::Running);
            if evaluation.abort {
                self.end(Ended::ThresholdAborted);
            }
        }
        if now_ns >= self.progress_due_ns {
            self.progress_due_ns = now_ns + PROGRESS_INTERVAL_NS;
            let progress = self.progress(now_ns);
            self.observer.progress(&progress);
        }
    }

    /// Since the scenarios started, until they ended.
    fn elapsed(&self) -> Duration {
        let Some(start) = self.shared.start.get() else { return Duration::ZERO };
        let until_ns = self.end_ns.unwrap_or_else(clock::now_ns);
        Duration::from_nanos(until_ns.saturating_sub(start.at_ns))
    }

    fn progress(&self, now_ns: u64) -> Progress {
        let scenarios = 0..self.shared.plan.scenarios.len();
        Progress {
            phase: self.phase,
            elapsed: self.elapsed(),
            scenarios: scenarios.map(|index| self.scenario_progress(index, now_ns)).collect(),
            counts: self.shared.counts(),
            vus_active: self.shared.sum(|tally| &tally.vus_active),
            vus_initialized: self.shared.vus_initialized(),
            vus_planned: self.vus_planned,
        }
    }

    fn scenario_progress(&self, index: usize, now_ns: u64) -> ScenarioProgress {
        let scenario = &self.shared.plan.scenarios[index];
        let duration = scenario.duration_regular();
        let sum = |figure: fn(&crate::shared::ScenarioTally) -> &crate::shared::Count| {
            let workers = self.shared.tallies.iter();
            workers.map(|worker| figure(&worker.scenarios[index]).get()).sum::<u64>()
        };
        let start_ns = self
            .shared
            .start
            .get()
            .map(|start| start.at_ns + scenario.start_time.as_nanos() as u64);
        let elapsed = start_ns.map_or(Duration::ZERO, |start_ns| {
            Duration::from_nanos(now_ns.saturating_sub(start_ns))
        });
        let ended = sum(|tally| &tally.finished) == self.workers.len() as u64;
        let state = match start_ns {
            _ if ended => ScenarioState::Ended,
            Some(start_ns) if now_ns >= start_ns && elapsed < duration => ScenarioState::Running,
            Some(start_ns) if now_ns >= start_ns => ScenarioState::Stopping,
            _ => ScenarioState::Waiting,
        };
        ScenarioProgress {
            name: scenario.name.clone(),
            state,
            elapsed: elapsed.min(duration),
            duration,
            vus_active: sum(|tally| &tally.vus_active),
            vus: sum(|tally| &tally.vus),
            counts: self.shared.counts_of(index),
            iterations_total: scenario.iterations_total(&self.shared.plan.share),
        }
    }
}
