//! One serving thread: its runtime, its accept loops, and the life of each connection.
//!
//! Threads share the listening sockets, so that a connection goes to whichever is free. A
//! connection stays where it was accepted. When the shutdown signal comes the runtime is dropped
//! and with it every connection; nothing here blocks, so that this takes no time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::counted::Counted;
use crate::listener::Listener;
use crate::shared::{Shared, count};
use crate::{h1, h2, proxy};

/// Pause after a failed accept: mostly there are no file descriptors left, and asking again at once
/// would spin.
const AFTER_ACCEPT_ERROR: Duration = Duration::from_millis(10);

/// A listening socket with what is spoken on it.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) listener: Listener,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) shared: Arc<Shared>,
}

/// Serves until the sender of `stop` says so or is gone.
pub(crate) fn serve(
    runtime: &Runtime,
    doors: Vec<(Door, TcpListener)>,
    mut stop: watch::Receiver<bool>,
) {
    let local = LocalSet::new();
    for (door, socket) in doors {
        local.spawn_local(accept(door, socket));
    }
    // An error means that the sender is gone, which ends the server too.
    local.block_on(runtime, async move { drop(stop.wait_for(|stop| *stop).await) });
}

/// Takes a listening socket of the standard library into this thread's runtime.
pub(crate) fn adopt(runtime: &Runtime, socket: std::net::TcpListener) -> io::Result<TcpListener> {
    let _entered = runtime.enter();
    TcpListener::from_std(socket)
}

async fn accept(door: Door, socket: TcpListener) {
    loop {
        let shared = &door.shared;
        let Ok((stream, _)) = socket.accept().await else {
            count(&shared.counters.accept_errors);
            sleep(AFTER_ACCEPT_ERROR).await;
            continue;
        };
        let open = Open::new(Arc::clone(shared));
        if open.before >= shared.config.limits.connections_max {
            count(&shared.counters.turned_away);
            continue;
        }
        let id = shared.counters.opened.fetch_add(1, Ordering::Relaxed) + 1;
        spawn_local(connection(door.clone(), stream, id, open));
    }
}

/// Counts a connection as open for as long as it lives.
struct Open {
    shared: Arc<Shared>,
    before: u64,
}

impl Open {
    fn new(shared: Arc<Shared>) -> Self {
        let before = shared.counters.open.fetch_add(1, Ordering::Relaxed);
        Self { shared, before }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.counters.open.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn connection(door: Door, stream: TcpStream, id: u64, open: Open) {
    // Without this small answers would wait for acknowledgements; a failure costs speed alone.
    drop(stream.set_nodelay(true));
    let shared = Arc::clone(&door.shared);
    let socket = Counted::new(stream, Arc::clone(&shared));
    match (door.listener, door.tls) {
        (Listener::Silent, _) => h1::ignore(socket).await,
        (Listener::H2c, _) => h2::serve(socket, shared, id).await,
        (Listener::Proxy, _) => proxy::serve(socket, shared).await,
        (_, None) => h1::serve(socket, shared, id).await,
        (_, Some(tls)) => {
            shared.thawed().await;
            let handshake = TlsAcceptor::from(tls).accept(socket);
            match timeout(shared.config.limits.wait_max, Box::pin(handshake)).await {
                Ok(Ok(socket)) if socket.get_ref().1.alpn_protocol() == Some(b"h2") => {
                    h2::serve(socket, shared, id).await;
                }
                Ok(Ok(socket)) if door.listener == Listener::TlsProxy => {
                    proxy::serve(socket, shared).await;
                }
                Ok(Ok(socket)) => h1::serve(socket, shared, id).await,
                Ok(Err(_)) | Err(_) => count(&shared.counters.handshakes_failed),
            }
        }
    }
    drop(open);
}
