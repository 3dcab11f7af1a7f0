//! Slots of one size, cut from large mappings.
//!
//! A slot that is handed out reads as what backs the slab: zeroes (guard pages apart), or an image.
//! Slots are never given back to the system before the slab is dropped; their pages are, as soon as
//! they are freed.

use std::io;
use std::os::fd::OwnedFd;

use parking_lot::Mutex;

use super::mapping;

/// How much address space one mapping reserves. Reserving costs nothing; 4 GiB keep the number of
/// mappings of a hundred thousand slots in the low tens.
const CHUNK_BYTES: usize = 4 << 30;

/// Slots of one size. Shared by all workers: a slot changes hands only when a VU is made, grows or
/// ends.
pub(super) struct Slab {
    slot_bytes: usize,
    /// Bytes at the start of each slot that fault on access.
    guard_bytes: usize,
    chunk_bytes: usize,
    /// What every slot starts as; without it, zeroes. As long as a slot.
    image: Option<OwnedFd>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    chunks: Vec<usize>,
    /// Offset of the first slot of the last chunk that was never handed out.
    unused_offset: usize,
    free: Vec<usize>,
}

impl Slab {
    pub(super) fn new(slot_bytes: usize, guard_bytes: usize) -> Self {
        debug_assert!(slot_bytes.is_multiple_of(mapping::page_bytes()));
        debug_assert!(guard_bytes < slot_bytes);
        let slots = (CHUNK_BYTES / slot_bytes).max(1);
        Self {
            slot_bytes,
            guard_bytes,
            chunk_bytes: slots * slot_bytes,
            image: None,
            state: Mutex::new(State::default()),
        }
    }

    /// Slots that start as copies of a file, which must be as long as a slot. Pages that are only
    /// read are the file's, whatever the number of slots.
    pub(super) fn of_image(slot_bytes: usize, image: OwnedFd) -> Self {
        let mut slab = Self::new(slot_bytes, 0);
        slab.image = Some(image);
        slab
    }

    pub(super) fn slot_bytes(&self) -> usize {
        self.slot_bytes
    }

    /// Address of a slot that nobody has written to.
    pub(super) fn take(&self) -> io::Result<usize> {
        let mut state = self.state.lock();
        if let Some(slot) = state.free.pop() {
            return Ok(slot);
        }
        if state.chunks.is_empty() || state.unused_offset == self.chunk_bytes {
            let chunk = mapping::reserve(self.chunk_bytes)?;
            state.chunks.push(chunk);
            state.unused_offset = 0;
        }
        let chunk = state.chunks[state.chunks.len() - 1];
        let slot = chunk + state.unused_offset;
        if self.guard_bytes > 0 {
            mapping::guard(slot, self.guard_bytes)?;
        }
        if let Some(image) = &self.image {
            mapping::map_image(slot, self.slot_bytes, image)?;
        }
        state.unused_offset += self.slot_bytes;
        Ok(slot)
    }

    /// Takes a slot back; `used_bytes` after the guard may have been written.
    pub(super) fn give_back(&self, slot: usize, used_bytes: usize) {
        let start = slot + self.guard_bytes;
        let used_bytes = used_bytes.next_multiple_of(mapping::page_bytes());
        mapping::discard(start, used_bytes.min(self.slot_bytes - self.guard_bytes));
        self.state.lock().free.push(slot);
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        for chunk in &self.state.get_mut().chunks {
            mapping::release(*chunk, self.chunk_bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use super::*;

    #[test]
    fn slots_of_an_image_start_as_the_image_again_and_again() {
        let image = mapping::memory_file("test", 64 << 10).unwrap();
        File::from(image.try_clone().unwrap()).write_all_at(b"first", 4096).unwrap();
        let slab = Slab::of_image(64 << 10, image);
        let (one, two) = (slab.take().unwrap(), slab.take().unwrap());
        let at = |slot: usize| {
            let mut seen = [0_u8; 5];
            mapping::copy(slot + 4096, seen.as_mut_ptr() as usize, seen.len());
            seen
        };
        assert_eq!(at(one), *b"first");
        mapping::copy(b"other".as_ptr() as usize, one + 4096, 5);
        assert_eq!((at(one), at(two)), (*b"other", *b"first"));
        slab.give_back(one, 64 << 10);
        assert_eq!(slab.take().unwrap(), one);
        assert_eq!(at(one), *b"first");
    }

    #[test]
    fn slots_are_distinct_and_are_reused() {
        let slab = Slab::new(128 << 10, 0);
        let first = slab.take().unwrap();
        let second = slab.take().unwrap();
        assert!(first.abs_diff(second) >= 128 << 10);
        slab.give_back(first, 4096);
        assert_eq!(slab.take().unwrap(), first);
    }

    #[test]
    fn a_reused_slot_reads_as_zeroes() {
        let slab = Slab::new(128 << 10, 0);
        let source = slab.take().unwrap();
        let slot = slab.take().unwrap();
        mapping::copy(super::tests::PATTERN.as_ptr() as usize, slot, PATTERN.len());
        slab.give_back(slot, PATTERN.len());
        let again = slab.take().unwrap();
        assert_eq!(again, slot);
        // `source` was never written: after a copy of the reused slot it must still be all zeroes.
        mapping::copy(again, source, PATTERN.len());
        let mut seen = [1_u8; PATTERN.len()];
        mapping::copy(source, seen.as_mut_ptr() as usize, PATTERN.len());
        assert_eq!(seen, [0; PATTERN.len()]);
    }

    const PATTERN: [u8; 64] = [0xa5; 64];
}
