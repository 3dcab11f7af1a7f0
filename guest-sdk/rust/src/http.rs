//! HTTP requests. The host sends and measures them and emits k6's `http_*` metrics by itself.
//!
//! ```no_run
//! use squall_sdk::prelude::*;
//!
//! # fn iteration() -> Result<()> {
//! let order = http::post("http://shop.example/orders")
//!     .header("Authorization", "Bearer t0ken")
//!     .body(r#"{"article":7}"#)
//!     .name("POST /orders")
//!     .send()
//!     .ok()?;
//! info!("created in {:?}", order.timings().duration);
//! # Ok(())
//! # }
//! ```
//!
//! As in k6, a failed request is a [`Response`] like any other, with status 0 and an error code;
//! nothing is thrown unless the script asks for it with [`Response::ok`].
//!
//! Parts: `request` builds what goes out, with `multipart` for forms with files and `extras` for
//! what few requests say; `response` reads what came back, with `body_json` and `page` for what is
//! in it, `cookies` has the jars, `stream` what is read while it comes; here are the ways to start
//! requests and to have several under way.

#[cfg(feature = "json")]
mod body_json;
mod cookies;
mod extras;
pub(crate) mod multipart;
#[cfg(feature = "html")]
mod page;
mod request;
mod response;
mod stream;
mod tls;

use std::borrow::Cow;
use std::time::Duration;

pub use cookies::{Cookie, CookieJar};
pub use extras::{AuthScheme, Encoding, Version};
pub use multipart::{File, Multipart};
#[cfg(feature = "html")]
pub use page::FormSubmission;
pub use request::{Body, Method, Request};
pub use response::{Response, SentRequest, Timings};
pub use stream::{Event, Events, Next, Stream};
pub use tls::{Certificate, Ocsp, Tls};

use crate::host::http as host;

/// A `GET` request.
pub fn get<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Get, url.into())
}

/// A `HEAD` request.
pub fn head<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Head, url.into())
}

/// A `POST` request.
pub fn post<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Post, url.into())
}

/// A `PUT` request.
pub fn put<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Put, url.into())
}

/// A `PATCH` request.
pub fn patch<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Patch, url.into())
}

/// A `DELETE` request.
pub fn delete<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Delete, url.into())
}

/// An `OPTIONS` request.
pub fn options<'a>(url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(Method::Options, url.into())
}

/// A request with any method; one that is not known here goes out as it is written.
pub fn request<'a>(method: impl Into<Method<'a>>, url: impl Into<Cow<'a, str>>) -> Request<'a> {
    Request::new(method.into(), url.into())
}

/// Sends all requests at once and waits for all. The responses come in the order of the requests.
///
/// The options `batch` and `batchPerHost` limit how many are under way.
///
/// ```no_run
/// use squall_sdk::http;
///
/// let urls = ["http://shop.example/", "http://shop.example/faq"];
/// let pages = http::batch(urls.map(http::get));
/// assert_eq!(pages.len(), 2);
/// ```
pub fn batch<'a>(requests: impl IntoIterator<Item = Request<'a>>) -> Vec<Response> {
    let requests: Vec<Request<'a>> = requests.into_iter().collect();
    let pairs: Vec<_> = requests.iter().map(Request::pairs).collect();
    let wire: Vec<_> =
        requests.iter().zip(&pairs).map(|(request, pairs)| request.wire(pairs)).collect();
    host::batch(&wire).into_iter().map(Response::new).collect()
}

/// A request on its way, made by [`Request::start`]. Dropping it cancels the request.
#[must_use = "a pending request is cancelled when it is dropped"]
#[derive(Debug)]
pub struct Pending(host::Pending);

impl Pending {
    fn start(request: &Request<'_>) -> Self {
        Self(host::start(request.wire(&request.pairs())))
    }

    /// True once [`Pending::finish`] would not wait.
    pub fn ready(&self) -> bool {
        self.0.ready()
    }

    /// Waits for the response if need be.
    pub fn finish(self) -> Response {
        Response::new(host::finish(self.0))
    }
}

/// Waits until one of the requests is finished and returns its position; `None` after `timeout`.
///
/// Without a timeout it waits as long as it takes. No requests: `None` at once.
///
/// ```no_run
/// use squall_sdk::http;
///
/// let mut racing = vec![
///     http::get("http://eu.shop.example/").start(),
///     http::get("http://us.shop.example/").start(),
/// ];
/// if let Some(first) = http::wait_any(&racing, None) {
///     let response = racing.swap_remove(first).finish();
///     assert!(response.is_ok());
/// } // the slower one is cancelled here
/// ```
pub fn wait_any(pending: &[Pending], timeout: Option<Duration>) -> Option<usize> {
    let borrowed: Vec<&host::Pending> = pending.iter().map(|one| &one.0).collect();
    let timeout_ms = timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
    host::wait_any(&borrowed, timeout_ms).map(|position| position as usize)
}

#[cfg(test)]
mod tests;
