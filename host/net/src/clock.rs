//! The one place where time is read. Everything else gets times as numbers, in nanoseconds.
//!
//! Invariants: [`now_ns`] never goes back, is the same clock on every thread of the process, and is
//! never 0 (so that 0 can mean "not reached" in a mark).

#![expect(clippy::disallowed_methods, reason = "this is the module that reads the clocks")]

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The process-wide zero of the monotonic clock: its first reading.
static ZERO: OnceLock<Instant> = OnceLock::new();

/// Deadlines further away than this are as good as none; it keeps all sums far from overflow.
const DEADLINE_MAX: Duration = Duration::from_hours(10 * 365 * 24);

/// Nanoseconds since the first reading in this process, plus one. Monotonic.
#[inline]
pub fn now_ns() -> u64 {
    let zero = ZERO.get_or_init(Instant::now);
    1 + zero.elapsed().as_nanos() as u64
}

/// Nanoseconds since 1970-01-01 UTC, as the system clock has it; it may jump. 0 when the clock is
/// set before 1970.
#[inline]
pub fn unix_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// The runtime's timer value for `after` past the reading `start_ns`, without reading the clock
/// again.
pub(crate) fn deadline(start_ns: u64, after: Duration) -> tokio::time::Instant {
    let zero = *ZERO.get_or_init(Instant::now);
    let start = zero + Duration::from_nanos(start_ns.saturating_sub(1));
    tokio::time::Instant::from_std(start + after.min(DEADLINE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_never_go_back_and_are_never_zero() {
        let mut last_ns = now_ns();
        assert!(last_ns > 0);
        for _ in 0..1000 {
            let next_ns = now_ns();
            assert!(next_ns >= last_ns);
            last_ns = next_ns;
        }
    }

    #[test]
    fn threads_share_one_zero() {
        let before_ns = now_ns();
        let other_ns = std::thread::spawn(now_ns).join().unwrap();
        let after_ns = now_ns();
        assert!((before_ns..=after_ns).contains(&other_ns));
    }

    #[test]
    fn unix_time_is_in_this_century() {
        let year_2020_ns = 1_577_836_800_u64 * 1_000_000_000;
        assert!(unix_ns() > year_2020_ns);
    }

    #[test]
    fn a_deadline_is_start_plus_duration_and_never_overflows() {
        let start_ns = now_ns();
        let near = deadline(start_ns, Duration::from_secs(1));
        let nearer = deadline(start_ns, Duration::ZERO);
        assert_eq!(near - nearer, Duration::from_secs(1));
        assert!(deadline(start_ns, Duration::MAX) > near);
    }
}
