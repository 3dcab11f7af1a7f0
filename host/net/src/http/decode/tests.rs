//! Bodies of other encoders, of ours, damaged ones, and those that are made to do harm.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::*;
use crate::http::compress::compress;

// By zlib, zstd 1.5 and brotli 1.0, of `hello hello hello hello` and a line's end.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\
    \xc8\x40\x27\xb9\x00\x00\x88\x59\x0b\x18\x00\x00\x00";
const ZLIB: &[u8] = b"\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\xb9\x00\x70\xbe\x08\xbb";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x24\x18\x6d\x00\x00\x38\x68\x65\x6c\x6c\x6f\x20\
    \x0a\x01\x00\x99\x4b\x11\xa8\x7c\x2e\xa8";
const BROTLI: &[u8] = b"\x1b\x17\x00\xf8\x8d\x94\x6e\xde\x44\x55\x86\xd6\x0a\x20\x6c\x6f\
    \x4a\x11\x79\xe2\x80\xae\x16";

const NO_BOUND: u64 = u64::MAX;

/// All of it in steps of this length.
fn decode_in(
    body: &[u8],
    applied: &[Encoding],
    bytes_max: u64,
    step_bytes: usize,
) -> (Bytes, Result<(), DecodeError>) {
    let mut decoder = Decoder::new(Bytes::copy_from_slice(body), applied, bytes_max);
    let result = loop {
        match decoder.step(step_bytes) {
            Ok(false) => {}
            Ok(true) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    (decoder.into_decoded(), result)
}

fn decode(body: &[u8], applied: &[Encoding]) -> Bytes {
    let (decoded, result) = decode_in(body, applied, NO_BOUND, 4096);
    result.unwrap();
    decoded
}

fn encode(body: &[u8], encodings: &[Encoding]) -> Bytes {
    compress(&Bytes::copy_from_slice(body), encodings)
}

fn bare_deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_others_have_made_is_read() {
    let samples: [(Encoding, &[u8]); 4] = [
        (Encoding::Gzip, GZIP),
        (Encoding::Deflate, ZLIB),
        (Encoding::Zstd, ZSTD),
        (Encoding::Brotli, BROTLI),
    ];
    for (encoding, sample) in samples {
        assert_eq!(decode(sample, &[encoding]), "hello hello hello hello\n", "{encoding:?}");
    }
}

#[test]
fn deflate_may_lack_its_frame() {
    let text = b"some text, some text, some text";
    assert_eq!(decode(&bare_deflate(text), &[Encoding::Deflate]), &text[..]);
}

#[test]
fn members_and_frames_may_follow_each_other() {
    for encoding in [Encoding::Gzip, Encoding::Zstd] {
        let twice = [encode(b"one ", &[encoding]), encode(b"two", &[encoding])].concat();
        assert_eq!(decode(&twice, &[encoding]), "one two", "{encoding:?}");
    }
    // A frame that is to be skipped, of 5 bytes.
    let mut body = b"\x50\x2a\x4d\x18\x05\0\0\0.....".to_vec();
    body.extend_from_slice(&encode(b"rest", &[Encoding::Zstd]));
    assert_eq!(decode(&body, &[Encoding::Zstd]), "rest");
    let (_, cut) = decode_in(&body[..10], &[Encoding::Zstd], NO_BOUND, 100);
    assert!(matches!(cut, Err(DecodeError::Corrupt(_))));
}

#[test]
fn a_bomb_stops_at_the_bound() {
    let zeros = vec![0; 20 * 1024 * 1024];
    for encoding in Encoding::ALL {
        let bomb = encode(&encode(&zeros, &[encoding]), &[encoding]);
        let (decoded, result) = decode_in(&bomb, &[encoding, encoding], 100_000, 64 * 1024);
        assert!(matches!(result, Err(DecodeError::TooLarge)), "{encoding:?}");
        assert_eq!(decoded.len(), 100_000);
        // Exactly as much as is allowed is allowed.
        let body = encode(&zeros[..100_000], &[encoding]);
        for step_bytes in [1000, 100_000, 200_000] {
            let (decoded, result) = decode_in(&body, &[encoding], 100_000, step_bytes);
            assert!(result.is_ok(), "{encoding:?} {step_bytes}");
            assert_eq!(decoded.len(), 100_000);
        }
    }
}

#[test]
fn what_came_before_a_mistake_is_kept() {
    let text: Vec<u8> = (0..200_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
    for encoding in Encoding::ALL {
        let whole = encode(&text, &[encoding]);
        let (decoded, result) = decode_in(&whole[..whole.len() / 2], &[encoding], NO_BOUND, 4096);
        assert!(matches!(result, Err(DecodeError::Corrupt(_))), "{encoding:?}");
        assert!(!decoded.is_empty() && text.starts_with(&decoded), "{encoding:?}");
    }
}

#[test]
fn checksums_are_looked_at() {
    // The last eight, four and four bytes; brotli has none.
    for (encoding, from_end) in [(Encoding::Gzip, 8), (Encoding::Deflate, 4), (Encoding::Zstd, 4)] {
        let mut body = match encoding {
            Encoding::Gzip => GZIP,
            Encoding::Deflate => ZLIB,
            _ => ZSTD,
        }
        .to_vec();
        let place = body.len() - from_end;
        body[place] ^= 1;
        let (decoded, result) = decode_in(&body, &[encoding], NO_BOUND, 4096);
        assert!(matches!(result, Err(DecodeError::Corrupt(_))), "{encoding:?}");
        // Without its checksum, zlib's reader gives nothing of what it read at once.
        assert!(b"hello hello hello hello\n".starts_with(&decoded), "{encoding:?}");
    }
}

#[test]
fn padding_is_given_up() {
    for encoding in [Encoding::Gzip, Encoding::Zstd] {
        let padding = encode(b"", &[encoding]).repeat(100_000);
        let body = [&encode(b"start", &[encoding])[..], &padding[..]].concat();
        let (decoded, result) = decode_in(&body, &[encoding], NO_BOUND, 4096);
        let Err(DecodeError::Corrupt(error)) = result else { panic!("{encoding:?}: {result:?}") };
        assert!(error.to_string().contains("nothing but"), "{error}");
        assert_eq!(decoded, "start");
        // The same where it is inside of another coding, which makes it short.
        let body = encode(&body, &[Encoding::Brotli]);
        let (_, result) = decode_in(&body, &[encoding, Encoding::Brotli], NO_BOUND, 4096);
        assert!(matches!(result, Err(DecodeError::Corrupt(_))), "{encoding:?}");
    }
}

#[test]
fn what_does_not_compress_is_not_padding() {
    let mut random = fastrand::Rng::with_seed(7);
    let body: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(12_000_000).collect();
    for encodings in [
        &[Encoding::Gzip][..],
        &[Encoding::Zstd],
        &[Encoding::Brotli],
        &[Encoding::Zstd, Encoding::Gzip],
        &[Encoding::Deflate, Encoding::Zstd, Encoding::Brotli],
    ] {
        let compressed = encode(&body, encodings);
        let (decoded, result) = decode_in(&compressed, encodings, NO_BOUND, 1000);
        assert!(result.is_ok(), "{encodings:?}: {result:?}");
        assert!(decoded == body, "{encodings:?}");
    }
}

#[test]
fn a_large_zstd_window_is_refused() {
    // A frame that asks for 128 MiB: window descriptor (27 - 10) << 3.
    let frame = b"\x28\xb5\x2f\xfd\x00\x88\x01\0\0";
    let (_, result) = decode_in(frame, &[Encoding::Zstd], NO_BOUND, 4096);
    assert!(matches!(result, Err(DecodeError::Corrupt(_))));
}

fn encodings() -> impl Strategy<Value = Vec<Encoding>> {
    proptest::collection::vec(proptest::sample::select(Encoding::ALL.to_vec()), 1..4)
}

proptest! {
    #[test]
    fn what_was_compressed_comes_back(
        body in proptest::collection::vec(any::<u8>(), 0..3000),
        encodings in encodings(),
        step_bytes in 1_usize..5000,
    ) {
        let compressed = encode(&body, &encodings);
        let (decoded, result) = decode_in(&compressed, &encodings, NO_BOUND, step_bytes);
        prop_assert!(result.is_ok());
        prop_assert_eq!(decoded, body);
    }

    #[test]
    fn anything_is_a_body_or_a_mistake(
        body in proptest::collection::vec(any::<u8>(), 0..600),
        encodings in encodings(),
    ) {
        let (decoded, _) = decode_in(&body, &encodings, 100_000, 4096);
        prop_assert!(decoded.len() <= 100_000);
    }

    #[test]
    fn damaged_bodies_are_bodies_or_mistakes(
        body in proptest::collection::vec(0_u8..4, 1..3000),
        encoding in proptest::sample::select(Encoding::ALL.to_vec()),
        place in any::<proptest::sample::Index>(),
        damage in 1_u8..,
    ) {
        let mut compressed = encode(&body, &[encoding]).to_vec();
        let place = place.index(compressed.len());
        compressed[place] ^= damage;
        let (decoded, _) = decode_in(&compressed, &[encoding], 100_000, 4096);
        prop_assert!(decoded.len() <= 100_000);
    }
}
