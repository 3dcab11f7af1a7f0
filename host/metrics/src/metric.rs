//! Metrics and the registry that gives them numbers.
//!
//! A registry starts with the built-in metrics, takes custom ones while the script is read, and is
//! then frozen: from the first iteration on the set of metrics never changes, so that every worker
//! agrees on the numbers. It refuses bad names, a second meaning for a known name, and anything new
//! once it is frozen.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::builtin;

/// Metrics that one run may have, built-in ones included.
pub const METRICS_MAX: usize = 4_096;

/// How the values of a metric are folded into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Adds up.
    Counter,
    /// Keeps the latest value, the smallest and the largest.
    Gauge,
    /// Share of values that are not zero.
    Rate,
    /// Distribution: average, smallest, largest, percentiles.
    Trend,
}

impl Kind {
    /// The word for it in scripts, thresholds and outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Rate => "rate",
            Self::Trend => "trend",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the values are, which decides how they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contains {
    /// Plain numbers.
    Default,
    /// Milliseconds.
    Time,
    /// Bytes.
    Data,
}

impl Contains {
    /// The word for it in scripts and outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Time => "time",
            Self::Data => "data",
        }
    }
}

impl fmt::Display for Contains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Number of a metric; the same in every VU, worker and thread of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MetricId(pub u32);

impl MetricId {
    /// Position in the registry.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its number.
    pub id: MetricId,
    /// Its name, unique in a run.
    pub name: Arc<str>,
    /// How values are folded.
    pub kind: Kind,
    /// What values are.
    pub contains: Contains,
}

/// Why a metric was not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The name breaks the rule.
    #[error(
        "invalid metric name {name:?}: 2 to 129 characters are needed, letters, digits and \
         underscores only, and the first one not a digit (^[a-zA-Z_][a-zA-Z0-9_]{{1,128}}$)"
    )]
    Name {
        /// What was given.
        name: String,
    },
    /// The name is taken by a metric of another kind.
    #[error(
        "metric {name:?} is already declared as a {declared} and cannot also be a {wanted}; use \
         another name"
    )]
    Kind {
        /// The name.
        name: String,
        /// What it is.
        declared: Kind,
        /// What it was to become.
        wanted: Kind,
    },
    /// The name is taken by a metric with other values.
    #[error(
        "metric {name:?} is already declared with values of type {declared:?} and cannot also have \
         values of type {wanted:?}; declare it the same way everywhere"
    )]
    Contains {
        /// The name.
        name: String,
        /// What it holds.
        declared: Contains,
        /// What it was to hold.
        wanted: Contains,
    },
    /// The metric is new and the test has started.
    #[error(
        "metrics must be declared in the init context: {name:?} is new and the test has started"
    )]
    Frozen {
        /// The name.
        name: String,
    },
    /// The registry is full.
    #[error(
        "metric {name:?} is one too many: a run can have {METRICS_MAX} metrics; use tags instead"
    )]
    TooMany {
        /// The name.
        name: String,
    },
}

/// All metrics of a run: the built-in ones and those that the script declares.
#[derive(Clone, Debug)]
pub struct Registry {
    metrics: Vec<Metric>,
    by_name: FxHashMap<Arc<str>, MetricId>,
    frozen: bool,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Registry {
    /// The built-in metrics; custom ones can be added.
    pub fn new() -> Self {
        let mut registry =
            Self { metrics: Vec::new(), by_name: FxHashMap::default(), frozen: false };
        for built_in in builtin::TABLE {
            registry.insert(built_in.name, built_in.kind, built_in.contains);
        }
        registry
    }

    /// Declares a metric, or finds it again when it is declared the same way.
    pub fn register(
        &mut self,
        name: &str,
        kind: Kind,
        contains: Contains,
    ) -> Result<MetricId, RegisterError> {
        if let Some(known) = self.find(name) {
            let known = &self.metrics[known.index()];
            if known.kind != kind {
                return Err(RegisterError::Kind {
                    name: name.to_owned(),
                    declared: known.kind,
                    wanted: kind,
                });
            }
            if known.contains != contains {
                return Err(RegisterError::Contains {
                    name: name.to_owned(),
                    declared: known.contains,
                    wanted: contains,
                });
            }
            return Ok(known.id);
        }
        if !is_valid_name(name) {
            return Err(RegisterError::Name { name: name.to_owned() });
        }
        if self.frozen {
            return Err(RegisterError::Frozen { name: name.to_owned() });
        }
        if self.metrics.len() >= METRICS_MAX {
            return Err(RegisterError::TooMany { name: name.to_owned() });
        }
        Ok(self.insert(name, kind, contains))
    }

    fn insert(&mut self, name: &str, kind: Kind, contains: Contains) -> MetricId {
        let id = MetricId(self.metrics.len() as u32);
        let name: Arc<str> = Arc::from(name);
        self.metrics.push(Metric { id, name: Arc::clone(&name), kind, contains });
        self.by_name.insert(name, id);
        id
    }

    /// No new metric from here on.
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// True once nothing new can be declared.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// The metric with this number.
    pub fn get(&self, id: MetricId) -> Option<&Metric> {
        self.metrics.get(id.index())
    }

    /// The metric with this name.
    pub fn find(&self, name: &str) -> Option<MetricId> {
        self.by_name.get(name).copied()
    }

    /// All metrics by number: the built-in ones, then the script's in the order of declaration.
    pub fn iter(&self) -> std::slice::Iter<'_, Metric> {
        self.metrics.iter()
    }

    /// How many metrics there are.
    pub fn len(&self) -> usize {
        self.metrics.len()
    }

    /// Never true: the built-in metrics are always there.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }
}

impl<'a> IntoIterator for &'a Registry {
    type Item = &'a Metric;
    type IntoIter = std::slice::Iter<'a, Metric>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// True for names that match `^[a-zA-Z_][a-zA-Z0-9_]{1,128}$`.
pub fn is_valid_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first_fits = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    first_fits
        && (2..=129).contains(&name.len())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule() {
        let longest = "a".repeat(129);
        for good in ["ab", "_a", "a1", "__", "checkout_latency_ms", longest.as_str()] {
            assert!(is_valid_name(good), "{good}");
        }
        let too_long = "a".repeat(130);
        for bad in ["", "a", "_", "1a", "a-b", "a b", "a.b", "ä_b", "aä", too_long.as_str()] {
            assert!(!is_valid_name(bad), "{bad}");
            let error = Registry::new().register(bad, Kind::Trend, Contains::Time).unwrap_err();
            assert_eq!(error, RegisterError::Name { name: bad.to_owned() });
        }
    }

    #[test]
    fn the_same_declaration_finds_the_metric_again() {
        let mut registry = Registry::new();
        let first = registry.register("my_trend", Kind::Trend, Contains::Time).unwrap();
        assert_eq!(registry.register("my_trend", Kind::Trend, Contains::Time).unwrap(), first);
        assert_eq!(first.index(), builtin::TABLE.len());
        assert_eq!(registry.get(first).unwrap().name.as_ref(), "my_trend");
    }

    #[test]
    fn a_second_meaning_is_refused_and_both_are_named() {
        let mut registry = Registry::new();
        registry.register("orders", Kind::Counter, Contains::Default).unwrap();
        let error = registry.register("orders", Kind::Gauge, Contains::Default).unwrap_err();
        assert_eq!(
            error.to_string(),
            "metric \"orders\" is already declared as a counter and cannot also be a gauge; use \
             another name"
        );
        let error = registry.register("orders", Kind::Counter, Contains::Data).unwrap_err();
        assert!(matches!(error, RegisterError::Contains { wanted: Contains::Data, .. }), "{error}");
        let error = registry.register("http_reqs", Kind::Trend, Contains::Time).unwrap_err();
        assert!(matches!(error, RegisterError::Kind { declared: Kind::Counter, .. }), "{error}");
    }

    #[test]
    fn a_frozen_registry_knows_old_names_only() {
        let mut registry = Registry::new();
        let old = registry.register("old_one", Kind::Rate, Contains::Default).unwrap();
        registry.freeze();
        assert_eq!(registry.register("old_one", Kind::Rate, Contains::Default), Ok(old));
        let error = registry.register("new_one", Kind::Rate, Contains::Default).unwrap_err();
        assert!(error.to_string().starts_with("metrics must be declared in the init context"));
    }

    #[test]
    fn the_number_of_metrics_is_bounded() {
        let mut registry = Registry::new();
        for index in registry.len()..METRICS_MAX {
            registry.register(&format!("m_{index}"), Kind::Counter, Contains::Default).unwrap();
        }
        let error = registry.register("m_more", Kind::Counter, Contains::Default).unwrap_err();
        assert!(matches!(error, RegisterError::TooMany { .. }));
    }
}
