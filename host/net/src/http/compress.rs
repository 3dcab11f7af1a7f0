//! Compresses request bodies, as a script asks for it, and remembers what it has compressed.
//!
//! [`compress`] is a pure function; [`Compressed`] keeps the results of one worker, since load is
//! the same few bodies over and over, and compressing takes a hundred times as long as comparing.
//! Large bodies are compressed in steps, between which other tasks of the thread run; zstd does it
//! all at once, since there are servers that read no more than one frame of it.
//!
//! Invariants: at most [`KEPT_MAX`] results and [`KEPT_BYTES_MAX`] bytes are kept, the oldest goes
//! first; a result is used again only for the same bytes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::Write;

use brotli::CompressorWriter;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::http::coding::Encoding;

/// Results that are kept: a script has a handful of bodies.
const KEPT_MAX: usize = 16;

/// Bytes of all results that are kept and of the bodies that they are of.
const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Compressed between two looks at other tasks: 0.5 ms with gzip, 1.5 ms with brotli.
const STEP_BYTES: usize = 64 * 1024;

/// Brotli's window and quality are those of k6: 4 MiB, and a speed near that of gzip.
const BROTLI_WINDOW_BITS: u32 = 22;
const BROTLI_QUALITY: u32 = 6;
const BROTLI_BUFFER_BYTES: usize = 4096;

/// Applies the encodings from left to right. An empty body is compressed too, to some bytes.
///
/// gzip and deflate have zlib's usual level, zstd its fastest.
#[must_use]
pub fn compress(body: &Bytes, encodings: &[Encoding]) -> Bytes {
    let mut compressor = Compressor::new(body.clone(), encodings);
    while !compressor.step(usize::MAX) {}
    compressor.body
}

/// A body on its way through a list of encodings.
struct Compressor<'e> {
    /// What the encoding at work is given; the result, once there is no encoding left.
    body: Bytes,
    done_bytes: usize,
    encodings: &'e [Encoding],
    at_work: Option<Encoder>,
}

enum Encoder {
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    Brotli(Box<CompressorWriter<Vec<u8>>>),
    Zstd(Vec<u8>),
}

impl<'e> Compressor<'e> {
    fn new(body: Bytes, encodings: &'e [Encoding]) -> Self {
        Self { body, done_bytes: 0, encodings, at_work: None }
    }

    /// Compresses some more; true when all is done.
    fn step(&mut self, step_bytes: usize) -> bool {
        let Some((first, others)) = self.encodings.split_first() else { return true };
        let encoder = self.at_work.get_or_insert_with(|| Encoder::new(*first));
        let rest = &self.body[self.done_bytes..];
        let length = if *first == Encoding::Zstd { rest.len() } else { rest.len().min(step_bytes) };
        let piece = &rest[..length];
        encoder.add(piece);
        self.done_bytes += piece.len();
        if piece.len() == rest.len()
            && let Some(encoder) = self.at_work.take()
        {
            self.body = encoder.finish().into();
            self.done_bytes = 0;
            self.encodings = others;
        }
        self.encodings.is_empty()
    }
}

impl Encoder {
    fn new(encoding: Encoding) -> Self {
        let out = Vec::new();
        match encoding {
            Encoding::Gzip => Self::Gzip(GzEncoder::new(out, Compression::default())),
            Encoding::Deflate => Self::Deflate(ZlibEncoder::new(out, Compression::default())),
            Encoding::Zstd => Self::Zstd(out),
            Encoding::Brotli => Self::Brotli(Box::new(CompressorWriter::new(
                out,
                BROTLI_BUFFER_BYTES,
                BROTLI_QUALITY,
                BROTLI_WINDOW_BITS,
            ))),
        }
    }

    fn add(&mut self, piece: &[u8]) {
        let written = match self {
            Self::Gzip(encoder) => encoder.write_all(piece),
            Self::Deflate(encoder) => encoder.write_all(piece),
            Self::Brotli(encoder) => encoder.write_all(piece),
            Self::Zstd(frame) => frame.write_all(&compress_to_vec(piece, ZSTD_LEVEL)),
        };
        debug_assert!(written.is_ok(), "memory takes what it is given");
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Gzip(encoder) => encoder.finish().unwrap_or_default(),
            Self::Deflate(encoder) => encoder.finish().unwrap_or_default(),
            Self::Brotli(encoder) => encoder.into_inner(),
            Self::Zstd(frame) => frame,
        }
    }
}

const ZSTD_LEVEL: CompressionLevel = CompressionLevel::Fastest;

/// What one worker has compressed.
#[derive(Debug, Default)]
pub(crate) struct Compressed {
    kept: RefCell<VecDeque<Kept>>,
    kept_bytes: Cell<usize>,
}

#[derive(Debug)]
struct Kept {
    body: Bytes,
    encodings: Box<[Encoding]>,
    compressed: Bytes,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.body.len() + self.compressed.len()
    }
}

impl Compressed {
    /// The compressed form of a body, from what is kept or made now.
    pub(crate) async fn of(&self, body: &Bytes, encodings: &[Encoding]) -> Bytes {
        if encodings.is_empty() {
            return body.clone();
        }
        let known = self.kept.borrow().iter().find_map(|kept| {
            let same = *kept.encodings == *encodings && kept.body == *body;
            same.then(|| kept.compressed.clone())
        });
        if let Some(compressed) = known {
            return compressed;
        }
        let mut compressor = Compressor::new(body.clone(), encodings);
        while !compressor.step(STEP_BYTES) {
            tokio::task::yield_now().await;
        }
        let compressed = compressor.body;
        self.keep(Kept {
            body: body.clone(),
            encodings: encodings.into(),
            compressed: compressed.clone(),
        });
        compressed
    }

    fn keep(&self, new: Kept) {
        // One that would push out many others is not worth it.
        if new.bytes() > KEPT_BYTES_MAX / 2 {
            return;
        }
        let mut kept = self.kept.borrow_mut();
        let mut kept_bytes = self.kept_bytes.get() + new.bytes();
        kept.push_back(new);
        while kept.len() > KEPT_MAX || kept_bytes > KEPT_BYTES_MAX {
            kept_bytes -= kept.pop_front().map_or(0, |oldest| oldest.bytes());
        }
        self.kept_bytes.set(kept_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn the_same_body_is_compressed_once() {
        let compressed = Compressed::default();
        let body = Bytes::from("squeeze me ".repeat(100));
        let first = run(compressed.of(&body, &[Encoding::Gzip]));
        assert!(first.len() < body.len());
        let again = run(compressed.of(&Bytes::copy_from_slice(&body), &[Encoding::Gzip]));
        assert_eq!(again.as_ptr(), first.as_ptr());
        let other = run(compressed.of(&body, &[Encoding::Deflate]));
        assert_ne!(other, first);
        assert_eq!(run(compressed.of(&body, &[])), body);
    }

    #[test]
    fn steps_do_not_change_the_result() {
        let body = Bytes::from("0123456789".repeat(50_000));
        for encoding in Encoding::ALL {
            let at_once = compress(&body, &[encoding]);
            assert_eq!(run(Compressed::default().of(&body, &[encoding])), at_once, "{encoding:?}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let compressed = Compressed::default();
        for number in 0..100_u32 {
            let body = Bytes::from(vec![number as u8; 300_000]);
            run(compressed.of(&body, &[Encoding::Gzip]));
            let kept = compressed.kept.borrow();
            assert!(kept.len() <= KEPT_MAX);
            let bytes: usize = kept.iter().map(Kept::bytes).sum();
            assert_eq!(bytes, compressed.kept_bytes.get());
            assert!(bytes <= KEPT_BYTES_MAX && bytes > 0);
        }
        let large = Bytes::from(vec![0; KEPT_BYTES_MAX]);
        run(compressed.of(&large, &[Encoding::Gzip]));
        assert!(compressed.kept.borrow().iter().all(|kept| kept.body != large));
    }
}
