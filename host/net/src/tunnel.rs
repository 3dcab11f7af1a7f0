//! Through a proxy to the target: HTTP's CONNECT, or SOCKS 5 (RFC 1928, names and passwords by
//! RFC 1929).
//!
//! Reads exactly what the proxy says and not a byte more: what follows belongs to the target, and
//! some targets speak first. Invariants: an answer has at most [`HEAD_BYTES_MAX`] bytes; every
//! failure names the proxy.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::error_kind::classify::{self, Stage};
use crate::error_kind::{ErrorCode, Failure};
use crate::http::h1::lean::render;
use crate::http::request::Origin;
use crate::http::route::Via;
use crate::proxy::ProxyKind;

/// The longest head of an answer to CONNECT: as much as a server's head may have in most programs.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How much of a proxy's words a message quotes.
const QUOTE_CHARS_MAX: usize = 80;

/// Makes `stream`, a connection to the proxy, one to the target.
pub(crate) async fn open<S>(
    stream: &mut S,
    via: &Via,
    target: &Origin,
    user_agent: Option<&http::HeaderValue>,
) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match via.proxy.kind {
        ProxyKind::Http => connect(stream, via, target, user_agent).await,
        ProxyKind::Socks5 => socks5(stream, via, target).await,
    }
}

async fn connect<S>(
    stream: &mut S,
    via: &Via,
    target: &Origin,
    user_agent: Option<&http::HeaderValue>,
) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let to = target.host_and_port();
    let mut head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n").into_bytes();
    let named: [(&[u8], _); 2] =
        [(b"User-Agent", user_agent), (b"Proxy-Authorization", via.authorization.as_ref())];
    for (name, value) in named {
        if let Some(value) = value {
            render::line(&mut head, name, value);
        }
    }
    head.extend_from_slice(b"\r\n");
    let broken = |error: &io::Error| through(via, &classify::exchange(error, Stage::Connecting));
    stream.write_all(&head).await.map_err(|error| broken(&error))?;
    stream.flush().await.map_err(|error| broken(&error))?;
    let head = read_head(stream).await.map_err(|error| broken(&error))?;
    let head = String::from_utf8_lossy(&head);
    let first_line = head.lines().next().unwrap_or_default();
    match status(first_line) {
        Some(200..=299) => Ok(()),
        Some(407) => Err(refused(
            via,
            &format!(
                "did not open a tunnel to {to}: `{}`; put name and password in the proxy's URL",
                quote(first_line)
            ),
        )),
        Some(_) => {
            Err(refused(via, &format!("did not open a tunnel to {to}: `{}`", quote(first_line))))
        }
        None => {
            let line = quote(first_line);
            Err(refused(via, &format!("answered CONNECT with `{line}`, which is not HTTP/1")))
        }
    }
}

/// What came instead of a tunnel.
fn refused(via: &Via, what: &str) -> Failure {
    Failure::new(ErrorCode::GENERIC, format!("proxy {} {what}", via.proxy))
}

/// An error while the tunnel was being made; its code tells what happened to the connection.
fn through(via: &Via, failure: &Failure) -> Failure {
    Failure::new(failure.code, format!("proxy {}: {}", via.proxy, failure.message))
}

/// All up to the empty line.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() >= HEAD_BYTES_MAX {
            let message = format!("the head of the answer has more than {HEAD_BYTES_MAX} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// The status in `HTTP/1.1 200 OK`.
fn status(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    let version = words.next()?.strip_prefix("HTTP/1.")?;
    let code = words.next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(version) && code.len() == 3 && is_digits(code) { code.parse().ok() } else { None }
}

fn quote(text: &str) -> String {
    text.chars().take(QUOTE_CHARS_MAX).flat_map(char::escape_debug).collect()
}

/// Version of the protocol, and of its way to say a name and a password.
const SOCKS: u8 = 5;
const SOCKS_PASSWORD: u8 = 1;
/// Ways to say who one is.
const NOBODY: u8 = 0;
const BY_PASSWORD: u8 = 2;
/// The command, and kinds of addresses.
const TO_CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

async fn socks5<S>(stream: &mut S, via: &Via, target: &Origin) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let told = socks5_dialogue(stream, via, target).await;
    told.map_err(|error| match error {
        SocksError::Io(error) => through(via, &classify::exchange(&error, Stage::Connecting)),
        SocksError::Refused(why) => {
            let message = format!("proxy {}: {why}", via.proxy);
            Failure::new(ErrorCode::TCP, message)
        }
    })
}

enum SocksError {
    Io(io::Error),
    Refused(String),
}

impl From<io::Error> for SocksError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

async fn socks5_dialogue<S>(stream: &mut S, via: &Via, target: &Origin) -> Result<(), SocksError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let refuse = |why: String| Err(SocksError::Refused(why));
    let credentials = via.proxy.credentials.as_ref();
    let greeting: &[u8] = match credentials {
        None => &[SOCKS, 1, NOBODY],
        Some(_) => &[SOCKS, 2, NOBODY, BY_PASSWORD],
    };
    stream.write_all(greeting).await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    match (answer, credentials) {
        ([SOCKS, NOBODY], _) => {}
        ([SOCKS, BY_PASSWORD], Some((name, password))) => {
            let mut message = vec![SOCKS_PASSWORD];
            for text in [name, password] {
                // At most 255 bytes each: checked when the proxy's URL was read.
                message.push(text.len() as u8);
                message.extend_from_slice(text.as_bytes());
            }
            stream.write_all(&message).await?;
            stream.read_exact(&mut answer).await?;
            if answer[1] != 0 {
                return refuse("it does not take this name and password".to_owned());
            }
        }
        ([SOCKS, _], None) => {
            return refuse("it wants a name and a password: put them in its URL".to_owned());
        }
        ([SOCKS, _], Some(_)) => {
            return refuse("it takes neither a password nor nobody's word".to_owned());
        }
        _ => return refuse("it does not speak SOCKS 5".to_owned()),
    }
    stream.write_all(&socks5_request(target)).await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [version, reply, _, kind] = head;
    if version != SOCKS {
        return refuse("it does not speak SOCKS 5".to_owned());
    }
    if reply != 0 {
        return refuse(format!("no way to {}: {}", target.host_and_port(), socks5_reply(reply)));
    }
    // Where the proxy calls from; of no use here, but it has to be read.
    let bound_bytes = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => usize::from(stream.read_u8().await?),
        _ => return refuse("it answers with an unknown kind of address".to_owned()),
    };
    let mut bound = [0; 255 + 2];
    stream.read_exact(&mut bound[..bound_bytes + 2]).await?;
    Ok(())
}

fn socks5_request(target: &Origin) -> Vec<u8> {
    let mut message = vec![SOCKS, TO_CONNECT, 0];
    match target.ip {
        Some(IpAddr::V4(ip)) => {
            message.push(IPV4);
            message.extend(ip.octets());
        }
        Some(IpAddr::V6(ip)) => {
            message.push(IPV6);
            message.extend(ip.octets());
        }
        None => {
            // Names in URLs have at most 253 bytes; a longer one is no name, and is cut.
            let name = &target.host.as_bytes()[..target.host.len().min(255)];
            message.push(NAME);
            message.push(name.len() as u8);
            message.extend_from_slice(name);
        }
    }
    message.extend(target.port.to_be_bytes());
    message
}

const fn socks5_reply(reply: u8) -> &'static str {
    match reply {
        1 => "the proxy failed",
        2 => "the proxy's rules do not allow it",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "the time to live was over",
        7 => "the proxy cannot connect",
        8 => "the proxy does not know this kind of address",
        _ => "an unknown reason",
    }
}

/// What must hold for any answer; for the property test and for fuzzing.
#[cfg(any(test, fuzzing))]
pub(crate) mod check {
    use futures_util::FutureExt as _;

    use super::open;
    use crate::http::route::Via;
    use crate::proxy::ProxyRules;

    /// The input without its first byte is what the proxy says; that one says which proxy it is.
    pub(crate) fn any_answer(input: &[u8]) {
        let Some((kind, answer)) = input.split_first() else { return };
        let urls = ["http://p.test", "socks5://p.test", "socks5://name:password@p.test"];
        let rules = ProxyRules::from_option(urls[usize::from(*kind) % urls.len()], "");
        let Some(proxy) = rules.ok().and_then(|rules| rules.http) else { return };
        let Ok(target) = crate::Target::parse("https://a.test/") else { return };
        let mut stream = tokio::io::join(answer, Vec::new());
        // Neither side can wait.
        let opened = open(&mut stream, &Via::new(&proxy), &target.origin, None).now_or_never();
        match opened {
            Some(Ok(())) => {}
            Some(Err(failure)) => assert!(failure.message.contains("p.test"), "{failure}"),
            None => panic!("it waits for what cannot come"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::Proxy;
    use crate::proxy::ProxyRules;
    use proptest::prelude::*;

    fn via(url: &str) -> Via {
        let rules = ProxyRules::from_option(url, "").unwrap();
        let proxy: Proxy = rules.http.unwrap();
        Via::new(&proxy)
    }

    /// What the client says to a proxy that says `answer`, and how it ends.
    fn talk(url: &str, target: &str, answer: &[u8]) -> (Vec<u8>, Result<(), Failure>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut ours, mut theirs) = tokio::io::duplex(64 * 1024);
            theirs.write_all(answer).await.unwrap();
            theirs.shutdown().await.unwrap();
            let target = crate::Target::parse(target).unwrap();
            let outcome = open(&mut ours, &via(url), &target.origin, None).await;
            drop(ours);
            let mut said = Vec::new();
            theirs.read_to_end(&mut said).await.unwrap();
            (said, outcome)
        })
    }

    fn failure(url: &str, answer: &[u8]) -> (u16, String) {
        let failure = talk(url, "https://a.test/", answer).1.unwrap_err();
        assert!(failure.message.contains("p.test"), "{failure}");
        assert!(!failure.message.contains("secret"), "{failure}");
        (failure.code.get(), failure.message)
    }

    #[test]
    fn connect_asks_for_host_and_port() {
        let ok = b"HTTP/1.0 200 Connection established\r\nX: y\r\n\r\n";
        let (said, outcome) = talk("http://p.test", "https://[::1]/", ok);
        assert_eq!(outcome, Ok(()));
        assert_eq!(said, b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
        let (said, _) = talk("http://name:secret@p.test", "https://a.test:1/", ok);
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains("Proxy-Authorization: Basic bmFtZTpzZWNyZXQ=\r\n\r\n"), "{said}");
    }

    #[test]
    fn what_is_no_tunnel_says_what_came() {
        let url = "http://name:secret@p.test";
        let (code, text) = failure(url, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        assert!(code == 1000 && text.contains("407") && text.contains("password"), "{text}");
        let (code, text) = failure(url, b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
        assert!(code == 1000 && text.contains("`HTTP/1.1 502 Bad Gateway`"), "{text}");
        for odd in [&b"SSH-2.0\r\n\r\n"[..], b"HTTP/1.1 2\r\n\r\n", b"\x16\x03\x01\n\n"] {
            let (code, text) = failure(url, odd);
            assert!(code == 1000 && text.contains("not HTTP/1"), "{text}");
        }
        assert_eq!(failure(url, b"HTTP/1.1 200 OK\r\n").0, 1000);
        assert_eq!(failure(url, &vec![b'x'; HEAD_BYTES_MAX + 1]).0, 1000);
    }

    #[test]
    fn what_follows_the_head_is_left_alone() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut ours, mut theirs) = tokio::io::duplex(1024);
            theirs.write_all(b"HTTP/1.1 200 OK\r\n\r\nearly").await.unwrap();
            let target = crate::Target::parse("http://a.test/").unwrap();
            open(&mut ours, &via("http://p.test"), &target.origin, None).await.unwrap();
            let mut rest = [0; 5];
            ours.read_exact(&mut rest).await.unwrap();
            assert_eq!(&rest, b"early");
        });
    }

    #[test]
    fn socks_names_the_target_in_its_own_way() {
        let ok = [5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0, 80];
        let (said, outcome) = talk("socks5://p.test", "http://a.test/", &ok);
        assert_eq!(outcome, Ok(()));
        assert_eq!(said, [&[5, 1, 0, 5, 1, 0, 3, 6][..], b"a.test", &[0, 80]].concat());
        let (said, _) = talk("socks5://p.test", "http://1.2.3.4:256/", &ok);
        assert_eq!(said[3..], [5, 1, 0, 1, 1, 2, 3, 4, 1, 0]);
        let by_password = [5, 2, 1, 0, 5, 0, 0, 3, 1, b'x', 0, 80];
        let (said, outcome) = talk("socks5://me:pw@p.test", "http://[::1]/", &by_password);
        assert_eq!(outcome, Ok(()));
        assert_eq!(said[..11], [5, 2, 0, 2, 1, 2, b'm', b'e', 2, b'p', b'w']);
        assert_eq!(said[11..15], [5, 1, 0, 4]);
    }

    #[test]
    fn socks_failures_say_why() {
        for (answer, word) in [
            (&b"HT"[..], "SOCKS 5"),
            (&[5, 255], "name and a password"),
            (&[5, 0, 5, 5, 0, 1], "connection refused"),
            (&[5, 0, 5, 99, 0, 1], "unknown reason"),
            (&[5, 0, 5, 0, 0, 9], "kind of address"),
            (&[5, 0, 4, 0, 0, 1], "SOCKS 5"),
        ] {
            let (code, text) = failure("socks5://p.test", answer);
            assert!(code == 1200 && text.contains(word), "{code} {text}");
        }
        assert!(failure("socks5://n:secret@p.test", &[5, 2, 1, 1]).1.contains("does not take"));
        assert_eq!(failure("socks5://p.test", &[5]).0, 1000);
    }

    proptest! {
        #[test]
        fn any_answer_ends(kind: u8, answer: Vec<u8>) {
            let begun: [&[u8]; 3] = [&[], &[5, 0], &[5, 2, 1, 0]];
            for begun in begun {
                check::any_answer(&[&[kind], begun, &answer].concat());
            }
        }
    }
}
