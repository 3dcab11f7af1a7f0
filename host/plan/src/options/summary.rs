//! Options of what is shown: `summaryTrendStats`, `summaryTimeUnit`, `httpDebug`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::Node;
use super::value::OptionValue;

/// A column of trend metrics in the summary: `avg`, `min`, `med`, `max`, `count` or `p(N)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TrendStat(String);

impl TrendStat {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TrendStat {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let found = || text.to_owned();
        if matches!(text, "avg" | "min" | "med" | "max" | "count") {
            return Ok(Self(found()));
        }
        let percentile = text.strip_prefix("p(").and_then(|rest| rest.strip_suffix(')'));
        let percentile = percentile.ok_or_else(|| ValueError::TrendStat { found: found() })?;
        match percentile.parse::<f64>() {
            Ok(percentile) if (0.0..=100.0).contains(&percentile) => Ok(Self(found())),
            _ => Err(ValueError::TrendStatPercentile { found: found() }),
        }
    }
}

impl fmt::Display for TrendStat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The unit of times in the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// `s`
    Seconds,
    /// `ms`
    Milliseconds,
    /// `us`
    Microseconds,
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
        })
    }
}

impl FromStr for TimeUnit {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Seconds, Self::Milliseconds, Self::Microseconds]
            .into_iter()
            .find(|unit| unit.to_string() == text)
            .ok_or_else(|| ValueError::TimeUnit { found: text.to_owned() })
    }
}

impl OptionValue for TimeUnit {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const EXPECTED: &str = "\"s\", \"ms\" or \"us\"";
        let text = node.string(EXPECTED)?;
        text.parse().map_err(|error: ValueError| node.wrong_value(EXPECTED, error))
    }

    fn encode(&self) -> Value {
        json!(self.to_string())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        text.parse()
    }
}

/// The protocol of requests that do not choose one. Not an option of k6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    Auto,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 only, by TLS.
    Http2,
    /// HTTP/2 only, also without TLS.
    Http2PriorKnowledge,
    /// HTTP/3 only, by TLS; in builds that have it.
    Http3,
}

impl fmt::Display for HttpVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Http1 => "1.1",
            Self::Http2 => "2",
            Self::Http2PriorKnowledge => "2-prior-knowledge",
            Self::Http3 => "3",
        })
    }
}

impl FromStr for HttpVersion {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Auto, Self::Http1, Self::Http2, Self::Http2PriorKnowledge, Self::Http3]
            .into_iter()
            .find(|version| version.to_string() == text)
            .ok_or_else(|| ValueError::HttpVersion { found: text.to_owned() })
    }
}

impl OptionValue for HttpVersion {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const EXPECTED: &str = "\"auto\", \"1.1\", \"2\", \"2-prior-knowledge\" or \"3\"";
        let text = node.string(EXPECTED)?;
        text.parse().map_err(|error: ValueError| node.wrong_value(EXPECTED, error))
    }

    fn encode(&self) -> Value {
        json!(self.to_string())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        text.parse()
    }
}

/// What of requests and responses is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpDebug {
    /// Nothing (the empty string).
    Off,
    /// All but bodies. Any text that is not `full` means this.
    Headers,
    /// Everything.
    Full,
}

impl HttpDebug {
    fn of(text: &str) -> Self {
        match text {
            "" => Self::Off,
            "full" => Self::Full,
            _ => Self::Headers,
        }
    }
}

impl OptionValue for HttpDebug {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        Ok(Self::of(node.string("\"headers\", \"full\" or \"\"")?))
    }

    fn encode(&self) -> Value {
        json!(match self {
            Self::Off => "",
            Self::Headers => "headers",
            Self::Full => "full",
        })
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        Ok(Self::of(text))
    }
}
