//! The measured HTTP client.
//!
//! `request` is what goes in, `response` what comes out (with its `headers`), `client` the way
//! between and `course` the record of it; `route` says where a connection leads and `open`
//! opens it; `h1` and `h2` speak the protocols over a connection that the pool hands out.
//! `head` writes heads for hyper, and `header_case` keeps its spelling of header names; `body`
//! collects or counts, `coding` names content codings, `decode` undoes them, `compress`
//! applies them, `batch` runs many, `debug` writes dumps to the log.

pub(crate) mod batch;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod coding;
pub(crate) mod compress;
pub(crate) mod course;
pub(crate) mod debug;
pub(crate) mod decode;
pub(crate) mod h1;
pub(crate) mod h2;
pub(crate) mod head;
pub(crate) mod header_case;
pub(crate) mod headers;
mod open;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod route;
