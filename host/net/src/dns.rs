//! Names to addresses: a cache per worker thread, with the options `dns.ttl`, `dns.select` and
//! `dns.policy`.
//!
//! `lookup` asks the hosts file and the name servers; this file remembers the answers. One lookup
//! serves all that wait for the same name, and goes on when the one who asked first gives up.
//! Failures are not remembered.
//!
//! Invariants: an answer has at least one address; the cache holds at most [`NAMES_MAX`] names, and
//! an answer that does not fit is used, not kept, and counted.

mod lookup;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::sync::Notify;

use crate::clock;
use crate::error_kind::Failure;
use crate::settings::{DnsSelect, DnsSettings, DnsTtl};
use lookup::Lookup;

/// Names that one worker remembers: far more than a test has hosts, little enough to hold (about
/// 100 bytes each).
const NAMES_MAX: usize = 10_000;

/// Addresses of one name that a connection tries: some more than a name of both families needs to
/// get around a broken one.
const TRIED_MAX: usize = 8;

/// The addresses of a name; never empty.
type Addresses = Rc<[IpAddr]>;

/// The resolver of one worker thread.
#[derive(Debug)]
pub(crate) struct Dns {
    settings: DnsSettings,
    lookup: Lookup,
    names: RefCell<HashMap<Box<str>, Entry>>,
    lookups: Cell<u64>,
    overflows: Cell<u64>,
}

/// What is known about a name.
#[derive(Debug, Default)]
struct Entry {
    addresses: Option<Addresses>,
    /// When the addresses must be asked for again.
    expires_ns: u64,
    /// Whose turn it is, for [`DnsSelect::RoundRobin`].
    turn: usize,
    /// The lookup that is under way.
    question: Option<Rc<Question>>,
}

/// A lookup that is under way, and those who wait for it.
#[derive(Debug, Default)]
struct Question {
    answer: OnceCell<Result<Addresses, Failure>>,
    answered: Notify,
}

impl Dns {
    pub(crate) fn new(settings: DnsSettings) -> Self {
        Self {
            lookup: Lookup::new(settings.policy, settings.servers.clone()),
            settings,
            names: RefCell::default(),
            lookups: Cell::new(0),
            overflows: Cell::new(0),
        }
    }

    /// Lookups that were made, and answers that the cache had no room for.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.lookups.get(), self.overflows.get())
    }

    /// The address that the next connection to `host` goes to.
    pub(crate) async fn resolve(self: &Rc<Self>, host: &str) -> Result<IpAddr, Failure> {
        let addresses = self.addresses(host).await?;
        Ok(addresses[self.select(host, &addresses)])
    }

    /// The addresses that the next connection to `host` may go to, at most [`TRIED_MAX`]: first the
    /// selected one, then the families take turns, as RFC 8305 has it.
    pub(crate) async fn resolve_all(self: &Rc<Self>, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let addresses = self.addresses(host).await?;
        let selected = self.select(host, &addresses);
        let others = addresses[selected + 1..].iter().chain(&addresses[..selected]).copied();
        let first = addresses[selected];
        let (same, other): (Vec<IpAddr>, Vec<IpAddr>) =
            others.partition(|ip| ip.is_ipv4() == first.is_ipv4());
        let (mut same, mut other) = (same.into_iter(), other.into_iter());
        let mut ordered = vec![first];
        while ordered.len() < TRIED_MAX {
            let before = ordered.len();
            ordered.extend(other.next());
            ordered.extend(same.next());
            if ordered.len() == before {
                break;
            }
        }
        ordered.truncate(TRIED_MAX);
        Ok(ordered)
    }

    async fn addresses(self: &Rc<Self>, host: &str) -> Result<Addresses, Failure> {
        if let Some(addresses) = self.remembered(host, clock::now_ns()) {
            return Ok(addresses);
        }
        let question = self.ask(host);
        loop {
            // Registered before the answer is looked at, so that none can come unnoticed in
            // between.
            let answered = question.answered.notified();
            if let Some(answer) = question.answer.get() {
                return answer.clone();
            }
            answered.await;
        }
    }

    fn remembered(&self, host: &str, now_ns: u64) -> Option<Addresses> {
        let names = self.names.borrow();
        let entry = names.get(host)?;
        if now_ns < entry.expires_ns { entry.addresses.clone() } else { None }
    }

    /// Joins the lookup that is under way, or starts one.
    fn ask(self: &Rc<Self>, host: &str) -> Rc<Question> {
        let mut names = self.names.borrow_mut();
        if let Some(question) = names.get(host).and_then(|entry| entry.question.clone()) {
            return question;
        }
        let question = Rc::<Question>::default();
        let room = names.len() < NAMES_MAX || names.contains_key(host) || {
            let now_ns = clock::now_ns();
            names.retain(|_, entry| entry.question.is_some() || now_ns < entry.expires_ns);
            names.len() < NAMES_MAX
        };
        if room {
            names.entry(host.into()).or_default().question = Some(Rc::clone(&question));
        } else {
            self.overflows.set(self.overflows.get() + 1);
        }
        drop(names);
        self.lookups.set(self.lookups.get() + 1);
        let (dns, asked, host) = (Rc::clone(self), Rc::clone(&question), Box::<str>::from(host));
        tokio::task::spawn_local(async move {
            let answer = dns.lookup.addresses(&host).await.map(Addresses::from);
            dns.remember(&host, answer.as_ref().ok());
            let _ = asked.answer.set(answer);
            asked.answered.notify_waiters();
        });
        question
    }

    /// Ends a lookup; an answer is kept for the time that `dns.ttl` says.
    fn remember(&self, host: &str, answer: Option<&Addresses>) {
        let mut names = self.names.borrow_mut();
        let Some(entry) = names.get_mut(host) else { return };
        entry.question = None;
        let Some(addresses) = answer else {
            names.remove(host);
            return;
        };
        entry.addresses = Some(Rc::clone(addresses));
        entry.expires_ns = match self.settings.ttl {
            DnsTtl::Forever => u64::MAX,
            DnsTtl::For(ttl) => {
                let ttl_ns = u64::try_from(ttl.as_nanos()).unwrap_or(u64::MAX);
                clock::now_ns().saturating_add(ttl_ns)
            }
        };
    }

    /// The position of the address that `dns.select` picks.
    fn select(&self, host: &str, addresses: &Addresses) -> usize {
        match self.settings.select {
            _ if addresses.len() == 1 => 0,
            DnsSelect::First => 0,
            DnsSelect::Random => fastrand::usize(..addresses.len()),
            DnsSelect::RoundRobin => match self.names.borrow_mut().get_mut(host) {
                Some(entry) => {
                    let turn = entry.turn;
                    entry.turn = turn.wrapping_add(1);
                    turn % addresses.len()
                }
                None => fastrand::usize(..addresses.len()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
