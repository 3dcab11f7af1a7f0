//! `native:execution`: where this code runs, and how to end the test.

use rquickjs::{Ctx, Object, Result, Value};

use crate::host::execution;

super::natives! {
    "vu" => vu,
    "scenario" => scenario,
    "instance" => instance,
    "testOptions" => execution::test_options,
    "setTag" => set_tag,
    "removeTag" => remove_tag,
    "abortTest" => abort_test,
    "failTest" => fail_test,
}

/// `[idInInstance, idInTest, iterationInInstance, iterationInScenario]`.
fn vu() -> Vec<f64> {
    let vu = execution::vu();
    let ids = [
        vu.id_in_instance,
        vu.id_in_test,
        vu.iteration_in_instance,
        vu.iteration_in_scenario,
    ];
    ids.map(|id| id as f64).to_vec()
}

/// Undefined outside of iterations.
fn scenario(ctx: Ctx<'_>) -> Result<Value<'_>> {
    let Some(info) = execution::scenario() else { return Ok(Value::new_undefined(ctx)) };
    let object = Object::new(ctx)?;
    object.set("name", info.name)?;
    object.set("executor", info.executor)?;
    object.set("startTime", info.start_time_ms as f64)?;
    object.set("progress", info.progress)?;
    object.set("iterationInInstance", info.iteration_in_instance as f64)?;
    object.set("iterationInTest", info.iteration_in_test as f64)?;
    Ok(object.into_value())
}

fn instance(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let info = execution::instance();
    let object = Object::new(ctx)?;
    object.set("iterationsCompleted", info.iterations_completed as f64)?;
    object.set("iterationsInterrupted", info.iterations_interrupted as f64)?;
    object.set("vusActive", info.vus_active as f64)?;
    object.set("vusInitialized", info.vus_initialized as f64)?;
    object.set("currentTestRunDuration", info.test_run_duration_ms)?;
    Ok(object)
}

fn set_tag(name: String, value: String) {
    execution::set_tag(&name, &value);
}

fn remove_tag(name: String) {
    execution::remove_tag(&name);
}

fn abort_test(reason: String) {
    execution::abort_test(&reason);
}

fn fail_test(reason: String) {
    execution::fail_test(&reason);
}
