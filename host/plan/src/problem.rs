//! Everything that validation can find wrong. The texts are k6's where k6 has the check.

use thiserror::Error;

use crate::duration::SignedDuration;
use crate::segment::SegmentError;

/// Most VUs that a ramp may start at or go to.
pub const RAMP_VUS_MAX: i64 = 100_000_000;

/// Something wrong with one scenario.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The scenario's name is empty.
    #[error("scenario name can't be empty")]
    NameEmpty,
    /// The scenario's name has other characters than it may.
    #[error(
        "the scenario name should contain only numbers, latin letters, underscores, and dashes"
    )]
    NameCharacters,
    /// `exec` is empty.
    #[error("exec value cannot be empty")]
    ExecEmpty,
    /// `startTime` is below zero.
    #[error("the startTime can't be negative")]
    StartTimeNegative,
    /// `gracefulStop` is below zero.
    #[error("the gracefulStop timeout can't be negative")]
    GracefulStopNegative,
    /// `gracefulRampDown` is below zero.
    #[error("the gracefulRampDown timeout can't be negative")]
    GracefulRampDownNegative,
    /// `vus` is not above zero.
    #[error("the number of VUs must be more than 0")]
    VusNotPositive,
    /// `duration` is missing.
    #[error("the duration is unspecified")]
    DurationMissing,
    /// `duration` is too short.
    #[error("the duration must be at least 1s, but is {found}")]
    DurationTooShort {
        /// What it is.
        found: SignedDuration,
    },
    /// `maxDuration` is too short.
    #[error("the maxDuration must be at least 1s, but is {found}")]
    MaxDurationTooShort {
        /// What it is.
        found: SignedDuration,
    },
    /// `startVUs` is below zero.
    #[error("the number of start VUs can't be negative")]
    StartVusNegative,
    /// There is never a VU.
    #[error("either startVUs or one of the stages' target values must be greater than 0")]
    NoVusEver,
    /// There are no stages.
    #[error("at least one stage has to be specified")]
    NoStages,
    /// A stage without `duration`.
    #[error("stage {stage} doesn't have a duration")]
    StageDurationMissing {
        /// Which, from 1.
        stage: usize,
    },
    /// A stage with a `duration` below zero.
    #[error("the duration for stage {stage} can't be negative")]
    StageDurationNegative {
        /// Which, from 1.
        stage: usize,
    },
    /// A stage without `target`.
    #[error("stage {stage} doesn't have a target")]
    StageTargetMissing {
        /// Which, from 1.
        stage: usize,
    },
    /// A stage with a `target` below zero.
    #[error("the target for stage {stage} can't be negative")]
    StageTargetNegative {
        /// Which, from 1.
        stage: usize,
    },
    /// `startVUs` is too high.
    #[error("the startVUs exceed max limit of {RAMP_VUS_MAX}")]
    StartVusTooMany,
    /// A stage with a `target` that is too high.
    #[error("target for stage {stage} exceeds max limit of {RAMP_VUS_MAX}")]
    StageTargetTooHigh {
        /// Which, from 1.
        stage: usize,
    },
    /// Fewer shared iterations than VUs.
    #[error("the number of iterations ({iterations}) can't be less than the number of VUs ({vus})")]
    FewerIterationsThanVus {
        /// `iterations`
        iterations: i64,
        /// `vus`
        vus: i64,
    },
    /// `iterations` is not above zero.
    #[error("the number of iterations must be more than 0")]
    IterationsNotPositive,
    /// `rate` is missing.
    #[error("the iteration rate isn't specified")]
    RateMissing,
    /// `rate` is not above zero.
    #[error("the iteration rate must be more than 0")]
    RateNotPositive,
    /// `startRate` is below zero.
    #[error("the startRate value can't be negative")]
    StartRateNegative,
    /// `timeUnit` is not above zero.
    #[error("the timeUnit must be more than 0")]
    TimeUnitNotPositive,
    /// A rate that the nanoseconds of a schedule cannot tell apart.
    #[error(
        "the iteration rate of {rate} per {time_unit} is more than one per nanosecond; \
         lower the rate or set a longer timeUnit"
    )]
    RateTooHigh {
        /// The rate.
        rate: i64,
        /// `timeUnit`
        time_unit: SignedDuration,
    },
    /// `preAllocatedVUs` is missing.
    #[error("the number of preAllocatedVUs isn't specified")]
    PreAllocatedVusMissing,
    /// `preAllocatedVUs` is below zero.
    #[error("the number of preAllocatedVUs can't be negative")]
    PreAllocatedVusNegative,
    /// `maxVUs` is below `preAllocatedVUs`.
    #[error("maxVUs can't be less than preAllocatedVUs")]
    MaxVusTooFew,
    /// It would end later than a schedule can say.
    #[error("the scenario would end after more than 292 years; shorten it or start it earlier")]
    TooLong,
}

/// Something wrong with the options of a test as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigurationProblem {
    /// One scenario; all that is wrong with it.
    #[error("scenario {name} has configuration errors: {}", join(problems))]
    Scenario {
        /// Its name.
        name: String,
        /// What is wrong, in the order of the checks.
        problems: Vec<Problem>,
    },
    /// The execution segment.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// `setupTimeout` is not above zero.
    #[error("setupTimeout must be positive")]
    SetupTimeoutNotPositive,
    /// A time limit below zero.
    #[error("{option} can't be negative")]
    TimeoutNegative {
        /// Its name.
        option: &'static str,
    },
    /// A scenario's `exec` that the script does not export.
    #[error("executor {scenario}: function '{exec}' not found in exports")]
    ExecNotExported {
        /// The scenario's name.
        scenario: String,
        /// Its `exec`.
        exec: String,
    },
}

/// Why there is no plan for these options. k6's exit code for all of them is 104.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Two options that say the same thing differently.
    #[error("using `{first}` and `{second}` options simultaneously is not allowed")]
    ConflictingShortcuts {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// The shortcut `duration` is not above zero.
    #[error("`duration` option should be more than 0, but is {found}")]
    DurationNotPositive {
        /// What it is.
        found: SignedDuration,
    },
    /// Everything else, all at once.
    #[error("There were problems with the specified script configuration:{}", bullets(.0))]
    Configuration(Vec<ConfigurationProblem>),
}

fn join(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join(", ")
}

fn bullets(problems: &[ConfigurationProblem]) -> String {
    problems.iter().flat_map(|problem| ["\n\t- ".to_owned(), problem.to_string()]).collect()
}
