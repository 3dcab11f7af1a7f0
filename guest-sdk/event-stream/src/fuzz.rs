//! Fuzz targets: what holds for any bytes. See CONTRIBUTING.md.

use crate::{Event, Reader};

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[("event_stream", event_stream)];

/// The first byte says how long pieces are; they make no difference, and no event breaks a promise.
pub fn event_stream(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let piece_bytes = usize::from(first % 16) + 1;
    let whole = read(std::iter::once(bytes));
    assert_eq!(read(bytes.chunks(piece_bytes)), whole);
    for event in &whole.0 {
        assert!(!event.kind.is_empty() && !event.kind.contains(['\r', '\n']), "{event:?}");
        assert!(!event.data.contains('\r'), "{event:?}");
        assert!(!event.last_id.contains(['\r', '\n', '\0']), "{event:?}");
    }
}

/// What is read, with the number of milliseconds to wait and the last identifier.
fn read<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> (Vec<Event>, Option<u64>, String) {
    let mut reader = Reader::default();
    let mut events = Vec::new();
    for piece in pieces {
        if reader.feed(piece).is_err() {
            break;
        }
        while reader.has_complete() {
            events.extend(reader.pop());
        }
        assert_eq!(reader.pop(), None);
    }
    (events, reader.retry_ms(), reader.last_id().to_owned())
}

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(super::TARGETS; event_stream);
}
