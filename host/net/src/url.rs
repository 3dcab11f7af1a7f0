//! URLs as Go reads and writes them, since that is what k6's scripts see: what is refused and in
//! which words, what is escaped, how a reference is resolved. Browsers' rules (the crate `url`)
//! would change paths that a test means to send as they are.
//!
//! Parts are kept as they were written; only what cannot stay is escaped when a URL is written.

pub(crate) mod quote;

use std::fmt::Write as _;

use quote::quoted;

/// Length of `%41`.
const ESCAPE_BYTES: usize = 3;

/// A parsed URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// In lower case; empty for a relative reference.
    pub(crate) scheme: String,
    /// What follows the scheme where that is not a path: `mailto:opaque`.
    opaque: String,
    /// Decoded name, and password if there was a colon.
    pub(crate) user: Option<(String, Option<String>)>,
    /// With the port, as written.
    pub(crate) host: String,
    has_authority: bool,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    fragment: Option<String>,
}

/// Which characters a part may have without an escape.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    User,
    Path,
    Fragment,
}

impl Part {
    /// Go's `shouldEscape`.
    fn allows(self, byte: u8) -> bool {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            return true;
        }
        match self {
            Self::Host => b"!$&'()*+,;=:[]<>\"".contains(&byte),
            Self::User => b"$&+,;=".contains(&byte),
            // What a path that came escaped may have: it is written as it came.
            Self::Path => b"$&+,/:;=@!'()*[]%".contains(&byte),
            Self::Fragment => b"$&+,/:;=?@!()*%".contains(&byte),
        }
    }
}

/// The reason without the URL; [`Url::parse`] puts it in front.
type Refused = String;

impl Url {
    /// Reads a URL or a relative reference; the error is Go's.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|reason| format!("parse {}: {reason}", quoted(text)))
    }

    fn read(text: &str) -> Result<Self, Refused> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut url = Self::default();
        let (text, fragment) = split(text, '#');
        url.fragment = fragment.filter(|fragment| !fragment.is_empty()).map(str::to_owned);
        let (scheme, rest) = scheme_of(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = split(rest, '?');
        url.query = query.map(str::to_owned);
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                rest.clone_into(&mut url.opaque);
                return Ok(url);
            }
            let first = rest.split('/').next().unwrap_or_default();
            if first.contains(':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let mut path = rest;
        let after = rest.strip_prefix("//");
        if let Some(after) = after
            && (!url.scheme.is_empty() || !after.starts_with('/'))
        {
            let end = after.find('/').unwrap_or(after.len());
            url.read_authority(&after[..end])?;
            path = &after[end..];
        }
        check_escapes(path)?;
        path.clone_into(&mut url.path);
        Ok(url)
    }

    fn read_authority(&mut self, authority: &str) -> Result<(), Refused> {
        self.has_authority = true;
        let host = match authority.rsplit_once('@') {
            None => authority,
            Some((user, host)) => {
                let is_valid =
                    |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
                if !user.chars().all(is_valid) {
                    return Err("net/url: invalid userinfo".to_owned());
                }
                check_escapes(user)?;
                let (name, password) = split(user, ':');
                self.user = Some((unescaped(name), password.map(unescaped)));
                host
            }
        };
        check_host(host)?;
        host.clone_into(&mut self.host);
        Ok(())
    }

    /// Written as Go writes it: the scheme in lower case, what must be escaped is.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if !self.scheme.is_empty() {
            text.push_str(&self.scheme);
            text.push(':');
        }
        if self.opaque.is_empty() {
            let has_host = !self.host.is_empty() || self.user.is_some();
            if has_host || (self.has_authority && !self.path.is_empty()) {
                text.push_str("//");
            }
            if let Some((name, password)) = &self.user {
                escape(&mut text, name, Part::User);
                if let Some(password) = password {
                    text.push(':');
                    escape(&mut text, password, Part::User);
                }
                text.push('@');
            }
            escape_host(&mut text, &self.host);
            self.write_path(&mut text);
        } else {
            text.push_str(&self.opaque);
        }
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(query);
        }
        if let Some(fragment) = &self.fragment {
            text.push('#');
            escape(&mut text, fragment, Part::Fragment);
        }
        text
    }

    /// The same without name and password of a user.
    #[must_use]
    pub fn without_user(&self) -> Self {
        Self { user: None, ..self.clone() }
    }

    /// True with a scheme.
    pub fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// The host without port and brackets.
    pub fn host_name(&self) -> &str {
        let host = without_port(&self.host);
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port as written, without its colon; empty when there is none.
    pub fn port(&self) -> &str {
        self.host[without_port(&self.host).len()..].trim_start_matches(':')
    }

    /// What a request line has: the path as it is written, and the query as it came, but for what
    /// no request line can have.
    pub fn path_and_query(&self) -> String {
        let mut text = String::new();
        if !self.path.starts_with('/') {
            text.push('/');
        }
        self.write_path(&mut text);
        if let Some(query) = &self.query {
            text.push('?');
            escape_bytes(&mut text, query.as_bytes(), |byte| {
                byte.is_ascii_graphic() && !b"\"<>".contains(&byte)
            });
        }
        text
    }

    fn write_path(&self, text: &mut String) {
        if self.path.bytes().all(|byte| Part::Path.allows(byte)) {
            text.push_str(&self.path);
        } else {
            escape_decoded(text, &self.path);
        }
    }

    /// What `reference` means on the page at this URL (RFC 3986, section 5.2.2).
    #[must_use]
    pub fn resolve(&self, reference: &Self) -> Self {
        let mut url = reference.clone();
        if reference.is_absolute() || reference.has_authority {
            if !reference.is_absolute() {
                url.scheme.clone_from(&self.scheme);
            }
            url.path = resolved_path(&reference.path, "");
            return url;
        }
        url.scheme.clone_from(&self.scheme);
        url.user.clone_from(&self.user);
        url.host.clone_from(&self.host);
        url.has_authority = self.has_authority;
        if reference.path.is_empty() && reference.query.is_none() {
            url.query.clone_from(&self.query);
            if reference.fragment.is_none() {
                url.fragment.clone_from(&self.fragment);
            }
        }
        url.path = resolved_path(&self.path, &reference.path);
        url
    }
}

/// `text` before and after the first `mark`.
fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn scheme_of(text: &str) -> Result<(&str, &str), Refused> {
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..index], &text[index + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn check_host(host: &str) -> Result<(), Refused> {
    let port = if host.starts_with('[') {
        let Some(end) = host.rfind(']') else { return Err("missing ']' in host".to_owned()) };
        &host[end + 1..]
    } else {
        host.rfind(':').map_or("", |colon| &host[colon..])
    };
    let digits = port.strip_prefix(':');
    if !port.is_empty() && !digits.is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit())) {
        return Err(format!("invalid port {} after host", quoted(port)));
    }
    let bytes = host.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'%' => {
                let escape = escape_at(host, index)?;
                // Only what is no ASCII may be escaped, and `%` itself.
                let high = char::from(bytes[index + 1]).to_digit(16).unwrap_or_default();
                if high < 8 && escape != "%25" {
                    return Err(format!("invalid URL escape {}", quoted(escape)));
                }
                index += ESCAPE_BYTES;
            }
            byte if byte < 0x80 && !Part::Host.allows(byte) => {
                let character = char::from(byte).to_string();
                return Err(format!("invalid character {} in host name", quoted(&character)));
            }
            _ => index += 1,
        }
    }
    Ok(())
}

fn check_escapes(text: &str) -> Result<(), Refused> {
    for (index, _) in text.match_indices('%') {
        escape_at(text, index)?;
    }
    Ok(())
}

fn escape_at(text: &str, index: usize) -> Result<&str, Refused> {
    let bytes = &text.as_bytes()[index..];
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    if is_hex(1) && is_hex(2) {
        return Ok(&text[index..index + ESCAPE_BYTES]);
    }
    let found: String = text[index..].chars().take(ESCAPE_BYTES).collect();
    Err(format!("invalid URL escape {}", quoted(&found)))
}

/// Undoes escapes; they are known to be well formed, or are left alone.
pub(crate) fn unescaped(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    String::from_utf8_lossy(&unescaped_bytes(text)).into_owned()
}

fn unescaped_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match (bytes[index], digit(index + 1), digit(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                index += ESCAPE_BYTES;
            }
            (byte, ..) => {
                out.push(byte);
                index += 1;
            }
        }
    }
    out
}

fn escape(out: &mut String, text: &str, part: Part) {
    escape_bytes(out, text.as_bytes(), |byte| part.allows(byte));
}

/// A path that was not written as it should be is decoded and escaped as a whole, as Go does.
fn escape_decoded(out: &mut String, path: &str) {
    let allows = |byte: u8| Part::User.allows(byte) || matches!(byte, b'/' | b':' | b'@');
    escape_bytes(out, &unescaped_bytes(path), allows);
}

fn escape_bytes(out: &mut String, bytes: &[u8], allows: impl Fn(u8) -> bool) {
    for &byte in bytes {
        if allows(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

fn escape_host(out: &mut String, host: &str) {
    escape_bytes(out, host.as_bytes(), |byte| byte == b'%' || Part::Host.allows(byte));
}

/// `name:80` without the port.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if host[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            &host[..colon]
        }
        _ => host,
    }
}

/// Go's `resolvePath`: joins and removes `.` and `..`.
fn resolved_path(base: &str, reference: &str) -> String {
    let full = if reference.is_empty() {
        base.to_owned()
    } else if reference.starts_with('/') {
        reference.to_owned()
    } else {
        let end = base.rfind('/').map_or(0, |slash| slash + 1);
        format!("{}{reference}", &base[..end])
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut last = "";
    for part in full.split('/').skip(usize::from(full.starts_with('/'))) {
        last = part;
        match part {
            "." => {}
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    if matches!(last, "." | "..") {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests;
