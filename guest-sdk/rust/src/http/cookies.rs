//! Cookies: jars, and what responses set.

use crate::error::{Error, Result};
use crate::host::http as host;

/// A cookie as a response sets it, or a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Which hosts get it; empty is the URL's alone.
    pub domain: String,
    /// Which paths get it; empty is the folder of the URL.
    pub path: String,
    /// Seconds to live; 0 says nothing, negative removes the cookie.
    pub max_age_s: i64,
    /// Milliseconds since 1970; without it, it lives to the end of the session.
    pub expires_ms: Option<i64>,
    /// Only over TLS.
    pub secure: bool,
    /// Not for the scripts of a page.
    pub http_only: bool,
}

impl Cookie {
    /// A cookie that says nothing but name and value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), ..Self::default() }
    }

    pub(super) fn of(cookie: host::SetCookie) -> Self {
        Self {
            name: cookie.name,
            value: cookie.value,
            domain: cookie.domain,
            path: cookie.path,
            max_age_s: cookie.max_age_s,
            expires_ms: cookie.expires_ms,
            secure: cookie.secure,
            http_only: cookie.http_only,
        }
    }
}

/// A cookie jar, which the host keeps.
///
/// Requests use the VU's own jar, which is empty at the start of each iteration unless the run has
/// the option `noCookiesReset`; [`super::Request::jar`] makes one use another.
///
/// ```no_run
/// use squall_sdk::prelude::*;
///
/// # fn iteration() -> Result<()> {
/// let jar = http::CookieJar::new();
/// jar.set("http://shop.example/", &http::Cookie::new("lang", "en"))?;
/// http::get("http://shop.example/").jar(&jar).send().ok()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CookieJar(pub(super) host::CookieJar);

impl CookieJar {
    /// An empty jar of the script's own.
    #[expect(clippy::new_without_default, reason = "a default does not ask a host for something")]
    pub fn new() -> Self {
        Self(host::CookieJar::new())
    }

    /// The jar that requests of this VU use now.
    pub fn of_vu() -> Self {
        Self(host::vu_cookie_jar())
    }

    /// Takes over a cookie as if a response from this URL had set it. The error says what is wrong
    /// with the URL.
    #[track_caller]
    pub fn set(&self, url: &str, cookie: &Cookie) -> Result<()> {
        let told = self.0.set(
            url,
            &host::SetCookie {
                name: cookie.name.clone(),
                value: cookie.value.clone(),
                domain: cookie.domain.clone(),
                path: cookie.path.clone(),
                max_age_s: cookie.max_age_s,
                expires_ms: cookie.expires_ms,
                secure: cookie.secure,
                http_only: cookie.http_only,
            },
        );
        told.map_err(Error::new)
    }

    /// Names and values of what is sent to the URL.
    #[track_caller]
    pub fn cookies(&self, url: &str) -> Result<Vec<(String, String)>> {
        self.0.cookies(url).map_err(Error::new)
    }

    /// Removes what is sent to the URL, as far as it has the URL's own path.
    #[track_caller]
    pub fn clear(&self, url: &str) -> Result<()> {
        self.0.clear(url).map_err(Error::new)
    }

    /// Removes one cookie of the URL.
    #[track_caller]
    pub fn delete(&self, url: &str, name: &str) -> Result<()> {
        self.0.delete(url, name).map_err(Error::new)
    }
}
