//! A forward proxy for tests: whole URLs, CONNECT and SOCKS 5, all on one port.
//!
//! Whatever host is asked for, the proxy calls this machine, at the port that was asked for: so
//! names need not exist, and nobody else is called. The first label of the name says how it
//! behaves: `secret.` wants the credentials `name:password`, `no.` is forbidden, `garbage.` gets
//! no HTTP, `close.` is closed and `hang.` waits for the client to go. A request that is passed on
//! says so in `X-Proxied` (the URL that was asked for) and `X-Proxied-For` (the credentials).

use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::counted::Socket;
use crate::shared::Shared;

/// The longest head of a request or an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// `name:password`, as Basic has it.
const CREDENTIALS: &str = "Basic bmFtZTpwYXNzd29yZA==";

/// Serves one connection.
pub(crate) async fn serve<S: Socket>(mut socket: S, shared: Arc<Shared>) {
    let lasts = shared.config.limits.wait_max;
    // A proxy has nobody to tell of an error but its client, who sees the connection end.
    let _ = timeout(lasts, async {
        let first = socket.read_u8().await?;
        if first == 5 {
            return socks(&mut socket, &shared).await;
        }
        let mut head = read_head(&mut socket, vec![first]).await?;
        loop {
            if !http(&mut socket, &shared, &head).await? {
                return Ok(());
            }
            head = read_head(&mut socket, Vec::new()).await?;
        }
    })
    .await
    .unwrap_or(io::Result::Ok(()));
}

async fn read_head(socket: &mut (impl AsyncRead + Unpin), mut head: Vec<u8>) -> io::Result<String> {
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(socket.read_u8().await?);
    }
    String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData.into())
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Answers one request; true when another may follow.
async fn http<S: Socket>(socket: &mut S, shared: &Shared, head: &str) -> io::Result<bool> {
    let credentials = header(head, "proxy-authorization");
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    shared.note_proxied(format!("{method} {target}"));
    let tunnels = method == "CONNECT";
    let (authority, path) = match (tunnels, target.strip_prefix("http://")) {
        (true, _) => (target, ""),
        (false, Some(rest)) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        (false, None) => return refuse(socket, "400 Bad Request").await,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(0)),
        _ => (authority, 80),
    };
    match host.split('.').next().unwrap_or_default() {
        "no" => return refuse(socket, "403 Forbidden").await,
        "secret" if credentials != Some(CREDENTIALS) => {
            return refuse(socket, "407 Proxy Authentication Required").await;
        }
        "garbage" => {
            socket.write_all(b"SSH-2.0-proxy\r\n\r\n").await?;
            return Ok(false);
        }
        "close" => return Ok(false),
        "hang" => {
            copy(socket, &mut tokio::io::sink()).await?;
            return Ok(false);
        }
        _ => {}
    }
    let Ok(mut upstream) = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    else {
        return refuse(socket, "502 Bad Gateway").await;
    };
    if tunnels {
        socket.write_all(b"HTTP/1.1 200 Connection established\r\nX-Any: thing\r\n\r\n").await?;
        copy_bidirectional(socket, &mut upstream).await?;
        return Ok(false);
    }
    let mut passed = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    let dropped = ["proxy-authorization", "connection"];
    for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default();
        if !dropped.iter().any(|dropped| name.eq_ignore_ascii_case(dropped)) {
            passed.push_str(line);
            passed.push_str("\r\n");
        }
    }
    let _ = write!(passed, "X-Proxied: {target}\r\n");
    if let Some(credentials) = credentials {
        let _ = write!(passed, "X-Proxied-For: {credentials}\r\n");
    }
    passed.push_str("\r\n");
    upstream.write_all(passed.as_bytes()).await?;
    if let Some(length) = header(head, "content-length").and_then(|text| text.parse().ok()) {
        copy(&mut (&mut *socket).take(length), &mut upstream).await?;
    }
    let goes_on = header(head, "connection").is_none_or(|value| value != "close");
    pass_back(socket, &mut upstream, goes_on).await
}

/// The answer, without upstream's `Connection: close`; true when its end is known without it.
async fn pass_back<S: Socket>(
    socket: &mut S,
    upstream: &mut TcpStream,
    goes_on: bool,
) -> io::Result<bool> {
    let answer = read_head(upstream, Vec::new()).await?;
    let length = header(&answer, "content-length").and_then(|text| text.parse::<u64>().ok());
    let lines = answer.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut head = lines.collect::<Vec<_>>().join("\r\n");
    head.push_str("\r\n");
    if length.is_none() || !goes_on {
        head.insert_str(head.len() - 2, "Connection: close\r\n");
    }
    socket.write_all(head.as_bytes()).await?;
    copy(upstream, socket).await?;
    Ok(goes_on && length.is_some())
}

async fn refuse<S: Socket>(socket: &mut S, status: &str) -> io::Result<bool> {
    let answer = format!(
        "HTTP/1.1 {status}\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
    );
    socket.write_all(answer.as_bytes()).await?;
    Ok(false)
}

/// SOCKS 5, after the byte that says so.
async fn socks<S: Socket>(socket: &mut S, shared: &Shared) -> io::Result<()> {
    let methods = counted(socket).await?;
    if methods.contains(&2) {
        socket.write_all(&[5, 2]).await?;
        socket.read_u8().await?;
        let (name, password) = (counted(socket).await?, counted(socket).await?);
        let good = name == b"name" && password == b"password";
        socket.write_all(&[1, u8::from(!good)]).await?;
        if !good {
            return Ok(());
        }
    } else {
        socket.write_all(&[5, 0]).await?;
    }
    let mut request = [0; 4];
    socket.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => Ipv4Addr::from_bits(socket.read_u32().await?).to_string(),
        3 => String::from_utf8_lossy(&counted(socket).await?).into_owned(),
        _ => std::net::Ipv6Addr::from_bits(socket.read_u128().await?).to_string(),
    };
    let port = socket.read_u16().await?;
    shared.note_proxied(format!("SOCKS {host}:{port}"));
    let reply = |code| [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
    if host.starts_with("no.") {
        return socket.write_all(&reply(2)).await;
    }
    let Ok(mut upstream) = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    else {
        return socket.write_all(&reply(5)).await;
    };
    socket.write_all(&reply(0)).await?;
    copy_bidirectional(socket, &mut upstream).await.map(drop)
}

/// Bytes that are preceded by their number.
async fn counted(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(socket.read_u8().await?)];
    socket.read_exact(&mut bytes).await?;
    Ok(bytes)
}
