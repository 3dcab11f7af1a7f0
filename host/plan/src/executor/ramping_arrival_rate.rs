//! `ramping-arrival-rate`: iterations start at a rate that follows ramps, whatever became of those
//! before.

use std::time::Duration;

use serde_json::Value;

use super::check::{ArrivalVus, check_rate, check_stages, check_time_unit, natural, total};
use super::pacing::{Pacing, PacingOptions};
use super::{Description, encode, encode_number};
use crate::duration::{SignedDuration, format_duration};
use crate::load::{Arrivals, Load, Ramp, RateCurve, Train, nanos};
use crate::options::{Fields, OptionsError, Stage};
use crate::problem::Problem;
use crate::segment::Share;

/// Options of `ramping-arrival-rate`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RampingArrivalRateOptions {
    /// Rate to start with, in iterations per time unit; 0 unless set.
    pub start_rate: Option<i64>,
    /// The time that rates are for; one second unless set.
    pub time_unit: Option<SignedDuration>,
    /// The ramps; targets are iterations per time unit. At least one is required.
    pub stages: Option<Vec<Stage>>,
    /// VUs that are made before the test starts; required.
    pub pre_allocated_vus: Option<i64>,
    /// The most VUs there may be; as many as are made before unless set.
    pub max_vus: Option<i64>,
    /// What k6 does not have.
    pub pacing: PacingOptions,
}

impl RampingArrivalRateOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.start_rate = fields.take("startRate")?;
        self.time_unit = fields.take("timeUnit")?;
        self.stages = fields.take("stages")?;
        self.pre_allocated_vus = fields.take("preAllocatedVUs")?;
        self.max_vus = fields.take("maxVUs")?;
        self.pacing.decode_fields(fields)
    }

    pub(super) fn encode_fields(&self) -> Vec<(&'static str, Value)> {
        let mut all = vec![
            ("startRate", encode_number(self.start_rate)),
            ("timeUnit", encode(self.time_unit.as_ref())),
            ("stages", encode(self.stages.as_ref())),
            ("preAllocatedVUs", encode_number(self.pre_allocated_vus)),
            ("maxVUs", encode_number(self.max_vus)),
        ];
        all.extend(self.pacing.encode_fields());
        all
    }

    pub(super) fn validate(&self) -> Result<RampingArrivalRate, Vec<Problem>> {
        let mut problems = Vec::new();
        let start_rate = self.start_rate.unwrap_or_default();
        if start_rate < 0 {
            problems.push(Problem::StartRateNegative);
        }
        let start_rate = natural(start_rate);
        let time_unit = check_time_unit(self.time_unit, &mut problems);
        let stages = self.stages.as_deref().unwrap_or_default();
        let stages = check_stages(stages, &mut problems);
        let rates = stages.iter().map(|stage| stage.target);
        check_rate(rates.fold(start_rate, u64::max), time_unit, &mut problems);
        let vus = ArrivalVus::check(self.pre_allocated_vus, self.max_vus, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let curve = RateCurve::new(start_rate, time_unit, &stages);
        Ok(RampingArrivalRate {
            start_rate,
            time_unit,
            duration: total(&stages),
            stages,
            vus_pre_allocated: vus.pre_allocated,
            vus_max: vus.max,
            vus,
            pacing: self.pacing.valid(),
            curve,
        })
    }
}

/// A valid `ramping-arrival-rate`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RampingArrivalRate {
    /// Rate of the whole test to start with, in iterations per time unit.
    pub start_rate: u64,
    /// The time that rates are for, more than zero.
    pub time_unit: Duration,
    /// The ramps, at least one; targets are iterations of the whole test per time unit.
    pub stages: Vec<Ramp>,
    /// VUs of the whole test that are made before it starts.
    pub vus_pre_allocated: u64,
    /// The most VUs of the whole test, at least as many as are made before.
    pub vus_max: u64,
    pub(super) vus: ArrivalVus,
    pacing: Pacing,
    duration: Duration,
    curve: RateCurve,
}

impl RampingArrivalRate {
    pub(super) const NAME: &'static str = "ramping-arrival-rate";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration
    }

    /// The rate of the whole test at an instant, in iterations per second.
    pub(super) fn rate_per_s_at(&self, elapsed: Duration) -> f64 {
        self.curve.rate_per_s_at(nanos(elapsed))
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.vus_max)
    }

    pub(super) fn arrivals_total(&self, share: &Share) -> u64 {
        self.arrivals(share).map_or(0, |arrivals| arrivals.total())
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        let rates = self.stages.iter().map(|stage| stage.target);
        let most = rates.fold(self.start_rate, u64::max) as f64;
        let rate = most / self.time_unit.as_secs_f64() * share.segment_ratio();
        let (duration, stages) = (format_duration(self.duration), self.stages.len());
        Description::new(format!(
            "Up to {rate:.2} iterations/s for {duration} over {stages} stages"
        ))
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

    fn arrivals(&self, share: &Share) -> Option<Arrivals> {
        let numbering = share.numbering_by_vus(self.vus_max)?;
        Some(Arrivals::new(Train::Ramping(self.curve.clone()), numbering, self.pacing.poisson_seed))
    }
}
