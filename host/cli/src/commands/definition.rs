//! From a file to a test: the component, what it says of itself, its options, its plan.
//!
//! `run` and `inspect` share this, so that both read a script in the same way. Nothing of the test
//! runs here but the guest's `options` and `entries`, which is the init code of a script.
//!
//! - `javascript`: scripts, which run on the engine that comes with squall

mod javascript;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use squall_engine::{
    EngineError, Folders, Guest, GuestKind, Limits, Probe, Runtime, Secrets, SoloInput, Template,
};
use squall_plan::{Options, Plan, PlanError};
use squall_script::javascript::{ModuleOptions, Modules, module_cache};
use squall_script::{Cache, Compiled, Opened, Script, ScriptError};
use wasmtime::component::Component;

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::options::{Merged, Tiers, script_tier};
use crate::settings::CacheChoice;

/// Stands for standard input where a file is expected.
const STDIN: &str = "-";

/// Interface of the guest that makes HTTP requests, without its version.
const HTTP_IMPORT: &str = "squall:vu/http";

/// What a test is made from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Input<'a> {
    /// A file, or `-` for standard input.
    File(&'a Path),
    /// A script that is at hand, and the name to show for it; its imports start from the current
    /// folder.
    Text { name: &'a Path, text: &'a str },
}

/// What a guest may use and see.
#[derive(Clone)]
pub(super) struct GuestSettings {
    pub(super) environment: BTreeMap<String, String>,
    pub(super) limits: Limits,
    pub(super) cache: CacheChoice,
    pub(super) secrets: Secrets,
    /// Modules come from the cache, never from the network.
    pub(super) offline: bool,
    /// Folders whose files may be opened besides those below the script's own.
    pub(super) allow_read: Vec<PathBuf>,
}

/// What the user gave.
pub(super) enum Source {
    Component(Box<Script>),
    JavaScript(Arc<Modules>),
}

/// A test that is compiled and has said what it wants.
pub(super) struct Loaded {
    pub(super) runtime: Runtime,
    /// As it was given, or its name.
    pub(super) path: PathBuf,
    pub(super) source: Source,
    pub(super) template: Template,
    pub(super) probe: Probe,
    /// The script's own tier.
    pub(super) options: Options,
    guest: GuestSettings,
}

/// Reads, compiles and asks the guest.
pub(super) fn load(input: Input<'_>, guest: GuestSettings) -> Result<Loaded, Failure> {
    let (Input::File(path) | Input::Text { name: path, .. }) = input;
    let source = open(input, &guest)?;
    let kind = match &source {
        Source::Component(_) => GuestKind::Compiled,
        Source::JavaScript(_) => GuestKind::Script,
    };
    let runtime = Runtime::new(kind).map_err(engine_failure)?;
    let cache = guest.cache.open();
    let compiled = match &source {
        Source::Component(script) => Guest::compiled(compile(&runtime, script, cache.as_ref())?),
        Source::JavaScript(modules) => javascript::guest(&runtime, modules, cache.as_ref())?,
    };
    let solo = solo_input(path, &source, &guest, String::new(), None);
    let (template, probe) = runtime.prepare(&compiled, solo).map_err(engine_failure)?;
    let (options, warnings) = match &probe.options_json {
        Some(json) => script_tier(path, json)?,
        None => Default::default(),
    };
    warn(&warnings);
    let path = path.to_owned();
    Ok(Loaded { runtime, path, source, template, probe, options, guest })
}

fn open(input: Input<'_>, guest: &GuestSettings) -> Result<Source, Failure> {
    let options = guest.module_options();
    let path = match input {
        Input::Text { text, .. } => return javascript::from_text(text.to_owned(), &options),
        Input::File(path) if path == Path::new(STDIN) => return javascript::from_stdin(&options),
        Input::File(path) => path,
    };
    match squall_script::open(path, &options).map_err(script_failure)? {
        Opened::Component(script) => Ok(Source::Component(script)),
        Opened::JavaScript(modules) => Ok(Source::JavaScript(Arc::from(modules))),
    }
}

impl GuestSettings {
    fn module_options(&self) -> ModuleOptions {
        let cache = match &self.cache {
            CacheChoice::Off => None,
            CacheChoice::Default => module_cache(),
            CacheChoice::Folder(folder) => Some(folder.join("modules")),
        };
        ModuleOptions { offline: self.offline, cache, ..ModuleOptions::default() }
    }
}

impl Loaded {
    /// What the guest sees in a call outside of the test.
    pub(super) fn solo_input(&self, options_json: String, setup_data: Option<String>) -> SoloInput {
        solo_input(&self.path, &self.source, &self.guest, options_json, setup_data)
    }

    /// True when it may make HTTP requests.
    pub(super) fn makes_requests(&self) -> bool {
        match &self.source {
            Source::Component(script) => {
                script.imports.iter().any(|import| import.starts_with(HTTP_IMPORT))
            }
            Source::JavaScript(_) => true,
        }
    }

    pub(super) fn environment(&self) -> &BTreeMap<String, String> {
        &self.guest.environment
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.guest.secrets
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.guest.limits
    }

    /// Merges the tiers and makes the plan; warnings are logged.
    pub(super) fn plan(&self, tiers: Tiers) -> Result<(Merged, Plan), Failure> {
        let is_compiled = matches!(self.source, Source::Component(_));
        let merged = Merged::new(tiers, self.options.clone(), is_compiled);
        warn(&merged.warnings);
        for (key, value, origin) in merged.listing() {
            tracing::debug!("option `{key}` is {value}, set by {origin}");
        }
        let made = Plan::new(&merged.options);
        let (plan, warnings) = made.map_err(|error| plan_failure(error, &merged))?;
        warn(&warnings.iter().map(ToString::to_string).collect::<Vec<_>>());
        plan.check_exec(&self.probe.entries).map_err(|error| {
            let entries = self.probe.entries.join("`, `");
            plan_failure(error, &merged).hint(format!("the script offers `{entries}`"))
        })?;
        Ok((merged, plan))
    }
}

fn compile(
    runtime: &Runtime,
    script: &Script,
    cache: Option<&Cache>,
) -> Result<Component, Failure> {
    match cache {
        None => script.compile(runtime.wasmtime()).map_err(script_failure),
        Some(cache) => {
            let compiled = cache.compile(runtime.wasmtime(), script).map_err(script_failure)?;
            Ok(taken(compiled))
        }
    }
}

/// The code, after what is to be said about where it came from.
fn taken(compiled: Compiled) -> Component {
    for warning in compiled.warnings {
        let failure = Failure::new(ExitCode::Unclassified, warning);
        tracing::warn!("{}", failure.one_line());
    }
    tracing::debug!("compiled code comes from the {:?}", compiled.from);
    compiled.component
}

fn script_failure(error: ScriptError) -> Failure {
    Failure::new(ExitCode::Unclassified, error)
}

fn solo_input(
    path: &Path,
    source: &Source,
    guest: &GuestSettings,
    options_json: String,
    setup_data: Option<String>,
) -> SoloInput {
    let script = match source {
        Source::Component(_) => folder_of(path),
        Source::JavaScript(modules) => modules.main_folder().to_owned(),
    };
    SoloInput {
        environment: guest.environment.clone(),
        folders: Folders { script, others: guest.allow_read.clone() },
        limits: guest.limits.clone(),
        options_json,
        secrets: guest.secrets.clone(),
        setup_data,
    }
}

/// A bare file name lies in the current folder.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// What went wrong with the guest is the script's exception; the rest is nobody's in particular.
pub(super) fn engine_failure(error: EngineError) -> Failure {
    let exit = match error {
        EngineError::Aborted { .. } => ExitCode::ScriptAborted,
        EngineError::World(_) | EngineError::Instantiate(_) | EngineError::Export { .. } => {
            ExitCode::ScriptException
        }
        EngineError::SummaryTimedOut { .. } => ExitCode::GenericTimeout,
        EngineError::WorkerLost { .. } => ExitCode::Panic,
        _ => ExitCode::Unclassified,
    };
    Failure::new(exit, error)
}

/// Options that stand against each other may come from different places, which only we know.
fn plan_failure(error: PlanError, merged: &Merged) -> Failure {
    let keys: &[&str] = match &error {
        PlanError::ConflictingShortcuts { first, second } => &[first, second],
        PlanError::DurationNotPositive { .. } => &["duration"],
        _ => &["vus", "duration", "iterations", "stages", "scenarios", "executionSegment"],
    };
    let hint = merged.origins_hint(keys);
    let failure = Failure::new(ExitCode::InvalidConfig, error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// Logs warnings.
pub(super) fn warn(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_lies_in_a_folder() {
        assert_eq!(folder_of(Path::new("vu.wasm")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/b/vu.wasm")), Path::new("a/b"));
        assert_eq!(folder_of(Path::new("/vu.wasm")), Path::new("/"));
    }

    #[test]
    fn conflicts_are_told_with_their_origins() {
        let mut merged = Merged::default();
        merged.options = Options::from_json(r#"{"duration":"1s","stages":[]}"#).unwrap().options;
        let error = PlanError::ConflictingShortcuts { first: "duration", second: "stages" };
        let failure = plan_failure(error, &merged);
        assert_eq!(failure.exit(), ExitCode::InvalidConfig);
        assert_eq!(
            failure.hints(),
            ["`duration` is set by the script, `stages` is set by the script"]
        );
    }
}
