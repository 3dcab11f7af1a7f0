//! What a command has to know besides the test's options: where results go, what the script sees,
//! bounds.
//!
//! Flags win over the environment, and the environment over the config file where that has the
//! setting (`out`). Everything is checked here, once; what comes out is trusted.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use squall_net::Http1Client;
use squall_script::Cache;

use crate::args::GlobalArgs;
use crate::args::run::{EngineArgs, MetricArgs, ScriptArgs};
use crate::diagnostics::Failure;
use crate::env_vars::{self, EnvVar, Environment};
use crate::exit_code::ExitCode;
use crate::logging;
use crate::origin::{Given, ValueError, parse_bool, split_list};
use crate::units::parse_bytes;

/// Settings of every command.
#[derive(Clone, Debug, Default)]
pub(crate) struct GlobalSettings {
    /// A config file that was asked for.
    pub(crate) config: Option<PathBuf>,
    pub(crate) log: logging::Config,
    pub(crate) quiet: bool,
}

impl GlobalSettings {
    pub(crate) fn new(args: &GlobalArgs, environment: &Environment) -> Result<Self, Failure> {
        let find = |flag, typed: Option<&str>, variable| given(flag, typed, variable, environment);
        let mut log = logging::Config { verbose: args.verbose, ..logging::Config::default() };
        if let Some(given) = find("log-output", args.log_output.as_deref(), &env_vars::LOG_OUTPUT) {
            log.output = given.parse(str::parse)?;
        }
        if let Some(given) = find("log-format", args.log_format.as_deref(), &env_vars::LOG_FORMAT) {
            log.format = given.parse(str::parse)?;
        }
        let config = path(args.config.as_ref(), &env_vars::CONFIG, environment);
        Ok(Self { config, log, quiet: args.quiet })
    }
}

/// What the summary at the end shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum SummaryMode {
    #[default]
    Compact,
    Full,
    Disabled,
}

impl std::str::FromStr for SummaryMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "compact" => Ok(Self::Compact),
            "full" => Ok(Self::Full),
            "disabled" => Ok(Self::Disabled),
            "legacy" => Err("k6's old summary is not offered, use `compact`"),
            _ => Err("expected `compact`, `full` or `disabled`"),
        }
    }
}

/// Where samples are written to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Out {
    /// NDJSON; `-` is stdout.
    Json(String),
}

impl std::str::FromStr for Out {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, argument) = text.split_once('=').unwrap_or((text, ""));
        match (kind, argument) {
            ("json", "" | "-") => Ok(Self::Json("-".to_owned())),
            ("json", path) => Ok(Self::Json(path.to_owned())),
            // k6's text, so that what looks for it finds it.
            _ => Err(format!("invalid output type '{kind}', available types are: json")),
        }
    }
}

/// Where compiled components are kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum CacheChoice {
    #[default]
    Default,
    Folder(PathBuf),
    Off,
}

/// Settings of `run`.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(Clone, Debug, Default)]
pub(crate) struct RunSettings {
    /// `None`: the config file may say.
    pub(crate) out: Option<Vec<Out>>,
    pub(crate) summary_mode: SummaryMode,
    pub(crate) summary_export: Option<PathBuf>,
    pub(crate) console_output: Option<PathBuf>,
    pub(crate) no_thresholds: bool,
    pub(crate) workers: Option<NonZeroU32>,
    pub(crate) memory_bytes_max: Option<u64>,
    pub(crate) cpu_max: Option<Duration>,
    pub(crate) http1_client: Http1Client,
    pub(crate) precise: bool,
    pub(crate) strict: bool,
    pub(crate) cache: CacheChoice,
    pub(crate) offline: bool,
    /// The file of `SSLKEYLOGFILE`.
    pub(crate) tls_key_log: Option<PathBuf>,
}

impl RunSettings {
    pub(crate) fn new(
        metrics: &MetricArgs,
        engine: &EngineArgs,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let find = |flag, typed: Option<&str>, variable| given(flag, typed, variable, environment);
        let parsed = |given: Option<Given>, parse: fn(&str) -> Result<u64, String>| {
            given.map(|given| given.parse(parse)).transpose()
        };
        let typed_mode = metrics.summary_mode.as_deref();
        let typed_mode = typed_mode.or(metrics.no_summary.then_some("disabled"));
        let summary_mode = find("summary-mode", typed_mode, &env_vars::SUMMARY_MODE)
            .map_or(Ok(SummaryMode::default()), |given| given.parse(str::parse))?;
        let memory = find("memory-max", engine.memory_max.as_deref(), &env_vars::MEMORY_MAX);
        let cpu = find("cpu-max", engine.cpu_max.as_deref(), &env_vars::CPU_MAX);
        let typed_http1 = engine.http1_client.as_deref();
        let http1 = find("http1-client", typed_http1, &env_vars::HTTP1_CLIENT);
        let path = |typed: Option<&PathBuf>, variable| path(typed, variable, environment);
        Ok(Self {
            out: outputs(&metrics.out, environment)?,
            summary_mode,
            summary_export: path(metrics.summary_export.as_ref(), &env_vars::SUMMARY_EXPORT),
            console_output: path(metrics.console_output.as_ref(), &env_vars::CONSOLE_OUTPUT),
            no_thresholds: switch(metrics.no_thresholds, &env_vars::NO_THRESHOLDS, environment)?
                .unwrap_or(false),
            workers: workers(engine.workers, environment)?,
            memory_bytes_max: parsed(memory, parse_memory)?,
            cpu_max: cpu.map(|given| given.parse(parse_cpu_max)).transpose()?,
            http1_client: http1
                .map_or(Ok(Http1Client::default()), |given| given.parse(parse_http1))?,
            precise: switch(engine.precise, &env_vars::PRECISE, environment)?.unwrap_or(false),
            strict: switch(metrics.strict, &env_vars::STRICT, environment)?.unwrap_or(false),
            cache: cache(engine.no_cache, environment)?,
            offline: offline(engine.offline, environment)?,
            tls_key_log: environment.tls_key_log(),
        })
    }
}

/// The cache, from the flag and two variables.
pub(crate) fn cache(
    no_cache: Option<bool>,
    environment: &Environment,
) -> Result<CacheChoice, Failure> {
    if switch(no_cache, &env_vars::NO_CACHE, environment)?.unwrap_or(false) {
        return Ok(CacheChoice::Off);
    }
    let folder = environment.find(&env_vars::CACHE_DIR);
    Ok(folder.map_or(CacheChoice::Default, |found| CacheChoice::Folder(found.value.into())))
}

impl CacheChoice {
    /// The cache of compiled code.
    pub(crate) fn open(&self) -> Option<Cache> {
        match self {
            Self::Off => None,
            Self::Default => Cache::open_default(),
            Self::Folder(folder) => Some(Cache::at(folder)),
        }
    }
}

/// Configurations of secret sources, as they were given.
pub(crate) fn secret_sources(args: &ScriptArgs, environment: &Environment) -> Vec<String> {
    if !args.secret_sources.is_empty() {
        return args.secret_sources.clone();
    }
    let found = environment.find(&env_vars::SECRET_SOURCE);
    found.into_iter().map(|found| found.value.clone()).collect()
}

/// Whether modules may come from the network.
pub(crate) fn offline(typed: Option<bool>, environment: &Environment) -> Result<bool, Failure> {
    Ok(switch(typed, &env_vars::OFFLINE, environment)?.unwrap_or(false))
}

/// The environment that the script sees: squall's own, if it may, and what `-e` adds.
pub(crate) fn script_environment(
    args: &ScriptArgs,
    include_by_default: bool,
    environment: &Environment,
) -> Result<BTreeMap<String, String>, Failure> {
    let include =
        switch(args.include_system_env_vars, &env_vars::INCLUDE_SYSTEM_ENV_VARS, environment)?;
    let mut variables = BTreeMap::new();
    if include.unwrap_or(include_by_default) {
        variables.clone_from(environment.all());
    }
    for text in &args.env {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if !is_variable_name(name) {
            let message = format!("invalid environment variable name '{name}'");
            return Err(Failure::message(ExitCode::Unclassified, message)
                .hint("write `-e NAME=VALUE`; a name is letters, digits and `_`, no digit first"));
        }
        variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(variables)
}

fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The text of a setting: from its flag, or from its variable.
fn given(
    flag: &'static str,
    typed: Option<&str>,
    variable: &EnvVar,
    environment: &Environment,
) -> Option<Given> {
    match typed {
        Some(text) => Some(Given::flag(flag, text)),
        None => environment.find(variable).map(Given::variable),
    }
}

fn path(typed: Option<&PathBuf>, variable: &EnvVar, environment: &Environment) -> Option<PathBuf> {
    typed.cloned().or_else(|| environment.find(variable).map(|found| found.value.into()))
}

fn switch(
    typed: Option<bool>,
    variable: &EnvVar,
    environment: &Environment,
) -> Result<Option<bool>, ValueError> {
    match (typed, environment.find(variable)) {
        (Some(typed), _) => Ok(Some(typed)),
        (None, Some(found)) => Given::variable(found).parse(parse_bool).map(Some),
        (None, None) => Ok(None),
    }
}

fn outputs(typed: &[String], environment: &Environment) -> Result<Option<Vec<Out>>, ValueError> {
    let given: Vec<Given> = if typed.is_empty() {
        let Some(found) = environment.find(&env_vars::OUT) else { return Ok(None) };
        let texts = split_list(&found.value);
        let name = found.name;
        let one = |value| Given::variable(env_vars::Found { name: name.clone(), value });
        texts.into_iter().map(one).collect()
    } else {
        typed.iter().map(|text| Given::flag("out", text)).collect()
    };
    given.iter().map(|given| given.parse(str::parse)).collect::<Result<_, _>>().map(Some)
}

fn workers(
    typed: Option<NonZeroU32>,
    environment: &Environment,
) -> Result<Option<NonZeroU32>, ValueError> {
    match (typed, environment.find(&env_vars::WORKERS)) {
        (Some(typed), _) => Ok(Some(typed)),
        (None, Some(found)) => {
            let parse = |text: &str| text.parse().map_err(|_| "expected a whole number, 1 or more");
            Given::variable(found).parse(parse).map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// The least memory that a component can be instantiated with.
const MEMORY_BYTES_MIN: u64 = 65_536;

fn parse_memory(text: &str) -> Result<u64, String> {
    match parse_bytes(text) {
        Ok(bytes) if bytes < MEMORY_BYTES_MIN => {
            Err("a VU needs at least one page of memory, 64KiB".to_owned())
        }
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

fn parse_http1(text: &str) -> Result<Http1Client, &'static str> {
    match text {
        "lean" => Ok(Http1Client::Lean),
        "hyper" => Ok(Http1Client::Hyper),
        _ => Err("expected `lean` or `hyper`"),
    }
}

fn parse_cpu_max(text: &str) -> Result<Duration, String> {
    let duration = squall_plan::parse_go_duration(text).map_err(|error| error.to_string())?;
    match duration.to_duration() {
        Some(duration) if duration > Duration::ZERO => Ok(duration),
        _ => Err("expected a duration above zero, such as `500ms`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().copied().collect()
    }

    fn run(
        metrics: &MetricArgs,
        engine: &EngineArgs,
        pairs: &[(&str, &str)],
    ) -> Result<RunSettings, Failure> {
        RunSettings::new(metrics, engine, &environment(pairs))
    }

    #[test]
    fn flags_win_over_the_environment() {
        let metrics = MetricArgs {
            summary_mode: Some("full".into()),
            out: vec!["json=a".into(), "json".into()],
            no_thresholds: Some(false),
            ..MetricArgs::default()
        };
        let engine = EngineArgs { workers: NonZeroU32::new(3), ..EngineArgs::default() };
        let settings = run(
            &metrics,
            &engine,
            &[
                ("K6_SUMMARY_MODE", "disabled"),
                ("K6_OUT", "json=b"),
                ("K6_NO_THRESHOLDS", "true"),
                ("SQUALL_WORKERS", "7"),
                ("SQUALL_MEMORY_MAX", "1MiB"),
                ("SQUALL_CPU_MAX", "20ms"),
                ("SQUALL_HTTP1_CLIENT", "hyper"),
            ],
        )
        .unwrap();
        assert_eq!(settings.summary_mode, SummaryMode::Full);
        assert_eq!(settings.out, Some(vec![Out::Json("a".into()), Out::Json("-".into())]));
        assert!(!settings.no_thresholds);
        assert_eq!(settings.workers, NonZeroU32::new(3));
        assert_eq!(settings.memory_bytes_max, Some(1 << 20));
        assert_eq!(settings.cpu_max, Some(Duration::from_millis(20)));
        assert_eq!(settings.http1_client, Http1Client::Hyper);
    }

    #[test]
    fn the_environment_is_taken_without_flags() {
        let settings = run(
            &MetricArgs::default(),
            &EngineArgs::default(),
            &[
                ("K6_OUT", "json=b, json=c.gz"),
                ("K6_SUMMARY_EXPORT", "s.json"),
                ("SQUALL_NO_CACHE", "1"),
                ("SQUALL_CACHE_DIR", "/x"),
            ],
        )
        .unwrap();
        assert_eq!(settings.out, Some(vec![Out::Json("b".into()), Out::Json("c.gz".into())]));
        assert_eq!(settings.summary_export, Some("s.json".into()));
        assert_eq!(settings.cache, CacheChoice::Off);
    }

    #[test]
    fn the_old_flag_turns_the_summary_off() {
        let metrics = MetricArgs { no_summary: true, ..MetricArgs::default() };
        let settings = run(&metrics, &EngineArgs::default(), &[]).unwrap();
        assert_eq!(settings.summary_mode, SummaryMode::Disabled);
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_was_given() {
        for (pairs, text) in [
            ([("K6_OUT", "kafka=x")], "invalid output type 'kafka'"),
            ([("K6_SUMMARY_MODE", "tiny")], "expected `compact`"),
            ([("SQUALL_WORKERS", "0")], "1 or more"),
            ([("SQUALL_MEMORY_MAX", "1k")], "at least one page"),
            ([("SQUALL_MEMORY_MAX", "lots")], "expected a number of bytes"),
            ([("SQUALL_HTTP1_CLIENT", "curl")], "expected `lean` or `hyper`"),
            ([("SQUALL_CPU_MAX", "0s")], "above zero"),
            ([("SQUALL_CPU_MAX", "-1s")], "above zero"),
            ([("K6_NO_THRESHOLDS", "perhaps")], "expected `true` or `false`"),
        ] {
            let failure = run(&MetricArgs::default(), &EngineArgs::default(), &pairs).unwrap_err();
            let line = failure.one_line();
            assert!(line.contains(text) && line.contains(pairs[0].0), "{line}");
            assert_eq!(failure.exit(), ExitCode::InvalidConfig);
        }
    }

    #[test]
    fn the_script_sees_what_it_may() {
        let system = environment(&[("HOME", "/h"), ("FOO", "system")]);
        let args =
            ScriptArgs { env: vec!["FOO=a=b".into(), "BAR".into()], ..ScriptArgs::default() };
        let all = script_environment(&args, true, &system).unwrap();
        assert_eq!(all.get("HOME").map(String::as_str), Some("/h"));
        assert_eq!(all.get("FOO").map(String::as_str), Some("a=b"));
        assert_eq!(all.get("BAR").map(String::as_str), Some(""));
        let none = script_environment(&args, false, &system).unwrap();
        assert_eq!(none.keys().collect::<Vec<_>>(), ["BAR", "FOO"]);
        let forced = environment(&[("HOME", "/h"), ("K6_INCLUDE_SYSTEM_ENV_VARS", "true")]);
        assert!(script_environment(&args, false, &forced).unwrap().contains_key("HOME"));
    }

    #[test]
    fn names_that_no_shell_would_take_are_refused() {
        for name in ["1A=b", "=b", "A-B=c", ""] {
            let args = ScriptArgs { env: vec![name.to_owned()], ..ScriptArgs::default() };
            let failure = script_environment(&args, false, &Environment::default()).unwrap_err();
            assert!(failure.one_line().starts_with("invalid environment variable name"));
        }
    }

    #[test]
    fn log_settings_come_from_both_too() {
        let args = GlobalArgs { log_format: Some("json".into()), ..GlobalArgs::default() };
        let system = environment(&[("K6_LOG_OUTPUT", "none"), ("K6_LOG_FORMAT", "raw")]);
        let settings = GlobalSettings::new(&args, &system).unwrap();
        assert_eq!(settings.log.format, logging::Format::Json);
        assert_eq!(settings.log.output.target, logging::Target::None);
        let wrong = environment(&[("SQUALL_LOG_OUTPUT", "loki")]);
        let failure = GlobalSettings::new(&GlobalArgs::default(), &wrong).unwrap_err();
        assert!(failure.one_line().contains("SQUALL_LOG_OUTPUT"));
    }
}
