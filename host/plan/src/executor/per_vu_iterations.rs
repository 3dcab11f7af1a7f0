//! `per-vu-iterations`: each VU runs a fixed number of iterations.

use std::time::Duration;

use serde_json::Value;

use super::check::{check_max_duration, natural};
use super::{Description, describe_max_duration, encode, encode_number};
use crate::duration::SignedDuration;
use crate::load::Load;
use crate::options::{Fields, OptionsError};
use crate::problem::Problem;
use crate::segment::Share;

/// Options of `per-vu-iterations`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PerVuIterationsOptions {
    /// Number of VUs; 1 unless set.
    pub vus: Option<i64>,
    /// Number of iterations of each VU; 1 unless set.
    pub iterations: Option<i64>,
    /// No iteration starts after this; 10 minutes unless set.
    pub max_duration: Option<SignedDuration>,
}

impl PerVuIterationsOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.vus = fields.take("vus")?;
        self.iterations = fields.take("iterations")?;
        self.max_duration = fields.take("maxDuration")?;
        Ok(())
    }

    pub(super) fn encode_fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("vus", encode_number(self.vus)),
            ("iterations", encode_number(self.iterations)),
            ("maxDuration", encode(self.max_duration.as_ref())),
        ]
    }

    pub(super) fn validate(&self) -> Result<PerVuIterations, Vec<Problem>> {
        let mut problems = Vec::new();
        let (vus, iterations) = (self.vus.unwrap_or(1), self.iterations.unwrap_or(1));
        if vus <= 0 {
            problems.push(Problem::VusNotPositive);
        }
        if iterations <= 0 {
            problems.push(Problem::IterationsNotPositive);
        }
        let duration_max = check_max_duration(self.max_duration, &mut problems);
        let (vus, iterations) = (natural(vus), natural(iterations));
        let valid = PerVuIterations { vus, iterations, duration_max };
        if problems.is_empty() { Ok(valid) } else { Err(problems) }
    }
}

/// A valid `per-vu-iterations`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PerVuIterations {
    /// Number of VUs of the whole test, at least 1.
    pub vus: u64,
    /// Number of iterations of each VU, at least 1.
    pub iterations: u64,
    /// No iteration starts after this.
    pub duration_max: Duration,
}

impl PerVuIterations {
    pub(super) const NAME: &'static str = "per-vu-iterations";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration_max
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.vus)
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        let (iterations, vus) = (self.iterations, self.vus_max(share));
        Description::new(format!("{iterations} iterations for each of {vus} VUs"))
            .detail(describe_max_duration(self.duration_max))
    }

    pub(super) fn load(&self, share: &Share) -> Load {
        match self.vus_max(share) {
            0 => Load::None,
            vus => Load::PerVuIterations {
                vus,
                iterations: self.iterations,
                duration_max: self.duration_max,
            },
        }
    }
}
