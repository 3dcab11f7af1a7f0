//! Targets for fuzzing: see `tests/fuzz`.

use crate::{EVENT_BYTES_MAX, Event, Reader};

/// Name, body, seeds.
#[expect(clippy::type_complexity, reason = "it is what all crates with targets agree on")]
pub const TARGETS: &[(&str, fn(&[u8]), &[&[u8]])] = &[(
    "event_stream",
    event_stream,
    &[
        b"\x05data: a\ndata: b\nid: 7\nevent: tick\n\n: comment\r\nretry: 10\r\ndata\r\r",
        b"\x01\xEF\xBB\xBFdata: \xF0\x9F\x8C\x8A\n\nid\ndata:no space\n\n",
    ],
)];

/// The first byte says how long the pieces are: they make no difference.
pub fn event_stream(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let length = usize::from(first % 16) + 1;
    assert_eq!(read(bytes.chunks(length)), read(std::iter::once(bytes)));
}

/// The events, and what would be sent to go on.
fn read<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> (Vec<Event>, Option<u64>, String) {
    let (mut reader, mut events) = (Reader::default(), Vec::new());
    for piece in pieces {
        reader.feed(piece).expect("no input here is as long as an event may be");
        events.extend(std::iter::from_fn(|| reader.pop()));
    }
    assert!(!reader.has_complete() && events.iter().all(|one| one.data.len() <= EVENT_BYTES_MAX));
    (events, reader.retry_ms(), reader.last_id().to_owned())
}

#[cfg(test)]
mod tests {
    squall_fuzz::short_runs!(super::TARGETS; event_stream);
}
