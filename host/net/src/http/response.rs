//! What comes out of a request: always an [`Exchange`], failed or not.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;

use crate::error_kind::{ErrorCode, Failure};
use crate::http::headers::Headers;
use crate::pool::held::HeldConnection;
use crate::timings::Timings;
use crate::tls::{TlsInfo, TlsVersion};

/// A finished exchange. A failure is part of it: status 0 and [`Exchange::failure`].
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// 0 when no valid response came to its end.
    pub status: u16,
    /// The protocol of the response.
    pub proto: Proto,
    /// What stood behind the status: `Not Found`. None where the protocol has no such text, which
    /// is HTTP/2 and HTTP/3; empty where the server left it out.
    pub reason: Option<Bytes>,
    /// In order of arrival, as far as names differ.
    pub headers: Headers,
    /// Without its content codings. Empty when it was discarded; where the exchange failed on the
    /// way, the part that came.
    pub body: Bytes,
    /// Length of the body as it was received, before it was decoded, also when it was discarded or
    /// cut short.
    pub body_bytes: u64,
    /// Where the time went.
    pub timings: Timings,
    /// The monotonic clock's reading when all was over.
    pub end_ns: u64,
    /// Why there is no response.
    pub failure: Option<Failure>,
    /// The other end of the connection that the request went over; none where there never was one
    /// that it could have gone over, such as after a failed TLS handshake.
    pub remote_address: Option<SocketAddr>,
    /// The handshake of the connection, if it was one with TLS.
    pub tls: Option<Arc<TlsInfo>>,
    /// The connection had been used before.
    pub connection_reused: bool,
    /// The connection, where it was to be held and can be used again.
    pub held: Option<HeldConnection>,
    /// The request was sent again, because the server had closed the reused connection.
    pub retried: bool,
}

impl Exchange {
    /// The number for the tag `error_code`: the failure's, or 1000 + status from 400 up, or 0.
    #[must_use]
    pub fn error_code(&self) -> u16 {
        match &self.failure {
            Some(failure) => failure.code.get(),
            None => ErrorCode::for_status(self.status).map_or(0, ErrorCode::get),
        }
    }

    /// The version of TLS, on connections with TLS.
    #[must_use]
    pub fn tls_version(&self) -> Option<TlsVersion> {
        self.tls.as_ref().map(|tls| tls.version)
    }

    /// An exchange that failed before anything was sent.
    #[must_use]
    pub fn failed(failure: Failure, end_ns: u64) -> Self {
        Self { failure: Some(failure), end_ns, ..Self::default() }
    }
}

/// The protocol that a response came by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Proto {
    /// No response came.
    #[default]
    None,
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    Http11,
    /// HTTP/2
    Http2,
    /// HTTP/3
    Http3,
}

impl Proto {
    /// k6's name for it, as in the tag `proto`; empty for none.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2.0",
            Self::Http3 => "HTTP/3.0",
        }
    }

    pub(crate) const fn of(version: http::Version) -> Self {
        match version {
            http::Version::HTTP_10 | http::Version::HTTP_09 => Self::Http10,
            http::Version::HTTP_2 => Self::Http2,
            _ => Self::Http11,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_has_its_code_and_a_bad_status_one_made_of_it() {
        let failure = Failure::new(ErrorCode::DIAL_REFUSED, "refused");
        assert_eq!(Exchange::failed(failure, 1).error_code(), 1212);
        assert_eq!(Exchange { status: 503, ..Exchange::default() }.error_code(), 1503);
        assert_eq!(Exchange { status: 200, ..Exchange::default() }.error_code(), 0);
    }
}
