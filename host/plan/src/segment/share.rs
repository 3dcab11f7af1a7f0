//! A share: one segment of the test and, inside it, one worker of several.
//!
//! A process deals what is its own out to its workers in turn (worker k of n takes own elements k,
//! k + n, ...), which is what striping does with n equal segments, in closed form and for any n.

use std::sync::Arc;

use super::{Segment, SegmentError, Sequence, Tuple};

/// Which elements of the whole a share owns, and under which numbers. A bijection: every element of
/// the whole has exactly one owner and, there, exactly one own number. Own numbers count from 0.
#[derive(Debug, Clone)]
pub struct Numbering {
    /// From own numbers of the process to those of the whole.
    process: Level,
    /// From own numbers of the worker to those of the process.
    worker: Level,
}

impl Numbering {
    /// How many of the elements 0..`total` of the whole are own.
    pub fn scale(&self, total: u64) -> u64 {
        self.worker.scale(self.process.scale(total))
    }

    /// Number of own element `own` among those of the process. Saturates.
    pub fn in_instance(&self, own: u64) -> u64 {
        self.worker.nth(own)
    }

    /// Number of own element `own` in the whole test. Saturates.
    pub fn in_test(&self, own: u64) -> u64 {
        self.process.nth(self.worker.nth(own))
    }
}

/// The part of a test that one worker (or one process) runs.
#[derive(Debug, Clone)]
pub struct Share {
    tuple: Arc<Tuple>,
    numbering: Numbering,
    index: u64,
    count: u64,
}

impl Share {
    /// The whole test.
    pub fn whole() -> Self {
        Self::of_tuple(Tuple::whole())
    }

    /// The share of a process: `segment` of `sequence`.
    pub fn of(segment: Segment, sequence: Option<&Sequence>) -> Result<Self, SegmentError> {
        Ok(Self::of_tuple(Tuple::new(segment, sequence)?))
    }

    fn of_tuple(tuple: Tuple) -> Self {
        Self::new(Arc::new(tuple), 0, 1)
    }

    fn new(tuple: Arc<Tuple>, index: u64, count: u64) -> Self {
        let process = Level { pattern: Pattern::Striped(Arc::clone(&tuple)), cycle: None };
        let worker = Level { pattern: Pattern::InTurn { index, count }, cycle: None };
        Self { tuple, numbering: Numbering { process, worker }, index, count }
    }

    /// The part of this share that worker `index` (from 0) of `count` runs. An index that is too
    /// high wraps around; no workers at all count as one.
    #[must_use]
    pub fn worker(&self, index: u32, count: u32) -> Self {
        let count = u64::from(count.max(1));
        let index = u64::from(index) % count;
        let within = self.index + self.count * index;
        Self::new(Arc::clone(&self.tuple), within, self.count * count)
    }

    /// The share of the process that this share belongs to.
    #[must_use]
    pub fn process(&self) -> Self {
        Self::new(Arc::clone(&self.tuple), 0, 1)
    }

    /// The segment of the process, its sequence and its striping.
    pub fn tuple(&self) -> &Tuple {
        &self.tuple
    }

    /// Length of the process's segment, between 0 and 1.
    pub fn segment_ratio(&self) -> f64 {
        self.tuple.segment().ratio()
    }

    /// How many of `total` things (VUs, iterations) are own. Over all shares of a test the parts
    /// add up to `total`; a part never shrinks when `total` grows.
    pub fn scale(&self, total: u64) -> u64 {
        self.numbering.scale(total)
    }

    /// Number, among those of the process, of the own thing `own_index_from_0`.
    pub fn nth_in_instance(&self, own_index_from_0: u64) -> u64 {
        self.numbering.in_instance(own_index_from_0)
    }

    /// Number, in the whole test, of the own thing `own_index_from_0`.
    pub fn nth_in_test(&self, own_index_from_0: u64) -> u64 {
        self.numbering.in_test(own_index_from_0)
    }

    /// How things are numbered in this share.
    pub fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// How things are numbered when each share gets as much of them as it has of `vus` VUs, so
    /// that none goes to a share without VUs. `None` for a share without VUs.
    pub fn numbering_by_vus(&self, vus: u64) -> Option<Numbering> {
        let vus_of_process = self.tuple.scale(vus);
        let in_turn = Pattern::InTurn { index: self.index, count: self.count };
        let worker = Level::cycled(in_turn, vus_of_process)?;
        let process = match self.tuple.resegment(vus) {
            Some(tuple) => Level { pattern: Pattern::Striped(Arc::new(tuple)), cycle: None },
            None => Level::cycled(Pattern::Striped(Arc::clone(&self.tuple)), vus)?,
        };
        Some(Numbering { process, worker })
    }
}

/// One step of the way from own numbers outwards.
#[derive(Debug, Clone)]
struct Level {
    pattern: Pattern,
    cycle: Option<Cycle>,
}

#[derive(Debug, Clone)]
enum Pattern {
    Striped(Arc<Tuple>),
    InTurn { index: u64, count: u64 },
}

/// The pattern starts anew every `length` outer elements, of which `own` are own: element i belongs
/// to the owner of VU i modulo `length`. Exact for any number of VUs without a table.
#[derive(Debug, Clone, Copy)]
struct Cycle {
    length: u64,
    own: u64,
}

impl Level {
    /// `pattern` cut off at `length` and repeated; `None` when nothing of it is own.
    fn cycled(pattern: Pattern, length: u64) -> Option<Self> {
        let own = pattern.scale(length);
        (own > 0).then_some(Self { pattern, cycle: Some(Cycle { length, own }) })
    }

    fn scale(&self, total: u64) -> u64 {
        match self.cycle {
            None => self.pattern.scale(total),
            Some(Cycle { length, own }) => {
                (total / length) * own + self.pattern.scale(total % length)
            }
        }
    }

    fn nth(&self, own_index: u64) -> u64 {
        match self.cycle {
            None => self.pattern.nth(own_index),
            Some(Cycle { length, own }) => (own_index / own)
                .saturating_mul(length)
                .saturating_add(self.pattern.nth(own_index % own)),
        }
    }
}

impl Pattern {
    fn scale(&self, total: u64) -> u64 {
        match self {
            Self::Striped(tuple) => tuple.scale(total),
            Self::InTurn { index, count } => total.saturating_sub(*index).div_ceil(*count),
        }
    }

    fn nth(&self, own_index: u64) -> u64 {
        match self {
            Self::Striped(tuple) => tuple.nth(own_index),
            Self::InTurn { index, count } => {
                own_index.saturating_mul(*count).saturating_add(*index)
            }
        }
    }
}
