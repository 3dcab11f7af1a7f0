//! Chunks that are usual, odd, and wrong.

use super::*;
use proptest::prelude::*;

/// The data, and what is left behind the body; nothing when it is not complete.
fn decode(text: &[u8]) -> Result<Option<(Vec<u8>, usize)>, ChunkError> {
    let mut chunked = Chunked::new();
    let mut rest = text;
    let mut data = Vec::new();
    while let Some(piece) = chunked.next(&mut rest)? {
        data.extend_from_slice(piece);
    }
    Ok(chunked.is_done().then_some((data, rest.len())))
}

fn data(text: &str) -> String {
    let (data, rest) = decode(text.as_bytes()).unwrap().unwrap();
    assert_eq!(rest, 0);
    String::from_utf8(data).unwrap()
}

#[test]
fn chunks_become_data() {
    assert_eq!(data("0\r\n\r\n"), "");
    assert_eq!(data("3\r\nabc\r\n0a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n").len(), 24);
    assert_eq!(data("0000000000000002\r\nok\r\n000\r\n\r\n"), "ok");
    assert_eq!(decode(b"1\r\nx\r\n0\r\n\r\nHTTP").unwrap(), Some((b"x".to_vec(), 4)));
}

#[test]
fn extensions_space_and_trailers_are_dropped() {
    assert_eq!(data("2;a=b;c\r\nok\r\n0;last\r\n\r\n"), "ok");
    assert_eq!(data("2 \t\r\nok\r\n0\r\n\r\n"), "ok");
    assert_eq!(data("2 ; a\r\nok\r\n0\r\n\r\n"), "ok");
    assert_eq!(data("2\r\nok\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n"), "ok");
}

#[test]
fn what_is_wrong_is_refused() {
    use ChunkError::*;
    let cases: [(&str, ChunkError); 19] = [
        ("\r\n", Size),
        ("x\r\n", Size),
        (" 2\r\n", Size),
        ("+2\r\n", Size),
        ("0x2\r\n", Size),
        ("2 2\r\n", Size),
        (";a\r\n", Size),
        ("00000000000000002\r\n", TooLarge),
        ("2\n", LineEnd),
        ("2;a\nok", LineEnd),
        ("2\r\r\n", LineEnd),
        ("2\r\nok!\r\n", DataEnd),
        ("2\r\nok\n", DataEnd),
        ("2\r\nok\r\r", DataEnd),
        ("0\r\n\n", Trailers),
        ("0\r\n\rX", Trailers),
        ("0\r\nno line\r\n\r\n", Trailers),
        ("0\r\nX : 1\r\n\r\n", Trailers),
        ("0\r\n: 1\r\n\r\n", Trailers),
    ];
    for (text, expected) in cases {
        assert_eq!(decode(text.as_bytes()), Err(expected), "{text:?}");
    }
}

#[test]
fn the_largest_size_is_that_of_64_bits() {
    let mut chunked = Chunked::new();
    let mut rest: &[u8] = b"ffffffffffffffff\r\n";
    assert_eq!(chunked.next(&mut rest), Ok(None));
    assert_eq!(chunked.announced_bytes(), u64::MAX);
}

#[test]
fn what_is_not_data_has_bounds() {
    let extension = |bytes: usize| format!("2;{}\r\nok\r\n", "a".repeat(bytes));
    let line_max = LINE_BYTES_MAX as usize - "2;\r\n".len();
    assert_eq!(data(&format!("{}0\r\n\r\n", extension(line_max))), "ok");
    assert_eq!(decode(extension(line_max + 1).as_bytes()), Err(ChunkError::Line));
    assert_eq!(decode(extension(4000).repeat(5).as_bytes()), Err(ChunkError::Excess));
    // Extensions beside much data are no excess, however many.
    let signed = format!("{:x};{}\r\n{}\r\n", 8000, "a".repeat(4000), "d".repeat(8000));
    assert_eq!(data(&format!("{}0\r\n\r\n", signed.repeat(20))).len(), 160_000);
    // Nor are the smallest of chunks.
    assert_eq!(data(&format!("{}0\r\n\r\n", "1\r\nx\r\n".repeat(50_000))).len(), 50_000);
    let trailer = |bytes: usize| format!("0\r\nX: {}\r\n\r\n", "a".repeat(bytes));
    let trailer_max = TRAILER_BYTES_MAX - "X: \r\n".len();
    assert_eq!(data(&trailer(trailer_max)), "");
    assert_eq!(decode(trailer(trailer_max + 1).as_bytes()), Err(ChunkError::TrailerBytes));
    let trailers = |count: usize| format!("0\r\n{}\r\n", "X: 1\r\n".repeat(count));
    assert_eq!(data(&trailers(TRAILERS_MAX)), "");
    assert_eq!(decode(trailers(TRAILERS_MAX + 1).as_bytes()), Err(ChunkError::Trailers));
}

proptest! {
    #[test]
    fn what_was_cut_into_chunks_comes_back(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..20),
    ) {
        let mut text = Vec::new();
        for chunk in &chunks {
            text.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
            text.extend_from_slice(chunk);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"0\r\n\r\nrest");
        prop_assert_eq!(decode(&text), Ok(Some((chunks.concat(), 4))));
        for end in 0..text.len() - 4 {
            prop_assert_eq!(decode(&text[..end]), Ok(None));
        }
    }
}
