//! What all connections of one server share: configuration, record, counters, tokens, logins, the
//! freeze.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::sleep;

use crate::clock::now_ns;
use crate::config::Config;
use crate::login::Logins;
use crate::record::Record;
use crate::tokens::Tokens;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) record: Record,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) logins: Mutex<Logins>,
    pub(crate) counters: Counters,
    started_ns: u64,
    frozen_until_ns: AtomicU64,
    orders: AtomicU64,
    /// What the proxies were asked for, oldest first.
    proxied: Mutex<Vec<String>>,
}

/// Requests to proxies that are remembered; more than any test makes.
const PROXIED_MAX: usize = 10_000;

/// Counters over all listeners. A reset sets all but `open` to zero.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) opened: AtomicU64,
    pub(crate) open: AtomicU64,
    pub(crate) turned_away: AtomicU64,
    pub(crate) accept_errors: AtomicU64,
    pub(crate) handshakes_failed: AtomicU64,
    pub(crate) bad_requests: AtomicU64,
    pub(crate) received_bytes: AtomicU64,
    pub(crate) sent_bytes: AtomicU64,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            record: Record::new(&config.limits),
            tokens: Mutex::new(Tokens::new(config.limits.tokens_max)),
            logins: Mutex::default(),
            counters: Counters::default(),
            started_ns: now_ns(),
            frozen_until_ns: AtomicU64::new(0),
            orders: AtomicU64::new(0),
            proxied: Mutex::default(),
            config,
        }
    }

    pub(crate) fn next_order(&self) -> u64 {
        self.orders.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The record and the counters start again; connections, tokens and the freeze go on.
    pub(crate) fn reset(&self) {
        self.record.reset();
        self.counters.reset();
        self.proxied.lock().clear();
    }

    pub(crate) fn note_proxied(&self, request: String) {
        let mut proxied = self.proxied.lock();
        if proxied.len() < PROXIED_MAX {
            proxied.push(request);
        }
    }

    pub(crate) fn proxied(&self) -> Vec<String> {
        self.proxied.lock().clone()
    }

    /// Freezes from now on for `lasts`, or until the end of a freeze asked for before, whichever
    /// is later.
    pub(crate) fn freeze_for(&self, lasts: Duration) {
        let lasts_ns = u64::try_from(lasts.as_nanos()).unwrap_or(u64::MAX);
        self.frozen_until_ns.fetch_max(now_ns().saturating_add(lasts_ns), Ordering::Relaxed);
    }

    fn frozen_ns(&self) -> u64 {
        let asked_until_ns = self.frozen_until_ns.load(Ordering::Relaxed);
        if asked_until_ns == 0 && self.config.freeze.is_none() {
            return 0;
        }
        let now_ns = now_ns();
        let periodic_ns = self
            .config
            .freeze
            .map_or(0, |freeze| freeze.remaining_ns(now_ns.saturating_sub(self.started_ns)));
        periodic_ns.max(asked_until_ns.saturating_sub(now_ns))
    }

    /// Returns when the server is not frozen.
    pub(crate) async fn thawed(&self) {
        loop {
            match self.frozen_ns() {
                0 => return,
                frozen_ns => sleep(Duration::from_nanos(frozen_ns)).await,
            }
        }
    }

    /// What every request waits for before it is served.
    pub(crate) async fn hold(&self) {
        if self.config.delay > Duration::ZERO {
            sleep(self.config.delay).await;
        }
        self.thawed().await;
    }

    /// A time that was asked for, within the bound.
    pub(crate) fn wait(&self, asked: Duration) -> Duration {
        asked.min(self.config.limits.wait_max)
    }
}

impl Counters {
    fn reset(&self) {
        for counter in [
            &self.opened,
            &self.turned_away,
            &self.accept_errors,
            &self.handshakes_failed,
            &self.bad_requests,
            &self.received_bytes,
            &self.sent_bytes,
        ] {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

/// Adds one to a counter.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Reads a counter.
pub(crate) fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_on_demand_is_never_shortened() {
        let shared = Shared::new(Config::default());
        assert_eq!(shared.frozen_ns(), 0);
        shared.freeze_for(Duration::from_secs(1_000));
        shared.freeze_for(Duration::from_secs(1));
        assert!(shared.frozen_ns() > 900_000_000_000);
    }
}
