//! Flags of `squall run`, in the order in which its help shows them.
//!
//! Names and meanings are k6's wherever k6 has the flag. A switch may be given a value
//! (`--no-setup=false`), so that a flag can take back what the environment or the script set.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::SWITCH;

/// Run a load test
#[derive(Args, Debug, Default)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// A script (`.js`, `.ts`, `-` for standard input), a component (`.wasm`, `.wat`), or a core
    /// module built for wasm32-wasip1
    #[arg(value_name = "FILE")]
    pub(crate) script: PathBuf,

    #[command(flatten)]
    pub(crate) load: LoadArgs,

    #[command(flatten)]
    pub(crate) guest: ScriptArgs,

    #[command(flatten)]
    pub(crate) http: HttpArgs,

    #[command(flatten)]
    pub(crate) metrics: MetricArgs,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  One VU, one iteration:
      squall run script.js
  50 VUs for half a minute:
      squall run -u 50 -d 30s script.js
  1000 iterations, shared by 10 VUs:
      squall run -u 10 -i 1000 script.js
  Up to 100 VUs in 10 s, one minute there, and down again:
      squall run -u 0 -s 10s:100 -s 1m:100 -s 10s:0 vu.wasm
  The first half of a test that two machines share:
      squall run --execution-segment 0:1/2 --execution-segment-sequence 0,1/2,1 vu.wasm";

/// How much load, when, and which part of it.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Load")]
pub(crate) struct LoadArgs {
    /// Number of virtual users [default: 1]
    #[arg(short = 'u', long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) vus: Option<String>,

    /// How long to run, with units: `90s`, `1m30s`, `500ms`
    #[arg(short = 'd', long, value_name = "DURATION")]
    pub(crate) duration: Option<String>,

    /// Number of iterations, shared by all VUs
    #[arg(short = 'i', long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) iterations: Option<String>,

    /// A ramp to TARGET VUs over DURATION, such as `10s:100`; repeat it, or put commas between
    #[arg(short = 's', long = "stage", value_name = "DURATION:TARGET")]
    pub(crate) stages: Vec<String>,

    /// What becomes of arrivals that find no free VU, in scenarios that do not say: `drop`, or
    /// `queue` to start them as soon as a VU is free, their wait in the response time [default:
    /// drop]
    #[arg(long, value_name = "WHAT")]
    pub(crate) late: Option<String>,

    /// Run only this part of the test: `10%`, `1/3`, `0.2:2/3` [default: all of it]
    #[arg(long, value_name = "FROM:TO")]
    pub(crate) execution_segment: Option<String>,

    /// The cut points of all parts, such as `0,1/3,2/3,1`; needed for parts that add up exactly
    #[arg(long, value_name = "POINTS")]
    pub(crate) execution_segment_sequence: Option<String>,

    /// Do not run `setup()`
    #[arg(long, value_name = SWITCH)]
    pub(crate) no_setup: Option<bool>,

    /// Do not run `teardown()`
    #[arg(long, value_name = SWITCH)]
    pub(crate) no_teardown: Option<bool>,

    /// Shortest time between the starts of two iterations of a VU, with units; a VU that is
    /// done earlier waits [default: 0s]
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_iteration_duration: Option<String>,
}

/// What the script sees of the outside.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Script")]
pub(crate) struct ScriptArgs {
    /// Set an environment variable of the script; repeat it for more
    #[arg(short = 'e', long = "env", value_name = "NAME=VALUE")]
    pub(crate) env: Vec<String>,

    /// Let the script see the environment of squall itself [default: true for `run`, false for
    /// `inspect`]
    #[arg(long, value_name = SWITCH)]
    pub(crate) include_system_env_vars: Option<bool>,

    /// Where the script takes secrets from: `mock=KEY=VALUE,...` or `file=PATH`; repeat it for more
    #[arg(long = "secret-source", value_name = "KIND=...")]
    pub(crate) secret_sources: Vec<String>,

    /// Let the script open the files below a folder besides those below its own; repeat it for more
    #[arg(long, value_name = "DIR")]
    pub(crate) allow_read: Vec<PathBuf>,
}

/// How requests are made.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpArgs {
    /// `User-Agent` of requests that set none [default: squall and its version]
    #[arg(long, value_name = "TEXT")]
    pub(crate) user_agent: Option<String>,

    /// Most redirects that a script's request follows [default: 10]
    #[arg(long, value_name = "N")]
    pub(crate) max_redirects: Option<String>,

    /// Make exceptions of a script's failed requests
    #[arg(short = 'w', long, value_name = SWITCH)]
    pub(crate) throw: Option<bool>,

    /// Most requests a second of this process, over all VUs; 0 is no limit [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) rps: Option<String>,

    /// Most requests of one batch at a time [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<String>,

    /// Most requests of one batch to the same host at a time [default: 6]
    #[arg(long, value_name = "N")]
    pub(crate) batch_per_host: Option<String>,

    /// Log every request and response: `headers`, or `full` for bodies too
    #[arg(long, value_name = "WHAT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "headers")]
    pub(crate) http_debug: Option<String>,

    /// Accept any TLS certificate
    #[arg(long, value_name = SWITCH)]
    pub(crate) insecure_skip_tls_verify: Option<bool>,

    /// A new connection for every request
    #[arg(long, value_name = SWITCH)]
    pub(crate) no_connection_reuse: Option<bool>,

    /// New connections for every iteration
    #[arg(long = "no-vu-connection-reuse", value_name = SWITCH)]
    pub(crate) no_vu_connection_reuse: Option<bool>,

    /// Read response bodies but do not keep them
    #[arg(long, value_name = SWITCH)]
    pub(crate) discard_response_bodies: Option<bool>,

    /// Name resolution: `ttl=` a duration (milliseconds without a unit), `inf` or `0`;
    /// `select=` `first`, `random` or `roundRobin`; `policy=` `preferIPv4`, `preferIPv6`,
    /// `onlyIPv4`, `onlyIPv6` or `any`; `happyEyeballs=true` tries the other addresses when the
    /// selected one does not answer [default: ttl=5m,select=random,policy=preferIPv4]
    #[arg(long, value_name = "SETTINGS")]
    pub(crate) dns: Option<String>,

    /// Addresses that must not be called, such as `10.0.0.0/8`; repeat it, or put commas between
    #[arg(long = "blacklist-ip", value_name = "CIDR")]
    pub(crate) blacklist_ips: Vec<String>,

    /// Host names that must not be called, `*` in front stands for any beginning; repeat it, or
    /// put commas between
    #[arg(long, value_name = "PATTERN")]
    pub(crate) block_hostnames: Vec<String>,

    /// Addresses of this machine that VUs send from, in turn: `10.0.0.5`, `10.0.0.5-10.0.0.9`,
    /// `10.0.1.0/24`; repeat it, or put commas between
    #[arg(long = "local-ips", value_name = "ADDRESSES")]
    pub(crate) local_ips: Vec<String>,

    /// Send all requests through this proxy: `http://`, `https://` or `socks5://`, with
    /// `name:password@` if need be; empty for none. Names in `NO_PROXY` are called directly
    /// [default: as `HTTP_PROXY` and `HTTPS_PROXY` say]
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,

    /// Protocol of requests that do not choose one: `auto`, `1.1`, `2` (negotiated by TLS),
    /// `2-prior-knowledge` (also without TLS), or `3` (experimental, where it is built in)
    /// [default: auto]
    #[arg(long, value_name = "VERSION")]
    pub(crate) http_version: Option<String>,

    /// Short for `--http-version 3`
    #[arg(long, conflicts_with = "http_version")]
    pub(crate) http3: bool,

    /// Call a host name over a Unix socket of this machine; repeat it for more
    #[arg(long = "unix-socket", value_name = "NAME=PATH")]
    pub(crate) unix_sockets: Vec<String>,
}

/// What is measured, and where results go.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Metrics and results")]
pub(crate) struct MetricArgs {
    /// Add a tag to every sample; repeat it for more
    #[arg(long = "tag", value_name = "NAME=VALUE")]
    pub(crate) tags: Vec<String>,

    /// The system tags that samples carry, with commas between; replaces the default set
    /// [default: `check`, `error`, `error_code`, `expected_response`, `group`, `method`, `name`,
    /// `proto`, `scenario`, `service`, `status`, `subproto`, `tls_version`, `url`]
    #[arg(long, value_name = "TAGS")]
    pub(crate) system_tags: Option<String>,

    /// Do not evaluate thresholds; what is wrong with them is only warned about
    #[arg(long, value_name = SWITCH)]
    pub(crate) no_thresholds: Option<bool>,

    /// Fail (exit code 120) when the verdict on the generator is `invalid`
    #[arg(long, value_name = SWITCH)]
    pub(crate) strict: Option<bool>,

    /// Also write samples: `json=FILE` (one JSON object a line; `FILE.gz` is compressed, `-` is
    /// stdout); repeat it for more
    #[arg(short = 'o', long = "out", value_name = "OUTPUT")]
    pub(crate) out: Vec<String>,

    /// What the summary at the end shows: `compact`, `full` or `disabled` [default: compact]
    #[arg(long, value_name = "MODE")]
    pub(crate) summary_mode: Option<String>,

    /// What k6 once had for `--summary-mode disabled`
    #[arg(long, hide = true)]
    pub(crate) no_summary: bool,

    /// Accepted for those who say it to k6: there is one mode, all of the language
    #[arg(
        long,
        hide = true,
        value_name = "MODE",
        value_parser = ["base", "extended", "experimental_enhanced"]
    )]
    pub(crate) compatibility_mode: Option<String>,

    /// Accepted for scripts that say it to k6: squall reports nothing to anybody
    #[arg(long, hide = true)]
    pub(crate) no_usage_report: bool,

    /// Write the summary as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) summary_export: Option<PathBuf>,

    /// Statistics of trend metrics in the summary, with commas between: `avg`, `min`, `med`,
    /// `max`, `count`, `p(N)` [default: avg,min,med,max,p(90),p(95)]
    #[arg(long, value_name = "STATS")]
    pub(crate) summary_trend_stats: Option<String>,

    /// Unit of times in the summary: `s`, `ms` or `us` [default: what fits each value]
    #[arg(long, value_name = "UNIT")]
    pub(crate) summary_time_unit: Option<String>,

    /// Write the script's own log lines to this file instead of the log
    #[arg(long, value_name = "FILE")]
    pub(crate) console_output: Option<PathBuf>,
}

/// How squall itself works.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Engine")]
pub(crate) struct EngineArgs {
    /// Number of worker threads [default: one for each CPU that the process may use]
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<NonZeroU32>,

    /// Spin for the last 60 us before each arrival: starts are later by a few microseconds instead
    /// of some ten, for CPU time
    #[arg(long, value_name = SWITCH)]
    pub(crate) precise: Option<bool>,

    /// Most memory that one VU may have, in bytes, or with a unit: `512KiB`, `64MiB`, `1GB`
    #[arg(long, value_name = "BYTES")]
    pub(crate) memory_max: Option<String>,

    /// Most CPU time that one iteration may take, with units; waiting does not count
    #[arg(long, value_name = "DURATION")]
    pub(crate) cpu_max: Option<String>,

    /// Which client speaks HTTP/1: `lean`, squall's own, or `hyper`, the library; for finding out
    /// whose fault something is [default: lean]
    #[arg(long = "http1-client", value_name = "CLIENT")]
    pub(crate) http1_client: Option<String>,

    /// Neither read nor write the cache of compiled code and modules
    #[arg(long, value_name = SWITCH)]
    pub(crate) no_cache: Option<bool>,

    /// Take modules from the cache or from squall itself, never from the network
    #[arg(long, value_name = SWITCH)]
    pub(crate) offline: Option<bool>,
}
