//! Servers that misbehave, each beside a good one: while a VU meets the bad one, its neighbour on
//! the same worker has right answers in time, and the VU itself has afterwards.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::{
    Bytes, Call, Client, DnsSettings, HostnamePatterns, HttpVersion, Request, Settings, TlsRoots,
    clock,
};
use squall_test_support::{Listener, TestServer};

use crate::support::{get, network, ok, run, server, trusting};

/// How often each bad server is met.
const ROUNDS: usize = 3;
/// Answers that the neighbour has meanwhile, at least.
const ANSWERS_MIN: usize = 10;
/// Within this the neighbour has each of its answers, and what should not last is over. Much more
/// than it takes: what is found is a worker that stands still, not one that is slow.
const IN_TIME: Duration = Duration::from_secs(2);
/// The timeout of requests that have no answer.
const SHORT: Duration = Duration::from_millis(150);
/// For bodies, so that an endless one is over soon.
const BODY_BYTES_MAX: u64 = 1_000_000;

/// A bad server, and the codes that a request to it may come to; 0 is an answer.
struct Bad {
    url: String,
    codes: &'static [u16],
    version: HttpVersion,
    body: Bytes,
}

fn bad(url: String, codes: &'static [u16]) -> Bad {
    Bad { url, codes, version: HttpVersion::Auto, body: Bytes::new() }
}

impl Bad {
    fn h2(self) -> Self {
        Self { version: HttpVersion::Http2PriorKnowledge, ..self }
    }

    fn with_body(self) -> Self {
        Self { body: Bytes::from(vec![b'x'; 16 << 20]), ..self }
    }

    fn call(&self) -> Call {
        let timeout = if self.codes.contains(&1050) { SHORT } else { IN_TIME };
        let (version, body) = (self.version, self.body.clone());
        Request { timeout, version, body, ..get(&self.url) }.into()
    }

    /// Is asked by one VU while its neighbour asks a good server.
    async fn is_met(&self, troubled: &Client, neighbour: &Client, good: &TestServer) {
        let is_over = Cell::new(false);
        let meeting = async {
            for _ in 0..ROUNDS {
                let call = self.call();
                let latest = call.request.timeout + IN_TIME;
                let start_ns = clock::now_ns();
                let exchange = troubled.call(call, |_| {}).await.exchange;
                let took = Duration::from_nanos(clock::now_ns() - start_ns);
                let code = exchange.error_code();
                assert!(self.codes.contains(&code), "{}: {:?}", self.url, exchange.failure);
                assert!(took < latest, "{}: {took:?}", self.url);
            }
            is_over.set(true);
        };
        let living = async {
            let mut answers = 0;
            while !is_over.get() || answers < ANSWERS_MIN {
                answers += 1;
                answer_of(neighbour, good, answers, &self.url).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::join!(meeting, living);
        for number in 0..2 {
            answer_of(troubled, good, number, &self.url).await;
        }
    }
}

/// Asks the good server for what nobody else asks it for at this time; `beside` is whom to blame.
async fn answer_of(client: &Client, good: &TestServer, number: usize, beside: &str) {
    let path = format!("/bytes/{}", 1000 + number % 1000);
    let url = if number.is_multiple_of(2) { good.url(&path) } else { good.https_url(&path) };
    let request = Request { timeout: IN_TIME, ..get(&url) };
    let exchange = client.execute(request).await;
    assert_eq!(exchange.failure, None, "beside {beside}");
    let found = (exchange.status, exchange.body.len());
    assert_eq!(found, (200, 1000 + number % 1000), "beside {beside}");
    let letters = exchange.body.iter().zip((b'a'..=b'z').cycle());
    assert!(letters.into_iter().all(|(found, letter)| *found == letter), "beside {beside}");
}

/// Has one VU after the other meet a bad server, all on one worker and beside the same neighbour.
async fn meet(settings: Settings, good: &TestServer, all: Vec<Bad>) {
    let network = network(Settings { body_bytes_max: BODY_BYTES_MAX, ..settings });
    let neighbour = Client::new(Rc::clone(&network));
    ok(&neighbour, get(&good.https_url("/"))).await;
    for bad in all {
        let troubled = Client::new(Rc::clone(&network));
        bad.is_met(&troubled, &neighbour, good).await;
    }
}

/// A bad server in a thread of its own, since whoever serves in the worker's thread disturbs it
/// anyway. `serve` gets each connection, which then stays open until the client closes it.
fn elsewhere(
    serve: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, serve) = (stream.unwrap(), Arc::clone(&serve));
            std::thread::spawn(move || {
                // The client hangs up on some, which is what it should do.
                let _ = serve(&mut stream);
                let _ = io::copy(&mut stream, &mut io::sink());
            });
        }
    });
    address
}

/// A server of HTTP/1 that says this to each request, forever.
fn saying(response: impl Into<Vec<u8>>) -> String {
    let response = response.into();
    let address = elsewhere(move |stream| {
        let mut request = [0; 4096];
        while stream.read(&mut request)? > 0 {
            stream.write_all(&response)?;
        }
        Ok(())
    });
    format!("http://{address}/")
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A server of HTTP/2 that says its settings and this, at once or for as long as it is heard.
fn saying_h2(frames: Vec<u8>, forever: bool) -> String {
    let address = elsewhere(move |stream| {
        stream.write_all(&frame(4, 0, 0, &[]))?;
        // What is said about a request must not come before it: its HEADERS, behind the preface.
        stream.read_exact(&mut [0; 24])?;
        let mut head = [0; 9];
        while head[3] != 1 {
            stream.read_exact(&mut head)?;
            let length = u64::from(u32::from_be_bytes([0, head[0], head[1], head[2]]));
            io::copy(&mut io::Read::by_ref(stream).take(length), &mut io::sink())?;
        }
        stream.write_all(&frames)?;
        if forever {
            let many = frames.repeat(100);
            loop {
                stream.write_all(&many)?;
            }
        }
        Ok(())
    });
    format!("http://{address}/")
}

#[test]
fn of_bad_http1_servers() {
    let (good, bad_server) = (server(), server());
    let at = |path: &str, codes| bad(bad_server.url(&format!("/misbehave/{path}")), codes);
    let mut cookies = String::new();
    for number in 0..2000 {
        write!(cookies, "Set-Cookie: c{number}={:0100}\r\n", 1).unwrap();
    }
    let is_lean = crate::HTTP1_CLIENT == squall_net::Http1Client::Lean;
    let bomb: &[u16] = if is_lean { &[0] } else { &[1000] };
    let zeros = squall_net::compress(&vec![0; 30_000_000].into(), &[squall_net::Encoding::Gzip]);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        zeros.len()
    );
    let all = vec![
        at("huge-header/2000000", &[1000]),
        at("endless-headers", &[1000]),
        at("chunked-overflow", &[1000]),
        at("bad-chunk", &[1000]),
        at("chunked-and-length", &[0]),
        at("two-lengths", &[1000]),
        at("negative-length", &[1000]),
        at("bad-status", &[1000]),
        at("nul-in-header", &[1000]),
        at("garbage", &[1000]),
        at("close", &[1000]),
        at("close-mid-head", &[1000]),
        at("close-mid-body", &[1000]),
        at("close-after", &[0]),
        at("reset", &[1220]),
        at("reset-mid-body", &[1220]),
        at("extra-response", &[0]),
        at("wrong-length/short", &[0]),
        at("wrong-length/long", &[1050]),
        at("hang", &[1050]),
        at("hang-mid-body", &[1050]),
        at("slow-head/20", &[1050]),
        at("slow-bytes/20/1000", &[1050]),
        at("one-xx-flood", &[1000, 1050]),
        at("endless-body", &[1000]),
        bad(bad_server.url_of(Listener::Refused, "/"), &[1212]),
        bad(bad_server.url_of(Listener::Full, "/"), &[1050]),
        bad(bad_server.url_of(Listener::Silent, "/"), &[1050]),
        bad(bad_server.url_of(Listener::Silent, "/"), &[1050]).with_body(),
        bad(saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), &[0, 1220]).with_body(),
        // hyper has a bound of its own on the lines of a head.
        bad(saying(format!("HTTP/1.1 200 OK\r\n{cookies}Content-Length: 0\r\n\r\n")), bomb),
        bad(saying([head.as_bytes(), &zeros].concat()), &[1000]),
    ];
    run(async { meet(trusting(&good), &good, all).await });
}

#[test]
fn of_bad_http2_servers() {
    let (good, bad_server) = (server(), server());
    let at = |path: &str, codes| {
        bad(bad_server.url_of(Listener::H2c, &format!("/misbehave/{path}")), codes).h2()
    };
    let said = |frames, codes| bad(saying_h2(frames, false), codes).h2();
    let flood = |frames| bad(saying_h2(frames, true), &[1050, 1652, 1657, 1660, 1662]).h2();
    let goaway =
        |last: u32, code: u32| frame(7, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat());
    let head = || frame(1, 4, 1, &[0x88]);
    let half = || [head(), frame(0, 0, 1, b"half")].concat();
    let no_window = frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]);
    let no_streams = frame(4, 0, 0, &[0, 3, 0, 0, 0, 0]);
    let reset_of_all = (0..500).flat_map(|n| frame(3, 0, 2 * n + 1, &[0, 0, 0, 8])).collect();
    let all = vec![
        at("endless-headers", &[1000, 1050, 1652, 1660, 1662]),
        at("huge-header/2000000", &[1000, 1632, 1662]),
        at("endless-body", &[1000]),
        at("close", &[1000]),
        at("close-mid-body", &[1000]),
        at("reset", &[1220]),
        at("reset-mid-body", &[1220]),
        at("h2-garbage", &[1657]),
        at("goaway/11", &[1622]),
        at("rst/8", &[1639]),
        at("hang", &[1050]),
        at("hang-mid-body", &[1050]),
        at("slow-bytes/20/1000", &[1050]),
        said([half(), goaway(0, 11)].concat(), &[1622]),
        said([half(), goaway(1, 0)].concat(), &[1050]),
        said(reset_of_all, &[1639, 1652]),
        said(no_window, &[1050]).with_body(),
        said(no_streams, &[1050]),
        said(frame(0, 0, 99, b"x"), &[1652]),
        flood(frame(4, 0, 0, &[])),
        flood(frame(6, 0, 0, &[0; 8])),
        flood(frame(8, 0, 1, &[0, 0, 0, 1])),
        flood(frame(0, 0, 1, &[])),
        flood(frame(200, 0, 0, &[0; 100])),
        flood(frame(2, 0, 1, &[0, 0, 0, 3, 1])),
    ];
    run(async { meet(trusting(&good), &good, all).await });
}

#[test]
fn of_bad_tls_servers() {
    let (good, bad_server) = (server(), server());
    let of = |listener, codes| bad(bad_server.url_of(listener, "/"), codes);
    let silent = format!("https://{}/", bad_server.address(Listener::Silent));
    let alert = |waits: bool| {
        let address = elsewhere(move |stream| {
            if waits {
                let _ = stream.read(&mut [0; 4096])?;
            }
            stream.write_all(&[21, 3, 3, 0, 2, 2, 40])
        });
        format!("https://{address}/")
    };
    let closing = elsewhere(|stream| {
        let _ = stream.read(&mut [0; 4096])?;
        stream.write_all(&[22, 3, 3, 0, 100, 2, 0, 0, 96])?;
        stream.shutdown(std::net::Shutdown::Write)
    });
    let all = vec![
        of(Listener::TlsUnknownCa, &[1310]),
        of(Listener::TlsSelfSigned, &[1310]),
        of(Listener::TlsWrongHost, &[1311]),
        of(Listener::TlsExpired, &[1300]),
        of(Listener::PlainOnTlsPort, &[1301]),
        bad(silent, &[1050]),
        bad(alert(false), &[1300]),
        bad(alert(true), &[1300]),
        bad(format!("https://{closing}/"), &[1000]),
    ];
    let authorities = [&good, &bad_server].map(|server| server.ca_der().to_vec().into());
    let settings =
        Settings { tls_roots: TlsRoots::Only(authorities.to_vec()), ..Settings::default() };
    run(async { meet(settings, &good, all).await });
}

/// A name server: the first label of a name says what its answer is like.
fn bad_names() -> DnsSettings {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let servers = vec![socket.local_addr().unwrap()];
    std::thread::spawn(move || {
        let mut message = [0; 512];
        loop {
            let (length, from) = socket.recv_from(&mut message).unwrap();
            let label = message[13..].split(|byte| *byte < b'-').next().unwrap();
            let mut answer = message[..length].to_vec();
            answer[2..4].copy_from_slice(&[0x81, 0x80]);
            match label {
                b"silent" => continue,
                b"nothing" => answer.clear(),
                b"senseless" => answer[4..].fill(0xff),
                b"failing" => answer[3] |= 2,
                // No error, and no address either.
                _ => {}
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    DnsSettings { servers, ..DnsSettings::default() }
}

#[test]
fn of_bad_names_and_redirects() {
    let good = server();
    let block_hostnames = HostnamePatterns::parse(["blocked.test"]).unwrap();
    let blacklist_ips = vec!["127.9.0.0/16".parse().unwrap()];
    let settings = Settings { dns: bad_names(), block_hostnames, blacklist_ips, ..trusting(&good) };
    let named = |label: &str, codes| bad(format!("http://{label}.test/"), codes);
    let to = |location: &str, codes| {
        let response =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        bad(saying(response), codes)
    };
    let all = vec![
        named("empty", &[1101]),
        named("failing", &[1100]),
        named("silent", &[1050]),
        named("nothing", &[1050, 1100]),
        named("senseless", &[1050, 1100]),
        named("blocked", &[1111]),
        bad("http://127.9.0.1:1/".into(), &[1110]),
        // The last redirect of a loop is the answer.
        to("/", &[0]),
        to("http://blocked.test/", &[1111]),
        to("http://127.9.0.1:1/", &[1110]),
        to("ftp://127.0.0.1/", &[1000]),
        to("http://[::1", &[0, 1000, 1020]),
    ];
    run(async { meet(settings, &good, all).await });
}
