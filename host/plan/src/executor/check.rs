//! Checks that several executors have in common. Each reports what is wrong and goes on with a
//! value that stands in, so that all problems of a scenario are found at once.

use std::time::Duration;

use super::Reservation;
use crate::duration::SignedDuration;
use crate::load::Ramp;
use crate::options::Stage;
use crate::problem::Problem;
use crate::segment::Share;

/// Shortest time that a scenario may be given.
const DURATION_MIN: SignedDuration = SignedDuration::from_secs(1);

/// How long a fixed number of iterations may take, unless set.
const MAX_DURATION: SignedDuration = SignedDuration::from_secs(600);

pub(super) fn check_duration(
    duration: Option<SignedDuration>,
    problems: &mut Vec<Problem>,
) -> Duration {
    match duration {
        None => problems.push(Problem::DurationMissing),
        Some(found) if found < DURATION_MIN => problems.push(Problem::DurationTooShort { found }),
        Some(duration) => return duration.to_duration_or_zero(),
    }
    Duration::ZERO
}

pub(super) fn check_max_duration(
    duration: Option<SignedDuration>,
    problems: &mut Vec<Problem>,
) -> Duration {
    let found = duration.unwrap_or(MAX_DURATION);
    if found < DURATION_MIN {
        problems.push(Problem::MaxDurationTooShort { found });
    }
    found.to_duration_or_zero()
}

/// Stages as ramps. Stages that are wrong are reported and stand in as nothing.
pub(super) fn check_stages(stages: &[Stage], problems: &mut Vec<Problem>) -> Vec<Ramp> {
    if stages.is_empty() {
        problems.push(Problem::NoStages);
    }
    let mut ramps = Vec::with_capacity(stages.len());
    for (stage, &Stage { duration, target }) in (1..).zip(stages) {
        match duration {
            None => problems.push(Problem::StageDurationMissing { stage }),
            Some(duration) if duration.is_negative() => {
                problems.push(Problem::StageDurationNegative { stage });
            }
            Some(_) => {}
        }
        match target {
            None => problems.push(Problem::StageTargetMissing { stage }),
            Some(..0) => problems.push(Problem::StageTargetNegative { stage }),
            Some(_) => {}
        }
        ramps.push(Ramp {
            duration: duration.unwrap_or_default().to_duration_or_zero(),
            target: natural(target.unwrap_or_default()),
        });
    }
    ramps
}

pub(super) fn total(ramps: &[Ramp]) -> Duration {
    ramps.iter().fold(Duration::ZERO, |sum, ramp| sum.saturating_add(ramp.duration))
}

/// VUs of an arrival-rate executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ArrivalVus {
    pub(super) pre_allocated: u64,
    pub(super) max: u64,
}

impl ArrivalVus {
    pub(super) fn check(
        pre_allocated: Option<i64>,
        max: Option<i64>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        match pre_allocated {
            None => problems.push(Problem::PreAllocatedVusMissing),
            Some(..0) => problems.push(Problem::PreAllocatedVusNegative),
            Some(_) => {}
        }
        let least = pre_allocated.unwrap_or_default();
        let most = max.unwrap_or(least);
        if most < least {
            problems.push(Problem::MaxVusTooFew);
        }
        Self { pre_allocated: natural(least), max: natural(most) }
    }

    pub(super) fn reservation(self, share: &Share) -> Reservation {
        let planned = share.scale(self.pre_allocated);
        let max = share.scale(self.max);
        Reservation { planned, unplanned: max.saturating_sub(planned) }
    }

    /// `maxVUs: 10` or `maxVUs: 1-10`.
    pub(super) fn describe(self, share: &Share) -> String {
        let pre_allocated = share.scale(self.pre_allocated);
        match share.scale(self.max) {
            max if max > pre_allocated => format!("maxVUs: {pre_allocated}-{max}"),
            max => format!("maxVUs: {max}"),
        }
    }
}

/// A time unit that is above zero, one second when it is not.
pub(super) fn check_time_unit(
    time_unit: Option<SignedDuration>,
    problems: &mut Vec<Problem>,
) -> Duration {
    match time_unit.map(SignedDuration::to_duration_or_zero) {
        None => Duration::from_secs(1),
        Some(Duration::ZERO) => {
            problems.push(Problem::TimeUnitNotPositive);
            Duration::from_secs(1)
        }
        Some(time_unit) => time_unit,
    }
}

/// Refuses rates of which not even the nanoseconds of a schedule could tell two starts apart.
pub(super) fn check_rate(rate: u64, time_unit: Duration, problems: &mut Vec<Problem>) {
    if u128::from(rate) > time_unit.as_nanos() {
        let rate = i64::try_from(rate).unwrap_or(i64::MAX);
        problems.push(Problem::RateTooHigh { rate, time_unit: time_unit.into() });
    }
}

/// A number that may not be below zero, zero if it is. Whoever calls has reported that it is.
pub(super) fn natural(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
