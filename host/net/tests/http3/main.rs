//! The client by HTTP/3, against servers that behave well and badly. In builds with the feature
//! `http3`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod exchanges;
mod failures;
mod support;
