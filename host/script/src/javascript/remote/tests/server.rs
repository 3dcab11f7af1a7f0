//! A TLS server whose answers depend on the path.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use url::Url;

const OK: &str = "export const a = 1;\n";

/// It ends with the test process.
pub(in crate::javascript) struct Server {
    pub(super) root: CertificateDer<'static>,
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(in crate::javascript) fn start() -> Self {
        let (root, config) = tls();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, log) = (Arc::clone(&config), Arc::clone(&log));
                thread::spawn(move || serve(stream, config, &log));
            }
        });
        Self { root, port, requests }
    }

    pub(in crate::javascript) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("https://localhost:{}/{path}", self.port)).unwrap()
    }

    /// Paths and queries, in order.
    pub(in crate::javascript) fn requests(&self) -> Vec<String> {
        self.requests.lock().clone()
    }
}

/// The address of a server that answers everything with the same bytes, without TLS.
pub(super) fn plain(answer: &'static str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = [0; 1024];
            let _ = stream.read(&mut bytes);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Url::parse(&format!("https://127.0.0.1:{port}/a.js")).unwrap()
}

fn tls() -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = ca.self_signed(&ca_key).unwrap();
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    (root.der().clone(), Arc::new(config))
}

type Stream = BufReader<StreamOwned<ServerConnection, TcpStream>>;

/// Answers until the client leaves.
fn serve(stream: TcpStream, config: Arc<ServerConfig>, log: &Mutex<Vec<String>>) {
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(target) = request(&mut stream) {
        log.lock().push(target.clone());
        if answer(&mut stream, &target).is_none() {
            return;
        }
    }
}

/// Reads a request; gives its path and query.
fn request(stream: &mut Stream) -> Option<String> {
    let mut first = String::new();
    stream.read_line(&mut first).ok()?;
    let target = first.split(' ').nth(1)?.to_owned();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            return Some(target);
        }
    }
}

/// None ends the connection.
fn answer(stream: &mut Stream, target: &str) -> Option<()> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let to = |place: &str| {
        format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n")
    };
    let text = match path {
        "/ok.js" => whole(OK),
        "/no-query.js" if query.is_empty() => whole(OK),
        "/chunked.js" => chunked(OK),
        "/redirect.js" => to("/ok.js"),
        "/loop.js" => to("/loop.js"),
        "/to-http.js" => to("http://localhost/ok.js"),
        "/not-modified.js" => "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(),
        "/empty.js" => whole(" \n"),
        "/page.js" => whole("\n<!DOCTYPE html><html></html>"),
        "/large.js" => whole(&"/".repeat(1_001)),
        "/large-chunked.js" => chunked(&"/".repeat(1_001)),
        "/syntax.js" => whole("export const = 1;\n"),
        "/lib/main.js" => whole("import './part.js'; export * from '/ok.js';\n"),
        "/lib/part.js" => whole("import { sleep } from 'k6'; export { sleep };\n"),
        "/garbage.js" => {
            send(stream, b"\x00\x01garbage\r\n\r\nmore")?;
            return None;
        }
        "/cut.js" => {
            send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nexport")?;
            return None;
        }
        "/binary.js" => {
            return send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na\xff");
        }
        "/slow.js" => return wait(stream),
        "/slow-body.js" => {
            send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nexport")?;
            return wait(stream);
        }
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone".to_owned(),
    };
    send(stream, text.as_bytes())
}

fn whole(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn chunked(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
    )
}

fn send(stream: &mut Stream, bytes: &[u8]) -> Option<()> {
    let stream = stream.get_mut();
    stream.write_all(bytes).ok()?;
    stream.flush().ok()
}

/// Says nothing until the client leaves.
fn wait(stream: &mut Stream) -> Option<()> {
    let _ = stream.read(&mut [0]);
    None
}
