//! Where this code runs: ids, scenario, environment, tags, and how to end the test. k6's
//! `k6/execution`.

use crate::host;
#[cfg(feature = "json")]
use crate::{Context, Error, Result};

/// The VU that runs this code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vu {
    /// From 1, in this process; 0 outside of VUs. k6's `__VU`.
    pub id_in_instance: u64,
    /// From 1, over all processes of a test that is split by execution segments.
    pub id_in_test: u64,
    /// From 0, over all scenarios. k6's `__ITER`.
    pub iteration_in_instance: u64,
    /// From 0, in the current scenario.
    pub iteration_in_scenario: u64,
}

/// The scenario that this iteration belongs to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scenario {
    /// Its name in the options.
    pub name: String,
    /// For example `constant-arrival-rate`.
    pub executor: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub start_time_ms: u64,
    /// From 0 to 1.
    pub progress: f64,
    /// From 0: started iterations of this scenario in this process.
    pub iteration_in_instance: u64,
    /// From 0, unique over all processes of the test.
    pub iteration_in_test: u64,
}

/// Figures of this process, at most a second old.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Instance {
    /// Iterations that ran to their end.
    pub iterations_completed: u64,
    /// Iterations that were stopped from outside.
    pub iterations_interrupted: u64,
    /// VUs that run an iteration.
    pub vus_active: u64,
    /// VUs that exist.
    pub vus_initialized: u64,
    /// Milliseconds since the scenarios started.
    pub test_run_duration_ms: f64,
}

/// The VU that runs this code.
#[must_use]
pub fn vu() -> Vu {
    let vu = host::execution::vu();
    Vu {
        id_in_instance: vu.id_in_instance,
        id_in_test: vu.id_in_test,
        iteration_in_instance: vu.iteration_in_instance,
        iteration_in_scenario: vu.iteration_in_scenario,
    }
}

/// The scenario of this iteration; `None` in `#[options]`, `#[setup]`, `#[teardown]` and
/// `#[handle_summary]`.
#[must_use]
pub fn scenario() -> Option<Scenario> {
    let scenario = host::execution::scenario()?;
    Some(Scenario {
        name: scenario.name,
        executor: scenario.executor,
        start_time_ms: scenario.start_time_ms,
        progress: scenario.progress,
        iteration_in_instance: scenario.iteration_in_instance,
        iteration_in_test: scenario.iteration_in_test,
    })
}

/// Figures of this process.
#[must_use]
pub fn instance() -> Instance {
    let instance = host::execution::instance();
    Instance {
        iterations_completed: instance.iterations_completed,
        iterations_interrupted: instance.iterations_interrupted,
        vus_active: instance.vus_active,
        vus_initialized: instance.vus_initialized,
        test_run_duration_ms: instance.test_run_duration_ms,
    }
}

/// A variable of the test: `-e NAME=value`, the scenario's `env`, or the system's environment.
///
/// Each call copies the value from the host. For a value that all iterations need, keep it:
///
/// ```no_run
/// use std::sync::LazyLock;
/// use squall_sdk::execution;
///
/// static TARGET: LazyLock<String> =
///     LazyLock::new(|| execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".into()));
/// ```
#[must_use]
pub fn env(name: &str) -> Option<String> {
    host::execution::env(name)
}

/// Sets a tag on all later samples of this VU, until the VU is used for another scenario.
pub fn set_tag(name: &str, value: &str) {
    host::execution::set_tag(name, value);
}

/// Removes a tag that [`set_tag`] has set.
pub fn remove_tag(name: &str) {
    host::execution::remove_tag(name);
}

/// Ends the whole test: all iterations are interrupted, teardown runs, the exit code is 108.
pub fn abort(reason: &str) -> ! {
    host::execution::abort_test(reason);
    host::trap()
}

/// Marks the test as failed (exit code 110) and goes on.
///
/// To end only this iteration, return an error; see [`bail!`](crate::bail!).
pub fn fail(reason: &str) {
    host::execution::fail_test(reason);
}

/// The options in force as JSON, defaults included.
#[must_use]
pub fn test_options() -> String {
    host::execution::test_options()
}

/// The JSON text that `#[setup]` has returned. Scenario functions get it as an argument; this is
/// for the rest.
#[must_use]
pub fn setup_json() -> Option<String> {
    host::execution::setup_data()
}

/// A fresh copy of the data that `#[setup]` has returned.
#[cfg(feature = "json")]
#[track_caller]
pub fn setup_data<T: serde::de::DeserializeOwned>() -> Result<T> {
    match setup_json() {
        Some(json) => serde_json::from_str(&json).map_err(Error::from).context("setup data"),
        None => Err(Error::new("there is no setup data")),
    }
}
