//! The misbehaviours of HTTP/2: well-framed answers that are wrong, and orders to leave the
//! protocol.
//!
//! The caller bounds the time of every one of them; what is endless is bounded in bytes here.

use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::{HeaderValue, Response, StatusCode};
use tokio::time::sleep;

use super::{BEFORE_CUT, Order, Stream, frame, send_data, send_pattern, send_reply};
use crate::misbehaviour::{GARBAGE, Misbehaviour};
use crate::reply::{PATTERN, Reply};

/// Does the deed.
pub(super) async fn act(
    stream: &Stream,
    respond: &mut SendResponse<Bytes>,
    misbehaviour: Misbehaviour,
) -> Result<(), h2::Error> {
    let limits = stream.shared.config.limits;
    match misbehaviour {
        Misbehaviour::Reset => stream.order(Order::Reset).await,
        Misbehaviour::Close => stream.order(Order::Raw(Bytes::new())).await,
        Misbehaviour::ResetMidBody => {
            let _held_open = partial(respond, 100_000, 1_000).await?;
            sleep(BEFORE_CUT).await;
            stream.order(Order::Reset).await;
        }
        Misbehaviour::CloseMidBody => {
            let _held_open = partial(respond, 1_000, 500).await?;
            sleep(BEFORE_CUT).await;
            stream.order(Order::Raw(Bytes::new())).await;
        }
        Misbehaviour::CloseAfter(wait) => {
            send_reply(respond, &Reply::small(), false).await?;
            sleep(wait + BEFORE_CUT).await;
            stream.order(Order::Raw(Bytes::new())).await;
        }
        Misbehaviour::Garbage | Misbehaviour::H2Garbage => {
            stream.order(Order::Raw(Bytes::from_static(GARBAGE))).await;
        }
        Misbehaviour::Goaway => {
            send_reply(respond, &Reply::small(), false).await?;
            stream.order(Order::Finish).await;
        }
        Misbehaviour::GoawayCode(code) => {
            // Streams of clients have odd numbers, so the one before this is two less.
            let before = respond.stream_id().as_u32().saturating_sub(2);
            stream.order(Order::Raw(frame::goaway(before, code))).await;
        }
        Misbehaviour::Rst(code) => respond.send_reset(Reason::from(code)),
        Misbehaviour::LengthShort => wrong_length(respond, 5, 10).await?,
        Misbehaviour::LengthLong => wrong_length(respond, 100, 50).await?,
        Misbehaviour::SlowBytes { gap, bytes } => slow_body(respond, gap, bytes).await?,
        Misbehaviour::Hang => sleep(limits.wait_max).await,
        Misbehaviour::HangMidBody => {
            let _held_open = partial(respond, 1_000, 500).await?;
            sleep(limits.wait_max).await;
        }
        Misbehaviour::EndlessHeaders => {
            let id = respond.stream_id().as_u32();
            stream.order(endless_headers(id, limits.endless_bytes_max)).await;
        }
        Misbehaviour::EndlessBody => {
            let mut body = respond.send_response(Response::new(()), false)?;
            send_pattern(&mut body, limits.endless_bytes_max, false).await?;
            body.send_reset(Reason::INTERNAL_ERROR);
        }
        Misbehaviour::HugeHeader { bytes } => huge_header(respond, bytes).await?,
        Misbehaviour::OneXxFlood { count: Some(count) } => {
            interim(respond, count.min(limits.endless_bytes_max / 16)).await?;
            send_reply(respond, &Reply::small(), false).await?;
        }
        // The router gives these to HTTP/1 only.
        Misbehaviour::CloseMidHead
        | Misbehaviour::SlowHead { .. }
        | Misbehaviour::ExtraResponse
        | Misbehaviour::OneXxFlood { count: None }
        | Misbehaviour::Canned(_) => return Err(Reason::INTERNAL_ERROR.into()),
    }
    Ok(())
}

fn endless_headers(id: u32, bytes_max: u64) -> Order {
    Order::Endless { start: frame::open_headers(id), again: frame::continuation(id), bytes_max }
}

async fn interim(respond: &mut SendResponse<Bytes>, count: u64) -> Result<(), h2::Error> {
    for _ in 0..count {
        let mut interim = Response::new(());
        *interim.status_mut() = StatusCode::EARLY_HINTS;
        respond.send_informational(interim)?;
        // The connection is to send what is said, not to pile it up.
        tokio::task::yield_now().await;
    }
    Ok(())
}

fn announce(announced: u64) -> Response<()> {
    let mut response = Response::new(());
    response.headers_mut().insert(http::header::CONTENT_LENGTH, announced.into());
    response
}

/// Announces a body and sends less of it; the stream stays open while the answer is held.
async fn partial(
    respond: &mut SendResponse<Bytes>,
    announced: u64,
    sent: u64,
) -> Result<SendStream<Bytes>, h2::Error> {
    let mut body = respond.send_response(announce(announced), false)?;
    send_pattern(&mut body, sent, false).await?;
    Ok(body)
}

/// A body that ends where its announced length says it does not.
async fn wrong_length(
    respond: &mut SendResponse<Bytes>,
    announced: u64,
    sent: u64,
) -> Result<(), h2::Error> {
    let mut body = respond.send_response(announce(announced), false)?;
    send_pattern(&mut body, sent, true).await
}

async fn slow_body(
    respond: &mut SendResponse<Bytes>,
    gap: Duration,
    bytes: u64,
) -> Result<(), h2::Error> {
    let mut body = respond.send_response(announce(bytes), bytes == 0)?;
    for index in 0..bytes {
        sleep(gap).await;
        let at = (index % 26) as usize;
        send_data(&mut body, Bytes::from_static(&PATTERN[at..=at]), index + 1 == bytes).await?;
    }
    Ok(())
}

async fn huge_header(respond: &mut SendResponse<Bytes>, bytes: u64) -> Result<(), h2::Error> {
    let value: Vec<u8> = PATTERN.iter().copied().cycle().take(bytes as usize).collect();
    let mut reply = Reply::small();
    let value = HeaderValue::from_bytes(&value).unwrap_or(HeaderValue::from_static(""));
    reply.headers.push((http::HeaderName::from_static("x-huge"), value));
    send_reply(respond, &reply, false).await
}
