//! The end-of-test summary: k6's text, k6's JSON, and a verdict on the generator.
//!
//! | file | what |
//! |---|---|
//! | `text` | what people read at the end of a run |
//! | `json` | the data for `handleSummary`, and the file of `--summary-export` |
//! | `number` | durations, bytes and shares as k6 writes them |
//! | `generator` | what is said of the generator itself, in every form |
//!
//! All of it is pure: a `Summary` goes in, a text or a value comes out.

pub mod json;
pub mod number;
pub mod text;

mod generator;

#[cfg(test)]
pub(crate) mod samples;

pub use generator::{Bound, GeneratorReport, Iterations, OutputLine, VerdictWord};
pub use number::{TimeUnit, TimeUnitError};

use squall_metrics::{Stat, TrendStat};

/// How much the text shows: k6's `--summary-mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Thresholds and total results.
    #[default]
    Compact,
    /// With every phase of requests, and a section for each group.
    Full,
}

/// A summary mode that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown summary mode {text:?}: \"compact\", \"full\" and \"disabled\" are known")]
pub struct ModeError {
    /// What was given.
    pub text: String,
}

impl std::str::FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text {
            "compact" => Ok(Self::Compact),
            "full" => Ok(Self::Full),
            _ => Err(ModeError { text: text.to_owned() }),
        }
    }
}

/// Figures of trends that are shown unless the options name others: k6's choice.
pub fn default_trend_stats() -> Vec<TrendStat> {
    let percentiles = [90.0, 95.0].map(Stat::Percentile);
    let mut stats = vec![Stat::Avg, Stat::Min, Stat::Med, Stat::Max];
    stats.extend(percentiles);
    stats.into_iter().map(TrendStat::from).collect()
}
