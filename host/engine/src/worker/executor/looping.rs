//! Executors that keep so many VUs looping at each instant: constant-vus and ramping-vus.
//!
//! Each planned VU of this worker is a seat. What a seat does when the plan changes:
//!
//! | seat | plan wants it | plan does not want it |
//! |---|---|---|
//! | empty | a task starts and loops | - |
//! | looping | - | no new iteration; after `gracefulRampDown` the last one is interrupted |
//! | ending | it goes on looping, the interruption is called off | - |
//!
//! The lowest seats start first and the highest end first, as in k6.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use squall_plan::VuSteps;
use tokio::task::JoinHandle;

use super::timed;
use crate::vu::{Interrupt, Vu};
use crate::worker::iteration::{self, IterationEnd, log_lost_vu};
use crate::worker::pool::VuPool;
use crate::worker::scenario::ScenarioContext;

#[derive(Default)]
struct Seat {
    wanted: Cell<bool>,
    taken: Cell<bool>,
    /// Counts up each time the plan changes its mind, so that an old interruption does not hit.
    generation: Cell<u64>,
    interrupt: Rc<Interrupt>,
}

struct Seats {
    scenario: Rc<ScenarioContext>,
    pool: Rc<VuPool>,
    all: RefCell<Vec<Rc<Seat>>>,
    tasks: RefCell<Vec<JoinHandle<()>>>,
    wanted: Cell<usize>,
}

/// Follows the plan's steps to the end of the scenario and waits for what then still runs.
pub(super) async fn run(scenario: &Rc<ScenarioContext>, pool: &Rc<VuPool>, steps: VuSteps) {
    let seats = Rc::new(Seats {
        scenario: Rc::clone(scenario),
        pool: Rc::clone(pool),
        all: RefCell::default(),
        tasks: RefCell::default(),
        wanted: Cell::new(0),
    });
    timed(scenario, async {
        for step in steps {
            let at_ns = scenario.start_ns + step.at_ns;
            if at_ns >= scenario.regular_end_ns || !scenario.wait_until(at_ns).await {
                break;
            }
            seats.want(step.vus as usize, scenario.start_ns + step.stop_by_ns);
        }
        scenario.wait_until(scenario.regular_end_ns).await;
        seats.wait_for_all().await;
    })
    .await;
}

impl Seats {
    /// The plan wants the first `count` seats looping and no others; iterations on seats that it
    /// takes away are interrupted at `stop_by_ns`.
    fn want(self: &Rc<Self>, count: usize, stop_by_ns: u64) {
        let before = self.wanted.replace(count);
        self.scenario.tally().vus.set(count as u64);
        while self.all.borrow().len() < count {
            self.all.borrow_mut().push(Rc::default());
        }
        for index in before..count {
            self.start(index);
        }
        for index in (count..before).rev() {
            self.end(index, stop_by_ns);
        }
    }

    fn start(self: &Rc<Self>, index: usize) {
        let seat = Rc::clone(&self.all.borrow()[index]);
        seat.wanted.set(true);
        seat.generation.set(seat.generation.get() + 1);
        if !seat.taken.replace(true) {
            seat.interrupt.clear();
            let task = tokio::task::spawn_local(sit(Rc::clone(self), seat));
            self.tasks.borrow_mut().push(task);
        }
    }

    fn end(self: &Rc<Self>, index: usize, stop_by_ns: u64) {
        let seat = Rc::clone(&self.all.borrow()[index]);
        seat.wanted.set(false);
        let generation = seat.generation.get() + 1;
        seat.generation.set(generation);
        if !seat.taken.get() {
            return;
        }
        let scenario = Rc::clone(&self.scenario);
        tokio::task::spawn_local(async move {
            scenario.worker().timer.wait_until(stop_by_ns).await;
            if seat.taken.get() && seat.generation.get() == generation {
                seat.interrupt.request();
            }
        });
    }

    async fn wait_for_all(&self) {
        loop {
            let Some(task) = self.tasks.borrow_mut().pop() else { return };
            // A panic of a task is a bug and has been printed; the other VUs go on.
            let _ = task.await;
        }
    }
}

async fn sit(seats: Rc<Seats>, seat: Rc<Seat>) {
    let scenario = &seats.scenario;
    match seats.pool.take().await {
        Ok(mut vu) => {
            let key = scenario.enlist(&seat.interrupt);
            scenario.tally().vus_active.increase();
            keep_looping(scenario, &seat, &mut vu).await;
            scenario.tally().vus_active.decrease();
            scenario.dismiss(key);
            seats.pool.give_back(vu);
        }
        Err(error) => log_lost_vu(scenario, &error),
    }
    seat.taken.set(false);
}

async fn keep_looping(scenario: &Rc<ScenarioContext>, seat: &Seat, vu: &mut Vu) {
    while seat.wanted.get() && !super::is_over(scenario) {
        let number = scenario.next_iteration();
        let end = iteration::run(scenario, vu, &seat.interrupt, None, number).await;
        if end == IterationEnd::VuLost {
            return;
        }
        if seat.interrupt.is_requested() {
            if !seat.wanted.get() || scenario.is_stopping() {
                return;
            }
            // The plan wants the VU back after it was cut short.
            seat.interrupt.clear();
        }
        // A guest that never waits must not keep its worker from others.
        tokio::task::yield_now().await;
    }
}
