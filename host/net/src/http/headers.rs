//! The header lines of a response, kept as they came.
//!
//! Most are never asked for, so those of HTTP/1 stay text, in one allocation, and a question reads
//! it through; those of HTTP/2 are what the library made of them. Names compare without regard to
//! case.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

/// The header lines of a response.
#[derive(Clone, Default)]
pub struct Headers(Form);

#[derive(Clone, Default)]
enum Form {
    #[default]
    Empty,
    /// Lines of HTTP/1, known to be well-formed; none is folded.
    Text(Bytes),
    Map(Box<HeaderMap>),
}

impl Headers {
    /// From lines that httparse has taken; the empty one at their end may be there.
    pub(crate) fn of_text(lines: Bytes) -> Self {
        Self(Form::Text(lines))
    }

    /// The first value of this name.
    #[must_use]
    pub fn get(&self, name: impl AsRef<str>) -> Option<&[u8]> {
        let name = name.as_ref();
        match &self.0 {
            Form::Empty => None,
            Form::Text(text) => lines(text).find(|line| is_named(line, name)).map(value),
            Form::Map(map) => map.get(name).map(http::HeaderValue::as_bytes),
        }
    }

    /// True when there is a line of this name.
    #[must_use]
    pub fn contains(&self, name: impl AsRef<str>) -> bool {
        self.get(name).is_some()
    }

    /// True when there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All values of this name, in their order.
    pub fn get_all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h [u8]> {
        self.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Names and values, in order of arrival as far as names differ. A name is spelled as it came,
    /// which for HTTP/2 is lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let (text, map): (&[u8], _) = match &self.0 {
            Form::Empty => (&[], None),
            Form::Text(text) => (text, None),
            Form::Map(map) => (&[], Some(map)),
        };
        let text = lines(text).map(|line| (name(line), value(line)));
        let map = map.into_iter().flat_map(|map| map.iter());
        text.chain(map.map(|(name, value)| (name.as_str(), value.as_bytes())))
    }
}

impl From<HeaderMap> for Headers {
    fn from(map: HeaderMap) -> Self {
        if map.is_empty() { Self::default() } else { Self(Form::Map(Box::new(map))) }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)));
        f.debug_map().entries(entries).finish()
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines =
        text.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty())
}

fn is_named(line: &[u8], name: &str) -> bool {
    line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
}

fn colon(line: &[u8]) -> usize {
    line.iter().position(|&byte| byte == b':').unwrap_or(line.len())
}

fn name(line: &[u8]) -> &str {
    // A name is a token, so it is text.
    std::str::from_utf8(&line[..colon(line)]).unwrap_or_default()
}

fn value(line: &[u8]) -> &[u8] {
    line.get(colon(line) + 1..).unwrap_or_default().trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Headers {
        let lines = b"Content-Type: text/plain\r\nX-Id:1\nset-cookie: a=1 \r\nEmpty:\r\n\
            Set-Cookie:\tb=2; c\r\nX: y: z\r\n\r\n";
        Headers::of_text(Bytes::from_static(lines))
    }

    fn map() -> Headers {
        let pairs = [("content-type", "text/plain"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value.parse().unwrap());
        }
        map.into()
    }

    #[test]
    fn values_are_found_by_name_in_any_case() {
        for headers in [text(), map()] {
            assert_eq!(headers.get("content-type"), Some(&b"text/plain"[..]));
            assert_eq!(headers.get("CONTENT-TYPE"), Some(&b"text/plain"[..]));
            assert_eq!(headers.get("Set-Cookie"), Some(&b"a=1"[..]));
            assert_eq!(headers.get_all("Set-Cookie").count(), 2);
            for missing in ["content", "content-type:", "ontent-type", "", ":", "text/plain"] {
                assert_eq!(headers.get(missing), None, "{missing}");
            }
        }
        assert_eq!(text().get("x-id"), Some(&b"1"[..]));
        assert_eq!(text().get("empty"), Some(&b""[..]));
        assert_eq!(text().get("x"), Some(&b"y: z"[..]));
        assert_eq!(Headers::default().get("x"), None);
        assert!(text().contains("x") && !text().is_empty() && Headers::default().is_empty());
    }

    #[test]
    fn lines_keep_their_order() {
        let names: Vec<_> = text().iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["Content-Type", "X-Id", "set-cookie", "Empty", "Set-Cookie", "X"]);
        let text = text();
        let cookies: Vec<_> = text.get_all("set-cookie").collect();
        assert_eq!(cookies, [&b"a=1"[..], b"b=2; c"]);
        assert_eq!(Headers::default().iter().count(), 0);
    }

    #[test]
    fn it_is_small() {
        assert!(size_of::<Headers>() <= 40);
    }
}
