//! What both arrival-rate executors have and k6 does not: how arrivals are spaced, and what becomes
//! of late ones.

use serde_json::{Value, json};

use super::encode;
use crate::options::{ArrivalProcess, Fields, Late, OptionsError};

/// As written. k6's users see these options only where they are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacingOptions {
    /// What becomes of an arrival that finds no free VU; dropped unless set.
    pub late: Option<Late>,
    /// How arrivals are spaced; evenly unless set.
    pub arrivals: Option<ArrivalProcess>,
    /// What chance begins with, so that a run can be repeated; 0 unless set.
    pub seed: Option<i64>,
}

impl PacingOptions {
    pub(super) fn decode_fields(&mut self, fields: &mut Fields<'_>) -> Result<(), OptionsError> {
        self.late = fields.take("late")?;
        self.arrivals = fields.take("arrivals")?;
        self.seed = fields.take("seed")?;
        Ok(())
    }

    pub(super) fn encode_fields(&self) -> impl Iterator<Item = (&'static str, Value)> + use<> {
        let seed = self.seed.map_or(Value::Null, |seed| json!(seed));
        [
            ("late", encode(self.late.as_ref())),
            ("arrivals", encode(self.arrivals.as_ref())),
            ("seed", seed),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_null())
    }

    pub(super) fn valid(&self) -> Pacing {
        let is_poisson = self.arrivals == Some(ArrivalProcess::Poisson);
        let seed = self.seed.unwrap_or_default().cast_unsigned();
        Pacing { late: self.late.unwrap_or_default(), poisson_seed: is_poisson.then_some(seed) }
    }
}

/// Valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pacing {
    pub(super) late: Late,
    pub(super) poisson_seed: Option<u64>,
}

impl Pacing {
    /// What the banner says of it: only what is not as in k6.
    pub(super) fn describe(self) -> impl Iterator<Item = String> {
        let late = (self.late == Late::Queue).then(|| "late: queue".to_owned());
        let arrivals = self.poisson_seed.map(|_| "arrivals: poisson".to_owned());
        late.into_iter().chain(arrivals)
    }
}
