//! The heap where unit tests run, which is not Wasm: the system's, and nothing becomes an image.

pub(crate) struct Heap;

pub(crate) static HEAP: Heap = Heap;

impl Heap {
    /// Nothing lies below the end of the image.
    #[expect(clippy::unused_self, reason = "the heap of Wasm has a state")]
    pub(crate) fn freeze(&self) -> usize {
        0
    }
}
