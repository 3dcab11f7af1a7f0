//! From what happened to samples: which metrics, which values, which tags. The only place in the
//! engine that knows the built-in metrics.
//!
//! Tags are composed once for each distinct combination; what is hot (a request to a known URL, the
//! end of an iteration) finds its series ready and only adds numbers.

mod arrivals;
mod http;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use squall_metrics::{
    Catalog, CheckSeries, Delta, GroupId, Metadata, MetricId, NameError, Recorder, SampleBatch,
    SeriesId, SystemTag, SystemTags, TagSetId, builtin, check_name,
};

use crate::clock;
use crate::message::ArrivalSecond;
use crate::state::{Local, Phase};
use crate::worker::IterationTimes;
use crate::worker::scenario::ScenarioContext;
use arrivals::Arrivals;
use http::HttpSeriesCache;

pub(crate) use http::{Expected, HttpTags, masked};

/// Names and values as guests give them.
pub(crate) type TagPairs = Vec<(String, String)>;

/// Samples that a worker keeps for outputs between two hand-overs.
const SAMPLES_MAX: usize = 200_000;

/// Which tags a run has.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunTags {
    /// Option `tags`.
    pub(crate) own: TagPairs,
    /// Option `systemTags`.
    pub(crate) system: SystemTags,
}

/// The tags that all samples of a VU carry at a moment, and the series of its iterations.
pub(crate) struct BaseTags {
    pub(crate) id: TagSetId,
    pub(crate) group: GroupId,
    iteration: OnceCell<IterationSeries>,
}

struct IterationSeries {
    iterations: SeriesId,
    duration: SeriesId,
    start_lag: SeriesId,
    response_time: SeriesId,
    errors: SeriesId,
    data_sent: SeriesId,
    data_received: SeriesId,
}

/// A check that a guest has registered.
pub(crate) struct CheckEntry {
    pub(crate) name: String,
    /// The series of the last tags it was recorded with.
    last: Cell<Option<((TagSetId, u32), CheckSeries)>>,
}

impl CheckEntry {
    pub(crate) fn new(name: String) -> Self {
        Self { name, last: Cell::new(None) }
    }

    /// The number of a tag set means another set from now on.
    pub(crate) fn forget_tags(&self) {
        self.last.set(None);
    }
}

/// The recorder of one worker.
pub(crate) struct Recording {
    recorder: RefCell<Recorder>,
    system: SystemTags,
    run: TagSetId,
    bases: RefCell<HashMap<(TagSetId, GroupId), Rc<BaseTags>, FxBuildHasher>>,
    http: HttpSeriesCache,
    arrivals: Arrivals,
    /// From the monotonic to the wall clock.
    unix_offset_ns: u64,
    /// Outputs want single samples.
    keeps_samples: bool,
}

fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}

impl Recording {
    /// `keeps_samples`: outputs want single samples.
    pub(crate) fn new(
        catalog: &Arc<Catalog>,
        worker: usize,
        tags: &RunTags,
        keeps_samples: bool,
    ) -> Self {
        let mut recorder = Recorder::new(Arc::clone(catalog), worker as u32);
        if keeps_samples {
            recorder = recorder.with_samples(SAMPLES_MAX);
        }
        let system = tags.system;
        let run = recorder.intern(TagSetId::EMPTY, &borrowed(&tags.own));
        Self {
            recorder: RefCell::new(recorder),
            system,
            run,
            bases: RefCell::default(),
            http: HttpSeriesCache::default(),
            arrivals: Arrivals::default(),
            unix_offset_ns: clock::unix_ns() - clock::now_ns(),
            keeps_samples,
        }
    }

    fn unix_ns(&self, at_ns: u64) -> u64 {
        at_ns + self.unix_offset_ns
    }

    /// Composes run, scenario, group and VU tags; those of the VU win, and can remove the others.
    pub(crate) fn base_tags(&self, local: &Local) -> Rc<BaseTags> {
        let mut recorder = self.recorder.borrow_mut();
        let group = self.group_of(&mut recorder, local);
        let mut id = self.run;
        if let Some(scenario) = local.scenario() {
            id = recorder.intern(id, &borrowed(&scenario.tags));
            if self.system.has(SystemTag::Scenario) {
                id = recorder.intern(id, &[(SystemTag::Scenario.as_str(), &scenario.name)]);
            }
        }
        if self.system.has(SystemTag::Group) {
            let path = Arc::clone(recorder.group_path(group));
            id = recorder.intern(id, &[(SystemTag::Group.as_str(), &path)]);
        }
        for (name, value) in local.vu_tags().iter() {
            id = match value {
                Some(value) => recorder.intern(id, &[(name, value)]),
                None => recorder.remove_tag(id, name),
            };
        }
        let mut bases = self.bases.borrow_mut();
        let make = || Rc::new(BaseTags { id, group, iteration: OnceCell::new() });
        Rc::clone(bases.entry((id, group)).or_insert_with(make))
    }

    /// What goes with single samples of a VU, when anybody wants it.
    fn set_metadata(&self, recorder: &mut Recorder, local: &Local) {
        if !self.keeps_samples {
            return;
        }
        let (vu, iteration) = (local.ids.in_instance, local.iteration().in_instance);
        let pairs = [(SystemTag::Vu, vu), (SystemTag::Iter, iteration)];
        let pairs = pairs.into_iter().filter(|(tag, _)| self.system.has(*tag));
        let mut pairs: Vec<_> =
            pairs.map(|(tag, number)| (tag.as_str().to_owned(), number.to_string())).collect();
        pairs.extend(local.vu_metadata().iter().cloned());
        let metadata = (!pairs.is_empty()).then(|| Arc::new(Metadata::new(pairs)));
        recorder.set_metadata(metadata);
    }

    fn iteration_series<'a>(recorder: &mut Recorder, base: &'a BaseTags) -> &'a IterationSeries {
        base.iteration.get_or_init(|| {
            let mut series = |metric| recorder.series(metric, base.id);
            IterationSeries {
                iterations: series(builtin::ITERATIONS),
                duration: series(builtin::ITERATION_DURATION),
                start_lag: series(builtin::ITERATION_START_LAG),
                response_time: series(builtin::ITERATION_RESPONSE_TIME),
                errors: series(builtin::ITERATION_ERRORS),
                data_sent: series(builtin::DATA_SENT),
                data_received: series(builtin::DATA_RECEIVED),
            }
        })
    }

    /// The end of an iteration that was not interrupted.
    pub(crate) fn iteration(
        &self,
        local: &Local,
        base: &BaseTags,
        times: IterationTimes,
        has_failed: bool,
    ) {
        let mut recorder = self.recorder.borrow_mut();
        self.set_metadata(&mut recorder, local);
        let series = Self::iteration_series(&mut recorder, base);
        recorder.set_time(self.unix_ns(times.end_ns));
        recorder.add(series.iterations, 1.0);
        recorder.add(series.duration, ms(times.end_ns - times.start_ns));
        // Without a plan for single iterations, a user arrives when the VU is ready for him.
        let planned_ns = times.planned_ns.unwrap_or(times.start_ns);
        recorder.add(series.response_time, ms(times.end_ns.saturating_sub(planned_ns)));
        if has_failed {
            recorder.add(series.errors, 1.0);
        }
    }

    /// The start of an iteration that the plan wanted at `planned_ns`.
    pub(crate) fn arrival_started(&self, base: &BaseTags, planned_ns: u64, start_ns: u64) {
        let mut recorder = self.recorder.borrow_mut();
        let series = Self::iteration_series(&mut recorder, base).start_lag;
        let lag_ns = start_ns.saturating_sub(planned_ns);
        recorder.add_at(series, ms(lag_ns), self.unix_ns(start_ns));
        self.arrivals.started(start_ns);
    }

    /// An arrival that came due.
    pub(crate) fn arrival_planned(&self, planned_ns: u64) {
        self.arrivals.planned(planned_ns);
    }

    /// Bytes on the sockets of a VU since the last call.
    pub(crate) fn traffic(&self, local: &Local, base: &BaseTags, end_ns: u64) {
        let traffic = local.client.take_traffic();
        let mut recorder = self.recorder.borrow_mut();
        self.set_metadata(&mut recorder, local);
        let series = Self::iteration_series(&mut recorder, base);
        recorder.set_time(self.unix_ns(end_ns));
        recorder.add(series.data_sent, traffic.sent_bytes as f64);
        recorder.add(series.data_received, traffic.received_bytes as f64);
    }

    /// Iterations that the plan wanted and nobody started.
    pub(crate) fn dropped(&self, scenario: &ScenarioContext, count: u64) {
        if count == 0 {
            return;
        }
        let mut recorder = self.recorder.borrow_mut();
        let mut tags = recorder.intern(self.run, &borrowed(&scenario.tags));
        if self.system.has(SystemTag::Scenario) {
            tags = recorder.intern(tags, &[(SystemTag::Scenario.as_str(), &scenario.name)]);
        }
        let series = recorder.series(builtin::DROPPED_ITERATIONS, tags);
        recorder.add_at(series, count as f64, clock::unix_ns());
    }

    /// A sample of a guest's own metric. False when the value is not a number.
    pub(crate) fn custom(
        &self,
        local: &Local,
        base: &BaseTags,
        metric: MetricId,
        value: f64,
        own: &TagPairs,
    ) -> bool {
        let mut recorder = self.recorder.borrow_mut();
        self.set_metadata(&mut recorder, local);
        let tags = recorder.intern(base.id, &borrowed(own));
        let series = recorder.series(metric, tags);
        recorder.add_at(series, value, clock::unix_ns());
        value.is_finite()
    }

    /// The outcome of a check. `own_id` tells the tag sets of one guest apart.
    pub(crate) fn check(
        &self,
        local: &Local,
        base: &BaseTags,
        check: &CheckEntry,
        (own_id, own): (u32, &TagPairs),
        passed: bool,
    ) {
        let mut recorder = self.recorder.borrow_mut();
        self.set_metadata(&mut recorder, local);
        let key = (base.id, own_id);
        let known = check.last.get().filter(|(known, _)| *known == key);
        let series = if let Some((_, series)) = known {
            series
        } else {
            self.check_series(&mut recorder, base, &check.name, own)
        };
        check.last.set(Some((key, series)));
        recorder.check_at(series, passed, clock::unix_ns());
    }

    /// The summary's tree has a check where the tags of its samples say, as in k6.
    fn check_series(
        &self,
        recorder: &mut Recorder,
        base: &BaseTags,
        name: &str,
        own: &TagPairs,
    ) -> CheckSeries {
        let own_tag = |tag: SystemTag| {
            let pair = own.iter().rfind(|(name, _)| name == tag.as_str());
            pair.map(|(_, value)| value.as_str())
        };
        let mut tags = recorder.intern(base.id, &borrowed(own));
        let mut shown = own_tag(SystemTag::Check);
        if self.system.has(SystemTag::Check) {
            tags = recorder.intern(tags, &[(SystemTag::Check.as_str(), name)]);
            shown = Some(name);
        }
        let group = match own_tag(SystemTag::Group) {
            Some(path) => Some(recorder.group_at(path)),
            None => self.system.has(SystemTag::Group).then_some(base.group),
        };
        recorder.check_series(tags, group.zip(shown))
    }

    /// Enters a group inside the VU's current one.
    pub(crate) fn enter_group(&self, parent: GroupId, name: &str) -> Result<GroupId, NameError> {
        check_name(name)?;
        self.group(&mut self.recorder.borrow_mut(), parent, name)
    }

    /// Without the tag that tells groups apart, there is the root only.
    fn group(
        &self,
        recorder: &mut Recorder,
        parent: GroupId,
        name: &str,
    ) -> Result<GroupId, NameError> {
        if self.system.has(SystemTag::Group) {
            recorder.group(parent, name)
        } else {
            Ok(GroupId::ROOT)
        }
    }

    /// The group that samples of a VU belong to.
    fn group_of(&self, recorder: &mut Recorder, local: &Local) -> GroupId {
        let mut within = |name| self.group(recorder, GroupId::ROOT, name).unwrap_or(GroupId::ROOT);
        local.open_group().unwrap_or_else(|| match local.phase() {
            Phase::Setup => within("setup"),
            Phase::Teardown => within("teardown"),
            Phase::Init | Phase::Iteration | Phase::Summary => GroupId::ROOT,
        })
    }

    /// Records `group_duration` of the innermost open group. `base` are the tags inside of it.
    pub(crate) fn group_ended(&self, base: &BaseTags, start_ns: u64, end_ns: u64) {
        let mut recorder = self.recorder.borrow_mut();
        let series = recorder.series(builtin::GROUP_DURATION, base.id);
        recorder.add_at(series, ms(end_ns - start_ns), self.unix_ns(end_ns));
    }

    pub(crate) fn take_delta(&self) -> Delta {
        self.recorder.borrow_mut().take_delta()
    }

    /// Takes the buffers of a merged delta back.
    pub(crate) fn recycle(&self, delta: Delta) {
        self.recorder.borrow_mut().recycle(delta);
    }

    pub(crate) fn take_samples(&self) -> Option<SampleBatch> {
        self.recorder.borrow_mut().take_samples()
    }

    /// The scenarios start at `at_ns`: seconds are counted from there.
    pub(crate) fn start(&self, at_ns: u64) {
        self.arrivals.start(at_ns);
    }

    pub(crate) fn take_arrivals(&self) -> Vec<ArrivalSecond> {
        self.arrivals.take()
    }
}

fn borrowed(pairs: &TagPairs) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
