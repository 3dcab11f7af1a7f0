//! A server for tests, which behaves well or badly on request and remembers every arrival.
//!
//! [`TestServer::start`] opens a set of listeners on loopback (plain, TLS, HTTP/2, bad
//! certificates, ports that never answer) and serves them on threads of its own until it is
//! dropped. What a request gets is chosen by its path alone, so that any client in any language
//! can ask for it: `/bytes/1000` is well behaved, `/misbehave/reset` is not. The whole list is
//! `GET /misbehave` and [`route`].
//!
//! Every request is recorded with the monotonic time at which its head was complete: the record,
//! not the client, says when load arrived. Other processes read it at `GET /__arrivals`.
//!
//! What it refuses: addresses that are not loopback (it misbehaves for whoever asks), and
//! anything without a bound. Every bound is a field of [`Limits`]; reaching one is an answer or a
//! counter, not a stall.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod arrival;
mod authority;
mod certificates;
mod clock;
mod config;
mod counted;
mod h1;
mod h2;
#[cfg(feature = "http3")]
mod h3;
mod listener;
mod login;
mod misbehaviour;
mod nginx;
mod pages;
mod proxy;
mod record;
mod reply;
mod report;
pub mod route;
mod server;
mod shared;
mod tokens;
mod worker;

pub use arrival::{Arrival, InterArrivals, Protocol};
pub use authority::{Authority, Issued};
pub use clock::now_ns;
pub use config::{Config, Freeze, FreezeError, Limits};
#[cfg(feature = "http3")]
pub use h3::{H3Config, H3Server};
pub use listener::Listener;
pub use misbehaviour::{MISBEHAVIOURS, MisbehaviourDoc};
pub use nginx::{Nginx, NginxError};
pub use server::{StartError, TestServer};

/// The length of the body that `GET /` answers with.
pub const SMALL_BODY: &str = "ok";
