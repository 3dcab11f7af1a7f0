//! Executors that start iterations at planned instants, whatever the system under test does:
//! constant-arrival-rate and ramping-arrival-rate.
//!
//! The planned start of an arrival is a pure function of the plan and the arrival's index. It
//! travels with the iteration into the recorder; nothing here replaces it by "now". An arrival that
//! finds no idle VU gets a new one, as many as are needed at once, up to `maxVUs`; then it is
//! dropped and counted.

use std::cell::Cell;
use std::rc::Rc;

use squall_plan::Arrivals;

use super::timed;
use crate::clock;
use crate::vu::{Interrupt, Vu};
use crate::worker::iteration::{self, log_lost_vu};
use crate::worker::pool::VuPool;
use crate::worker::scenario::ScenarioContext;

/// Arrivals that are released before other tasks get a turn, when the schedule is behind.
const BURST_MAX: u32 = 64;

struct Gate {
    scenario: Rc<ScenarioContext>,
    pool: Rc<VuPool>,
    vus_max: u64,
    /// VUs that this scenario uses: running, or idle in `idle`.
    vus: Cell<u64>,
    running: Cell<u64>,
    idle: std::cell::RefCell<Vec<Vu>>,
    all_done: tokio::sync::Notify,
    warned: Cell<bool>,
}

/// Releases every arrival when it is due, and waits for the iterations that still run at the end.
pub(super) async fn run(
    scenario: &Rc<ScenarioContext>,
    pool: &Rc<VuPool>,
    arrivals: Arrivals,
    vus_pre_allocated: u64,
    vus_max: u64,
) {
    let gate = Rc::new(Gate {
        scenario: Rc::clone(scenario),
        pool: Rc::clone(pool),
        vus_max,
        vus: Cell::new(0),
        running: Cell::new(0),
        idle: std::cell::RefCell::default(),
        all_done: tokio::sync::Notify::new(),
        warned: Cell::new(false),
    });
    gate.reserve(vus_pre_allocated);
    timed(scenario, async {
        gate.release_all(arrivals).await;
        gate.wait_for_all().await;
    })
    .await;
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
            if !self.scenario.wait_until(planned_ns).await {
                // The test is being ended early: what was not yet due is not part of it.
                return;
            }
            self.release(planned_ns);
        }
    }

    fn release(self: &Rc<Self>, planned_ns: u64) {
        let tally = self.scenario.tally();
        tally.planned.increase();
        self.scenario.worker().recording.arrival_planned(planned_ns);
        let idle = self.idle.borrow_mut().pop().or_else(|| {
            let may_grow = self.vus.get() < self.vus_max;
            may_grow.then(|| self.pool.take_idle()).flatten().inspect(|_| self.grow())
        });
        if idle.is_none() {
            if self.vus.get() >= self.vus_max {
                return self.drop_arrival();
            }
            self.grow();
        }
        let number = self.scenario.next_iteration();
        self.running.set(self.running.get() + 1);
        tokio::task::spawn_local(Rc::clone(self).serve(idle, planned_ns, number));
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

    async fn serve(self: Rc<Self>, vu: Option<Vu>, planned_ns: u64, number: u64) {
        let made = match vu {
            Some(vu) => Ok(vu),
            None => self.pool.make().await,
        };
        match made {
            Ok(mut vu) => {
                self.iterate(&mut vu, planned_ns, number).await;
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

    async fn iterate(&self, vu: &mut Vu, planned_ns: u64, number: u64) {
        let tally = self.scenario.tally();
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
