//! What load a test makes, and when: a pure description, no clock, no IO, no threads.
//!
//! The way through this crate is the way of a test's options:
//!
//! 1. [`options`]: the options of one tier are read from JSON or text into [`Options`], tiers are
//!    merged with [`Options::apply`].
//! 2. [`Plan::new`] turns merged options into a [`Plan`], or tells everything that is wrong with
//!    them. Shortcuts (`vus`, `duration`, ...) become scenarios on the way.
//! 3. [`segment`]: a [`Share`] is the part of the test that one process, or one worker, runs.
//! 4. [`ScenarioPlan::load`] gives what a share has to do as lazy schedules ([`Load`]), and
//!    [`Plan::requirements`] how many VUs it takes.
//!
//! ```
//! use squall_plan::{Load, Options, Plan};
//!
//! let parsed = Options::from_json(r#"{"scenarios": {"api": {
//!     "executor": "constant-arrival-rate", "rate": 50, "duration": "10s", "preAllocatedVUs": 5
//! }}}"#)?;
//! let (plan, _warnings) = Plan::new(&parsed.options)?;
//! let share = plan.share.worker(1, 2);
//! let Load::Arrivals { mut arrivals, .. } = plan.scenarios[0].load(&share) else { panic!() };
//! assert_eq!(arrivals.next().map(|arrival| arrival.at_ns), Some(20_000_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants: a [`Plan`] is valid; its parts over any division into shares add up to exactly the
//! whole, at every instant; no schedule allocates for what it has not yet come to.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that fails here says where"))]

pub mod duration;
pub mod executor;
/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
pub mod load;
pub mod options;
mod plan;
mod problem;
mod requirements;
mod scenario;
pub mod segment;
mod shortcuts;
#[cfg(test)]
mod tests;
mod warning;

pub use duration::{
    DurationError, SignedDuration, format_duration, parse_duration_k6, parse_go_duration,
};
pub use executor::{Executor, ExecutorOptions};
pub use load::{Arrival, Arrivals, Load, Ramp, VuStep, VuSteps};
pub use options::{
    ArrivalProcess, Late, Options, OptionsError, Parsed, ScenarioOptions, Stage, TextForm, Tier,
};
pub use plan::Plan;
pub use problem::{ConfigurationProblem, PlanError, Problem, RAMP_VUS_MAX};
pub use requirements::{Requirements, ReservedVus, Vus, VusChange};
pub use scenario::{DEFAULT_EXEC, ScenarioPlan};
pub use segment::{Numbering, Segment, SegmentError, Sequence, Share};
pub use shortcuts::{DEFAULT_SCENARIO, scenarios_of};
pub use warning::Warning;
