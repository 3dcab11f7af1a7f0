//! Stable codes for everything that can go wrong with a request, and the failure record that
//! carries them.
//!
//! The numbers are k6's, so that `error_code` tags, thresholds and dashboards keep their meaning. A
//! failure is data: nothing here panics, and a code is chosen by the types in an error's source
//! chain, never by its text ([`classify`]). [`ErrorCode::text`] is short and constant (fit for a
//! tag); [`Failure::message`] names addresses and hosts and says what to do (fit for a person).

pub(crate) mod classify;
mod refusal;
mod tls;

use std::fmt;

/// A stable error code; the numbers are k6's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u16);

impl ErrorCode {
    /// Anything without a code of its own: a malformed response, a connection closed early, a body
    /// over its bound.
    pub const GENERIC: Self = Self(1000);
    /// A network error on something other than TCP.
    pub const NON_TCP: Self = Self(1010);
    /// The URL cannot be read; nothing was sent, and there are no metrics.
    pub const INVALID_URL: Self = Self(1020);
    /// The request's time was over.
    pub const REQUEST_TIMEOUT: Self = Self(1050);
    /// Name resolution failed: no server to ask, no answer, or an answer that is an error.
    pub const DNS: Self = Self(1100);
    /// The name does not exist, or has no address of the family that the run allows.
    pub const DNS_NO_SUCH_HOST: Self = Self(1101);
    /// The address lies in a range of the option `blacklistIPs`.
    pub const BLACKLISTED_IP: Self = Self(1110);
    /// The name matches a pattern of the option `blockHostnames`.
    pub const BLOCKED_HOSTNAME: Self = Self(1111);
    /// A TCP error without a cause from the operating system.
    pub const TCP: Self = Self(1200);
    /// Written to a connection that the server had closed.
    pub const TCP_BROKEN_PIPE: Self = Self(1201);
    /// A TCP error with a cause (errno) that has no code of its own.
    pub const TCP_UNKNOWN_ERRNO: Self = Self(1202);
    /// Connecting failed without a cause from the operating system.
    pub const DIAL: Self = Self(1210);
    /// Connecting took longer than the dial timeout.
    pub const DIAL_TIMEOUT: Self = Self(1211);
    /// Nothing listens at the address.
    pub const DIAL_REFUSED: Self = Self(1212);
    /// Connecting failed with a cause (errno) that has no code of its own: no route, no free port,
    /// no descriptors.
    pub const DIAL_UNKNOWN_ERRNO: Self = Self(1213);
    /// The server reset the connection.
    pub const TCP_RESET_BY_PEER: Self = Self(1220);
    /// A TLS error without a code of its own, an expired certificate included.
    pub const TLS: Self = Self(1300);
    /// What came back was not TLS; often plain HTTP on the port.
    pub const TLS_RECORD_HEADER: Self = Self(1301);
    /// The certificate comes from an authority that is not trusted here.
    pub const TLS_UNKNOWN_AUTHORITY: Self = Self(1310);
    /// The certificate is for other host names.
    pub const TLS_HOSTNAME_MISMATCH: Self = Self(1311);
    /// An HTTP/2 error without a code of its own.
    pub const HTTP2: Self = Self(1600);
    /// The server said GOAWAY with an unknown reason; with a known one, see
    /// [`ErrorCode::http2_goaway`].
    pub const HTTP2_GOAWAY: Self = Self(1610);
    /// The stream was reset with an unknown reason; with a known one, see
    /// [`ErrorCode::http2_stream`].
    pub const HTTP2_STREAM: Self = Self(1630);
    /// The connection broke the protocol in an unknown way; else see
    /// [`ErrorCode::http2_connection`].
    pub const HTTP2_CONNECTION: Self = Self(1650);
    /// The body does not decompress.
    pub const DECOMPRESSION: Self = Self(1701);

    /// The codes that have a name, in the order of their numbers; those made of a status or an
    /// HTTP/2 reason lie between them.
    pub const NAMED: &[Self] = &[
        Self::GENERIC,
        Self::NON_TCP,
        Self::INVALID_URL,
        Self::REQUEST_TIMEOUT,
        Self::DNS,
        Self::DNS_NO_SUCH_HOST,
        Self::BLACKLISTED_IP,
        Self::BLOCKED_HOSTNAME,
        Self::TCP,
        Self::TCP_BROKEN_PIPE,
        Self::TCP_UNKNOWN_ERRNO,
        Self::DIAL,
        Self::DIAL_TIMEOUT,
        Self::DIAL_REFUSED,
        Self::DIAL_UNKNOWN_ERRNO,
        Self::TCP_RESET_BY_PEER,
        Self::TLS,
        Self::TLS_RECORD_HEADER,
        Self::TLS_UNKNOWN_AUTHORITY,
        Self::TLS_HOSTNAME_MISMATCH,
        Self::HTTP2,
        Self::HTTP2_GOAWAY,
        Self::HTTP2_STREAM,
        Self::HTTP2_CONNECTION,
        Self::DECOMPRESSION,
    ];

    /// The code for GOAWAY with this HTTP/2 error code: 1611 to 1624.
    #[must_use]
    pub const fn http2_goaway(reason: u32) -> Self {
        Self::HTTP2_GOAWAY.with_http2_reason(reason)
    }

    /// The code for `RST_STREAM` with this HTTP/2 error code: 1631 to 1644.
    #[must_use]
    pub const fn http2_stream(reason: u32) -> Self {
        Self::HTTP2_STREAM.with_http2_reason(reason)
    }

    /// The code for a connection error with this HTTP/2 error code: 1651 to 1664.
    #[must_use]
    pub const fn http2_connection(reason: u32) -> Self {
        Self::HTTP2_CONNECTION.with_http2_reason(reason)
    }

    /// The code for a response whose status says that it failed: 1000 + status from 400 up.
    #[must_use]
    pub const fn for_status(status: u16) -> Option<Self> {
        if status >= 400 && status < 1000 { Some(Self(1000 + status)) } else { None }
    }

    /// The number, as in the tag `error_code`.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// What the code says, in a few constant words: fit for a tag, since it names no host and no
    /// number.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self.0 {
            1010 => "network error",
            1020 => "invalid URL",
            1050 => "request timeout",
            1100 => "name resolution failed",
            1101 => "lookup: no such host",
            1110 => "ip is blacklisted",
            1111 => "hostname is blocked",
            1200 | 1202 => "TCP error",
            1201 => "write: broken pipe",
            1210 | 1213 => "cannot connect",
            1211 => "dial: i/o timeout",
            1212 => "dial: connection refused",
            1220 => "read: connection reset by peer",
            1300 => "TLS error",
            1301 => "tls: first record does not look like a TLS handshake",
            1310 => "x509: unknown authority",
            1311 => "x509: certificate doesn't match hostname",
            1400..=1499 => "client error status",
            1500..=1599 => "server error status",
            1600 => "HTTP/2 error",
            1610..=1624 => "HTTP/2 GOAWAY",
            1631..=1644 => STREAM_RESETS[(self.0 - 1631) as usize],
            1630 => "HTTP/2 stream reset",
            1650..=1664 => "HTTP/2 connection error",
            1701 => "error decompressing response body",
            _ => "request failed",
        }
    }

    const fn with_http2_reason(self, reason: u32) -> Self {
        if reason <= 13 { Self(self.0 + 1 + reason as u16) } else { self }
    }
}

/// What k6 says in the tag `error`, by the reason of the reset (RFC 9113, section 7).
const STREAM_RESETS: [&str; 14] = [
    "http2: stream error with http2 ErrCode NO_ERROR",
    "http2: stream error with http2 ErrCode PROTOCOL_ERROR",
    "http2: stream error with http2 ErrCode INTERNAL_ERROR",
    "http2: stream error with http2 ErrCode FLOW_CONTROL_ERROR",
    "http2: stream error with http2 ErrCode SETTINGS_TIMEOUT",
    "http2: stream error with http2 ErrCode STREAM_CLOSED",
    "http2: stream error with http2 ErrCode FRAME_SIZE_ERROR",
    "http2: stream error with http2 ErrCode REFUSED_STREAM",
    "http2: stream error with http2 ErrCode CANCEL",
    "http2: stream error with http2 ErrCode COMPRESSION_ERROR",
    "http2: stream error with http2 ErrCode CONNECT_ERROR",
    "http2: stream error with http2 ErrCode ENHANCE_YOUR_CALM",
    "http2: stream error with http2 ErrCode INADEQUATE_SECURITY",
    "http2: stream error with http2 ErrCode HTTP_1_1_REQUIRED",
];

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ErrorCode> for u16 {
    fn from(code: ErrorCode) -> Self {
        code.0
    }
}

/// Why a request failed. It is part of the exchange, not an error of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// What happened, where, and what to do: for people. May name hosts and addresses; for a tag
    /// take [`ErrorCode::text`].
    pub message: String,
}

impl Failure {
    /// A failure with this code and message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http2_reasons_land_in_their_ranges() {
        assert_eq!(ErrorCode::http2_goaway(0).get(), 1611);
        assert_eq!(ErrorCode::http2_goaway(13).get(), 1624);
        assert_eq!(ErrorCode::http2_goaway(14), ErrorCode::HTTP2_GOAWAY);
        assert_eq!(ErrorCode::http2_stream(8).get(), 1639);
        assert_eq!(ErrorCode::http2_connection(1).get(), 1652);
        assert_eq!(ErrorCode::http2_connection(u32::MAX), ErrorCode::HTTP2_CONNECTION);
    }

    #[test]
    fn statuses_from_400_up_have_a_code() {
        assert_eq!(ErrorCode::for_status(399), None);
        assert_eq!(ErrorCode::for_status(404).map(ErrorCode::get), Some(1404));
        assert_eq!(ErrorCode::for_status(599).map(ErrorCode::get), Some(1599));
        assert_eq!(ErrorCode::for_status(u16::MAX), None);
    }

    #[test]
    fn the_named_codes_are_in_order() {
        assert!(ErrorCode::NAMED.is_sorted_by(|one, next| one < next));
        assert_eq!(ErrorCode::NAMED.first(), Some(&ErrorCode::GENERIC));
    }

    #[test]
    fn every_code_has_words() {
        for number in 0..=u16::MAX {
            assert!(!ErrorCode(number).text().is_empty());
        }
    }
}
