//! The client against servers on loopback: the misbehaving test server, and small ones of raw
//! sockets.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod auth;
mod bodies;
mod calls;
mod codings;
mod connections;
mod errors;
mod http2;
mod measurements;
mod proxies;
mod requests;
mod support;
mod ways;
