//! The options of a test, tier by tier: defaults < config file < script < environment < flags.
//!
//! Reading and merging is `squall_plan`'s; this file knows where the texts come from, and keeps for
//! each value where that was, so that errors and `--verbose` can tell. Nothing is validated here: a
//! merged set of options becomes a plan, or is refused by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use squall_plan::{Options, OptionsError, TextForm, Tier};

use crate::args::run::RunArgs;
use crate::config_file::{self, ConfigFile};
use crate::diagnostics::{Failure, Place};
use crate::env_vars::{EnvVar, Environment, Found, TABLE};
use crate::exit_code::ExitCode;
use crate::origin::{Given, Origin, ValueError};

/// Options that can be read but that nothing heeds yet. Setting one is said, never passed over.
const NOT_HEEDED: [&str; 2] = ["paused", "metricSamplesBufferSize"];

/// Options with keys and passwords in them, which no log shows.
const SECRET: [&str; 2] = ["tlsAuth", "tlsByHost"];

/// Options that `k6/http` heeds and that mean nothing to compiled guests.
const HEEDED_BY_SCRIPTS: [&str; 1] = ["throw"];

/// The option that is a setting of the log, see `settings.rs`.
const CONSOLE_OUTPUT: &str = "consoleOutput";

/// The options of all tiers as one, and where each comes from.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) options: Options,
    /// What the user should know about the merge, in the order in which it happened.
    pub(crate) warnings: Vec<String>,
    config_path: PathBuf,
    /// Names of the variables that set an option, by its key.
    variables: BTreeMap<&'static str, String>,
}

impl Merged {
    /// The tiers above the script are read at once, before the script is even opened: a slip in a
    /// flag must not wait for a long compilation.
    pub(crate) fn new(tiers: Tiers, script: Options, is_compiled: bool) -> Self {
        let Tiers { config, environment, flags, config_path, variables, mut warnings } = tiers;
        let mut options = Options::default();
        for tier in [config, script, environment, flags] {
            let (merged, overridden) = options.apply(tier);
            options = merged;
            warnings.extend(overridden.iter().map(ToString::to_string));
        }
        let mut merged = Self { options, warnings, config_path, variables };
        let by_scripts = HEEDED_BY_SCRIPTS.iter().filter(|_| is_compiled);
        for key in NOT_HEEDED.iter().chain(by_scripts) {
            if merged.options.origin(key).is_some() {
                let origin = merged.origin(key);
                merged.warnings.push(format!("option `{key}` from {origin} has no effect yet"));
            }
        }
        merged
    }

    /// Where the value of an option comes from.
    pub(crate) fn origin(&self, key: &str) -> Origin {
        match self.options.origin(key) {
            None | Some(Tier::Defaults) => Origin::Default,
            Some(Tier::ConfigFile) => Origin::ConfigFile(self.config_path.clone()),
            Some(Tier::Script) => Origin::Script,
            Some(Tier::Environment) => {
                Origin::Environment(self.variables.get(key).cloned().unwrap_or_default())
            }
            Some(Tier::CommandLine) => Origin::Flag(flag_of(key)),
        }
    }

    /// All options that are set, with their values and origins, for `--verbose`.
    pub(crate) fn listing(&self) -> Vec<(&'static str, serde_json::Value, Origin)> {
        let values = self.options.to_json();
        let set = Options::NAMES.iter().filter(|names| self.options.origin(names.key).is_some());
        set.map(|names| {
            let mut value = values.get(names.key).cloned().unwrap_or_default();
            if SECRET.contains(&names.key) {
                hide(&mut value);
            }
            (names.key, value, self.origin(names.key))
        })
        .collect()
    }

    /// The origins of those of `keys` that are set, as a hint behind an error about them.
    pub(crate) fn origins_hint(&self, keys: &[&str]) -> Option<String> {
        let parts: Vec<String> = keys
            .iter()
            .filter(|key| self.options.origin(key).is_some())
            .map(|key| format!("`{key}` is set by {}", self.origin(key)))
            .collect();
        if parts.is_empty() { None } else { Some(parts.join(", ")) }
    }
}

/// Blots out keys and passwords.
fn hide(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(hide),
        serde_json::Value::Object(members) => {
            for (key, value) in members {
                if matches!(key.as_str(), "key" | "password") && !value.is_null() {
                    *value = "****".into();
                } else {
                    hide(value);
                }
            }
        }
        _ => {}
    }
}

fn flag_of(key: &str) -> &'static str {
    Options::NAMES.iter().find(|names| names.key == key).and_then(|names| names.flag).unwrap_or("")
}

/// All tiers but the script's.
#[derive(Debug, Default)]
pub(crate) struct Tiers {
    config: Options,
    environment: Options,
    flags: Options,
    config_path: PathBuf,
    variables: BTreeMap<&'static str, String>,
    warnings: Vec<String>,
}

impl Tiers {
    /// Reads what there is; `args` are missing for commands without these flags.
    pub(crate) fn read(
        args: Option<&RunArgs>,
        environment: &Environment,
        config: Option<&ConfigFile>,
    ) -> Result<Self, Failure> {
        let mut tiers = Self::default();
        if let Some(file) = config {
            tiers.config_path.clone_from(&file.path);
            (tiers.config, tiers.warnings) = config_tier(file)?;
        }
        (tiers.environment, tiers.variables) = environment_tier(environment)?;
        if let Some(args) = args {
            tiers.flags = flags_tier(args)?;
        }
        Ok(tiers)
    }
}

/// The options that a script exports, and warnings about keys that mean nothing.
pub(crate) fn script_tier(path: &Path, json: &str) -> Result<(Options, Vec<String>), Failure> {
    let origin = format!("options of {}", path.display());
    let parsed = Options::from_json(json)
        .map_err(|error| unreadable(&error, "the options of the script are not valid", &origin))?;
    let warnings = parsed.unknown_keys.iter().map(|key| {
        format!("There were unknown fields in the options exported in the script: {key}")
    });
    Ok((parsed.options, warnings.collect()))
}

fn config_tier(file: &ConfigFile) -> Result<(Options, Vec<String>), Failure> {
    let path = file.path.display().to_string();
    let parsed = Options::from_json(&file.text).map_err(|error| {
        unreadable(&error, &format!("cannot use the config file `{path}`"), &path)
    })?;
    let unknown = parsed.unknown_keys.iter().filter(|key| !config_file::is_known(key));
    let warnings = unknown.map(|key| format!("unknown field in the config file `{path}`: {key}"));
    let options = Options { tier: Tier::ConfigFile, ..parsed.options };
    Ok((options, warnings.collect()))
}

/// Options that are not JSON, or of the wrong type.
fn unreadable(error: &OptionsError, context: &str, origin: &str) -> Failure {
    let mut message = match error.path.as_str() {
        "" => String::new(),
        path => format!("`{path}`: "),
    };
    if let Some(reason) = &error.reason {
        let _ = write!(message, "{reason}; ");
    }
    let _ = write!(message, "expected {}, found {}", error.expected, error.found);
    Failure::message(ExitCode::InvalidConfig, message).context(context).at(Place {
        origin: origin.to_owned(),
        line: error.line,
        column: error.column,
        text: error.offending_line.clone(),
        caret: error.offending_offset,
    })
}

type Named = (Options, BTreeMap<&'static str, String>);

fn environment_tier(environment: &Environment) -> Result<Named, ValueError> {
    let mut options = Options { tier: Tier::Environment, ..Options::default() };
    let mut variables = BTreeMap::new();
    for names in Options::NAMES.iter().filter(|names| names.key != CONSOLE_OUTPUT) {
        let Some(Found { name, value }) = find(environment, names.key, names.variable) else {
            continue;
        };
        let given = Given::variable(Found { name: name.clone(), value });
        given.parse(|text| options.set_text(names.key, text, TextForm::Variable))?;
        variables.insert(names.key, name);
    }
    Ok((options, variables))
}

/// A variable of our table, or one that only the options know: those that are not heeded yet are
/// not in the table, but must not be passed over.
fn find(environment: &Environment, key: &str, variable: Option<&'static str>) -> Option<Found> {
    match TABLE.iter().find(|row| row.option == Some(key)) {
        Some(row) => environment.find(row),
        None => environment.find(&EnvVar {
            suffix: variable?,
            k6: true,
            flag: None,
            option: None,
            example: "",
            about: "",
        }),
    }
}

fn flags_tier(args: &RunArgs) -> Result<Options, ValueError> {
    let mut options = Options { tier: Tier::CommandLine, ..Options::default() };
    for (key, texts) in flag_texts(args) {
        for text in texts {
            let given = Given::flag(flag_of(key), &text);
            given.parse(|text| options.set_text(key, text, TextForm::Flag))?;
        }
    }
    Ok(options)
}

/// Which flag holds which option, with the texts that were typed.
fn flag_texts(args: &RunArgs) -> Vec<(&'static str, Vec<String>)> {
    let one = |text: &Option<String>| text.iter().cloned().collect();
    let switch = |on: Option<bool>| on.iter().map(ToString::to_string).collect();
    let RunArgs { load, http, metrics, .. } = args;
    vec![
        ("vus", one(&load.vus)),
        ("duration", one(&load.duration)),
        ("iterations", one(&load.iterations)),
        ("stages", load.stages.clone()),
        ("late", one(&load.late)),
        ("executionSegment", one(&load.execution_segment)),
        ("executionSegmentSequence", one(&load.execution_segment_sequence)),
        ("noSetup", switch(load.no_setup)),
        ("noTeardown", switch(load.no_teardown)),
        ("minIterationDuration", one(&load.min_iteration_duration)),
        ("userAgent", one(&http.user_agent)),
        ("maxRedirects", one(&http.max_redirects)),
        ("throw", switch(http.throw)),
        ("rps", one(&http.rps)),
        ("batch", one(&http.batch)),
        ("batchPerHost", one(&http.batch_per_host)),
        ("httpDebug", one(&http.http_debug)),
        ("insecureSkipTLSVerify", switch(http.insecure_skip_tls_verify)),
        ("noConnectionReuse", switch(http.no_connection_reuse)),
        ("noVUConnectionReuse", switch(http.no_vu_connection_reuse)),
        ("discardResponseBodies", switch(http.discard_response_bodies)),
        ("dns", one(&http.dns)),
        ("blacklistIPs", http.blacklist_ips.clone()),
        ("blockHostnames", http.block_hostnames.clone()),
        ("localIPs", http.local_ips.clone()),
        ("proxy", one(&http.proxy)),
        ("httpVersion", if http.http3 { vec!["3".to_owned()] } else { one(&http.http_version) }),
        ("unixSockets", http.unix_sockets.clone()),
        ("tags", metrics.tags.clone()),
        ("systemTags", one(&metrics.system_tags)),
        ("summaryTrendStats", one(&metrics.summary_trend_stats)),
        ("summaryTimeUnit", one(&metrics.summary_time_unit)),
    ]
}

#[cfg(test)]
mod tests;
