//! Time: think time and clocks. The clocks are the host's, so they work on every Wasm target.

use std::time::Duration;

use crate::host::timers as host;

/// Parks this VU. Ends early only when the iteration is interrupted.
pub fn sleep(duration: Duration) {
    host::sleep(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
}

/// Parks this VU for so many seconds, as k6's `sleep` does. Negative numbers and NaN do not wait.
pub fn sleep_s(seconds: f64) {
    // The cast saturates: NaN and everything below zero is 0.
    host::sleep((seconds * 1e9) as u64);
}

/// A point on a clock that never steps back.
///
/// ```no_run
/// use squall_sdk::prelude::*;
///
/// let start = Instant::now();
/// sleep_s(0.5);
/// assert!(start.elapsed().as_millis() >= 500);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    since_zero_ns: u64,
}

impl Instant {
    /// The time now.
    #[must_use]
    pub fn now() -> Self {
        Self { since_zero_ns: host::now() }
    }

    /// The time that has passed since.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        Duration::from_nanos(host::now().saturating_sub(self.since_zero_ns))
    }
}

/// The time of day, as the duration since 1970-01-01 UTC.
#[must_use]
pub fn wall_clock() -> Duration {
    Duration::from_nanos(host::wall_clock())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn sleep_advances_the_clock() {
        let host = Host::new();
        let start = Instant::now();
        sleep(Duration::from_millis(1_500));
        sleep_s(0.25);
        assert_eq!(start.elapsed(), Duration::from_millis(1_750));
        assert_eq!(host.slept(), Duration::from_millis(1_750));
    }

    #[test]
    fn sleep_of_odd_numbers_does_not_wait_or_overflow() {
        let host = Host::new();
        sleep_s(-1.0);
        sleep_s(f64::NAN);
        assert_eq!(host.slept(), Duration::ZERO);
        sleep(Duration::MAX);
        assert_eq!(host.slept(), Duration::from_nanos(u64::MAX));
    }
}
