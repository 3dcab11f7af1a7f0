//! A cookie jar by the rules of Go's net/http/cookiejar, which k6 gives its VUs, with a list of
//! public suffixes, which k6 does without: a cookie for all of `.co.uk` is refused as in browsers.
//!
//! Bounds: [`COOKIES_MAX`] cookies in a jar, [`COOKIE_BYTES_MAX`] bytes in one, as browsers have
//! them; the oldest make room, larger ones are refused.

pub(crate) mod text;

pub use text::SetCookie;

use crate::url::{Url, unescaped, without_port};

/// Cookies in one jar. Chromium keeps 180 for a domain and 3 300 in all.
pub(crate) const COOKIES_MAX: usize = 3_300;

/// Bytes of name and value of one cookie; RFC 6265, section 6.1 asks for at least 4 096.
pub(crate) const COOKIE_BYTES_MAX: usize = 64 * 1024;

/// A cookie that the jar holds.
#[derive(Debug)]
struct Entry {
    name: String,
    value: String,
    domain: String,
    path: String,
    /// For this host alone, not for those below it.
    host_only: bool,
    secure: bool,
    /// Milliseconds since 1970; `None` for the end of the session.
    expires_ms: Option<i64>,
}

/// Cookies of a VU, or of a script's own jar, in the order in which they were created.
#[derive(Debug, Default)]
pub struct Jar {
    entries: Vec<Entry>,
}

/// Where cookies come from or go to.
struct Place {
    host: String,
    path: String,
    is_secure: bool,
}

impl Place {
    /// Nothing for what is no URL of HTTP.
    fn of(url: &Url) -> Option<Self> {
        let is_secure = match url.scheme.as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let host = without_port(&url.host).to_ascii_lowercase();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
        let host = host.strip_suffix('.').unwrap_or(host).to_owned();
        Some(Self { host, path: unescaped(&url.path), is_secure })
    }

    /// RFC 6265, section 5.1.4: all before the last slash.
    fn default_path(&self) -> &str {
        match self.path.rfind('/') {
            Some(slash) if slash > 0 && self.path.starts_with('/') => &self.path[..slash],
            _ => "/",
        }
    }

    /// The domain of a cookie and whether it is for the host alone; nothing when it may not be set.
    fn domain(&self, wanted: &str) -> Option<(String, bool)> {
        if wanted.is_empty() {
            return Some((self.host.clone(), true));
        }
        if self.host.parse::<std::net::IpAddr>().is_ok() {
            return (wanted == self.host).then(|| (self.host.clone(), true));
        }
        let domain = wanted.strip_prefix('.').unwrap_or(wanted).to_ascii_lowercase();
        if domain.is_empty() || domain.starts_with('.') || domain.ends_with('.') {
            return None;
        }
        if !domain.is_ascii() || !is_within(&self.host, &domain) {
            return None;
        }
        // What belongs to many may not be shared; a host that is such a domain has it for itself.
        if is_public_suffix(&domain) {
            return (domain == self.host).then_some((domain, true));
        }
        Some((domain, false))
    }
}

/// True for names below which anybody can register, such as `co.uk`. Names that the list does not
/// have, such as `test` and `localhost`, are none, since tests use them.
fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == domain.as_bytes())
}

/// True for the domain itself and for hosts below it.
pub(crate) fn is_within(host: &str, domain: &str) -> bool {
    host == domain
        || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
            && host.parse::<std::net::IpAddr>().is_err()
}

impl Entry {
    fn is_for(&self, place: &Place) -> bool {
        let is_of_host =
            place.host == self.domain || !self.host_only && is_within(&place.host, &self.domain);
        let is_of_path = place.path.strip_prefix(&self.path).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        });
        // An empty path is the root.
        let is_root = place.path.is_empty() && self.path == "/";
        is_of_host && (is_of_path || is_root) && (place.is_secure || !self.secure)
    }

    fn is_same(&self, name: &str, domain: &str, path: &str) -> bool {
        self.name == name && self.domain == domain && self.path == path
    }
}

impl Jar {
    /// True without cookies, expired ones counted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes over the cookies of a response.
    pub fn set(&mut self, url: &Url, cookies: &[SetCookie], now_ms: i64) {
        let Some(place) = Place::of(url) else { return };
        for cookie in cookies {
            self.set_one(&place, cookie, now_ms);
        }
    }

    fn set_one(&mut self, place: &Place, cookie: &SetCookie, now_ms: i64) {
        if cookie.name.len() + cookie.value.len() > COOKIE_BYTES_MAX {
            return;
        }
        let Some((domain, host_only)) = place.domain(&cookie.domain) else { return };
        let path = if cookie.path.starts_with('/') { &cookie.path } else { place.default_path() };
        let known = self.entries.iter().position(|e| e.is_same(&cookie.name, &domain, path));
        let expires_ms = match cookie.max_age {
            0 => cookie.expires_ms,
            seconds => Some(now_ms.saturating_add(seconds.saturating_mul(1_000))),
        };
        if cookie.max_age < 0 || expires_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            if let Some(known) = known {
                self.entries.remove(known);
            }
            return;
        }
        let entry = Entry {
            name: cookie.name.clone(),
            value: cookie.value.clone(),
            domain,
            path: path.to_owned(),
            host_only,
            secure: cookie.secure,
            expires_ms,
        };
        if let Some(known) = known {
            self.entries[known] = entry;
            return;
        }
        if self.entries.len() == COOKIES_MAX {
            self.entries.remove(0);
        }
        self.entries.push(entry);
    }

    /// What is sent to a URL: name and value, those with longer paths first, then by age.
    pub fn cookies(&mut self, url: &Url, now_ms: i64) -> Vec<(&str, &str)> {
        let Some(place) = Place::of(url) else { return Vec::new() };
        self.entries.retain(|entry| entry.expires_ms.is_none_or(|at_ms| at_ms > now_ms));
        let mut found: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.is_for(&place)).collect();
        found.sort_by_key(|entry| std::cmp::Reverse(entry.path.len()));
        found.into_iter().map(|entry| (entry.name.as_str(), entry.value.as_str())).collect()
    }

    /// Removes the cookie of this name that a response of this URL would set without a path.
    pub fn delete(&mut self, url: &Url, name: &str) {
        let gone = SetCookie { name: name.to_owned(), max_age: -1, ..SetCookie::default() };
        self.set(url, &[gone], 0);
    }

    /// Removes what is sent to the URL, as far as [`Jar::delete`] can.
    pub fn clear(&mut self, url: &Url, now_ms: i64) {
        let found = self.cookies(url, now_ms).into_iter();
        let names: Vec<String> = found.map(|(name, _)| name.to_owned()).collect();
        for name in names {
            self.delete(url, &name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_700_000_000_000;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn jar(at: &str, lines: &[&str]) -> Jar {
        let mut jar = Jar::default();
        let cookies: Vec<_> = lines.iter().filter_map(|line| SetCookie::parse(line)).collect();
        jar.set(&url(at), &cookies, NOW_MS);
        jar
    }

    fn sent(jar: &mut Jar, to: &str) -> String {
        let pairs = jar.cookies(&url(to), NOW_MS).into_iter();
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn paths_and_schemes_select() {
        let mut jar = jar(
            "http://127.0.0.1:80/answer/x",
            &[
                "a=1; Path=/",
                "c=3; Path=/answer",
                "d=4; Path=/; Secure",
                "e=5",
                "f=6; Domain=o.example",
            ],
        );
        assert_eq!(sent(&mut jar, "http://127.0.0.1:81/echo"), "a=1");
        assert_eq!(sent(&mut jar, "http://127.0.0.1/answer/y"), "c=3 e=5 a=1");
        assert_eq!(sent(&mut jar, "http://127.0.0.1/answers"), "a=1");
        assert_eq!(sent(&mut jar, "https://127.0.0.1"), "a=1 d=4");
        assert_eq!(sent(&mut jar, "http://localhost/"), "");
    }

    #[test]
    fn domains_select() {
        let lines =
            ["a=1; Domain=.shop.example", "b=2", "c=3; Domain=other.example", "d=4; Domain=."];
        let mut jar = jar("http://www.Shop.example/", &lines);
        assert_eq!(sent(&mut jar, "http://www.shop.example/"), "a=1 b=2");
        assert_eq!(sent(&mut jar, "http://shop.example/"), "a=1");
        assert_eq!(sent(&mut jar, "http://myshop.example/"), "");
    }

    #[test]
    fn nobody_sets_cookies_for_a_public_suffix() {
        let mut shop = jar("http://shop.example.co.uk/", &["a=1; Domain=co.uk", "b=2; Domain=uk"]);
        assert!(shop.is_empty());
        let lines = ["c=3; Domain=example.co.uk"];
        shop = jar("http://shop.example.co.uk/", &lines);
        assert_eq!(sent(&mut shop, "http://example.co.uk/"), "c=3");
        let mut suffix = jar("http://co.uk/", &["d=4; Domain=co.uk"]);
        assert_eq!(sent(&mut suffix, "http://co.uk/"), "d=4");
        assert_eq!(sent(&mut suffix, "http://other.co.uk/"), "");
        let mut local = jar("http://a.test/", &["e=5; Domain=test"]);
        assert_eq!(sent(&mut local, "http://b.test/"), "e=5");
    }

    #[test]
    fn a_cookie_bomb_is_bounded() {
        let mut jar = Jar::default();
        let at = url("http://h/");
        for number in 0..=COOKIES_MAX {
            let line = format!("c{number}=1");
            jar.set(&at, &[SetCookie::parse(&line).unwrap()], NOW_MS);
        }
        assert_eq!(jar.entries.len(), COOKIES_MAX);
        assert_eq!(jar.entries[0].name, "c1");
        let large = SetCookie {
            name: "l".into(),
            value: "x".repeat(COOKIE_BYTES_MAX),
            ..SetCookie::default()
        };
        jar.set(&url("http://other/"), &[large], NOW_MS);
        assert_eq!(sent(&mut jar, "http://other/"), "");
    }

    #[test]
    fn cookies_are_replaced_and_removed() {
        let at = "http://h/";
        let mut jar = jar(
            at,
            &["a=1", "b=2; Max-Age=1", "c=3; Expires=Mon, 02 Jan 2006 15:04:05 MST", "a=4"],
        );
        assert_eq!(sent(&mut jar, at), "a=4 b=2");
        assert_eq!(jar.cookies(&url(at), NOW_MS + 1_001), [("a", "4")]);
        jar.delete(&url(at), "a");
        assert!(jar.is_empty());
        jar.set(&url("http://h/x/y"), &[SetCookie::parse("p=1; Path=/x/y").unwrap()], NOW_MS);
        jar.clear(&url("http://h/x/y"), NOW_MS);
        assert!(!jar.is_empty(), "it has another path than the default");
    }
}
