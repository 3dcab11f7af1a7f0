//! The sink of gauges: the latest value, the smallest and the largest.
//!
//! "Latest" is by time stamp over all workers. Equal time stamps are settled by worker and by
//! the order of hand-over, so that a merge gives the same result in any order.

/// When a value was set, in an order that is total over all workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Nanoseconds since 1970-01-01 UTC.
    pub time_unix_ns: u64,
    /// The worker that set it.
    pub worker: u32,
    /// Number of the hand-over in which it came.
    pub sequence: u64,
}

/// Latest, smallest and largest value of a gauge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gauge {
    /// The latest value; 0 without values.
    pub value: f64,
    /// The smallest; 0 without values.
    pub min: f64,
    /// The largest; 0 without values.
    pub max: f64,
    /// How many values there were.
    pub samples: u64,
    /// When the latest value was set.
    pub stamp: Stamp,
}

impl Gauge {
    /// Sets a value. In one sink, the later call wins when time stamps are equal.
    #[inline]
    pub fn add(&mut self, value: f64, time_unix_ns: u64) {
        if self.samples == 0 {
            (self.min, self.max) = (value, value);
        } else {
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
        if time_unix_ns >= self.stamp.time_unix_ns {
            self.value = value;
            self.stamp.time_unix_ns = time_unix_ns;
        }
        self.samples += 1;
    }

    /// Adds what another one has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.samples == 0 {
            return;
        }
        if self.samples == 0 {
            *self = *other;
            return;
        }
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.samples += other.samples;
        if other.stamp > self.stamp {
            self.value = other.value;
            self.stamp = other.stamp;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gauge(value: f64, time_unix_ns: u64, worker: u32) -> Gauge {
        let mut gauge = Gauge::default();
        gauge.add(value, time_unix_ns);
        gauge.stamp.worker = worker;
        gauge
    }

    #[test]
    fn the_latest_value_wins_in_any_order() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let parts = [gauge(5.0, 10, 0), gauge(-1.0, 30, 1), gauge(9.0, 20, 2)];
            let mut merged = Gauge::default();
            for index in order {
                merged.merge(&parts[index]);
            }
            assert_eq!((merged.value, merged.min, merged.max), (-1.0, -1.0, 9.0));
            assert_eq!(merged.samples, 3);
        }
    }

    #[test]
    fn equal_times_are_settled_by_worker() {
        let (a, b) = (gauge(1.0, 10, 0), gauge(2.0, 10, 1));
        let (mut ab, mut ba) = (a, b);
        ab.merge(&b);
        ba.merge(&a);
        assert_eq!(ab, ba);
        assert_eq!(ab.value, 2.0);
    }

    #[test]
    fn within_one_sink_the_later_call_wins_at_equal_times() {
        let mut one = gauge(1.0, 10, 0);
        one.add(3.0, 10);
        one.add(2.0, 9);
        assert_eq!((one.value, one.min, one.max), (3.0, 1.0, 3.0));
    }
}
