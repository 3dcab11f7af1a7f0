//! The cells of a histogram: an HDR layout with three significant digits, kept in chunks.
//!
//! The layout is the one of `hdrhistogram` with 3 digits and a lowest value of 1 (a test holds them
//! side by side), so that contents can be exchanged with it. What is different is the storage. That
//! crate keeps one array, which has to be walked as a whole to merge or to clear it: 69 kB for
//! times up to a minute. A second of a quiet series touches a few powers of two. Here each power of
//! two is a chunk of 1 024 cells that is allocated when it is first needed, and a bit mask tells
//! which ones hold something: merging and clearing cost what was recorded, not what could have
//! been.
//!
//! Values are integers from 0 to `i64::MAX`; what they count is up to the caller.

/// Cells of one chunk.
const CHUNK_CELLS: usize = 1 << CHUNK_BITS;
/// 1 024 cells a power of two: three digits.
const CHUNK_BITS: u32 = 10;
/// Chunks for all values up to `i64::MAX`: two for 0..2 048, then one for each power of two.
const CHUNKS: usize = 54;

/// A count in a cell.
///
/// Deltas count in `u32` to be small in the cache of a worker, totals in `u64`.
pub trait Cell: Copy + Default + Send + Sync + std::fmt::Debug + 'static {
    /// Adds to the count. A `u32` stays at its largest value when it would overflow.
    fn add(&mut self, count: u64);
    /// The count.
    fn get(self) -> u64;
}

impl Cell for u32 {
    #[inline]
    fn add(&mut self, count: u64) {
        *self = self.saturating_add(count.min(u64::from(Self::MAX)) as Self);
    }

    #[inline]
    fn get(self) -> u64 {
        u64::from(self)
    }
}

impl Cell for u64 {
    #[inline]
    fn add(&mut self, count: u64) {
        // Plain, so that merging is done several cells at a time. It would overflow after 2^64
        // values.
        *self = self.wrapping_add(count);
    }

    #[inline]
    fn get(self) -> u64 {
        self
    }
}

/// Cells of one power of two.
type Chunk<C> = Box<[C; CHUNK_CELLS]>;

/// Counts by value.
#[derive(Clone)]
pub(crate) struct Cells<C> {
    chunks: [Option<Chunk<C>>; CHUNKS],
    /// Bit n: chunk n holds counts. Allocated chunks without the bit are all zero.
    touched: u64,
}

impl<C: Cell> Default for Cells<C> {
    fn default() -> Self {
        Self { chunks: [const { None }; CHUNKS], touched: 0 }
    }
}

/// Chunk and offset of a value.
#[inline]
fn locate(value: u64) -> (usize, usize) {
    let bucket = (value | (1 << CHUNK_BITS)).ilog2() - CHUNK_BITS;
    let sub = (value >> bucket) as usize;
    (bucket as usize + (sub >> CHUNK_BITS), sub & (CHUNK_CELLS - 1))
}

/// Lowest value of a cell, and how many values fall into it.
fn range(chunk: usize, offset: usize) -> (u64, u64) {
    match chunk {
        0 => (offset as u64, 1),
        _ => (((CHUNK_CELLS + offset) as u64) << (chunk - 1), 1 << (chunk - 1)),
    }
}

/// Middle of a cell, by its number from [`Cells::iter`]. Rounding to whole values is included: a
/// cell of one value is that value.
pub(crate) fn middle(index: u32) -> f64 {
    let (low, width) = range(index as usize / CHUNK_CELLS, index as usize % CHUNK_CELLS);
    low as f64 + (width - 1) as f64 / 2.0
}

/// Lowest value of a cell, by its number from [`Cells::iter`].
pub(crate) fn lowest(index: u32) -> u64 {
    range(index as usize / CHUNK_CELLS, index as usize % CHUNK_CELLS).0
}

/// Cell numbers are below this.
pub(crate) const CELLS_MAX: u32 = (CHUNKS * CHUNK_CELLS) as u32;

impl<C: Cell> Cells<C> {
    /// Counts a value. Values above `i64::MAX` count as that.
    #[inline]
    pub(crate) fn record(&mut self, value: u64) {
        let (chunk, offset) = locate(value.min(i64::MAX as u64));
        self.touched |= 1 << chunk;
        match &mut self.chunks[chunk] {
            Some(cells) => cells[offset].add(1),
            empty => Self::record_first(empty, offset),
        }
    }

    /// Happens once for each power of two in the life of a series.
    #[cold]
    fn record_first(chunk: &mut Option<Chunk<C>>, offset: usize) {
        chunk.get_or_insert_with(new_chunk)[offset].add(1);
    }

    /// Adds the counts of another one.
    pub(crate) fn merge<D: Cell>(&mut self, other: &Cells<D>) {
        for index in bits(other.touched) {
            let Some(source) = &other.chunks[index] else { continue };
            let target = self.chunks[index].get_or_insert_with(new_chunk);
            for (to, from) in target.iter_mut().zip(source.iter()) {
                to.add(from.get());
            }
        }
        self.touched |= other.touched;
    }

    /// Forgets all counts and keeps the memory.
    pub(crate) fn clear(&mut self) {
        for index in bits(std::mem::take(&mut self.touched)) {
            if let Some(cells) = &mut self.chunks[index] {
                cells.fill(C::default());
            }
        }
    }

    /// Cells with a count, as (number, count), by rising value.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, u64)> + '_ {
        let touched = self.touched;
        let chunks = self.chunks.iter().enumerate();
        let chunks = chunks.filter(move |(index, _)| touched & (1 << index) != 0);
        let cells = chunks.flat_map(|(index, chunk)| {
            let cells = chunk.iter().flat_map(|cells| cells.iter().enumerate());
            cells.map(move |(offset, cell)| ((index * CHUNK_CELLS + offset) as u32, cell.get()))
        });
        cells.filter(|(_, count)| *count > 0)
    }

    /// Bytes of memory behind this one.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.chunks.iter().flatten().count() * size_of::<[C; CHUNK_CELLS]>()
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "8 KiB do not belong on a stack")]
fn new_chunk<C: Cell>() -> Chunk<C> {
    // Through a vector: an array literal of this size would be made on the stack first.
    let Ok(chunk) = vec![C::default(); CHUNK_CELLS].into_boxed_slice().try_into() else {
        unreachable!("a vector of CHUNK_CELLS cells has CHUNK_CELLS cells")
    };
    chunk
}

/// Positions of the bits that are set, lowest first.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (position < 64).then_some(position)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reference() -> hdrhistogram::Histogram<u64> {
        hdrhistogram::Histogram::new_with_bounds(1, i64::MAX as u64, 3).unwrap()
    }

    /// Values around every power of two, where a layout goes wrong first.
    fn edges() -> impl Iterator<Item = u64> {
        (0..63).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]).chain([
            2_047,
            2_048,
            2_049,
            60_000_000,
            i64::MAX as u64,
        ])
    }

    fn assert_cell_as_in_reference(value: u64) {
        let (chunk, offset) = locate(value);
        let (low, width) = range(chunk, offset);
        assert!((low..=low + (width - 1)).contains(&value), "{value}");
        let reference = reference();
        assert_eq!(low, reference.lowest_equivalent(value), "{value}");
        assert_eq!(width, reference.equivalent_range(value), "{value}");
    }

    #[test]
    fn the_layout_is_that_of_hdrhistogram() {
        edges().for_each(assert_cell_as_in_reference);
    }

    #[test]
    fn cells_are_numbered_by_rising_value() {
        let mut cells = Cells::<u64>::default();
        edges().for_each(|value| cells.record(value));
        let numbers: Vec<u32> = cells.iter().map(|cell| cell.0).collect();
        assert!(numbers.is_sorted());
        assert!(numbers.iter().all(|number| *number < CELLS_MAX));
        let total: u64 = cells.iter().map(|cell| cell.1).sum();
        assert_eq!(total, edges().count() as u64);
        assert!(numbers.iter().rev().copied().eq(cells.iter().rev().map(|cell| cell.0)));
    }

    #[test]
    fn the_last_value_falls_into_the_last_chunk() {
        assert_eq!(locate(i64::MAX as u64), (CHUNKS - 1, CHUNK_CELLS - 1));
        let mut cells = Cells::<u32>::default();
        cells.record(u64::MAX);
        assert_eq!(cells.iter().collect::<Vec<_>>(), [(CELLS_MAX - 1, 1)]);
    }

    #[test]
    fn clearing_forgets_counts_and_keeps_memory() {
        let mut cells = Cells::<u32>::default();
        edges().for_each(|value| cells.record(value));
        let bytes = cells.heap_bytes();
        cells.clear();
        assert_eq!(cells.iter().count(), 0);
        cells.record(5);
        assert_eq!(cells.iter().collect::<Vec<_>>(), [(5, 1)]);
        assert_eq!(cells.heap_bytes(), bytes);
    }

    #[test]
    fn a_full_cell_stays_full() {
        let mut cell = u32::MAX - 1;
        cell.add(u64::MAX);
        assert_eq!(cell, u32::MAX);
        cell.add(1);
        assert_eq!(cell, u32::MAX);
    }

    proptest! {
        #[test]
        fn any_value_falls_as_in_hdrhistogram(value in 0..=i64::MAX as u64, shift in 0..63) {
            assert_cell_as_in_reference(value >> shift);
        }
    }
}
