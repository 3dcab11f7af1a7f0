//! Reads a zstd body: one frame after the other, since a body may have several.
//!
//! Refuses dictionaries, and windows over 8 MiB, which is what RFC 9659 allows in this coding.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window of a frame: RFC 9659.
pub(super) const WINDOW_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Frames in a row that may have no content.
const EMPTY_MAX: u32 = 1000;

/// The frames of a body.
pub(super) struct Frames<R: BufRead> {
    source: R,
    decoder: FrameDecoder,
    state: State,
    /// Frames since the last one with content.
    empty: u32,
}

enum State {
    /// The next thing is a frame, or the end.
    Between,
    Inside,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_BYTES_MAX);
        Self { source, decoder, state: State::Between, empty: 0 }
    }

    /// Goes to the next frame; false at the end of the body.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            self.empty += 1;
            if self.empty > EMPTY_MAX {
                let message = "it is nothing but empty frames";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.state = State::Inside;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(length)?,
                Err(error) => return Err(invalid(&error)),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, length: u32) -> io::Result<()> {
        let length = u64::from(length);
        let skipped = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
        if skipped == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// The end of a frame.
    fn verify(&self) -> io::Result<()> {
        let sent = self.decoder.get_checksum_from_data();
        if sent.is_some() && sent != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "invalid checksum"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if matches!(self.state, State::Between) && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(|e| invalid(&e))?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                self.empty = 0;
                return Ok(count);
            }
            self.verify()?;
            self.state = State::Between;
        }
    }
}

/// The whole chain of an error: the outer ones only say where it happened.
fn invalid(error: &FrameDecoderError) -> io::Error {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    io::Error::new(io::ErrorKind::InvalidData, text)
}
