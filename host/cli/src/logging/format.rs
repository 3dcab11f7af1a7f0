//! One event as one line of text. Pure, but for [`Stamp::now`].
//!
//! `text` on a terminal is for eyes; elsewhere it is logfmt with k6's keys (`time`, `level`,
//! `msg`), so that what reads k6's logs reads ours. A message never spans lines where lines are
//! records: line ends are escaped in logfmt and JSON.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use crate::diagnostics::{Failure, style};

/// What `--log-format` chooses.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
    Raw,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "raw" => Ok(Self::Raw),
            _ => Err("expected `text`, `json` or `raw`".to_owned()),
        }
    }
}

/// Who reads the text format.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Look {
    /// A person at a terminal.
    Terminal,
    /// A file or another program.
    Plain,
}

/// When a line was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// Time of day, UTC.
    pub(crate) unix_ns: u64,
    /// Since the process started.
    pub(crate) elapsed_ns: u64,
}

impl Stamp {
    pub(crate) fn now() -> Self {
        Self { unix_ns: squall_net::clock::unix_ns(), elapsed_ns: squall_net::clock::now_ns() }
    }

    fn rfc3339(self) -> String {
        let time = jiff::Timestamp::from_nanosecond(i128::from(self.unix_ns)).unwrap_or_default();
        format!("{time:.3}")
    }
}

/// The target of events that a guest's own code has written.
const GUEST_TARGET: &str = "squall::vu";

/// What k6 calls the sources of such lines, by the targets of events.
const SOURCES: [(&str, &str); 2] =
    [(GUEST_TARGET, "console"), ("squall::stacktrace", "stacktrace")];

/// An event's message and fields.
#[derive(Debug)]
pub(crate) struct Line {
    level: Level,
    is_from_guest: bool,
    message: String,
    fields: Vec<(&'static str, Value)>,
}

impl Line {
    pub(crate) fn of(event: &Event<'_>) -> Self {
        let is_from_guest = event.metadata().target() == GUEST_TARGET;
        let level = *event.metadata().level();
        let mut line = Self { level, is_from_guest, message: String::new(), fields: Vec::new() };
        let target = event.metadata().target();
        if let Some((_, source)) = SOURCES.iter().find(|(known, _)| *known == target) {
            line.fields.push(("source", Value::from(*source)));
        }
        event.record(&mut line);
        line
    }

    /// Whether a guest's own code wrote it.
    pub(crate) fn is_from_guest(&self) -> bool {
        self.is_from_guest
    }

    /// The line with its line end.
    pub(crate) fn write(&self, format: Format, look: Look, stamp: &Stamp) -> String {
        let mut text = match (format, look) {
            (Format::Text, Look::Terminal) => self.terminal(stamp),
            (Format::Text, Look::Plain) => self.logfmt(stamp),
            (Format::Json, _) => self.json(stamp),
            (Format::Raw, _) => self.message.clone(),
        };
        text.push('\n');
        text
    }

    fn terminal(&self, stamp: &Stamp) -> String {
        let (name, colour) = match self.level {
            Level::ERROR => ("ERROR", style::ERROR),
            Level::WARN => ("WARN ", style::WARNING),
            Level::INFO => ("INFO ", style::HINT),
            _ => ("DEBUG", style::FAINT),
        };
        let seconds = stamp.elapsed_ns / 1_000_000_000;
        let mut text = format!("{colour}{name}{colour:#}[{seconds:04}] {}", self.message);
        for (key, value) in &self.fields {
            let _ = write!(text, " {}{key}={:#}", style::FAINT, style::FAINT);
            write_logfmt_value(&mut text, value);
        }
        text
    }

    fn logfmt(&self, stamp: &Stamp) -> String {
        let mut text =
            format!("time=\"{}\" level={} msg=", stamp.rfc3339(), level_name(self.level));
        write_logfmt_text(&mut text, &self.message);
        for (key, value) in &self.fields {
            let _ = write!(text, " {key}=");
            write_logfmt_value(&mut text, value);
        }
        text
    }

    fn json(&self, stamp: &Stamp) -> String {
        let mut object = Map::new();
        for (key, value) in [
            ("time", stamp.rfc3339()),
            ("level", level_name(self.level).to_owned()),
            ("msg", self.message.clone()),
        ] {
            object.insert(key.to_owned(), Value::String(value));
        }
        for (key, value) in &self.fields {
            object.insert((*key).to_owned(), value.clone());
        }
        Value::Object(object).to_string()
    }

    fn field(&mut self, field: &Field, value: Value) {
        if field.name() == "message" {
            self.message = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
        } else if !(self.is_from_guest && value == "") {
            // A guest outside of a scenario, in setup() for instance, has no scenario to name.
            self.fields.push((field.name(), value));
        }
    }
}

/// A failure that ends the program, as one JSON line.
pub(crate) fn error_record(failure: &Failure) -> String {
    let mut fields = Vec::new();
    if !failure.hints().is_empty() {
        fields.push(("hint", Value::from(failure.hints().join("; "))));
    }
    let line =
        Line { level: Level::ERROR, is_from_guest: false, message: failure.one_line(), fields };
    line.write(Format::Json, Look::Plain, &Stamp::now())
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.field(field, Value::from(format!("{value:?}")));
    }
}

/// k6's names of the levels.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

fn write_logfmt_value(text: &mut String, value: &Value) {
    match value {
        Value::String(value) => write_logfmt_text(text, value),
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

/// Bare when it is one plain word, else quoted and escaped as in JSON.
fn write_logfmt_text(text: &mut String, value: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/@^+:".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        text.push_str(value);
    } else {
        let _ = write!(text, "{}", Value::from(value));
    }
}
