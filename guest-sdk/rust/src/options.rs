//! The options of the test, typed. They become JSON with k6's names, which the host checks.
//!
//! ```
//! use squall_sdk::options::{Options, Scenario, Threshold};
//!
//! let options = Options::new()
//!     .scenario("browse", Scenario::constant_vus(20, "5m").exec("browse"))
//!     .scenario(
//!         "buy",
//!         Scenario::ramping_arrival_rate()
//!             .stage("2m", 50)
//!             .stage("5m", 50)
//!             .pre_allocated_vus(40)
//!             .max_vus(200)
//!             .exec("buy"),
//!     )
//!     .threshold("http_req_duration", "p(95)<500")
//!     .threshold("http_req_failed", Threshold::new("rate<0.01").abort_on_fail());
//! assert!(options.to_json().contains(r#""executor":"ramping-arrival-rate""#));
//! ```
//!
//! Nothing is validated here: the host does it for every language, with k6's texts. What the types
//! do is that a scenario has only the settings of its executor.
//!
//! Parts: `scenario` holds the executors, `json` writes the text.

mod json;
mod scenario;

use std::fmt::Display;
use std::time::Duration;

use json::{Object, array, quoted};
pub use scenario::{Scenario, executor};

use crate::report::error_text;

/// A length of time in k6's form: from `Duration`, or from text such as `"30s"`, `"1m30s"`,
/// `"500ms"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span(String);

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        let (whole_s, rest_ns) = (duration.as_secs(), u64::from(duration.subsec_nanos()));
        Self(if rest_ns == 0 {
            format!("{whole_s}s")
        } else if rest_ns % 1_000_000 == 0 {
            format!("{}ms", whole_s.saturating_mul(1_000).saturating_add(rest_ns / 1_000_000))
        } else if rest_ns % 1_000 == 0 {
            format!("{}us", whole_s.saturating_mul(1_000_000).saturating_add(rest_ns / 1_000))
        } else {
            format!("{}ns", whole_s.saturating_mul(1_000_000_000).saturating_add(rest_ns))
        })
    }
}

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A threshold: an expression such as `p(95)<500`, and whether it ends the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    expression: String,
    abort_on_fail: bool,
    delay_abort_eval: Option<Span>,
}

impl Threshold {
    /// A threshold that is judged at the end; failing it makes the exit code 99.
    #[must_use]
    pub fn new(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), abort_on_fail: false, delay_abort_eval: None }
    }

    /// Ends the test as soon as the threshold fails.
    #[must_use]
    pub fn abort_on_fail(mut self) -> Self {
        self.abort_on_fail = true;
        self
    }

    /// How long the test runs before this threshold may end it.
    #[must_use]
    pub fn delay_abort_eval(mut self, delay: impl Into<Span>) -> Self {
        self.delay_abort_eval = Some(delay.into());
        self
    }

    fn to_json(&self) -> String {
        if !self.abort_on_fail && self.delay_abort_eval.is_none() {
            return quoted(&self.expression);
        }
        let mut object = Object::default();
        object.set("threshold", quoted(&self.expression));
        object.set("abortOnFail", self.abort_on_fail.to_string());
        if let Some(delay) = &self.delay_abort_eval {
            object.set("delayAbortEval", quoted(&delay.0));
        }
        object.to_json()
    }
}

impl From<&str> for Threshold {
    fn from(expression: &str) -> Self {
        Self::new(expression)
    }
}

impl From<String> for Threshold {
    fn from(expression: String) -> Self {
        Self::new(expression)
    }
}

/// The options of the test. Each method sets one option of k6, under k6's name in snake case.
#[must_use = "options do something when `#[options]` returns them"]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    fields: Object,
    stages: Vec<String>,
    scenarios: Object,
    thresholds: Vec<(String, Vec<String>)>,
    tags: Object,
    hosts: Object,
    dns: Object,
}

macro_rules! options {
    ($($(#[$doc:meta])* $method:ident = $key:literal ($argument:ident: $type:ty) $json:expr;)*) => {
        impl Options {
            $(
                $(#[$doc])*
                pub fn $method(mut self, $argument: $type) -> Self {
                    self.fields.set($key, $json);
                    self
                }
            )*
        }
    };
}

options! {
    /// How many VUs; with `duration` the executor `constant-vus`, with `iterations`
    /// `shared-iterations`.
    vus = "vus" (vus: u64) vus.to_string();
    /// How long the test starts iterations.
    duration = "duration" (duration: impl Into<Span>) span(duration);
    /// How many iterations all VUs do together.
    iterations = "iterations" (iterations: u64) iterations.to_string();
    /// Skips `#[setup]`.
    no_setup = "noSetup" (skip: bool) skip.to_string();
    /// Skips `#[teardown]`.
    no_teardown = "noTeardown" (skip: bool) skip.to_string();
    /// How long `#[setup]` may take. Default 60 s.
    setup_timeout = "setupTimeout" (timeout: impl Into<Span>) span(timeout);
    /// How long `#[teardown]` may take. Default 60 s.
    teardown_timeout = "teardownTimeout" (timeout: impl Into<Span>) span(timeout);
    /// How long `#[handle_summary]` may take. Default 120 s.
    handle_summary_timeout = "handleSummaryTimeout" (timeout: impl Into<Span>) span(timeout);
    /// Requests per second that the whole process may send at most; 0 is no limit.
    rps = "rps" (per_s: u64) per_s.to_string();
    /// The header `User-Agent` of requests that have none of their own.
    user_agent = "userAgent" (text: &str) quoted(text);
    /// How many requests of one `http::batch` are under way at once. Default 20.
    batch = "batch" (count: u64) count.to_string();
    /// As `batch`, for one host. Default 6.
    batch_per_host = "batchPerHost" (count: u64) count.to_string();
    /// Logs requests and responses: `headers` or `full`.
    http_debug = "httpDebug" (what: &str) quoted(what);
    /// Accepts any TLS certificate.
    insecure_skip_tls_verify = "insecureSkipTLSVerify" (accept: bool) accept.to_string();
    /// The one version of TLS that is used: `tls1.2` or `tls1.3`.
    tls_version = "tlsVersion" (version: &str) quoted(version);
    /// The TLS cipher suites that are offered, by k6's names.
    tls_cipher_suites = "tlsCipherSuites" (suites: &[&str]) texts(suites);
    /// Opens a connection for each request.
    no_connection_reuse = "noConnectionReuse" (close: bool) close.to_string();
    /// Closes the connections of a VU after each iteration.
    no_vu_connection_reuse = "noVUConnectionReuse" (close: bool) close.to_string();
    /// Iterations that end earlier wait for the rest of this time.
    min_iteration_duration = "minIterationDuration" (duration: impl Into<Span>) span(duration);
    /// Drops response bodies unless a request asks for its own.
    discard_response_bodies = "discardResponseBodies" (discard: bool) discard.to_string();
    /// The columns of trends in the summary: `avg`, `min`, `med`, `max`, `count`, `p(99)`.
    summary_trend_stats = "summaryTrendStats" (stats: &[&str]) texts(stats);
    /// The unit of times in the summary: `s`, `ms` or `us`.
    summary_time_unit = "summaryTimeUnit" (unit: &str) quoted(unit);
    /// The tags that squall sets by itself; replaces the default set.
    system_tags = "systemTags" (tags: &[&str]) texts(tags);
    /// The part of the test that this process does, for example `0:1/3`.
    execution_segment = "executionSegment" (segment: &str) quoted(segment);
    /// How the test is cut into segments, for example `0,1/3,2/3,1`.
    execution_segment_sequence = "executionSegmentSequence" (sequence: &str) quoted(sequence);
}

impl Options {
    /// No options: one iteration of the scenario function `default`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stage: over `duration`, go to `target` VUs. The executor is `ramping-vus`.
    pub fn stage(mut self, duration: impl Into<Span>, target: u64) -> Self {
        self.stages.push(stage(duration, target));
        self
    }

    /// Adds a scenario, or replaces the one of this name.
    pub fn scenario<E>(mut self, name: &str, scenario: Scenario<E>) -> Self {
        self.scenarios.set(name, scenario.into_json());
        self
    }

    /// Adds a threshold on a metric, or on a part of it: `http_req_duration{name:login}`.
    pub fn threshold(mut self, metric: &str, threshold: impl Into<Threshold>) -> Self {
        let threshold = threshold.into().to_json();
        match self.thresholds.iter_mut().find(|(known, _)| known == metric) {
            Some((_, thresholds)) => thresholds.push(threshold),
            None => self.thresholds.push((metric.to_owned(), vec![threshold])),
        }
        self
    }

    /// Sets a tag on all samples of the run.
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.tags.set(name, quoted(value));
        self
    }

    /// Sends requests for a name (or `name:port`) to an address (or `address:port`) instead.
    pub fn host(mut self, name: &str, address: &str) -> Self {
        self.hosts.set(name, quoted(address));
        self
    }

    /// How long resolved names are kept: a time, `"inf"` or `"0"`.
    pub fn dns_ttl(mut self, ttl: impl Into<Span>) -> Self {
        self.dns.set("ttl", span(ttl));
        self
    }

    /// Which of several addresses is taken: `first`, `random` or `roundRobin`.
    pub fn dns_select(mut self, select: &str) -> Self {
        self.dns.set("select", quoted(select));
        self
    }

    /// Which kind of address is taken: `preferIPv4`, `preferIPv6`, `onlyIPv4`, `onlyIPv6` or `any`.
    pub fn dns_policy(mut self, policy: &str) -> Self {
        self.dns.set("policy", quoted(policy));
        self
    }

    /// Sets any option by its k6 name, as JSON text.
    pub fn raw(mut self, name: &str, json: impl Into<String>) -> Self {
        self.fields.set(name, json.into());
        self
    }

    /// The options as the host takes them.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut all = self.fields.clone();
        if !self.stages.is_empty() {
            all.set("stages", array(&self.stages));
        }
        for (key, object) in [
            ("scenarios", &self.scenarios),
            ("tags", &self.tags),
            ("hosts", &self.hosts),
            ("dns", &self.dns),
        ] {
            if !object.is_empty() {
                all.set(key, object.to_json());
            }
        }
        if !self.thresholds.is_empty() {
            let mut thresholds = Object::default();
            for (metric, list) in &self.thresholds {
                thresholds.set(metric, array(list));
            }
            all.set("thresholds", thresholds.to_json());
        }
        all.to_json()
    }
}

fn span(duration: impl Into<Span>) -> String {
    quoted(&duration.into().0)
}

fn texts(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    array(&texts)
}

fn stage(duration: impl Into<Span>, target: u64) -> String {
    let mut stage = Object::default();
    stage.set("duration", span(duration));
    stage.set("target", target.to_string());
    stage.to_json()
}

/// What `#[options]` may return: [`Options`], JSON text, or a `Result` of either.
#[diagnostic::on_unimplemented(
    message = "this function cannot return `{Self}`",
    label = "return `Options`, or the options as JSON text"
)]
pub trait OptionsOutcome {
    /// The JSON text, or why there is none.
    fn report(self) -> Result<String, String>;
}

impl OptionsOutcome for Options {
    fn report(self) -> Result<String, String> {
        Ok(self.to_json())
    }
}

impl OptionsOutcome for String {
    fn report(self) -> Result<String, String> {
        Ok(self)
    }
}

impl OptionsOutcome for &str {
    fn report(self) -> Result<String, String> {
        Ok(self.to_owned())
    }
}

impl<O: OptionsOutcome, E: Display> OptionsOutcome for Result<O, E> {
    fn report(self) -> Result<String, String> {
        match self {
            Ok(options) => options.report(),
            Err(error) => Err(error_text(&error)),
        }
    }
}

#[cfg(test)]
mod tests;
