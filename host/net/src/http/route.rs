//! The way of a request: to whom its connection leads, by which protocol, and through which proxy.
//!
//! Connections are pooled by the origin at their other end and by their [`Class`]. For an `http`
//! target behind an HTTP proxy that end is the proxy, which is sent the whole URL; a tunnel through
//! a proxy ends at the target.

use std::rc::Rc;

use http::HeaderValue;

use crate::error_kind::{ErrorCode, Failure};
use crate::http::request::{Origin, Request};
use crate::network::Network;
use crate::proxy::{Proxy, ProxyKind};
use crate::settings::HttpVersion;

/// What a connection may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// TLS negotiates it.
    Negotiated,
    /// HTTP/1.1 and nothing else.
    Http1,
    /// HTTP/2 and nothing else.
    Http2,
    /// HTTP/3 and nothing else.
    #[cfg(feature = "http3")]
    Http3,
}

impl Class {
    fn of(origin: &Origin, version: HttpVersion) -> Result<Self, Failure> {
        match (origin.secure, version) {
            (_, HttpVersion::Http3) => Self::http3(origin),
            (true, HttpVersion::Auto) => Ok(Self::Negotiated),
            (_, HttpVersion::Http1) | (false, HttpVersion::Auto) => Ok(Self::Http1),
            (true, HttpVersion::Http2) | (_, HttpVersion::Http2PriorKnowledge) => Ok(Self::Http2),
            (false, HttpVersion::Http2) => {
                let message = "HTTP/2 is negotiated by TLS, which an `http` URL does not have; use \
                               `https`, or HTTP/2 with prior knowledge";
                Err(Failure::new(ErrorCode::HTTP2, message))
            }
        }
    }
}

#[cfg(feature = "http3")]
impl Class {
    fn http3(origin: &Origin) -> Result<Self, Failure> {
        if origin.secure {
            return Ok(Self::Http3);
        }
        let message = "HTTP/3 is always encrypted, and an `http` URL is not; use `https`";
        Err(Failure::new(ErrorCode::GENERIC, message))
    }

    /// No kind of proxy carries QUIC.
    fn refuse_proxy(self, via: &Via) -> Result<(), Failure> {
        if self != Self::Http3 {
            return Ok(());
        }
        let message = format!(
            "HTTP/3 goes over UDP, which proxy {} does not carry; use HTTP/2, or name the host in \
             NO_PROXY",
            via.proxy
        );
        Err(Failure::new(ErrorCode::GENERIC, message))
    }
}

#[cfg(not(feature = "http3"))]
impl Class {
    fn http3(_: &Origin) -> Result<Self, Failure> {
        let message = "this squall was built without HTTP/3: build it with `--features http3`";
        Err(Failure::new(ErrorCode::GENERIC, message))
    }
}

/// A proxy as one worker's clients use it.
#[derive(Debug)]
pub(crate) struct Via {
    pub(crate) proxy: Proxy,
    pub(crate) origin: Rc<Origin>,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Via {
    pub(crate) fn new(proxy: &Proxy) -> Self {
        Self {
            origin: Rc::new(proxy.origin.clone()),
            authorization: proxy.authorization(),
            proxy: proxy.clone(),
        }
    }

    /// A failure that happened on the way to the proxy or through it. As in k6, all that goes wrong
    /// before the proxy was asked has one code.
    pub(crate) fn failure(&self, failure: &Failure) -> Failure {
        let message = format!("proxy {}: {}", self.proxy, failure.message);
        Failure::new(ErrorCode::TCP, message)
    }
}

/// The way of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<'r> {
    /// Who is at the other end of the HTTP connection.
    pub(crate) origin: &'r Rc<Origin>,
    pub(crate) class: Class,
    /// The proxy that the connection leads to or through.
    pub(crate) via: Option<&'r Via>,
}

impl<'r> Route<'r> {
    /// Where the request has to go. What must not be called is refused here when a proxy would call
    /// it for us; else the address is looked at before it is connected to.
    pub(crate) fn of(network: &'r Network, request: &'r Request) -> Result<Self, Failure> {
        let origin = &request.target.origin;
        let version = match request.version {
            HttpVersion::Auto => network.settings().http_version,
            chosen => chosen,
        };
        let class = Class::of(origin, version)?;
        let Some(via) = network.via(origin)? else {
            return Ok(Self { origin, class, via: None });
        };
        #[cfg(feature = "http3")]
        class.refuse_proxy(via)?;
        network.check_hostname(origin)?;
        if let Some(ip) = origin.ip {
            network.check_blacklist(ip)?;
        }
        let is_asked = via.proxy.kind == ProxyKind::Http && !origin.secure && class == Class::Http1;
        let origin = if is_asked { &via.origin } else { origin };
        Ok(Self { origin, class, via: Some(via) })
    }

    /// The proxy that is asked for the whole URL, if that is the way.
    pub(crate) fn asked(&self) -> Option<&'r Via> {
        self.via.filter(|via| Rc::ptr_eq(&via.origin, self.origin))
    }

    /// The proxy that a tunnel leads through, if that is the way.
    pub(crate) fn tunnel(&self) -> Option<&'r Via> {
        self.via.filter(|via| !Rc::ptr_eq(&via.origin, self.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    #[test]
    fn http3_is_for_https_and_for_builds_that_have_it() {
        let class = |url: &str| Class::of(&Target::parse(url).unwrap().origin, HttpVersion::Http3);
        let plain = class("http://h/").unwrap_err();
        let secure = class("https://h/");
        if cfg!(feature = "http3") {
            assert!(plain.message.contains("use `https`"), "{plain}");
            assert!(secure.is_ok());
        } else {
            assert!(plain.message.contains("--features http3"), "{plain}");
            assert_eq!(secure.unwrap_err(), plain);
        }
    }
}
