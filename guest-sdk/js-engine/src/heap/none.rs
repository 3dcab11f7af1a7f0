//! The heap where unit tests run, which is not Wasm: the system's, and nothing becomes an image.

/// Where the image has blocks that nobody frees.
pub(crate) struct Frozen {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

pub(crate) struct Heap;

pub(crate) static HEAP: Heap = Heap;

impl Heap {
    /// Nothing lies in the image.
    #[expect(clippy::unused_self, reason = "as the heap of Wasm")]
    pub(crate) fn freeze(&self) -> Frozen {
        Frozen { start: 0, end: 0 }
    }
}

/// There is no place to keep anything at.
#[expect(unsafe_code, reason = "called by QuickJS, see `patches/`")]
#[unsafe(no_mangle)]
extern "C" fn squall_heap_keep(_is_on: bool) {}
