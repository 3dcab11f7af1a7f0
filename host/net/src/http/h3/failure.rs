//! From the errors of QUIC and HTTP/3 to a [`Failure`].
//!
//! k6 has no codes for them. What another protocol has a code for gets that one: TLS, no answer
//! while connecting, a connection that was reset. Of the rest, what happens to the connection is a
//! "network error on something other than TCP" (1010), and what the server does by HTTP/3, such as
//! resetting a stream, is without a code of its own (1000).

use std::net::SocketAddr;
use std::time::Duration;

use ::h3::error::{Code, StreamError};
use quinn::{ConnectError, ConnectionError};
use rustls::AlertDescription;

use super::Connection;
use super::endpoint::IDLE_MAX;
use crate::error_kind::classify::{self, Stage};
use crate::error_kind::{ErrorCode, Failure};

/// QUIC's codes for alerts of TLS begin here: RFC 9000, section 20.1.
const TLS_ALERTS: u64 = 0x100;

/// Nothing came back within the dial timeout.
pub(crate) fn dial_timeout(after: Duration, address: SocketAddr) -> Failure {
    let message = format!(
        "dial timeout: no answer from {address} over UDP within {after:?}; does the server speak \
         HTTP/3 on this port, and does UDP get through?"
    );
    Failure::new(ErrorCode::DIAL_TIMEOUT, message)
}

/// A connection could not even be begun.
pub(crate) fn connect(error: &ConnectError, address: SocketAddr) -> Failure {
    Failure::new(ErrorCode::DIAL, format!("cannot connect to {address} over QUIC ({error})"))
}

/// TLS ended the handshake, on this side.
pub(crate) fn tls(error: &rustls::Error, host: &str) -> Failure {
    let error = std::io::Error::other(error.clone());
    classify::tls_handshake(&error, host)
}

/// The handshake failed for another reason.
pub(crate) fn handshake(error: &ConnectionError, host: &str, address: SocketAddr) -> Failure {
    match error {
        ConnectionError::TimedOut => dial_timeout(IDLE_MAX, address),
        ConnectionError::ConnectionClosed(close) => match alert(close.error_code.into()) {
            Some(AlertDescription::NoApplicationProtocol) => {
                let message = format!("`{host}` speaks QUIC, but not HTTP/3 (TLS handshake)");
                Failure::new(ErrorCode::TLS, message)
            }
            Some(alert) => tls(&rustls::Error::AlertReceived(alert), host),
            None => lost(error),
        },
        _ => lost(error),
    }
}

fn alert(code: u64) -> Option<AlertDescription> {
    let number = code.checked_sub(TLS_ALERTS)?;
    u8::try_from(number).ok().map(AlertDescription::from)
}

/// An exchange failed on an open connection.
pub(crate) fn exchange(error: &StreamError, connection: &Connection, stage: Stage) -> Failure {
    let mut failure = match error {
        StreamError::RemoteTerminate { code, .. } => {
            generic(format!("the server reset the stream ({code})"))
        }
        StreamError::StreamError { reason, .. } => not_http3(reason),
        StreamError::HeaderTooBig { actual_size, max_size, .. } => generic(format!(
            "the head has {actual_size} bytes as HTTP/3 counts them, and {max_size} are allowed"
        )),
        StreamError::RemoteClosing { .. } => {
            generic("the server takes no more requests on this connection (GOAWAY)")
        }
        _ => match connection.quic.close_reason() {
            None | Some(ConnectionError::LocallyClosed) => not_http3(&error.to_string()),
            Some(reason) => lost(&reason),
        },
    };
    failure.message.push_str(", ");
    failure.message.push_str(stage.text());
    failure
}

/// True when the server says that it has not worked on the request, so that it may be sent again.
pub(crate) fn was_refused(error: &StreamError) -> bool {
    match error {
        StreamError::RemoteTerminate { code, .. } => *code == Code::H3_REQUEST_REJECTED,
        StreamError::RemoteClosing { .. } => true,
        _ => false,
    }
}

/// True when it is not this stream that has failed, but all of the connection.
pub(crate) fn is_of_connection(error: &StreamError) -> bool {
    !matches!(
        error,
        StreamError::RemoteTerminate { .. }
            | StreamError::StreamError { .. }
            | StreamError::HeaderTooBig { .. }
    )
}

/// A connection ended that should not have.
fn lost(error: &ConnectionError) -> Failure {
    match error {
        ConnectionError::Reset => {
            Failure::new(ErrorCode::TCP_RESET_BY_PEER, "connection reset by the server")
        }
        ConnectionError::ApplicationClosed(close) => {
            let code = Code::from(u64::from(close.error_code));
            let reason = String::from_utf8_lossy(&close.reason);
            let reason = if reason.is_empty() { reason } else { format!(": {reason}").into() };
            generic(format!("the server closed the connection ({code}{reason})"))
        }
        ConnectionError::TimedOut => {
            let message = format!("the server has been silent for {IDLE_MAX:?}");
            Failure::new(ErrorCode::NON_TCP, message)
        }
        _ => Failure::new(ErrorCode::NON_TCP, format!("the QUIC connection failed ({error})")),
    }
}

fn not_http3(problem: &str) -> Failure {
    generic(format!("the server's answer is not HTTP/3 ({problem})"))
}

fn generic(message: impl Into<String>) -> Failure {
    Failure::new(ErrorCode::GENERIC, message)
}
