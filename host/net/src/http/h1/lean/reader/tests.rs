//! Responses as a whole, in pieces, and responses that are none.

use super::check::{any_input, pieces_make_no_difference};
use super::*;
use proptest::prelude::*;

const BYTES_MAX: u64 = 1_000;

/// The response and the count of its body's bytes; the connection ends behind the bytes.
fn read(text: &[u8], discard: bool) -> (Result<Received, ReadError>, u64) {
    let mut received_bytes = 0;
    let body_use = BodyUse { discard, bytes_max: BYTES_MAX };
    let mut reader = Reader::new(&Method::GET, body_use, &mut received_bytes);
    let fed = reader.feed(text);
    let ended = fed.and_then(|()| reader.end());
    let received = ended.map(|()| reader.finish());
    (received, received_bytes)
}

fn response(text: &[u8]) -> Received {
    read(text, false).0.unwrap()
}

fn error_text(text: &[u8]) -> String {
    match read(text, false).0.unwrap_err() {
        ReadError::TooLarge => "too large".to_owned(),
        ReadError::Io(error) => format!("{:?}: {error}", error.kind()),
    }
}

#[test]
fn a_response_and_nothing_more_keeps_the_connection() {
    let received = response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!((&*received.body, received.keep_alive), (&b"ok"[..], true));
    let received = response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!");
    assert_eq!((&*received.body, received.keep_alive), (&b"ok"[..], false));
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let received = response(chunked);
    assert_eq!((&*received.body, received.keep_alive), (&b"ok"[..], true));
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let received = response(b"HTTP/1.1 200 OK\r\n\r\nall there is");
    assert_eq!((&*received.body, received.keep_alive), (&b"all there is"[..], false));
}

#[test]
fn interim_responses_are_passed_over() {
    let text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 9\r\n\r\n".repeat(1000);
    let text = text + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(response(text.as_bytes()).head.headers.iter().count(), 1);
    // Up to the bound of all heads.
    let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(HEAD_BYTES_MAX / 25 + 1);
    assert!(error_text(flood.as_bytes()).contains("1048576 bytes"));
}

#[test]
fn switching_protocols_is_not_interim() {
    let received = response(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x81\x00");
    assert_eq!((received.head.status.as_u16(), received.keep_alive), (101, false));
}

#[test]
fn what_is_discarded_is_counted() {
    let (received, count) = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true);
    assert_eq!((received.unwrap().body.len(), count), (0, 5));
}

#[test]
fn a_body_over_the_bound_is_refused_as_soon_as_it_is_known() {
    let (received, count) = read(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", false);
    assert!(matches!(received, Err(ReadError::TooLarge)) && count == 0);
    let (received, count) =
        read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", true);
    assert!(matches!(received, Err(ReadError::TooLarge)) && count == 0);
    let text = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1001));
    assert!(matches!(read(text.as_bytes(), true).0, Err(ReadError::TooLarge)));
    let text = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1000));
    assert_eq!(read(text.as_bytes(), true).1, 1000);
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
    let mut count = 0;
    let body_use = BodyUse { discard: false, bytes_max: BYTES_MAX };
    let mut reader = Reader::new(&Method::GET, body_use, &mut count);
    reader.feed(b"H").unwrap();
    let fed = b"TTQ/1.1 200 OK\r".iter().try_for_each(|byte| reader.feed(&[*byte]));
    assert!(fed.is_err());
}

#[test]
fn a_head_has_a_bound_however_it_comes() {
    let endless = vec![b'a'; HEAD_BYTES_MAX];
    for piece_bytes in [1, 10_000, HEAD_BYTES_MAX] {
        let mut count = 0;
        let body_use = BodyUse { discard: false, bytes_max: BYTES_MAX };
        let mut reader = Reader::new(&Method::GET, body_use, &mut count);
        reader.feed(b"HTTP/1.1 200 OK\r\nX: ").unwrap();
        // Byte by byte it is looked at some twenty times, not a million.
        let mut pieces = endless.chunks(piece_bytes).chain([&endless[..]]);
        assert!(pieces.try_for_each(|piece| reader.feed(piece)).is_err(), "{piece_bytes}");
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
