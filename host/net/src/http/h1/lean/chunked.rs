//! Takes the chunks off a body: `transfer-encoding: chunked`.
//!
//! Strict, since two ends that disagree about a chunk disagree about where the next response
//! begins: a size is 1 to 16 hexadecimal digits, lines end with CR LF, data is followed by CR LF,
//! trailers are header lines. Extensions and trailers are read and dropped. Space is taken where
//! others are known to write it: behind a size.
//!
//! Invariants: what is not data is bounded, by line, for the trailers, and in proportion to the
//! data; the pieces are the same wherever the bytes are cut.

use thiserror::Error;

/// Digits of a size: those of 64 bits.
const DIGITS_MAX: u32 = 16;

/// Bytes of one line with a size, extensions included.
const LINE_BYTES_MAX: u64 = 4096;

/// Bytes of lines with sizes beyond what reasonable chunks need (Go's rule and numbers).
const EXCESS_BYTES_MAX: u64 = 16 * 1024;

/// What every chunk may need beside its data, and as much again as its data.
const LINE_BYTES_FREE: u64 = 16;

/// Bytes of all trailers.
const TRAILER_BYTES_MAX: usize = 16 * 1024;

/// Trailers of one body.
const TRAILERS_MAX: usize = 100;

/// What is wrong with the chunks.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum ChunkError {
    #[error("a chunk's size is no hexadecimal number")]
    Size,
    #[error("a chunk's size has more than {DIGITS_MAX} digits")]
    TooLarge,
    #[error("the line with a chunk's size does not end with CR LF")]
    LineEnd,
    #[error("the line with a chunk's size has more than {LINE_BYTES_MAX} bytes")]
    Line,
    #[error("the chunks have too much beside their data")]
    Excess,
    #[error("a chunk is longer than it says")]
    DataEnd,
    #[error("the trailers are no header lines")]
    Trailers,
    #[error("the trailers have more than {TRAILER_BYTES_MAX} bytes")]
    TrailerBytes,
}

/// Where in the chunks it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the digits of a size; so many have come.
    Size(u32),
    /// In the space behind a size.
    Space,
    /// In the extensions behind a size.
    Extension,
    /// Behind the CR of the line with a size.
    SizeLf,
    Data,
    DataCr,
    DataLf,
    /// At the beginning of a line behind the last chunk.
    Trailer,
    /// In a trailer.
    TrailerLine,
    /// Behind the CR of the last line.
    EndLf,
    Done,
}

/// Takes the chunks off one body.
#[derive(Debug)]
pub(crate) struct Chunked {
    state: State,
    /// Bytes of the chunk that are to come; while its size is read, the size so far.
    left: u64,
    line_bytes: u64,
    excess_bytes: u64,
    trailers: Vec<u8>,
}

impl Chunked {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Size(0),
            left: 0,
            line_bytes: 0,
            excess_bytes: 0,
            trailers: Vec::new(),
        }
    }

    /// True when the last chunk and its trailers have come.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Bytes of data that are known to be still to come.
    pub(crate) fn announced_bytes(&self) -> u64 {
        if self.state == State::Data { self.left } else { 0 }
    }

    /// The next piece of data, taken off `bytes` together with what stands before it. Nothing when
    /// all bytes are used, or the body is done; then the rest is left.
    pub(crate) fn next<'b>(
        &mut self,
        bytes: &mut &'b [u8],
    ) -> Result<Option<&'b [u8]>, ChunkError> {
        loop {
            if self.state == State::Data {
                let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                if count == 0 {
                    return Ok(None);
                }
                let (piece, rest) = bytes.split_at(count);
                *bytes = rest;
                self.left -= count as u64;
                if self.left == 0 {
                    self.state = State::DataCr;
                }
                return Ok(Some(piece));
            }
            if self.state == State::Done {
                return Ok(None);
            }
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(None) };
            *bytes = rest;
            self.state = self.step(byte)?;
        }
    }

    fn step(&mut self, byte: u8) -> Result<State, ChunkError> {
        match self.state {
            State::Size(_) | State::Space | State::Extension | State::SizeLf => {
                self.line_bytes += 1;
                if self.line_bytes > LINE_BYTES_MAX {
                    return Err(ChunkError::Line);
                }
                self.step_size(byte)
            }
            State::DataCr if byte == b'\r' => Ok(State::DataLf),
            State::DataLf if byte == b'\n' => Ok(State::Size(0)),
            State::DataCr | State::DataLf => Err(ChunkError::DataEnd),
            State::Trailer if byte == b'\r' => Ok(State::EndLf),
            State::Trailer | State::TrailerLine => self.step_trailer(byte),
            State::EndLf if byte == b'\n' => self.end(),
            State::EndLf => Err(ChunkError::Trailers),
            State::Data | State::Done => unreachable!("`next` looks after these"),
        }
    }

    fn step_size(&mut self, byte: u8) -> Result<State, ChunkError> {
        match (self.state, byte) {
            (State::SizeLf, b'\n') => self.end_line(),
            (State::SizeLf, _) | (_, b'\n') => Err(ChunkError::LineEnd),
            (State::Size(1..) | State::Space | State::Extension, b'\r') => Ok(State::SizeLf),
            (State::Size(1..) | State::Space, b' ' | b'\t') => Ok(State::Space),
            (State::Size(1..) | State::Space, b';') | (State::Extension, _) => Ok(State::Extension),
            (State::Size(digits), _) => {
                let digit = (byte as char).to_digit(16).ok_or(ChunkError::Size)?;
                if digits == DIGITS_MAX {
                    return Err(ChunkError::TooLarge);
                }
                self.left = self.left << 4 | u64::from(digit);
                Ok(State::Size(digits + 1))
            }
            _ => Err(ChunkError::Size),
        }
    }

    /// The line with a size is complete.
    fn end_line(&mut self) -> Result<State, ChunkError> {
        let free = self.left.saturating_add(LINE_BYTES_FREE);
        self.excess_bytes = (self.excess_bytes + self.line_bytes).saturating_sub(free);
        if self.excess_bytes > EXCESS_BYTES_MAX {
            return Err(ChunkError::Excess);
        }
        self.line_bytes = 0;
        Ok(if self.left == 0 { State::Trailer } else { State::Data })
    }

    fn step_trailer(&mut self, byte: u8) -> Result<State, ChunkError> {
        if self.trailers.len() == TRAILER_BYTES_MAX {
            return Err(ChunkError::TrailerBytes);
        }
        self.trailers.push(byte);
        match (self.state, byte) {
            (State::Trailer, b'\n') => Err(ChunkError::Trailers),
            (_, b'\n') => Ok(State::Trailer),
            _ => Ok(State::TrailerLine),
        }
    }

    /// All has come; the trailers are looked at, and forgotten.
    fn end(&mut self) -> Result<State, ChunkError> {
        let mut trailers = std::mem::take(&mut self.trailers);
        if trailers.is_empty() {
            return Ok(State::Done);
        }
        trailers.extend_from_slice(b"\r\n");
        let mut lines = [httparse::EMPTY_HEADER; TRAILERS_MAX];
        match httparse::parse_headers(&trailers, &mut lines) {
            Ok(httparse::Status::Complete((length, _))) if length == trailers.len() => {
                Ok(State::Done)
            }
            _ => Err(ChunkError::Trailers),
        }
    }
}

#[cfg(test)]
mod tests;
