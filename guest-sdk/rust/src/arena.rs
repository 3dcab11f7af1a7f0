//! The allocator of small VUs: small blocks come from an arena right behind the static data,
//! everything else from the system's allocator.
//!
//! Memory counts per VU. The system's allocator begins by writing at both ends of all that is left
//! of the memory, which dirties two pages of 4 KiB that a small VU never needs; the arena lies in
//! the page of the static data. Blocks are of fixed classes and return to the list of their class,
//! so allocating and freeing are a few instructions.
//!
//! It never joins blocks. That is bounded by the arena's size: when it is used up, and for blocks
//! above [`BLOCK_BYTES_MAX`], the system's allocator takes over, and nothing is worse than without
//! the arena.
#![expect(unsafe_code, reason = "an allocator hands out memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};
use std::ptr::{self, NonNull};

/// As much as fits beside the static data of a small VU in a page. Other static variables lie
/// behind the arena: a larger one would push them into a page of their own.
const ARENA_BYTES: usize = 2 * 1024;

/// Larger blocks are the system's.
const BLOCK_BYTES_MAX: usize = 512;

/// Every block of the arena begins at a multiple of this.
const ALIGN: usize = 16;

/// Sizes of blocks: in steps of 16 up to 64, then two for each doubling.
const CLASSES: usize = 10;

#[repr(C, align(16))]
struct Memory(UnsafeCell<[u8; ARENA_BYTES]>);

/// A global allocator for instances with one thread.
pub(crate) struct Arena {
    memory: Memory,
    /// How much of `memory` was ever handed out.
    used_bytes: Cell<usize>,
    /// For each class, the first free block; a free block begins with the address of the next.
    free: [Cell<Option<NonNull<u8>>>; CLASSES],
}

// SAFETY: it is used where there is one thread only: as the global allocator of Wasm without
// atomics.
#[cfg(target_family = "wasm")]
unsafe impl Sync for Arena {}

impl Arena {
    pub(crate) const fn new() -> Self {
        Self {
            memory: Memory(UnsafeCell::new([0; ARENA_BYTES])),
            used_bytes: Cell::new(0),
            free: [const { Cell::new(None) }; CLASSES],
        }
    }

    fn base(&self) -> *mut u8 {
        self.memory.0.get().cast()
    }

    fn owns(&self, block: *const u8) -> bool {
        (block as usize).wrapping_sub(self.base() as usize) < ARENA_BYTES
    }

    /// A block from the list of its class, else from the unused end; `None` when both are empty.
    fn take(&self, class: Class) -> Option<NonNull<u8>> {
        let list = &self.free[class.index];
        if let Some(block) = list.get() {
            // SAFETY: blocks on the list are free and hold the address of the next one, see `give`.
            list.set(unsafe { block.cast::<Option<NonNull<u8>>>().read() });
            return Some(block);
        }
        let start = self.used_bytes.get();
        if class.bytes > ARENA_BYTES - start {
            return None;
        }
        self.used_bytes.set(start + class.bytes);
        // SAFETY: `start` is within `memory`, as was just checked.
        NonNull::new(unsafe { self.base().add(start) })
    }

    /// Back to the list of its class.
    ///
    /// # Safety
    ///
    /// `block` came from `take` with this class, or `resize_last` gave it this class, and nobody
    /// uses it any more.
    unsafe fn give(&self, block: NonNull<u8>, class: Class) {
        let list = &self.free[class.index];
        // SAFETY: the block is ours again, is aligned to 16 bytes and has at least as many.
        unsafe { block.cast::<Option<NonNull<u8>>>().write(list.get()) };
        list.set(Some(block));
    }

    /// Gives the block that was cut off last another class in its place, which is how vectors grow.
    fn resize_last(&self, block: *const u8, old: Class, new: Class) -> bool {
        let start = block as usize - self.base() as usize;
        let is_last = start + old.bytes == self.used_bytes.get();
        let fits = new.bytes <= ARENA_BYTES - start;
        if is_last && fits {
            self.used_bytes.set(start + new.bytes);
        }
        is_last && fits
    }
}

/// A size of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Class {
    index: usize,
    bytes: usize,
}

impl Class {
    /// The smallest class that holds the layout, if the arena has one.
    fn of(layout: Layout) -> Option<Self> {
        if layout.size() > BLOCK_BYTES_MAX || layout.align() > ALIGN {
            return None;
        }
        if layout.size() <= 64 {
            let steps = layout.size().saturating_sub(1) / 16;
            return Some(Self { index: steps, bytes: (steps + 1) * 16 });
        }
        // 64 < size: the doubling that holds it, and which half of it.
        let doubling = (layout.size() - 1).ilog2() as usize;
        let lower_half_end = (1 << doubling) + (1 << (doubling - 1));
        let upper = usize::from(layout.size() > lower_half_end);
        Some(Self {
            index: 4 + (doubling - 6) * 2 + upper,
            bytes: if upper == 1 { 2 << doubling } else { lower_half_end },
        })
    }
}

// SAFETY: blocks come from the arena or from the system's allocator and go back to where they came
// from, told apart by their address. Blocks of the arena are as large as their class and aligned to
// 16 bytes, and `take` hands out no block twice before `give`.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match Class::of(layout).and_then(|class| self.take(class)) {
            Some(block) => block.as_ptr(),
            // SAFETY: the caller's promises are the same.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match (Class::of(layout), NonNull::new(block)) {
            // SAFETY: it is ours, and a layout always has the same class.
            (Some(class), Some(block)) if self.owns(block.as_ptr()) => unsafe {
                self.give(block, class);
            },
            // SAFETY: the caller's promises are the same, and the block is not ours.
            _ => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !self.owns(block) {
            // A block of the system's stays one: `dealloc` goes by the address.
            // SAFETY: the caller's promises are the same.
            return unsafe { System.realloc(block, layout, new_size) };
        }
        // SAFETY: the caller promises that the size does not overflow when it is rounded up to the
        // alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        if let (Some(old), Some(new)) = (Class::of(layout), Class::of(new_layout))
            && (old == new || self.resize_last(block, old, new))
        {
            return block;
        }
        // SAFETY: both blocks are valid for the smaller of the sizes and do not overlap; the old
        // one is given back once, with its own layout.
        unsafe {
            let new_block = self.alloc(new_layout);
            if !new_block.is_null() {
                ptr::copy_nonoverlapping(block, new_block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new_block
        }
    }
}

#[cfg(test)]
mod tests;
