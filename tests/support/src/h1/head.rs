//! The head of an HTTP/1 request: bytes in, what the connection must know out. Pure.
//!
//! Targets stay bytes of the buffer (a range) and headers are not kept, so that the usual request
//! costs no allocation; [`header_pairs`] reads them again for the few routes that look.

use std::mem::MaybeUninit;
use std::ops::Range;

use http::Method;

/// Header lines of one request; more are refused.
const HEADERS_MAX: usize = 128;

/// What the connection needs of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) method: Method,
    /// Where the target stands in the buffer; of an absolute target the part from the path on.
    pub(super) target: Range<usize>,
    pub(super) framing: Framing,
    pub(super) keep_alive: bool,
    pub(super) expects_continue: bool,
    /// Length of the head with its empty line.
    pub(super) bytes: usize,
}

/// How the end of the body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Error {
    #[error("the request is not HTTP/1: {0}")]
    NotHttp(httparse::Error),
    #[error("the method is not a token")]
    Method,
    #[error("the target is neither a path nor an absolute URL")]
    Target,
    #[error("the content-length `{0}` is not a number, or differs from another one")]
    Length(String),
    #[error("content-length and transfer-encoding stand together")]
    TwoFramings,
    #[error("the transfer-encoding `{0}` is not `chunked`")]
    TransferEncoding(String),
}

/// Parses the head at the start of `bytes`; `None` while it is incomplete.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, Error> {
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut []);
    let head_bytes = match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(httparse::Status::Complete(head_bytes)) => head_bytes,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(Error::NotHttp(error)),
    };
    let method = request.method.unwrap_or_default();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| Error::Method)?;
    let target = target_range(bytes, request.path.unwrap_or_default())?;
    let mut head = Head {
        method,
        target,
        framing: Framing::Length(0),
        keep_alive: request.version == Some(1),
        expects_continue: false,
        bytes: head_bytes,
    };
    let mut length = None;
    for header in request.headers.iter() {
        note_header(&mut head, &mut length, header)?;
    }
    match (head.framing, length) {
        (Framing::Chunked, Some(_)) => return Err(Error::TwoFramings),
        (Framing::Length(_), Some(length)) => head.framing = Framing::Length(length),
        (_, None) => {}
    }
    Ok(Some(head))
}

fn note_header(
    head: &mut Head,
    length: &mut Option<u64>,
    header: &httparse::Header<'_>,
) -> Result<(), Error> {
    let is = |name: &str| header.name.eq_ignore_ascii_case(name);
    // The lengths of the names are compared first, so that most headers cost one comparison.
    match header.name.len() {
        6 if is("expect") => {
            head.expects_continue = header.value.eq_ignore_ascii_case(b"100-continue");
        }
        10 if is("connection") => {
            for option in header.value.split(|&byte| byte == b',') {
                match option.trim_ascii() {
                    option if option.eq_ignore_ascii_case(b"close") => head.keep_alive = false,
                    option if option.eq_ignore_ascii_case(b"keep-alive") => head.keep_alive = true,
                    _ => {}
                }
            }
        }
        14 if is("content-length") => {
            let text = String::from_utf8_lossy(header.value);
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            match text.parse::<u64>() {
                Ok(value) if digits && length.is_none_or(|other| other == value) => {
                    *length = Some(value);
                }
                _ => return Err(Error::Length(text.into_owned())),
            }
        }
        17 if is("transfer-encoding") => {
            if !header.value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                let text = String::from_utf8_lossy(header.value).into_owned();
                return Err(Error::TransferEncoding(text));
            }
            head.framing = Framing::Chunked;
        }
        _ => {}
    }
    Ok(())
}

/// Where in `bytes` the target stands from its path on.
fn target_range(bytes: &[u8], target: &str) -> Result<Range<usize>, Error> {
    // The target is a slice of `bytes`.
    let start = target.as_ptr() as usize - bytes.as_ptr() as usize;
    let end = start + target.len();
    if target.starts_with('/') || target == "*" {
        return Ok(start..end);
    }
    let authority = target.find("://").map(|scheme| scheme + 3).ok_or(Error::Target)?;
    let path = target[authority..].find('/').ok_or(Error::Target)?;
    Ok(start + authority + path..end)
}

/// Name and value of each header in order; empty when `head` is not a whole head.
pub(crate) fn header_pairs(head: &[u8]) -> Vec<(String, String)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Complete(_)) => request
            .headers
            .iter()
            .map(|header| {
                (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> Head {
        parse(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_plain_get() {
        let text = "GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\nrest";
        let head = whole(text);
        assert_eq!(head.method, Method::GET);
        assert_eq!(&text[head.target.clone()], "/a?b=c");
        assert_eq!(head.framing, Framing::Length(0));
        assert!(head.keep_alive && !head.expects_continue);
        assert_eq!(&text[head.bytes..], "rest");
    }

    #[test]
    fn bodies_and_connections() {
        let head = whole("POST / HTTP/1.1\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n");
        assert_eq!(head.framing, Framing::Length(12));
        assert!(head.expects_continue);
        let head =
            whole("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nConnection: x, Close\r\n\r\n");
        assert_eq!(head.framing, Framing::Chunked);
        assert!(!head.keep_alive);
        assert!(!whole("GET / HTTP/1.0\r\n\r\n").keep_alive);
        assert!(whole("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n").keep_alive);
    }

    #[test]
    fn an_absolute_target_is_cut_to_its_path() {
        let text = "GET http://host:1/a/b HTTP/1.1\r\n\r\n";
        assert_eq!(&text[whole(text).target], "/a/b");
        assert_eq!(parse(b"GET http://host HTTP/1.1\r\n\r\n"), Err(Error::Target));
        assert_eq!(parse(b"CONNECT host:1 HTTP/1.1\r\n\r\n"), Err(Error::Target));
    }

    #[test]
    fn contradictions_are_refused() {
        let parse = |headers: &str| {
            parse(format!("POST / HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes()).unwrap_err()
        };
        assert_eq!(parse("content-length: 1\r\ntransfer-encoding: chunked"), Error::TwoFramings);
        assert_eq!(parse("content-length: 1\r\ncontent-length: 2"), Error::Length("2".into()));
        assert_eq!(parse("content-length: +1"), Error::Length("+1".into()));
        assert_eq!(parse("content-length:"), Error::Length(String::new()));
        assert_eq!(parse("transfer-encoding: gzip"), Error::TransferEncoding("gzip".into()));
    }

    #[test]
    fn every_prefix_of_a_head_is_incomplete() {
        let text = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
        for end in 0..text.len() {
            assert_eq!(parse(&text[..end]), Ok(None), "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(parse(&bytes));
            drop(header_pairs(&bytes));
        }

        #[test]
        fn no_headers_panic(headers in "([a-zA-Z-]{1,20}: ?[ -~]{0,30}\r\n){0,5}") {
            drop(parse(format!("GET / HTTP/1.1\r\n{headers}\r\n").as_bytes()));
        }
    }
}
