//! The log: what the host and the guests have to say while a test runs.
//!
//! An event becomes one line in the thread where it happens, and a thread of the log's own writes
//! it (`logging/writer.rs`): a slow terminal or a full pipe must never hold up a worker. The queue
//! between them is bounded; lines that find it full are counted, and the count is reported at the
//! end.
//!
//! Lines of guests carry the field `source=console` (k6's word) and `vu`, `iter` and `scenario`.

mod format;
mod writer;

use std::path::PathBuf;
use std::str::FromStr;

use squall_engine::Secrets;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

pub(crate) use self::format::{Format, error_record};
use self::format::{Line, Stamp};
use self::writer::Destination;
pub(crate) use self::writer::{LogWriter, OpenError, Pause};

/// Where log lines go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    Stderr,
    Stdout,
    None,
    File(PathBuf),
}

/// Target and lowest level, as `--log-output` gives them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Output {
    pub(crate) target: Target,
    /// `None`: info, or debug with `--verbose`.
    pub(crate) level: Option<LevelFilter>,
}

impl Default for Output {
    fn default() -> Self {
        Self { target: Target::Stderr, level: None }
    }
}

/// Why a text for `--log-output` is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum OutputError {
    #[error("expected `stderr`, `stdout`, `none` or `file=PATH`, with `,level=LEVEL` if wanted")]
    UnknownTarget,
    #[error("`file` needs a path, as in `file=run.log`")]
    NoPath,
    #[error("unknown setting `{0}`, expected `level=LEVEL`")]
    UnknownSetting(String),
    #[error("unknown level `{0}`, expected `debug`, `info`, `warning` or `error`")]
    UnknownLevel(String),
}

impl FromStr for Output {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, OutputError> {
        let mut parts = text.split(',');
        let target = match parts.next().unwrap_or_default() {
            "stderr" => Target::Stderr,
            "stdout" => Target::Stdout,
            "none" => Target::None,
            "file" | "file=" => return Err(OutputError::NoPath),
            other => match other.strip_prefix("file=") {
                Some(path) => Target::File(PathBuf::from(path)),
                None => return Err(OutputError::UnknownTarget),
            },
        };
        let mut level = None;
        for setting in parts {
            match setting.split_once('=') {
                Some(("level", name)) => level = Some(parse_level(name)?),
                _ => return Err(OutputError::UnknownSetting(setting.to_owned())),
            }
        }
        Ok(Self { target, level })
    }
}

fn parse_level(name: &str) -> Result<LevelFilter, OutputError> {
    Ok(match name {
        "trace" => LevelFilter::TRACE,
        "debug" => LevelFilter::DEBUG,
        "info" => LevelFilter::INFO,
        "warn" | "warning" => LevelFilter::WARN,
        "error" => LevelFilter::ERROR,
        _ => return Err(OutputError::UnknownLevel(name.to_owned())),
    })
}

/// Everything that decides what the log looks like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    pub(crate) output: Output,
    pub(crate) format: Format,
    pub(crate) verbose: bool,
    /// Where the guests' lines go instead.
    pub(crate) console_output: Option<PathBuf>,
}

/// Starts the log of the process. The result must be kept; [`LogWriter::close`] ends it.
/// Secrets that scripts have taken are blotted out.
pub(crate) fn start(config: &Config, secrets: Secrets) -> Result<LogWriter, OpenError> {
    let (writer, layer) = build(config, secrets)?;
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter(config)));
    // A second log in one process happens in tests only; the first one stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(writer)
}

/// Our own crates at the level that is asked for; of the libraries below only what they call an
/// error, since a failed connection is data to us and must not fill the log.
fn filter(config: &Config) -> Targets {
    let usual = if config.verbose { LevelFilter::DEBUG } else { LevelFilter::INFO };
    let level = config.output.level.unwrap_or(usual);
    Targets::new().with_target("squall", level).with_default(level.min(LevelFilter::ERROR))
}

fn build(config: &Config, secrets: Secrets) -> Result<(LogWriter, LogLayer), OpenError> {
    let look = match config.output.target {
        Target::Stderr if crate::stdio::stderr_is_terminal() => format::Look::Terminal,
        Target::Stdout if crate::stdio::stdout_is_terminal() => format::Look::Terminal,
        _ => format::Look::Plain,
    };
    let main = match &config.output.target {
        Target::Stderr => Some(Destination::Stderr(look)),
        Target::Stdout => Some(Destination::Stdout(look)),
        Target::None => None,
        Target::File(path) => Some(Destination::open(path)?),
    };
    let console = config.console_output.as_deref().map(Destination::open).transpose()?;
    let has_main = main.is_some();
    let has_console = console.is_some();
    let (writer, sender) = LogWriter::start(main, console);
    let format = config.format;
    let layer = LogLayer { sender, format, look, has_main, has_console, secrets };
    Ok((writer, layer))
}

/// Makes lines of events.
struct LogLayer {
    sender: writer::LineSender,
    format: Format,
    look: format::Look,
    has_main: bool,
    has_console: bool,
    secrets: Secrets,
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = Line::of(event);
        let to_console = self.has_console && line.is_from_guest();
        if !to_console && !self.has_main {
            return;
        }
        let look = if to_console { format::Look::Plain } else { self.look };
        let text = self.secrets.redact(line.write(self.format, look, &Stamp::now()));
        self.sender.send(to_console, text);
    }
}

#[cfg(test)]
mod tests;
