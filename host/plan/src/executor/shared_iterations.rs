//! `shared-iterations`: VUs share a fixed number of iterations; who is free takes the next.

use std::time::Duration;

use serde_json::Value;

use super::check::{check_max_duration, natural};
use super::{Description, describe_max_duration, encode, encode_number};
use crate::duration::SignedDuration;
use crate::load::Load;
use crate::options::{Fields, OptionsError};
use crate::problem::Problem;
use crate::segment::Share;

/// Options of `shared-iterations`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedIterationsOptions {
    /// Number of VUs; 1 unless set.
    pub vus: Option<i64>,
    /// Number of iterations of all VUs together; 1 unless set.
    pub iterations: Option<i64>,
    /// No iteration starts after this; 10 minutes unless set.
    pub max_duration: Option<SignedDuration>,
}

impl SharedIterationsOptions {
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

    pub(super) fn validate(&self) -> Result<SharedIterations, Vec<Problem>> {
        let mut problems = Vec::new();
        let (vus, iterations) = (self.vus.unwrap_or(1), self.iterations.unwrap_or(1));
        if vus <= 0 {
            problems.push(Problem::VusNotPositive);
        }
        if iterations < vus {
            problems.push(Problem::FewerIterationsThanVus { iterations, vus });
        }
        let duration_max = check_max_duration(self.max_duration, &mut problems);
        let (vus, iterations) = (natural(vus), natural(iterations));
        let valid = SharedIterations { vus, iterations, duration_max };
        if problems.is_empty() { Ok(valid) } else { Err(problems) }
    }
}

/// A valid `shared-iterations`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedIterations {
    /// Number of VUs of the whole test, at least 1.
    pub vus: u64,
    /// Number of iterations of the whole test, at least as many as VUs.
    pub iterations: u64,
    /// No iteration starts after this.
    pub duration_max: Duration,
}

impl SharedIterations {
    pub(super) const NAME: &'static str = "shared-iterations";

    pub(super) fn duration_regular(&self) -> Duration {
        self.duration_max
    }

    pub(super) fn vus_max(&self, share: &Share) -> u64 {
        share.scale(self.vus)
    }

    /// Iterations of the process that a share belongs to.
    pub(super) fn iterations_in_instance(&self, share: &Share) -> u64 {
        let numbering = share.process().numbering_by_vus(self.vus);
        numbering.map_or(0, |numbering| numbering.scale(self.iterations))
    }

    pub(super) fn describe(&self, share: &Share) -> Description {
        let (iterations, vus) = (self.iterations_in_instance(share), self.vus_max(share));
        Description::new(format!("{iterations} iterations shared among {vus} VUs"))
            .detail(describe_max_duration(self.duration_max))
    }

    pub(super) fn load(&self, share: &Share) -> Load {
        let (vus, iterations_in_instance) =
            (self.vus_max(share), self.iterations_in_instance(share));
        if vus == 0 || iterations_in_instance == 0 {
            return Load::None;
        }
        let duration_max = self.duration_max;
        Load::SharedIterations { vus, iterations_in_instance, duration_max }
    }
}
