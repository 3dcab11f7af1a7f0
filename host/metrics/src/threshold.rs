//! Thresholds: what must hold for a test to pass.
//!
//! | file | what |
//! |---|---|
//! | `parse` | `p(95)<200` becomes an [`Expression`]; numbers as Go reads them |
//! | `selector` | `http_req_duration{status:200}` becomes a metric name and tags |
//! | `evaluate` | is it met, is there data, must the test stop |
//!
//! Grammar, texts of errors and the rules for metrics without data are k6's. What is ours: a
//! threshold that passed for want of data says so.

pub mod evaluate;
pub mod parse;
pub mod selector;

use std::time::Duration;

use crate::metric::{Kind, Registry};
use crate::stat::Stat;
pub use evaluate::{Evaluation, FailedThreshold, Moment, Outcome};
use parse::Expression;

/// One threshold as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThresholdSpec {
    /// The expression, such as `p(95)<200`.
    pub source: String,
    /// End the test as soon as it fails.
    pub abort_on_fail: bool,
    /// Do not end the test before this much of it has passed.
    pub delay_abort_eval: Option<Duration>,
}

impl ThresholdSpec {
    /// A threshold that is judged and aborts nothing.
    pub fn new(source: impl Into<String>) -> Self {
        Self { source: source.into(), abort_on_fail: false, delay_abort_eval: None }
    }
}

/// The thresholds on one metric or submetric as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThresholdInput {
    /// A metric, or a submetric such as `http_req_duration{status:200}`.
    pub metric: String,
    /// May be empty: then the metric is only shown.
    pub thresholds: Vec<ThresholdSpec>,
}

/// A threshold that fits its metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// As it was written; its name in summaries.
    pub spec: ThresholdSpec,
    /// What it says.
    pub expression: Expression,
}

/// What is wrong with a threshold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// The expression does not follow the grammar.
    #[error(
        "failed parsing threshold expression {expression:?}; reason: malformed threshold expression"
    )]
    Malformed {
        /// The expression.
        expression: String,
        /// What about it.
        cause: parse::Malformed,
    },
    /// There is no such metric.
    #[error("invalid threshold defined on {metric}; reason: no metric name {metric:?} found")]
    UnknownMetric {
        /// The key under which the thresholds are.
        metric: String,
        /// The known name that is most like it.
        similar: Option<String>,
    },
    /// The key is no metric name and no submetric.
    #[error("invalid threshold defined on {metric}; reason: malformed submetric selector, {cause}")]
    Selector {
        /// The key under which the thresholds are.
        metric: String,
        /// What about it.
        cause: selector::SelectorError,
    },
    /// Metrics of this kind have no such figure.
    #[error(
        "invalid threshold {expression:?} applied on metric {metric}; reason: unsupported \
         aggregation method {method} on metric of type {kind}. supported aggregation methods for \
         this metric are: {}",
        Stat::methods(*.kind)
    )]
    UnsupportedMethod {
        /// The expression.
        expression: String,
        /// The key under which it is.
        metric: String,
        /// The figure that it asks for.
        method: String,
        /// The kind of the metric.
        kind: Kind,
    },
}

impl ThresholdError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Malformed { cause, .. } => Some(cause.to_string()),
            Self::UnknownMetric { similar, .. } => Some(match similar {
                Some(name) => format!("did you mean `{name}`?"),
                None => {
                    "built-in metrics are listed in the reference; custom ones must be declared \
                         by the script"
                        .to_owned()
                }
            }),
            Self::Selector { .. } => {
                Some("a submetric is written as `metric{tag:value,tag2:value2}`".to_owned())
            }
            Self::UnsupportedMethod { .. } => None,
        }
    }

    /// True for what is wrong with the expression itself, whatever metrics there are.
    pub fn is_malformed(&self) -> bool {
        matches!(self, Self::Malformed { .. })
    }
}

impl Threshold {
    /// Reads an expression and checks it against the kind of its metric.
    pub(crate) fn new(
        metric: &str,
        kind: Kind,
        spec: &ThresholdSpec,
    ) -> Result<Self, ThresholdError> {
        let expression = parse_spec(spec)?;
        if !expression.stat.suits(kind) {
            return Err(ThresholdError::UnsupportedMethod {
                expression: spec.source.clone(),
                metric: metric.to_owned(),
                method: expression.method.clone(),
                kind,
            });
        }
        Ok(Self { spec: spec.clone(), expression })
    }
}

/// Reads an expression, whatever its metric is.
pub(crate) fn parse_spec(spec: &ThresholdSpec) -> Result<Expression, ThresholdError> {
    parse::parse(&spec.source)
        .map_err(|cause| ThresholdError::Malformed { expression: spec.source.clone(), cause })
}

/// The known metric name that is most like `name`, if one is near.
pub(crate) fn similar(registry: &Registry, name: &str) -> Option<String> {
    // Long names cannot be near; they would only cost time.
    if name.len() > 200 {
        return None;
    }
    let near = registry.iter().map(|metric| (distance(name, &metric.name), &metric.name));
    let (distance, nearest) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= (name.len() / 4).max(1)).then(|| nearest.to_string())
}

/// Letters to insert, remove or replace to come from one name to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for column in 0..to.len() {
            let replaced = diagonal + usize::from(to[column] != letter);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_must_suit_the_kind() {
        let cases = [
            (Kind::Counter, "count>0", true),
            (Kind::Counter, "rate>0", true),
            (Kind::Counter, "value>0", false),
            (Kind::Gauge, "value>0", true),
            (Kind::Gauge, "max>0", false),
            (Kind::Rate, "rate>0", true),
            (Kind::Rate, "count>0", false),
            (Kind::Trend, "avg>0", true),
            (Kind::Trend, "min>0", true),
            (Kind::Trend, "max>0", true),
            (Kind::Trend, "med>0", true),
            (Kind::Trend, "p(99.9)>0", true),
            (Kind::Trend, "count>0", false),
            (Kind::Trend, "rate>0", false),
        ];
        for (kind, source, fits) in cases {
            let made = Threshold::new("m", kind, &ThresholdSpec::new(source));
            assert_eq!(made.is_ok(), fits, "{kind} {source}");
        }
    }

    #[test]
    fn texts_are_those_of_k6() {
        let error = Threshold::new("my_rate", Kind::Rate, &ThresholdSpec::new("p(95)<1"));
        assert_eq!(
            error.unwrap_err().to_string(),
            "invalid threshold \"p(95)<1\" applied on metric my_rate; reason: unsupported \
             aggregation method p(95) on metric of type rate. supported aggregation methods for \
             this metric are: rate"
        );
        let error = Threshold::new("t", Kind::Trend, &ThresholdSpec::new("rate<1")).unwrap_err();
        assert!(error.to_string().ends_with("are: avg, min, max, med, p(N)"), "{error}");
        let error = Threshold::new("t", Kind::Trend, &ThresholdSpec::new("foo&0")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "failed parsing threshold expression \"foo&0\"; reason: malformed threshold expression"
        );
        assert!(error.help().is_some_and(|help| help.contains("operator")));
    }

    #[test]
    fn a_near_name_is_offered() {
        let registry = Registry::new();
        assert_eq!(similar(&registry, "http_req_duratoin").as_deref(), Some("http_req_duration"));
        assert_eq!(similar(&registry, "http_request").as_deref(), Some("http_reqs"));
        assert_eq!(similar(&registry, "completely_else"), None);
        assert_eq!(similar(&registry, &"x".repeat(10_000)), None);
        assert_eq!((distance("", "abc"), distance("kitten", "sitting")), (3, 3));
    }
}
