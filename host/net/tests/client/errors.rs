//! Every error code that a real failure can have, by that failure.

use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{
    Bytes, DnsSettings, HostOverrides, HostnamePatterns, Request, Settings, TlsRoots,
};
use squall_test_support::{Listener, TestServer};
use tokio::io::AsyncWriteExt;

use crate::support::{
    answer, client, code, get, ok, raw, read_head, request, run, server, trusting,
};

/// The code of one GET.
async fn get_code(settings: Settings, url: &str) -> u16 {
    code(&client(settings), get(url)).await
}

#[test]
fn refused_1212() {
    let server = server();
    run(async {
        let url = server.url_of(Listener::Refused, "/");
        assert_eq!(get_code(Settings::default(), &url).await, 1212);
    });
}

#[test]
fn a_handshake_that_hangs_is_a_dial_timeout_1211() {
    let server = server();
    run(async {
        let settings = Settings { dial_timeout: Duration::from_millis(50), ..Settings::default() };
        assert_eq!(get_code(settings, &server.url_of(Listener::Full, "/")).await, 1211);
    });
}

#[test]
fn no_route_1213() {
    run(async {
        // A broadcast address cannot be connected to.
        let url = "http://255.255.255.255:1/";
        assert_eq!(get_code(Settings::default(), url).await, 1213);
    });
}

#[test]
fn reset_before_and_in_the_response_1220() {
    let server = server();
    run(async {
        for path in ["/misbehave/reset", "/misbehave/reset-mid-body"] {
            assert_eq!(get_code(Settings::default(), &server.url(path)).await, 1220, "{path}");
        }
    });
}

#[test]
fn what_ends_early_or_is_no_http_1000() {
    let server = server();
    let paths = [
        "close",
        "close-mid-head",
        "close-mid-body",
        "garbage",
        "endless-headers",
        "huge-header/2000000",
        "chunked-overflow",
        "bad-chunk",
        "two-lengths",
        "negative-length",
        "bad-status",
        "bad-version",
        "nul-in-header",
    ];
    run(async {
        for path in paths {
            let url = server.url(&format!("/misbehave/{path}"));
            assert_eq!(get_code(Settings::default(), &url).await, 1000, "{path}");
        }
    });
}

#[test]
fn switching_protocols_unasked_1000() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            let response = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\
                Upgrade: foo\r\n\r\n";
            stream.write_all(response).await.unwrap();
        })
        .await;
        assert_eq!(get_code(Settings::default(), &format!("http://{address}/")).await, 1000);
    });
}

#[test]
fn connect_is_not_a_request_1000() {
    run(async {
        let request = request(Method::CONNECT, "http://127.0.0.1:1/");
        assert_eq!(code(&client(Settings::default()), request).await, 1000);
    });
}

/// Long enough to get a connection on a busy machine.
const TIMEOUT: Duration = Duration::from_millis(300);

/// The message of a timeout in this phase.
async fn timeout_message(settings: Settings, url: &str, body_bytes: usize) -> String {
    let mut request = request(Method::POST, url);
    request.timeout = TIMEOUT;
    request.body = Bytes::from(vec![b'x'; body_bytes]);
    let exchange = client(settings).execute(request).await;
    let failure = exchange.failure.unwrap();
    assert_eq!(failure.code.get(), 1050);
    let total_ns = exchange.timings.blocked_ns + exchange.timings.duration_ns();
    assert!(u128::from(total_ns) >= TIMEOUT.as_nanos(), "{total_ns}");
    failure.message
}

#[test]
fn a_timeout_in_every_phase_1050() {
    let server = server();
    run(async {
        let connecting = "getting a connection";
        let (waiting, receiving) = ("waiting for the response", "receiving the response");
        let silent = format!("https://{}/", server.address(Listener::Silent));
        let cases = [
            (server.url_of(Listener::Full, "/"), connecting),
            (silent, connecting),
            (server.url("/misbehave/hang"), waiting),
            (server.https_url("/misbehave/hang"), waiting),
            (server.url("/misbehave/hang-mid-body"), receiving),
            (server.https_url("/misbehave/hang-mid-body"), receiving),
            (server.url("/misbehave/slow-head/50"), receiving),
        ];
        let messages = cases.iter().map(|(url, _)| timeout_message(trusting(&server), url, 0));
        let messages = futures_util::future::join_all(messages).await;
        for (message, (url, phase)) in messages.iter().zip(&cases) {
            assert!(message.contains(phase), "{url}: {message}");
        }
    });
}

#[test]
fn a_timeout_while_the_server_takes_nothing_1050() {
    run(async {
        // Accepted and never read: the kernel's buffers fill up.
        let address = raw(|_, stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await;
        let url = format!("http://{address}/");
        let message = timeout_message(Settings::default(), &url, 64 << 20).await;
        assert_eq!(message, "request timeout after 300ms, sending the request");
    });
}

#[test]
fn no_time_at_all_is_a_timeout_1050() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        // Not even over a connection that is there, to a server that is fast.
        assert_eq!(client.execute(get(&server.url("/"))).await.status, 200);
        for _ in 0..20 {
            let request = Request { timeout: Duration::ZERO, ..get(&server.url("/")) };
            assert_eq!(code(&client, request).await, 1050);
        }
    });
}

#[test]
fn no_such_host_1101() {
    run(async {
        let url = "http://squall-does-not-exist.invalid/";
        assert_eq!(get_code(Settings::default(), url).await, 1101);
        // A label of more than 63 letters is no name.
        let url = format!("http://{}.example/", "a".repeat(64));
        assert_eq!(get_code(Settings::default(), &url).await, 1101);
    });
}

#[test]
fn a_name_server_that_fails_1100() {
    run(async {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let servers = vec![socket.local_addr().unwrap()];
        tokio::task::spawn_local(async move {
            let mut message = [0; 512];
            loop {
                let (length, from) = socket.recv_from(&mut message).await.unwrap();
                // The question, as an answer with the code SERVFAIL.
                message[2] |= 0x80;
                message[3] = (message[3] & 0xf0) | 2;
                socket.send_to(&message[..length], from).await.unwrap();
            }
        });
        let dns = DnsSettings { servers, ..DnsSettings::default() };
        let settings = Settings { dns, ..Settings::default() };
        assert_eq!(get_code(settings, "http://squall.test/").await, 1100);
    });
}

#[test]
fn blocked_hostname_1111() {
    run(async {
        let block_hostnames = HostnamePatterns::parse(["*.example.com"]).unwrap();
        let settings = Settings { block_hostnames, ..Settings::default() };
        assert_eq!(get_code(settings, "http://api.EXAMPLE.com/").await, 1111);
    });
}

#[test]
fn blacklisted_ip_1110() {
    let server = server();
    run(async {
        let blacklist_ips = vec!["127.0.0.0/8".parse().unwrap()];
        let settings = Settings { blacklist_ips, ..Settings::default() };
        assert_eq!(get_code(settings.clone(), &server.url("/")).await, 1110);
        // It is the address that counts, however it was come by.
        let hosts = HostOverrides::parse([("squall.test", "127.0.0.1")]).unwrap();
        let settings = Settings { hosts, ..settings };
        assert_eq!(get_code(settings.clone(), "http://squall.test/").await, 1110);
        assert_eq!(get_code(settings, "http://localhost/").await, 1110);
        assert_eq!(server.connections_opened(), 0);
    });
}

/// The code of a request to a listener whose certificate, or lack of one, is wrong.
async fn tls_code(server: &TestServer, listener: Listener) -> u16 {
    get_code(trusting(server), &server.url_of(listener, "/")).await
}

#[test]
fn tls_failures_13xx() {
    let server = server();
    run(async {
        assert_eq!(tls_code(&server, Listener::TlsUnknownCa).await, 1310);
        assert_eq!(tls_code(&server, Listener::TlsSelfSigned).await, 1310);
        assert_eq!(tls_code(&server, Listener::TlsWrongHost).await, 1311);
        assert_eq!(tls_code(&server, Listener::TlsExpired).await, 1300);
        assert_eq!(tls_code(&server, Listener::PlainOnTlsPort).await, 1301);
    });
}

#[test]
fn the_systems_authorities_do_not_know_the_server_1310() {
    let server = server();
    run(async {
        let settings = Settings { tls_roots: TlsRoots::System, ..Settings::default() };
        let code = get_code(settings, &server.https_url("/")).await;
        // A machine without any authority fails with 1300.
        assert!(matches!(code, 1310 | 1300), "{code}");
    });
}

#[test]
fn insecure_skip_tls_verify_takes_any_certificate() {
    let server = server();
    run(async {
        let settings = Settings { insecure_skip_tls_verify: true, ..Settings::default() };
        let client = client(settings);
        for listener in [
            Listener::TlsUnknownCa,
            Listener::TlsSelfSigned,
            Listener::TlsWrongHost,
            Listener::TlsExpired,
            Listener::Tls12,
        ] {
            ok(&client, get(&server.url_of(listener, "/"))).await;
        }
        // What is not TLS stays so.
        let url = server.url_of(Listener::PlainOnTlsPort, "/");
        assert_eq!(code(&client, get(&url)).await, 1301);
    });
}

#[test]
fn a_server_that_closes_in_the_tls_handshake_1000() {
    run(async {
        let address = raw(|_, stream| async move { drop(stream) }).await;
        let url = format!("https://localhost:{}/", address.port());
        // Closed with our hello unread, the kernel resets; else it is an early end.
        let code = get_code(Settings::default(), &url).await;
        assert!(matches!(code, 1000 | 1220), "{code}");
    });
}

#[test]
fn http2_goaway_161x() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for (reason, expected) in [(1, 1612), (11, 1622), (13, 1624), (99, 1610)] {
            let url = server.https_url(&format!("/misbehave/goaway/{reason}"));
            assert_eq!(code(&client, get(&url)).await, expected);
        }
        // In good order means "ask again", which is done once.
        let url = server.https_url("/misbehave/goaway/0");
        let exchange = client.execute(get(&url)).await;
        assert_eq!((exchange.error_code(), exchange.retried), (1611, true));
        assert_eq!(server.arrivals_at("/misbehave/goaway/0").len(), 2);
    });
}

#[test]
fn http2_stream_resets_163x() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for (reason, expected) in [(0, 1631), (2, 1633), (8, 1639), (99, 1630)] {
            let url = server.https_url(&format!("/misbehave/rst/{reason}"));
            assert_eq!(code(&client, get(&url)).await, expected);
        }
        // A refused stream is tried once more.
        let url = server.https_url("/misbehave/rst/7");
        let exchange = client.execute(get(&url)).await;
        assert_eq!((exchange.error_code(), exchange.retried), (1638, true));
        // The connection has outlived all of this.
        ok(&client, get(&server.https_url("/"))).await;
    });
}

#[test]
fn http2_connections_that_break() {
    let server = server();
    run(async {
        for (path, expected) in
            [("reset", 1220), ("close", 1000), ("close-mid-body", 1000), ("reset-mid-body", 1220)]
        {
            let url = server.https_url(&format!("/misbehave/{path}"));
            assert_eq!(get_code(trusting(&server), &url).await, expected, "{path}");
        }
        for path in ["garbage", "h2-garbage"] {
            let url = server.https_url(&format!("/misbehave/{path}"));
            let code = get_code(trusting(&server), &url).await;
            assert!((1650..=1664).contains(&code), "{path}: {code}");
        }
    });
}

#[test]
fn every_error_status_has_its_code_and_is_no_failure_14xx_15xx() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for base in [server.url("/status"), server.https_url("/status")] {
            for status in (200..=599).filter(|status| *status >= 400 || status % 50 == 4) {
                let exchange = client.execute(get(&format!("{base}/{status}"))).await;
                assert_eq!(exchange.failure, None);
                let expected = if status < 400 { 0 } else { 1000 + status };
                assert_eq!((exchange.status, exchange.error_code()), (status, expected));
            }
        }
    });
}

/// A request whose body no buffer takes whole.
fn large(url: &str) -> Request {
    let body = Bytes::from(vec![b'x'; 64 << 20]);
    Request { body, ..request(Method::POST, url) }
}

#[test]
fn a_reset_while_sending_1220() {
    run(async {
        let address = raw(|_, mut stream| async move {
            // Closes with most of the request unread, which resets the connection.
            read_head(&mut stream).await;
        })
        .await;
        let code = code(&client(Settings::default()), large(&format!("http://{address}/"))).await;
        // hyper tries to send the rest, which a connection that was reset does not take.
        let is_hyper = crate::HTTP1_CLIENT == squall_net::Http1Client::Hyper;
        assert!(code == 1220 || is_hyper && code == 1201, "{code}");
    });
}

#[test]
fn a_broken_pipe_while_sending_1201() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            // First it says that nothing comes from it any more, then that it takes no more. Both
            // are there before the client looks, since this thread is its thread, too.
            stream.shutdown().await.unwrap();
            stream.set_zero_linger().unwrap();
        })
        .await;
        let code = code(&client(Settings::default()), large(&format!("http://{address}/"))).await;
        // hyper looks first for what has come, and takes the end for an end.
        let is_lean = crate::HTTP1_CLIENT == squall_net::Http1Client::Lean;
        assert_eq!(code, if is_lean { 1201 } else { 1000 });
    });
}

/// Has the kernel give up the client's side of this connection as soon as its probes of a full
/// window say that the server takes nothing; otherwise that takes it many minutes.
#[cfg(target_os = "linux")]
fn hurry(server_side: &tokio::net::TcpStream) {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    let client_side = server_side.peer_addr().unwrap();
    let process = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let numbers = std::fs::read_dir("/proc/self/fd").unwrap();
    let numbers = numbers.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let sockets = numbers.filter_map(|fd| pidfd_getfd(&process, fd, PidfdGetfdFlags::empty()).ok());
    let is_client = |socket: &std::os::fd::OwnedFd| {
        let address = rustix::net::getsockname(socket).ok();
        address.and_then(|any| std::net::SocketAddr::try_from(any).ok()) == Some(client_side)
    };
    let sockets: Vec<_> = sockets.filter(is_client).collect();
    assert_eq!(sockets.len(), 1);
    rustix::net::sockopt::set_tcp_user_timeout(&sockets[0], 1).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_the_kernel_gives_up_1202() {
    run(async {
        let address = raw(|_, stream| async move {
            hurry(&stream);
            std::future::pending::<()>().await;
        })
        .await;
        let request = large(&format!("http://{address}/"));
        let failure = client(Settings::default()).execute(request).await.failure.unwrap();
        assert_eq!(failure.code.get(), 1202, "{failure}");
        assert!(failure.message.contains("os error 110"), "{failure}");
    });
}

#[test]
fn an_early_answer_to_a_large_request_is_the_answer() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            answer(&mut stream, "enough").await;
            // Keeps the connection open, and reads nothing more.
            std::future::pending::<()>().await;
        })
        .await;
        let mut request = request(Method::POST, &format!("http://{address}/"));
        request.body = Bytes::from(vec![b'x'; 64 << 20]);
        let exchange = ok(&client(Settings::default()), request).await;
        assert_eq!(exchange.body, "enough");
        assert_eq!(exchange.timings.waiting_ns, 0);
    });
}
