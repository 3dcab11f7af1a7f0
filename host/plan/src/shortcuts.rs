//! The shortcuts `vus`, `duration`, `iterations` and `stages`: each is a way to write one scenario
//! named `default`. What contradicts itself is refused, before anything is looked at in detail.

use crate::duration::SignedDuration;
use crate::executor::{
    ConstantVusOptions, ExecutorOptions, PerVuIterationsOptions, RampingVusOptions,
    SharedIterationsOptions,
};
use crate::options::{Options, ScenarioOptions, Scenarios};
use crate::problem::PlanError;
use crate::warning::Warning;

/// Name of the scenario that shortcuts stand for.
pub const DEFAULT_SCENARIO: &str = "default";

/// The scenarios that options stand for: those written, or the one that shortcuts mean.
pub fn scenarios_of(options: &Options) -> Result<(Scenarios, Vec<Warning>), PlanError> {
    refuse_conflicts(options)?;
    let mut warnings = Vec::new();
    let has_stages = options.stages.as_ref().is_some_and(|stages| !stages.is_empty());
    let scenarios = options.scenarios.as_ref().filter(|scenarios| !scenarios.is_empty());
    let executor = if let Some(iterations) = options.iterations {
        shared_iterations(options.vus, iterations, options.duration)
    } else if let Some(duration) = options.duration {
        if duration <= SignedDuration::ZERO {
            return Err(PlanError::DurationNotPositive { found: duration });
        }
        let (vus, duration) = (options.vus, Some(duration));
        ExecutorOptions::ConstantVus(ConstantVusOptions { vus, duration })
    } else if has_stages {
        let (start_vus, stages) = (options.vus, options.stages.clone());
        let graceful_ramp_down = None;
        ExecutorOptions::RampingVus(RampingVusOptions { start_vus, stages, graceful_ramp_down })
    } else if let Some(vus) = options.vus {
        if scenarios.is_some() {
            warnings.push(Warning::ScenariosOverriddenByVus { vus });
        }
        shared_iterations(Some(vus), vus, None)
    } else if let Some(scenarios) = scenarios {
        return Ok((scenarios.clone(), warnings));
    } else {
        if options.stages.is_some() {
            warnings.push(Warning::EmptyShortcut { option: "stages" });
        }
        if options.scenarios.is_some() {
            warnings.push(Warning::EmptyShortcut { option: "scenarios" });
        }
        ExecutorOptions::PerVuIterations(PerVuIterationsOptions::default())
    };
    let scenario = ScenarioOptions::new(executor);
    Ok((Scenarios::from([(DEFAULT_SCENARIO.to_owned(), scenario)]), warnings))
}

fn shared_iterations(
    vus: Option<i64>,
    iterations: i64,
    max_duration: Option<SignedDuration>,
) -> ExecutorOptions {
    let iterations = Some(iterations);
    ExecutorOptions::SharedIterations(SharedIterationsOptions { vus, iterations, max_duration })
}

fn refuse_conflicts(options: &Options) -> Result<(), PlanError> {
    let iterations = options.iterations.is_some();
    let duration = options.duration.is_some();
    let stages = options.stages.as_ref().is_some_and(|stages| !stages.is_empty());
    let scenarios = options.scenarios.is_some();
    let conflicts = [
        (iterations && stages, "iterations", "stages"),
        (iterations && scenarios, "iterations", "scenarios"),
        (duration && stages && !iterations, "duration", "stages"),
        (duration && scenarios && !iterations, "duration", "scenarios"),
        (stages && scenarios, "stages", "scenarios"),
    ];
    match conflicts.into_iter().find(|(conflict, ..)| *conflict) {
        None => Ok(()),
        Some((_, first, second)) => Err(PlanError::ConflictingShortcuts { first, second }),
    }
}
