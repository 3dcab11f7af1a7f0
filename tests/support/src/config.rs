//! What a test server is told at its start: address, pace and bounds.
//!
//! Plain values; a [`Freeze`] is valid by construction.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How a [`crate::TestServer`] is to be started. `Config::default()` is right for most tests.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address of [`crate::Listener::Plain`]; the other listeners take free ports of the same IP.
    /// Must be a loopback address. Default `127.0.0.1:0`.
    pub address: SocketAddr,
    /// Threads that serve, each with its own single-threaded runtime. Default 1.
    pub threads: usize,
    /// Time that every request (other than `/__...`) waits before it is served. Default none.
    pub delay: Duration,
    /// Pauses of the whole server. Default none.
    pub freeze: Option<Freeze>,
    /// Bounds on everything that a client could make grow.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            delay: Duration::ZERO,
            freeze: None,
            limits: Limits::default(),
        }
    }
}

/// The bounds of a test server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open connections; more are closed at once and counted. Default 65 536.
    pub connections_max: u64,
    /// Request line and headers of one request; more is answered 431. Default 64 KiB.
    pub head_bytes_max: usize,
    /// Body of one request; more is answered 413. Default 16 MiB.
    pub body_bytes_max: usize,
    /// Body of `/bytes/N` and header value of `/misbehave/huge-header/N`; more is answered 400.
    /// Default 1 GiB.
    pub reply_bytes_max: u64,
    /// What an `endless-` misbehaviour sends before it gives up and closes. Default 64 MiB.
    pub endless_bytes_max: u64,
    /// How long a misbehaviour that waits (`hang` and the like), a `/delay/MS` and a TLS
    /// handshake last at most. Default 30 s.
    pub wait_max: Duration,
    /// Arrivals kept in full; the oldest are overwritten and counted. Default 262 144.
    pub arrivals_max: usize,
    /// Whole seconds with a count of their own; later arrivals count into the last. Default 3 600.
    pub seconds_max: usize,
    /// Tokens of `/auth/token` that are valid at a time; the oldest are revoked. Default 10 000.
    pub tokens_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 65_536,
            head_bytes_max: 64 << 10,
            body_bytes_max: 16 << 20,
            reply_bytes_max: 1 << 30,
            endless_bytes_max: 64 << 20,
            wait_max: Duration::from_secs(30),
            arrivals_max: 1 << 18,
            seconds_max: 3_600,
            tokens_max: 10_000,
        }
    }
}

/// A server that stands still for `lasts` at the end of every period of `every`.
///
/// While it stands still it takes connections and bytes (the kernel would, too) and records
/// arrivals, but starts no handshake and answers nothing. With arrivals at a constant rate and
/// quick service the response time at quantile `q > 1 - lasts/every` is `lasts - (1 - q) *
/// every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freeze {
    lasts_ns: u64,
    every_ns: u64,
}

/// Why a [`Freeze`] could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a freeze of {lasts:?} every {every:?} is not possible: \
     it must last longer than nothing and less than its period"
)]
pub struct FreezeError {
    lasts: Duration,
    every: Duration,
}

impl Freeze {
    /// A freeze of `lasts` in every period of `every`; `0 < lasts < every`.
    pub fn new(lasts: Duration, every: Duration) -> Result<Self, FreezeError> {
        let error = FreezeError { lasts, every };
        let (Ok(lasts_ns), Ok(every_ns)) =
            (u64::try_from(lasts.as_nanos()), u64::try_from(every.as_nanos()))
        else {
            return Err(error);
        };
        if lasts_ns == 0 || lasts_ns >= every_ns {
            return Err(error);
        }
        Ok(Self { lasts_ns, every_ns })
    }

    /// Nanoseconds until the freeze that holds at `elapsed_ns` after the server's start ends; 0
    /// when none does.
    pub fn remaining_ns(self, elapsed_ns: u64) -> u64 {
        let phase_ns = elapsed_ns % self.every_ns;
        let thawed_ns = self.every_ns - self.lasts_ns;
        if phase_ns < thawed_ns { 0 } else { self.every_ns - phase_ns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_freeze_ends_each_period() {
        let freeze = Freeze::new(Duration::from_millis(200), Duration::from_secs(2)).unwrap();
        assert_eq!(freeze.remaining_ns(0), 0);
        assert_eq!(freeze.remaining_ns(1_799_999_999), 0);
        assert_eq!(freeze.remaining_ns(1_800_000_000), 200_000_000);
        assert_eq!(freeze.remaining_ns(1_999_999_999), 1);
        assert_eq!(freeze.remaining_ns(2_000_000_000), 0);
        assert_eq!(freeze.remaining_ns(5_900_000_000), 100_000_000);
    }

    #[test]
    fn a_freeze_must_be_shorter_than_its_period() {
        let second = Duration::from_secs(1);
        assert!(Freeze::new(second, second).is_err());
        assert!(Freeze::new(Duration::ZERO, second).is_err());
        assert!(Freeze::new(second, Duration::ZERO).is_err());
        assert!(Freeze::new(second, Duration::MAX).is_err());
    }

    proptest! {
        #[test]
        fn what_remains_leads_to_a_thawed_instant(
            lasts_ns in 1_u64..1_000_000_000,
            thawed_ns in 1_u64..1_000_000_000,
            elapsed_ns in 0_u64..1_000_000_000_000_000,
        ) {
            let freeze = Freeze { lasts_ns, every_ns: lasts_ns + thawed_ns };
            let remaining_ns = freeze.remaining_ns(elapsed_ns);
            prop_assert!(remaining_ns <= lasts_ns);
            prop_assert_eq!(freeze.remaining_ns(elapsed_ns + remaining_ns), 0);
        }
    }
}
