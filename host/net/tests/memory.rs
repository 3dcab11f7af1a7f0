//! Thousands of exchanges with servers that misbehave leave nothing in memory, and while they last
//! it is bounded. On its own, since it counts what its threads allocate.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{
    Call, Client, Http1Client, HttpVersion, Network, Request, Settings, Target, TlsRoots,
};
use squall_test_support::{Listener, TestServer};

/// Bytes that this thread has allocated and not given back, and the most of them since a test last
/// looked.
#[derive(Clone, Copy)]
struct Held {
    bytes: i64,
    most_bytes: i64,
}

thread_local! {
    static HELD: Cell<Held> = const { Cell::new(Held { bytes: 0, most_bytes: 0 }) };
}

/// The system's allocator, counted for each thread by itself: the client lives in one, the servers
/// in others.
struct Counting;

fn count(bytes: i64) {
    // A thread that ends gives back more after its counter is gone.
    let _ = HELD.try_with(|held| {
        let bytes = held.get().bytes + bytes;
        held.set(Held { bytes, most_bytes: held.get().most_bytes.max(bytes) });
    });
}

#[expect(unsafe_code, reason = "an allocator is counted by being one")]
// SAFETY: all is done by the system's allocator, with the arguments as they came; counting neither
// allocates nor panics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as i64 - layout.size() as i64);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Exchanges of each kind that are measured, and a fifth of them where each moves a megabyte.
const ROUNDS: usize = 250;
/// Exchanges before that. They fill what is kept: buffers of the thread, tables that grow, and the
/// last fifty streams of a connection of HTTP/2 that were reset.
const WARM_UP: usize = 60;
/// What may be left of one exchange, on average.
const LEFT_BYTES_MAX: i64 = 40;
/// For bodies.
const BODY_BYTES_MAX: i64 = 1 << 20;
/// For all that an exchange holds at a time: a body as it grows and once more as it is decoded, and
/// 1 MiB of a head, held and parsed.
const HELD_BYTES_MAX: i64 = 8 * BODY_BYTES_MAX;

/// One bad server: where it is, by which protocol, and how it ends.
type Case = (String, HttpVersion, u16);

fn cases(server: &TestServer) -> Vec<Case> {
    let plain = |path: &str, code| (server.url(path), HttpVersion::Auto, code);
    let tls = |path: &str, code| (server.https_url(path), HttpVersion::Auto, code);
    let of = |listener, code| (server.url_of(listener, "/"), HttpVersion::Auto, code);
    vec![
        plain("/misbehave/reset", 1220),
        plain("/misbehave/reset-mid-body", 1220),
        plain("/misbehave/close-mid-head", 1000),
        plain("/misbehave/close-mid-body", 1000),
        plain("/misbehave/garbage", 1000),
        plain("/misbehave/bad-chunk", 1000),
        plain("/misbehave/chunked-overflow", 1000),
        plain("/misbehave/chunked-and-length", 0),
        plain("/misbehave/two-lengths", 1000),
        plain("/misbehave/endless-headers", 1000),
        plain("/misbehave/endless-body", 1000),
        plain("/misbehave/hang-mid-body", 1050),
        plain("/misbehave/extra-response", 0),
        tls("/misbehave/endless-body", 1000),
        tls("/misbehave/hang-mid-body", 1050),
        tls("/misbehave/rst/8", 1639),
        tls("/misbehave/goaway/11", 1622),
        tls("/misbehave/h2-garbage", 1657),
        of(Listener::TlsUnknownCa, 1310),
        of(Listener::PlainOnTlsPort, 1301),
        of(Listener::Refused, 1212),
    ]
}

async fn ask(client: &Client, (url, version, code): &Case) {
    let mut request = Request::new(Method::GET, Rc::new(Target::parse(url).unwrap()));
    request.version = *version;
    request.timeout = Duration::from_millis(if *code == 1050 { 10 } else { 20_000 });
    let outcome = client.call(Call::from(request), |_| {}).await;
    assert_eq!(outcome.exchange.error_code(), *code, "{url}: {:?}", outcome.exchange.failure);
    client.end_iteration();
}

/// What is held once all tasks of connections that are gone have ended.
async fn settled() -> i64 {
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    HELD.get().bytes
}

fn check(http1_client: Http1Client) {
    let server = TestServer::start_default().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let settings = Settings {
            http1_client,
            body_bytes_max: BODY_BYTES_MAX as u64,
            tls_roots: TlsRoots::Only(vec![server.ca_der().to_vec().into()]),
            ..Settings::default()
        };
        let client = Client::new(Network::new(Arc::new(settings)).unwrap());
        for case in cases(&server) {
            let rounds = if case.0.contains("endless") { ROUNDS / 5 } else { ROUNDS };
            for _ in 0..WARM_UP {
                ask(&client, &case).await;
            }
            let before = settled().await;
            HELD.set(Held { bytes: before, most_bytes: before });
            for _ in 0..rounds {
                ask(&client, &case).await;
            }
            let left = settled().await - before;
            let held = HELD.get().most_bytes - before;
            assert!(left < LEFT_BYTES_MAX * rounds as i64, "{}: {left} bytes left", case.0);
            assert!(held < HELD_BYTES_MAX, "{}: {held} bytes at a time", case.0);
        }
    });
}

#[test]
fn thousands_of_bad_exchanges_leave_nothing() {
    check(Http1Client::Lean);
}

#[test]
fn thousands_of_bad_exchanges_leave_nothing_with_hyper() {
    check(Http1Client::Hyper);
}
