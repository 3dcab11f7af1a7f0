//! The tests of `client`, with hyper as the HTTP/1 client: what one does, the other does too.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "client/auth.rs"]
mod auth;
#[path = "client/bodies.rs"]
mod bodies;
#[path = "client/calls.rs"]
mod calls;
#[path = "client/codings.rs"]
mod codings;
#[path = "client/connections.rs"]
mod connections;
#[path = "client/errors.rs"]
mod errors;
#[path = "client/http2.rs"]
mod http2;
#[path = "client/measurements.rs"]
mod measurements;
#[path = "client/neighbours.rs"]
mod neighbours;
#[path = "client/nginx.rs"]
mod nginx;
#[path = "client/phases.rs"]
mod phases;
#[path = "client/proxies.rs"]
mod proxies;
#[path = "client/requests.rs"]
mod requests;
#[path = "client/streams.rs"]
mod streams;
#[path = "client/support.rs"]
mod support;
#[path = "client/tls.rs"]
mod tls;
#[path = "client/tls_errors.rs"]
mod tls_errors;
#[path = "client/tls_support.rs"]
mod tls_support;
#[path = "client/ways.rs"]
mod ways;

const HTTP1_CLIENT: squall_net::Http1Client = squall_net::Http1Client::Hyper;
