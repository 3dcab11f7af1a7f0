//! Cookie jars in memory: they keep names and values by the host of a URL, and know nothing of
//! paths and dates.

use std::cell::RefCell;

/// A cookie of a host.
#[derive(Debug)]
struct Kept {
    host: String,
    name: String,
    value: String,
}

#[derive(Debug, Default)]
pub(crate) struct CookieJar(RefCell<Vec<Kept>>);

#[derive(Debug, Default)]
pub(crate) struct SetCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) domain: String,
    pub(crate) path: String,
    pub(crate) max_age_s: i64,
    pub(crate) expires_ms: Option<i64>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
}

impl SetCookie {
    /// Name and value of a `Set-Cookie` header.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (name, value) = line.split(';').next()?.split_once('=')?;
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        Some(Self { name, value, ..Self::default() })
    }
}

/// A jar of its own each time: nothing puts cookies into the VU's but what the test does itself.
pub(crate) fn vu_cookie_jar() -> CookieJar {
    CookieJar::new()
}

fn host_of(url: &str) -> Result<String, String> {
    let (_, rest) = url.split_once("://").ok_or_else(|| format!("`{url}` is not a URL"))?;
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    Ok(host.to_owned())
}

impl CookieJar {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn set(&self, url: &str, cookie: &SetCookie) -> Result<(), String> {
        let host = host_of(url)?;
        self.delete(url, &cookie.name)?;
        if cookie.max_age_s >= 0 {
            let (name, value) = (cookie.name.clone(), cookie.value.clone());
            self.0.borrow_mut().push(Kept { host, name, value });
        }
        Ok(())
    }

    pub(crate) fn cookies(&self, url: &str) -> Result<Vec<(String, String)>, String> {
        let host = host_of(url)?;
        let kept = self.0.borrow();
        let found = kept.iter().filter(|kept| kept.host == host);
        Ok(found.map(|kept| (kept.name.clone(), kept.value.clone())).collect())
    }

    pub(crate) fn clear(&self, url: &str) -> Result<(), String> {
        let host = host_of(url)?;
        self.0.borrow_mut().retain(|kept| kept.host != host);
        Ok(())
    }

    pub(crate) fn delete(&self, url: &str, name: &str) -> Result<(), String> {
        let host = host_of(url)?;
        self.0.borrow_mut().retain(|kept| kept.host != host || kept.name != name);
        Ok(())
    }
}
