//! The one clock of the test server: the system's monotonic clock in nanoseconds.
//!
//! The zero is the system's, not the process's, so that the arrival record of one process and the
//! measurements of another can be laid on one axis.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the system's monotonic clock.
pub fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    // The monotonic clock starts at boot and never goes below zero.
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
