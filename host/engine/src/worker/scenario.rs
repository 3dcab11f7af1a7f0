//! One scenario on one worker: what its executor and its iterations share.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use slab::Slab;
use squall_plan::Numbering;

use crate::clock;
use crate::shared::{ScenarioShared, ScenarioTally, Start};
use crate::vu::Interrupt;
use crate::worker::context::WorkerContext;

/// How long before an arrival a precise run begins to look at the clock: more than the kernel's
/// timer is late at the 99th percentile of a calm machine.
const SPIN_NS: u64 = 60_000;

/// A scenario at work.
pub(crate) struct ScenarioContext {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) executor: &'static str,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) entry: u32,
    /// When the scenario starts.
    pub(crate) start_ns: u64,
    pub(crate) start_unix_ms: u64,
    /// When it starts nothing new any more, at the latest.
    pub(crate) regular_end_ns: u64,
    /// When what still runs is interrupted.
    pub(crate) final_end_ns: u64,
    numbering: Option<Numbering>,
    worker: Rc<WorkerContext>,
    /// No new iterations: the time is over or the test is ending.
    stopping: Cell<bool>,
    /// Wakes the executor when the test ends before the scenario's time.
    early_stop: Interrupt,
    /// Interrupts of the iterations that are running now.
    running: RefCell<Slab<Rc<Interrupt>>>,
}

impl ScenarioContext {
    pub(crate) fn new(worker: &Rc<WorkerContext>, index: usize, start: Start) -> Rc<Self> {
        let plan = &worker.shared.plan.scenarios[index];
        let start_offset_ns = plan.start_time.as_nanos() as u64;
        let start_ns = start.at_ns + start_offset_ns;
        Rc::new(Self {
            index,
            name: plan.name.clone(),
            executor: plan.executor.name(),
            environment: plan.env.clone(),
            tags: plan.tags.clone().into_iter().collect(),
            entry: worker.shared.scenarios[index].entry,
            start_ns,
            start_unix_ms: (start.at_unix_ns + start_offset_ns) / 1_000_000,
            regular_end_ns: start_ns + plan.duration_regular().as_nanos() as u64,
            final_end_ns: start_ns + plan.duration_max().as_nanos() as u64,
            numbering: plan.numbering(&worker.shared.plan.share),
            worker: Rc::clone(worker),
            stopping: Cell::new(false),
            early_stop: Interrupt::default(),
            running: RefCell::default(),
        })
    }

    pub(crate) fn worker(&self) -> &Rc<WorkerContext> {
        &self.worker
    }

    pub(crate) fn shared(&self) -> &ScenarioShared {
        &self.worker.shared.scenarios[self.index]
    }

    pub(crate) fn tally(&self) -> &ScenarioTally {
        &self.worker.shared.tallies[self.worker.index].scenarios[self.index]
    }

    /// Takes the next iteration number of this process.
    pub(crate) fn next_iteration(&self) -> u64 {
        self.shared().iterations.fetch_add(1, Ordering::Relaxed)
    }

    /// The number over all processes of an iteration of this one.
    pub(crate) fn iteration_in_test(&self, in_instance: u64) -> u64 {
        self.numbering.as_ref().map_or(in_instance, |numbering| numbering.in_test(in_instance))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.get()
    }

    /// Starts nothing new from now on.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
    }

    /// Cuts short all that runs, and starts nothing new.
    pub(crate) fn interrupt_all(&self) {
        self.stop();
        self.early_stop.request();
        for (_, interrupt) in &*self.running.borrow() {
            interrupt.request();
        }
    }

    /// Whether what ran was cut short: nothing may start any more.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.early_stop.is_requested()
    }

    /// Waits for an instant of the plan; false when the scenario was cut short before.
    pub(crate) async fn wait_until(&self, due_ns: u64) -> bool {
        self.early_stop.or(self.worker.timer.wait_until(due_ns)).await.is_some()
    }

    /// Waits for the instant of an arrival; false when the scenario was cut short before.
    ///
    /// The kernel's timer is late by some ten microseconds. A precise run has it fire early and
    /// then looks at the clock until the instant has come; what else the worker has to do gets its
    /// turn between two looks.
    pub(crate) async fn wait_for_arrival(&self, planned_ns: u64) -> bool {
        if !self.worker.shared.precise {
            return self.wait_until(planned_ns).await;
        }
        let is_going_on = self.wait_until(planned_ns.saturating_sub(SPIN_NS)).await;
        while is_going_on && clock::now_ns() < planned_ns && !self.is_interrupted() {
            tokio::task::yield_now().await;
        }
        is_going_on && !self.is_interrupted()
    }

    /// Registers a running VU, so that [`Self::interrupt_all`] reaches it, also when it already
    /// came.
    pub(crate) fn enlist(&self, interrupt: &Rc<Interrupt>) -> usize {
        if self.early_stop.is_requested() {
            interrupt.request();
        }
        self.running.borrow_mut().insert(Rc::clone(interrupt))
    }

    pub(crate) fn dismiss(&self, key: usize) {
        self.running.borrow_mut().remove(key);
    }

    /// Share of the scenario's regular time that has passed, from 0 to 1.
    pub(crate) fn progress(&self) -> f64 {
        let length_ns = self.regular_end_ns.saturating_sub(self.start_ns).max(1);
        let passed_ns = clock::now_ns().saturating_sub(self.start_ns);
        (passed_ns as f64 / length_ns as f64).min(1.0)
    }
}
