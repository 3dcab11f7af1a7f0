//! Keeps the spelling of header names on HTTP/1, for servers that are picky about `SOAPAction`.
//!
//! hyper writes names in `Title-Case`, unless a message carries the spelling that it had when hyper
//! parsed it; that record cannot be made by others. So hyper is given a response with the wanted
//! names to parse, over a connection that exists only in memory, and the record is kept for all
//! requests with the same names.
//!
//! Invariant: at most [`KNOWN_MAX`] records are kept; the oldest goes first. Where no record can be
//! made, names go out in title case, which means the same.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::Extensions;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http_body_util::Empty;
use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::request::Header;

/// Sets of names: a script has a handful.
const KNOWN_MAX: usize = 64;

/// The spellings that have been asked for.
#[derive(Debug, Default)]
pub(crate) struct HeaderCase {
    known: RefCell<VecDeque<(Vec<Bytes>, Extensions)>>,
}

impl HeaderCase {
    /// What a request must carry for its headers' names to be sent as they are written.
    pub(crate) fn of(&self, headers: &[Header]) -> Extensions {
        let mut known = self.known.borrow_mut();
        let found = known.iter().find(|(names, _)| {
            names.len() == headers.len() && names.iter().zip(headers).all(|(n, h)| is_spelled(h, n))
        });
        if let Some((_, record)) = found {
            return record.clone();
        }
        let names: Vec<_> = headers.iter().map(Header::spelled).collect();
        let record = learn(headers, &names).unwrap_or_default();
        if known.len() == KNOWN_MAX {
            known.pop_front();
        }
        known.push_back((names, record.clone()));
        record
    }
}

/// True when the header is written like this.
fn is_spelled(header: &Header, name: &[u8]) -> bool {
    match &header.spelling {
        Some(spelling) => spelling == name,
        None => {
            header.name.as_str().as_bytes().eq_ignore_ascii_case(name)
                && crate::http::request::is_title_case(name)
        }
    }
}

/// Has hyper parse a response with these names. Everything is ready at once; nothing waits.
fn learn(headers: &[Header], names: &[Bytes]) -> Option<Extensions> {
    let mut response = BytesMut::from("HTTP/1.1 204 No Content\r\n");
    for (header, name) in headers.iter().zip(names) {
        if header.name != CONTENT_LENGTH && header.name != TRANSFER_ENCODING {
            response.put_slice(name);
            response.put_slice(b": x\r\n");
        }
    }
    response.put_slice(b"\r\n");
    let io = TokioIo::new(Canned { response: response.freeze(), asked: false });
    let mut context = Context::from_waker(Waker::noop());
    let handshake = pin!(Builder::new().preserve_header_case(true).handshake(io));
    let Poll::Ready(Ok((mut sender, connection))) = handshake.poll(&mut context) else {
        return None;
    };
    let mut connection = pin!(connection);
    let mut answer = pin!(sender.send_request(http::Request::new(Empty::<Bytes>::new())));
    // One turn takes the request and writes it, the next reads the response; more would be a
    // surprise.
    for _ in 0..4 {
        let _ = connection.as_mut().poll(&mut context);
        if let Poll::Ready(response) = answer.as_mut().poll(&mut context) {
            return Some(response.ok()?.into_parts().0.extensions);
        }
    }
    None
}

/// A server in memory with one response, given once something was asked.
struct Canned {
    response: Bytes,
    asked: bool,
}

impl AsyncRead for Canned {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.asked || self.response.is_empty() {
            return Poll::Pending;
        }
        let count = self.response.len().min(buffer.remaining());
        buffer.put_slice(&self.response[..count]);
        self.response.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Canned {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.asked = true;
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&str]) -> Vec<Header> {
        names.iter().map(|name| Header::new(name, b"v").unwrap()).collect()
    }

    #[test]
    fn a_record_is_made_once_and_used_again() {
        let case = HeaderCase::default();
        let wanted = headers(&["SOAPAction", "Accept", "x-lower", "content-length"]);
        assert!(!case.of(&wanted).is_empty());
        assert!(!case.of(&wanted).is_empty());
        assert_eq!(case.known.borrow().len(), 1);
        assert!(!case.of(&headers(&["soapaction"])).is_empty());
        assert_eq!(case.known.borrow().len(), 2);
    }

    #[test]
    fn no_more_than_the_bound_is_kept() {
        let case = HeaderCase::default();
        for index in 0..KNOWN_MAX * 2 {
            case.of(&headers(&[&format!("x-{index}")]));
        }
        assert_eq!(case.known.borrow().len(), KNOWN_MAX);
    }

    #[test]
    fn too_many_names_fall_back_to_title_case() {
        let names: Vec<_> = (0..200).map(|index| format!("x-{index}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert!(HeaderCase::default().of(&headers(&names)).is_empty());
    }
}
