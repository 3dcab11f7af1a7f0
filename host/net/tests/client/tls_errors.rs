//! Certificates of every wrong kind, alerts at every stage, and what is no TLS at all.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, date_time_ymd};
use rustls::{ServerConfig, ServerConnection};
use squall_net::{Exchange, Settings};
use squall_test_support::{Authority, Listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{client, get, raw, run, server, trusting};
use crate::tls_support::{Kind, config, serve, trusting_in};

/// The failed exchange's code and message.
fn failure(exchange: &Exchange) -> (u16, &str) {
    let failure = exchange.failure.as_ref().expect("the request did not fail");
    assert_eq!(exchange.status, 0);
    // All phases up to the one that failed have their times.
    let timings = &exchange.timings;
    assert!(timings.connecting_ns > 0 && timings.tls_handshaking_ns > 0, "{timings:?}");
    assert!(timings.blocked_ns >= timings.connecting_ns + timings.tls_handshaking_ns);
    // A connection that was never ready for a request is none that could be named.
    assert_eq!(exchange.remote_address.is_some(), exchange.tls.is_some());
    (failure.code.get(), &failure.message)
}

#[test]
fn certificates_of_every_wrong_kind() {
    let authority = Authority::new("signing").unwrap();
    let params = || CertificateParams::new(["localhost".to_owned()]).unwrap();
    let mut expired = params();
    expired.not_before = date_time_ymd(2000, 1, 1);
    expired.not_after = date_time_ymd(2001, 1, 1);
    let mut future = params();
    future.not_before = date_time_ymd(2200, 1, 1);
    future.not_after = date_time_ymd(2201, 1, 1);
    let mut usage = params();
    usage.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let nobody = CertificateParams::default();
    let wrong_host = CertificateParams::new(["other.test".to_owned()]).unwrap();
    let unknown = Authority::new("stranger").unwrap().issue_with(&params()).unwrap();
    let unknown_wrong_host = Authority::new("stranger").unwrap().issue_with(&wrong_host).unwrap();
    let cases = [
        (authority.issue_with(&expired).unwrap(), 1300, "has expired on 2001-01-01T00:00:00Z"),
        (authority.issue_with(&future).unwrap(), 1300, "not valid before 2200-01-01T00:00:00Z"),
        (authority.issue_with(&usage).unwrap(), 1300, "not meant for servers"),
        (authority.issue_with(&wrong_host).unwrap(), 1311, "other.test"),
        (
            authority.issue_with(&nobody).unwrap(),
            1311,
            "is for no name at all, not for `localhost`",
        ),
        (unknown, 1310, "none that is trusted here"),
        // Of two faults this is told.
        (unknown_wrong_host, 1311, "other.test"),
    ];
    run(async {
        for (issued, code, text) in cases {
            for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
                let kind = Kind { versions, ..Kind::default() };
                let (address, seen) = serve(config(&issued, &kind)).await;
                let url = format!("https://localhost:{}/", address.port());
                let exchange = client(trusting_in(&authority)).execute(get(&url)).await;
                let (found, message) = failure(&exchange);
                assert_eq!(found, code, "{message}");
                assert!(message.contains(text), "{message}");
                assert!(message.contains(';') && message.contains("`localhost`"), "{message}");
                assert!(exchange.tls.is_none() && seen.borrow().is_empty());
            }
        }
    });
}

/// A plain alert: fatal, of this number.
fn alert(number: u8) -> [u8; 7] {
    [21, 3, 3, 0, 2, 2, number]
}

#[test]
fn an_alert_instead_of_the_server_s_hello() {
    run(async {
        for (number, text) in [
            (40, "alert handshake_failure"),
            (70, "alert protocol_version"),
            (80, "alert internal_error: it failed inside"),
            (112, "alert unrecognized_name"),
            (120, "alert no_application_protocol"),
            (200, "alert number 200"),
        ] {
            let address = raw(move |_, mut stream| async move {
                let mut hello = [0; 4096];
                assert!(stream.read(&mut hello).await.unwrap() > 0);
                stream.write_all(&alert(number)).await.unwrap();
                let _ = stream.read(&mut hello).await;
            })
            .await;
            let url = format!("https://localhost:{}/", address.port());
            let exchange = client(Settings::default()).execute(get(&url)).await;
            let (code, message) = failure(&exchange);
            assert_eq!(code, 1300, "{message}");
            assert!(message.contains(text), "{message}");
        }
    });
}

/// When a server of TLS fails, and says so by an alert.
#[derive(Clone, Copy, Debug, PartialEq)]
enum AlertAt {
    /// Before it has read anything.
    Connection,
    /// Instead of its hello.
    Hello,
    /// Behind its hello, with the client's answer to it unread.
    Handshake,
    /// Instead of a response.
    Request,
    /// With half of a response sent.
    Response,
}

/// Reads and writes until the handshake is over, or for a client's hello only.
fn shake(session: &mut ServerConnection, socket: &mut TcpStream, only_hello: bool) {
    while session.is_handshaking() {
        session.read_tls(socket).unwrap();
        session.process_new_packets().unwrap();
        while session.wants_write() {
            session.write_tls(socket).unwrap();
        }
        if only_hello {
            return;
        }
    }
}

/// A server that serves one connection as far as the stage, then takes a record of its client's for
/// broken.
fn alerting(config: ServerConfig, stage: AlertAt) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut session = ServerConnection::new(Arc::new(config)).unwrap();
        match stage {
            AlertAt::Connection | AlertAt::Hello => {
                if stage == AlertAt::Hello {
                    session.read_tls(&mut socket).unwrap();
                }
                socket.write_all(&alert(80)).unwrap();
            }
            AlertAt::Handshake => shake(&mut session, &mut socket, true),
            AlertAt::Request | AlertAt::Response => {
                shake(&mut session, &mut socket, false);
                let mut stream = rustls::Stream::new(&mut session, &mut socket);
                assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
                if stage == AlertAt::Response {
                    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
                    stream.write_all(half).unwrap();
                    stream.flush().unwrap();
                }
            }
        }
        // No key of this session opens that.
        session.read_tls(&mut &[&[23, 3, 3, 0, 20][..], &[7; 20]].concat()[..]).unwrap();
        assert!(session.process_new_packets().is_err());
        while session.wants_write() {
            session.write_tls(&mut socket).unwrap();
        }
        // Closed with unread bytes, the kernel would reset and take the alert with it.
        socket.shutdown(Shutdown::Write).unwrap();
        let _ = std::io::copy(&mut socket, &mut std::io::sink());
    });
    address
}

#[test]
fn alerts_at_every_stage() {
    let authority = Authority::new("alerting").unwrap();
    let issued = crate::tls_support::loopback(&authority);
    run(async {
        for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
            for stage in [
                AlertAt::Connection,
                AlertAt::Hello,
                AlertAt::Handshake,
                AlertAt::Request,
                AlertAt::Response,
            ] {
                let kind = Kind { versions, ..Kind::default() };
                let address = alerting(config(&issued, &kind), stage);
                let url = format!("https://localhost:{}/", address.port());
                let exchange = client(trusting_in(&authority)).execute(get(&url)).await;
                let failed = exchange.failure.as_ref().unwrap();
                assert_eq!(failed.code.get(), 1300, "{stage:?}: {failed}");
                assert!(failed.message.contains("alert "), "{stage:?}: {failed}");
                assert_eq!(exchange.status, 0, "{stage:?}");
            }
        }
    });
}

#[test]
fn what_breaks_after_the_handshake() {
    let authority = Authority::new("breaking").unwrap();
    let issued = crate::tls_support::loopback(&authority);
    run(async {
        // Bytes that are not encrypted, an alert in clear, an end in the middle of a record.
        let ends: [(&'static [u8], u16); 3] = [
            (b"HTTP/1.1 200 OK\r\n\r\n", 1301),
            (&[21, 3, 3, 0, 2, 2, 80], 1300),
            (&[23, 3, 3, 1, 0, 1], 1000),
        ];
        for (bytes, expected) in ends {
            let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config(
                &issued,
                &Kind::default(),
            )));
            let address = raw(move |_, stream| {
                let acceptor = acceptor.clone();
                async move {
                    let mut stream = acceptor.accept(stream).await.unwrap();
                    let mut request = [0; 4096];
                    assert!(stream.read(&mut request).await.unwrap() > 0);
                    let (mut socket, _) = stream.into_inner();
                    socket.write_all(bytes).await.unwrap();
                    socket.shutdown().await.unwrap();
                    let _ = socket.read(&mut request).await;
                }
            })
            .await;
            let url = format!("https://localhost:{}/", address.port());
            let exchange = client(trusting_in(&authority)).execute(get(&url)).await;
            let (code, message) = failure(&exchange);
            assert_eq!(code, expected, "{message}");
            assert!(exchange.tls.is_some());
        }
    });
}

#[test]
fn an_end_or_a_pause_in_the_middle_of_the_handshake() {
    let server = server();
    run(async {
        for sent in [&b""[..], &[22, 3, 3], &[22, 3, 3, 0, 100, 2, 0, 0, 96]] {
            let address = raw(move |_, mut stream| async move {
                let mut hello = [0; 4096];
                assert!(stream.read(&mut hello).await.unwrap() > 0);
                stream.write_all(sent).await.unwrap();
                stream.shutdown().await.unwrap();
                let _ = stream.read(&mut hello).await;
            })
            .await;
            let url = format!("https://localhost:{}/", address.port());
            let exchange = client(Settings::default()).execute(get(&url)).await;
            let (code, message) = failure(&exchange);
            assert_eq!(code, 1000, "{message}");
            assert!(message.contains("during the TLS handshake"), "{message}");
        }
        let mut request = get(&format!("https://{}/", server.address(Listener::Silent)));
        request.timeout = Duration::from_millis(200);
        let exchange = client(trusting(&server)).execute(request).await;
        assert_eq!(failure(&exchange).0, 1050);
        let (connecting_ns, handshaking_ns) =
            (exchange.timings.connecting_ns, exchange.timings.tls_handshaking_ns);
        assert!(connecting_ns + handshaking_ns >= 190_000_000, "{:?}", exchange.timings);
    });
}

#[test]
fn a_server_of_plain_http_is_told_from_one_of_tls() {
    let server = server();
    run(async {
        let url = server.url_of(Listener::PlainOnTlsPort, "/");
        let exchange = client(trusting(&server)).execute(get(&url)).await;
        let (code, message) = failure(&exchange);
        assert_eq!(code, 1301);
        assert!(message.contains("does the port speak plain HTTP?"), "{message}");
    });
}
