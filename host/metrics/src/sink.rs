//! One sink for each kind of metric, as a worker fills it and as the control plane sums it up.

use std::time::Duration;

use crate::counter::Counter;
use crate::gauge::{Gauge, Stamp};
use crate::metric::Kind;
use crate::rate::Rate;
use crate::stat::Stat;
use crate::trend::{Cell, Trend};

/// What a worker records into for a second.
pub type Sink = Folded<u32>;
/// What the control plane keeps over a whole run.
pub type Total = Folded<u64>;

/// Values of one kind of metric, folded into one.
#[derive(Clone, Debug)]
pub enum Folded<C> {
    /// See [`Counter`].
    Counter(Counter),
    /// See [`Gauge`].
    Gauge(Gauge),
    /// See [`Rate`].
    Rate(Rate),
    /// See [`Trend`]. Boxed, so that handing it over moves a pointer.
    Trend(Box<Trend<C>>),
}

impl<C: Cell> Folded<C> {
    /// An empty one.
    pub fn new(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(Counter::default()),
            Kind::Gauge => Self::Gauge(Gauge::default()),
            Kind::Rate => Self::Rate(Rate::default()),
            Kind::Trend => Self::Trend(Box::default()),
        }
    }

    /// The kind of metric that it is for.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Counter(_) => Kind::Counter,
            Self::Gauge(_) => Kind::Gauge,
            Self::Rate(_) => Kind::Rate,
            Self::Trend(_) => Kind::Trend,
        }
    }

    /// Adds a value; only gauges look at the time.
    #[inline]
    pub fn add(&mut self, value: f64, time_unix_ns: u64) {
        match self {
            Self::Trend(trend) => trend.add(value),
            Self::Counter(counter) => counter.add(value),
            Self::Rate(rate) => rate.add(value),
            Self::Gauge(gauge) => gauge.add(value, time_unix_ns),
        }
    }

    /// Adds what another one has seen. Kinds are equal by construction; another kind adds nothing.
    pub fn merge<D: Cell>(&mut self, other: &Folded<D>) {
        match (self, other) {
            (Self::Counter(a), Folded::Counter(b)) => a.merge(b),
            (Self::Gauge(a), Folded::Gauge(b)) => a.merge(b),
            (Self::Rate(a), Folded::Rate(b)) => a.merge(b),
            (Self::Trend(a), Folded::Trend(b)) => a.merge(b),
            _ => debug_assert!(false, "sinks of different kinds were merged"),
        }
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        match self {
            Self::Counter(counter) => *counter = Counter::default(),
            Self::Gauge(gauge) => *gauge = Gauge::default(),
            Self::Rate(rate) => *rate = Rate::default(),
            Self::Trend(trend) => trend.clear(),
        }
    }

    /// How many values it has seen.
    pub fn samples(&self) -> u64 {
        match self {
            Self::Counter(counter) => counter.samples,
            Self::Gauge(gauge) => gauge.samples,
            Self::Rate(rate) => rate.samples,
            Self::Trend(trend) => trend.count(),
        }
    }

    /// True before the first value.
    pub fn is_empty(&self) -> bool {
        self.samples() == 0
    }

    /// Bytes of memory, those behind it included.
    pub fn bytes(&self) -> usize {
        let behind = match self {
            Self::Trend(trend) => size_of_val(trend.as_ref()) + trend.heap_bytes(),
            _ => 0,
        };
        size_of_val(self) + behind
    }

    /// Says where the value of a gauge came from.
    pub(crate) fn stamp(&mut self, worker: u32, sequence: u64) {
        if let Self::Gauge(gauge) = self {
            gauge.stamp = Stamp { worker, sequence, ..gauge.stamp };
        }
    }

    /// Reads a figure; nothing when this kind has no such figure or there is no value to tell it
    /// from.
    pub fn stat(&self, stat: Stat, elapsed: Duration) -> Option<f64> {
        match (self, stat) {
            (Self::Counter(counter), Stat::Count) => Some(counter.sum),
            (Self::Counter(counter), Stat::Rate) => counter.rate_per_s(elapsed.as_secs_f64()),
            (Self::Gauge(gauge), Stat::Value) => (gauge.samples > 0).then_some(gauge.value),
            (Self::Gauge(gauge), Stat::Min) => (gauge.samples > 0).then_some(gauge.min),
            (Self::Gauge(gauge), Stat::Max) => (gauge.samples > 0).then_some(gauge.max),
            (Self::Rate(rate), Stat::Rate) => rate.ratio(),
            (Self::Trend(trend), Stat::Count) => Some(trend.count() as f64),
            (Self::Trend(trend), Stat::Avg) => trend.avg(),
            (Self::Trend(trend), Stat::Min) => trend.min(),
            (Self::Trend(trend), Stat::Max) => trend.max(),
            (Self::Trend(trend), Stat::Med) => trend.percentile(50.0),
            (Self::Trend(trend), Stat::Percentile(percent)) => trend.percentile(percent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_figures() {
        let second = Duration::from_secs(1);
        let figures = |kind, stat| {
            let mut sink = Sink::new(kind);
            sink.add(2.0, 1);
            sink.add(4.0, 2);
            let mut total = Total::new(kind);
            total.merge(&sink);
            assert_eq!((total.kind(), total.samples()), (kind, 2));
            total.stat(stat, second * 2)
        };
        assert_eq!(figures(Kind::Counter, Stat::Count), Some(6.0));
        assert_eq!(figures(Kind::Counter, Stat::Rate), Some(3.0));
        assert_eq!(figures(Kind::Counter, Stat::Avg), None);
        assert_eq!(figures(Kind::Gauge, Stat::Value), Some(4.0));
        assert_eq!(figures(Kind::Gauge, Stat::Min), Some(2.0));
        assert_eq!(figures(Kind::Rate, Stat::Rate), Some(1.0));
        assert_eq!(figures(Kind::Trend, Stat::Count), Some(2.0));
        assert_eq!(figures(Kind::Trend, Stat::Avg), Some(3.0));
        assert_eq!(figures(Kind::Trend, Stat::Med), Some(3.0));
        assert_eq!(figures(Kind::Trend, Stat::Percentile(100.0)), Some(4.0));
        assert_eq!(figures(Kind::Trend, Stat::Value), None);
    }

    #[test]
    fn clearing_empties_every_kind() {
        for kind in [Kind::Counter, Kind::Gauge, Kind::Rate, Kind::Trend] {
            let mut sink = Sink::new(kind);
            sink.add(3.0, 9);
            assert!(!sink.is_empty());
            sink.clear();
            assert!(sink.is_empty());
            sink.add(1.0, 2);
            assert_eq!(sink.samples(), 1);
        }
    }
}
