//! The sink of trends: a distribution in constant memory.
//!
//! The first [`SAMPLES_EXACT_MAX`] values are kept as they are, so that small runs give exactly the
//! percentiles that interpolation over all samples gives. From then on values live in HDR cells of
//! three significant digits, in units of 0.001 (a microsecond, for times in milliseconds). Count,
//! sum, smallest and largest value are exact always.
//!
//! Merging is exact and order-independent: whether a merged trend is exact depends on its count
//! only, and cells add up. Negative values have cells of their own, mirrored; values too large for
//! the cells stay in the last one (about 9.2e15). Values must be finite; [`crate::Recorder`] sees
//! to it.

mod cells;

pub use cells::Cell;

use cells::{CELLS_MAX, Cells, lowest, middle};
use serde::{Deserialize, Serialize};

/// Values that are kept as they are before cells take over.
pub const SAMPLES_EXACT_MAX: usize = 256;

/// Cells of one unit in 1.0: values are told apart to a thousandth.
const UNITS: f64 = 1_000.0;

/// A distribution that a worker fills for a second.
pub type TrendDelta = Trend<u32>;
/// A distribution over a whole run.
pub type TrendTotal = Trend<u64>;

/// A distribution of values.
#[derive(Clone)]
pub struct Trend<C> {
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    /// All values, in order of arrival, while `cells_used` is false; empty from then on.
    exact: Vec<f64>,
    cells_used: bool,
    positive: Cells<C>,
    /// Cells of the absolute values of negative values; hardly any trend has them.
    negative: Option<Box<Cells<C>>>,
}

impl<C: Cell> Default for Trend<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> std::fmt::Debug for Trend<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trend")
            .field("count", &self.count)
            .field("sum", &self.sum)
            .field("min", &self.min)
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

impl<C: Cell> Trend<C> {
    /// An empty distribution. Space for the exact values is made here, not while recording.
    pub fn new() -> Self {
        Self {
            count: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            exact: Vec::with_capacity(SAMPLES_EXACT_MAX),
            cells_used: false,
            positive: Cells::default(),
            negative: None,
        }
    }

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.min = if value < self.min { value } else { self.min };
        self.max = if value > self.max { value } else { self.max };
        if self.cells_used {
            self.record(value);
        } else {
            self.keep(value);
        }
    }

    #[inline]
    fn record(&mut self, value: f64) {
        // The cast saturates. Adding a half and cutting is rounding; `f64::round` is a library
        // call.
        let units = if value >= 0.0 { (value * UNITS + 0.5) as i64 } else { -1 };
        if units >= 0 {
            self.positive.record(units as u64);
        } else {
            self.record_negative(value);
        }
    }

    #[cold]
    fn record_negative(&mut self, value: f64) {
        let units = (-value * UNITS + 0.5) as i64;
        self.negative.get_or_insert_default().record(units as u64);
    }

    fn keep(&mut self, value: f64) {
        if self.exact.len() < SAMPLES_EXACT_MAX {
            self.exact.push(value);
        } else {
            self.use_cells();
            self.record(value);
        }
    }

    fn use_cells(&mut self) {
        self.cells_used = true;
        for index in 0..self.exact.len() {
            self.record(self.exact[index]);
        }
        self.exact.clear();
    }

    /// Adds all values of another one.
    pub fn merge<D: Cell>(&mut self, other: &Trend<D>) {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if !other.cells_used {
            for value in &other.exact {
                if self.cells_used {
                    self.record(*value);
                } else {
                    self.keep(*value);
                }
            }
            return;
        }
        if !self.cells_used {
            self.use_cells();
        }
        self.positive.merge(&other.positive);
        if let Some(negative) = &other.negative {
            self.negative.get_or_insert_default().merge(negative);
        }
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        if self.count == 0 {
            return;
        }
        self.count = 0;
        self.sum = 0.0;
        self.min = f64::INFINITY;
        self.max = f64::NEG_INFINITY;
        self.exact.clear();
        self.cells_used = false;
        self.positive.clear();
        if let Some(negative) = &mut self.negative {
            negative.clear();
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The smallest value; nothing without values.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest value; nothing without values.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// The average; nothing without values.
    pub fn avg(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// The value below which `percent` of the values lie, interpolated between neighbours as k6
    /// does; nothing without values. 0 is the smallest value and 100 the largest, exactly.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        percentile(self.extent(), &self.exact, || self.iter_cells(), percent)
    }

    /// A copy to keep: sparse, and able to answer for any percentile.
    pub fn distribution(&self) -> Distribution {
        let mut exact = self.exact.clone();
        exact.sort_unstable_by(f64::total_cmp);
        let negative = self.negative.as_deref();
        Distribution {
            count: self.count,
            min: self.min().unwrap_or_default(),
            max: self.max().unwrap_or_default(),
            exact,
            negative: negative.map(|cells| cells.iter().collect()).unwrap_or_default(),
            positive: self.positive.iter().collect(),
        }
    }

    /// The same counts as a histogram of `hdrhistogram`, in thousandths: the form in which
    /// distributions travel between programs. Negative values count as 0 there, which has no cells
    /// for them.
    pub fn to_hdr(&self) -> hdrhistogram::Histogram<u64> {
        let mut all = Trend::<u64>::new();
        all.merge(self);
        if !all.cells_used {
            all.use_cells();
        }
        let Ok(mut histogram) = hdrhistogram::Histogram::new_with_bounds(1, i64::MAX as u64, 3)
        else {
            unreachable!("these bounds are valid")
        };
        let below_zero: u64 = all.negative.iter().flat_map(|n| n.iter()).map(|cell| cell.1).sum();
        histogram.saturating_record_n(0, below_zero);
        for (index, count) in all.positive.iter() {
            histogram.saturating_record_n(lowest(index), count);
        }
        histogram
    }

    /// Bytes of memory behind this one.
    pub fn heap_bytes(&self) -> usize {
        let negative = self.negative.as_deref();
        self.exact.capacity() * size_of::<f64>()
            + self.positive.heap_bytes()
            + negative.map_or(0, |cells| cells.heap_bytes() + size_of_val(cells))
    }

    fn extent(&self) -> Extent {
        Extent { count: self.count, min: self.min, max: self.max }
    }

    fn iter_cells(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        let negative = self.negative.iter().flat_map(|cells| cells.iter().rev());
        let negative = negative.map(|(index, count)| (-middle(index) / UNITS, count));
        negative.chain(self.positive.iter().map(|(index, count)| (middle(index) / UNITS, count)))
    }
}

/// A finished distribution, sparse and serialisable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    count: u64,
    min: f64,
    max: f64,
    /// All values, sorted, when there are few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exact: Vec<f64>,
    /// HDR cells (3 digits, thousandths) of the absolute values of negative values: (number,
    /// count).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    negative: Vec<(u32, u64)>,
    /// HDR cells (3 digits, thousandths): (number, count).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    positive: Vec<(u32, u64)>,
}

impl Distribution {
    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// As [`Trend::percentile`].
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        let extent = Extent { count: self.count, min: self.min, max: self.max };
        percentile(extent, &self.exact, || self.iter_cells(), percent)
    }

    fn iter_cells(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        // Numbers can come from a file here.
        let known = |cell: &&(u32, u64)| cell.0 < CELLS_MAX;
        let negative = self.negative.iter().rev().filter(known);
        let negative = negative.map(|(index, count)| (-middle(*index) / UNITS, *count));
        let positive = self.positive.iter().filter(known);
        negative.chain(positive.map(|(index, count)| (middle(*index) / UNITS, *count)))
    }
}

/// What is exact about every distribution.
#[derive(Clone, Copy)]
struct Extent {
    count: u64,
    min: f64,
    max: f64,
}

/// Linear interpolation at the position `percent / 100 * (count - 1)` of the sorted values.
fn percentile<I: Iterator<Item = (f64, u64)>>(
    extent: Extent,
    exact: &[f64],
    cells: impl FnOnce() -> I,
    percent: f64,
) -> Option<f64> {
    if extent.count == 0 || percent.is_nan() {
        return None;
    }
    let last = extent.count - 1;
    let position = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    let below = (position as u64).min(last);
    let above = (below + 1).min(last);
    let part = position - below as f64;
    let (low, high) = if exact.is_empty() {
        values_at(extent, cells(), below, above)
    } else {
        let mut sorted = exact.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |rank: u64| sorted.get(rank as usize).copied().unwrap_or(extent.max);
        (at(below), at(above))
    };
    Some(between(low, high, part))
}

/// The value at a part of the way, to the last bit as k6 computes it: Go's compiler for x86-64 does
/// not fuse the two operations.
fn between(low: f64, high: f64, part: f64) -> f64 {
    let way = high - low;
    if way.is_finite() { low + way * part } else { low * (1.0 - part) + high * part }
}

/// Values at two neighbouring ranks; the first and the last are exact.
fn values_at(
    extent: Extent,
    cells: impl Iterator<Item = (f64, u64)>,
    below: u64,
    above: u64,
) -> (f64, f64) {
    let (mut low, mut high) = (None, None);
    let mut seen = 0_u64;
    for (value, count) in cells {
        seen = seen.saturating_add(count);
        if low.is_none() && seen > below {
            low = Some(value);
        }
        if seen > above {
            high = Some(value);
            break;
        }
    }
    let settle = |value: Option<f64>, rank: u64| match value {
        _ if rank == 0 => extent.min,
        Some(value) if rank < extent.count - 1 => value.clamp(extent.min, extent.max),
        _ => extent.max,
    };
    (settle(low, below), settle(high, above))
}

#[cfg(test)]
mod tests;
