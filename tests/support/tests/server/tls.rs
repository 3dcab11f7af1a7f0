//! The TLS listeners: the good ones are good for who trusts the CA file, the bad ones each bad in
//! their way.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, Error, ProtocolVersion, RootCertStore};
use squall_test_support::{Listener, TestServer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

async fn connect(
    server: &TestServer,
    listener: Listener,
    name: &str,
    alpn: &[&[u8]],
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(server.ca_file()).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let stream = TcpStream::connect(server.address(listener)).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn refusal(server: &TestServer, listener: Listener) -> Error {
    let error = connect(server, listener, "localhost", &[]).await.unwrap_err();
    error.get_ref().and_then(|source| source.downcast_ref::<Error>()).unwrap().clone()
}

#[tokio::test]
async fn good_listeners_are_good_for_all_their_names() {
    let server = TestServer::start_default().unwrap();
    for name in ["localhost", "127.0.0.1", "squall.test", "api.squall.test"] {
        let mut stream = connect(&server, Listener::Tls, name, &[]).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("\r\n\r\nok"), "{name}: {answer}");
    }
    let sent = "GET / HTTP/1.1\r\nconnection: close\r\n\r\n".len() as u64;
    assert!(server.arrivals().iter().all(|arrival| arrival.request_bytes == sent));
    assert!(server.bytes_received() > 4 * sent, "what TLS adds counts");
    assert!(connect(&server, Listener::Tls, "example.org", &[]).await.is_err());
}

#[tokio::test]
async fn protocols_are_chosen_by_alpn() {
    let server = TestServer::start_default().unwrap();
    let both: &[&[u8]] = &[b"h2", b"http/1.1"];
    let stream = connect(&server, Listener::Tls, "localhost", both).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) = h2::client::handshake(stream).await.unwrap();
    let driver = tokio::spawn(connection);
    let request = http::Request::get("https://localhost/status/202").body(()).unwrap();
    let (response, _) = sender.send_request(request, true).unwrap();
    assert_eq!(response.await.unwrap().status(), 202);
    driver.abort();
    let stream = connect(&server, Listener::TlsHttp1, "localhost", both).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[tokio::test]
async fn versions() {
    let server = TestServer::start_default().unwrap();
    let version = async |listener| {
        let stream = connect(&server, listener, "localhost", &[]).await.unwrap();
        stream.get_ref().1.protocol_version().unwrap()
    };
    assert_eq!(version(Listener::Tls).await, ProtocolVersion::TLSv1_3);
    assert_eq!(version(Listener::Tls12).await, ProtocolVersion::TLSv1_2);
}

#[tokio::test]
async fn bad_listeners_are_each_bad_in_their_way() {
    let server = TestServer::start_default().unwrap();
    let is = |error: &Error, wanted: fn(&CertificateError) -> bool| match error {
        Error::InvalidCertificate(reason) => wanted(reason),
        _ => false,
    };
    for listener in [Listener::TlsSelfSigned, Listener::TlsUnknownCa] {
        let error = refusal(&server, listener).await;
        let unknown = is(&error, |reason| matches!(reason, CertificateError::UnknownIssuer));
        assert!(unknown, "{listener}: {error:?}");
    }
    let error = refusal(&server, Listener::TlsWrongHost).await;
    assert!(
        is(&error, |reason| matches!(
            reason,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )),
        "{error:?}"
    );
    let error = refusal(&server, Listener::TlsExpired).await;
    assert!(
        is(&error, |reason| matches!(
            reason,
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        )),
        "{error:?}"
    );
    let error = refusal(&server, Listener::PlainOnTlsPort).await;
    assert!(matches!(error, Error::InvalidMessage(_)), "{error:?}");
    let good_name = connect(&server, Listener::TlsWrongHost, "wrong.squall.test", &[]).await;
    assert!(good_name.is_ok());
}

#[tokio::test]
async fn misbehaviour_works_inside_tls() {
    let server = TestServer::start_default().unwrap();
    let mut stream = connect(&server, Listener::TlsHttp1, "localhost", &[]).await.unwrap();
    stream.write_all(b"GET /misbehave/reset HTTP/1.1\r\n\r\n").await.unwrap();
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    let mut stream = connect(&server, Listener::TlsHttp1, "localhost", &[]).await.unwrap();
    stream.write_all(b"GET /misbehave/close-mid-body HTTP/1.1\r\n\r\n").await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes.iter().skip_while(|&&byte| byte != b'a').count(), 500);
}
