//! From a file to a test: the component, what it says of itself, its options, its plan.
//!
//! `run` and `inspect` share this, so that both read a script in the same way. Nothing of the test
//! runs here but the guest's `options` and `entries`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use squall_engine::{EngineError, Limits, Probe, Runtime, SoloInput};
use squall_plan::{Options, Plan, PlanError};
use squall_script::{Cache, Script};
use wasmtime::component::Component;

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::options::{Merged, Tiers, script_tier};
use crate::settings::CacheChoice;

/// What a guest may use and see.
#[derive(Clone, Debug)]
pub(super) struct GuestSettings {
    pub(super) environment: BTreeMap<String, String>,
    pub(super) limits: Limits,
    pub(super) cache: CacheChoice,
}

/// A script that is compiled and has said what it wants.
pub(super) struct Loaded {
    pub(super) runtime: Runtime,
    pub(super) script: Script,
    pub(super) component: Component,
    pub(super) probe: Probe,
    /// The script's own tier.
    pub(super) options: Options,
    guest: GuestSettings,
}

/// Reads, compiles and asks the component.
pub(super) fn load(path: &Path, guest: GuestSettings) -> Result<Loaded, Failure> {
    let script =
        squall_script::load(path).map_err(|error| Failure::new(ExitCode::Unclassified, error))?;
    let runtime = Runtime::new().map_err(engine_failure)?;
    let component = compile(&runtime, &script, &guest.cache)?;
    let input = solo_input(&script, &guest, String::new(), None);
    let probe = runtime.probe(&component, input).map_err(engine_failure)?;
    let (options, warnings) = match &probe.options_json {
        Some(json) => script_tier(path, json)?,
        None => Default::default(),
    };
    warn(&warnings);
    Ok(Loaded { runtime, script, component, probe, options, guest })
}

impl Loaded {
    /// What the guest sees in a call outside of the test.
    pub(super) fn solo_input(&self, options_json: String, setup_data: Option<String>) -> SoloInput {
        solo_input(&self.script, &self.guest, options_json, setup_data)
    }

    /// The folder that the guest may read.
    pub(super) fn folder(&self) -> PathBuf {
        folder_of(&self.script.path)
    }

    pub(super) fn environment(&self) -> &BTreeMap<String, String> {
        &self.guest.environment
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.guest.limits
    }

    /// Merges the tiers and makes the plan; warnings are logged.
    pub(super) fn plan(&self, tiers: Tiers) -> Result<(Merged, Plan), Failure> {
        let merged = Merged::new(tiers, self.options.clone());
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

fn compile(runtime: &Runtime, script: &Script, choice: &CacheChoice) -> Result<Component, Failure> {
    let failed = |error| Failure::new(ExitCode::Unclassified, error);
    let cache = match choice {
        CacheChoice::Off => None,
        CacheChoice::Default => Cache::open_default(),
        CacheChoice::Folder(folder) => Some(Cache::at(folder)),
    };
    let Some(cache) = cache else { return script.compile(runtime.wasmtime()).map_err(failed) };
    let compiled = cache.compile(runtime.wasmtime(), script).map_err(failed)?;
    for warning in compiled.warnings {
        let failure = Failure::new(ExitCode::Unclassified, warning);
        tracing::warn!("{}", failure.one_line());
    }
    tracing::debug!("compiled code comes from the {:?}", compiled.from);
    Ok(compiled.component)
}

fn solo_input(
    script: &Script,
    guest: &GuestSettings,
    options_json: String,
    setup_data: Option<String>,
) -> SoloInput {
    SoloInput {
        environment: guest.environment.clone(),
        script_folder: folder_of(&script.path),
        limits: guest.limits.clone(),
        options_json,
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
