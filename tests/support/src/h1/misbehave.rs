//! The misbehaviours of HTTP/1: bytes that are wrong, late, too many, or missing.
//!
//! The caller bounds the time of every one of them; what is endless is bounded in bytes here.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use super::{Next, linger, write_pattern};
use crate::counted::Socket;
use crate::misbehaviour::{GARBAGE, Misbehaviour};
use crate::reply::PATTERN;
use crate::shared::Shared;

/// A good answer.
const GOOD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Time for the client's kernel to hand out what was sent, before a reset makes it forget the rest.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// Does the deed.
pub(super) async fn act<S: Socket>(
    socket: &mut S,
    shared: &Shared,
    misbehaviour: Misbehaviour,
) -> io::Result<Next> {
    match misbehaviour {
        Misbehaviour::Reset => Ok(Next::Reset),
        Misbehaviour::ResetMidBody => {
            partial(socket, 100_000, 1_000).await?;
            sleep(BEFORE_RESET).await;
            Ok(Next::Reset)
        }
        Misbehaviour::Close => Ok(Next::Close),
        Misbehaviour::CloseMidHead => send(socket, b"HTTP/1.1 200 OK\r\ncontent-le").await,
        Misbehaviour::CloseMidBody => {
            partial(socket, 1_000, 500).await?;
            Ok(Next::Close)
        }
        Misbehaviour::CloseAfter(wait) => {
            send(socket, GOOD).await?;
            sleep(wait).await;
            Ok(Next::Close)
        }
        Misbehaviour::Garbage => send(socket, GARBAGE).await,
        Misbehaviour::LengthShort => {
            send(socket, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloworld").await?;
            Ok(Next::KeepAlive)
        }
        Misbehaviour::LengthLong => {
            partial(socket, 100, 50).await?;
            silence(socket, shared).await
        }
        Misbehaviour::HangMidBody => {
            partial(socket, 1_000, 500).await?;
            silence(socket, shared).await
        }
        Misbehaviour::Hang => silence(socket, shared).await,
        Misbehaviour::SlowBytes { gap, bytes } => slow_body(socket, gap, bytes).await,
        Misbehaviour::SlowHead { gap } => {
            slowly(socket, gap, GOOD.iter().copied()).await?;
            Ok(Next::KeepAlive)
        }
        Misbehaviour::HugeHeader { bytes } => {
            send(socket, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-huge: ").await?;
            write_pattern(socket, bytes).await?;
            send(socket, b"\r\n\r\nok").await?;
            Ok(Next::KeepAlive)
        }
        Misbehaviour::ExtraResponse => {
            send(socket, &[GOOD, GOOD].concat()).await?;
            Ok(Next::KeepAlive)
        }
        Misbehaviour::OneXxFlood { count: Some(count) } => {
            let count_max = shared.config.limits.endless_bytes_max / INTERIM.len() as u64;
            endless(socket, b"", INTERIM, count.min(count_max) * INTERIM.len() as u64).await?;
            send(socket, GOOD).await?;
            Ok(Next::KeepAlive)
        }
        Misbehaviour::Canned(bytes) => send(socket, bytes).await,
        _ => endless_kind(socket, shared, misbehaviour).await,
    }
}

/// One interim answer.
const INTERIM: &[u8] = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";

async fn endless_kind<S: Socket>(
    socket: &mut S,
    shared: &Shared,
    misbehaviour: Misbehaviour,
) -> io::Result<Next> {
    let bytes_max = shared.config.limits.endless_bytes_max;
    match misbehaviour {
        Misbehaviour::EndlessHeaders => {
            endless(socket, b"HTTP/1.1 200 OK\r\n", b"x-endless: and one more\r\n", bytes_max).await
        }
        Misbehaviour::OneXxFlood { .. } => endless(socket, b"", INTERIM, bytes_max).await,
        Misbehaviour::EndlessBody => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let mut chunk = format!("{:x}\r\n", PATTERN.len()).into_bytes();
            chunk.extend_from_slice(PATTERN);
            chunk.extend_from_slice(b"\r\n");
            endless(socket, head, &chunk, bytes_max).await
        }
        // The router gives what is left to HTTP/2 only.
        _ => Ok(Next::Close),
    }
}

/// Sends bytes as they stand; the connection is to be closed after them.
async fn send<S: Socket>(socket: &mut S, bytes: &[u8]) -> io::Result<Next> {
    socket.write_all(bytes).await?;
    socket.flush().await?;
    Ok(Next::Close)
}

/// Announces a body and sends less of it.
async fn partial<S: Socket>(socket: &mut S, announced: u64, sent: u64) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    write_pattern(socket, sent).await?;
    socket.flush().await
}

/// Says nothing until the client leaves or the bound is reached.
async fn silence<S: Socket>(socket: &mut S, shared: &Shared) -> io::Result<Next> {
    linger(socket, shared.config.limits.wait_max).await;
    Ok(Next::Close)
}

async fn slow_body<S: Socket>(socket: &mut S, gap: Duration, bytes: u64) -> io::Result<Next> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    socket.flush().await?;
    slowly(socket, gap, (0..bytes).map(|index| b'a' + (index % 26) as u8)).await?;
    Ok(Next::KeepAlive)
}

async fn slowly<S: Socket>(
    socket: &mut S,
    gap: Duration,
    bytes: impl Iterator<Item = u8>,
) -> io::Result<()> {
    for byte in bytes {
        sleep(gap).await;
        socket.write_all(&[byte]).await?;
        socket.flush().await?;
    }
    Ok(())
}

/// Sends `start` and then `again` over and over, until `bytes_max` are sent or the client leaves.
async fn endless<S: Socket>(
    socket: &mut S,
    start: &[u8],
    again: &[u8],
    bytes_max: u64,
) -> io::Result<Next> {
    socket.write_all(start).await?;
    // Small pieces are sent many at a time.
    let block = again.repeat((16_usize << 10).div_ceil(again.len()));
    let mut left = bytes_max;
    while left > 0 {
        let bytes = if left < block.len() as u64 { left as usize } else { block.len() };
        socket.write_all(&block[..bytes]).await?;
        left -= bytes as u64;
    }
    socket.flush().await?;
    Ok(Next::Close)
}
