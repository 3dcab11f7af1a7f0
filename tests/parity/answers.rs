//! A server that answers what the query of the URL says, so that a script alone decides what it
//! meets: `/answer/any/path?status=302&header=Location:%20/x&body=hello&gzip`.
//!
//! | query | means |
//! |---|---|
//! | `status=N` | the status; 200 otherwise |
//! | `reason=TEXT` | the reason phrase |
//! | `header=NAME: VALUE` | a header; repeat it for more, also of one name |
//! | `type=TEXT` | `Content-Type`; `text/plain; charset=utf-8` otherwise |
//! | `body=TEXT` | the body |
//! | `encode=LIST` | the body is compressed (`gzip`, `deflate`, `br`, `zstd`) and says so |
//! | `gzip`, `deflate` | the same with this one |
//! | `says=TEXT` | `Content-Encoding`, whatever the body is |
//! | `cut=N` | only the first N bytes of the body, and no more than they are announced |
//! | `missing=N` | N bytes more are announced, and the connection closes without them |
//! | `delay=MS` | waits before it answers |
//!
//! `/digest` asks for a digest and answers with the `Authorization` that came; `/basic` likewise.
//! `/echo` tells method, target, headers and body as JSON, `/peer` the address that was called
//! from. Plain HTTP/1.1 with a thread a
//! connection: a handful of tests, no load.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::json;
use squall_net::{Bytes, Encoding};
use squall_test_support::route::percent_decode;

/// What `/basic` asks for.
const BASIC: &str = r#"Basic realm="parity""#;

/// What `/digest` asks for.
const DIGEST: &str = "Digest realm=\"parity\", nonce=\"0123456789abcdef\", qop=\"auth\", \
     opaque=\"5ccc\", algorithm=MD5";

/// Longest body that is read.
const BODY_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A connection that says nothing for so long is closed.
const IDLE_MAX: Duration = Duration::from_mins(1);

/// A running server; it serves until the process ends.
pub(crate) struct Answers {
    address: SocketAddr,
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Default)]
struct Answer {
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    missing: usize,
    delay: Duration,
}

impl Answers {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away in the middle is not our failure.
                std::thread::spawn(move || drop(converse(&stream)));
            }
        });
        Ok(Self { address })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn converse(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_MAX))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let answer = match request.target.as_str() {
            "/peer" => Answer::text(200, &stream.peer_addr()?.ip().to_string()),
            _ => route(&request),
        };
        std::thread::sleep(answer.delay);
        write(stream, &request, &answer)?;
        if answer.missing > 0 {
            return stream.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut request = Request { method, target, headers, body: Vec::new() };
    if let Some(length) = request.header("content-length").and_then(|text| text.parse().ok()) {
        reader.take(u64::min(length, BODY_BYTES_MAX)).read_to_end(&mut request.body)?;
    }
    Ok(Some(request))
}

fn write(mut stream: &TcpStream, request: &Request, answer: &Answer) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, answer.reason);
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let has_body = !matches!(answer.status, 100..200 | 204 | 304);
    if has_body {
        let _ = write!(head, "Content-Length: {}\r\n", answer.body.len() + answer.missing);
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    if has_body && request.method != "HEAD" {
        bytes.extend_from_slice(&answer.body);
    }
    stream.write_all(&bytes)
}

fn route(request: &Request) -> Answer {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    match path {
        "/digest" => challenge(request, DIGEST),
        "/basic" => challenge(request, BASIC),
        "/echo" => echo(request),
        _ => said(query),
    }
}

/// 401 until there is an `Authorization` of the scheme that is asked for, which is then told.
fn challenge(request: &Request, challenge: &str) -> Answer {
    let scheme = challenge.split(' ').next().unwrap_or_default();
    let known = request.header("authorization").filter(|value| value.starts_with(scheme));
    if let Some(authorization) = known {
        return Answer::text(200, authorization);
    }
    let mut answer = Answer::text(401, "who are you?");
    answer.headers.push(("WWW-Authenticate".to_owned(), challenge.to_owned()));
    answer
}

fn echo(request: &Request) -> Answer {
    let value = json!({
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "body": String::from_utf8_lossy(&request.body),
    });
    let mut answer = Answer::text(200, &value.to_string());
    answer.set("Content-Type", "application/json");
    answer
}

/// What the query says.
fn said(query: &str) -> Answer {
    let mut answer = Answer::text(200, "");
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode(value);
        let value = String::from_utf8_lossy(&value).into_owned();
        match name {
            "status" => {
                answer.status = value.parse().unwrap_or(500);
                reason(answer.status).clone_into(&mut answer.reason);
            }
            "reason" => answer.reason = value,
            "header" => {
                if let Some((name, value)) = value.split_once(':') {
                    answer.headers.push((name.to_owned(), value.trim().to_owned()));
                }
            }
            "type" => answer.set("Content-Type", &value),
            "body" => answer.body = value.into_bytes(),
            "gzip" | "deflate" => answer.encode(name),
            "encode" => answer.encode(&value),
            "says" => answer.set("Content-Encoding", &value),
            "cut" => answer.body.truncate(value.parse().unwrap_or(0)),
            "missing" => answer.missing = value.parse().unwrap_or(0),
            "delay" => answer.delay = Duration::from_millis(value.parse().unwrap_or(0)),
            _ => {}
        }
    }
    answer
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Something",
    }
}

impl Request {
    fn header(&self, wanted: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    }
}

impl Answer {
    fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            reason: reason(status).to_owned(),
            headers: vec![("Content-Type".to_owned(), "text/plain; charset=utf-8".to_owned())],
            body: body.as_bytes().to_vec(),
            missing: 0,
            delay: Duration::ZERO,
        }
    }

    fn encode(&mut self, list: &str) {
        let encodings = Encoding::parse_list(list).unwrap();
        let body = Bytes::from(std::mem::take(&mut self.body));
        self.body = squall_net::compress(&body, &encodings).to_vec();
        self.set("Content-Encoding", &Encoding::header_value(&encodings));
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(old, _)| old != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}
