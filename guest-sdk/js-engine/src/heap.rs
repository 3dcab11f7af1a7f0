//! The heap, in two parts: what init has allocated, which becomes part of the image that all VUs
//! are made of, and what a VU allocates afterwards.
//!
//! Writing to a page of the image gives the VU a copy of the page, so nothing of the first part is
//! ever freed or reused, and a VU's own blocks lie together: in a zone beside the static variables,
//! which every VU writes to anyway. The few blocks of init that every VU writes to lie there, too;
//! they are *kept*. When the zone is full, the VU's heap grows behind the image.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr;

use dlmalloc::{Allocator, Dlmalloc};

/// Bytes of a page of linear memory.
const WASM_PAGE_BYTES: usize = 64 << 10;

/// Room for the blocks that are kept: the runtime and the context of QuickJS.
const KEPT_BYTES: usize = 2 << 10;

const ZONE_ALIGN: usize = align_of::<UnsafeZone>();

/// What dlmalloc asks for at once.
const OWN_BYTES: usize = WASM_PAGE_BYTES;

/// Gives pages of linear memory, in order.
struct Pages {
    /// Address of `OWN_BYTES` that come before them; 0 for none.
    first: Cell<usize>,
}

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: pages that `memory.grow` gave belong to nobody else, nor does the zone.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        if size <= OWN_BYTES && self.first.get() != 0 {
            return (self.first.replace(0) as *mut u8, OWN_BYTES, 0);
        }
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

/// A static variable of a program with one thread.
struct OneThread<T>(UnsafeCell<T>);

#[expect(unsafe_code, reason = "a guest has one thread")]
// SAFETY: there is one thread.
unsafe impl<T> Sync for OneThread<T> {}

/// Where init allocates.
static INIT: OneThread<Dlmalloc<Pages>> =
    OneThread(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages { first: Cell::new(0) })));

/// What VUs write to; nothing but zeroes at first, so that it lies beside other such variables.
struct State {
    /// Where VUs allocate, once `image_end` is not 0.
    own: MaybeUninit<Dlmalloc<Pages>>,
    /// Blocks from the zone's end up to here belong to the image.
    image_end: usize,
    keeps: bool,
    /// How much of the zone has blocks that are kept.
    kept_bytes: usize,
}

static STATE: OneThread<MaybeUninit<State>> = OneThread(UnsafeCell::new(MaybeUninit::zeroed()));

#[expect(unsafe_code, reason = "the zone lies behind the variables of both languages")]
unsafe extern "C" {
    /// See `patches/`: what is kept, then the first blocks of VUs; zeroes at first.
    #[link_name = "squall_heap_zone"]
    static ZONE: UnsafeZone;
}

/// Not looked at as a whole.
#[repr(C, align(8))]
struct UnsafeZone(UnsafeCell<[u8; KEPT_BYTES + OWN_BYTES]>);

#[expect(unsafe_code, reason = "a guest has one thread")]
// SAFETY: there is one thread.
unsafe impl Sync for UnsafeZone {}

/// Address of what is kept.
fn kept() -> usize {
    (&raw const ZONE) as usize
}

/// Address of the first blocks of VUs.
fn own() -> usize {
    kept() + KEPT_BYTES
}

/// Where the image has blocks that nobody frees.
#[derive(Clone, Copy)]
pub(crate) struct Frozen {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The allocator of Rust and of QuickJS.
pub(crate) struct Heap;

#[global_allocator]
pub(crate) static HEAP: Heap = Heap;

#[expect(unsafe_code, reason = "a guest has one thread")]
fn with_state<T>(work: impl FnOnce(&mut State) -> T) -> T {
    // SAFETY: there is one thread, the allocator does not call back, and zeroes are a state.
    work(unsafe { (*STATE.0.get()).assume_init_mut() })
}

/// While it is on, blocks are kept where VUs write.
#[expect(unsafe_code, reason = "called by QuickJS, see `patches/`")]
#[unsafe(no_mangle)]
extern "C" fn squall_heap_keep(is_on: bool) {
    with_state(|state| state.keeps = is_on);
}

impl State {
    /// The heap that blocks come from now.
    #[expect(unsafe_code, reason = "a guest has one thread")]
    fn heap(&mut self) -> &mut Dlmalloc<Pages> {
        if self.image_end == 0 {
            // SAFETY: there is one thread, and the allocator does not call back.
            unsafe { &mut *INIT.0.get() }
        } else {
            // SAFETY: made before `image_end` was set.
            unsafe { self.own.assume_init_mut() }
        }
    }

    /// Whether a block may be freed: it came from the heap that blocks come from now. What is kept
    /// lies below all others.
    fn is_current(&self, block: *mut u8) -> bool {
        let block = block as usize;
        block >= own() && (block < own() + OWN_BYTES || block >= self.image_end)
    }

    /// A block that is kept, if it is asked for and there is room. It is zero.
    fn keep(&mut self, layout: Layout) -> Option<*mut u8> {
        let at = self.kept_bytes.next_multiple_of(layout.align());
        if !self.keeps || layout.align() > ZONE_ALIGN || layout.size() > KEPT_BYTES - at {
            return None;
        }
        self.kept_bytes = at + layout.size();
        Some((kept() + at) as *mut u8)
    }
}

impl Heap {
    /// Ends the first part; returns where it is. Called once, when init is done.
    pub(crate) fn freeze(&self) -> Frozen {
        with_state(|state| {
            let pages = Pages { first: Cell::new(own()) };
            state.own.write(Dlmalloc::new_with_allocator(pages));
            state.image_end = core::arch::wasm32::memory_size(0) * WASM_PAGE_BYTES;
            Frozen { start: own() + OWN_BYTES, end: state.image_end }
        })
    }
}

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: dlmalloc gives blocks of the size and alignment that are asked for; blocks of the image
// stay where they are.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        with_state(|state| match state.keep(layout) {
            Some(block) => block,
            None => unsafe { state.heap().malloc(layout.size(), layout.align()) },
        })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        with_state(|state| match state.keep(layout) {
            Some(block) => block,
            None => unsafe { state.heap().calloc(layout.size(), layout.align()) },
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        with_state(|state| {
            if state.is_current(block) {
                unsafe { state.heap().free(block, layout.size(), layout.align()) }
            }
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        with_state(|state| unsafe {
            if state.is_current(block) {
                return state.heap().realloc(block, layout.size(), layout.align(), new_size);
            }
            let moved = state.heap().malloc(new_size, layout.align());
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
            }
            moved
        })
    }
}
