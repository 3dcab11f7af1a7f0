//! Interface `metrics`: guests' own metrics.

use squall_metrics::{Contains, Kind, MetricId};

use crate::bindings::squall::vu::log::Level;
use crate::bindings::squall::vu::metrics as wit;
use crate::recording::TagPairs;
use crate::state::VuState;

/// Tag sets that one instance may make; each is a list of strings.
const TAG_SETS_MAX: usize = 65_536;

fn kind(kind: wit::Kind) -> Kind {
    match kind {
        wit::Kind::Counter => Kind::Counter,
        wit::Kind::Gauge => Kind::Gauge,
        wit::Kind::Rate => Kind::Rate,
        wit::Kind::Trend => Kind::Trend,
    }
}

fn contains(contains: wit::Contains) -> Contains {
    match contains {
        wit::Contains::Default => Contains::Default,
        wit::Contains::Time => Contains::Time,
        wit::Contains::Data => Contains::Data,
    }
}

impl VuState {
    /// The tags with this number: none for 0, `None` for a number that was never given.
    pub(crate) fn own_tags(&self, id: u32) -> Option<&TagPairs> {
        static NONE: TagPairs = TagPairs::new();
        match id.checked_sub(1) {
            None => Some(&NONE),
            Some(index) => self.tag_sets.get(index as usize),
        }
    }

    fn warn(&self, message: String) {
        if self.context().log_budget.allows() {
            self.log(Level::Warn, message);
        }
    }
}

impl wit::Host for VuState {
    fn register(
        &mut self,
        name: String,
        metric_kind: wit::Kind,
        metric_contains: wit::Contains,
    ) -> wasmtime::Result<Result<u32, String>> {
        let (kind, contains) = (kind(metric_kind), contains(metric_contains));
        // Frozen once the test has started: then it finds what was declared and refuses what was
        // not.
        let registered = self.context().registry.borrow_mut().register(&name, kind, contains);
        Ok(registered.map(|id| id.0).map_err(|error| error.to_string()))
    }

    fn tag_set(&mut self, tags: TagPairs) -> wasmtime::Result<u32> {
        if tags.is_empty() {
            return Ok(0);
        }
        if let Some(known) = self.tag_sets.iter().position(|set| *set == tags) {
            return Ok(known as u32 + 1);
        }
        if let Some(free) = self.tag_sets.iter().position(Vec::is_empty) {
            self.tag_sets[free] = tags;
            return Ok(free as u32 + 1);
        }
        if self.tag_sets.len() == TAG_SETS_MAX {
            self.warn(format!("more than {TAG_SETS_MAX} tag sets in one instance: tags left out"));
            return Ok(0);
        }
        self.tag_sets.push(tags);
        Ok(self.tag_sets.len() as u32)
    }

    fn forget_tag_set(&mut self, tags: u32) -> wasmtime::Result<()> {
        let index = tags.wrapping_sub(1) as usize;
        if let Some(set) = self.tag_sets.get_mut(index) {
            // The next set that is made takes the place of an empty one.
            set.clear();
            for check in &*self.checks {
                check.forget_tags();
            }
        }
        Ok(())
    }

    fn add(&mut self, metric: u32, value: f64, tags: u32) -> wasmtime::Result<bool> {
        self.require_running("adding to a metric")?;
        let metric = MetricId(metric);
        let (context, local) = (self.context(), self.local());
        if context.shared.catalog.registry().get(metric).is_none() {
            self.warn(format!("sample for an unknown metric: number {}", metric.0));
            return Ok(false);
        }
        let Some(own) = self.own_tags(tags) else {
            self.warn(format!("sample with an unknown tag set: number {tags}"));
            return Ok(false);
        };
        let base = local.base_tags(&context);
        let added = context.recording.custom(&local, &base, metric, value, own);
        if !added {
            self.warn(format!("sample that is not a number: {value}"));
        }
        Ok(added)
    }
}
