//! The head of a response: from bytes to status, headers, and how its body ends.
//!
//! httparse finds the parts; what they mean is decided here, as Go's client does (which is k6's)
//! where that is no less strict than what two ends of one connection can disagree about:
//!
//! - `Content-Length`: digits only; several must be the same, and a list is none.
//! - `Transfer-Encoding`: `chunked` once, and nothing else. It goes before a length. HTTP/1.0 has
//!   none.
//! - No body comes with 1xx, 204, 304 and after HEAD; without a length it ends with the connection.
//! - Lines of a folded value are joined by a space; a bare line feed ends a line.
//! - A space before the colon, control characters and names that are no tokens are refused.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::{Method, StatusCode};
use httparse::{Header, ParserConfig, Response};
use thiserror::Error;

use crate::http::course::Head;
use crate::http::headers::Headers;
use crate::http::response::Proto;

/// Header lines of most responses; for more of them, room is made on the heap.
const LINES_USUAL: usize = 48;

/// Header lines of one response. Go's client, and with it k6, has no bound but that on bytes.
const LINES_MAX: usize = 10_000;

/// Why a response is none.
#[derive(Debug, Error)]
pub(crate) enum HeadError {
    #[error("{0}")]
    Syntax(httparse::Error),
    #[error("more than {LINES_MAX} header lines")]
    Lines,
    #[error("a head of more than {0} bytes")]
    Size(usize),
    #[error("a status that is no number from 100 to 999")]
    Status,
    #[error("invalid Content-Length")]
    Length,
    #[error("Content-Lengths that differ")]
    Lengths,
    #[error("unsupported Transfer-Encoding: expected `chunked`, once")]
    Encoding,
}

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After so many bytes.
    Length(u64),
    /// It comes in chunks, the last of which is empty.
    Chunked,
    /// The connection ends with it.
    UntilClose,
}

/// The head of a response, and what it says about the message.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) head: Head,
    pub(crate) framing: Framing,
    /// The connection outlives the response.
    pub(crate) keep_alive: bool,
}

/// Reads the head at the beginning of `bytes`, and says how many it takes; nothing when it is not
/// complete.
pub(crate) fn parse(bytes: &[u8], method: &Method) -> Result<Option<(usize, Parsed)>, HeadError> {
    let mut usual = [const { MaybeUninit::uninit() }; LINES_USUAL];
    match parse_lines(bytes, method, &mut usual) {
        Err(HeadError::Syntax(httparse::Error::TooManyHeaders)) => {}
        parsed => return parsed,
    }
    let breaks = bytes.iter().filter(|&&byte| byte == b'\n').take(LINES_MAX).count();
    let mut many = vec![MaybeUninit::uninit(); breaks];
    match parse_lines(bytes, method, &mut many) {
        Err(HeadError::Syntax(httparse::Error::TooManyHeaders)) if breaks == LINES_MAX => {
            Err(HeadError::Lines)
        }
        // The line that is not complete yet has no place, and needs none.
        Err(HeadError::Syntax(httparse::Error::TooManyHeaders)) => Ok(None),
        parsed => parsed,
    }
}

fn parse_lines<'b>(
    bytes: &'b [u8],
    method: &Method,
    lines: &mut [MaybeUninit<Header<'b>>],
) -> Result<Option<(usize, Parsed)>, HeadError> {
    let mut config = ParserConfig::default();
    config.allow_obsolete_multiline_headers_in_responses(true);
    config.allow_multiple_spaces_in_response_status_delimiters(true);
    let mut response = Response::new(&mut []);
    let parsed = config.parse_response_with_uninit_headers(&mut response, bytes, lines);
    let length = match parsed.map_err(HeadError::Syntax)? {
        httparse::Status::Partial => return Ok(None),
        httparse::Status::Complete(length) => length,
    };
    let status = response.code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(HeadError::Status)?;
    let proto = if response.version == Some(0) { Proto::Http10 } else { Proto::Http11 };
    let mut rules = Rules::default();
    let mut is_folded = false;
    for line in response.headers.iter() {
        is_folded |= line.value.contains(&b'\n');
        rules.note(line.name, line.value)?;
    }
    let headers = if is_folded {
        Headers::of_text(unfold(response.headers).into())
    } else if let Some(first) = response.headers.first() {
        // One copy of the lines, to be read when somebody asks.
        let start = first.name.as_ptr().addr() - bytes.as_ptr().addr();
        Headers::of_text(Bytes::copy_from_slice(&bytes[start..length]))
    } else {
        Headers::default()
    };
    let framing = rules.framing(proto, status, method)?;
    let keep_alive = rules.keep_alive(proto) && framing != Framing::UntilClose;
    let reason = Some(reason(status, response.reason.unwrap_or_default()));
    let head = Head { status, proto, reason, headers };
    Ok(Some((length, Parsed { head, framing, keep_alive })))
}

/// What stands behind the status; mostly the usual, which costs nothing.
fn reason(status: StatusCode, text: &str) -> Bytes {
    match status.canonical_reason() {
        Some(usual) if usual == text => Bytes::from_static(usual.as_bytes()),
        _ => Bytes::copy_from_slice(text.as_bytes()),
    }
}

/// What the headers say about the message itself.
#[derive(Default)]
struct Rules {
    length: Option<u64>,
    encodings: usize,
    is_chunked: bool,
    closes: bool,
    keeps: bool,
}

impl Rules {
    fn note(&mut self, name: &str, value: &[u8]) -> Result<(), HeadError> {
        if name.eq_ignore_ascii_case("content-length") {
            let length = digits(value).ok_or(HeadError::Length)?;
            if self.length.is_some_and(|other| other != length) {
                return Err(HeadError::Lengths);
            }
            self.length = Some(length);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.encodings += 1;
            self.is_chunked = value.trim_ascii().eq_ignore_ascii_case(b"chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            self.closes |= has_token(value, "close");
            self.keeps |= has_token(value, "keep-alive");
        }
        Ok(())
    }

    fn framing(
        &self,
        proto: Proto,
        status: StatusCode,
        method: &Method,
    ) -> Result<Framing, HeadError> {
        // HTTP/1.0 does not know the header.
        let is_encoded = self.encodings > 0 && proto == Proto::Http11;
        if is_encoded && (self.encodings > 1 || !self.is_chunked) {
            return Err(HeadError::Encoding);
        }
        let is_bodiless = status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || *method == Method::HEAD;
        Ok(match self.length {
            _ if is_bodiless => Framing::Length(0),
            _ if is_encoded => Framing::Chunked,
            Some(length) => Framing::Length(length),
            None => Framing::UntilClose,
        })
    }

    fn keep_alive(&self, proto: Proto) -> bool {
        !self.closes && (proto == Proto::Http11 || self.keeps)
    }
}

/// A number of digits and nothing else.
fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// True when the list, separated by commas, has this word, in any case.
pub(super) fn has_token(list: &[u8], word: &str) -> bool {
    let mut words = list.split(|&byte| byte == b',');
    words.any(|found| found.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

/// The lines, each folded one as one.
fn unfold(headers: &[Header<'_>]) -> Vec<u8> {
    let mut text = Vec::new();
    for header in headers {
        text.extend_from_slice(header.name.as_bytes());
        text.push(b':');
        for line in header.value.split(|&byte| byte == b'\n') {
            text.push(b' ');
            text.extend_from_slice(line.trim_ascii());
        }
        text.extend_from_slice(b"\r\n");
    }
    text
}

#[cfg(test)]
mod tests;
