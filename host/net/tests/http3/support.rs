//! What the tests of HTTP/3 share.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{
    BatchLimits, Call, Client, Exchange, HttpVersion, Network, Proto, Request, Settings, Target,
    TlsRoots,
};
use squall_test_support::{H3Config, H3Server};

/// Long enough for a busy machine; a test that gets here has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The bytes of a large body.
pub(crate) const MANY: usize = 1024 * 1024;

/// Runs a test as a worker runs its VUs: one thread, a local set.
pub(crate) fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let test = async { tokio::time::timeout(PATIENCE, test).await };
    local.block_on(&runtime, test).expect("the test did not end in time")
}

pub(crate) fn server() -> H3Server {
    H3Server::start(&H3Config::default()).unwrap()
}

/// Settings that trust the server, for HTTP/3.
pub(crate) fn settings(server: &H3Server) -> Settings {
    Settings {
        tls_roots: TlsRoots::Only(vec![server.ca_der().to_vec().into()]),
        http_version: HttpVersion::Http3,
        ..Settings::default()
    }
}

pub(crate) fn network(settings: Settings) -> Rc<Network> {
    Network::new(Arc::new(settings)).unwrap()
}

pub(crate) fn client(settings: Settings) -> Client {
    Client::new(network(settings))
}

pub(crate) fn request(method: Method, url: &str) -> Request {
    let mut request = Request::new(method, Rc::new(Target::parse(url).unwrap()));
    request.timeout = PATIENCE / 2;
    request
}

pub(crate) fn get(url: &str) -> Request {
    request(Method::GET, url)
}

/// The exchange, which must have succeeded with status 200.
pub(crate) async fn ok(client: &Client, request: Request) -> Exchange {
    let exchange = client.execute(request).await;
    assert_eq!(exchange.failure, None);
    assert_eq!((exchange.status, exchange.proto), (200, Proto::Http3));
    exchange
}

/// The code and text of the exchange's failure.
pub(crate) async fn failure(client: &Client, request: Request) -> (u16, String) {
    let exchange = client.execute(request).await;
    let failure = exchange.failure.expect("the request did not fail");
    assert_eq!(exchange.status, 0);
    (failure.code.get(), failure.message)
}

/// What came of the requests, sent side by side.
pub(crate) async fn all_of(client: &Client, requests: Vec<Request>) -> Vec<Exchange> {
    let calls = requests.into_iter().map(Call::from).collect();
    let limits = BatchLimits { batch: 1000, batch_per_host: 1000 };
    let outcomes = client.batch(calls, limits, |_, _| {}).await;
    outcomes.into_iter().map(|outcome| outcome.exchange).collect()
}

pub(crate) fn header_of<'e>(exchange: &'e Exchange, name: &str) -> Option<&'e str> {
    exchange.headers.get(name).map(|value| std::str::from_utf8(value).unwrap())
}
