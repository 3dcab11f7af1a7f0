//! The heap, in two parts: what init has allocated, which becomes part of the image that all VUs
//! are made of, and what a VU allocates afterwards.
//!
//! Writing to a page of the image gives the VU a copy of the page, so nothing of the first part is
//! ever freed or reused: a VU's own blocks lie together on fresh pages.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

use dlmalloc::{Allocator, Dlmalloc};

/// Bytes of a page of linear memory.
const WASM_PAGE_BYTES: usize = 64 << 10;

/// Gives pages of linear memory, in order.
struct LinearMemory;

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: pages that `memory.grow` gave belong to nobody else.
unsafe impl Allocator for LinearMemory {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let pages = size.div_ceil(WASM_PAGE_BYTES);
        match core::arch::wasm32::memory_grow(0, pages) {
            usize::MAX => (ptr::null_mut(), 0, 0),
            first => ((first * WASM_PAGE_BYTES) as *mut u8, pages * WASM_PAGE_BYTES, 0),
        }
    }

    fn remap(&self, _ptr: *mut u8, _old: usize, _new: usize, _can_move: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _ptr: *mut u8, _old: usize, _new: usize) -> bool {
        false
    }

    fn free(&self, _ptr: *mut u8, _size: usize) -> bool {
        false
    }

    fn can_release_part(&self, _flags: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        WASM_PAGE_BYTES
    }
}

struct Parts {
    /// Where blocks come from now.
    current: Dlmalloc<LinearMemory>,
    /// Blocks below belong to the image.
    image_end: usize,
}

/// The allocator of Rust and of QuickJS.
pub(crate) struct Heap(UnsafeCell<Parts>);

#[expect(unsafe_code, reason = "a guest has one thread")]
// SAFETY: there is one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
pub(crate) static HEAP: Heap = Heap(UnsafeCell::new(Parts {
    current: Dlmalloc::new_with_allocator(LinearMemory),
    image_end: 0,
}));

impl Heap {
    #[expect(unsafe_code, reason = "a guest has one thread")]
    fn parts<T>(&self, work: impl FnOnce(&mut Parts) -> T) -> T {
        // SAFETY: there is one thread, and the allocator does not call back.
        work(unsafe { &mut *self.0.get() })
    }

    /// Ends the first part; returns where it ends. Called once, when init is done.
    pub(crate) fn freeze(&self) -> usize {
        self.parts(|parts| {
            parts.current = Dlmalloc::new_with_allocator(LinearMemory);
            parts.image_end = core::arch::wasm32::memory_size(0) * WASM_PAGE_BYTES;
            parts.image_end
        })
    }
}

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: dlmalloc gives blocks of the size and alignment that are asked for; blocks of the image
// stay where they are.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.parts(|parts| unsafe { parts.current.malloc(layout.size(), layout.align()) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.parts(|parts| unsafe { parts.current.calloc(layout.size(), layout.align()) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.parts(|parts| {
            if block as usize >= parts.image_end {
                unsafe { parts.current.free(block, layout.size(), layout.align()) }
            }
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.parts(|parts| unsafe {
            if block as usize >= parts.image_end {
                return parts.current.realloc(block, layout.size(), layout.align(), new_size);
            }
            let moved = parts.current.malloc(new_size, layout.align());
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
            }
            moved
        })
    }
}
