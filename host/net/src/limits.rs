//! Limits on how much is sent at once: the option `rps`, and how many requests of a batch run side
//! by side. And on how much is taken as the head of a response.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock;

/// The largest head of a response, over all protocols. Libraries' own bounds are some KiB, which
/// real servers' cookies exceed; k6's is 10 MiB.
pub(crate) const HEAD_BYTES_MAX: usize = 1024 * 1024;

/// The option `rps`: requests start at least one interval apart, over all threads that share this
/// value.
#[derive(Debug)]
pub struct RateLimit {
    interval_ns: u64,
    /// When the next request may start.
    next_ns: AtomicU64,
}

impl RateLimit {
    /// At most this many requests per second; no limit unless it is positive.
    #[must_use]
    pub fn per_second(rate_per_s: f64) -> Option<Self> {
        if !(rate_per_s > 0.0 && rate_per_s.is_finite()) {
            return None;
        }
        Some(Self { interval_ns: (1e9 / rate_per_s) as u64, next_ns: AtomicU64::new(0) })
    }

    /// Takes the next free start and waits for it. A request that gives up has still used its
    /// start.
    pub(crate) async fn wait(&self) {
        let now_ns = clock::now_ns();
        let start_ns = self.take(now_ns);
        if start_ns > now_ns {
            let wait = std::time::Duration::from_nanos(start_ns - now_ns);
            tokio::time::sleep_until(clock::deadline(now_ns, wait)).await;
        }
    }

    /// The start that belongs to a request which is ready at `now_ns`.
    fn take(&self, now_ns: u64) -> u64 {
        let after = |next_ns: u64| next_ns.max(now_ns).saturating_add(self.interval_ns);
        let taken = self
            .next_ns
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next_ns| Some(after(next_ns)));
        taken.unwrap_or(0).max(now_ns)
    }
}

/// How many requests of one batch run side by side; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// The option `batch`.
    pub batch: usize,
    /// The option `batchPerHost`: requests to the same host and port.
    pub batch_per_host: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { batch: 20, batch_per_host: 6 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_an_interval_apart_and_no_burst_is_saved_up() {
        let limit = RateLimit::per_second(1000.0).unwrap();
        assert_eq!(limit.take(5_000_000), 5_000_000);
        assert_eq!(limit.take(5_000_001), 6_000_000);
        assert_eq!(limit.take(5_000_002), 7_000_000);
        assert_eq!(limit.take(50_000_000), 50_000_000);
        assert_eq!(limit.take(50_000_000), 51_000_000);
    }

    #[test]
    fn senseless_rates_are_no_limit() {
        for rate_per_s in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(RateLimit::per_second(rate_per_s).is_none());
        }
    }
}
