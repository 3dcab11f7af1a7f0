//! What must hold for any bytes that a server may send, in any pieces: the body of the fuzz target
//! and of a property test.

use http::Method;

use super::{ReadError, Reader};
use crate::http::body::{BodyUse, Received};

/// Small, so that bodies over it come up.
const BODY_BYTES_MAX: u64 = 2_000;

/// What came of a response; errors only as far as it must not depend on the pieces.
#[derive(Debug, PartialEq)]
enum Outcome {
    Response { status: u16, headers: Vec<(String, Vec<u8>)>, body: Vec<u8>, body_bytes: u64 },
    TooLarge,
    Failed,
}

/// What the fuzz target does with its input: how to cut and whether to keep, then the response.
pub(crate) fn any_input(input: &[u8]) {
    let Some((&first, rest)) = input.split_first() else { return };
    let cuts_count = usize::from(first & 7).min(rest.len());
    let (cuts, bytes) = rest.split_at(cuts_count);
    pieces_make_no_difference(bytes, cuts, first & 8 == 0);
}

/// Reads a response from bytes that are cut at the places given, and once more uncut; panics when
/// that makes a difference.
pub(crate) fn pieces_make_no_difference(bytes: &[u8], cuts: &[u8], kept: bool) {
    let method = if cuts.len() % 4 == 3 { Method::HEAD } else { Method::GET };
    let whole = read(std::iter::once(bytes), &method, kept);
    let pieces = Pieces { bytes, cuts, at: 0 };
    let cut = read(pieces, &method, kept);
    assert_eq!(whole, cut);
}

/// Bytes in pieces of the lengths given, over and over.
struct Pieces<'b> {
    bytes: &'b [u8],
    cuts: &'b [u8],
    at: usize,
}

impl<'b> Iterator for Pieces<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        if self.bytes.is_empty() {
            return None;
        }
        let wanted = self.cuts.get(self.at % self.cuts.len().max(1)).map_or(1, |cut| *cut as usize);
        self.at += 1;
        let (piece, rest) = self.bytes.split_at(wanted.clamp(1, self.bytes.len()));
        self.bytes = rest;
        Some(piece)
    }
}

/// The outcome, and whether the connection would be kept.
fn read<'b>(
    pieces: impl Iterator<Item = &'b [u8]>,
    method: &Method,
    kept: bool,
) -> (Outcome, bool) {
    let (mut head, mut received) = (None, Received::default());
    let body_use = BodyUse { discard: !kept, bytes_max: BODY_BYTES_MAX, stream: None };
    let mut reader = Reader::new(method, body_use, &mut head, &mut received);
    let read = pieces.into_iter().try_for_each(|piece| take(&mut reader, piece));
    let read = read.and_then(|()| if reader.is_done() { Ok(()) } else { reader.end() });
    let keep_alive = reader.keeps_connection();
    match (read, head) {
        (Err(ReadError::TooLarge), _) => (Outcome::TooLarge, false),
        (Err(ReadError::Io(_)), _) => (Outcome::Failed, false),
        (Ok(()), Some(head)) => {
            let headers = head.headers.iter();
            let headers = headers.map(|(n, v)| (n.to_owned(), v.to_vec())).collect();
            let (status, body, body_bytes) =
                (head.status.as_u16(), received.take().to_vec(), received.bytes);
            assert!(body_bytes <= BODY_BYTES_MAX);
            assert_eq!(body.len() as u64, if kept { body_bytes } else { 0 });
            (Outcome::Response { status, headers, body, body_bytes }, keep_alive)
        }
        (Ok(()), None) => panic!("a response without a head"),
    }
}

/// Gives the reader a piece as a connection does.
fn take(reader: &mut Reader<'_>, mut piece: &[u8]) -> Result<(), ReadError> {
    use bytes::BufMut as _;
    while !piece.is_empty() {
        if let Some(mut room) = reader.room() {
            let count = piece.len().min(room.remaining_mut());
            room.put_slice(&piece[..count]);
            reader.filled(count);
            piece = &piece[count..];
        } else {
            reader.feed(piece)?;
            return Ok(());
        }
    }
    Ok(())
}
