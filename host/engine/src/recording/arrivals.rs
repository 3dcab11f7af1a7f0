//! Arrivals by second of the run: how many were planned in it, how many started in it. For the
//! verdict.

use std::cell::{Cell, RefCell};

use crate::message::ArrivalSecond;

/// The seconds since the last report; few at a time.
#[derive(Default)]
pub(super) struct Arrivals {
    start_ns: Cell<u64>,
    seconds: RefCell<Vec<ArrivalSecond>>,
}

impl Arrivals {
    pub(super) fn start(&self, at_ns: u64) {
        self.start_ns.set(at_ns);
    }

    pub(super) fn planned(&self, planned_ns: u64) {
        self.count(planned_ns, |second| second.planned += 1);
    }

    pub(super) fn started(&self, start_ns: u64) {
        self.count(start_ns, |second| second.started += 1);
    }

    fn count(&self, at_ns: u64, change: impl FnOnce(&mut ArrivalSecond)) {
        let second = at_ns.saturating_sub(self.start_ns.get()) / 1_000_000_000;
        let mut seconds = self.seconds.borrow_mut();
        // The newest are the likeliest.
        let known = seconds.iter().rposition(|known| known.second == second);
        let position = known.unwrap_or_else(|| {
            seconds.push(ArrivalSecond { second, ..ArrivalSecond::default() });
            seconds.len() - 1
        });
        change(&mut seconds[position]);
    }

    pub(super) fn take(&self) -> Vec<ArrivalSecond> {
        self.seconds.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_arrival_counts_where_it_started() {
        let arrivals = Arrivals::default();
        arrivals.start(500);
        arrivals.planned(500 + 999_999_999);
        arrivals.started(500 + 1_000_000_000);
        let seconds = arrivals.take();
        assert_eq!(seconds.len(), 2);
        assert_eq!((seconds[0].second, seconds[0].planned, seconds[0].started), (0, 1, 0));
        assert_eq!((seconds[1].second, seconds[1].planned, seconds[1].started), (1, 0, 1));
        assert!(arrivals.take().is_empty());
    }
}
