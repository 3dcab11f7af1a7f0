//! Ends the test, or marks it as failed, from the stage that the environment says.
//!
//! - `STAGE`: `setup`, `run` (the default, in iteration 3 of any VU) or `teardown`.
//! - `HOW`: `abort` (the default) or `fail`.

use squall_sdk::prelude::*;

#[metric]
static SURVIVED: Counter = Counter::new("iterations_survived");

fn end_in(stage: &str) {
    if execution::env("STAGE").unwrap_or("run".to_owned()) != stage {
        return;
    }
    match execution::env("HOW").as_deref() {
        Some("fail") => execution::fail(&format!("marked in {stage}")),
        _ => execution::abort(&format!("aborted in {stage}")),
    }
}

#[options]
fn options() -> Options {
    Options::new().vus(2).duration("30s")
}

#[setup]
fn setup() {
    end_in("setup");
}

#[scenario]
fn default() {
    if execution::vu().iteration_in_instance == 3 {
        end_in("run");
    }
    SURVIVED.add(1);
    sleep_s(0.05);
}

#[teardown]
fn teardown() {
    info!("teardown runs");
    end_in("teardown");
}
