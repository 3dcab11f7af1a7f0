//! Executors that start iterations at planned instants, whatever the system under test does:
//! constant-arrival-rate and ramping-arrival-rate.
//!
//! The planned start of an arrival is a pure function of the plan and the arrival's index. It
//! travels with the iteration into the recorder; nothing here replaces it by "now". An arrival that
//! finds no idle VU gets a new one, as many as are needed at once, up to `maxVUs`; then it is
//! dropped and counted, or with `late: 'queue'` waits for the next VU that is free.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use squall_plan::{Arrivals, Late};

use super::timed;
use crate::clock;
use crate::vu::{Interrupt, Vu};
use crate::worker::iteration::{self, log_lost_vu};
use crate::worker::pool::VuPool;
use crate::worker::scenario::ScenarioContext;

/// Arrivals that are released before other tasks get a turn, when the schedule is behind.
const BURST_MAX: u32 = 64;

/// Arrivals of a scenario that may wait for a VU on one worker, 8 bytes each; more are dropped.
const QUEUED_MAX: usize = 1 << 20;

/// From here on an arrival counts as one that the worker itself was late for: what the verdict
/// finds fine in any case.
const RELEASED_LATE_NS: u64 = 1_000_000;

/// How many VUs this worker has for a scenario.
pub(super) struct Vus {
    pub(super) pre_allocated: u64,
    pub(super) max: u64,
}

struct Gate {
    scenario: Rc<ScenarioContext>,
    pool: Rc<VuPool>,
    vus_max: u64,
    late: Late,
    /// When those that wait for a VU should have started. Not empty only while all VUs run.
    queued: RefCell<VecDeque<u64>>,
    /// VUs that this scenario uses: running, or idle in `idle`.
    vus: Cell<u64>,
    running: Cell<u64>,
    idle: RefCell<Vec<Vu>>,
    all_done: tokio::sync::Notify,
    warned: Cell<bool>,
}

/// Releases every arrival when it is due, and waits for the iterations that still run at the end.
pub(super) async fn run(
    scenario: &Rc<ScenarioContext>,
    pool: &Rc<VuPool>,
    arrivals: Arrivals,
    vus: Vus,
    late: Late,
) {
    let gate = Rc::new(Gate {
        scenario: Rc::clone(scenario),
        pool: Rc::clone(pool),
        vus_max: vus.max,
        late,
        queued: RefCell::default(),
        vus: Cell::new(0),
        running: Cell::new(0),
        idle: RefCell::default(),
        all_done: tokio::sync::Notify::new(),
        warned: Cell::new(false),
    });
    gate.reserve(vus.pre_allocated);
    timed(scenario, async {
        gate.release_all(arrivals).await;
        gate.wait_for_all().await;
    })
    .await;
    for _ in gate.queued.take() {
        gate.drop_arrival();
    }
    for vu in gate.idle.take() {
        pool.give_back(vu);
    }
}

impl Gate {
    /// Takes the pre-allocated VUs out of the pool. Missing ones are made when they are needed.
    fn reserve(&self, vus_pre_allocated: u64) {
        let reserved = (0..vus_pre_allocated).map_while(|_| self.pool.take_idle());
        self.idle.borrow_mut().extend(reserved);
        self.vus.set(self.idle.borrow().len() as u64);
        self.scenario.tally().vus.set(self.vus.get());
    }

    async fn release_all(self: &Rc<Self>, arrivals: Arrivals) {
        let mut burst = 0;
        for arrival in arrivals {
            let planned_ns = self.scenario.start_ns + arrival.at_ns;
            if planned_ns > clock::now_ns() {
                burst = 0;
            } else {
                burst += 1;
            }
            if burst == BURST_MAX {
                tokio::task::yield_now().await;
                burst = 0;
            }
            if !self.scenario.wait_for_arrival(planned_ns).await {
                // The test is being ended early: what was not yet due is not part of it.
                return;
            }
            self.release(planned_ns);
        }
    }

    fn release(self: &Rc<Self>, planned_ns: u64) {
        let tally = self.scenario.tally();
        tally.planned.increase();
        if clock::now_ns().saturating_sub(planned_ns) > RELEASED_LATE_NS {
            tally.released_late.increase();
        }
        self.scenario.worker().recording.arrival_planned(planned_ns);
        let idle = self.idle.borrow_mut().pop().or_else(|| {
            let may_grow = self.vus.get() < self.vus_max;
            may_grow.then(|| self.pool.take_idle()).flatten().inspect(|_| self.grow())
        });
        if idle.is_none() {
            if self.vus.get() >= self.vus_max {
                return self.queue_or_drop(planned_ns);
            }
            self.grow();
        }
        self.running.set(self.running.get() + 1);
        tokio::task::spawn_local(Rc::clone(self).serve(idle, planned_ns));
    }

    /// No VU is free, and there may be no more of them.
    fn queue_or_drop(&self, planned_ns: u64) {
        let mut queued = self.queued.borrow_mut();
        if self.late == Late::Drop || self.vus.get() == 0 || queued.len() == QUEUED_MAX {
            return self.drop_arrival();
        }
        self.scenario.tally().queued.increase();
        queued.push_back(planned_ns);
    }

    /// The arrival that has waited longest, unless the scenario has been cut short.
    fn next_queued(&self) -> Option<u64> {
        if self.scenario.is_interrupted() { None } else { self.queued.borrow_mut().pop_front() }
    }

    fn grow(&self) {
        self.vus.set(self.vus.get() + 1);
        self.scenario.tally().vus.set(self.vus.get());
    }

    fn drop_arrival(&self) {
        self.scenario.tally().dropped.increase();
        self.scenario.worker().recording.dropped(&self.scenario, 1);
        if !self.warned.replace(true) {
            let (name, vus) = (&self.scenario.name, self.vus.get());
            tracing::warn!(
                "scenario {name}: Insufficient VUs, reached {vus} active VUs and cannot initialize \
                 more on this worker; arrivals are being dropped (raise maxVUs)"
            );
        }
    }

    /// Runs an arrival, and with the same VU those that wait.
    async fn serve(self: Rc<Self>, vu: Option<Vu>, planned_ns: u64) {
        let made = match vu {
            Some(vu) => Ok(vu),
            None => self.pool.make().await,
        };
        match made {
            Ok(mut vu) => {
                let mut next = Some(planned_ns);
                while let Some(planned_ns) = next {
                    self.iterate(&mut vu, planned_ns).await;
                    next = self.next_queued();
                }
                self.idle.borrow_mut().push(vu);
            }
            Err(error) => {
                log_lost_vu(&self.scenario, &error);
                self.vus.set(self.vus.get() - 1);
                self.drop_arrival();
            }
        }
        self.running.set(self.running.get() - 1);
        if self.running.get() == 0 {
            self.all_done.notify_one();
        }
    }

    async fn iterate(&self, vu: &mut Vu, planned_ns: u64) {
        let tally = self.scenario.tally();
        let number = self.scenario.next_iteration();
        let interrupt = Rc::new(Interrupt::default());
        let key = self.scenario.enlist(&interrupt);
        tally.vus_active.increase();
        iteration::run(&self.scenario, vu, &interrupt, Some(planned_ns), number).await;
        tally.vus_active.decrease();
        self.scenario.dismiss(key);
    }

    async fn wait_for_all(&self) {
        while self.running.get() > 0 {
            self.all_done.notified().await;
        }
    }
}
