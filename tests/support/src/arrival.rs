//! One recorded request, and the arithmetic on a train of them. Pure.

use std::sync::Arc;

/// The protocol that a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP/1.0 or HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

impl Protocol {
    /// `HTTP/1.1` or `HTTP/2`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When the request's head was complete, on the clock of [`crate::now_ns`].
    pub at_ns: u64,
    /// Which connection it came by; connections are numbered from 1 in the order of their accept.
    pub connection: u64,
    /// The method.
    pub method: http::Method,
    /// Path and query as they were sent.
    pub target: Arc<str>,
    /// HTTP/1 or HTTP/2.
    pub protocol: Protocol,
    /// HTTP/1: head and body as they were on the connection (inside TLS). HTTP/2: the body alone.
    pub request_bytes: u64,
}

impl Arrival {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// The gaps between arrivals that follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InterArrivals {
    /// Gaps measured: one less than the arrivals.
    pub count: u64,
    /// Shortest gap.
    pub min_ns: u64,
    /// Mean gap.
    pub mean_ns: u64,
    /// Median gap.
    pub p50_ns: u64,
    /// 90th percentile (nearest rank).
    pub p90_ns: u64,
    /// 99th percentile (nearest rank).
    pub p99_ns: u64,
    /// Longest gap.
    pub max_ns: u64,
}

impl InterArrivals {
    /// The gaps between the instants `at_ns`, which may come in any order.
    pub fn of(mut at_ns: Vec<u64>) -> Self {
        at_ns.sort_unstable();
        let mut gaps_ns: Vec<u64> = at_ns.windows(2).map(|pair| pair[1] - pair[0]).collect();
        gaps_ns.sort_unstable();
        let (Some(&min_ns), Some(&max_ns)) = (gaps_ns.first(), gaps_ns.last()) else {
            return Self::default();
        };
        let count = gaps_ns.len() as u64;
        let rank = |percent: u64| gaps_ns[((count * percent).div_ceil(100).max(1) - 1) as usize];
        // The gaps add up to the span between the first and the last arrival.
        let span_ns: u64 = gaps_ns.iter().sum();
        Self {
            count,
            min_ns,
            mean_ns: span_ns / count,
            p50_ns: rank(50),
            p90_ns: rank(90),
            p99_ns: rank(99),
            max_ns,
        }
    }
}

/// Arrivals in each whole second after the earliest of `at_ns`, at most `seconds_max` seconds;
/// what is later counts into the last.
pub(crate) fn per_second(at_ns: &[u64], seconds_max: usize) -> Vec<u64> {
    let Some(&first_ns) = at_ns.iter().min() else { return Vec::new() };
    let mut counts = Vec::new();
    for &one_ns in at_ns {
        count_second(&mut counts, one_ns - first_ns, seconds_max);
    }
    counts
}

/// Counts one arrival at `elapsed_ns` after the first.
pub(crate) fn count_second(counts: &mut Vec<u64>, elapsed_ns: u64, seconds_max: usize) {
    let second = (elapsed_ns / 1_000_000_000).min(seconds_max.max(1) as u64 - 1) as usize;
    if counts.len() <= second {
        counts.resize(second + 1, 0);
    }
    counts[second] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gaps_of_an_even_train_are_all_alike() {
        let gaps = InterArrivals::of((0..=100).map(|index| 7 + index * 1_000).collect());
        assert_eq!(gaps.count, 100);
        assert_eq!(
            (gaps.min_ns, gaps.p50_ns, gaps.p99_ns, gaps.max_ns),
            (1_000, 1_000, 1_000, 1_000)
        );
        assert_eq!(gaps.mean_ns, 1_000);
    }

    #[test]
    fn ranks_are_nearest_ranks() {
        // Gaps of 1..=100 ns.
        let mut at_ns = vec![0];
        for gap_ns in 1..=100 {
            at_ns.push(at_ns[at_ns.len() - 1] + gap_ns);
        }
        let gaps = InterArrivals::of(at_ns);
        assert_eq!(
            (gaps.min_ns, gaps.p50_ns, gaps.p90_ns, gaps.p99_ns, gaps.max_ns),
            (1, 50, 90, 99, 100)
        );
    }

    #[test]
    fn no_gap_without_two_arrivals() {
        assert_eq!(InterArrivals::of(vec![]), InterArrivals::default());
        assert_eq!(InterArrivals::of(vec![5]), InterArrivals::default());
        assert_eq!(per_second(&[], 10), Vec::<u64>::new());
    }

    #[test]
    fn seconds_are_counted_from_the_first_arrival() {
        let at_ns = [2_500_000_000, 500_000_000, 1_499_999_999, 1_500_000_000];
        assert_eq!(per_second(&at_ns, 100), [2, 1, 1]);
        assert_eq!(per_second(&at_ns, 2), [2, 2]);
        assert_eq!(per_second(&at_ns, 0), [4]);
    }

    proptest! {
        #[test]
        fn no_arrival_is_lost(
            at_ns in prop::collection::vec(0_u64..100_000_000_000, 0..200),
            seconds_max in 0_usize..50,
        ) {
            let counts = per_second(&at_ns, seconds_max);
            prop_assert_eq!(counts.iter().sum::<u64>(), at_ns.len() as u64);
            prop_assert!(counts.len() <= seconds_max.max(1));
            let gaps = InterArrivals::of(at_ns.clone());
            prop_assert!(gaps.min_ns <= gaps.p50_ns && gaps.p50_ns <= gaps.p90_ns);
            prop_assert!(gaps.p90_ns <= gaps.p99_ns && gaps.p99_ns <= gaps.max_ns);
        }
    }
}
