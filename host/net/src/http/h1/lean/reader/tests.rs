//! Responses as a whole, in pieces, and responses that are none.

use super::check::{any_input, pieces_make_no_difference};
use super::*;
use bytes::Bytes;
use proptest::prelude::*;

const BYTES_MAX: u64 = 1_000;

/// What came of bytes behind which the connection ends.
struct Came {
    read: Result<(), ReadError>,
    head: Option<Head>,
    received: Received,
    keep_alive: bool,
}

fn read(text: &[u8], discard: bool) -> Came {
    let (mut head, mut received) = (None, Received::default());
    let body_use = BodyUse { discard, bytes_max: BYTES_MAX, stream: None };
    let mut reader = Reader::new(&Method::GET, body_use, &mut head, &mut received);
    let read = reader.feed(text).and_then(|()| reader.end());
    let keep_alive = reader.keeps_connection();
    Came { read, head, received, keep_alive }
}

/// The body of a good response, and whether the connection is kept.
fn response(text: &[u8]) -> (Bytes, bool) {
    let mut came = read(text, false);
    came.read.unwrap();
    (came.received.take(), came.keep_alive)
}

/// A reader on its own, and what it needs.
fn with_reader<T>(work: impl FnOnce(&mut Reader<'_>) -> T) -> T {
    let (mut head, mut received) = (None, Received::default());
    let body_use = BodyUse { discard: false, bytes_max: BYTES_MAX, stream: None };
    work(&mut Reader::new(&Method::GET, body_use, &mut head, &mut received))
}

fn error_text(text: &[u8]) -> String {
    match read(text, false).read.unwrap_err() {
        ReadError::TooLarge => "too large".to_owned(),
        ReadError::Io(error) => format!("{:?}: {error}", error.kind()),
    }
}

#[test]
fn a_response_and_nothing_more_keeps_the_connection() {
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(response(text), ("ok".into(), true));
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!";
    assert_eq!(response(text), ("ok".into(), false));
    let text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    assert_eq!(response(text), ("ok".into(), true));
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let text = b"HTTP/1.1 200 OK\r\n\r\nall there is";
    assert_eq!(response(text), ("all there is".into(), false));
}

#[test]
fn interim_responses_are_passed_over() {
    let text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 9\r\n\r\n".repeat(1000);
    let text = text + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let came = read(text.as_bytes(), false);
    assert_eq!(came.head.unwrap().headers.iter().count(), 1);
    // Up to the bound of all heads.
    let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(HEAD_BYTES_MAX / 25 + 1);
    assert!(error_text(flood.as_bytes()).contains("1048576 bytes"));
}

#[test]
fn switching_protocols_is_not_interim() {
    let came = read(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x81\x00", false);
    assert_eq!((came.head.unwrap().status.as_u16(), came.keep_alive), (101, false));
}

#[test]
fn what_is_discarded_is_counted() {
    let mut came = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true);
    assert_eq!((came.received.take().len(), came.received.bytes), (0, 5));
}

#[test]
fn what_came_of_a_response_stays() {
    let mut came = read(b"HTTP/1.1 404 Gone\r\nContent-Length: 500\r\n\r\nhello", false);
    assert!(came.read.is_err());
    assert_eq!(came.head.unwrap().status.as_u16(), 404);
    assert_eq!((came.received.take(), came.received.bytes), ("hello".into(), 5));
}

#[test]
fn a_body_over_the_bound_is_refused_as_soon_as_it_is_known() {
    let head = "HTTP/1.1 200 OK\r\n";
    let announced = format!("{head}Content-Length: 1001\r\n\r\n");
    let chunk = format!("{head}Transfer-Encoding: chunked\r\n\r\n3e9\r\n");
    for text in [announced, chunk] {
        let came = read(text.as_bytes(), true);
        assert!(matches!(came.read, Err(ReadError::TooLarge)) && came.received.bytes == 0);
    }
    let text = |length: usize| format!("{head}\r\n{}", "x".repeat(length));
    let mut came = read(text(1001).as_bytes(), false);
    assert!(matches!(came.read, Err(ReadError::TooLarge)) && came.received.take().is_empty());
    assert_eq!(response(text(1000).as_bytes()).0.len(), 1000);
}

#[test]
fn what_ends_early_or_is_no_http_says_so() {
    let cases: [(&[u8], &str); 7] = [
        (b"", "UnexpectedEof"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "UnexpectedEof"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "UnexpectedEof"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n", "UnexpectedEof"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "InvalidData: invalid HTTP version"),
        (b"HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n", "InvalidData: invalid header name"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "InvalidData: a chunk's size is no hexadecimal number",
        ),
    ];
    for (text, expected) in cases {
        assert!(error_text(text).starts_with(expected), "{}", error_text(text));
    }
}

#[test]
fn a_wrong_beginning_is_noticed_before_the_head_ends() {
    let fed = with_reader(|reader| {
        let mut bytes = b"HTTQ/1.1 200 OK\r".iter();
        bytes.try_for_each(|byte| reader.feed(&[*byte]))
    });
    assert!(fed.is_err());
}

#[test]
fn a_head_has_a_bound_however_it_comes() {
    let endless = vec![b'a'; HEAD_BYTES_MAX];
    for piece_bytes in [1, 10_000, HEAD_BYTES_MAX] {
        let fed = with_reader(|reader| {
            reader.feed(b"HTTP/1.1 200 OK\r\nX: ").unwrap();
            // Byte by byte it is looked at some twenty times, not a million.
            let mut pieces = endless.chunks(piece_bytes).chain([&endless[..]]);
            pieces.try_for_each(|piece| reader.feed(piece))
        });
        assert!(fed.is_err(), "{piece_bytes}");
    }
}

/// Parts that responses are made of, whole and broken.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let parts: &[&[u8]] = &[
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 20",
        b"\r\n",
        b"\n",
        b"\r",
        b"Content-Length: 5\r\n",
        b"Content-Length: 12\r\n",
        b"Content-Length: 99999\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Connection: close\r\n",
        b"X-Folded: a\r\n b\r\n",
        b"X-A: 1\r\n",
        b"X : 1\r\n",
        b"X-A: \xff\0\r\n",
        b"5\r\nhello\r\n",
        b"5;ext\r\nhello\r\n",
        b"0\r\n\r\n",
        b"0\r\nX-T: 1\r\n\r\n",
        b"fffffffffffffffff\r\n",
        b"hello",
    ];
    prop_oneof![
        20 => prop::sample::select(parts).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => (1_usize..300).prop_map(|count| vec![b'x'; count * 10]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn pieces_of_anything_make_no_difference(
        parts in prop::collection::vec(part(), 0..12),
        is_begun in any::<bool>(),
        cuts in prop::collection::vec(any::<u8>(), 0..8),
        kept in any::<bool>(),
    ) {
        let mut bytes = if is_begun { b"HTTP/1.1 200 OK\r\n".to_vec() } else { Vec::new() };
        bytes.extend(parts.concat());
        pieces_make_no_difference(&bytes, &cuts, kept);
    }

    #[test]
    fn no_input_of_the_fuzz_target_panics(input in prop::collection::vec(any::<u8>(), 0..200)) {
        any_input(&input);
    }
}
