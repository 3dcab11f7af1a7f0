//! From the errors of the libraries and the operating system to a [`Failure`].
//!
//! An error is walked from the outside in, and the innermost type that is known decides. Two traps
//! are handled here and nowhere else: `io::Error::source` skips the error that it wraps (so wrapped
//! errors are fetched with `get_ref`), and `h2` turns the end of a connection into a broken pipe
//! without an errno.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use hickory_resolver::net::NetError;

use super::{ErrorCode, Failure, tls};

/// What the exchange was doing when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Connecting,
    Sending,
    Waiting,
    Receiving,
}

impl Stage {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Connecting => "getting a connection",
            Self::Sending => "sending the request",
            Self::Waiting => "waiting for the response",
            Self::Receiving => "receiving the response",
        }
    }
}

/// Errno of "this process has all the descriptors that it may have".
const EMFILE: i32 = 24;
/// Errno of "this system has all the descriptors that it may have".
const ENFILE: i32 = 23;

/// The request's own deadline passed.
pub(crate) fn timeout(after: Duration, stage: Stage) -> Failure {
    let stage = stage.text();
    Failure::new(ErrorCode::REQUEST_TIMEOUT, format!("request timeout after {after:?}, {stage}"))
}

/// The TCP handshake did not end within the dial timeout.
pub(crate) fn dial_timeout(after: Duration, address: SocketAddr) -> Failure {
    let message = format!("dial timeout: no answer from {address} within {after:?}");
    Failure::new(ErrorCode::DIAL_TIMEOUT, message)
}

/// A socket could not be made or connected.
pub(crate) fn dial(error: &io::Error, address: SocketAddr) -> Failure {
    let (code, what, hint) = match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::ConnectionRefused, _) => {
            (ErrorCode::DIAL_REFUSED, "connection refused by", "; is the server up, on this port?")
        }
        (io::ErrorKind::TimedOut, _) => (ErrorCode::DIAL_TIMEOUT, "dial timeout:", ""),
        (io::ErrorKind::ConnectionReset, _) => {
            (ErrorCode::TCP_RESET_BY_PEER, "connection reset while connecting to", "")
        }
        (_, Some(EMFILE | ENFILE)) => (
            ErrorCode::DIAL_UNKNOWN_ERRNO,
            "no file descriptor left to connect to",
            "; raise the limit (`ulimit -n`) or run fewer VUs",
        ),
        (io::ErrorKind::AddrNotAvailable, _) => (
            ErrorCode::DIAL_UNKNOWN_ERRNO,
            "no free local port to connect to",
            "; keep connections alive, or widen net.ipv4.ip_local_port_range",
        ),
        (_, Some(_)) => (ErrorCode::DIAL_UNKNOWN_ERRNO, "cannot connect to", ""),
        (_, None) => (ErrorCode::DIAL, "cannot connect to", ""),
    };
    Failure::new(code, format!("{what} {address} ({error}){hint}"))
}

/// A Unix socket could not be connected.
pub(crate) fn dial_unix(error: &io::Error, path: &Path) -> Failure {
    let (code, what) = match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::ConnectionRefused, _) => (ErrorCode::DIAL_REFUSED, "connection refused by"),
        (_, Some(_)) => (ErrorCode::DIAL_UNKNOWN_ERRNO, "cannot connect to"),
        (_, None) => (ErrorCode::DIAL, "cannot connect to"),
    };
    Failure::new(code, format!("{what} the Unix socket {} ({error})", path.display()))
}

/// The client's own address cannot be used.
pub(crate) fn bind(error: &io::Error, local: IpAddr) -> Failure {
    let message = format!(
        "cannot send from {local} of the option `localIPs` ({error}); is it an address of this \
         machine?"
    );
    Failure::new(ErrorCode::DIAL_UNKNOWN_ERRNO, message)
}

/// The client's own address cannot reach this one.
pub(crate) fn other_family(local: IpAddr, address: SocketAddr) -> Failure {
    let message = format!(
        "no way to {address} from {local} of the option `localIPs`: one is IPv4, the other IPv6"
    );
    Failure::new(ErrorCode::DIAL, message)
}

/// The TLS handshake failed.
pub(crate) fn tls_handshake(error: &io::Error, host: &str) -> Failure {
    let mut failure = match find_rustls(error) {
        Some(tls) => tls::failure(tls),
        None if error.kind() == io::ErrorKind::UnexpectedEof => Failure::new(
            ErrorCode::GENERIC,
            "the server closed the connection during the TLS handshake",
        ),
        None => io_failure(error),
    };
    // What the message is about is not in the library's words.
    let _ = write!(failure.message, " (TLS handshake with `{host}`)");
    failure
}

/// Resolving `host` failed.
pub(crate) fn dns(error: &NetError, host: &str) -> Failure {
    if error.is_nx_domain() || error.is_no_records_found() {
        return no_such_host(host);
    }
    Failure::new(ErrorCode::DNS, format!("cannot resolve `{host}`: {error}"))
}

/// The name has no address.
pub(crate) fn no_such_host(host: &str) -> Failure {
    let message = format!(
        "no such host: `{host}` has no address; check the name, or map it with the option `hosts`"
    );
    Failure::new(ErrorCode::DNS_NO_SUCH_HOST, message)
}

/// Sending a request or receiving its response failed on an open connection.
pub(crate) fn exchange(error: &(dyn StdError + 'static), stage: Stage) -> Failure {
    let mut failure = walk(error);
    let _ = write!(failure.message, ", {}", stage.text());
    failure
}

/// A body is not what its `Content-Encoding` says.
pub(crate) fn decompression(problem: &str) -> Failure {
    let message = format!("error decompressing response body ({problem})");
    Failure::new(ErrorCode::DECOMPRESSION, message)
}

/// The HTTP/2 error in the source chain, if there is one.
pub(crate) fn find_h2<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e h2::Error> {
    sources(error).find_map(|source| source.downcast_ref())
}

fn walk(error: &(dyn StdError + 'static)) -> Failure {
    for source in sources(error) {
        if let Some(error) = source.downcast_ref::<h2::Error>() {
            return h2_failure(error);
        }
        if let Some(error) = source.downcast_ref::<rustls::Error>() {
            return tls::failure(error);
        }
        if let Some(error) = source.downcast_ref::<io::Error>()
            && !sources(error).skip(1).any(is_known)
        {
            return io_failure(error);
        }
    }
    match error.downcast_ref::<hyper::Error>() {
        Some(error) => hyper_failure(error),
        None => Failure::new(ErrorCode::GENERIC, format!("the request failed: {error}")),
    }
}

/// True for the errors that decide about a code.
fn is_known(error: &(dyn StdError + 'static)) -> bool {
    error.is::<io::Error>() || error.is::<h2::Error>() || error.is::<rustls::Error>()
}

/// The error, then each one that it wraps, from the outside in.
fn sources<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&current| wrapped(current))
}

fn wrapped<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn find_rustls(error: &io::Error) -> Option<&rustls::Error> {
    sources(error).find_map(|source| source.downcast_ref())
}

/// A hyper error that has no cause of another kind.
fn hyper_failure(error: &hyper::Error) -> Failure {
    let message = if error.is_incomplete_message() {
        "the server closed the connection before the response was complete".to_owned()
    } else if error.is_parse() {
        format!("the server's answer is not HTTP ({error})")
    } else {
        format!("the connection failed ({error})")
    };
    Failure::new(ErrorCode::GENERIC, message)
}

/// An error of an established connection.
fn io_failure(error: &io::Error) -> Failure {
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::ConnectionReset, _) => {
            Failure::new(ErrorCode::TCP_RESET_BY_PEER, "connection reset by the server")
        }
        (io::ErrorKind::BrokenPipe, Some(_)) => {
            let message = "broken pipe: the server had closed the connection";
            Failure::new(ErrorCode::TCP_BROKEN_PIPE, message)
        }
        (_, Some(_)) => Failure::new(ErrorCode::TCP_UNKNOWN_ERRNO, format!("TCP error ({error})")),
        // Without an errno a broken pipe is what `h2` makes of a connection that ended with open
        // streams.
        (io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe, None) => Failure::new(
            ErrorCode::GENERIC,
            "the server closed the connection before the response was complete",
        ),
        (io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput, None) => {
            Failure::new(ErrorCode::GENERIC, format!("the server's answer is not HTTP ({error})"))
        }
        (_, None) => Failure::new(ErrorCode::TCP, format!("the connection failed ({error})")),
    }
}

fn h2_failure(error: &h2::Error) -> Failure {
    if let Some(error) = error.get_io() {
        return io_failure(error);
    }
    let reason = error.reason().map(u32::from);
    let known = reason.unwrap_or(u32::MAX);
    let code = if error.is_go_away() && error.is_remote() {
        ErrorCode::http2_goaway(known)
    } else if error.is_reset() {
        ErrorCode::http2_stream(known)
    } else if error.is_go_away() {
        ErrorCode::http2_connection(known)
    } else {
        ErrorCode::HTTP2
    };
    Failure::new(code, format!("{} ({error})", code.text()))
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
