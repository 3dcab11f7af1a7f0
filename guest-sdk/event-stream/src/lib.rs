//! Server-sent events: bytes in pieces of any size in, events out, as the section "Interpreting an
//! event stream" of the HTML standard has it.
//!
//! Invariants: any bytes are taken, what is no UTF-8 is replaced; how the bytes are cut into pieces
//! makes no difference; no more than [`EVENT_BYTES_MAX`] bytes are held for an event that is not
//! complete.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;

use std::collections::VecDeque;
use std::fmt;

/// The most bytes that an event may have, its field names included.
pub const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// An event of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What the server calls it; `message` where it says nothing.
    pub kind: String,
    /// Its text; several lines have line feeds between them.
    pub data: String,
    /// The identifier that was said last, in this event or before.
    pub last_id: String,
}

/// An event has more than [`EVENT_BYTES_MAX`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the server has more than {EVENT_BYTES_MAX} bytes")
    }
}

impl std::error::Error for TooLarge {}

/// Reads a stream of events.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// Of a line whose end has not come.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    after_return: bool,
    /// A line has come.
    has_begun: bool,
    kind: String,
    data: String,
    last_id: String,
    retry_ms: Option<u64>,
    complete: VecDeque<Event>,
}

impl Reader {
    /// Takes the bytes that came next.
    ///
    /// # Errors
    ///
    /// [`TooLarge`]: what was complete before can still be taken, the rest is of no use.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), TooLarge> {
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_return) && first == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let length = end.unwrap_or(bytes.len());
            if self.line.len() + self.data.len() + length > EVENT_BYTES_MAX {
                return Err(TooLarge);
            }
            self.line.extend_from_slice(&bytes[..length]);
            let Some(end) = end else { break };
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            self.take(&line);
        }
        Ok(())
    }

    /// The first complete event that was not taken.
    pub fn pop(&mut self) -> Option<Event> {
        self.complete.pop_front()
    }

    /// True when there is an event to [`pop`](Self::pop).
    #[must_use]
    pub fn has_complete(&self) -> bool {
        !self.complete.is_empty()
    }

    /// How long the server asks clients to wait before they connect again, in milliseconds.
    #[must_use]
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry_ms
    }

    /// What `Last-Event-ID` would say to go on from here.
    #[must_use]
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    fn take(&mut self, line: &[u8]) {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let line = if is_first { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        if line.is_empty() {
            self.dispatch();
            return;
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let (name, value) = match colon {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value);
        match name {
            b"event" => self.kind = text().into_owned(),
            b"data" => {
                self.data.push_str(&text());
                self.data.push('\n');
            }
            b"id" if !value.contains(&0) => self.last_id = text().into_owned(),
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                self.retry_ms = text().parse().ok().or(self.retry_ms);
            }
            // Comments, and fields that nobody knows.
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        let mut kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        if data.is_empty() {
            return;
        }
        data.pop();
        if kind.is_empty() {
            kind.push_str("message");
        }
        self.complete.push_back(Event { kind, data, last_id: self.last_id.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&[u8]]) -> Vec<Event> {
        let mut reader = Reader::default();
        for piece in pieces {
            reader.feed(piece).unwrap();
        }
        std::iter::from_fn(|| reader.pop()).collect()
    }

    fn event(kind: &str, data: &str, last_id: &str) -> Event {
        Event { kind: kind.into(), data: data.into(), last_id: last_id.into() }
    }

    /// Examples of the standard, and its rules one by one.
    #[test]
    fn events_are_read() {
        for (text, expected) in [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", vec![event("message", "YHOO\n+2\n10", "")]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n\
                 data:  third event",
                vec![event("message", "first event", "1"), event("message", "second event", "")],
            ),
            (
                "data\n\ndata\ndata\n\ndata:",
                vec![event("message", "", ""), event("message", "\n", "")],
            ),
            ("event: add\ndata: 73857293\n\n", vec![event("add", "73857293", "")]),
            ("event: nothing\n\ndata: x\n\n", vec![event("message", "x", "")]),
            (
                "\u{feff}data: x\r\rdata: y\r\n\r\n",
                vec![event("message", "x", ""), event("message", "y", "")],
            ),
            ("id: a\0b\nunknown: 1\ndata:x\n\n", vec![event("message", "x", "")]),
        ] {
            assert_eq!(events(&[text.as_bytes()]), expected, "{text:?}");
        }
    }

    #[test]
    fn where_pieces_end_makes_no_difference() {
        let text = "\u{feff}id: 7\r\nevent: p\u{fc}nkt\r\ndata: a\r\ndata: \u{1f30a}\r\n\r\n\
            : c\n\ndata:z\r\rdata:end\n\n";
        let whole = events(&[text.as_bytes()]);
        assert_eq!(whole.len(), 3);
        for cut in 0..text.len() {
            let (first, second) = text.as_bytes().split_at(cut);
            assert_eq!(events(&[first, second]), whole, "{cut}");
        }
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(events(&single), whole);
    }

    #[test]
    fn retry_is_digits_only() {
        let mut reader = Reader::default();
        reader.feed(b"retry: 1500\nretry: 2s\nretry: 99999999999999999999999\n").unwrap();
        assert_eq!((reader.retry_ms(), reader.last_id()), (Some(1500), ""));
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut reader = Reader::default();
        reader.feed(b"data: kept\n\n").unwrap();
        let block = vec![b'x'; 1 << 20];
        let refused = (0..=EVENT_BYTES_MAX >> 20).map(|_| reader.feed(&block)).find(Result::is_err);
        assert_eq!(refused, Some(Err(TooLarge)));
        assert_eq!(reader.pop(), Some(event("message", "kept", "")));
    }

    #[test]
    fn any_bytes_are_taken() {
        const ALPHABET: &[u8] = b"\r\n: dataeventidretry\0\xff\xc3";
        let mut state = 7_u64;
        for _ in 0..2_000 {
            let bytes: Vec<u8> = (0..64)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ALPHABET[(state >> 33) as usize % ALPHABET.len()]
                })
                .collect();
            let whole = events(&[&bytes]);
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(events(&single), whole, "{bytes:?}");
        }
    }
}
