//! What a worker records with: one recorder for each worker thread.
//!
//! Looking up is done ahead: [`Recorder::intern`] turns tags into a number, [`Recorder::series`]
//! turns a metric and that number into a series. [`Recorder::add`] then is two array accesses and
//! the sink: no hashing, no lock, no clock, and no allocation but for the first value of a new
//! order of magnitude. Once a second [`Recorder::take_delta`] hands over what was recorded, and
//! [`Recorder::recycle`] takes the buffers back, so that each sink is double-buffered.
//!
//! Invariants: every finite value that is added is in exactly one sink of exactly one delta. A
//! series that has no place of its own is recorded in the overflow series of its metric and of the
//! submetrics that it matches. Values that are infinite or no number are counted and refused.

use std::mem;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::builtin;
use crate::catalog::Catalog;
use crate::check::{CheckSeries, CheckTable, GroupId, NameError};
use crate::delta::{BoundsReached, Class, Delta, Entry, Part};
use crate::metric::{Kind, MetricId};
use crate::sample::{Sample, SampleBatch};
use crate::sink::Sink;
use crate::tag::{Metadata, TagInterner, TagSet, TagSetId};

/// Number of a series; valid in the recorder that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SeriesId(pub(crate) u32);

impl SeriesId {
    /// The series of a metric that does not exist: its samples are counted as refused.
    pub const NONE: Self = Self(u32::MAX);
}

/// Series in overflow tables, beyond the bound for all series.
const OVERFLOW_SERIES_MAX: usize = 16_384;

/// A sink that is being filled, and the one that comes back from the control plane.
#[derive(Debug)]
struct Slot {
    class: Arc<Class>,
    spare: Option<Sink>,
}

/// What single samples need beside their sink.
#[derive(Clone, Copy, Debug)]
struct SeriesInfo {
    metric: MetricId,
    tags: TagSetId,
}

/// Records the samples of one worker.
#[derive(Debug)]
pub struct Recorder {
    /// Position of the sink of each series; apart from `series_info` to be dense in the cache.
    sink_of_series: Vec<u32>,
    sinks: Vec<Sink>,
    time_unix_ns: u64,
    tap: Option<SampleBatch>,
    /// Of single samples; applies until the next call of `set_metadata`.
    metadata: Option<Arc<Metadata>>,

    series_info: Vec<SeriesInfo>,
    series: FxHashMap<(MetricId, TagSetId), SeriesId>,
    slots: Vec<Slot>,
    slot_of_class: FxHashMap<Arc<Class>, u32>,
    tags: TagInterner,
    checks: CheckTable,
    catalog: Arc<Catalog>,
    worker: u32,
    sequence: u64,
    reached: BoundsReached,
    spare_delta: Delta,
}

impl Recorder {
    /// A recorder for a worker; `worker` tells deltas apart.
    pub fn new(catalog: Arc<Catalog>, worker: u32) -> Self {
        let tags = TagInterner::new(catalog.limits(), catalog.selected_tags());
        let checks = CheckTable::new(catalog.limits());
        Self {
            sink_of_series: Vec::new(),
            sinks: Vec::new(),
            time_unix_ns: 0,
            tap: None,
            metadata: None,
            series_info: Vec::new(),
            series: FxHashMap::default(),
            slots: Vec::new(),
            slot_of_class: FxHashMap::default(),
            tags,
            checks,
            catalog,
            worker,
            sequence: 0,
            reached: BoundsReached::default(),
            spare_delta: Delta::default(),
        }
    }

    /// Also keeps single samples, up to `samples_max` of them between calls of
    /// [`Recorder::take_samples`].
    #[must_use]
    pub fn with_samples(mut self, samples_max: usize) -> Self {
        self.tap = Some(SampleBatch::new(samples_max));
        self
    }

    /// The catalog that it records by.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The number of the tags of `base` and `tags`; tags win over those of the base. Layers from
    /// weak to strong are: run, scenario, VU, call.
    pub fn intern(&mut self, base: TagSetId, tags: &[(&str, &str)]) -> TagSetId {
        self.tags.intern(base, tags)
    }

    /// The number of the tags of `base` without one of them.
    pub fn remove_tag(&mut self, base: TagSetId, name: &str) -> TagSetId {
        self.tags.remove(base, name)
    }

    /// The tags with this number.
    pub fn tags(&self, id: TagSetId) -> &Arc<TagSet> {
        self.tags.get(id)
    }

    /// The series of a metric with these tags. Finding a known one costs one look into a table;
    /// keep the result to save even that.
    pub fn series(&mut self, metric: MetricId, tags: TagSetId) -> SeriesId {
        if let Some(known) = self.series.get(&(metric, tags)) {
            return *known;
        }
        let Some(kind) = self.catalog.registry().get(metric).map(|metric| metric.kind) else {
            return SeriesId::NONE;
        };
        if self.series_info.len() < self.catalog.limits().series_max {
            return self.add_series(metric, kind, tags);
        }
        self.reached.series += 1;
        self.overflow_series(metric, kind, tags)
    }

    fn overflow_series(&mut self, metric: MetricId, kind: Kind, tags: TagSetId) -> SeriesId {
        let reduced = self.tags.reduce(tags);
        let beyond = self.catalog.limits().series_max.saturating_add(OVERFLOW_SERIES_MAX);
        // One series a metric is always possible: samples must go somewhere.
        let tags = if self.series_info.len() < beyond { reduced } else { TagSetId::OVERFLOW };
        if let Some(known) = self.series.get(&(metric, tags)) {
            return *known;
        }
        self.add_series(metric, kind, tags)
    }

    fn add_series(&mut self, metric: MetricId, kind: Kind, tags: TagSetId) -> SeriesId {
        let slot = self.slot(metric, kind, tags);
        let id = SeriesId(self.series_info.len() as u32);
        self.series_info.push(SeriesInfo { metric, tags });
        self.sink_of_series.push(slot);
        self.series.insert((metric, tags), id);
        id
    }

    /// The sink for a metric with these tags.
    fn slot(&mut self, metric: MetricId, kind: Kind, tags: TagSetId) -> u32 {
        let tags = self.tags.get(tags);
        let matching = self.catalog.submetrics_of(metric).filter(|sub| sub.matches(tags));
        let submetrics: SmallVec<_> = matching.map(|submetric| submetric.id).collect();
        let is_apart = self.catalog.is_apart(metric);
        let part = match (tags.is_overflow(), is_apart) {
            (true, _) => Part::Overflow,
            (false, true) => Part::Series(Arc::clone(tags)),
            (false, false) => Part::Main,
        };
        let mut class = Class { metric, submetrics, part };
        if let Some(known) = self.slot_of_class.get(&class) {
            return *known;
        }
        if self.slots.len() >= self.catalog.limits().classes_max && is_apart {
            // Others are as few as the combinations of submetrics.
            self.reached.series += 1;
            class.part = Part::Overflow;
            if let Some(known) = self.slot_of_class.get(&class) {
                return *known;
            }
        }
        let slot = self.slots.len() as u32;
        let class = Arc::new(class);
        self.slot_of_class.insert(Arc::clone(&class), slot);
        self.slots.push(Slot { class, spare: None });
        self.sinks.push(Sink::new(kind));
        slot
    }

    /// The wall-clock time of what is recorded next, in nanoseconds since 1970-01-01 UTC. Gauges
    /// need it to settle which value is the latest, single samples to be placed in time.
    #[inline]
    pub fn set_time(&mut self, time_unix_ns: u64) {
        self.time_unix_ns = time_unix_ns;
    }

    /// What single samples carry from here on beside their tags.
    pub fn set_metadata(&mut self, metadata: Option<Arc<Metadata>>) {
        self.metadata = metadata;
    }

    /// Adds a value at the time of the last [`Recorder::set_time`].
    #[inline]
    pub fn add(&mut self, series: SeriesId, value: f64) {
        self.add_at(series, value, self.time_unix_ns);
    }

    /// Adds a value at a time, in nanoseconds since 1970-01-01 UTC.
    #[inline]
    pub fn add_at(&mut self, series: SeriesId, value: f64, time_unix_ns: u64) {
        let slot = self.sink_of_series.get(series.0 as usize);
        let sink = slot.and_then(|slot| self.sinks.get_mut(*slot as usize));
        let Some(sink) = sink.filter(|_| value.is_finite()) else {
            self.refuse();
            return;
        };
        sink.add(value, time_unix_ns);
        if self.tap.is_some() {
            self.push_sample(series, value, time_unix_ns);
        }
    }

    #[cold]
    fn refuse(&mut self) {
        self.reached.values_refused += 1;
    }

    #[inline(never)]
    fn push_sample(&mut self, series: SeriesId, value: f64, time_unix_ns: u64) {
        let SeriesInfo { metric, tags } = self.series_info[series.0 as usize];
        let tags = Arc::clone(self.tags.get(tags));
        let metadata = self.metadata.clone();
        if let Some(batch) = &mut self.tap {
            batch.push(Sample { metric, value, time_unix_ns, tags, metadata });
        }
    }

    /// A group inside another one. It is part of the summary from here on, with checks or without.
    pub fn group(&mut self, parent: GroupId, name: &str) -> Result<GroupId, NameError> {
        self.checks.group(parent, name)
    }

    /// The path of a group: `::outer::inner`, and nothing for the root.
    pub fn group_path(&self, group: GroupId) -> &Arc<str> {
        self.checks.path(group)
    }

    /// The group that a tag `group` names, such as `::outer::inner`.
    pub fn group_at(&mut self, path: &str) -> GroupId {
        self.checks.group_at(path)
    }

    /// A check. `tags` are those of its samples, `check` and `group` included; `place` is its group
    /// and its name in the summary, if it is counted there.
    pub fn check_series(&mut self, tags: TagSetId, place: Option<(GroupId, &str)>) -> CheckSeries {
        let check = place.map(|(group, name)| self.checks.check(group, name));
        CheckSeries { series: self.series(builtin::CHECKS, tags), check }
    }

    /// Records the outcome of a check: a sample of the rate `checks`, and a count for the check in
    /// its group.
    #[inline]
    pub fn check(&mut self, check: CheckSeries, passed: bool) {
        self.check_at(check, passed, self.time_unix_ns);
    }

    /// As [`Recorder::check`], at a time.
    #[inline]
    pub fn check_at(&mut self, check: CheckSeries, passed: bool, time_unix_ns: u64) {
        self.add_at(check.series, f64::from(u8::from(passed)), time_unix_ns);
        if let Some(check) = check.check {
            self.checks.count(check, passed);
        }
    }

    /// Hands over what was recorded since the last call.
    pub fn take_delta(&mut self) -> Delta {
        let mut delta = mem::take(&mut self.spare_delta);
        delta.worker = self.worker;
        delta.sequence = self.sequence;
        self.sequence += 1;
        for (index, (sink, slot)) in self.sinks.iter_mut().zip(&mut self.slots).enumerate() {
            if sink.is_empty() {
                continue;
            }
            let spare = slot.spare.take().unwrap_or_else(|| Sink::new(sink.kind()));
            let mut sink = mem::replace(sink, spare);
            sink.stamp(delta.worker, delta.sequence);
            if slot.class.part == Part::Overflow {
                delta.reached.samples_in_overflow += sink.samples();
            }
            delta.entries.push(Entry { slot: index as u32, class: Arc::clone(&slot.class), sink });
        }
        delta.reached += mem::take(&mut self.reached);
        delta.reached += self.tags.take_reached();
        delta.reached += self.checks.take(&mut delta.checks, &mut delta.groups);
        delta
    }

    /// Takes the buffers of a merged delta back. Whatever is still in it is forgotten; a delta of
    /// another worker is dropped.
    pub fn recycle(&mut self, mut delta: Delta) {
        if delta.worker != self.worker {
            return;
        }
        delta.clear();
        for entry in delta.entries.drain(..) {
            if let Some(slot) = self.slots.get_mut(entry.slot as usize) {
                let fits = self.sinks[entry.slot as usize].kind() == entry.sink.kind();
                slot.spare = fits.then_some(entry.sink);
            }
        }
        self.spare_delta = delta;
    }

    /// True if single samples are kept and the next one would be dropped.
    #[inline]
    pub fn samples_full(&self) -> bool {
        self.tap.as_ref().is_some_and(SampleBatch::is_full)
    }

    /// Takes the single samples; nothing when there are none or when they are not kept.
    pub fn take_samples(&mut self) -> Option<SampleBatch> {
        let tap = self.tap.as_mut().filter(|tap| !tap.is_empty())?;
        let batch = tap.take();
        self.reached.samples_dropped += batch.dropped();
        Some(batch)
    }

    /// How many series there are.
    pub fn series_count(&self) -> usize {
        self.series_info.len()
    }

    /// Bytes of the sinks, of spare ones too.
    pub fn sinks_bytes(&self) -> usize {
        let spares = self.slots.iter().filter_map(|slot| slot.spare.as_ref());
        self.sinks.iter().chain(spares).map(Sink::bytes).sum()
    }
}

#[cfg(test)]
mod tests;
