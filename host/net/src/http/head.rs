//! From a [`Request`] to the heads that hyper sends: HTTP/1 and HTTP/2 differ in the host and in
//! connection headers.
//!
//! On the hot path: formats nothing, and clones only what is shared.

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, PROXY_AUTHORIZATION, TRAILER, TRANSFER_ENCODING, USER_AGENT,
};
use http::uri::{Authority, Uri};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::Full;
use hyper::ext::ReasonPhrase;

use crate::error_kind::{ErrorCode, Failure};
use crate::http::request::{ConnectionUse, Header, Request};
use crate::http::route::Via;
use crate::network::Network;

/// The whole request, for HTTP/1. A proxy that is asked for it gets the whole URL, with the host
/// that the header names, as Go writes it.
pub(crate) fn for_h1(
    network: &Network,
    request: &Request,
    proxy: Option<&Via>,
) -> Result<http::Request<Full<Bytes>>, Failure> {
    let mut message = http::Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = match proxy {
        None => request.target.origin_form.clone(),
        Some(_) => absolute(request)?,
    };
    let host = host_header(request).unwrap_or(&request.target.host_header);
    let headers = message.headers_mut();
    headers.reserve(request.headers.len() + 4);
    headers.insert(HOST, host.clone());
    fill(headers, network, request, http::Version::HTTP_11);
    if let Some(authorization) = proxy.and_then(|proxy| proxy.authorization.clone()) {
        headers.insert(PROXY_AUTHORIZATION, authorization);
    }
    let is_last = request.connection != ConnectionUse::Hold;
    if network.settings().no_connection_reuse && is_last {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if request.headers.iter().any(|header| header.spelling.is_some()) {
        *message.extensions_mut() = network.header_case().of(&request.headers);
    }
    Ok(message)
}

/// The request without its body, for HTTP/2.
pub(crate) fn for_h2(network: &Network, request: &Request) -> Result<http::Request<()>, Failure> {
    let mut message = http::Request::new(());
    *message.method_mut() = request.method.clone();
    *message.version_mut() = http::Version::HTTP_2;
    *message.uri_mut() = absolute(request)?;
    let headers = message.headers_mut();
    headers.reserve(request.headers.len() + 2);
    fill(headers, network, request, http::Version::HTTP_2);
    Ok(message)
}

/// The request without its body, for HTTP/3. A header that is about one connection would make the
/// server refuse it all.
#[cfg(feature = "http3")]
pub(crate) fn for_h3(network: &Network, request: &Request) -> Result<http::Request<()>, Failure> {
    let mut message = http::Request::new(());
    *message.method_mut() = request.method.clone();
    *message.version_mut() = http::Version::HTTP_3;
    *message.uri_mut() = absolute(request)?;
    let headers = message.headers_mut();
    headers.reserve(request.headers.len() + 3);
    fill(headers, network, request, http::Version::HTTP_3);
    for name in ["connection", "keep-alive", "proxy-connection", "te", "upgrade"] {
        headers.remove(name);
    }
    Ok(message)
}

/// The URL as HTTP/2 and proxies want it, with the host that the header names.
pub(crate) fn absolute(request: &Request) -> Result<Uri, Failure> {
    let uri = request.target.absolute()?;
    match host_header(request) {
        None => Ok(uri.clone()),
        Some(host) => with_authority(uri, host),
    }
}

/// What a response says behind its status. hyper mentions only what is not usual.
pub(crate) fn reason(head: &http::response::Parts) -> Option<Bytes> {
    if head.version == http::Version::HTTP_2 {
        return None;
    }
    let unusual = head.extensions.get::<ReasonPhrase>();
    Some(match unusual {
        Some(reason) => Bytes::copy_from_slice(reason.as_bytes()),
        None => Bytes::from_static(head.status.canonical_reason().unwrap_or_default().as_bytes()),
    })
}

pub(crate) fn host_header(request: &Request) -> Option<&HeaderValue> {
    let host = request.headers.iter().find(|header| header.name == HOST);
    host.map(|header| &header.value)
}

/// Everything but the host.
fn fill(headers: &mut HeaderMap, network: &Network, request: &Request, version: http::Version) {
    if let Some(user_agent) = network.user_agent()
        && !request.headers.iter().any(|header| header.name == USER_AGENT)
    {
        headers.insert(USER_AGENT, user_agent.clone());
    }
    // An empty body is announced only where one is expected. On HTTP/2 hyper writes the lengths of
    // the others, at the end, which is where Go has them, too.
    let expects_body = matches!(request.method, Method::POST | Method::PUT | Method::PATCH)
        && !request.has_empty_body;
    if request.body.is_empty() && expects_body {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    } else if !request.body.is_empty() && version != http::Version::HTTP_2 {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    for header in request.headers.iter().filter(|header| !is_ours(header)) {
        headers.append(header.name.clone(), header.value.clone());
    }
}

/// Headers that the client writes itself, or leaves out: an empty `User-Agent` asks for none.
pub(crate) fn is_ours(header: &Header) -> bool {
    header.name == HOST
        || header.name == CONTENT_LENGTH
        || header.name == TRANSFER_ENCODING
        || header.name == TRAILER
        || (header.name == USER_AGENT && header.value.is_empty())
}

fn with_authority(uri: &Uri, host: &HeaderValue) -> Result<Uri, Failure> {
    let refuse = || {
        let message = format!("invalid header `Host`: {host:?} is not a host, or host and port");
        Failure::new(ErrorCode::GENERIC, message)
    };
    let authority = Authority::try_from(host.as_bytes()).map_err(|_| refuse())?;
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(authority);
    Uri::from_parts(parts).map_err(|_| refuse())
}
