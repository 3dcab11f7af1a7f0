//! `native:execution`: where this code runs, and how to end the test.
//!
//! One function a field: scripts ask for one at a time.

use rquickjs::{Ctx, Exception, Result};

use crate::host::execution::{self, InstanceInfo, ScenarioInfo, VuInfo};

super::natives! {
    "idInInstance" => || vu(|vu| vu.id_in_instance),
    "idInTest" => || vu(|vu| vu.id_in_test),
    "iterationInInstance" => || vu(|vu| vu.iteration_in_instance),
    "iterationInScenario" => || vu(|vu| vu.iteration_in_scenario),
    "activation" => || vu(|vu| u64::from(vu.activation)),
    "hasScenario" => || execution::scenario().is_some(),
    "scenarioName" => |ctx: Ctx<'_>| scenario(&ctx, |scenario| scenario.name),
    "scenarioExecutor" => |ctx: Ctx<'_>| scenario(&ctx, |scenario| scenario.executor),
    "scenarioStartTime" => |ctx: Ctx<'_>| scenario(&ctx, |info| info.start_time_ms as f64),
    "scenarioProgress" => |ctx: Ctx<'_>| scenario(&ctx, |scenario| scenario.progress),
    "scenarioIterationInInstance" =>
        |ctx: Ctx<'_>| scenario(&ctx, |scenario| scenario.iteration_in_instance as f64),
    "scenarioIterationInTest" =>
        |ctx: Ctx<'_>| scenario(&ctx, |scenario| scenario.iteration_in_test as f64),
    "iterationsCompleted" => || instance(|instance| instance.iterations_completed as f64),
    "iterationsInterrupted" => || instance(|instance| instance.iterations_interrupted as f64),
    "vusActive" => || instance(|instance| instance.vus_active as f64),
    "vusInitialized" => || instance(|instance| instance.vus_initialized as f64),
    "currentTestRunDuration" => || instance(|instance| instance.test_run_duration_ms),
    "testOptions" => execution::test_options,
    "setTag" => set_tag,
    "removeTag" => remove_tag,
    "setMetadata" => set_metadata,
    "removeMetadata" => remove_metadata,
    "abortTest" => abort_test,
    "failTest" => fail_test,
}

fn vu(field: impl Fn(&VuInfo) -> u64) -> f64 {
    field(&execution::vu()) as f64
}

fn instance(field: impl Fn(&InstanceInfo) -> f64) -> f64 {
    field(&execution::instance())
}

fn scenario<T>(ctx: &Ctx<'_>, field: impl FnOnce(ScenarioInfo) -> T) -> Result<T> {
    let outside = "getting scenario information outside of the VU context is not supported";
    execution::scenario().map(field).ok_or_else(|| Exception::throw_message(ctx, outside))
}

fn set_tag(name: String, value: String) {
    execution::set_tag(&name, &value);
}

fn remove_tag(name: String) {
    execution::remove_tag(&name);
}

fn set_metadata(name: String, value: String) {
    execution::set_metadata(&name, &value);
}

fn remove_metadata(name: String) {
    execution::remove_metadata(&name);
}

fn abort_test(reason: String) {
    execution::abort_test(&reason);
}

fn fail_test(reason: String) {
    execution::fail_test(&reason);
}
