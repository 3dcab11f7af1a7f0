//! `squall run`: from a file to an exit code.
//!
//! It reads like the run: settings, the test's definition, outputs, the banner, the test itself,
//! its results. What can be wrong is found before the first VU is made; what goes wrong later is
//! told at the end.
//!
//! - `network`, `tls`: options to settings of the HTTP client
//! - `descriptors`: the limit on open files
//! - `outputs`: sinks of single samples
//! - `banner`: what is said before the test
//! - `observe`: the engine's progress to what people see
//! - `signals`: SIGINT and SIGTERM
//! - `results`: the summary in all its forms
//! - `ending`: the exit code

mod banner;
mod descriptors;
mod ending;
mod network;
mod observe;
mod outputs;
mod results;
mod signals;
mod tls;

use std::num::NonZeroU32;
use std::sync::Arc;

use squall_engine::{Ended, Limits, Outcome, RunInput, StopHandle, Word};
use squall_metrics::{
    Catalog, CatalogOptions, SystemTag, SystemTags, ThresholdError, ThresholdInput, ThresholdSpec,
};
use squall_net::Settings;
use squall_output::summary::default_trend_stats;
use squall_plan::{Options, Plan, scenarios_of};

use self::banner::Banner;
use self::observe::Show;
use self::outputs::Outputs;
use self::results::Results;
use self::signals::SignalGuard;
use super::definition::{self, GuestSettings, Input, Loaded};
use crate::allow_read;
use crate::args::run::RunArgs;
use crate::config_file::{self, ConfigFile};
use crate::diagnostics::{CommandResult, Failure};
use crate::env_vars::Environment;
use crate::exit_code::ExitCode;
use crate::logging::{self, Format, LogWriter};
use crate::options::{Merged, Tiers};
use crate::progress::{Display, Mode};
use crate::secret_sources;
use crate::settings::{self, GlobalSettings, Out, RunSettings};
use crate::stdio;

pub(crate) fn execute(
    args: &RunArgs,
    global: &GlobalSettings,
    environment: &Environment,
) -> CommandResult {
    execute_input(Input::File(&args.script), args, global, environment)
}

/// Runs what `input` says instead of the file that `args` names.
pub(super) fn execute_input(
    input: Input<'_>,
    args: &RunArgs,
    global: &GlobalSettings,
    environment: &Environment,
) -> CommandResult {
    let settings = RunSettings::new(&args.metrics, &args.engine, environment)?;
    let secrets = secret_sources::open(&settings::secret_sources(&args.guest, environment))?;
    let guest = GuestSettings {
        environment: settings::script_environment(&args.guest, true, environment)?,
        limits: limits(&settings),
        cache: settings.cache.clone(),
        offline: settings.offline,
        allow_read: allow_read::folders(&args.guest, environment)?,
        secrets: secrets.clone(),
    };
    let config = config_file::load(global.config.as_deref())?;
    let tiers = Tiers::read(Some(args), environment, config.as_ref())?;
    let out = outputs_wanted(&settings, config.as_ref())?;
    let log_config =
        logging::Config { console_output: settings.console_output.clone(), ..global.log.clone() };
    let log = logging::start(&log_config, secrets)
        .map_err(|error| Failure::new(ExitCode::Unclassified, error))?;
    for name in environment.unknown() {
        tracing::warn!("unknown environment variable `{name}`");
    }
    let signals = SignalGuard::install();
    let session = Session { settings, global, environment, log: &log, signals: &signals, out };
    let result = definition::load(input, guest)
        .and_then(|loaded| session.prepare(loaded, tiers))
        .and_then(|prepared| session.run(&prepared));
    let lines_lost = log.close();
    if lines_lost > 0 {
        stdio::eprint(&format!(
            "warning: {lines_lost} log lines were lost, since the log's output was too slow\n"
        ));
    }
    result
}

/// What lasts as long as the command.
struct Session<'a> {
    settings: RunSettings,
    global: &'a GlobalSettings,
    environment: &'a Environment,
    log: &'a LogWriter,
    signals: &'a SignalGuard,
    out: Vec<Out>,
}

/// A test that could begin.
struct Prepared {
    loaded: Loaded,
    merged: Merged,
    plan: Plan,
    catalog: Arc<Catalog>,
    network: Settings,
}

impl Session<'_> {
    fn prepare(&self, loaded: Loaded, tiers: Tiers) -> Result<Prepared, Failure> {
        let (merged, plan) = loaded.plan(tiers)?;
        let catalog = catalog(&loaded, &merged.options, self.settings.no_thresholds)?;
        definition::warn(catalog.warnings());
        let mut network = network::settings(&merged.options, self.environment)
            .map_err(|error| Failure::new(ExitCode::InvalidConfig, error))?;
        network.http1_client = self.settings.http1_client;
        let key_log = self.settings.tls_key_log.as_deref();
        definition::warn(&tls::apply(&merged, key_log, &mut network)?);
        let vus_max = plan.requirements(&plan.share).vus_max;
        let warning = descriptors::warning(descriptors::raise(), vus_max, loaded.makes_requests());
        definition::warn(warning.as_slice());
        Ok(Prepared { loaded, merged, plan, catalog: catalog.shared(), network })
    }

    fn run(&self, prepared: &Prepared) -> CommandResult {
        let results = Results::new(&self.settings, &self.out, &prepared.merged.options)?;
        let outputs = Outputs::start(&self.out, &prepared.catalog)?;
        let workers = self.settings.workers.map_or_else(workers_default, NonZeroU32::get) as usize;
        self.show_banner(prepared, &outputs, workers);
        let (outcome, options_json) = self.run_test(prepared, &outputs, workers)?;
        let outputs = outputs.stop(&outcome);
        let summary_result = results.write(prepared, &outcome, outputs, options_json);
        Ok(conclude(&outcome, summary_result, self.settings.strict))
    }

    fn show_banner(&self, prepared: &Prepared, outputs: &Outputs, workers: usize) {
        if self.global.quiet || self.global.log.format == Format::Json {
            return;
        }
        let plan = &prepared.plan;
        // What was warned about so far comes first.
        self.log.flush();
        stdio::eprint(&banner::render(&Banner {
            script: &prepared.loaded.path,
            outputs: &outputs.descriptions(),
            workers,
            plan: &plan.banner(&plan.share),
        }));
    }

    fn run_test(
        &self,
        prepared: &Prepared,
        outputs: &Outputs,
        workers: usize,
    ) -> Result<(Outcome, String), Failure> {
        let Prepared { loaded, merged, plan, catalog, network } = prepared;
        let options = &merged.options;
        let options_json = consolidated(options, catalog.system_tags());
        let (stop, stop_signal) = StopHandle::new();
        let input = RunInput {
            template: loaded.template.clone(),
            entries: loaded.probe.entries.clone(),
            plan: plan.clone(),
            catalog: Arc::clone(catalog),
            settings: Arc::new(network.clone()),
            workers,
            precise: self.settings.precise,
            limits: loaded.limits().clone(),
            environment: loaded.environment().clone(),
            options_json: options_json.clone(),
            tags: plan.tags.clone().into_iter().collect(),
            min_iteration_duration: plan.min_iteration_duration,
            discard_response_bodies: options.discard_response_bodies.unwrap_or(false),
            batch: network::batch_limits(options),
            setup_timeout: (plan.setup && loaded.probe.has_setup).then_some(plan.setup_timeout),
            teardown_timeout: (plan.teardown && loaded.probe.has_teardown)
                .then_some(plan.teardown_timeout),
            sample_sinks: outputs.sample_sinks(),
            secrets: loaded.secrets().clone(),
            stop: stop_signal,
        };
        self.signals.running(move || stop.stop());
        let mode = Mode::choose(self.global.quiet, self.global.log.format == Format::Json);
        let display = Display::start(mode, self.log);
        let outcome = squall_engine::run(input, &mut Show(&display));
        display.finish(self.log);
        self.signals.idle();
        let outcome = outcome.map_err(definition::engine_failure)?;
        Ok((outcome, options_json))
    }
}

/// Says how the test ended and decides the exit code.
fn conclude(outcome: &Outcome, summary_result: ExitCode, strict: bool) -> ExitCode {
    let had_its_time = matches!(outcome.ended, Ended::Completed | Ended::Stopped);
    if had_its_time && outcome.counts.completed == 0 {
        tracing::warn!(
            "No script iterations fully finished, consider making the test duration longer"
        );
    }
    let failed = results::failed_thresholds(&outcome.summary);
    let refuses = strict && outcome.verdict.word == Word::Invalid;
    let ending = ending::Ending {
        ended: &outcome.ended,
        teardown: &outcome.teardown,
        marked_as_failed: outcome.marked_as_failed.as_deref(),
        failed_thresholds: &failed,
        invalid_because: if refuses { &outcome.verdict.reasons } else { &[] },
    };
    for message in ending.messages() {
        tracing::error!("{message}");
    }
    match ending.exit_code() {
        ExitCode::Success => summary_result,
        code => code,
    }
}

fn limits(settings: &RunSettings) -> Limits {
    let mut limits = Limits::default();
    if let Some(bytes) = settings.memory_bytes_max {
        limits.vu_memory_bytes_max = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    if let Some(cpu_max) = settings.cpu_max {
        limits.iteration_cpu_max = cpu_max;
    }
    limits
}

/// One worker for each CPU that this process may use.
fn workers_default() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| count.get() as u32)
}

/// Outputs from flags or the environment, or from the config file.
fn outputs_wanted(
    settings: &RunSettings,
    config: Option<&ConfigFile>,
) -> Result<Vec<Out>, Failure> {
    match (&settings.out, config) {
        (Some(out), _) => Ok(out.clone()),
        (None, None) => Ok(Vec::new()),
        (None, Some(config)) => config.outputs().map_err(Failure::from),
    }
}

/// Metrics and thresholds of the test.
fn catalog(loaded: &Loaded, options: &Options, no_thresholds: bool) -> Result<Catalog, Failure> {
    let thresholds: Vec<ThresholdInput> = options
        .thresholds
        .iter()
        .flatten()
        .map(|(metric, thresholds)| ThresholdInput {
            metric: metric.clone(),
            thresholds: thresholds
                .iter()
                .map(|threshold| ThresholdSpec {
                    source: threshold.source.clone(),
                    abort_on_fail: threshold.abort_on_fail,
                    delay_abort_eval: threshold.delay_abort_eval,
                })
                .collect(),
        })
        .collect();
    let system_tags = system_tags(options);
    let catalog_options =
        CatalogOptions { no_thresholds, system_tags, ..CatalogOptions::default() };
    Catalog::new(loaded.probe.metrics.clone(), &thresholds, catalog_options).map_err(|error| {
        let help: Vec<String> = error.problems.iter().filter_map(ThresholdError::help).collect();
        let failure = Failure::new(ExitCode::InvalidConfig, error);
        help.into_iter().fold(failure, Failure::hint)
    })
}

fn system_tags(options: &Options) -> SystemTags {
    let Some(names) = &options.system_tags else { return SystemTags::default() };
    for name in names.iter().filter(|name| name.trim().parse::<SystemTag>().is_err()) {
        tracing::warn!("unknown system tag `{name}` is left out");
    }
    SystemTags::from_names(names)
}

/// The options as guests see them, as in k6: shortcuts have become the scenario that they stand
/// for, and what is shown of metrics is settled.
fn consolidated(options: &Options, system_tags: SystemTags) -> String {
    let mut options = options.clone();
    options.dns.get_or_insert_default();
    let stats = || default_trend_stats().iter().filter_map(|stat| stat.name.parse().ok()).collect();
    options.summary_trend_stats.get_or_insert_with(stats);
    let mut names: Vec<String> = system_tags.iter().map(|tag| tag.to_string()).collect();
    names.sort_unstable();
    options.system_tags = (!names.is_empty()).then_some(names);
    if let Ok((scenarios, _)) = scenarios_of(&options) {
        options.scenarios = Some(scenarios);
        (options.vus, options.duration) = (None, None);
        (options.iterations, options.stages) = (None, None);
    }
    options.to_json().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(json: &str) -> Options {
        Options::from_json(json).unwrap().options
    }

    #[test]
    fn guests_see_scenarios_instead_of_shortcuts() {
        let options = options(r#"{"vus":2,"duration":"3s","userAgent":"x"}"#);
        let tags = SystemTags::from_names(["url", "check"]);
        let value: serde_json::Value = serde_json::from_str(&consolidated(&options, tags)).unwrap();
        assert_eq!(value["systemTags"], serde_json::json!(["check", "url"]));
        assert_eq!(value["summaryTrendStats"][4], "p(90)");
        assert_eq!(value["dns"]["ttl"], serde_json::Value::Null);
        assert_eq!(value["vus"], serde_json::Value::Null);
        assert_eq!(value["userAgent"], "x");
        assert_eq!(value["scenarios"]["default"]["executor"], "constant-vus");
        assert_eq!(value["scenarios"]["default"]["vus"], 2);
    }

    #[test]
    fn limits_are_the_engine_s_unless_set() {
        let usual = limits(&RunSettings::default());
        assert_eq!(usual.vu_memory_bytes_max, Limits::default().vu_memory_bytes_max);
        let settings = RunSettings {
            memory_bytes_max: Some(1 << 20),
            cpu_max: Some(std::time::Duration::from_millis(5)),
            ..RunSettings::default()
        };
        let set = limits(&settings);
        assert_eq!(set.vu_memory_bytes_max, 1 << 20);
        assert_eq!(set.iteration_cpu_max, std::time::Duration::from_millis(5));
    }

    #[test]
    fn unknown_system_tags_are_left_out() {
        let tags = system_tags(&options(r#"{"systemTags":["url","nonsense"]}"#));
        assert!(tags.has(SystemTag::Url) && !tags.has(SystemTag::Status));
        assert!(system_tags(&Options::default()).has(SystemTag::Status));
    }
}
