//! What only the control plane knows and therefore records itself: `vus`, `vus_max`, and iterations
//! that no worker was dealt.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::Sender;
use squall_metrics::{Aggregate, Recorder, SampleBatch, SeriesId, SystemTag, TagSetId, builtin};
use squall_plan::Executor;

use crate::clock;
use crate::message;
use crate::shared::Shared;

/// Samples kept between two hand-overs: two a second are made.
const SAMPLES_MAX: usize = 64;

/// The control plane's own recorder.
pub(super) struct Gauges {
    recorder: Recorder,
    run_tags: TagSetId,
    vus: SeriesId,
    vus_max: SeriesId,
    sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
    samples_dropped: u64,
}

impl Gauges {
    pub(super) fn new(shared: &Shared, sample_sinks: Vec<Sender<Arc<SampleBatch>>>) -> Self {
        let worker = shared.tallies.len() as u32;
        let mut recorder = Recorder::new(Arc::clone(&shared.catalog), worker);
        if !sample_sinks.is_empty() {
            recorder = recorder.with_samples(SAMPLES_MAX);
        }
        let tags = shared.tags.own.iter();
        let tags: Vec<_> = tags.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let run_tags = recorder.intern(TagSetId::EMPTY, &tags);
        Self {
            vus: recorder.series(builtin::VUS, run_tags),
            vus_max: recorder.series(builtin::VUS_MAX, run_tags),
            recorder,
            run_tags,
            sample_sinks,
            samples_dropped: 0,
        }
    }

    pub(super) fn record(&mut self, shared: &Shared) {
        self.recorder.set_time(clock::unix_ns());
        self.recorder.add(self.vus, shared.sum(|tally| &tally.vus_active) as f64);
        self.recorder.add(self.vus_max, shared.vus_initialized() as f64);
    }

    /// shared-iterations: iterations that no VU took are dropped, as in k6. No worker knows that
    /// number.
    pub(super) fn count_undealt(&mut self, shared: &Shared) {
        if shared.is_aborted.load(Ordering::Relaxed) {
            return;
        }
        for (index, scenario) in shared.plan.scenarios.iter().enumerate() {
            if !matches!(scenario.executor, Executor::SharedIterations(_)) {
                continue;
            }
            let total = scenario.iterations_total(&shared.plan.share).unwrap_or(0);
            let undealt = total.saturating_sub(shared.counts_of(index).started);
            if undealt == 0 {
                continue;
            }
            // Any worker's tally will do; all workers have ended.
            let tally = &shared.tallies[0].scenarios[index];
            tally.planned.add(undealt);
            tally.dropped.add(undealt);
            let mut tags: Vec<(&str, &str)> = Vec::new();
            tags.extend(scenario.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            if shared.tags.system.has(SystemTag::Scenario) {
                tags.push((SystemTag::Scenario.as_str(), &scenario.name));
            }
            let tags = self.recorder.intern(self.run_tags, &tags);
            let series = self.recorder.series(builtin::DROPPED_ITERATIONS, tags);
            self.recorder.add_at(series, undealt as f64, clock::unix_ns());
        }
    }

    /// Hands what was recorded to the aggregate and to the outputs.
    pub(super) fn flush(&mut self, aggregate: &mut Aggregate) {
        let empty = aggregate.merge(self.recorder.take_delta());
        self.recorder.recycle(empty);
        if let Some(batch) = self.recorder.take_samples() {
            self.samples_dropped += message::offer(batch, &self.sample_sinks);
        }
    }

    pub(super) fn samples_dropped(&self) -> u64 {
        self.samples_dropped
    }
}
