//! The end of a test as data: the one model from which all summaries are made.
//!
//! Holds figures, not words: renderers choose units, order and layout. It is serialisable in a
//! stable shape of its own (see [`SCHEMA`]); k6's shapes are made from it elsewhere. Trends keep
//! their whole distribution, so that any percentile can be asked for later, also by a program that
//! reads the file.

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::catalog::{Submetric, Target};
use crate::check::{CheckCount, SEPARATOR};
use crate::delta::BoundsReached;
use crate::metric::{Contains, Kind, Metric};
use crate::sink::Total;
use crate::stat::Stat;
use crate::threshold::Outcome;
use crate::trend::Distribution;

/// Version of the serialised shape; goes up when a reader could misunderstand.
pub const SCHEMA: u32 = 1;

/// Percentiles that are always in the serialised shape.
pub const PERCENTILES: [f64; 9] = [1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9];

/// The end of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: u32,
    /// How long the test ran.
    pub duration_ms: f64,
    /// Metrics that have samples or thresholds; submetrics follow their metric.
    pub metrics: Vec<MetricSummary>,
    /// Groups and checks.
    pub root_group: GroupSummary,
    /// How often bounds were reached.
    pub bounds_reached: BoundsReached,
}

impl Summary {
    /// A metric, or a submetric by its full name.
    pub fn metric(&self, name: &str) -> Option<&MetricSummary> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// True if a threshold is not met.
    pub fn thresholds_failed(&self) -> bool {
        self.thresholds().any(|(_, threshold)| !threshold.ok)
    }

    /// All thresholds with their metrics.
    pub fn thresholds(&self) -> impl Iterator<Item = (&MetricSummary, &ThresholdSummary)> {
        self.metrics.iter().flat_map(|m| m.thresholds.iter().flatten().map(move |t| (m, t)))
    }
}

/// The figures of a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Time since the start of the test.
    pub elapsed_ms: f64,
    /// As in [`Summary::metrics`], without distributions.
    pub metrics: Vec<MetricSummary>,
    /// How often bounds were reached.
    pub bounds_reached: BoundsReached,
}

impl Snapshot {
    /// A metric, or a submetric by its full name.
    pub fn metric(&self, name: &str) -> Option<&MetricSummary> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}

/// A metric or a submetric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary {
    /// Its name; for a submetric as it was written, with the selector.
    pub name: String,
    /// How values were folded.
    pub kind: Kind,
    /// What values are.
    pub contains: Contains,
    /// The metric that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The tags of its samples, for a submetric.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selector: Vec<(String, String)>,
    /// How many samples there were.
    pub samples: u64,
    /// Its figures.
    pub values: Values,
    /// What had to hold; nothing if no threshold names it, which is not the same as an empty list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Vec<ThresholdSummary>>,
}

impl MetricSummary {
    pub(crate) fn new(
        metric: &Metric,
        submetric: Option<&Submetric>,
        values: Values,
        total: &Total,
        judged: &[(&Target, &Vec<Outcome>)],
    ) -> Self {
        let thresholds = judged.iter().flat_map(|(target, outcomes)| {
            target.thresholds.iter().zip(outcomes.iter()).map(|(threshold, outcome)| {
                ThresholdSummary {
                    source: threshold.spec.source.clone(),
                    ok: !outcome.failed,
                    no_data: outcome.no_data,
                    value: outcome.value.map(finite),
                    abort_on_fail: threshold.spec.abort_on_fail,
                }
            })
        });
        Self {
            name: submetric.map_or_else(|| metric.name.to_string(), |sub| sub.name.clone()),
            kind: metric.kind,
            contains: metric.contains,
            parent: submetric.map(|_| metric.name.to_string()),
            selector: submetric.map(|sub| sub.selector.clone()).unwrap_or_default(),
            samples: total.samples(),
            values,
            thresholds: (!judged.is_empty()).then(|| thresholds.collect()),
        }
    }

    /// Reads a figure; nothing when this kind of metric has no such figure.
    pub fn stat(&self, stat: Stat) -> Option<f64> {
        self.values.stat(stat)
    }
}

/// Figures by kind of metric. Figures of a metric without samples are 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// Of a trend.
    Trend(TrendValues),
    /// Of a rate.
    Rate {
        /// Share of passes, from 0 to 1.
        rate: f64,
        /// Values that were not zero.
        passes: u64,
        /// Values that were zero.
        fails: u64,
    },
    /// Of a gauge.
    Gauge {
        /// The latest value.
        value: f64,
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
    },
    /// Of a counter.
    Counter {
        /// The sum.
        count: f64,
        /// The sum by second of the run; 0 while no time has passed.
        rate: f64,
    },
}

impl Values {
    pub(crate) fn new(total: &Total, elapsed: Duration, detail: Detail) -> Self {
        match total {
            Total::Counter(counter) => Self::Counter {
                count: finite(counter.sum),
                rate: finite(counter.rate_per_s(elapsed.as_secs_f64()).unwrap_or_default()),
            },
            Total::Gauge(gauge) => {
                Self::Gauge { value: gauge.value, min: gauge.min, max: gauge.max }
            }
            Total::Rate(rate) => Self::Rate {
                rate: rate.ratio().unwrap_or_default(),
                passes: rate.passes,
                fails: rate.fails(),
            },
            Total::Trend(trend) => {
                let percentile = |percent| trend.percentile(percent).unwrap_or_default();
                Self::Trend(TrendValues {
                    count: trend.count(),
                    sum: finite(trend.sum()),
                    avg: finite(trend.avg().unwrap_or_default()),
                    min: trend.min().unwrap_or_default(),
                    med: percentile(50.0),
                    max: trend.max().unwrap_or_default(),
                    percentiles: PERCENTILES.map(|p| (p, percentile(p))).to_vec(),
                    distribution: match detail {
                        Detail::Figures => None,
                        Detail::Distributions => Some(trend.distribution()),
                    },
                })
            }
        }
    }

    /// Reads a figure; nothing when there is no such figure.
    pub fn stat(&self, stat: Stat) -> Option<f64> {
        match (self, stat) {
            (Self::Counter { count, .. }, Stat::Count) => Some(*count),
            (Self::Counter { rate, .. } | Self::Rate { rate, .. }, Stat::Rate) => Some(*rate),
            (Self::Gauge { value, .. }, Stat::Value) => Some(*value),
            (Self::Gauge { min, .. }, Stat::Min) => Some(*min),
            (Self::Gauge { max, .. }, Stat::Max) => Some(*max),
            (Self::Trend(trend), stat) => trend.stat(stat),
            _ => None,
        }
    }
}

/// Figures of a trend; 0 without samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrendValues {
    /// How many values there were.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// Their average.
    pub avg: f64,
    /// The smallest.
    pub min: f64,
    /// The median.
    pub med: f64,
    /// The largest.
    pub max: f64,
    /// [`PERCENTILES`], as (percent, value).
    pub percentiles: Vec<(f64, f64)>,
    /// All of it, for any other percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
}

impl TrendValues {
    /// Reads a figure; nothing when trends have no such figure, or when only the distribution,
    /// which is not here, could tell.
    #[expect(clippy::float_cmp, reason = "percentiles in the list are looked up, not computed")]
    pub fn stat(&self, stat: Stat) -> Option<f64> {
        match stat {
            Stat::Count => Some(self.count as f64),
            Stat::Avg => Some(self.avg),
            Stat::Min => Some(self.min),
            Stat::Med => Some(self.med),
            Stat::Max => Some(self.max),
            Stat::Percentile(_) if self.count == 0 => Some(0.0),
            Stat::Percentile(percent) => {
                let listed = self.percentiles.iter().find(|listed| listed.0 == percent);
                let distribution = || self.distribution.as_ref()?.percentile(percent);
                listed.map(|listed| listed.1).or_else(distribution)
            }
            Stat::Rate | Stat::Value => None,
        }
    }
}

/// A threshold and what came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdSummary {
    /// As it was written.
    pub source: String,
    /// It is met, or there was nothing to judge it by.
    pub ok: bool,
    /// There was no sample: the outcome says little.
    pub no_data: bool,
    /// The figure that was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// It would have ended, or has ended, the test.
    pub abort_on_fail: bool,
}

/// A group with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSummary {
    /// Its name; empty for the root.
    pub name: String,
    /// Its path, such as `::outer::inner`; empty for the root.
    pub path: String,
    /// Groups inside of it, in the order in which they were first entered.
    pub groups: Vec<Self>,
    /// Checks in it, in the order in which they were first made.
    pub checks: Vec<CheckSummary>,
}

impl GroupSummary {
    /// All checks in it and in the groups inside of it, in depth-first order.
    pub fn all_checks(&self) -> Vec<&CheckSummary> {
        let inside = self.groups.iter().flat_map(Self::all_checks);
        self.checks.iter().chain(inside).collect()
    }
}

/// A check and its outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSummary {
    /// Its name.
    pub name: String,
    /// The path of its group, `::` and its name.
    pub path: String,
    /// Outcomes that passed.
    pub passes: u64,
    /// Outcomes that failed.
    pub fails: u64,
}

/// How much of a trend is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Figures,
    Distributions,
}

/// Milliseconds of a duration.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Sums of finite values can overflow, and JSON has no word for that.
fn finite(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) }
}

/// Makes a tree of the paths of groups, and hangs the checks into it.
pub(crate) fn group_tree(paths: &[Arc<str>], checks: &[CheckCount]) -> GroupSummary {
    let mut nodes = Nodes::default();
    for path in paths {
        nodes.find_or_add(path);
    }
    for check in checks {
        let node = nodes.find_or_add(&check.group);
        nodes.groups[node].checks.push(CheckSummary {
            name: check.name.to_string(),
            path: format!("{}{SEPARATOR}{}", check.group, check.name),
            passes: check.passes,
            fails: check.fails,
        });
    }
    nodes.into_tree()
}

/// The groups that code outside of iterations is in.
const LIFECYCLE_GROUPS: [&str; 2] = ["setup", "teardown"];

impl GroupSummary {
    /// True for the group of setup or teardown when nothing of a summary happened in it.
    fn is_idle_lifecycle(&self) -> bool {
        let is_empty = self.groups.is_empty() && self.checks.is_empty();
        is_empty && LIFECYCLE_GROUPS.contains(&self.name.as_str())
    }
}

/// A tree that is being made: groups before they are put into each other.
struct Nodes {
    groups: Vec<GroupSummary>,
    /// Position of the group around each one; the root has none. Always smaller than its own.
    parents: Vec<Option<usize>>,
    by_path: FxHashMap<String, usize>,
}

impl Default for Nodes {
    fn default() -> Self {
        Self {
            groups: vec![GroupSummary::default()],
            parents: vec![None],
            by_path: std::iter::once((String::new(), 0)).collect(),
        }
    }
}

impl Nodes {
    /// The position of a group; the groups around it are made when they are missing.
    fn find_or_add(&mut self, path: &str) -> usize {
        if let Some(known) = self.by_path.get(path) {
            return *known;
        }
        let mut at = 0;
        // A path starts with the separator, so the first piece is empty.
        for name in path.split(SEPARATOR).skip(1) {
            let path = format!("{}{SEPARATOR}{name}", self.groups[at].path);
            at = match self.by_path.get(&path) {
                Some(known) => *known,
                None => self.add(at, name, path),
            };
        }
        at
    }

    fn add(&mut self, parent: usize, name: &str, path: String) -> usize {
        let position = self.groups.len();
        self.by_path.insert(path.clone(), position);
        self.groups.push(GroupSummary { name: name.to_owned(), path, ..GroupSummary::default() });
        self.parents.push(Some(parent));
        position
    }

    fn into_tree(mut self) -> GroupSummary {
        // From the last one back, each group is complete when it moves into the one around it.
        while self.groups.len() > 1 {
            let (Some(mut group), Some(Some(parent))) = (self.groups.pop(), self.parents.pop())
            else {
                break;
            };
            group.groups.reverse();
            self.groups[parent].groups.push(group);
        }
        let mut root = self.groups.pop().unwrap_or_default();
        root.groups.reverse();
        root.groups.retain(|group| !group.is_idle_lifecycle());
        root
    }
}

#[cfg(test)]
mod tests;
