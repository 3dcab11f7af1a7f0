//! What the control plane keeps: the sum of all deltas.
//!
//! Merging is exact and does not depend on the order in which deltas come. Totals, submetrics,
//! values for thresholds and the summary are read from the same classes, so they agree at any time.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, SubmetricId, Target};
use crate::check::CheckCount;
use crate::delta::{BoundsReached, Class, Delta, Part};
use crate::metric::{Kind, MetricId};
use crate::sink::Total;
use crate::stat::Stat;
use crate::summary::{self, Detail, Snapshot, Summary};
use crate::tag::TagSet;
use crate::threshold::{Evaluation, FailedThreshold, Moment, Outcome};

/// Sums up what all workers record.
#[derive(Debug)]
pub struct Aggregate {
    catalog: Arc<Catalog>,
    classes: Vec<(Arc<Class>, Total)>,
    position: FxHashMap<Arc<Class>, u32>,
    /// Positions in `classes`, by number of the metric.
    by_metric: Vec<Vec<u32>>,
    checks: Vec<CheckCount>,
    check_position: FxHashMap<(Arc<str>, Arc<str>), usize>,
    /// Paths of groups in the order in which they came.
    groups: Vec<Arc<str>>,
    group_position: FxHashMap<Arc<str>, usize>,
    reached: BoundsReached,
    /// Outcomes of the last evaluation, by target and threshold.
    outcomes: Vec<Vec<Outcome>>,
}

impl Aggregate {
    /// An empty aggregate.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let targets = catalog.targets().iter();
        let outcomes =
            targets.map(|target| vec![Outcome::default(); target.thresholds.len()]).collect();
        Self {
            classes: Vec::new(),
            position: FxHashMap::default(),
            by_metric: vec![Vec::new(); catalog.registry().len()],
            checks: Vec::new(),
            check_position: FxHashMap::default(),
            groups: Vec::new(),
            group_position: FxHashMap::default(),
            reached: BoundsReached::default(),
            outcomes,
            catalog,
        }
    }

    /// The catalog that it sums up by.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Adds what a worker has recorded, and gives the emptied delta back for
    /// [`crate::Recorder::recycle`].
    pub fn merge(&mut self, mut delta: Delta) -> Delta {
        for entry in &delta.entries {
            if let Some(total) = self.total_mut(&entry.class, entry.sink.kind()) {
                total.merge(&entry.sink);
            }
        }
        for check in &delta.checks {
            self.add_check(check);
        }
        for group in &delta.groups {
            self.add_group(group);
        }
        self.reached += delta.reached;
        delta.clear();
        delta
    }

    fn total_mut(&mut self, class: &Arc<Class>, kind: Kind) -> Option<&mut Total> {
        if let Some(position) = self.position.get(class) {
            return Some(&mut self.classes[*position as usize].1);
        }
        // A metric that the catalog does not have would be a delta of another run.
        let metric = self.catalog.registry().get(class.metric).filter(|m| m.kind == kind)?;
        let position = self.classes.len() as u32;
        self.by_metric[metric.id.index()].push(position);
        self.position.insert(Arc::clone(class), position);
        self.classes.push((Arc::clone(class), Total::new(kind)));
        self.classes.last_mut().map(|(_, total)| total)
    }

    fn add_check(&mut self, check: &CheckCount) {
        let key = (Arc::clone(&check.group), Arc::clone(&check.name));
        if let Some(position) = self.check_position.get(&key) {
            let known = &mut self.checks[*position];
            known.passes += check.passes;
            known.fails += check.fails;
            return;
        }
        self.check_position.insert(key, self.checks.len());
        self.checks.push(check.clone());
        self.add_group(&check.group);
    }

    fn add_group(&mut self, path: &Arc<str>) {
        if !self.group_position.contains_key(path) {
            self.group_position.insert(Arc::clone(path), self.groups.len());
            self.groups.push(Arc::clone(path));
        }
    }

    /// Everything that a metric, or a part of it, has seen.
    pub fn total(&self, metric: MetricId, submetric: Option<SubmetricId>) -> Cow<'_, Total> {
        let positions = self.by_metric.get(metric.index()).map_or(&[][..], Vec::as_slice);
        let classes = positions.iter().map(|position| &self.classes[*position as usize]);
        let mut totals = classes
            .filter(|(class, _)| submetric.is_none_or(|id| class.submetrics.contains(&id)))
            .map(|(_, total)| total);
        let Some(first) = totals.next() else {
            let kind = self.catalog.registry().get(metric).map_or(Kind::Counter, |m| m.kind);
            return Cow::Owned(Total::new(kind));
        };
        let mut sum = Cow::Borrowed(first);
        for total in totals {
            sum.to_mut().merge(total);
        }
        sum
    }

    /// One figure of a metric; nothing when there is no value to tell it from.
    pub fn stat(&self, metric: MetricId, stat: Stat, elapsed: Duration) -> Option<f64> {
        self.total(metric, None).stat(stat, elapsed)
    }

    /// How many samples a metric has seen.
    pub fn samples(&self, metric: MetricId) -> u64 {
        let positions = self.by_metric.get(metric.index()).map_or(&[][..], Vec::as_slice);
        positions.iter().map(|position| self.classes[*position as usize].1.samples()).sum()
    }

    /// Series that are kept apart, with their tags. Overflow series come without tags.
    pub fn series(&self) -> impl Iterator<Item = (MetricId, Option<&TagSet>, &Total)> {
        self.classes.iter().filter_map(|(class, total)| match &class.part {
            Part::Series(tags) => Some((class.metric, Some(tags.as_ref()), total)),
            Part::Overflow => Some((class.metric, None, total)),
            Part::Main => None,
        })
    }

    /// How often bounds were reached.
    pub fn bounds_reached(&self) -> BoundsReached {
        self.reached
    }

    /// Judges all thresholds by everything merged so far. `elapsed` is the time since the start of
    /// the test.
    pub fn evaluate(&mut self, elapsed: Duration, moment: Moment) -> Evaluation {
        let mut evaluation = Evaluation::default();
        let catalog = Arc::clone(&self.catalog);
        for (index, target) in catalog.targets().iter().enumerate() {
            let outcomes = self.judge(target, elapsed, moment);
            for (threshold, outcome) in target.thresholds.iter().zip(&outcomes) {
                evaluation.no_data += usize::from(outcome.no_data);
                if outcome.failed {
                    let aborts = threshold.aborts(elapsed);
                    evaluation.abort |= aborts;
                    evaluation.failed.push(FailedThreshold {
                        metric: target.name.clone(),
                        source: threshold.spec.source.clone(),
                        value: outcome.value,
                        aborts,
                    });
                }
            }
            self.outcomes[index] = outcomes;
        }
        evaluation
    }

    fn judge(&self, target: &Target, elapsed: Duration, moment: Moment) -> Vec<Outcome> {
        if target.thresholds.is_empty() {
            return Vec::new();
        }
        let total = self.total(target.metric, target.submetric);
        let thresholds = target.thresholds.iter();
        thresholds.map(|threshold| threshold.judge(&total, elapsed, moment)).collect()
    }

    /// The figures of this moment, for live displays. Thresholds are those of the last evaluation.
    pub fn snapshot(&self, elapsed: Duration) -> Snapshot {
        Snapshot {
            elapsed_ms: summary::milliseconds(elapsed),
            metrics: self.metrics(elapsed, Detail::Figures),
            bounds_reached: self.reached,
        }
    }

    /// The end of the test. Thresholds are judged by the rules for the end.
    pub fn summary(&mut self, elapsed: Duration) -> Summary {
        self.evaluate(elapsed, Moment::Final);
        Summary {
            schema: summary::SCHEMA,
            duration_ms: summary::milliseconds(elapsed),
            metrics: self.metrics(elapsed, Detail::Distributions),
            root_group: summary::group_tree(&self.groups, &self.checks),
            bounds_reached: self.reached,
        }
    }

    /// What is shown: metrics and submetrics with samples or with thresholds, submetrics after
    /// their metric.
    fn metrics(&self, elapsed: Duration, detail: Detail) -> Vec<summary::MetricSummary> {
        let mut shown = Vec::new();
        for metric in self.catalog.registry() {
            let parts = self.catalog.submetrics_of(metric.id).map(Some);
            for part in std::iter::once(None).chain(parts) {
                let submetric = part.map(|submetric| submetric.id);
                let targets = self.catalog.targets().iter().zip(&self.outcomes);
                let judged = targets.filter(|(target, _)| {
                    (target.metric, target.submetric) == (metric.id, submetric)
                });
                let judged: Vec<_> = judged.collect();
                let total = self.total(metric.id, submetric);
                if total.is_empty() && judged.is_empty() {
                    continue;
                }
                let values = summary::Values::new(&total, elapsed, detail);
                shown.push(summary::MetricSummary::new(metric, part, values, &total, &judged));
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests;
