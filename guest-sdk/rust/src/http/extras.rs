//! What few requests say: redirects, cookies, who asks, compression, which HTTP.

use std::borrow::Cow;

use super::CookieJar;
use crate::host::http as host;

/// How user name and password are proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// In each request.
    Basic,
    /// As the answer to the server's challenge; costs a request more.
    Digest,
    /// Windows' challenge and response; three requests over one connection.
    Ntlm,
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// `gzip`
    Gzip,
    /// `deflate`
    Deflate,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
}

/// Which HTTP a request speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// HTTP/2 where a TLS server offers it, else HTTP/1.1.
    #[default]
    Auto,
    /// HTTP/1.1
    Http1,
    /// HTTP/2 over TLS; fails where the server does not offer it.
    Http2,
    /// HTTP/2 without asking first, also without TLS.
    Http2PriorKnowledge,
    /// HTTP/3, experimental; fails in a squall that was built without it.
    Http3,
}

/// Name, value, and whether it replaces the jar's cookie of this name.
type CallCookie<'a> = (Cow<'a, str>, Cow<'a, str>, bool);

/// Who asks, and how that is proven.
type Auth<'a> = (AuthScheme, Option<(Cow<'a, str>, Cow<'a, str>)>);

/// What few requests say.
#[derive(Clone, Debug, Default)]
pub(super) struct Extras<'a> {
    pub(super) redirects_max: Option<u32>,
    pub(super) cookies: Vec<CallCookie<'a>>,
    pub(super) jar: Option<&'a CookieJar>,
    pub(super) auth: Option<Auth<'a>>,
    pub(super) compression: Vec<Encoding>,
    pub(super) version: Version,
}

/// Extras in the form that the host takes.
pub(super) struct Lists<'a> {
    cookies: Vec<host::RequestCookie<'a>>,
    compression: Vec<host::ContentEncoding>,
}

impl Extras<'_> {
    pub(super) fn lists(&self) -> Lists<'_> {
        let mut cookies = Vec::with_capacity(self.cookies.len());
        for (name, value, replaces) in &self.cookies {
            cookies.push(host::RequestCookie { name, value, replaces: *replaces });
        }
        let compression = self.compression.iter().map(|encoding| match encoding {
            Encoding::Gzip => host::ContentEncoding::Gzip,
            Encoding::Deflate => host::ContentEncoding::Deflate,
            Encoding::Brotli => host::ContentEncoding::Br,
            Encoding::Zstd => host::ContentEncoding::Zstd,
        });
        Lists { cookies, compression: compression.collect() }
    }

    pub(super) fn wire<'b>(&'b self, lists: &'b Lists<'b>) -> host::RequestExtras<'b> {
        host::RequestExtras {
            redirects_max: self.redirects_max,
            cookies: &lists.cookies,
            jar: self.jar.map(|jar| &jar.0),
            auth: self.auth.as_ref().map(|(scheme, credentials)| host::Auth {
                scheme: match scheme {
                    AuthScheme::Basic => host::AuthScheme::Basic,
                    AuthScheme::Digest => host::AuthScheme::Digest,
                    AuthScheme::Ntlm => host::AuthScheme::Ntlm,
                },
                credentials: credentials.as_ref().map(|(user, password)| (&**user, &**password)),
            }),
            compression: &lists.compression,
            version: match self.version {
                Version::Auto => host::HttpVersion::Auto,
                Version::Http1 => host::HttpVersion::Http1,
                Version::Http2 => host::HttpVersion::Http2,
                Version::Http2PriorKnowledge => host::HttpVersion::Http2PriorKnowledge,
                Version::Http3 => host::HttpVersion::Http3,
            },
        }
    }
}
