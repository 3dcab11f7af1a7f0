//! `constant-arrival-rate`: iterations start at a fixed rate, whatever became of those before.

use std::time::Duration;

use serde_json::Value;

use super::check::{ArrivalVus, check_duration, check_rate, check_time_unit, natural};
use super::pacing::{Pacing, PacingOptions};
use super::{Description, encode, encode_number};
use crate::duration::{SignedDuration, format_duration};
use crate::load::{Arrivals, Load, Train, nanos};
use crate::options::{Fields, OptionsError};
use crate::problem::Problem;
use crate::segment::Share;

/// Options of `constant-arrival-rate`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConstantArrivalRateOptions {
    /// Iterations that start in each time unit; required.
    pub rate: Option<i64>,
    /// The time that the rate is for; one second unless set.
    pub time_unit: Option<SignedDuration>,
    /// For how long; required.
    pub duration: Option<SignedDuration>,
    /// VUs that are made before the test starts; required.
    pub pre_allocated_vus: Option<i64>,
    /// The most VUs there may be; as many as are made before unless set.
    pub max_vus: Option<i64>,
    /// What k6 does not have.
    pub pacing: PacingOptions,
}

impl ConstantArrivalRateOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.rate = fields.take("rate")?;
        self.time_unit = fields.take("timeUnit")?;
        self.duration = fields.take("duration")?;
        self.pre_allocated_vus = fields.take("preAllocatedVUs")?;
        self.max_vus = fields.take("maxVUs")?;
        self.pacing.decode_fields(fields)
    }

    pub(super) fn encode_fields(&self) -> Vec<(&'static str, Value)> {
        let mut all = vec![
            ("rate", encode_number(self.rate)),
            ("timeUnit", encode(self.time_unit.as_ref())),
            ("duration", encode(self.duration.as_ref())),
            ("preAllocatedVUs", encode_number(self.pre_allocated_vus)),
            ("maxVUs", encode_number(self.max_vus)),
        ];
        all.extend(self.pacing.encode_fields());
        all
    }

    pub(super) fn validate(&self) -> Result<ConstantArrivalRate, Vec<Problem>> {
        let mut problems = Vec::new();
        match self.rate {
            None => problems.push(Problem::RateMissing),
            Some(..=0) => problems.push(Problem::RateNotPositive),
            Some(_) => {}
        }
        let rate = natural(self.rate.unwrap_or_default());
        let time_unit = check_time_unit(self.time_unit, &mut problems);
        check_rate(rate, time_unit, &mut problems);
        let duration = check_duration(self.duration, &mut problems);
        let vus = ArrivalVus::check(self.pre_allocated_vus, self.max_vus, &mut problems);
        let (vus_pre_allocated, vus_max) = (vus.pre_allocated, vus.max);
        let pacing = self.pacing.valid();
        let valid = ConstantArrivalRate {
            rate,
            time_unit,
            duration,
            vus_pre_allocated,
            vus_max,
            vus,
            pacing,
        };
        if problems.is_empty() { Ok(valid) } else { Err(problems) }
    }
}

/// A valid `constant-arrival-rate`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConstantArrivalRate {
    /// Iterations of the whole test that start in each time unit, at least 1.
    pub rate: u64,
    /// The time that the rate is for, more than zero.
    pub time_unit: Duration,
    /// For how long iterations start.
    pub duration: Duration,
    /// VUs of the whole test that are made before it starts.
    pub vus_pre_allocated: u64,
    /// The most VUs of the whole test, at least as many as are made before.
    pub vus_max: u64,
    pub(super) vus: ArrivalVus,
    pacing: Pacing,
}

impl ConstantArrivalRate {
    pub(super) const NAME: &'static str = "constant-arrival-rate";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration
    }

    /// The rate of the whole test, in iterations per second.
    pub(super) fn rate_per_s(&self) -> f64 {
        self.rate as f64 / self.time_unit.as_secs_f64()
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.vus_max)
    }

    pub(super) fn arrivals_total(&self, share: &Share) -> u64 {
        self.arrivals(share).map_or(0, |arrivals| arrivals.total())
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        // A share gets as much of the rate as it has of the VUs.
        let ratio = match self.vus_max {
            0 => 0.0,
            vus_max => self.vus_max(share) as f64 / vus_max as f64,
        };
        let (rate, duration) = (self.rate_per_s() * ratio, format_duration(self.duration));
        Description::new(format!("{rate:.2} iterations/s for {duration}"))
            .detail(self.vus.describe(share))
            .details(self.pacing.describe())
    }

    pub(super) fn load(&self, share: &Share) -> Load {
        match self.arrivals(share) {
            None => Load::None,
            Some(arrivals) => Load::Arrivals {
                arrivals,
                vus_pre_allocated: share.scale(self.vus_pre_allocated),
                vus_max: self.vus_max(share),
                late: self.pacing.late,
            },
        }
    }

    /// Every whole period from 0 on that is over before the end. The period is cut to whole
    /// nanoseconds once, for the whole test, so that all shares count the same train.
    fn arrivals(&self, share: &Share) -> Option<Arrivals> {
        let period_ns = (nanos(self.time_unit) / self.rate).max(1);
        let count = nanos(self.duration).div_ceil(period_ns);
        let numbering = share.numbering_by_vus(self.vus_max)?;
        Some(Arrivals::new(
            Train::Constant { period_ns, count },
            numbering,
            self.pacing.poisson_seed,
        ))
    }
}
