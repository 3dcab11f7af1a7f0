//! Executors that end after so many iterations: shared-iterations and per-vu-iterations.

use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::{is_over, timed};
use crate::vu::Interrupt;
use crate::worker::iteration::{self, IterationEnd, log_lost_vu};
use crate::worker::pool::VuPool;
use crate::worker::scenario::ScenarioContext;

/// Every VU runs `iterations` iterations. What is left when the time is over is dropped.
pub(super) async fn per_vu(
    scenario: &Rc<ScenarioContext>,
    pool: &Rc<VuPool>,
    vus: u64,
    iterations: u64,
) {
    run(scenario, pool, vus, Deal::EachVu(iterations)).await;
}

/// The VUs of all workers share `total` iterations of this process. What nobody began is dropped;
/// the control plane counts that, for no worker knows it.
pub(super) async fn shared(
    scenario: &Rc<ScenarioContext>,
    pool: &Rc<VuPool>,
    vus: u64,
    total: u64,
) {
    run(scenario, pool, vus, Deal::Shared(total)).await;
}

#[derive(Clone, Copy)]
enum Deal {
    EachVu(u64),
    Shared(u64),
}

async fn run(scenario: &Rc<ScenarioContext>, pool: &Rc<VuPool>, vus: u64, deal: Deal) {
    let tasks: Vec<_> = (0..vus)
        .map(|_| tokio::task::spawn_local(work(Rc::clone(scenario), Rc::clone(pool), deal)))
        .collect();
    scenario.tally().vus.set(vus);
    timed(scenario, async {
        for task in tasks {
            // A panic of a task is a bug and has been printed; the other VUs go on.
            let _ = task.await;
        }
    })
    .await;
}

async fn work(scenario: Rc<ScenarioContext>, pool: Rc<VuPool>, deal: Deal) {
    let tally = scenario.tally();
    let mut done = 0;
    let mut vu = match pool.take().await {
        Ok(vu) => vu,
        Err(error) => return log_lost_vu(&scenario, &error),
    };
    let interrupt = Rc::new(Interrupt::default());
    let key = scenario.enlist(&interrupt);
    tally.vus_active.increase();
    while !is_over(&scenario) {
        let number = match deal {
            Deal::EachVu(iterations) if done == iterations => break,
            Deal::EachVu(_) => scenario.next_iteration(),
            Deal::Shared(total) => {
                let number = scenario.next_iteration();
                if number >= total {
                    break;
                }
                number
            }
        };
        done += 1;
        let end = iteration::run(&scenario, &mut vu, &interrupt, None, number).await;
        if end != IterationEnd::Completed {
            break;
        }
    }
    // An abort is the end of the plan: what was not begun is not missing.
    let is_aborted = scenario.worker().shared.is_aborted.load(Ordering::Relaxed);
    if let Deal::EachVu(iterations) = deal
        && !is_aborted
    {
        let left = iterations - done;
        tally.planned.add(left);
        tally.dropped.add(left);
        scenario.worker().recording.dropped(&scenario, left);
    }
    tally.vus_active.decrease();
    scenario.dismiss(key);
    pool.give_back(vu);
}
