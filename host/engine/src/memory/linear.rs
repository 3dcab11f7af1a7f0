//! Linear memories of guests, from slabs of several slot sizes.
//!
//! A memory starts in the smallest slot that holds it and moves to a larger one when it grows past
//! its slot. Small slots keep the page tables of a hundred thousand VUs small (design: 128 KiB
//! slots cost 0.4 KB of page tables for each VU, 2 MiB slots 4 KB).

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

use super::image::{MemoryImage, Place};
use super::mapping;
use super::slab::Slab;
use crate::runtime::BareGuest;

/// The smallest slot: two Wasm pages, what a small compiled guest needs.
const SLOT_BYTES_MIN: usize = 128 << 10;

/// Slot sizes are powers of two from [`SLOT_BYTES_MIN`] to 4 GiB, the most that a 32-bit memory can
/// have.
const CLASSES: usize = 16;

/// What the next memory that is made on this thread is made of. wasmtime's interface has no way to
/// say it.
#[derive(Clone, Default)]
pub(crate) enum Next {
    #[default]
    Zeroed,
    /// Zeroes with these bytes in it; somebody may want to know where it is.
    Filled(Arc<BareGuest>, Option<Arc<Place>>),
    /// A copy.
    Image(Arc<MemoryImage>),
}

thread_local! {
    static NEXT: RefCell<Next> = const { RefCell::new(Next::Zeroed) };
}

/// Runs `make`, in which at most one memory is made, out of what `next` says.
pub(crate) fn with_next<T>(next: Next, make: impl FnOnce() -> T) -> T {
    NEXT.set(next);
    let made = make();
    NEXT.take();
    made
}

/// Hands out linear memories. One for a process.
pub(crate) struct SlabMemories {
    classes: Arc<Classes>,
}

struct Classes([Slab; CLASSES]);

impl SlabMemories {
    pub(crate) fn new() -> Self {
        let slabs = std::array::from_fn(|class| Slab::new(SLOT_BYTES_MIN << class, 0));
        Self { classes: Arc::new(Classes(slabs)) }
    }
}

fn class_for(bytes: usize) -> Option<usize> {
    let slots = bytes.div_ceil(SLOT_BYTES_MIN).max(1).next_power_of_two();
    let class = slots.trailing_zeros() as usize;
    (class < CLASSES).then_some(class)
}

/// Whose slot a memory has.
enum Home {
    Class(usize),
    Image(Arc<MemoryImage>),
}

struct SlabMemory {
    classes: Arc<Classes>,
    home: Home,
    address: usize,
    size_bytes: usize,
    watcher: Option<Arc<Place>>,
}

impl Classes {
    fn take(&self, bytes: usize) -> Result<(Home, usize), String> {
        let class = class_for(bytes)
            .ok_or_else(|| format!("a linear memory of {bytes} bytes is larger than 4 GiB"))?;
        let address = self.0[class].take().map_err(|error| no_space(bytes, &error))?;
        Ok((Home::Class(class), address))
    }
}

fn no_space(bytes: usize, error: &io::Error) -> String {
    let mut reason = format!("no address space for a linear memory of {bytes} bytes: {error}");
    if error.raw_os_error() == Some(libc::ENOMEM) {
        reason.push_str(
            "; each VU of a script needs an entry in the process's table of mappings: is \
             `sysctl vm.max_map_count` reached?",
        );
    }
    reason
}

impl SlabMemory {
    fn new(classes: &Arc<Classes>, minimum: usize, next: Next) -> Result<Self, String> {
        let classes = Arc::clone(classes);
        let (home, address, size_bytes) = match &next {
            Next::Image(image) => {
                let size_bytes = image.size_bytes;
                let address = image.slab.take().map_err(|error| no_space(size_bytes, &error))?;
                (Home::Image(Arc::clone(image)), address, size_bytes)
            }
            Next::Zeroed | Next::Filled(..) => {
                let (home, address) = classes.take(minimum)?;
                (home, address, minimum)
            }
        };
        let mut memory = Self { classes, home, address, size_bytes, watcher: None };
        if let Next::Filled(guest, watcher) = next {
            memory.fill(&guest.segments)?;
            memory.watcher = watcher;
            memory.tell_watcher();
        }
        Ok(memory)
    }

    fn fill(&self, segments: &[(u32, &'static [u8])]) -> Result<(), String> {
        for (offset, bytes) in segments {
            let offset = *offset as usize;
            if offset + bytes.len() > self.size_bytes {
                return Err(format!("a data segment at {offset} does not fit into the memory"));
            }
            mapping::copy(bytes.as_ptr() as usize, self.address + offset, bytes.len());
        }
        Ok(())
    }

    fn slab(&self) -> &Slab {
        match &self.home {
            Home::Class(class) => &self.classes.0[*class],
            Home::Image(image) => &image.slab,
        }
    }

    fn tell_watcher(&self) {
        if let Some(place) = &self.watcher {
            place.set(self.address, self.size_bytes);
        }
    }
}

#[expect(unsafe_code, reason = "wasmtime's trait is unsafe to implement")]
// SAFETY: every memory is a slot of its own, page aligned, zeroed (or what the caller of
// `with_next` wants in it), at least as long as it says, and stays mapped until the memory is
// dropped. The engine is configured without guard regions, so that every access is checked against
// the size.
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
        Ok(Box::new(SlabMemory::new(&self.classes, minimum, NEXT.take())?))
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
        self.slab().slot_bytes()
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > self.byte_capacity() {
            let (home, address) = self.classes.take(new_size).map_err(wasmtime::Error::msg)?;
            mapping::copy(self.address, address, self.size_bytes);
            self.slab().give_back(self.address, self.size_bytes);
            (self.home, self.address) = (home, address);
        }
        self.size_bytes = new_size;
        self.tell_watcher();
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.address as *mut u8
    }
}

impl Drop for SlabMemory {
    fn drop(&mut self) {
        self.slab().give_back(self.address, self.size_bytes);
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

    #[test]
    fn copies_of_an_image_are_as_large_as_the_original_was_and_grow() {
        let memories = SlabMemories::new();
        let page = 64 << 10;
        let make = |next| {
            let kind = MemoryType::new(1, None);
            with_next(next, || memories.new_memory(kind, page, None, Some(0), 0).unwrap())
        };
        let place = Arc::new(Place::default());
        let segments = vec![(7, &b"segment"[..])];
        let guest = BareGuest { segments, starts: Vec::new(), globals_changed: "" };
        let guest = Arc::new(guest);
        let mut original = make(Next::Filled(Arc::clone(&guest), Some(Arc::clone(&place))));
        original.grow_to(3 * page).unwrap();
        mapping::copy(b"hello".as_ptr() as usize, original.as_ptr() as usize + 2 * page, 5);
        let image = MemoryImage::take(&place).unwrap();
        let mut segment = [0_u8; 7];
        let from = original.as_ptr() as usize + 7;
        mapping::copy(from, segment.as_mut_ptr() as usize, segment.len());
        assert_eq!(segment, *b"segment");
        drop(original);
        let mut copy = make(Next::Image(image));
        let text = |memory: &dyn LinearMemory| {
            let mut seen = [0_u8; 5];
            let from = memory.as_ptr() as usize + 2 * page;
            mapping::copy(from, seen.as_mut_ptr() as usize, seen.len());
            seen
        };
        assert_eq!((copy.byte_size(), text(&*copy)), (3 * page, *b"hello"));
        // Inside its slot, then into a slot without an image.
        copy.grow_to(4 * page).unwrap();
        assert_eq!(text(&*copy), *b"hello");
        copy.grow_to(9 * page).unwrap();
        assert_eq!((copy.byte_size(), text(&*copy)), (9 * page, *b"hello"));
        assert_eq!(make(Next::default()).byte_size(), page);
    }
}
