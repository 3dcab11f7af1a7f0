//! Write virtual users (VUs) for the load generator squall in Rust.
//!
//! A scenario is a function; squall calls it over and over, in as many VUs as the options say:
//!
//! ```no_run
//! use squall_sdk::prelude::*;
//!
//! #[options]
//! fn options() -> Options {
//!     Options::new().vus(10).duration("30s").threshold("http_req_duration", "p(95)<500")
//! }
//!
//! #[scenario]
//! fn default() {
//!     let response = http::get("http://127.0.0.1:8080/").send();
//!     check!(response, "status is 200" => |r| r.status() == 200);
//!     sleep_s(1.0);
//! }
//! # fn main() {}
//! ```
//!
//! Compiled to a Wasm component (`cargo build --release --target wasm32-wasip2`), that is a test:
//! `squall run target/wasm32-wasip2/release/my_test.wasm`. The names are k6's where k6 has one.
//!
//! | attribute | on | runs |
//! |---|---|---|
//! | [`macro@options`] | `fn() -> Options` | once, before anything else |
//! | [`macro@setup`] | `fn() -> Result<T>` | once, before the scenarios; `T` is the setup data |
//! | [`macro@scenario`] | `fn(&T) -> Result<()>` | an iteration; `exec` picks it by name |
//! | [`macro@teardown`] | `fn(&T) -> Result<()>` | once, after the scenarios |
//! | [`macro@handle_summary`] | `fn(&Summary) -> Report` | once, at the end |
//! | [`macro@metric`] | `static M: Trend` | a metric of one's own |
//!
//! The argument `&T` can be left out, and where there is a `Result`, the plain value will do.
//!
//! # Errors
//!
//! An `Err` or a panic ends the iteration, not the VU: it is logged with its place in the source
//! and counted in `iteration_errors`. `?` works on every error type; [`bail!`] and [`ensure!`] make
//! errors.
//!
//! # Tests without squall
//!
//! Natively the crate runs against a host in memory, [`testing::Host`], so `cargo test` can run
//! scenarios.
//!
//! # What it does not do
//!
//! There is no `async`: a call that waits parks this VU and no other. Several requests at once are
//! [`http::batch`] or [`http::Request::start`].
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

// The attribute macros name the crate from the outside.
extern crate self as squall_sdk;

#[cfg(any(test, all(feature = "arena", target_family = "wasm")))]
mod arena;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod bindings;
pub mod checks;
pub mod data;
mod error;
pub mod execution;
mod exports;
/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(all(any(test, fuzzing), not(target_family = "wasm")))]
#[doc(hidden)]
pub mod fuzz;
mod guest;
mod host;
#[cfg(feature = "html")]
pub mod html;
pub mod http;
pub mod log;
pub mod metrics;
pub mod options;
pub mod random;
mod report;
mod setup;
mod summary;
mod tags;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod timers;

/// VUs of an instance have one thread and little to allocate.
#[cfg(all(feature = "arena", target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ARENA: arena::Arena = arena::Arena::new();

pub use error::{Context, Error, Result};
#[cfg(feature = "json")]
pub use serde_json::{Value as JsonValue, json};
pub use setup::RawJson;
pub use squall_sdk_macros::{handle_summary, metric, options, scenario, setup, teardown};
pub use summary::{Report, Summary};
pub use tags::Tags;

/// Everything that most scenarios need: `use squall_sdk::prelude::*;`.
pub mod prelude {
    pub use crate::checks::group;
    pub use crate::metrics::{Counter, Gauge, Rate, Trend};
    pub use crate::options::{Options, Scenario, Threshold};
    pub use crate::timers::{Instant, sleep, sleep_s};
    pub use crate::{
        Context, Error, Report, Result, Summary, Tags, bail, check, data, debug, ensure, error,
        execution, handle_summary, http, info, metric, options, random, scenario, setup, teardown,
        warn,
    };
    #[cfg(feature = "json")]
    pub use crate::{JsonValue, json};
}

/// For the code that the macros write. No part of the API.
#[doc(hidden)]
pub mod __private {
    #[cfg(target_family = "wasm")]
    pub use crate::bindings;
    pub use crate::guest::{Entry, OptionsFunction, prepare};
    pub use crate::metrics::Declaration;
    pub use crate::options::OptionsOutcome;
    pub use crate::report::Outcome;
    pub use crate::setup::{consumed, consumed_if_any, produced, produced_or_failed};
    pub use crate::summary::SummaryOutcome;
    #[cfg(not(target_family = "wasm"))]
    pub use crate::testing::Lifecycle;
    pub use inventory;
}

/// Compiles the code in the guide.
#[cfg(all(doctest, feature = "html", feature = "json"))]
#[doc = include_str!("../README.md")]
mod readme {}
