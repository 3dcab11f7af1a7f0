//! A whole test, valid by construction: which scenarios, when, and which part of them is ours.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::duration::SignedDuration;
use crate::options::Options;
use crate::problem::{ConfigurationProblem, PlanError};
use crate::requirements::{Requirements, ReservedVus};
use crate::scenario::ScenarioPlan;
use crate::segment::Share;
use crate::shortcuts::scenarios_of;
use crate::warning::Warning;

const SETUP_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);
const TEARDOWN_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);
const HANDLE_SUMMARY_TIMEOUT: SignedDuration = SignedDuration::from_secs(120);

/// A valid, immutable test. Only this reaches the engine.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The scenarios, in the order in which they start, then by name. At least one.
    pub scenarios: Vec<ScenarioPlan>,
    /// The part of the test that this process runs.
    pub share: Share,
    /// Whether `setup()` is run.
    pub setup: bool,
    /// How long `setup()` may take.
    pub setup_timeout: Duration,
    /// Whether `teardown()` is run.
    pub teardown: bool,
    /// How long `teardown()` may take.
    pub teardown_timeout: Duration,
    /// How long `handleSummary()` may take.
    pub handle_summary_timeout: Duration,
    /// The least time from one start of an iteration to the next of the same VU.
    pub min_iteration_duration: Duration,
    /// Tags of all samples.
    pub tags: BTreeMap<String, String>,
    /// Whether the test waits for a sign before it starts.
    pub paused: bool,
}

impl Plan {
    /// The plan for merged options, or everything that is wrong with them.
    pub fn new(options: &Options) -> Result<(Self, Vec<Warning>), PlanError> {
        let (scenario_options, warnings) = scenarios_of(options)?;
        let mut problems = Vec::new();
        let segment = options.execution_segment.unwrap_or_default();
        let share = Share::of(segment, options.execution_segment_sequence.as_ref())
            .map_err(|error| problems.push(error.into()))
            .unwrap_or_else(|()| Share::whole());
        let mut scenarios = Vec::with_capacity(scenario_options.len());
        for (name, mut scenario) in scenario_options {
            if let Some(late) = options.late {
                scenario.executor.set_late_default(late);
            }
            match ScenarioPlan::new(&name, &scenario) {
                Ok(scenario) => scenarios.push(scenario),
                Err(of_scenario) => {
                    problems.push(ConfigurationProblem::Scenario { name, problems: of_scenario });
                }
            }
        }
        let setup_timeout = options.setup_timeout.unwrap_or(SETUP_TIMEOUT);
        if setup_timeout <= SignedDuration::ZERO {
            problems.push(ConfigurationProblem::SetupTimeoutNotPositive);
        }
        let teardown_timeout = options.teardown_timeout.unwrap_or(TEARDOWN_TIMEOUT);
        let summary_timeout = options.handle_summary_timeout.unwrap_or(HANDLE_SUMMARY_TIMEOUT);
        let limits =
            [("teardownTimeout", teardown_timeout), ("handleSummaryTimeout", summary_timeout)];
        for (option, _) in limits.into_iter().filter(|(_, limit)| limit.is_negative()) {
            problems.push(ConfigurationProblem::TimeoutNegative { option });
        }
        if !problems.is_empty() {
            return Err(PlanError::Configuration(problems));
        }
        // Stable, and the scenarios come by name.
        scenarios.sort_by_key(|scenario| scenario.start_time);
        let min_iteration_duration = options.min_iteration_duration.unwrap_or_default();
        let plan = Self {
            scenarios,
            share,
            setup: !options.no_setup.unwrap_or(false),
            setup_timeout: setup_timeout.to_duration_or_zero(),
            teardown: !options.no_teardown.unwrap_or(false),
            teardown_timeout: teardown_timeout.to_duration_or_zero(),
            handle_summary_timeout: summary_timeout.to_duration_or_zero(),
            min_iteration_duration: min_iteration_duration.to_duration_or_zero(),
            tags: options.tags.clone().unwrap_or_default(),
            paused: options.paused.unwrap_or(false),
        };
        Ok((plan, warnings))
    }

    /// Checks that the script exports what the scenarios run.
    pub fn check_exec(&self, exports: &[String]) -> Result<(), PlanError> {
        let missing = self.scenarios.iter().filter(|scenario| !exports.contains(&scenario.exec));
        let problems: Vec<_> = missing
            .map(|scenario| ConfigurationProblem::ExecNotExported {
                scenario: scenario.name.clone(),
                exec: scenario.exec.clone(),
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(PlanError::Configuration(problems)) }
    }

    /// How many VUs a share of the test needs, and for how long.
    pub fn requirements(&self, share: &Share) -> Requirements {
        Requirements::new(self, share)
    }

    /// The VUs that a share of the test needs, over time.
    pub fn reserved_vus(&self, share: &Share) -> ReservedVus {
        ReservedVus::new(self, share)
    }

    /// The start banner: a line that sums up (`(100.00%) 1 scenario, 10 max VUs, ...:`), then one
    /// line a scenario (`* name: ...`).
    pub fn banner(&self, share: &Share) -> Vec<String> {
        let percent = share.segment_ratio() * 100.0;
        let sum = format!("({percent:.2}%) {}:", self.requirements(share).text());
        let scenario =
            |scenario: &ScenarioPlan| format!("* {}: {}", scenario.name, scenario.describe(share));
        std::iter::once(sum).chain(self.scenarios.iter().map(scenario)).collect()
    }
}
