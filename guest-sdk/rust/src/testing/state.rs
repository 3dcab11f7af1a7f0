//! What the host in memory knows and remembers.
//!
//! Numbers of metrics, checks and tag sets are given out for the whole process, since the statics
//! that keep them are shared by all threads; everything else belongs to one thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::log::Level;

/// A request as the host got it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// `GET` and so on.
    pub method: String,
    /// As the script wrote it.
    pub url: String,
    /// The name that stands for the URL in tags.
    pub name: Option<String>,
    /// In the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// Tags of this request.
    pub tags: Vec<(String, String)>,
    /// The timeout of this request.
    pub timeout: Option<Duration>,
    /// Whether the body is dropped in the host.
    pub discard_body: Option<bool>,
    /// Which statuses count as a success.
    pub expected: Expected,
    /// What few requests say.
    pub extras: Extras,
}

/// What few requests say, as the host got it. The default is a request that says none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extras {
    /// How many redirects are followed.
    pub redirects_max: Option<u32>,
    /// Name, value, and whether it replaces the jar's cookie of this name.
    pub cookies: Vec<(String, String, bool)>,
    /// The request uses another cookie jar than the VU's.
    pub has_own_jar: bool,
    /// The scheme, and user and password where they are not those of the URL.
    pub auth: Option<(&'static str, Option<(String, String)>)>,
    /// How the body is compressed, in this order.
    pub compression: Vec<&'static str>,
    /// Which HTTP is spoken; empty where the request does not say.
    pub version: &'static str,
}

/// Which statuses of a response count as a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 200 to 399.
    Usual,
    /// Any of these, first and last inclusive.
    Between(Vec<(u16, u16)>),
    /// Not judged.
    Unjudged,
}

/// A sample of a custom metric.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// Name of the metric.
    pub metric: String,
    /// The sample.
    pub value: f64,
    /// Its own tags and those of `execution::set_tag`.
    pub tags: Vec<(String, String)>,
}

/// The panic of `execution::abort`, which natively has no other way not to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aborted {
    /// What the script gave as a reason.
    pub reason: String,
}

/// What the host answers to a request.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) error_code: u16,
    pub(super) error: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) took: Duration,
}

impl Reply {
    /// An answer with this status, no headers and no body, that takes no time.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            error_code: if status < 400 { 0 } else { status + 1_000 },
            error: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// No answer, but an error such as 1212, `connection refused`.
    pub fn failure(error_code: u16, error: &str) -> Self {
        Self { error_code, error: error.to_owned(), ..Self::new(0) }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Makes the clock go on by this much.
    pub fn took(mut self, duration: Duration) -> Self {
        self.took = duration;
        self
    }
}

/// Which requests get which reply.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) method: Option<String>,
    pub(super) url: String,
    pub(super) reply: Reply,
}

/// All that one thread's host knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) vu_id: u64,
    pub(super) iteration: u64,
    /// Set while `run` runs an iteration.
    pub(super) scenario: Option<String>,
    pub(super) now_ns: u64,
    pub(super) slept_ns: u64,
    pub(super) env: BTreeMap<String, String>,
    pub(super) setup_data: Option<String>,
    pub(super) rules: Vec<Rule>,
    pub(super) requests: Vec<Sent>,
    pub(super) checks: Vec<(String, bool, u32)>,
    pub(super) samples: Vec<Record>,
    pub(super) vu_tags: BTreeMap<String, String>,
    pub(super) groups: Vec<String>,
    pub(super) groups_entered: Vec<String>,
    pub(super) logs: Vec<(Level, String)>,
    pub(super) files: BTreeMap<String, Rc<[u8]>>,
    pub(super) rows: BTreeMap<String, Rc<[Vec<u8>]>>,
    pub(super) failures: Vec<String>,
}

impl State {
    pub(super) const fn new() -> Self {
        Self {
            vu_id: 1,
            iteration: 0,
            scenario: None,
            now_ns: 0,
            slept_ns: 0,
            env: BTreeMap::new(),
            setup_data: None,
            rules: Vec::new(),
            requests: Vec::new(),
            checks: Vec::new(),
            samples: Vec::new(),
            vu_tags: BTreeMap::new(),
            groups: Vec::new(),
            groups_entered: Vec::new(),
            logs: Vec::new(),
            files: BTreeMap::new(),
            rows: BTreeMap::new(),
            failures: Vec::new(),
        }
    }

    /// `::outer::inner`, or nothing outside of groups.
    pub(super) fn group_path(&self) -> String {
        self.groups.iter().flat_map(|group| ["::", group]).collect()
    }

    pub(super) fn reply_to(&self, request: &Sent) -> Reply {
        let fits = |rule: &&Rule| {
            rule.url == request.url
                && rule.method.as_ref().is_none_or(|method| *method == request.method)
        };
        match self.rules.iter().rev().find(fits) {
            Some(rule) => rule.reply.clone(),
            None => Reply::failure(
                1101,
                &format!("the test has no reply for {} {}", request.method, request.url),
            ),
        }
    }
}

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::new()) };
}

pub(super) fn with<R>(use_state: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(use_state)
}

/// Values that were registered, by number.
#[derive(Debug)]
pub(super) struct Interner<T>(Mutex<Vec<T>>);

impl<T: PartialEq + Clone> Interner<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The number of a value that `known` accepts, else a new one for what `make` makes.
    pub(super) fn number(&self, known: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> u32 {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let position = values.iter().position(known).unwrap_or_else(|| {
            values.push(make());
            values.len() - 1
        });
        position as u32
    }

    pub(super) fn value(&self, number: u32) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number as usize).cloned()
    }
}
