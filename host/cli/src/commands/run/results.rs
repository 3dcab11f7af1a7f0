//! What is left when the test is over: the summary as text and JSON, and what the script makes of
//! it.
//!
//! Nothing here ends the program early: results that cannot be written are told, and everything
//! else is written all the same.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use squall_engine::{EngineError, Outcome, SummaryFiles, Word};
use squall_metrics::{Summary, TrendStat};
use squall_output::summary::json::{JsonContext, handle_summary_data, summary_export, to_text};
use squall_output::summary::text::{self, TextOptions};
use squall_output::summary::{self, TimeUnit};
use squall_output::{GeneratorReport, Iterations, OutputLine, VerdictWord};
use squall_plan::{Options, options};

use super::Prepared;
use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::settings::{Out, RunSettings, SummaryMode};
use crate::stdio;

/// How results are shown and where they go; settled before the test.
pub(super) struct Results {
    mode: SummaryMode,
    trend_stats: Vec<TrendStat>,
    time_unit: TimeUnit,
    export: Option<Export>,
    /// Whether samples go to stdout: the summary then goes to stderr, so that stdout is one format.
    stdout_is_taken: bool,
}

/// The file of `--summary-export`, open since before the test.
struct Export {
    path: PathBuf,
    file: File,
}

impl Results {
    /// Checks everything that could go wrong at the end.
    pub(super) fn new(
        settings: &RunSettings,
        wanted: &[Out],
        options: &Options,
    ) -> Result<Self, Failure> {
        let export = match (&settings.summary_export, settings.summary_mode) {
            (None, _) | (_, SummaryMode::Disabled) => None,
            (Some(path), _) => Some(Export::open(path)?),
        };
        let defaults = TextOptions::default();
        Ok(Self {
            mode: settings.summary_mode,
            trend_stats: trend_stats(options)?.unwrap_or(defaults.trend_stats),
            time_unit: time_unit(options),
            export,
            stdout_is_taken: wanted.contains(&Out::Json("-".to_owned())),
        })
    }

    /// Writes all results. Gives the exit code that they ask for; the test's own goes before it.
    pub(super) fn write(
        self,
        prepared: &Prepared,
        outcome: &Outcome,
        outputs: Vec<OutputLine>,
        options_json: String,
    ) -> ExitCode {
        if self.mode == SummaryMode::Disabled {
            return ExitCode::Success;
        }
        let generator = generator_report(outcome, outputs);
        let context = self.json_context(outcome, prepared.loaded.probe.has_setup);
        let (files, exit) = summary_files(prepared, outcome, &generator, &context, options_json);
        let mut problems = Vec::new();
        match files {
            Some(files) => {
                for (name, content) in files {
                    problems.extend(write_file(&name, &content).err());
                }
            }
            None => problems.extend(self.write_text(&outcome.summary, &generator).err()),
        }
        if let Some(export) = self.export {
            let value = summary_export(&outcome.summary, Some(&generator), &context);
            problems.extend(export.write(&to_text(&value)).err());
        }
        if !problems.is_empty() {
            let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let list = list.join("\n\t- ");
            tracing::error!("Could not save some summary information:\n\t- {list}");
        }
        exit
    }

    fn json_context(&self, outcome: &Outcome, has_setup: bool) -> JsonContext {
        let setup_data = outcome.setup_data.as_deref();
        let setup_data = setup_data.and_then(|json| serde_json::from_str(json).ok());
        JsonContext {
            trend_stats: self.trend_stats.clone(),
            time_unit: self.time_unit,
            no_color: !stdio::stdout_has_color(),
            stdout_is_tty: stdio::stdout_is_terminal(),
            stderr_is_tty: stdio::stderr_is_terminal(),
            setup_data: setup_data.or(has_setup.then_some(Value::Null)),
        }
    }

    fn write_text(&self, summary: &Summary, generator: &GeneratorReport) -> Result<(), WriteError> {
        let colors = if self.stdout_is_taken {
            stdio::stderr_has_color()
        } else {
            stdio::stdout_has_color()
        };
        let mode = match self.mode {
            SummaryMode::Full => summary::Mode::Full,
            SummaryMode::Compact | SummaryMode::Disabled => summary::Mode::Compact,
        };
        let trend_stats = self.trend_stats.clone();
        let options = TextOptions { mode, colors, time_unit: self.time_unit, trend_stats };
        let text = text::render(summary, Some(generator), &options);
        let name = if self.stdout_is_taken { "stderr" } else { "stdout" };
        write_file(name, text.as_bytes())
    }
}

/// What the script's `handleSummary()` makes of the data; nothing if it has none, or if that
/// failed.
fn summary_files(
    prepared: &Prepared,
    outcome: &Outcome,
    generator: &GeneratorReport,
    context: &JsonContext,
    options_json: String,
) -> (Option<SummaryFiles>, ExitCode) {
    let loaded = &prepared.loaded;
    if !loaded.probe.handles_summary {
        return (None, ExitCode::Success);
    }
    let data = handle_summary_data(&outcome.summary, Some(generator), context).to_string();
    let input = loaded.solo_input(options_json, outcome.setup_data.clone());
    let timeout = prepared.plan.handle_summary_timeout;
    match loaded.runtime.handle_summary(&loaded.template, input, data, timeout) {
        Ok(files) => (files, ExitCode::Success),
        Err(error) => {
            tracing::error!("{error}; the usual summary is shown instead");
            let timed_out = matches!(error, EngineError::SummaryTimedOut { .. });
            (None, if timed_out { ExitCode::GenericTimeout } else { ExitCode::Success })
        }
    }
}

fn write_file(name: &str, content: &[u8]) -> Result<(), WriteError> {
    let result = match name {
        "stdout" => stdio::print_bytes(content),
        "stderr" => stdio::eprint_bytes(content),
        path => File::create(path).and_then(|mut file| file.write_all(content)),
    };
    result.map_err(|source| WriteError { name: name.to_owned(), source })
}

/// A result that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write '{name}': {source}")]
struct WriteError {
    name: String,
    source: io::Error,
}

impl Export {
    /// Opens the file, but leaves what is in it until there is something new.
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path);
        let file = file.map_err(|error| {
            Failure::new(ExitCode::Unclassified, error)
                .context(format!("cannot write the summary to `{}`", path.display()))
                .hint("name a file in a folder that exists and that you may write to")
        })?;
        Ok(Self { path: path.to_owned(), file })
    }

    fn write(mut self, text: &str) -> Result<(), WriteError> {
        let written = self.file.set_len(0).and_then(|()| self.file.write_all(text.as_bytes()));
        written.map_err(|source| WriteError { name: self.path.display().to_string(), source })
    }
}

/// Names of metrics and submetrics with a threshold that does not hold.
pub(super) fn failed_thresholds(summary: &Summary) -> Vec<String> {
    let failed = summary.thresholds().filter(|(_, threshold)| !threshold.ok);
    let mut names: Vec<String> = failed.map(|(metric, _)| metric.name.clone()).collect();
    names.dedup();
    names
}

fn trend_stats(options: &Options) -> Result<Option<Vec<TrendStat>>, Failure> {
    let Some(stats) = &options.summary_trend_stats else { return Ok(None) };
    let stats = stats.iter().map(|stat| stat.as_str().parse()).collect::<Result<_, _>>();
    stats.map(Some).map_err(|error| Failure::new(ExitCode::InvalidConfig, error))
}

fn time_unit(options: &Options) -> TimeUnit {
    match options.summary_time_unit {
        None => TimeUnit::Auto,
        Some(options::TimeUnit::Seconds) => TimeUnit::Seconds,
        Some(options::TimeUnit::Milliseconds) => TimeUnit::Milliseconds,
        Some(options::TimeUnit::Microseconds) => TimeUnit::Microseconds,
    }
}

/// What is said of the generator, from what the engine measured of itself.
fn generator_report(outcome: &Outcome, outputs: Vec<OutputLine>) -> GeneratorReport {
    let verdict = &outcome.verdict;
    let counts = &outcome.counts;
    GeneratorReport {
        word: match verdict.word {
            Word::Ok => VerdictWord::Ok,
            Word::Strained => VerdictWord::Strained,
            Word::Invalid => VerdictWord::Invalid,
        },
        reasons: verdict.reasons.clone(),
        achieved_ratio: verdict.achieved_ratio,
        start_lag_p99_ms: verdict.start_lag_p99_ms,
        dropped: verdict.dropped,
        worker_cpu_max_ratio: verdict.worker_cpu_ratio_max,
        iterations: Iterations {
            planned: verdict.achieved_ratio.map(|_| counts.planned),
            started: counts.started,
            completed: counts.completed,
            interrupted: counts.interrupted,
            errors: counts.failed,
            interrupted_age_max_ms: None,
        },
        bounds: Vec::new(),
        outputs,
    }
}
