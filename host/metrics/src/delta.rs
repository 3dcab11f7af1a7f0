//! What a worker hands over to the control plane, once a second.
//!
//! A delta is self-contained: each sink comes with the description of its class, so that the
//! aggregate keeps no state about workers, and one that arrives late or not at all spoils no other.
//! It is sent as one message, merged, and comes back empty for its buffers to be used again.

use std::ops::AddAssign;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::catalog::SubmetricId;
use crate::check::CheckCount;
use crate::metric::MetricId;
use crate::sink::Sink;
use crate::tag::TagSet;

/// Which samples share a sink.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Their metric.
    pub metric: MetricId,
    /// The submetrics that they match, in rising order.
    pub submetrics: SmallVec<[SubmetricId; 4]>,
    /// What else sets them apart.
    pub part: Part,
}

/// What sets a class apart from others of the same metric and submetrics.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Nothing: the samples of all series together.
    Main,
    /// Samples of series that no longer had a place of their own.
    Overflow,
    /// One series.
    Series(Arc<TagSet>),
}

/// One sink of a delta.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Position in the recorder, to which the buffer goes back.
    pub(crate) slot: u32,
    pub(crate) class: Arc<Class>,
    pub(crate) sink: Sink,
}

/// What one worker has recorded since its last hand-over.
#[derive(Debug, Default)]
pub struct Delta {
    pub(crate) worker: u32,
    pub(crate) sequence: u64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) checks: Vec<CheckCount>,
    pub(crate) groups: Vec<Arc<str>>,
    pub(crate) reached: BoundsReached,
}

impl Delta {
    /// The worker that it is from.
    pub fn worker(&self) -> u32 {
        self.worker
    }

    /// Its number among those of the worker, from 0.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// True if nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.samples() == 0
            && self.groups.is_empty()
            && self.checks.is_empty()
            && self.reached == BoundsReached::default()
    }

    /// How many samples are in it.
    pub fn samples(&self) -> u64 {
        self.entries.iter().map(|entry| entry.sink.samples()).sum()
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        for entry in &mut self.entries {
            entry.sink.clear();
        }
        self.checks.clear();
        self.groups.clear();
        self.reached = BoundsReached::default();
    }
}

/// How often a bound of this crate was reached. All zero in a healthy run; shown in the summary
/// otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundsReached {
    /// Tag sets that were asked for when there was no room for new ones.
    pub tag_sets: u64,
    /// Names or values of tags that were cut to the longest that is kept.
    pub tag_values_clipped: u64,
    /// Series that were asked for when there was no room for new ones.
    pub series: u64,
    /// Samples that are in totals and submetrics but not under their own tags.
    pub samples_in_overflow: u64,
    /// Values that were refused, because they are infinite or no number.
    pub values_refused: u64,
    /// Samples that were left out of a full batch for outputs.
    pub samples_dropped: u64,
    /// Checks that are counted under a common name.
    pub checks: u64,
    /// Groups that are counted under a common name.
    pub groups: u64,
}

impl BoundsReached {
    /// True if one was reached.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

impl AddAssign for BoundsReached {
    fn add_assign(&mut self, other: Self) {
        self.tag_sets += other.tag_sets;
        self.tag_values_clipped += other.tag_values_clipped;
        self.series += other.series;
        self.samples_in_overflow += other.samples_in_overflow;
        self.values_refused += other.values_refused;
        self.samples_dropped += other.samples_dropped;
        self.checks += other.checks;
        self.groups += other.groups;
    }
}

const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Delta>();
};
