//! `ramping-vus`: VUs run one iteration after the other, and their number follows ramps.

use std::time::Duration;

use serde_json::Value;

use super::check::{check_stages, natural, total};
use super::{Description, ReservedSteps, encode, encode_number};
use crate::duration::{SignedDuration, format_duration};
use crate::load::{Load, Ramp, VuCurve, VuSteps};
use crate::options::{Fields, OptionsError, Stage};
use crate::problem::{Problem, RAMP_VUS_MAX};
use crate::segment::Share;

/// How long a VU that is taken away may still finish its iteration, unless set.
const GRACEFUL_RAMP_DOWN: SignedDuration = SignedDuration::from_secs(30);

/// Options of `ramping-vus`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RampingVusOptions {
    /// Number of VUs to start with; 1 unless set.
    pub start_vus: Option<i64>,
    /// The ramps; targets are numbers of VUs. At least one is required.
    pub stages: Option<Vec<Stage>>,
    /// How long a VU that is taken away may still finish its iteration; 30 seconds unless set.
    pub graceful_ramp_down: Option<SignedDuration>,
}

impl RampingVusOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.start_vus = fields.take("startVUs")?;
        self.stages = fields.take("stages")?;
        self.graceful_ramp_down = fields.take("gracefulRampDown")?;
        Ok(())
    }

    pub(super) fn encode_fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("startVUs", encode_number(self.start_vus)),
            ("stages", encode(self.stages.as_ref())),
            ("gracefulRampDown", encode(self.graceful_ramp_down.as_ref())),
        ]
    }

    pub(super) fn validate(&self) -> Result<RampingVus, Vec<Problem>> {
        let mut problems = Vec::new();
        let start_vus = self.start_vus.unwrap_or(1);
        let stages = self.stages.as_deref().unwrap_or_default();
        let targets = || stages.iter().map(|stage| stage.target.unwrap_or_default());
        let graceful_ramp_down = self.graceful_ramp_down.unwrap_or(GRACEFUL_RAMP_DOWN);
        if graceful_ramp_down.is_negative() {
            problems.push(Problem::GracefulRampDownNegative);
        }
        if start_vus < 0 {
            problems.push(Problem::StartVusNegative);
        }
        if targets().fold(start_vus, i64::max) <= 0 {
            problems.push(Problem::NoVusEver);
        }
        let ramps = check_stages(stages, &mut problems);
        if start_vus > RAMP_VUS_MAX {
            problems.push(Problem::StartVusTooMany);
        }
        for (stage, target) in (1..).zip(targets()) {
            if target > RAMP_VUS_MAX {
                problems.push(Problem::StageTargetTooHigh { stage });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let start_vus = natural(start_vus);
        let duration = total(&ramps);
        let curve = VuCurve::new(start_vus, ramps.clone());
        let graceful_ramp_down = graceful_ramp_down.to_duration_or_zero();
        Ok(RampingVus { start_vus, stages: ramps, graceful_ramp_down, duration, curve })
    }
}

/// A valid `ramping-vus`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RampingVus {
    /// Number of VUs of the whole test to start with.
    pub start_vus: u64,
    /// The ramps, at least one.
    pub stages: Vec<Ramp>,
    /// How long a VU that is taken away may still finish its iteration.
    pub graceful_ramp_down: Duration,
    duration: Duration,
    curve: VuCurve,
}

impl RampingVus {
    pub(super) const NAME: &'static str = "ramping-vus";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration
    }

    /// Number of VUs of the whole test that start iterations at an instant.
    pub fn vus_at(&self, elapsed: Duration) -> u64 {
        if elapsed >= self.duration {
            return 0;
        }
        self.curve.vus_at(crate::load::nanos(elapsed))
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.curve.peak())
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        let (vus, duration) = (self.vus_max(share), format_duration(self.duration));
        let stages = self.stages.len();
        Description::new(format!("Up to {vus} looping VUs for {duration} over {stages} stages"))
            .detail(format!("gracefulRampDown: {}", format_duration(self.graceful_ramp_down)))
    }

    pub(super) fn load(&self, share: &Share, graceful_stop: Duration) -> Load {
        let vus_max = self.vus_max(share);
        if vus_max == 0 {
            return Load::None;
        }
        let steps = self.steps(share, graceful_stop);
        Load::LoopingVus { steps, vus_max, graceful_ramp_down: self.graceful_ramp_down }
    }

    pub(super) fn reserved_steps(&self, share: &Share, graceful_stop: Duration) -> ReservedSteps {
        ReservedSteps {
            raw: self.steps(share, graceful_stop).raw(),
            changes: self.curve.changes(),
            graceful_ramp_down: self.graceful_ramp_down,
        }
    }

    fn steps(&self, share: &Share, graceful_stop: Duration) -> VuSteps {
        let numbering = share.numbering().clone();
        VuSteps::new(self.curve.clone(), numbering, self.graceful_ramp_down, graceful_stop)
    }
}
