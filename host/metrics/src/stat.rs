//! Figures that can be read from a metric: the words of thresholds and of `summaryTrendStats`.

use std::fmt;
use std::str::FromStr;

use crate::metric::Kind;
use crate::threshold::parse::parse_float;

/// One figure of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stat {
    /// Sum of a counter; number of values of a trend (in summaries only).
    Count,
    /// Sum of a counter by second; share of passes of a rate.
    Rate,
    /// Latest value of a gauge.
    Value,
    /// Average of a trend.
    Avg,
    /// Smallest value of a trend.
    Min,
    /// Largest value of a trend.
    Max,
    /// Median of a trend: `p(50)`.
    Med,
    /// Percentile of a trend, from 0 to 100.
    Percentile(f64),
}

/// Why a text is not a figure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StatError {
    /// No such word.
    #[error(
        "unknown statistic {text:?}: avg, min, med, max, count and p(N) with N from 0 to 100 are \
         known for trends"
    )]
    Unknown {
        /// What was given.
        text: String,
    },
    /// The percentile does not exist.
    #[error("percentile {text:?} is out of range: N in p(N) goes from 0 to 100")]
    Range {
        /// What was given.
        text: String,
    },
}

impl Stat {
    /// Figures that a threshold can use on a metric of this kind, as k6 words them.
    pub const fn methods(kind: Kind) -> &'static str {
        match kind {
            Kind::Counter => "count, rate",
            Kind::Gauge => "value",
            Kind::Rate => "rate",
            Kind::Trend => "avg, min, max, med, p(N)",
        }
    }

    /// True if a threshold can use this figure on a metric of this kind.
    pub const fn suits(self, kind: Kind) -> bool {
        match kind {
            Kind::Counter => matches!(self, Self::Count | Self::Rate),
            Kind::Gauge => matches!(self, Self::Value),
            Kind::Rate => matches!(self, Self::Rate),
            Kind::Trend => {
                matches!(self, Self::Avg | Self::Min | Self::Max | Self::Med | Self::Percentile(_))
            }
        }
    }
}

impl FromStr for Stat {
    type Err = StatError;

    fn from_str(text: &str) -> Result<Self, StatError> {
        match text {
            "count" => Ok(Self::Count),
            "rate" => Ok(Self::Rate),
            "value" => Ok(Self::Value),
            "avg" => Ok(Self::Avg),
            "min" => Ok(Self::Min),
            "max" => Ok(Self::Max),
            "med" => Ok(Self::Med),
            _ => {
                let number = text.strip_prefix("p(").and_then(|rest| rest.strip_suffix(')'));
                let percent = number
                    .and_then(parse_float)
                    .ok_or_else(|| StatError::Unknown { text: text.to_owned() })?;
                if (0.0..=100.0).contains(&percent) {
                    Ok(Self::Percentile(percent))
                } else {
                    Err(StatError::Range { text: text.to_owned() })
                }
            }
        }
    }
}

/// An entry of `summaryTrendStats`: a figure of a trend, or `count`, and how it was written.
///
/// `p(90.0)` and `p(9e1)` are the same figure, and each is shown under the name that it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendStat {
    /// As it was written.
    pub name: String,
    /// What it means.
    pub stat: Stat,
}

impl FromStr for TrendStat {
    type Err = StatError;

    fn from_str(text: &str) -> Result<Self, StatError> {
        match text.parse::<Stat>()? {
            stat if stat == Stat::Count || stat.suits(Kind::Trend) => {
                Ok(Self { name: text.to_owned(), stat })
            }
            _ => Err(StatError::Unknown { text: text.to_owned() }),
        }
    }
}

impl From<Stat> for TrendStat {
    fn from(stat: Stat) -> Self {
        Self { name: stat.to_string(), stat }
    }
}

impl fmt::Display for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("count"),
            Self::Rate => f.write_str("rate"),
            Self::Value => f.write_str("value"),
            Self::Avg => f.write_str("avg"),
            Self::Min => f.write_str("min"),
            Self::Max => f.write_str("max"),
            Self::Med => f.write_str("med"),
            Self::Percentile(percent) => write!(f, "p({percent})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written_back() {
        for text in ["count", "rate", "value", "avg", "min", "max", "med", "p(95)", "p(99.9)"] {
            assert_eq!(text.parse::<Stat>().unwrap().to_string(), text);
        }
        assert_eq!("p(1e1)".parse(), Ok(Stat::Percentile(10.0)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "avgs", "AVG", "p", "p()", "p(x)", "p(95", "p95", "p( 95 )", " avg"] {
            assert!(matches!(text.parse::<Stat>(), Err(StatError::Unknown { .. })), "{text}");
        }
        for text in ["p(-1)", "p(100.1)", "p(NaN)", "p(inf)"] {
            assert!(matches!(text.parse::<Stat>(), Err(StatError::Range { .. })), "{text}");
        }
    }

    #[test]
    fn summaries_take_figures_of_trends_and_the_count() {
        for text in ["avg", "min", "med", "max", "count", "p(99.99)", "p(1e1)", "p(050.0)"] {
            assert_eq!(text.parse::<TrendStat>().unwrap().name, text);
        }
        assert!("rate".parse::<TrendStat>().is_err());
        assert!("value".parse::<TrendStat>().is_err());
    }
}
