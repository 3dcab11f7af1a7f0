//! Linear memories of guests, from slabs of several slot sizes.
//!
//! A memory starts in the smallest slot that holds it and moves to a larger one when it grows past
//! its slot. Small slots keep the page tables of a hundred thousand VUs small (design: 128 KiB
//! slots cost 0.4 KB of page tables for each VU, 2 MiB slots 4 KB).

use std::sync::Arc;

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

use super::mapping;
use super::slab::Slab;

/// The smallest slot: two Wasm pages, what a small compiled guest needs.
const SLOT_BYTES_MIN: usize = 128 << 10;

/// Slot sizes are powers of two from [`SLOT_BYTES_MIN`] to 4 GiB, the most that a 32-bit memory can
/// have.
const CLASSES: usize = 16;

/// Hands out linear memories. One for a process.
pub(crate) struct SlabMemories {
    classes: Arc<[Slab; CLASSES]>,
}

impl SlabMemories {
    pub(crate) fn new() -> Self {
        let slabs = std::array::from_fn(|class| Slab::new(SLOT_BYTES_MIN << class, 0));
        Self { classes: Arc::new(slabs) }
    }
}

fn class_for(bytes: usize) -> Option<usize> {
    let slots = bytes.div_ceil(SLOT_BYTES_MIN).max(1).next_power_of_two();
    let class = slots.trailing_zeros() as usize;
    (class < CLASSES).then_some(class)
}

struct SlabMemory {
    classes: Arc<[Slab; CLASSES]>,
    class: usize,
    address: usize,
    size_bytes: usize,
}

fn take(classes: &[Slab; CLASSES], bytes: usize) -> Result<(usize, usize), String> {
    let class = class_for(bytes)
        .ok_or_else(|| format!("a linear memory of {bytes} bytes is larger than 4 GiB"))?;
    let address = classes[class].take().map_err(|error| {
        format!("no address space for a linear memory of {bytes} bytes: {error}")
    })?;
    Ok((class, address))
}

#[expect(unsafe_code, reason = "wasmtime's trait is unsafe to implement")]
// SAFETY: every memory is a slot of its own, page aligned, zeroed, at least as long as it says, and
// stays mapped until the memory is dropped. The engine is configured without guard regions, so that
// every access is checked against the size.
unsafe impl MemoryCreator for SlabMemories {
    fn new_memory(
        &self,
        _type: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        _reserved_size_in_bytes: Option<usize>,
        guard_size_in_bytes: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        debug_assert_eq!(guard_size_in_bytes, 0, "the engine asks for no guard regions");
        let (class, address) = take(&self.classes, minimum)?;
        Ok(Box::new(SlabMemory {
            classes: Arc::clone(&self.classes),
            class,
            address,
            size_bytes: minimum,
        }))
    }
}

#[expect(unsafe_code, reason = "wasmtime's trait is unsafe to implement")]
// SAFETY: see `SlabMemories`; growing in place stays inside the slot, growing past it moves to a
// larger one.
unsafe impl LinearMemory for SlabMemory {
    fn byte_size(&self) -> usize {
        self.size_bytes
    }

    fn byte_capacity(&self) -> usize {
        self.classes[self.class].slot_bytes()
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > self.byte_capacity() {
            let (class, address) = take(&self.classes, new_size).map_err(wasmtime::Error::msg)?;
            mapping::copy(self.address, address, self.size_bytes);
            self.classes[self.class].give_back(self.address, self.size_bytes);
            (self.class, self.address) = (class, address);
        }
        self.size_bytes = new_size;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.address as *mut u8
    }
}

impl Drop for SlabMemory {
    fn drop(&mut self) {
        self.classes[self.class].give_back(self.address, self.size_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_powers_of_two() {
        assert_eq!(class_for(0), Some(0));
        assert_eq!(class_for(128 << 10), Some(0));
        assert_eq!(class_for((128 << 10) + 1), Some(1));
        assert_eq!(class_for(4 << 30), Some(15));
        assert_eq!(class_for((4 << 30) + 1), None);
    }

    #[test]
    fn growth_moves_and_keeps_the_contents() {
        let memories = SlabMemories::new();
        let page = 64 << 10;
        let kind = MemoryType::new(1, None);
        let mut memory = memories.new_memory(kind, page, None, Some(0), 0).unwrap();
        let pattern: Vec<u8> = (0..page).map(|index| index as u8).collect();
        mapping::copy(pattern.as_ptr() as usize, memory.as_ptr() as usize, page);
        let before = memory.as_ptr();
        memory.grow_to(9 * page).unwrap();
        assert_ne!(memory.as_ptr(), before);
        assert_eq!(memory.byte_size(), 9 * page);
        let mut seen = vec![1_u8; 9 * page];
        mapping::copy(memory.as_ptr() as usize, seen.as_mut_ptr() as usize, 9 * page);
        assert_eq!(&seen[..page], &pattern[..]);
        assert!(seen[page..].iter().all(|byte| *byte == 0));
    }
}
