//! Undoes the content codings of a received body: gzip, deflate (with and without zlib's frame),
//! zstd, brotli, and stacks of them.
//!
//! Pure: bytes in, bytes out, no clock and no socket. It works in steps, so that the one who calls
//! can let others run between them, and it stops at a bound, since some hundred bytes can become
//! gigabytes. A step is bounded too: what goes into a layer is hardly ever more than what comes out
//! of it, so that a body which is all padding (thousands of empty gzip members) is given up.
//!
//! Invariants: no more than the allowed number of bytes is ever held; what was decoded before a
//! mistake was met is kept; no input panics or takes more time than its length explains.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::http::coding::Encoding;

mod zstd;

/// Read at once from each layer of a stack.
const READ_BYTES: usize = 16 * 1024;

/// The largest first reservation: a small body that becomes a huge one grows as it comes.
const RESERVE_BYTES_MAX: usize = 1024 * 1024;

/// How much larger text usually is than its compressed form.
const USUAL_RATIO: usize = 4;

/// What a step may read in each layer beside twice what it gives: the buffers, and for zstd the
/// window, which is filled before anything comes out.
const SLACK_BYTES: u64 = 64 * 1024;
const ZSTD_SLACK_BYTES: u64 = zstd::WINDOW_BYTES_MAX + SLACK_BYTES;

/// Why a body cannot be decoded.
#[derive(Debug)]
pub(crate) enum DecodeError {
    /// It would have more bytes than are allowed.
    TooLarge,
    /// It is not what the header says.
    Corrupt(io::Error),
}

/// A body that is being decoded.
pub(crate) struct Decoder {
    layers: Box<dyn Read>,
    decoded: Vec<u8>,
    bytes_max: usize,
    /// What the step may still read, in all layers.
    allowance: Allowance,
    slack_bytes: u64,
}

type Allowance = Rc<Cell<u64>>;

impl Decoder {
    /// `applied` in the order of the header: the last one is undone first.
    pub(crate) fn new(body: Bytes, applied: &[Encoding], bytes_max: u64) -> Self {
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let expected = body.len().saturating_mul(USUAL_RATIO).min(RESERVE_BYTES_MAX).min(bytes_max);
        let slack = |encoding: &Encoding| match encoding {
            Encoding::Zstd => ZSTD_SLACK_BYTES,
            _ => SLACK_BYTES,
        };
        let slack_bytes = applied.iter().map(slack).sum();
        // gzip's reader looks at the header when it is made.
        let allowance = Allowance::new(Cell::new(slack_bytes));
        let mut layers: Box<dyn Read> = Box::new(Source(body));
        for encoding in applied.iter().rev() {
            layers = layer(*encoding, Metered { source: layers, left: Rc::clone(&allowance) });
        }
        let decoded = Vec::with_capacity(expected);
        Self { layers, decoded, bytes_max, allowance, slack_bytes }
    }

    /// Decodes some more: about `step_bytes`. True when all is done.
    pub(crate) fn step(&mut self, step_bytes: usize) -> Result<bool, DecodeError> {
        let room = self.bytes_max - self.decoded.len();
        // One byte more than there is room for tells a full body from one that is too large.
        let wanted = step_bytes.min(room.saturating_add(1));
        let before = self.decoded.len();
        self.allowance.set(self.slack_bytes.saturating_add((wanted as u64).saturating_mul(2)));
        let read = (&mut self.layers).take(wanted as u64).read_to_end(&mut self.decoded);
        if self.decoded.len() > self.bytes_max {
            self.decoded.truncate(self.bytes_max);
            return Err(DecodeError::TooLarge);
        }
        read.map_err(DecodeError::Corrupt)?;
        Ok(self.decoded.len() - before < wanted)
    }

    /// What was decoded up to now.
    pub(crate) fn into_decoded(self) -> Bytes {
        // Most responses are dropped soon; those that are kept should not hold what they do not
        // use.
        let mut decoded = self.decoded;
        if decoded.capacity() > 2 * decoded.len() {
            decoded.shrink_to_fit();
        }
        Bytes::from(decoded)
    }
}

fn layer(encoding: Encoding, source: Metered) -> Box<dyn Read> {
    let source = BufReader::with_capacity(READ_BYTES, source);
    match encoding {
        Encoding::Gzip => Box::new(MultiGzDecoder::new(source)),
        Encoding::Deflate => Box::new(Deflated::Unknown(source)),
        Encoding::Zstd => Box::new(zstd::Frames::new(source)),
        Encoding::Brotli => Box::new(brotli::Decompressor::new(source, READ_BYTES)),
    }
}

/// The body itself.
struct Source(Bytes);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.0.len());
        buffer[..count].copy_from_slice(&self.0.split_to(count));
        Ok(count)
    }
}

/// What goes into a layer, as far as it is allowed.
struct Metered {
    source: Box<dyn Read>,
    left: Allowance,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let left = self.left.get().checked_sub(count as u64);
        let padding = || io::Error::new(io::ErrorKind::InvalidData, "it is nothing but padding");
        self.left.set(left.ok_or_else(padding)?);
        Ok(count)
    }
}

/// `deflate` means zlib's frame, but some servers leave it out, and all clients know that.
enum Deflated<R: BufRead> {
    Unknown(R),
    Framed(ZlibDecoder<R>),
    Bare(DeflateDecoder<R>),
    /// Between two of these.
    Gone,
}

impl<R: BufRead> Read for Deflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Unknown(source) = self {
            let is_framed = is_zlib(source.fill_buf()?);
            if let Self::Unknown(source) = std::mem::replace(self, Self::Gone) {
                *self = if is_framed {
                    Self::Framed(ZlibDecoder::new(source))
                } else {
                    Self::Bare(DeflateDecoder::new(source))
                };
            }
        }
        match self {
            Self::Framed(decoder) => decoder.read(buffer),
            Self::Bare(decoder) => decoder.read(buffer),
            Self::Unknown(_) | Self::Gone => Ok(0),
        }
    }
}

/// RFC 1950: the method is 8, the window at most 32 KiB, and the first two bytes divide by 31.
fn is_zlib(start: &[u8]) -> bool {
    match *start {
        [method, flags, ..] => {
            method & 0x0f == 8
                && method >> 4 <= 7
                && u16::from_be_bytes([method, flags]).is_multiple_of(31)
        }
        // Too short for either; zlib's reader has the better words for it.
        _ => true,
    }
}

/// What holds for any input.
#[cfg(any(test, fuzzing))]
pub(crate) mod check {
    use super::{Bytes, Decoder, Encoding};

    const BYTES_MAX: usize = 1024 * 1024;

    pub(crate) fn any_input(input: &[u8]) {
        let Some((first, body)) = input.split_first() else { return };
        let coding = |shift: u8| Encoding::ALL[usize::from(first >> shift & 3)];
        let applied = [coding(0), coding(2), coding(4)];
        let count = usize::from(first >> 6).clamp(1, 3);
        let body = Bytes::copy_from_slice(body);
        let mut decoder = Decoder::new(body, &applied[..count], BYTES_MAX as u64);
        while let Ok(false) = decoder.step(4096) {}
        assert!(decoder.into_decoded().len() <= BYTES_MAX);
    }
}

#[cfg(test)]
mod tests;
