//! A process that has no file descriptor left. On its own, since all tests of a process share them.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs::File;
use std::rc::Rc;
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use squall_net::http_types::Method;
use squall_net::{Client, Network, Request, Settings, Target};
use squall_test_support::TestServer;

/// Few enough to use up, enough for the server and the runtime.
const DESCRIPTORS_MAX: u64 = 256;

#[test]
fn without_a_descriptor_the_failure_says_so_and_the_next_request_works() {
    let server = TestServer::start_default().unwrap();
    let limit = getrlimit(Resource::Nofile);
    let lower = Rlimit { current: Some(DESCRIPTORS_MAX), maximum: limit.maximum };
    setrlimit(Resource::Nofile, lower).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let client = Client::new(Network::new(Arc::new(Settings::default())).unwrap());
        let target = Rc::new(Target::parse(&server.url("/")).unwrap());
        let taken: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        let exchange = client.execute(Request::new(Method::GET, Rc::clone(&target))).await;
        let failure = exchange.failure.unwrap();
        assert_eq!(failure.code.get(), 1213);
        assert!(failure.message.contains("ulimit -n"), "{failure}");
        drop(taken);
        let exchange = client.execute(Request::new(Method::GET, target)).await;
        assert_eq!((exchange.failure, exchange.status), (None, 200));
    });
}
