//! HTTP/2 with prior knowledge, well behaved and not, seen by the `h2` client.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use h2::Reason;
use h2::client::SendRequest;
use http::{Request, StatusCode};
use squall_test_support::{Config, Limits, Listener, MISBEHAVIOURS, Protocol, TestServer};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

struct Client {
    sender: SendRequest<Bytes>,
    driver: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    async fn new(server: &TestServer) -> Self {
        let stream = TcpStream::connect(server.address(Listener::H2c)).await.unwrap();
        let (sender, connection) = h2::client::handshake(stream).await.unwrap();
        Self { sender, driver: tokio::spawn(connection) }
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: &'static str,
    ) -> Result<Answer, h2::Error> {
        let request = Request::builder().method(method).uri(format!("http://test{path}")).body(());
        let sender = self.sender.clone().ready().await?;
        self.sender = sender;
        let (response, mut stream) = self.sender.send_request(request.unwrap(), body.is_empty())?;
        if !body.is_empty() {
            stream.send_data(Bytes::from_static(body.as_bytes()), true)?;
        }
        let patience = Duration::from_secs(20);
        let whole = async {
            let response = response.await?;
            let (head, mut stream) = response.into_parts();
            let mut body = BytesMut::new();
            while let Some(data) = stream.data().await {
                let data = data?;
                stream.flow_control().release_capacity(data.len())?;
                body.extend_from_slice(&data);
            }
            Ok(Answer { status: head.status, headers: head.headers, body: body.freeze() })
        };
        timeout(patience, whole).await.expect("an answer or an error within the time of a test")
    }

    async fn get(&mut self, path: &str) -> Result<Answer, h2::Error> {
        self.send("GET", path, "").await
    }
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: Bytes,
}

fn impatient() -> TestServer {
    let wait_max = Duration::from_millis(300);
    let limits = Limits { wait_max, endless_bytes_max: 1 << 20, ..Limits::default() };
    TestServer::start(Config { limits, ..Config::default() }).unwrap()
}

#[tokio::test]
async fn the_good_routes_are_the_same() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server).await;
    assert_eq!(client.get("/").await.unwrap().body, "ok");
    assert_eq!(client.get("/bytes/300000").await.unwrap().body.len(), 300_000);
    assert_eq!(client.get("/status/204").await.unwrap().status, 204);
    assert_eq!(client.get("/delay/5").await.unwrap().body, "ok");
    assert_eq!(client.get("/headers?x-a=1").await.unwrap().headers["x-a"], "1");
    assert_eq!(client.send("POST", "/mirror", "hello").await.unwrap().body, "hello");
    let echoed = client.send("PUT", "/echo?a=b", "x").await.unwrap().body;
    let echoed: serde_json::Value = serde_json::from_slice(&echoed).unwrap();
    assert_eq!((&echoed["protocol"], &echoed["target"]), (&"HTTP/2".into(), &"/echo?a=b".into()));
    assert_eq!(client.send("HEAD", "/", "").await.unwrap().body, "");
    assert_eq!(server.connections_opened(), 1);
    let arrivals = server.arrivals();
    assert!(arrivals.iter().all(|arrival| arrival.protocol == Protocol::Http2));
    assert_eq!(arrivals[5].request_bytes, 5);
}

#[tokio::test]
async fn streams_do_not_wait_for_one_another() {
    let server = impatient();
    let mut slow = Client::new(&server).await;
    let sender = slow.sender.clone();
    let mut quick = Client { sender, driver: tokio::spawn(async { Ok(()) }) };
    let (slow, quick) = tokio::join!(slow.get("/misbehave/hang"), quick.get("/"));
    assert_eq!(quick.unwrap().body, "ok");
    assert!(slow.is_err());
}

#[tokio::test]
async fn goaway_after_a_good_answer_takes_no_further_request() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server).await;
    assert_eq!(client.get("/misbehave/goaway").await.unwrap().body, "ok");
    // The connection ends in order once the client has read the GOAWAY.
    timeout(Duration::from_secs(20), &mut client.driver).await.unwrap().unwrap().unwrap();
    assert!(client.get("/").await.is_err());
}

#[tokio::test]
async fn goaway_with_a_code_instead_of_an_answer() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server).await;
    assert_eq!(client.get("/").await.unwrap().body, "ok");
    let error = client.get("/misbehave/goaway/11").await.unwrap_err();
    assert!(error.is_go_away() && error.is_remote(), "{error:?}");
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn a_stream_is_reset_and_the_connection_goes_on() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server).await;
    let error = client.get("/misbehave/rst/7").await.unwrap_err();
    assert!(error.is_reset() && error.is_remote(), "{error:?}");
    assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
    assert_eq!(client.get("/").await.unwrap().body, "ok");
    assert_eq!(server.connections_opened(), 1);
}

#[tokio::test]
async fn lengths_that_lie_are_a_protocol_error() {
    let server = TestServer::start_default().unwrap();
    for path in ["/misbehave/wrong-length/short", "/misbehave/wrong-length/long"] {
        let error = Client::new(&server).await.get(path).await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR), "{path}");
    }
}

#[tokio::test]
async fn broken_connections() {
    let server = impatient();
    for path in ["reset", "reset-mid-body", "close", "close-mid-body", "endless-headers"] {
        let error = Client::new(&server).await.get(&format!("/misbehave/{path}")).await;
        assert!(error.is_err(), "{path}");
    }
    let error = Client::new(&server).await.get("/misbehave/h2-garbage").await.unwrap_err();
    assert!(error.is_go_away() || error.is_io(), "{error:?}");
    assert_eq!(error.reason(), Some(Reason::FRAME_SIZE_ERROR));
}

#[tokio::test]
async fn slow_huge_and_endless_answers() {
    let server = impatient();
    let mut client = Client::new(&server).await;
    assert_eq!(client.get("/misbehave/slow-bytes/2/5").await.unwrap().body, "abcde");
    assert_eq!(client.get("/misbehave/one-xx-flood/5").await.unwrap().body, "ok");
    let huge = client.get("/misbehave/huge-header/10000").await.unwrap();
    assert_eq!(huge.headers["x-huge"].len(), 10_000);
    let error = client.get("/misbehave/endless-body").await.unwrap_err();
    assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    let error = client.get("/misbehave/hang-mid-body").await.unwrap_err();
    assert_eq!(error.reason(), Some(Reason::CANCEL));
}

#[tokio::test]
async fn every_documented_misbehaviour_is_served() {
    let server = impatient();
    for one in MISBEHAVIOURS.iter().filter(|one| one.protocols.contains("h2")) {
        let path = one.pattern.replace("MS", "1").replace("CODE", "2").replace('N', "3");
        let outcome = Client::new(&server).await.get(&format!("/misbehave/{path}")).await;
        if let Ok(answer) = outcome {
            assert_eq!(answer.status, 200, "{}", one.pattern);
        }
    }
    let missing = Client::new(&server).await.get("/misbehave/slow-head/1").await.unwrap();
    assert_eq!(missing.status, 421);
}

#[tokio::test]
async fn http1_is_not_spoken_here() {
    let server = TestServer::start_default().unwrap();
    let mut client = tokio::task::spawn_blocking(move || {
        let mut client = crate::client::Client::to(&server, Listener::H2c);
        client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
        (client, server)
    })
    .await
    .unwrap();
    let (bytes, _) = tokio::task::spawn_blocking(move || client.0.rest()).await.unwrap();
    assert!(!bytes.starts_with(b"HTTP/1.1"));
}
