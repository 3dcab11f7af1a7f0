//! The arrival record: a bounded ring of arrivals beside counters that never overflow.
//!
//! Adding one is a lock that is almost never contended, a push and a counter: under 100 ns, so that
//! recording does not shape what it records. The ring holds the newest arrivals; the totals and the
//! counts per second stay exact when it has wrapped.

use std::collections::VecDeque;

use parking_lot::Mutex;

use crate::arrival::{Arrival, count_second};
use crate::config::Limits;

#[derive(Debug)]
pub(crate) struct Record {
    inner: Mutex<Inner>,
    arrivals_max: usize,
    seconds_max: usize,
}

#[derive(Debug, Default)]
struct Inner {
    ring: VecDeque<Arrival>,
    total: u64,
    first_ns: u64,
    seconds: Vec<u64>,
}

/// What the record holds, at one instant.
#[derive(Debug)]
pub(crate) struct RecordView {
    /// In the order in which they were served; times may be out of order by a little.
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) total: u64,
    pub(crate) per_second: Vec<u64>,
}

impl Record {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            inner: Mutex::default(),
            arrivals_max: limits.arrivals_max.max(1),
            seconds_max: limits.seconds_max,
        }
    }

    pub(crate) fn add(&self, arrival: Arrival) {
        let mut inner = self.inner.lock();
        if inner.total == 0 {
            inner.first_ns = arrival.at_ns;
        }
        inner.total += 1;
        // Requests are recorded when they are complete, so that one with a body may come after a
        // later one without.
        let elapsed_ns = arrival.at_ns.saturating_sub(inner.first_ns);
        count_second(&mut inner.seconds, elapsed_ns, self.seconds_max);
        if inner.ring.len() == self.arrivals_max {
            inner.ring.pop_front();
        }
        inner.ring.push_back(arrival);
    }

    pub(crate) fn total(&self) -> u64 {
        self.inner.lock().total
    }

    pub(crate) fn view(&self) -> RecordView {
        let inner = self.inner.lock();
        RecordView {
            arrivals: inner.ring.iter().cloned().collect(),
            total: inner.total,
            per_second: inner.seconds.clone(),
        }
    }

    pub(crate) fn reset(&self) {
        *self.inner.lock() = Inner::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrival::Protocol;

    fn arrival(at_ns: u64) -> Arrival {
        Arrival {
            at_ns,
            connection: 1,
            method: http::Method::GET,
            target: "/a?b=c".into(),
            protocol: Protocol::Http1,
            request_bytes: 10,
        }
    }

    #[test]
    fn a_full_ring_keeps_the_newest_and_every_count() {
        let record = Record::new(&Limits { arrivals_max: 3, ..Limits::default() });
        for index in 0..10 {
            record.add(arrival(1_000 + index * 500_000_000));
        }
        let view = record.view();
        assert_eq!(view.total, 10);
        assert_eq!(view.per_second, [2, 2, 2, 2, 2]);
        assert_eq!(view.arrivals.len(), 3);
        assert_eq!(view.arrivals[2].at_ns, 1_000 + 9 * 500_000_000);
        assert_eq!(view.arrivals[0].path(), "/a");
    }

    #[test]
    fn a_reset_starts_a_new_origin() {
        let record = Record::new(&Limits::default());
        record.add(arrival(1));
        record.reset();
        assert_eq!(record.total(), 0);
        record.add(arrival(5_000_000_000));
        assert_eq!(record.view().per_second, [1]);
    }

    #[test]
    fn an_arrival_before_the_first_counts_into_the_first_second() {
        let record = Record::new(&Limits::default());
        record.add(arrival(5_000_000_000));
        record.add(arrival(1));
        assert_eq!(record.view().per_second, [2]);
    }
}
