//! The client against servers on loopback: the misbehaving test server, and small ones of raw
//! sockets. `client_hyper` runs the same tests with the other HTTP/1 client.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod auth;
mod bodies;
mod calls;
mod codings;
mod connections;
mod differences;
mod error_codes;
mod errors;
mod http2;
mod measurements;
mod neighbours;
mod nginx;
mod phases;
mod proxies;
mod requests;
mod streams;
mod support;
mod tls;
mod tls_errors;
mod tls_support;
mod ways;

const HTTP1_CLIENT: squall_net::Http1Client = squall_net::Http1Client::Lean;
