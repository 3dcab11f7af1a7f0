//! A host in memory, so that `cargo test` can run scenarios natively, without network, squall or
//! Wasm.
//!
//! ```
//! use squall_sdk::prelude::*;
//! use squall_sdk::testing::{self, Host, Reply};
//!
//! #[scenario]
//! fn browse() -> Result<()> {
//!     let response = http::get("http://shop.example/").send().ok()?;
//!     check!(response, "has a title" => |r| r.text().contains("<title>"));
//!     sleep_s(1.0);
//!     Ok(())
//! }
//!
//! # fn main() {
//! let host = Host::new();
//! host.reply("GET http://shop.example/", Reply::new(200).body("<title>Shop</title>"));
//!
//! testing::run("browse").unwrap();
//!
//! assert_eq!(host.checks(), [("has a title".to_owned(), true)]);
//! assert_eq!(host.slept().as_secs(), 1);
//! # }
//! ```
//!
//! Each thread has a host of its own, so tests can run side by side. The clock stands still but for
//! sleeps and the times that replies take. Nothing is limited and nothing is aggregated: for what
//! squall makes of a run, run squall. Exists natively only.

pub(crate) mod host;
mod state;

use std::marker::PhantomData;
use std::time::Duration;

pub use state::{Aborted, Expected, Extras, Record, Reply, Sent};
use state::{Rule, State, with};

use crate::guest;
use crate::log::Level;
use crate::summary::Files;

/// The functions of the script that run once.
#[doc(hidden)]
#[derive(Debug)]
pub enum Lifecycle {
    Setup(fn() -> Result<Option<String>, String>),
    Teardown(fn() -> Result<(), String>),
    HandleSummary(fn(String) -> Result<Files, String>),
}

inventory::collect!(Lifecycle);

/// The host of this thread: tells it what to answer, and what it was asked.
#[derive(Debug)]
pub struct Host {
    /// The host belongs to its thread.
    not_send: PhantomData<*const ()>,
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// Starts over with a host that knows nothing: no replies, no variables, VU 1 in its first
    /// iteration.
    #[must_use]
    pub fn new() -> Self {
        with(|state| *state = State::new());
        crate::setup::forget();
        Self { not_send: PhantomData }
    }

    /// Answers requests for `GET http://...`, or for `http://...` with any method. The last fitting
    /// rule counts. Requests without a rule fail with error code 1101.
    pub fn reply(&self, request: &str, reply: Reply) {
        let (method, url) = match request.split_once(' ') {
            Some((method, url)) => (Some(method.to_owned()), url.to_owned()),
            None => (None, request.to_owned()),
        };
        with(|state| state.rules.push(Rule { method, url, reply }));
    }

    /// Sets a variable for `execution::env`.
    pub fn set_env(&self, name: &str, value: &str) {
        with(|state| state.env.insert(name.to_owned(), value.to_owned()));
    }

    /// Sets the VU's id and its iteration, both in `execution::vu` for instance and test alike.
    pub fn set_vu(&self, id: u64, iteration: u64) {
        with(|state| (state.vu_id, state.iteration) = (id, iteration));
    }

    /// Sets the setup data, as JSON text. [`setup`] does so with what `#[setup]` returns.
    pub fn set_setup_data(&self, json: &str) {
        with(|state| state.setup_data = Some(json.to_owned()));
        crate::setup::forget();
    }

    /// Puts a file beside the script, for `data::open`.
    pub fn add_file(&self, path: &str, content: impl Into<Vec<u8>>) {
        with(|state| state.files.insert(path.to_owned(), content.into().into()));
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Sent> {
        with(|state| state.requests.clone())
    }

    /// All checks so far: name and outcome. In a group the name is `::group::name`.
    #[must_use]
    pub fn checks(&self) -> Vec<(String, bool)> {
        with(|state| state.checks.iter().map(|(name, passed, _)| (name.clone(), *passed)).collect())
    }

    /// All samples of custom metrics so far.
    #[must_use]
    pub fn samples(&self) -> Vec<Record> {
        with(|state| state.samples.clone())
    }

    /// The samples of one metric so far.
    #[must_use]
    pub fn values(&self, metric: &str) -> Vec<f64> {
        with(|state| {
            let of_metric = state.samples.iter().filter(|sample| sample.metric == metric);
            of_metric.map(|sample| sample.value).collect()
        })
    }

    /// All groups that were entered so far, as `::outer::inner`.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        with(|state| state.groups_entered.clone())
    }

    /// All messages to the log so far.
    #[must_use]
    pub fn logs(&self) -> Vec<(Level, String)> {
        with(|state| state.logs.clone())
    }

    /// The sum of all sleeps so far.
    #[must_use]
    pub fn slept(&self) -> Duration {
        with(|state| Duration::from_nanos(state.slept_ns))
    }

    /// The reasons given to `execution::fail` so far.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        with(|state| state.failures.clone())
    }
}

/// The tag sets of all checks so far, as numbers.
#[cfg(test)]
pub(crate) fn check_tags() -> Vec<u32> {
    with(|state| state.checks.iter().map(|(_, _, tags)| *tags).collect())
}

/// The names of all scenario functions, sorted.
#[must_use]
pub fn entries() -> Vec<String> {
    let mut entries = guest::entries();
    entries.sort_unstable();
    entries
}

/// Runs `#[options]` and returns the JSON text; `{}` when there is none.
#[must_use]
pub fn options() -> String {
    guest::options()
}

/// Runs `#[setup]` and makes its data the host's setup data.
pub fn setup() -> Result<(), String> {
    for lifecycle in inventory::iter::<Lifecycle> {
        if let Lifecycle::Setup(call) = lifecycle {
            let data = call()?;
            with(|state| state.setup_data = data);
            crate::setup::forget();
        }
    }
    Ok(())
}

/// Runs one iteration of a scenario function, in a scenario of the same name.
///
/// # Panics
///
/// When there is no scenario function of this name.
pub fn run(name: &str) -> Result<(), String> {
    match guest::entries().iter().position(|entry| entry == name) {
        Some(position) => {
            with(|state| state.scenario = Some(name.to_owned()));
            let result = guest::run(position as u32);
            with(|state| {
                state.scenario = None;
                state.groups.clear();
            });
            result
        }
        None => panic!("there is no scenario function `{name}`, but {:?}", entries()),
    }
}

/// Runs `#[teardown]`.
pub fn teardown() -> Result<(), String> {
    for lifecycle in inventory::iter::<Lifecycle> {
        if let Lifecycle::Teardown(call) = lifecycle {
            call()?;
        }
    }
    Ok(())
}

/// Runs `#[handle_summary]` with this data and returns what it wants written; `None` when there is
/// none.
pub fn handle_summary(json: &str) -> Result<Option<Files>, String> {
    for lifecycle in inventory::iter::<Lifecycle> {
        if let Lifecycle::HandleSummary(call) = lifecycle {
            return call(json.to_owned()).map(Some);
        }
    }
    Ok(None)
}
