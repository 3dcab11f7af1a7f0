//! Puts one response together, from bytes that come in pieces of any size. Knows no socket.
//!
//! Interim responses (1xx) are read and forgotten; `101 Switching Protocols` is a response like any
//! other, for the caller to refuse.
//!
//! Invariants: what comes out does not depend on how the bytes are cut; at most [`HEAD_BYTES_MAX`]
//! bytes of heads are taken, interim responses included, and no more of a body than is allowed; a
//! head that comes in many pieces is not read anew for each of them.

use std::io;

use bytes::BytesMut;
use bytes::buf::Limit;
use http::{Method, StatusCode};
use thiserror::Error;

use super::chunked::{ChunkError, Chunked};
use super::head::{self, Framing, HeadError, Parsed};
use crate::http::body::{BodyUse, Received, TooLarge};
use crate::http::course::Head;
use crate::http::stream::BodyStream;
use crate::limits::HEAD_BYTES_MAX;

/// Why there is no response.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// Its body has more bytes than are allowed.
    TooLarge,
    /// The connection failed, or what came over it is not HTTP.
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<TooLarge> for ReadError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

/// What came is not HTTP.
#[derive(Debug, Error)]
enum Malformed {
    #[error(transparent)]
    Head(HeadError),
    #[error(transparent)]
    Chunks(ChunkError),
}

impl From<Malformed> for ReadError {
    fn from(malformed: Malformed) -> Self {
        Self::Io(io::Error::new(io::ErrorKind::InvalidData, malformed))
    }
}

impl From<HeadError> for ReadError {
    fn from(error: HeadError) -> Self {
        Malformed::Head(error).into()
    }
}

impl From<ChunkError> for ReadError {
    fn from(error: ChunkError) -> Self {
        Malformed::Chunks(error).into()
    }
}

/// Where in a response it is.
#[derive(Debug)]
enum Stage {
    Head,
    /// Of so many bytes of the body, so many are to come.
    Length {
        all: u64,
        left: u64,
    },
    Chunked(Chunked),
    UntilClose,
    Done,
}

/// Reads one response.
#[derive(Debug)]
pub(crate) struct Reader<'x> {
    method: &'x Method,
    body_use: BodyUse<'x>,
    stage: Stage,
    /// A part of a head.
    held: Vec<u8>,
    /// From this length on it is worth looking at `held` though its end has not come.
    look_from: usize,
    /// Of the heads that are complete.
    head_bytes: usize,
    head: &'x mut Option<Head>,
    received: &'x mut Received,
    /// The connection outlives the response.
    keep_alive: bool,
    /// Something came after the response.
    surplus: bool,
}

impl<'x> Reader<'x> {
    /// A reader of the response to a request of this method, which is put into `head` and
    /// `received` as it comes.
    pub(crate) fn new(
        method: &'x Method,
        body_use: BodyUse<'x>,
        head: &'x mut Option<Head>,
        received: &'x mut Received,
    ) -> Self {
        Self {
            method,
            body_use,
            stage: Stage::Head,
            held: Vec::new(),
            look_from: 0,
            head_bytes: 0,
            head,
            received,
            keep_alive: false,
            surplus: false,
        }
    }

    /// True when the response is complete.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// Takes the bytes that came next.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        if self.held.is_empty() {
            let used = self.advance(bytes)?;
            self.held.extend_from_slice(&bytes[used..]);
            self.look_from = 2 * self.held.len();
            return Ok(());
        }
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        if self.held.len() < self.look_from && !has_end(&self.held, before) {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        let used = self.advance(&held)?;
        held.drain(..used);
        self.look_from = 2 * held.len();
        self.held = held;
        Ok(())
    }

    /// The connection has ended.
    pub(crate) fn end(&mut self) -> Result<(), ReadError> {
        match self.stage {
            Stage::Done => {}
            Stage::UntilClose => self.stage = Stage::Done,
            _ => {
                // It may be wrong as far as it came.
                head::parse(&self.held, self.method)?;
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
        Ok(())
    }

    /// Where the next bytes can be put without a detour: the rest of a body of known length that is
    /// to be kept.
    pub(crate) fn room(&mut self) -> Option<Limit<&mut BytesMut>> {
        match self.stage {
            Stage::Length { all, left } if self.body_use.is_kept() => {
                Some(self.received.room(left, all))
            }
            _ => None,
        }
    }

    /// Where the body goes, if it is read as it comes; there may be no demand for more.
    pub(crate) fn stream(&self) -> Option<&'x BodyStream> {
        if self.head.is_some() { self.body_use.stream } else { None }
    }

    /// So many bytes were put into [`Self::room`].
    pub(crate) fn filled(&mut self, count: usize) {
        self.received.filled(count);
        if let Stage::Length { left, .. } = &mut self.stage {
            *left = left.saturating_sub(count as u64);
            if *left == 0 {
                self.stage = Stage::Done;
            }
        }
    }

    /// True when the connection is as good as before: it outlives the response, which is complete,
    /// and nothing came after that.
    pub(crate) fn keeps_connection(&self) -> bool {
        self.keep_alive && self.is_done() && !self.surplus
    }

    /// Goes on with these bytes; says how many are used. What is left is a part of a head.
    fn advance(&mut self, bytes: &[u8]) -> Result<usize, ReadError> {
        let mut rest = bytes;
        loop {
            match &mut self.stage {
                Stage::Head => {
                    let parsed = head::parse(rest, self.method)?;
                    let length = parsed.as_ref().map_or(rest.len(), |(length, _)| *length);
                    if self.head_bytes + length > HEAD_BYTES_MAX {
                        return Err(HeadError::Size(HEAD_BYTES_MAX).into());
                    }
                    let Some((_, parsed)) = parsed else { break };
                    self.head_bytes += length;
                    rest = &rest[length..];
                    self.begin(parsed)?;
                }
                Stage::Length { all, left } => {
                    let count = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    let (data, after) = rest.split_at(count);
                    rest = after;
                    *left -= count as u64;
                    self.received.copy(data, *all, self.body_use)?;
                    if *left == 0 {
                        self.stage = Stage::Done;
                    }
                }
                Stage::Chunked(chunked) => {
                    if let Some(data) = chunked.next(&mut rest)? {
                        self.received.copy(data, 0, self.body_use)?;
                    }
                    self.received.expect(chunked.announced_bytes(), self.body_use)?;
                    if chunked.is_done() {
                        self.stage = Stage::Done;
                    }
                }
                Stage::UntilClose => {
                    self.received.copy(rest, 0, self.body_use)?;
                    rest = &[];
                }
                Stage::Done => {
                    self.surplus |= !rest.is_empty();
                    rest = &[];
                }
            }
            if rest.is_empty() {
                break;
            }
        }
        Ok(bytes.len() - rest.len())
    }

    /// A head is complete.
    fn begin(&mut self, parsed: Parsed) -> Result<(), TooLarge> {
        let Parsed { head, framing, keep_alive } = parsed;
        let status = head.status;
        if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(());
        }
        self.body_use = self.body_use.behind(&head);
        *self.head = Some(head);
        self.keep_alive = keep_alive;
        self.stage = match framing {
            Framing::Length(0) => Stage::Done,
            Framing::Length(all) => {
                self.received.expect(all, self.body_use)?;
                Stage::Length { all, left: all }
            }
            Framing::Chunked => Stage::Chunked(Chunked::new()),
            Framing::UntilClose => Stage::UntilClose,
        };
        Ok(())
    }
}

/// True when an empty line ends within `bytes`, not before `from`.
fn has_end(bytes: &[u8], from: usize) -> bool {
    let tail = &bytes[from.saturating_sub(3)..];
    tail.windows(2).any(|pair| pair == b"\n\n") || tail.windows(3).any(|three| three == b"\n\r\n")
}

#[cfg(any(test, fuzzing))]
pub(crate) mod check;
#[cfg(test)]
mod tests;
