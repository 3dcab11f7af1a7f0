//! The arrivals of one share: which of the test's arrivals are its own, and when each is due.

use super::RateCurve;
use super::poisson::Poisson;
use crate::segment::Numbering;

/// One planned start of an iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When it is due, in nanoseconds from the start of the scenario.
    pub at_ns: u64,
    /// Its number among all arrivals of the scenario, over all shares, from 0.
    pub index_in_test: u64,
}

/// When the arrivals of the whole test are due.
#[derive(Debug, Clone)]
pub(crate) enum Train {
    /// One every `period_ns`, `count` of them, the first at 0.
    Constant { period_ns: u64, count: u64 },
    /// As the area under a rate says.
    Ramping(RateCurve),
}

impl Train {
    fn count(&self) -> u64 {
        match self {
            Self::Constant { count, .. } => *count,
            Self::Ramping(curve) => curve.arrivals(),
        }
    }

    fn due_ns(&self, index: u64) -> u64 {
        match self {
            Self::Constant { period_ns, .. } => index.saturating_mul(*period_ns),
            Self::Ramping(curve) => curve.due_ns(index),
        }
    }

    /// When this part of all arrivals, from 0 to 1, is due.
    fn due_at_ns(&self, part: f64) -> u64 {
        match self {
            Self::Constant { period_ns, count } => {
                (part * count.saturating_mul(*period_ns) as f64) as u64
            }
            Self::Ramping(curve) => curve.due_at_ns(part),
        }
    }
}

/// When, within the plan's rate, single arrivals are due.
#[derive(Debug, Clone)]
enum Spacing {
    /// As evenly as the rate allows.
    Uniform,
    /// As if by chance.
    Poisson(Poisson),
}

/// Lazy iterator over the arrivals of one share, in the order in which they are due. When arrival
/// number i is due depends on the plan and on i alone, never on when anything else happened.
#[derive(Debug, Clone)]
pub struct Arrivals {
    train: Train,
    spacing: Spacing,
    numbering: Numbering,
    count: u64,
    taken: u64,
    next: Option<Arrival>,
}

impl Arrivals {
    /// Evenly spaced arrivals, or with a seed those of a Poisson process.
    pub(crate) fn new(train: Train, numbering: Numbering, poisson_seed: Option<u64>) -> Self {
        let count = numbering.scale(train.count());
        let poisson = |seed| Spacing::Poisson(Poisson::new(seed, train.count()));
        let spacing = poisson_seed.map_or(Spacing::Uniform, poisson);
        let mut arrivals = Self { train, spacing, numbering, count, taken: 0, next: None };
        arrivals.next = arrivals.nth_own(0);
        arrivals
    }

    /// When the next arrival is due, in nanoseconds from the start of the scenario; `None` when all
    /// have been taken.
    pub fn peek_ns(&self) -> Option<u64> {
        self.next.map(|arrival| arrival.at_ns)
    }

    /// How many arrivals of this share there are in all, taken or not.
    pub const fn total(&self) -> u64 {
        self.count
    }

    /// How many of them have not been taken yet.
    pub const fn remaining(&self) -> u64 {
        self.count - self.taken
    }

    /// The arrival with a number that is higher than that of the call before.
    fn nth_own(&mut self, own: u64) -> Option<Arrival> {
        if own >= self.count {
            return None;
        }
        let index_in_test = self.numbering.in_test(own);
        let at_ns = match &mut self.spacing {
            Spacing::Uniform => self.train.due_ns(index_in_test),
            Spacing::Poisson(poisson) => self.train.due_at_ns(poisson.position(index_in_test)),
        };
        Some(Arrival { at_ns, index_in_test })
    }
}

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let arrival = self.next?;
        self.taken += 1;
        self.next = self.nth_own(self.taken);
        Some(arrival)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let remaining = usize::try_from(self.remaining());
        (remaining.unwrap_or(usize::MAX), remaining.ok())
    }
}
