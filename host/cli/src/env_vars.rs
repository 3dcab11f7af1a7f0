//! Every environment variable that squall reads, in one table.
//!
//! A variable is spelled `SQUALL_X` or, where k6 has the same setting, `K6_X`; when both are set
//! the first wins. An empty value counts as not set. The environment is read once, at the start
//! ([`Environment::of_process`]); after that it is a plain value, so that everything above it is
//! tested without touching the process. `docs/reference/environment.md` is made from this table.

use std::collections::BTreeMap;

use crate::origin::parse_bool;

/// One variable.
#[derive(Debug)]
pub(crate) struct EnvVar {
    /// The name without its prefix.
    pub(crate) suffix: &'static str,
    /// Whether `K6_` works as well as `SQUALL_`.
    pub(crate) k6: bool,
    /// The flag that does the same, without dashes.
    pub(crate) flag: Option<&'static str>,
    /// The key in the script's options and in the config file.
    pub(crate) option: Option<&'static str>,
    /// What a value looks like.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reference page, made by a test"))]
    pub(crate) example: &'static str,
    /// What it does.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reference page, made by a test"))]
    pub(crate) about: &'static str,
}

impl EnvVar {
    /// The names that are looked for, first the one that wins.
    pub(crate) fn names(&self) -> Vec<String> {
        let prefixes: &[&str] = if self.k6 { &["SQUALL_", "K6_"] } else { &["SQUALL_"] };
        prefixes.iter().map(|prefix| format!("{prefix}{}", self.suffix)).collect()
    }
}

/// Declares the variables as constants and as a table in the same order.
macro_rules! env_vars {
    ($($name:ident {
        $prefixes:ident, $flag:expr, $option:expr, $example:literal, $about:literal
    })*) => {
        $(
            pub(crate) const $name: EnvVar = EnvVar {
                suffix: stringify!($name),
                k6: matches!(Prefixes::$prefixes, Prefixes::Both),
                flag: $flag,
                option: $option,
                example: $example,
                about: $about,
            };
        )*
        /// All variables, in the order of the reference.
        pub(crate) const TABLE: &[&EnvVar] = &[$(&$name),*];
    };
}

/// Which prefixes a variable has.
enum Prefixes {
    Both,
    Ours,
}

env_vars! {
    VUS { Both, Some("vus"), Some("vus"), "50", "Number of virtual users." }
    DURATION { Both, Some("duration"), Some("duration"), "1m30s",
        "How long to run. A number without a unit is milliseconds." }
    ITERATIONS { Both, Some("iterations"), Some("iterations"), "1000",
        "Number of iterations, shared by all VUs." }
    STAGES { Both, Some("stage"), Some("stages"), "10s:100,1m:100",
        "Ramps to a number of VUs, with commas between." }
    EXECUTION_SEGMENT { Ours, Some("execution-segment"), Some("executionSegment"), "0:1/2",
        "The part of the test that this process runs." }
    EXECUTION_SEGMENT_SEQUENCE { Ours, Some("execution-segment-sequence"),
        Some("executionSegmentSequence"), "0,1/2,1", "The cut points of all parts." }
    NO_SETUP { Both, Some("no-setup"), Some("noSetup"), "true", "Do not run setup()." }
    NO_TEARDOWN { Both, Some("no-teardown"), Some("noTeardown"), "true", "Do not run teardown()." }
    SETUP_TIMEOUT { Both, None, Some("setupTimeout"), "60s", "Longest time for setup()." }
    TEARDOWN_TIMEOUT { Both, None, Some("teardownTimeout"), "60s", "Longest time for teardown()." }
    HANDLE_SUMMARY_TIMEOUT { Both, None, Some("handleSummaryTimeout"), "120s",
        "Longest time for handleSummary()." }
    MIN_ITERATION_DURATION { Both, Some("min-iteration-duration"), Some("minIterationDuration"),
        "1s", "Shortest time between the starts of two iterations of a VU." }
    INCLUDE_SYSTEM_ENV_VARS { Both, Some("include-system-env-vars"), None, "false",
        "Let the script see the environment of squall itself." }
    USER_AGENT { Both, Some("user-agent"), Some("userAgent"), "shop-test/1.0",
        "`User-Agent` of requests that set none." }
    MAX_REDIRECTS { Both, Some("max-redirects"), Some("maxRedirects"), "4",
        "Most redirects that a script's request follows." }
    THROW { Both, Some("throw"), Some("throw"), "true",
        "Make exceptions of a script's failed requests." }
    RPS { Both, Some("rps"), Some("rps"), "500",
        "Most requests a second of this process, over all VUs; 0 is no limit." }
    BATCH { Both, Some("batch"), Some("batch"), "20", "Most requests of one batch at a time." }
    BATCH_PER_HOST { Both, Some("batch-per-host"), Some("batchPerHost"), "6",
        "Most requests of one batch to the same host at a time." }
    HTTP_DEBUG { Both, Some("http-debug"), Some("httpDebug"), "full",
        "Log every request and response: `headers` or `full`." }
    INSECURE_SKIP_TLS_VERIFY { Both, Some("insecure-skip-tls-verify"),
        Some("insecureSkipTLSVerify"), "true", "Accept any TLS certificate." }
    TLS_CIPHER_SUITES { Both, None, Some("tlsCipherSuites"), "TLS_AES_128_GCM_SHA256",
        "TLS cipher suites to offer, with commas between." }
    TLSAUTH { Both, None, Some("tlsAuth"), "[{\"cert\": \"...\", \"key\": \"...\"}]",
        "TLS client certificates, as JSON." }
    NO_CONNECTION_REUSE { Both, Some("no-connection-reuse"), Some("noConnectionReuse"), "true",
        "A new connection for every request." }
    NO_VU_CONNECTION_REUSE { Both, Some("no-vu-connection-reuse"), Some("noVUConnectionReuse"),
        "true", "New connections for every iteration." }
    DISCARD_RESPONSE_BODIES { Both, Some("discard-response-bodies"), Some("discardResponseBodies"),
        "true", "Read response bodies but do not keep them." }
    DNS { Both, Some("dns"), Some("dns"), "ttl=1m,select=first,policy=any", "Name resolution." }
    HOSTS { Both, None, Some("hosts"), "{\"api.test\":\"127.0.0.1:8080\"}",
        "Addresses of host names, as a JSON object." }
    BLACKLIST_IPS { Both, Some("blacklist-ip"), Some("blacklistIPs"), "10.0.0.0/8,192.168.0.0/16",
        "Addresses that must not be called." }
    BLOCK_HOSTNAMES { Both, Some("block-hostnames"), Some("blockHostnames"), "*.example.com",
        "Host names that must not be called." }
    LOCAL_IPS { Both, Some("local-ips"), Some("localIPs"), "10.0.0.5-10.0.0.9,10.0.1.0/24",
        "Addresses of this machine that VUs send from, in turn." }
    PROXY { Ours, Some("proxy"), Some("proxy"), "http://10.0.0.1:3128",
        "The proxy of all requests; in place of `HTTP_PROXY` and `HTTPS_PROXY`." }
    HTTP_VERSION { Ours, Some("http-version"), Some("httpVersion"), "1.1",
        "Protocol of requests that do not choose one." }
    LATE { Ours, Some("late"), Some("late"), "queue",
        "What becomes of arrivals that find no free VU: `drop` or `queue`." }
    UNIX_SOCKETS { Ours, Some("unix-socket"), Some("unixSockets"), "app.test=/run/app.sock",
        "Host names that are Unix sockets on this machine, with commas between." }
    TAGS { Both, Some("tag"), Some("tags"), "team:shop,build:7",
        "Tags of every sample, `name:value`, with commas between." }
    SYSTEM_TAGS { Both, Some("system-tags"), Some("systemTags"), "url,method,status",
        "The system tags that samples carry." }
    THRESHOLDS { Both, None, Some("thresholds"), "{\"http_req_failed\":[\"rate<0.01\"]}",
        "Thresholds, as a JSON object." }
    NO_THRESHOLDS { Both, Some("no-thresholds"), None, "true", "Do not evaluate thresholds." }
    OUT { Both, Some("out"), Some("out"), "json=samples.json.gz",
        "Where samples are written too, with commas between." }
    SUMMARY_MODE { Both, Some("summary-mode"), None, "disabled",
        "What the summary at the end shows: `compact`, `full` or `disabled`." }
    SUMMARY_EXPORT { Both, Some("summary-export"), None, "summary.json",
        "File that the summary is written to as JSON." }
    SUMMARY_TREND_STATS { Both, Some("summary-trend-stats"), Some("summaryTrendStats"),
        "avg,p(99),max", "Statistics of trend metrics in the summary." }
    SUMMARY_TIME_UNIT { Both, Some("summary-time-unit"), Some("summaryTimeUnit"), "ms",
        "Unit of times in the summary: `s`, `ms` or `us`." }
    CONSOLE_OUTPUT { Both, Some("console-output"), None, "console.log",
        "File for the script's own log lines." }
    WORKERS { Ours, Some("workers"), None, "4", "Number of worker threads." }
    MEMORY_MAX { Ours, Some("memory-max"), None, "64MiB", "Most memory that one VU may have." }
    CPU_MAX { Ours, Some("cpu-max"), None, "500ms", "Most CPU time that one iteration may take." }
    HTTP1_CLIENT { Ours, Some("http1-client"), None, "hyper",
        "Which client speaks HTTP/1: `lean` or `hyper`." }
    PRECISE { Ours, Some("precise"), None, "true",
        "Spin for the last microseconds before each arrival." }
    STRICT { Ours, Some("strict"), None, "true",
        "Fail when the verdict on the generator is `invalid`." }
    NO_CACHE { Ours, Some("no-cache"), None, "true",
        "Neither read nor write the cache of compiled code and modules." }
    SECRET_SOURCE { Both, Some("secret-source"), None, "file=secrets.txt",
        "Where the script takes secrets from." }
    ALLOW_READ { Ours, Some("allow-read"), None, "/srv/data:/srv/more",
        "Folders whose files the script may open besides its own, with colons between." }
    OFFLINE { Ours, Some("offline"), None, "true",
        "Take modules from the cache or from squall itself, never from the network." }
    CACHE_DIR { Ours, None, None, "/var/cache/squall",
        "Folder for compiled code and modules instead of the user's cache folder." }
    CONFIG { Both, Some("config"), None, "load.json", "JSON file with options." }
    LOG_OUTPUT { Both, Some("log-output"), None, "file=run.log,level=debug",
        "Where log lines go." }
    LOG_FORMAT { Both, Some("log-format"), None, "json",
        "How log lines look: `text`, `json` or `raw`." }
    NO_COLOR { Both, Some("no-color"), None, "1",
        "Use no colours. The plain `NO_COLOR` does the same." }
}

/// Without a prefix, as <https://no-color.org> has it.
const NO_COLOR_PLAIN: &str = "NO_COLOR";

/// Without a prefix, as browsers and tools that record traffic have it.
const TLS_KEY_LOG_PLAIN: &str = "SSLKEYLOGFILE";

/// A variable that is set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Found {
    /// With the prefix that it was found under.
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The environment of the process, as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Reads the process's environment. Names and values that are not UTF-8 are read with U+FFFD in
    /// place of what is not.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn of_process() -> Self {
        let text = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
        Self { variables: std::env::vars_os().map(|(k, v)| (text(k), text(v))).collect() }
    }

    /// Looks up one of ours: `SQUALL_` first, then `K6_` if the variable has that.
    pub(crate) fn find(&self, variable: &EnvVar) -> Option<Found> {
        variable.names().into_iter().find_map(|name| {
            let value = self.variables.get(&name).filter(|value| !value.is_empty())?.clone();
            Some(Found { name, value })
        })
    }

    /// Whether colours are off.
    pub(crate) fn no_color(&self) -> bool {
        let plain = self.variables.get(NO_COLOR_PLAIN).is_some_and(|value| !value.is_empty());
        let ours = self.find(&NO_COLOR).is_some_and(|found| parse_bool(&found.value) != Ok(false));
        plain || ours
    }

    /// A variable that many programs share, such as `HTTP_PROXY`; an empty one counts as not set.
    pub(crate) fn shared(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The file that gets the secrets of TLS connections.
    pub(crate) fn tls_key_log(&self) -> Option<std::path::PathBuf> {
        self.shared(TLS_KEY_LOG_PLAIN).map(Into::into)
    }

    /// Names that begin with `SQUALL_` and mean nothing to us: likely a slip.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        let known = |suffix: &str| TABLE.iter().any(|variable| variable.suffix == suffix);
        self.variables
            .keys()
            .filter(|name| name.strip_prefix("SQUALL_").is_some_and(|suffix| !known(suffix)))
            .map(String::as_str)
            .collect()
    }

    /// All variables, for a script that may see them.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.variables
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self { variables: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_prefix_wins_and_an_empty_value_is_none() {
        let both: Environment = [("SQUALL_VUS", "1"), ("K6_VUS", "2")].into_iter().collect();
        assert_eq!(both.find(&VUS).unwrap().value, "1");
        let empty: Environment = [("SQUALL_VUS", ""), ("K6_VUS", "2")].into_iter().collect();
        assert_eq!(empty.find(&VUS), Some(Found { name: "K6_VUS".into(), value: "2".into() }));
        let none: Environment = [("VUS", "3"), ("K6_WORKERS", "3")].into_iter().collect();
        assert_eq!(none.find(&VUS), None);
        assert_eq!(none.find(&WORKERS), None);
    }

    #[test]
    fn colours_are_off_when_any_of_the_names_is_set() {
        let of = |name: &str, value: &str| [(name, value)].into_iter().collect::<Environment>();
        assert!(of("NO_COLOR", "1").no_color());
        assert!(of("K6_NO_COLOR", "true").no_color());
        assert!(of("SQUALL_NO_COLOR", "x").no_color());
        assert!(!of("NO_COLOR", "").no_color());
        assert!(!of("K6_NO_COLOR", "false").no_color());
        assert!(!Environment::default().no_color());
    }

    #[test]
    fn slips_are_found() {
        let environment: Environment =
            [("SQUALL_VUSS", "1"), ("SQUALL_VUS", "1"), ("K6_OTHER", "1")].into_iter().collect();
        assert_eq!(environment.unknown(), ["SQUALL_VUSS"]);
    }

    #[test]
    fn no_variable_is_listed_twice() {
        let mut names: Vec<_> = TABLE.iter().map(|variable| variable.suffix).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    /// A flag of `run` without a variable would break the rule that every option has one.
    #[test]
    fn every_flag_has_a_variable_and_every_variable_s_flag_exists() {
        const WITHOUT: &[&str] = &[
            "env",
            "quiet",
            "verbose",
            "help",
            "no-summary",
            "no-usage-report",
            "compatibility-mode",
            // Short for `--http-version 3`, which has one.
            "http3",
        ];
        let mut command = crate::args::command();
        command.build();
        let run = command.find_subcommand("run").unwrap();
        let flags: Vec<&str> = run.get_arguments().filter_map(clap::Arg::get_long).collect();
        for variable in TABLE {
            if let Some(flag) = variable.flag {
                assert!(flags.contains(&flag), "{} names an unknown flag", variable.suffix);
            }
        }
        for flag in flags.iter().filter(|flag| !WITHOUT.contains(flag)) {
            assert!(TABLE.iter().any(|variable| variable.flag == Some(flag)), "--{flag} has none");
        }
    }
}
