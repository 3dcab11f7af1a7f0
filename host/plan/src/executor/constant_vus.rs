//! `constant-vus`: a fixed number of VUs run one iteration after the other for a time.

use std::time::Duration;

use serde_json::Value;

use super::check::{check_duration, natural};
use super::{Description, encode, encode_number};
use crate::duration::{SignedDuration, format_duration};
use crate::load::{Load, Ramp, VuCurve, VuSteps};
use crate::options::{Fields, OptionsError};
use crate::problem::Problem;
use crate::segment::Share;

/// Options of `constant-vus`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConstantVusOptions {
    /// Number of VUs; 1 unless set.
    pub vus: Option<i64>,
    /// For how long; required.
    pub duration: Option<SignedDuration>,
}

impl ConstantVusOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.vus = fields.take("vus")?;
        self.duration = fields.take("duration")?;
        Ok(())
    }

    pub(super) fn encode_fields(&self) -> Vec<(&'static str, Value)> {
        vec![("vus", encode_number(self.vus)), ("duration", encode(self.duration.as_ref()))]
    }

    pub(super) fn validate(&self) -> Result<ConstantVus, Vec<Problem>> {
        let mut problems = Vec::new();
        let vus = self.vus.unwrap_or(1);
        if vus <= 0 {
            problems.push(Problem::VusNotPositive);
        }
        let duration = check_duration(self.duration, &mut problems);
        let valid = ConstantVus { vus: natural(vus), duration };
        if problems.is_empty() { Ok(valid) } else { Err(problems) }
    }
}

/// A valid `constant-vus`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConstantVus {
    /// Number of VUs of the whole test, at least 1.
    pub vus: u64,
    /// For how long they start iterations.
    pub duration: Duration,
}

impl ConstantVus {
    pub(super) const NAME: &'static str = "constant-vus";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.vus)
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        let (vus, duration) = (self.vus_max(share), format_duration(self.duration));
        Description::new(format!("{vus} looping VUs for {duration}"))
    }

    pub(super) fn load(&self, share: &Share, graceful_stop: Duration) -> Load {
        let vus_max = self.vus_max(share);
        if vus_max == 0 {
            return Load::None;
        }
        let curve =
            VuCurve::new(self.vus, vec![Ramp { duration: self.duration, target: self.vus }]);
        let numbering = share.numbering().clone();
        Load::LoopingVus {
            steps: VuSteps::new(curve, numbering, graceful_stop, graceful_stop),
            vus_max,
            graceful_ramp_down: graceful_stop,
        }
    }
}
