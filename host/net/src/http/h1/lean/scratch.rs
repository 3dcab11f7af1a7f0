//! The buffers of a thread: one to read into, one to write heads into.
//!
//! They are lent for one call that does not wait, so a thread needs one of each, however many
//! connections it has. Nothing of them outlives the call.

use std::cell::Cell;

/// As much as one read takes at most: a socket's usual window, so that most responses are one read.
const INPUT_BYTES: usize = 64 * 1024;

/// A larger buffer for heads is not kept.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

thread_local! {
    static INPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static OUTPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Lends the buffer for reading, with old bytes in it.
pub(super) fn with_input<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = INPUT.take();
    buffer.resize(INPUT_BYTES, 0);
    let result = work(&mut buffer);
    INPUT.set(buffer);
    result
}

/// Lends the buffer for writing, empty.
pub(super) fn with_output<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let mut buffer = OUTPUT.take();
    buffer.clear();
    let result = work(&mut buffer);
    if buffer.capacity() <= OUTPUT_BYTES_MAX {
        OUTPUT.set(buffer);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_used_again_unless_they_grew_large() {
        let first = with_output(|buffer| {
            buffer.extend_from_slice(b"head");
            buffer.as_ptr()
        });
        with_output(|buffer| {
            assert!(buffer.is_empty());
            assert_eq!(buffer.as_ptr(), first);
            buffer.reserve(2 * OUTPUT_BYTES_MAX);
        });
        assert!(with_output(|buffer| buffer.capacity()) <= OUTPUT_BYTES_MAX);
        let input = with_input(|buffer| (buffer.as_ptr(), buffer.len()));
        assert_eq!(input.1, INPUT_BYTES);
        assert_eq!(with_input(|buffer| (buffer.as_ptr(), buffer.len())), input);
    }
}
