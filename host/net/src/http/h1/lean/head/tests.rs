//! Heads that are usual, odd, and wrong. What Go's client says was looked up in k6.

use super::*;

/// The head of a whole response with these lines after its status line.
fn head(lines: &str) -> Result<Parsed, HeadError> {
    parsed(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n"), &Method::GET)
}

fn parsed(text: &str, method: &Method) -> Result<Parsed, HeadError> {
    parse(text.as_bytes(), method).map(|parsed| {
        let (length, head) = parsed.unwrap();
        assert_eq!(length, text.len(), "{text}");
        head
    })
}

fn framing(lines: &str) -> Framing {
    head(lines).unwrap().framing
}

fn status_line(line: &str) -> Option<(u16, Proto)> {
    let head = parsed(&format!("{line}\r\n\r\n"), &Method::GET).ok()?.head;
    Some((head.status.as_u16(), head.proto))
}

#[test]
fn a_usual_head() {
    let head = head("Content-Type: text/plain\r\nX-A:  1 \r\nx-a: 2\r\nContent-Length: 5\r\n");
    let Parsed { head, framing, keep_alive } = head.unwrap();
    assert_eq!((head.status.as_u16(), head.proto), (200, Proto::Http11));
    assert_eq!((framing, keep_alive), (Framing::Length(5), true));
    assert_eq!(head.reason.as_deref(), Some(&b"OK"[..]));
    assert_eq!(head.headers.get("content-type"), Some(&b"text/plain"[..]));
    let values: Vec<_> = head.headers.get_all("X-A").collect();
    assert_eq!(values, [b"1", b"2"]);
    assert_eq!(head.headers.iter().count(), 4);
}

#[test]
fn nothing_before_the_empty_line_is_a_head() {
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let length = text.len() - 5;
    for end in 0..length {
        assert!(parse(&text[..end], &Method::GET).unwrap().is_none(), "{end}");
    }
    assert_eq!(parse(text, &Method::GET).unwrap().unwrap().0, length);
}

#[test]
fn status_lines() {
    assert_eq!(status_line("HTTP/1.1 404 Not Found"), Some((404, Proto::Http11)));
    assert_eq!(status_line("HTTP/1.0 200 OK"), Some((200, Proto::Http10)));
    assert_eq!(status_line("HTTP/1.1 200"), Some((200, Proto::Http11)));
    assert_eq!(status_line("HTTP/1.1 200 "), Some((200, Proto::Http11)));
    assert_eq!(status_line("HTTP/1.1  999 Odd \u{e9}"), Some((999, Proto::Http11)));
    for bad in [
        "HTTP/1.1 099 Low",
        "HTTP/1.1 99 Short",
        "HTTP/1.1 1000 Long",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.2 200 OK",
        "HTTP/2.0 200 OK",
        "http/1.1 200 OK",
        "ICY 200 OK",
        "200 OK",
    ] {
        assert_eq!(status_line(bad), None, "{bad}");
    }
}

#[test]
fn a_reason_is_what_was_said() {
    for (line, reason) in [
        ("HTTP/1.1 200 OK", "OK"),
        ("HTTP/1.1 200 Fine", "Fine"),
        ("HTTP/1.1 200", ""),
        ("HTTP/1.1 404 Not  Found ", "Not  Found "),
        ("HTTP/1.1 299 Odd", "Odd"),
    ] {
        let head = parsed(&format!("{line}\r\n\r\n"), &Method::GET).unwrap().head;
        assert_eq!(head.reason.unwrap(), reason, "{line}");
    }
}

#[test]
fn lengths_are_digits_and_agree() {
    assert_eq!(framing("Content-Length: 0\r\n"), Framing::Length(0));
    assert_eq!(framing("Content-Length: 007\r\n"), Framing::Length(7));
    assert_eq!(framing("Content-Length: 7\r\ncontent-length: 7\r\n"), Framing::Length(7));
    assert_eq!(framing("Content-Length: 18446744073709551615\r\n"), Framing::Length(u64::MAX));
    for bad in ["", "+7", "-1", "0x7", "7, 7", "7 7", "18446744073709551616", "seven"] {
        let error = head(&format!("Content-Length: {bad}\r\n")).unwrap_err();
        assert!(matches!(error, HeadError::Length), "{bad}");
    }
    let error = head("Content-Length: 7\r\nContent-Length: 8\r\n").unwrap_err();
    assert!(matches!(error, HeadError::Lengths));
}

#[test]
fn the_one_encoding_is_chunked_and_goes_before_a_length() {
    assert_eq!(framing("Transfer-Encoding: Chunked \r\n"), Framing::Chunked);
    let both = "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(framing(both), Framing::Chunked);
    for bad in ["gzip", "gzip, chunked", "chunked, chunked", "identity", "", "chunked;q=1"] {
        let error = head(&format!("Transfer-Encoding: {bad}\r\n")).unwrap_err();
        assert!(matches!(error, HeadError::Encoding), "{bad}");
    }
    let twice = "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n";
    assert!(matches!(head(twice).unwrap_err(), HeadError::Encoding));
    let with_a_bad_length = "Transfer-Encoding: chunked\r\nContent-Length: x\r\n";
    assert!(matches!(head(with_a_bad_length).unwrap_err(), HeadError::Length));
    // HTTP/1.0 has no encodings, so it has a length or ends.
    let old = |lines: &str| {
        let text = format!("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n{lines}\r\n");
        parsed(&text, &Method::GET).unwrap().framing
    };
    assert_eq!(old(""), Framing::UntilClose);
    assert_eq!(old("Content-Length: 3\r\n"), Framing::Length(3));
}

#[test]
fn some_responses_have_no_body_whatever_they_say() {
    let lines = "Content-Length: 7\r\n";
    for status in [100, 103, 199, 204, 304] {
        let text = format!("HTTP/1.1 {status} X\r\n{lines}\r\n");
        assert_eq!(parsed(&text, &Method::GET).unwrap().framing, Framing::Length(0), "{status}");
    }
    let text = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
    assert_eq!(parsed(&text, &Method::HEAD).unwrap().framing, Framing::Length(0));
    let text = "HTTP/1.1 204 No Content\r\n\r\n";
    assert!(parsed(text, &Method::GET).unwrap().keep_alive);
    assert_eq!(framing(""), Framing::UntilClose);
}

#[test]
fn connections_are_kept_as_the_version_and_the_header_say() {
    let keep_alive = |version: &str, connection: &str| {
        let text = format!("HTTP/{version} 200 OK\r\nContent-Length: 0\r\n{connection}\r\n");
        parsed(&text, &Method::GET).unwrap().keep_alive
    };
    assert!(keep_alive("1.1", ""));
    assert!(keep_alive("1.1", "Connection: keep-alive\r\n"));
    assert!(!keep_alive("1.1", "Connection: Close\r\n"));
    assert!(!keep_alive("1.1", "Connection: x, close\r\n"));
    assert!(!keep_alive("1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
    assert!(!keep_alive("1.0", ""));
    assert!(keep_alive("1.0", "Connection: Keep-Alive\r\n"));
    assert!(!keep_alive("1.0", "Connection: keep-alive, close\r\n"));
}

#[test]
fn without_a_length_the_connection_goes() {
    assert!(!head("").unwrap().keep_alive);
}

#[test]
fn folded_values_are_one_line() {
    let head = head("X-A: one\r\n two\r\n\t three \r\nX-B:\r\n four\r\nContent-Length: 0\r\n");
    let headers = head.unwrap().head.headers;
    assert_eq!(headers.get("x-a"), Some(&b"one two three"[..]));
    assert_eq!(headers.get("x-b"), Some(&b"four"[..]));
    assert_eq!(headers.get("content-length"), Some(&b"0"[..]));
}

#[test]
fn lines_that_are_none_are_refused() {
    for bad in [
        " X: before the first\r\n",
        "X : space before the colon\r\n",
        "X Y: space in the name\r\n",
        "no colon\r\n",
        ": no name\r\n",
        "X: nul\0\r\n",
        "X: control\u{1}\r\n",
        "X: return\rhere\r\n",
        "X\u{e9}: no token\r\n",
    ] {
        assert!(head(bad).is_err(), "{bad:?}");
    }
    assert_eq!(
        head("X: caf\u{e9}\r\n").unwrap().head.headers.get("x"),
        Some("caf\u{e9}".as_bytes())
    );
}

#[test]
fn bare_line_feeds_end_lines() {
    let head = parsed("HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\n", &Method::GET).unwrap();
    assert_eq!((head.head.headers.get("x-a"), head.framing), (Some(&b"1"[..]), Framing::Length(2)));
}

#[test]
fn there_is_room_for_many_lines_and_a_bound() {
    let lines = |count: usize| "X: 1\r\n".repeat(count);
    for count in [1, LINES_USUAL - 1, LINES_USUAL, LINES_USUAL + 1, LINES_MAX - 2] {
        assert_eq!(head(&lines(count)).unwrap().head.headers.iter().count(), count);
    }
    assert!(matches!(head(&lines(LINES_MAX + 1)).unwrap_err(), HeadError::Lines));
}

#[test]
fn many_lines_that_are_not_complete_are_no_error() {
    let text = format!("HTTP/1.1 200 OK\r\n{}", "X: 1\r\n".repeat(LINES_USUAL + 2));
    for end in text.len() - 13..=text.len() {
        assert!(parse(&text.as_bytes()[..end], &Method::GET).unwrap().is_none(), "{end}");
    }
}
