//! HTTP/1 over one connection, by one of two clients.
//!
//! `lean` is the one that is measured with: it writes and reads within the exchange's own future,
//! and an idle connection holds no buffer. `hyper` does the same through the library; the setting
//! [`Http1Client::Hyper`] selects it, to tell a fault of ours from a server's. What both are asked
//! for, and what comes out, is the same.

pub(crate) mod hyper;
pub(crate) mod lean;

use std::net::SocketAddr;
use std::sync::Arc;

use crate::settings::Http1Client;
use crate::stream::Transport;
use crate::tls::TlsInfo;

/// An open HTTP/1 connection, used by one exchange at a time.
#[derive(Debug)]
pub(crate) enum Connection {
    Lean(lean::Connection),
    Hyper(hyper::Connection),
}

impl Connection {
    /// Starts to speak HTTP/1 over a transport.
    pub(crate) async fn open(
        http1_client: Http1Client,
        transport: Transport,
        remote_address: Option<SocketAddr>,
        tls: Option<Arc<TlsInfo>>,
    ) -> Result<Self, ::hyper::Error> {
        Ok(match http1_client {
            Http1Client::Lean => Self::Lean(lean::Connection::new(transport, remote_address, tls)),
            Http1Client::Hyper => {
                let opened = hyper::Connection::open(transport, remote_address, tls);
                Self::Hyper(opened.await?)
            }
        })
    }

    /// False when the server has closed it, or it is not done with the exchange before.
    pub(crate) fn is_usable(&mut self) -> bool {
        match self {
            Self::Lean(connection) => connection.is_usable(),
            Self::Hyper(connection) => connection.is_usable(),
        }
    }

    /// When it was given back; 0 before its first exchange.
    pub(crate) fn idle_since_ns(&self) -> u64 {
        match self {
            Self::Lean(connection) => connection.idle_since_ns,
            Self::Hyper(connection) => connection.idle_since_ns,
        }
    }
}
