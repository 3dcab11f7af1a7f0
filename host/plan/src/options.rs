//! The options of a test, with k6's names: reading, merging of tiers, printing.
//!
//! One [`Options`] value is one tier (defaults, config file, script, environment, command line), or
//! what several of them came to. Every option is `Option`: unset is not the same as the default.
//! Values are typed but not validated; that is what [`Plan`](crate::Plan) is for.
//!
//! Refuses what it cannot read, with the place; keys that it does not know are reported, not
//! refused, except within scenarios. Names of options may be in any case of letters, as in k6.

mod address;
mod arrivals;
mod dns;
mod error;
mod node;
mod scenario;
mod stage;
mod summary;
#[cfg(test)]
mod tests;
mod threshold;
mod tls;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

pub use self::address::{
    Cidr, HostAddress, HostnamePattern, Hosts, IpRange, ProxyUrl, UnixSockets,
};
pub use self::arrivals::{ArrivalProcess, Late};
pub use self::dns::{DnsOptions, DnsPolicy, DnsSelect, DnsTtl};
pub use self::error::{OptionsError, OptionsErrorDetails, ValueError};
pub(crate) use self::node::Fields;
use self::node::{Context, Node};
pub use self::scenario::{ScenarioOptions, Scenarios};
pub use self::stage::Stage;
pub use self::summary::{HttpDebug, HttpVersion, TimeUnit, TrendStat};
pub use self::threshold::{ThresholdSpec, Thresholds};
pub use self::tls::{CipherSuite, TlsAuth, TlsByHost, TlsHost, TlsVersion, TlsVersions};
pub(crate) use self::value::OptionValue;
pub use self::value::parse_tag;
use crate::duration::SignedDuration;
use crate::segment::{Segment, Sequence};
use crate::warning::Warning;

/// Where options come from; a higher tier overrides a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tier {
    /// Nobody set it.
    #[default]
    Defaults,
    /// The config file.
    ConfigFile,
    /// The script.
    Script,
    /// The environment.
    Environment,
    /// The command line.
    CommandLine,
}

impl fmt::Display for Tier {
    /// As warnings name it: `cli`, `env`, `script`, `config`, `default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Defaults => "default",
            Self::ConfigFile => "config",
            Self::Script => "script",
            Self::Environment => "env",
            Self::CommandLine => "cli",
        })
    }
}

/// How an option that is given as text is written; some differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// As a command-line flag. Durations need units; lists and maps may be given bit by bit.
    Flag,
    /// As an environment variable. Durations may be bare milliseconds, and may have days.
    Variable,
}

/// The names of one option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionNames {
    /// In JSON. (`consoleOutput`, `localIPs` and `unixSockets` can only be set by flag and
    /// variable.)
    pub key: &'static str,
    /// The environment variable, without a prefix such as `K6_`.
    pub variable: Option<&'static str>,
    /// The flag, without dashes.
    pub flag: Option<&'static str>,
}

/// Options that have no place in JSON.
const TEXT_ONLY: [&str; 3] = ["consoleOutput", "localIPs", "unixSockets"];

/// Options that k6 does not have; its users see them only where they are set.
const OURS: [&str; 4] = ["proxy", "httpVersion", "tlsByHost", "late"];

/// One row an option: its field and type, its key in JSON, its variable, its flag.
macro_rules! options {
    ($(
        $(#[doc = $doc:literal])*
        $field:ident: $type:ty, $key:literal, $variable:expr, $flag:expr;
    )*) => {
        /// The options of one tier, or of several merged ones. See the [module](self).
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Options {
            /// Where they come from; of merged ones the highest.
            pub tier: Tier,
            /// By key: the tier that set an option. Options of a single tier may leave it empty.
            pub origins: BTreeMap<&'static str, Tier>,
            $($(#[doc = $doc])* pub $field: Option<$type>,)*
        }

        impl Options {
            /// The names of all options, in k6's order.
            pub const NAMES: &'static [OptionNames] = &[
                $(OptionNames { key: $key, variable: $variable, flag: $flag },)*
            ];

            /// Sets the option with this key; `false` when there is none.
            fn decode_option(&mut self, key: &str, node: &Node<'_>) -> Result<bool, OptionsError> {
                $(if key.eq_ignore_ascii_case($key) {
                    self.$field = decode_optional(node)?;
                    return Ok(true);
                })*
                Ok(false)
            }

            /// Reads the option `key` (its name in JSON) from the text of a flag or a variable. A
            /// flag that is repeated adds to lists and maps.
            pub fn set_text(
                &mut self,
                key: &str,
                text: &str,
                form: TextForm,
            ) -> Result<(), ValueError> {
                match key {
                    $($key => set_from_text(&mut self.$field, text, form),)*
                    _ => Err(ValueError::UnknownOption { option: key.to_owned() }),
                }
            }

            /// All options with their keys, null where nothing is set.
            fn encode_options(&self) -> impl Iterator<Item = (&'static str, Value)> {
                [$(($key, self.$field.as_ref().map_or(Value::Null, OptionValue::encode)),)*]
                    .into_iter()
            }

            /// The keys that are set.
            fn set_keys(&self) -> impl Iterator<Item = &'static str> {
                [$((self.$field.is_some(), $key),)*]
                    .into_iter()
                    .filter_map(|(is_set, key)| is_set.then_some(key))
            }

            /// Lets every option that `higher` sets take the place of the one here.
            fn overlay(&mut self, higher: Options) {
                $(match (&mut self.$field, higher.$field) {
                    (_, None) => {}
                    (Some(lower), Some(higher)) => lower.override_with(higher),
                    (lower @ None, higher) => *lower = higher,
                })*
            }
        }
    };
}

options! {
    /// Whether the test waits for a sign before it starts.
    paused: bool, "paused", Some("PAUSED"), Some("paused");
    /// Number of VUs of the shortcut scenario.
    vus: i64, "vus", Some("VUS"), Some("vus");
    /// Length of the shortcut scenario.
    duration: SignedDuration, "duration", Some("DURATION"), Some("duration");
    /// Number of iterations of the shortcut scenario, shared by its VUs.
    iterations: i64, "iterations", Some("ITERATIONS"), Some("iterations");
    /// Ramps of the shortcut scenario.
    stages: Vec<Stage>, "stages", Some("STAGES"), Some("stage");
    /// Scenarios by name.
    scenarios: Scenarios, "scenarios", None, None;
    /// The part of the test that this instance runs.
    execution_segment: Segment, "executionSegment", None, Some("execution-segment");
    /// All parts of the test.
    execution_segment_sequence: Sequence, "executionSegmentSequence", None,
        Some("execution-segment-sequence");
    /// Whether `setup()` is left out.
    no_setup: bool, "noSetup", Some("NO_SETUP"), Some("no-setup");
    /// How long `setup()` may take; 60 seconds unless set.
    setup_timeout: SignedDuration, "setupTimeout", Some("SETUP_TIMEOUT"), None;
    /// Whether `teardown()` is left out.
    no_teardown: bool, "noTeardown", Some("NO_TEARDOWN"), Some("no-teardown");
    /// How long `teardown()` may take; 60 seconds unless set.
    teardown_timeout: SignedDuration, "teardownTimeout", Some("TEARDOWN_TIMEOUT"), None;
    /// How long `handleSummary()` may take; 120 seconds unless set.
    handle_summary_timeout: SignedDuration, "handleSummaryTimeout",
        Some("HANDLE_SUMMARY_TIMEOUT"), None;
    /// The most HTTP requests a second of this instance; 0 is no limit.
    rps: u64, "rps", Some("RPS"), Some("rps");
    /// Name resolution.
    dns: DnsOptions, "dns", Some("DNS"), Some("dns");
    /// The most redirects that are followed; 10 unless set.
    max_redirects: u64, "maxRedirects", Some("MAX_REDIRECTS"), Some("max-redirects");
    /// User-Agent of requests that set none.
    user_agent: String, "userAgent", Some("USER_AGENT"), Some("user-agent");
    /// The most requests of a batch at a time; 20 unless set.
    batch: u64, "batch", Some("BATCH"), Some("batch");
    /// The most requests of a batch to one host at a time; 6 unless set.
    batch_per_host: u64, "batchPerHost", Some("BATCH_PER_HOST"), Some("batch-per-host");
    /// What of requests and responses is logged.
    http_debug: HttpDebug, "httpDebug", Some("HTTP_DEBUG"), Some("http-debug");
    /// Whether any TLS certificate will do.
    insecure_skip_tls_verify: bool, "insecureSkipTLSVerify", Some("INSECURE_SKIP_TLS_VERIFY"),
        Some("insecure-skip-tls-verify");
    /// TLS cipher suites by name.
    tls_cipher_suites: Vec<CipherSuite>, "tlsCipherSuites", Some("TLS_CIPHER_SUITES"), None;
    /// TLS versions.
    tls_version: TlsVersions, "tlsVersion", None, None;
    /// TLS client certificates.
    tls_auth: Vec<TlsAuth>, "tlsAuth", Some("TLSAUTH"), None;
    /// TLS settings by host.
    tls_by_host: TlsByHost, "tlsByHost", None, None;
    /// Whether a failed request ends its iteration.
    throw: bool, "throw", Some("THROW"), Some("throw");
    /// Thresholds by metric, or by metric and tags.
    thresholds: Thresholds, "thresholds", Some("THRESHOLDS"), None;
    /// Addresses that must not be called.
    blacklist_ips: Vec<Cidr>, "blacklistIPs", Some("BLACKLIST_IPS"), Some("blacklist-ip");
    /// Host names that must not be called.
    block_hostnames: Vec<HostnamePattern>, "blockHostnames", Some("BLOCK_HOSTNAMES"),
        Some("block-hostnames");
    /// Host names that are sent elsewhere.
    hosts: Hosts, "hosts", Some("HOSTS"), None;
    /// Whether every request gets a new connection.
    no_connection_reuse: bool, "noConnectionReuse", Some("NO_CONNECTION_REUSE"),
        Some("no-connection-reuse");
    /// Whether every iteration gets new connections.
    no_vu_connection_reuse: bool, "noVUConnectionReuse", Some("NO_VU_CONNECTION_REUSE"),
        Some("no-vu-connection-reuse");
    /// The least time from one start of an iteration to the next of the same VU.
    min_iteration_duration: SignedDuration, "minIterationDuration",
        Some("MIN_ITERATION_DURATION"), Some("min-iteration-duration");
    /// Settings of cloud services, kept as they are.
    cloud: Map<String, Value>, "cloud", None, None;
    /// Settings of third parties, kept as they are.
    ext: Map<String, Value>, "ext", None, None;
    /// Columns of trend metrics in the summary.
    summary_trend_stats: Vec<TrendStat>, "summaryTrendStats", Some("SUMMARY_TREND_STATS"),
        Some("summary-trend-stats");
    /// Unit of times in the summary; what fits best unless set.
    summary_time_unit: TimeUnit, "summaryTimeUnit", Some("SUMMARY_TIME_UNIT"),
        Some("summary-time-unit");
    /// Tags that samples get by themselves, by name; unknown names mean nothing.
    system_tags: Vec<String>, "systemTags", Some("SYSTEM_TAGS"), Some("system-tags");
    /// Tags of all samples.
    tags: BTreeMap<String, String>, "tags", Some("TAGS"), Some("tag");
    /// Samples that may wait for outputs.
    metric_samples_buffer_size: u64, "metricSamplesBufferSize",
        Some("METRIC_SAMPLES_BUFFER_SIZE"), None;
    /// Whether cookies live on from one iteration to the next.
    no_cookies_reset: bool, "noCookiesReset", Some("NO_COOKIES_RESET"), None;
    /// Whether response bodies are read but not kept.
    discard_response_bodies: bool, "discardResponseBodies", Some("DISCARD_RESPONSE_BODIES"),
        Some("discard-response-bodies");
    /// File that the script's console goes to.
    console_output: String, "consoleOutput", Some("CONSOLE_OUTPUT"), Some("console-output");
    /// Local addresses that requests come from, by VU.
    local_ips: Vec<IpRange>, "localIPs", Some("LOCAL_IPS"), Some("local-ips");
    /// The proxy of all requests; empty for none, in place of what the environment says.
    proxy: ProxyUrl, "proxy", Some("PROXY"), Some("proxy");
    /// The protocol of requests that do not choose one.
    http_version: HttpVersion, "httpVersion", Some("HTTP_VERSION"), Some("http-version");
    /// What becomes of arrivals that find no free VU, in scenarios that do not say.
    late: Late, "late", Some("LATE"), Some("late");
    /// Host names that are Unix sockets on this machine.
    unix_sockets: UnixSockets, "unixSockets", Some("UNIX_SOCKETS"), Some("unix-socket");
}

/// Options, and what else was in the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The options; their tier is [`Tier::Script`].
    pub options: Options,
    /// Paths of keys that mean nothing (`vuss`, `stages[0].foo`): a warning, not an error.
    pub unknown_keys: Vec<String>,
}

impl Options {
    /// Reads the JSON of a script or a config file.
    pub fn from_json(text: &str) -> Result<Parsed, OptionsError> {
        let context = Context::new(text);
        let value = context.parse()?;
        let root = Node::root(&context, &value);
        let mut options = Self { tier: Tier::Script, ..Self::default() };
        let members =
            if root.is_null() { Vec::new() } else { root.members("an object of options")? };
        for (key, node) in members {
            let in_json = !TEXT_ONLY.iter().any(|text_only| key.eq_ignore_ascii_case(text_only));
            if !in_json || !options.decode_option(key, &node)? {
                node.note_unknown();
            }
        }
        Ok(Parsed { options, unknown_keys: context.into_unknown_keys() })
    }

    /// As k6 prints consolidated options: every key of its own, null where nothing is set.
    pub fn to_json(&self) -> Value {
        let in_json = |(key, value): &(&str, Value)| {
            let is_ours_and_unset = value.is_null() && OURS.contains(key);
            !TEXT_ONLY.contains(key) && !is_ours_and_unset
        };
        let members = self.encode_options().filter(in_json);
        Value::Object(members.map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Merges a higher tier over this one. Whatever it sets takes the place of what is here; if it
    /// sets any of `duration`, `iterations`, `stages` and `scenarios`, none of these four is kept.
    pub fn apply(mut self, higher: Self) -> (Self, Vec<Warning>) {
        let mut warnings = Vec::new();
        if higher.shapes_the_load() {
            if self.scenarios.as_ref().is_some_and(|scenarios| !scenarios.is_empty()) {
                warnings.push(Warning::ScenariosOverridden { tier: higher.tier });
            }
            self.duration = None;
            self.iterations = None;
            self.stages = None;
            self.scenarios = None;
        }
        let mut origins = self.all_origins();
        origins.extend(higher.all_origins());
        self.tier = self.tier.max(higher.tier);
        self.overlay(higher);
        self.origins = origins;
        (self, warnings)
    }

    /// The tier that set the option with this key, if any did.
    pub fn origin(&self, key: &str) -> Option<Tier> {
        self.all_origins().get(key).copied()
    }

    fn shapes_the_load(&self) -> bool {
        self.duration.is_some()
            || self.iterations.is_some()
            || self.stages.is_some()
            || self.scenarios.is_some()
    }

    fn all_origins(&self) -> BTreeMap<&'static str, Tier> {
        let origin = |key| (key, self.origins.get(key).copied().unwrap_or(self.tier));
        self.set_keys().map(origin).collect()
    }
}

fn decode_optional<T: OptionValue>(node: &Node<'_>) -> Result<Option<T>, OptionsError> {
    if node.is_null() { Ok(None) } else { T::decode(node).map(Some) }
}

fn set_from_text<T: OptionValue>(
    option: &mut Option<T>,
    text: &str,
    form: TextForm,
) -> Result<(), ValueError> {
    let value = T::from_text(text, form)?;
    match option {
        Some(before) if form == TextForm::Flag => before.join(value),
        _ => *option = Some(value),
    }
    Ok(())
}
