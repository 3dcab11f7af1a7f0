//! Walks through a text that is known to be JSON.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
    True,
    False,
    Null,
}

impl Kind {
    pub(super) fn of(raw: &str) -> Self {
        match raw.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::Text,
            Some(b't') => Self::True,
            Some(b'f') => Self::False,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }

    pub(super) const fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// End of the text that begins with a quote at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// End of the value that begins at `start`.
pub(super) fn value_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + usize::from(depth == 1),
            b'}' | b']' => depth -= 1,
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The values in a container: with their keys in an object.
pub(super) struct Entries<'t> {
    text: &'t str,
    at: usize,
    is_object: bool,
}

/// The entries of an object or array; none of anything else.
pub(super) fn entries(raw: &str) -> Entries<'_> {
    let kind = Kind::of(raw);
    let at = if kind.is_container() { 1 } else { raw.len() };
    Entries { text: raw, at, is_object: kind == Kind::Object }
}

impl<'t> Entries<'t> {
    /// The next value; nothing at the end of the container.
    fn value(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at)?, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
            self.at += 1;
        }
        if matches!(bytes[self.at], b'}' | b']') {
            return None;
        }
        let start = self.at;
        self.at = value_end(bytes, start);
        self.text.get(start..self.at)
    }
}

impl<'t> Iterator for Entries<'t> {
    /// Raw key (empty in arrays) and raw value.
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let key = if self.is_object { self.value()? } else { "" };
        self.value().map(|value| (key, value))
    }
}

/// What a raw text says, without quotes and escapes.
pub(super) fn unquoted(raw: &str) -> Cow<'_, str> {
    let inner = raw.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(raw);
    if inner.contains('\\') { Cow::Owned(unescaped(inner)) } else { Cow::Borrowed(inner) }
}

fn unescaped(text: &str) -> String {
    // Surrogates come in pairs, so that they are put together as UTF-16 is.
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut buffer = [0; 2];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '\\' => match characters.next() {
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('u') => {
                    let digits: String = characters.by_ref().take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).unwrap_or(0xfffd));
                    continue;
                }
                Some(other) => other,
                None => '\\',
            },
            other => other,
        };
        units.extend_from_slice(character.encode_utf16(&mut buffer));
    }
    String::from_utf16_lossy(&units)
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// One character of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wild {
    Exactly(char),
    AnyOne,
    Any,
}

/// A pattern with `*` and `?`; a backslash makes the next character an ordinary one.
pub(super) fn pattern(text: &str) -> Vec<Wild> {
    let mut characters = text.chars();
    let mut pattern = Vec::new();
    while let Some(character) = characters.next() {
        pattern.push(match character {
            '*' => Wild::Any,
            '?' => Wild::AnyOne,
            '\\' => Wild::Exactly(characters.next().unwrap_or('\\')),
            other => Wild::Exactly(other),
        });
    }
    pattern
}

/// True when all of the text is as the pattern says. Goes back to the last `*` only, so that the
/// time is bounded by the product of the lengths.
pub(super) fn matches(pattern: &[Wild], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Wild::Any) => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(Wild::AnyOne) => {
                p += 1;
                t += 1;
            }
            Some(Wild::Exactly(c)) if *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|wild| *wild == Wild::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found() {
        let found: Vec<_> = entries(r#"{"a" : [1,{"b":"]"}] , "c,":-1.5}"#).collect();
        assert_eq!(found, [("\"a\"", r#"[1,{"b":"]"}]"#), ("\"c,\"", "-1.5")]);
        assert_eq!(entries("[ ]").count(), 0);
        assert_eq!(entries("[[],{},\"\",1]").count(), 4);
        assert_eq!(entries("5").count(), 0);
    }

    #[test]
    fn texts_are_unquoted() {
        assert_eq!(unquoted(r#""a\n\"\u00fc\ud834\udd1e\/""#), "a\n\"ü𝄞/");
        assert_eq!(quoted("a\"\n"), r#""a\"\u000a""#);
    }

    #[test]
    fn patterns_match() {
        let is_match = |wild: &str, text: &str| matches(&pattern(wild), text);
        assert!(is_match("child*", "children"));
        assert!(is_match("c?ild*n", "children"));
        assert!(is_match("*a*", "Sara"));
        assert!(!is_match("*a*", "Jck"));
        assert!(is_match("a\\*", "a*"));
        assert!(!is_match("a\\*", "ab"));
        assert!(!is_match("", "a"));
    }
}
