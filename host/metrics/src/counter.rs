//! The sink of counters: a sum.
//!
//! Holds no time: a rate needs the length of the run, which the reader supplies.

use serde::{Deserialize, Serialize};

/// Sum of the values of a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    /// Sum of the values.
    pub sum: f64,
    /// How many values there were.
    pub samples: u64,
}

impl Counter {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.sum += value;
        self.samples += 1;
    }

    /// Adds what another one has seen.
    pub fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.samples += other.samples;
    }

    /// Sum by second; nothing while no time has passed.
    pub fn rate_per_s(&self, elapsed_s: f64) -> Option<f64> {
        (elapsed_s > 0.0).then(|| self.sum / elapsed_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_divides_by_the_time_of_the_run() {
        let mut counter = Counter::default();
        counter.add(2.0);
        counter.add(0.5);
        let mut other = Counter::default();
        other.add(-1.0);
        counter.merge(&other);
        assert_eq!(counter, Counter { sum: 1.5, samples: 3 });
        assert_eq!(counter.rate_per_s(3.0), Some(0.5));
        assert_eq!(counter.rate_per_s(0.0), None);
    }
}
