//! The six executors: ways to start iterations.
//!
//! One file each, all alike: the options as written (`...Options`: JSON, validation), and what they
//! are once valid, with a description and the schedule. What all have in common is here.

mod check;
mod constant_arrival_rate;
mod constant_vus;
mod pacing;
mod per_vu_iterations;
mod ramping_arrival_rate;
mod ramping_vus;
mod shared_iterations;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::{Map, Value, json};

pub use self::constant_arrival_rate::{ConstantArrivalRate, ConstantArrivalRateOptions};
pub use self::constant_vus::{ConstantVus, ConstantVusOptions};
pub use self::pacing::PacingOptions;
pub use self::per_vu_iterations::{PerVuIterations, PerVuIterationsOptions};
pub use self::ramping_arrival_rate::{RampingArrivalRate, RampingArrivalRateOptions};
pub use self::ramping_vus::{RampingVus, RampingVusOptions};
pub use self::shared_iterations::{SharedIterations, SharedIterationsOptions};
use crate::duration::format_duration;
use crate::load::{Load, VuSteps};
use crate::options::{Fields, Late, OptionValue, OptionsError};
use crate::problem::Problem;
use crate::segment::{Numbering, Share};

/// How long iterations may still run when their time is over, unless set.
pub(crate) const GRACEFUL_STOP: Duration = Duration::from_secs(30);

/// VUs that a scenario needs while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// VUs that are made before the test starts.
    pub(crate) planned: u64,
    /// VUs that may be made during the test.
    pub(crate) unplanned: u64,
}

/// An executor and its options as written. Every variant is one of k6's executors.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ExecutorOptions {
    /// `constant-vus`
    ConstantVus(ConstantVusOptions),
    /// `ramping-vus`
    RampingVus(RampingVusOptions),
    /// `shared-iterations`
    SharedIterations(SharedIterationsOptions),
    /// `per-vu-iterations`
    PerVuIterations(PerVuIterationsOptions),
    /// `constant-arrival-rate`
    ConstantArrivalRate(ConstantArrivalRateOptions),
    /// `ramping-arrival-rate`
    RampingArrivalRate(RampingArrivalRateOptions),
}

/// A valid executor.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Executor {
    /// A fixed number of VUs for a time.
    ConstantVus(ConstantVus),
    /// A number of VUs that follows ramps.
    RampingVus(RampingVus),
    /// A fixed number of iterations that VUs share.
    SharedIterations(SharedIterations),
    /// A fixed number of iterations of each VU.
    PerVuIterations(PerVuIterations),
    /// Iterations that start at a fixed rate.
    ConstantArrivalRate(ConstantArrivalRate),
    /// Iterations that start at a rate that follows ramps.
    RampingArrivalRate(RampingArrivalRate),
}

/// Does the same for whichever executor it is.
macro_rules! for_each_executor {
    ($enum:ident, $value:expr, $executor:ident => $result:expr) => {
        match $value {
            $enum::ConstantVus($executor) => $result,
            $enum::RampingVus($executor) => $result,
            $enum::SharedIterations($executor) => $result,
            $enum::PerVuIterations($executor) => $result,
            $enum::ConstantArrivalRate($executor) => $result,
            $enum::RampingArrivalRate($executor) => $result,
        }
    };
}

impl ExecutorOptions {
    /// The names of all executors.
    pub const NAMES: [&'static str; 6] = [
        ConstantVus::NAME,
        RampingVus::NAME,
        SharedIterations::NAME,
        PerVuIterations::NAME,
        ConstantArrivalRate::NAME,
        RampingArrivalRate::NAME,
    ];

    /// The executor of that name, with nothing set.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            ConstantVus::NAME => Self::ConstantVus(ConstantVusOptions::default()),
            RampingVus::NAME => Self::RampingVus(RampingVusOptions::default()),
            SharedIterations::NAME => Self::SharedIterations(SharedIterationsOptions::default()),
            PerVuIterations::NAME => Self::PerVuIterations(PerVuIterationsOptions::default()),
            ConstantArrivalRate::NAME => {
                Self::ConstantArrivalRate(ConstantArrivalRateOptions::default())
            }
            RampingArrivalRate::NAME => {
                Self::RampingArrivalRate(RampingArrivalRateOptions::default())
            }
            _ => return None,
        })
    }

    /// The executor's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ConstantVus(_) => ConstantVus::NAME,
            Self::RampingVus(_) => RampingVus::NAME,
            Self::SharedIterations(_) => SharedIterations::NAME,
            Self::PerVuIterations(_) => PerVuIterations::NAME,
            Self::ConstantArrivalRate(_) => ConstantArrivalRate::NAME,
            Self::RampingArrivalRate(_) => RampingArrivalRate::NAME,
        }
    }

    /// Takes the executor's own keys out of a scenario.
    pub(crate) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        for_each_executor!(Self, self, options => options.decode_fields(fields))
    }

    /// The executor's own keys and their values, null where nothing is set.
    pub(crate) fn encode_fields(&self) -> Map<String, Value> {
        let fields = for_each_executor!(Self, self, options => options.encode_fields());
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Sets what becomes of late arrivals, where there are any and nothing says so yet.
    pub(crate) fn set_late_default(&mut self, late: Late) {
        let pacing = match self {
            Self::ConstantArrivalRate(options) => &mut options.pacing,
            Self::RampingArrivalRate(options) => &mut options.pacing,
            _ => return,
        };
        pacing.late.get_or_insert(late);
    }

    /// The executor, or all that is wrong with its options.
    pub(crate) fn validate(&self) -> Result<Executor, Vec<Problem>> {
        match self {
            Self::ConstantVus(options) => options.validate().map(Executor::ConstantVus),
            Self::RampingVus(options) => options.validate().map(Executor::RampingVus),
            Self::SharedIterations(options) => options.validate().map(Executor::SharedIterations),
            Self::PerVuIterations(options) => options.validate().map(Executor::PerVuIterations),
            Self::ConstantArrivalRate(options) => {
                options.validate().map(Executor::ConstantArrivalRate)
            }
            Self::RampingArrivalRate(options) => {
                options.validate().map(Executor::RampingArrivalRate)
            }
        }
    }
}

impl Executor {
    /// The executor's name, such as `constant-vus`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ConstantVus(_) => ConstantVus::NAME,
            Self::RampingVus(_) => RampingVus::NAME,
            Self::SharedIterations(_) => SharedIterations::NAME,
            Self::PerVuIterations(_) => PerVuIterations::NAME,
            Self::ConstantArrivalRate(_) => ConstantArrivalRate::NAME,
            Self::RampingArrivalRate(_) => RampingArrivalRate::NAME,
        }
    }

    /// Whether iterations start when they are due, whatever became of those before.
    pub const fn is_open_model(&self) -> bool {
        matches!(self, Self::ConstantArrivalRate(_) | Self::RampingArrivalRate(_))
    }

    /// No iteration starts after this.
    pub fn duration_regular(&self) -> Duration {
        for_each_executor!(Self, self, executor => executor.duration_regular())
    }

    /// The most VUs of a share at any time.
    pub fn vus_max(&self, share: &Share) -> u64 {
        for_each_executor!(Self, self, executor => executor.vus_max(share))
    }

    /// Total number of iterations of a share, where that is known beforehand. For shared-iterations
    /// it is that of the whole process.
    pub fn iterations_total(&self, share: &Share) -> Option<u64> {
        match self {
            Self::ConstantVus(_) | Self::RampingVus(_) => None,
            Self::SharedIterations(executor) => Some(executor.iterations_in_instance(share)),
            Self::PerVuIterations(executor) => {
                Some(executor.vus_max(share).saturating_mul(executor.iterations))
            }
            Self::ConstantArrivalRate(executor) => Some(executor.arrivals_total(share)),
            Self::RampingArrivalRate(executor) => Some(executor.arrivals_total(share)),
        }
    }

    /// The rate of the whole test at an instant, in iterations per second; only of arrival rates.
    pub fn rate_per_s_at(&self, elapsed: Duration) -> Option<f64> {
        match self {
            Self::ConstantArrivalRate(executor) => Some(executor.rate_per_s()),
            Self::RampingArrivalRate(executor) => Some(executor.rate_per_s_at(elapsed)),
            _ => None,
        }
    }

    /// What k6's start banner says, without what all executors have.
    pub(crate) fn describe(&self, share: &Share) -> Description {
        for_each_executor!(Self, self, executor => executor.describe(share))
    }

    /// What a share has to do. `graceful_stop` is the scenario's.
    pub(crate) fn load(&self, share: &Share, graceful_stop: Duration) -> Load {
        match self {
            Self::ConstantVus(executor) => executor.load(share, graceful_stop),
            Self::RampingVus(executor) => executor.load(share, graceful_stop),
            Self::SharedIterations(executor) => executor.load(share),
            Self::PerVuIterations(executor) => executor.load(share),
            Self::ConstantArrivalRate(executor) => executor.load(share),
            Self::RampingArrivalRate(executor) => executor.load(share),
        }
    }

    /// How the iterations of a share are numbered; `None` for a share without VUs.
    pub(crate) fn numbering(&self, share: &Share) -> Option<Numbering> {
        match self {
            Self::ConstantVus(_) | Self::RampingVus(_) | Self::PerVuIterations(_) => {
                Some(share.numbering().clone())
            }
            Self::SharedIterations(executor) => share.numbering_by_vus(executor.vus),
            Self::ConstantArrivalRate(executor) => share.numbering_by_vus(executor.vus_max),
            Self::RampingArrivalRate(executor) => share.numbering_by_vus(executor.vus_max),
        }
    }

    /// VUs of a share that are needed all the time. Of ramping-vus this is only an upper bound, see
    /// [`Self::reserved_steps`].
    pub(crate) fn reservation(&self, share: &Share) -> Reservation {
        match self {
            Self::ConstantArrivalRate(executor) => executor.vus.reservation(share),
            Self::RampingArrivalRate(executor) => executor.vus.reservation(share),
            _ => Reservation { planned: self.vus_max(share), unplanned: 0 },
        }
    }

    /// The steps from which a reservation that changes over time is worked out.
    pub(crate) fn reserved_steps(
        &self,
        share: &Share,
        graceful_stop: Duration,
    ) -> Option<ReservedSteps> {
        match self {
            Self::RampingVus(executor) => Some(executor.reserved_steps(share, graceful_stop)),
            _ => None,
        }
    }
}

/// See [`Executor::reserved_steps`].
pub(crate) struct ReservedSteps {
    /// Changes of the number of VUs, and nothing at the end.
    pub(crate) raw: VuSteps,
    /// How often the number can change, as a bound.
    pub(crate) changes: u64,
    /// How long a VU stays reserved after it has been taken away.
    pub(crate) graceful_ramp_down: Duration,
}

/// A line of the start banner: a sentence, and details in parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) sentence: String,
    pub(crate) details: Vec<String>,
}

impl Description {
    fn new(sentence: String) -> Self {
        Self { sentence, details: Vec::new() }
    }

    fn detail(mut self, detail: String) -> Self {
        self.details.push(detail);
        self
    }

    fn details(mut self, details: impl Iterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }
}

/// `value` as JSON text, or null.
fn encode<T: OptionValue>(value: Option<&T>) -> Value {
    value.map_or(Value::Null, OptionValue::encode)
}

fn encode_number(value: Option<i64>) -> Value {
    json!(value)
}

fn describe_max_duration(duration: Duration) -> String {
    format!("maxDuration: {}", format_duration(duration))
}
