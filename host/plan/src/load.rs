//! What one worker has to do for one scenario, as lazy schedules.
//!
//! A schedule is a pure function of the plan and an index: nothing here looks at a clock, keeps a
//! list of events, or adds up rounded intervals. A target of a hundred million costs no more memory
//! than a target of one.
//!
//! - `vu_curve`: how many VUs there are at any instant; [`VuSteps`]: its changes.
//! - `rate_curve`: when arrivals are due; `poisson`: when by chance; [`Arrivals`]: those of one
//!   share.

mod arrivals;
mod poisson;
mod rate_curve;
#[cfg(test)]
mod tests;
mod vu_curve;
mod vu_steps;

use std::time::Duration;

pub(crate) use arrivals::Train;
pub use arrivals::{Arrival, Arrivals};
pub(crate) use rate_curve::RateCurve;
pub(crate) use vu_curve::VuCurve;
pub use vu_steps::{VuStep, VuSteps};

use crate::options::Late;

/// One straight piece of a curve: from where the piece before ended to `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ramp {
    /// How long it takes; zero is a jump.
    pub duration: Duration,
    /// What it ends at: a number of VUs, or of iterations per time unit.
    pub target: u64,
}

impl Ramp {
    /// Its length in nanoseconds (saturates; a valid plan is far below).
    pub(crate) fn duration_ns(self) -> u64 {
        nanos(self.duration)
    }
}

/// Nanoseconds of `duration`, saturated.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The work of one share in one scenario. All times count from the start of the scenario.
#[derive(Debug, Clone)]
pub enum Load {
    /// This share has nothing to do.
    None,
    /// VUs that run one iteration after the other, as many at a time as the steps say.
    LoopingVus {
        /// How many VUs, from when on.
        steps: VuSteps,
        /// The most VUs there are at any time.
        vus_max: u64,
        /// How long a VU that is taken away before the end may still finish its iteration.
        graceful_ramp_down: Duration,
    },
    /// Each VU runs a number of iterations.
    PerVuIterations {
        /// Number of VUs.
        vus: u64,
        /// Number of iterations of each of them.
        iterations: u64,
        /// No iteration starts after this.
        duration_max: Duration,
    },
    /// All VUs of the process share a number of iterations; who is free takes the next.
    SharedIterations {
        /// Number of VUs of this share.
        vus: u64,
        /// Number of iterations of the whole process (not of this worker alone).
        iterations_in_instance: u64,
        /// No iteration starts after this.
        duration_max: Duration,
    },
    /// Iterations that start when they are due, whatever became of those before.
    Arrivals {
        /// When.
        arrivals: Arrivals,
        /// VUs that are made before the test starts.
        vus_pre_allocated: u64,
        /// The most VUs there may be.
        vus_max: u64,
        /// What becomes of those that find no VU.
        late: Late,
    },
}

impl Load {
    /// Whether this share has nothing to do.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The most VUs that this share ever runs at once.
    pub const fn vus_max(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::LoopingVus { vus_max, .. } | Self::Arrivals { vus_max, .. } => *vus_max,
            Self::PerVuIterations { vus, .. } | Self::SharedIterations { vus, .. } => *vus,
        }
    }
}
