//! Codes of errors that are made up here; those of real failures are tested against servers.

use super::*;
use rustls::CertificateError;

fn errno(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

#[test]
fn dialling() {
    for (error, code) in [
        (io::ErrorKind::ConnectionRefused.into(), 1212),
        (io::ErrorKind::TimedOut.into(), 1211),
        (io::ErrorKind::ConnectionReset.into(), 1220),
        (errno(EMFILE), 1213),
        (errno(ENFILE), 1213),
        (io::ErrorKind::AddrNotAvailable.into(), 1213),
        (errno(113), 1213),
        (io::Error::other("strange"), 1210),
    ] {
        assert_eq!(dial(&error, ADDRESS).code.get(), code, "{error}");
    }
    assert!(dial(&errno(EMFILE), ADDRESS).message.contains("ulimit -n"));
}

#[test]
fn established_connections() {
    for (error, code) in [
        (errno(104), 1220),
        (errno(32), 1201),
        (errno(110), 1202),
        (io::ErrorKind::ConnectionReset.into(), 1220),
        (io::ErrorKind::BrokenPipe.into(), 1000),
        (io::ErrorKind::UnexpectedEof.into(), 1000),
        (io::Error::new(io::ErrorKind::InvalidData, "no chunk"), 1000),
        (io::Error::other("strange"), 1200),
    ] {
        assert_eq!(exchange(&error, Stage::Waiting).code.get(), code, "{error}");
    }
}

#[test]
fn causes_are_found_however_deep_they_lie() {
    let reset = io::Error::new(io::ErrorKind::ConnectionReset, "reset");
    let wrapped = io::Error::other(io::Error::other(reset));
    let failure = exchange(&wrapped, Stage::Receiving);
    assert_eq!(failure.code.get(), 1220);
    let certificate = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    let wrapped = io::Error::new(io::ErrorKind::InvalidData, certificate);
    assert_eq!(exchange(&wrapped, Stage::Waiting).code.get(), 1310);
    assert_eq!(tls_handshake(&wrapped, "host").code.get(), 1310);
}

#[test]
fn http2_errors() {
    use ::h2::Reason;
    let error = ::h2::Error::from(Reason::ENHANCE_YOUR_CALM);
    // Without a frame behind it, it is a matter of neither stream nor connection.
    assert_eq!(exchange(&error, Stage::Waiting).code.get(), 1600);
    assert_eq!(find_h2(&error).and_then(::h2::Error::reason), Some(Reason::ENHANCE_YOUR_CALM));
}

#[test]
fn messages_say_when_and_with_whom() {
    let reset = io::Error::from(io::ErrorKind::ConnectionReset);
    let message = exchange(&reset, Stage::Receiving).message;
    assert_eq!(message, "connection reset by the server, receiving the response");
    let message = timeout(Duration::from_millis(1500), Stage::Waiting).message;
    assert_eq!(message, "request timeout after 1.5s, waiting for the response");
    let message = tls_handshake(&io::ErrorKind::UnexpectedEof.into(), "a.example").message;
    assert!(message.contains("`a.example`"), "{message}");
    assert!(no_such_host("a.example").message.contains("`a.example`"));
    let message = dial_timeout(Duration::from_secs(30), ADDRESS).message;
    assert!(message.contains("127.0.0.1:1") && message.contains("30s"), "{message}");
}
