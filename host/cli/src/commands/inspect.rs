//! `squall inspect`: what a test is and which options it sets, as one JSON object.
//!
//! The object is k6's: all options by name, null where nothing is set, with `maxVUs` and
//! `totalDuration` when requirements are asked for. What k6 does not have is under the one key
//! `component`, or `script`.

use serde_json::{Value, json};
use squall_engine::Limits;
use squall_plan::format_duration;
use squall_script::Script;
use squall_script::javascript::Modules;

use super::definition::{self, GuestSettings, Input, Loaded, Source};
use crate::allow_read;
use crate::args::inspect::InspectArgs;
use crate::config_file;
use crate::diagnostics::{CommandResult, Failure};
use crate::env_vars::Environment;
use crate::exit_code::ExitCode;
use crate::logging;
use crate::options::Tiers;
use crate::secret_sources;
use crate::settings::{self, GlobalSettings};

pub(crate) fn execute(
    args: &InspectArgs,
    global: &GlobalSettings,
    environment: &Environment,
) -> CommandResult {
    let secrets = secret_sources::open(&settings::secret_sources(&args.guest, environment))?;
    let guest = GuestSettings {
        environment: settings::script_environment(&args.guest, false, environment)?,
        limits: Limits::default(),
        cache: settings::cache(args.no_cache, environment)?,
        offline: settings::offline(args.offline, environment)?,
        allow_read: allow_read::folders(&args.guest, environment)?,
        secrets: secrets.clone(),
    };
    let log = logging::start(&global.log, secrets)
        .map_err(|error| Failure::new(ExitCode::Unclassified, error))?;
    let text = inspect(args, guest, global, environment);
    log.close();
    super::print(&text?)?;
    Ok(ExitCode::Success)
}

fn inspect(
    args: &InspectArgs,
    guest: GuestSettings,
    global: &GlobalSettings,
    environment: &Environment,
) -> Result<String, Failure> {
    let loaded = definition::load(Input::File(&args.script), guest)?;
    let object = if args.execution_requirements {
        let config = config_file::load(global.config.as_deref())?;
        let tiers = Tiers::read(None, environment, config.as_ref())?;
        let (merged, plan) = loaded.plan(tiers)?;
        let requirements = plan.requirements(&plan.share);
        let mut object = merged.options.to_json();
        object["totalDuration"] = json!(format_duration(requirements.duration_max));
        object["maxVUs"] = json!(requirements.vus_max);
        object
    } else {
        loaded.options.to_json()
    };
    Ok(text(object, &loaded))
}

fn text(mut object: Value, loaded: &Loaded) -> String {
    let (key, value) = match &loaded.source {
        Source::Component(script) => ("component", component(loaded, script)),
        Source::JavaScript(modules) => ("script", script(loaded, modules)),
    };
    object[key] = value;
    format!("{object:#}\n")
}

fn script(loaded: &Loaded, modules: &Modules) -> Value {
    json!({
        "path": loaded.path.display().to_string(),
        "main": modules.main_name(),
        "entries": loaded.probe.entries,
        "metrics": metrics(loaded),
    })
}

/// Those that the guest has declared.
fn metrics(loaded: &Loaded) -> Vec<Value> {
    let metrics = loaded.probe.metrics.iter().skip(squall_metrics::builtin::TABLE.len());
    let metric = metrics.map(|metric| {
        json!({
            "name": *metric.name,
            "type": metric.kind.as_str(),
            "contains": metric.contains.as_str(),
        })
    });
    metric.collect()
}

fn component(loaded: &Loaded, script: &Script) -> Value {
    json!({
        "path": script.path.display().to_string(),
        "origin": script.origin.name(),
        "world": script.world,
        "madeFor": script.made_for,
        "imports": script.imports,
        "exports": script.exports.names(),
        "entries": loaded.probe.entries,
        "metrics": metrics(loaded),
        "memory": {
            "memories": script.memory.memories,
            "initialBytes": script.memory.initial_bytes,
            "maximumBytes": script.memory.maximum_bytes,
        },
        "componentBytes": script.component.len(),
        "coreModules": script.core_modules,
        "producers": script.producers,
    })
}
