//! The sink of rates: how many values were not zero.

use serde::{Deserialize, Serialize};

/// Count of passes and of all values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Values that were not zero.
    pub passes: u64,
    /// All values.
    pub samples: u64,
}

impl Rate {
    /// Adds a value; all but zero pass.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.passes += u64::from(value != 0.0);
        self.samples += 1;
    }

    /// Adds what another one has seen.
    pub fn merge(&mut self, other: &Self) {
        self.passes += other.passes;
        self.samples += other.samples;
    }

    /// Values that were zero.
    pub fn fails(&self) -> u64 {
        self.samples - self.passes
    }

    /// Share of passes from 0 to 1; nothing without values.
    pub fn ratio(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.passes as f64 / self.samples as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_zero_passes() {
        let mut rate = Rate::default();
        assert_eq!(rate.ratio(), None);
        for value in [1.0, 0.0, -0.0, 0.1, -3.0] {
            rate.add(value);
        }
        let mut other = Rate::default();
        other.add(0.0);
        rate.merge(&other);
        assert_eq!((rate.passes, rate.fails(), rate.ratio()), (3, 3, Some(0.5)));
    }
}
