//! The test server against raw sockets and well-known clients: what it promises is what comes
//! over the wire.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod client;
mod http1;
mod http2;
mod listeners;
mod misbehaviours;
mod record;
mod target;
mod tls;
