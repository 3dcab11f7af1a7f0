//! Carries out what the plan asks of this worker for one scenario. One file for each way of asking:
//!
//! * [`looping`]: so many VUs at each instant, each in a loop (constant-vus, ramping-vus);
//! * [`counted`]: so many iterations (shared-iterations, per-vu-iterations);
//! * [`arrivals`]: iterations that start at given instants (the arrival-rate executors).

mod arrivals;
mod counted;
mod looping;

use std::rc::Rc;

use squall_plan::Load;

use crate::clock;
use crate::worker::pool::VuPool;
use crate::worker::scenario::ScenarioContext;

/// Runs a scenario's share of this worker until nothing of it is left.
pub(crate) async fn run(scenario: Rc<ScenarioContext>, pool: Rc<VuPool>, load: Load) {
    let started = scenario.wait_until(scenario.start_ns).await;
    match load {
        _ if !started => {}
        Load::None => {}
        Load::LoopingVus { steps, .. } => looping::run(&scenario, &pool, steps).await,
        Load::PerVuIterations { vus, iterations, .. } => {
            counted::per_vu(&scenario, &pool, vus, iterations).await;
        }
        Load::SharedIterations { vus, iterations_in_instance, .. } => {
            counted::shared(&scenario, &pool, vus, iterations_in_instance).await;
        }
        Load::Arrivals { arrivals, vus_pre_allocated, vus_max, late } => {
            let vus = arrivals::Vus { pre_allocated: vus_pre_allocated, max: vus_max };
            arrivals::run(&scenario, &pool, arrivals, vus, late).await;
        }
    }
    scenario.tally().finished.set(1);
}

/// Stops new iterations at the regular end and interrupts the rest at the final end. Dropped when
/// the scenario ends before.
async fn keep_time(scenario: &ScenarioContext) {
    let timer = &scenario.worker().timer;
    timer.wait_until(scenario.regular_end_ns).await;
    scenario.stop();
    timer.wait_until(scenario.final_end_ns).await;
    scenario.interrupt_all();
    std::future::pending::<()>().await;
}

/// Runs `work` under [`keep_time`].
async fn timed(scenario: &ScenarioContext, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        () = keep_time(scenario) => {}
    }
}

fn is_over(scenario: &ScenarioContext) -> bool {
    scenario.is_stopping() || clock::now_ns() >= scenario.regular_end_ns
}
