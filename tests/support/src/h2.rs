//! HTTP/2 through the `h2` crate, with a way to take the connection away from it.
//!
//! The crate frames everything that is well formed. For what is not (garbage, floods, a GOAWAY
//! out of turn) the connection task gives up the crate's connection and writes to the socket
//! itself: the socket is shared between the two for that, see [`Shareable`]. Streams are tasks;
//! they ask the connection task for such deeds by [`Order`]s.

mod frame;
mod misbehave;
mod shareable;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{Method, Response, StatusCode};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use self::shareable::Shareable;
use crate::arrival::{Arrival, Protocol};
use crate::clock::now_ns;
use crate::counted::Socket;
use crate::reply::{Body, PATTERN, Reply};
use crate::route::{Action, Headers, Request, is_control, route};
use crate::shared::{Shared, count};

/// Streams that a client may have open at a time on one connection.
const STREAMS_MAX: u32 = 256;

/// Orders that wait for the connection task; each stream gives at most one.
const ORDERS_MAX: usize = STREAMS_MAX as usize;

/// Time for frames that were handed to the crate to reach the client.
const BEFORE_CUT: Duration = Duration::from_millis(20);

/// What a stream asks of its connection.
#[derive(Debug)]
enum Order {
    /// Serve the open streams, take no further one, then close.
    Finish,
    /// Leave the protocol: send these bytes, then close.
    Raw(Bytes),
    /// Leave the protocol: send `start`, then `again` until this many bytes are sent, then close.
    Endless { start: Bytes, again: Bytes, bytes_max: u64 },
    /// Drop the connection with a TCP reset.
    Reset,
}

/// Serves one connection until either side closes it.
pub(crate) async fn serve<S: Socket>(socket: S, shared: Arc<Shared>, id: u64) {
    let socket = Shareable::new(socket);
    let handshake = h2::server::Builder::new()
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(shared.config.limits.head_bytes_max as u32)
        .handshake::<_, Bytes>(socket.clone());
    let Ok(connection) = handshake.await else {
        count(&shared.counters.bad_requests);
        return;
    };
    // An IO error is how clients leave; there is nobody to tell.
    drop(run(connection, socket, shared, id).await);
}

async fn run<S: Socket>(
    mut connection: Connection<Shareable<S>, Bytes>,
    mut socket: Shareable<S>,
    shared: Arc<Shared>,
    id: u64,
) -> io::Result<()> {
    let (orders, mut ordered) = mpsc::channel(ORDERS_MAX);
    loop {
        let order = tokio::select! {
            accepted = connection.accept() => match accepted {
                Some(Ok((request, respond))) => {
                    let stream = Stream { shared: Arc::clone(&shared), id, orders: orders.clone() };
                    spawn_local(stream.serve(request, respond));
                    continue;
                }
                Some(Err(_)) => {
                    count(&shared.counters.bad_requests);
                    return Ok(());
                }
                None => return Ok(()),
            },
            Some(order) = ordered.recv() => order,
        };
        if matches!(order, Order::Finish) {
            connection.graceful_shutdown();
            continue;
        }
        // From here on the socket is ours alone.
        drop(connection);
        let wait_max = shared.config.limits.wait_max;
        return timeout(wait_max, take_over(&mut socket, order)).await.unwrap_or(Ok(()));
    }
}

async fn take_over<S: Socket>(socket: &mut Shareable<S>, order: Order) -> io::Result<()> {
    match order {
        Order::Finish => Ok(()),
        Order::Reset => socket.reset_on_drop(),
        Order::Raw(bytes) => {
            socket.write_all(&bytes).await?;
            socket.shutdown().await
        }
        Order::Endless { start, again, bytes_max } => {
            socket.write_all(&start).await?;
            let mut left = bytes_max;
            while left > 0 {
                socket.write_all(&again).await?;
                left = left.saturating_sub(again.len() as u64);
            }
            socket.shutdown().await
        }
    }
}

/// One request and its answer.
struct Stream {
    shared: Arc<Shared>,
    id: u64,
    orders: mpsc::Sender<Order>,
}

impl Stream {
    async fn serve(self, request: http::Request<RecvStream>, mut respond: SendResponse<Bytes>) {
        // The error is how the client or the connection left.
        if self.answer(request, &mut respond).await.is_err() {
            respond.send_reset(Reason::CANCEL);
        }
    }

    async fn answer(
        &self,
        request: http::Request<RecvStream>,
        respond: &mut SendResponse<Bytes>,
    ) -> Result<(), h2::Error> {
        let at_ns = now_ns();
        let (head, body) = request.into_parts();
        let target: Arc<str> =
            Arc::from(head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str));
        let body = self.receive(body).await?;
        let action = match &body {
            Some(body) => route(
                &Request {
                    method: &head.method,
                    target: &target,
                    protocol: Protocol::Http2,
                    connection: self.id,
                    headers: Headers::Http2(&head.headers),
                    body,
                },
                &self.shared,
            ),
            None => Action::Reply(Reply::error(StatusCode::PAYLOAD_TOO_LARGE, "a body too long")),
        };
        if !is_control(&target) {
            self.shared.record.add(Arrival {
                at_ns,
                connection: self.id,
                method: head.method.clone(),
                target,
                protocol: Protocol::Http2,
                request_bytes: body.map_or(0, |body| body.len() as u64),
            });
            self.shared.hold().await;
        }
        let reply = match action {
            Action::Reply(reply) | Action::Control(reply) => reply,
            Action::Delayed(delay, reply) => {
                sleep(self.shared.wait(delay)).await;
                reply
            }
            Action::Misbehave(misbehaviour) => {
                let wait_max = self.shared.config.limits.wait_max;
                let deed = misbehave::act(self, respond, misbehaviour);
                return timeout(wait_max, Box::pin(deed))
                    .await
                    .unwrap_or(Err(Reason::CANCEL.into()));
            }
        };
        send_reply(respond, &reply, head.method == Method::HEAD).await
    }

    /// The whole body; `None` when it is longer than allowed.
    async fn receive(&self, mut body: RecvStream) -> Result<Option<Bytes>, h2::Error> {
        let mut whole = BytesMut::new();
        while let Some(data) = body.data().await {
            let data = data?;
            if whole.len() + data.len() > self.shared.config.limits.body_bytes_max {
                return Ok(None);
            }
            body.flow_control().release_capacity(data.len())?;
            whole.extend_from_slice(&data);
        }
        Ok(Some(whole.freeze()))
    }

    /// Asks the connection for its end and waits for it: a stream that ended before would say
    /// so by a frame of its own. When the connection is gone already, so is the reason to ask.
    async fn order(&self, order: Order) {
        drop(self.orders.send(order).await);
        self.orders.closed().await;
    }
}

async fn send_reply(
    respond: &mut SendResponse<Bytes>,
    reply: &Reply,
    bodiless: bool,
) -> Result<(), h2::Error> {
    let mut response = Response::new(());
    *response.status_mut() = reply.status;
    for (name, value) in &reply.headers {
        response.headers_mut().append(name, value.clone());
    }
    if !matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        response.headers_mut().insert(http::header::CONTENT_LENGTH, reply.body.len().into());
    }
    if bodiless || reply.body.len() == 0 {
        respond.send_response(response, true)?;
        return Ok(());
    }
    let mut stream = respond.send_response(response, false)?;
    match &reply.body {
        Body::Bytes(bytes) => send_data(&mut stream, bytes.clone(), true).await,
        Body::Pattern(bytes) => send_pattern(&mut stream, *bytes, true).await,
    }
}

/// Sends data as the client's window allows.
async fn send_data(
    stream: &mut SendStream<Bytes>,
    mut data: Bytes,
    end: bool,
) -> Result<(), h2::Error> {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        let granted = std::future::poll_fn(|context| stream.poll_capacity(context)).await;
        let Some(granted) = granted.transpose()? else { return Err(Reason::CANCEL.into()) };
        let piece = data.split_to(granted.min(data.len()));
        stream.send_data(piece, end && data.is_empty())?;
    }
    Ok(())
}

/// Sends so many bytes of the alphabet, block by block.
async fn send_pattern(
    stream: &mut SendStream<Bytes>,
    mut bytes: u64,
    end: bool,
) -> Result<(), h2::Error> {
    while bytes > 0 {
        let block = bytes.min(PATTERN.len() as u64);
        bytes -= block;
        let data = Bytes::from_static(&PATTERN[..block as usize]);
        send_data(stream, data, end && bytes == 0).await?;
    }
    Ok(())
}
