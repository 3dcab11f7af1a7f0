//! Reads gjson paths: one component at a time.

use super::modifiers;
use super::query::Query;
use super::walk::{Wild, pattern};

/// What comes after a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After<'p> {
    Nothing,
    /// More of the path, for each value that the component matches.
    More(&'p str),
    /// A path of its own, for the result of this one.
    Pipe(&'p str),
}

/// The key of an object.
pub(super) struct KeyPart<'p> {
    pub(super) pattern: Vec<Wild>,
    pub(super) after: After<'p>,
}

/// Where in an array.
pub(super) struct ArrayPart<'p> {
    pub(super) place: Place<'p>,
    pub(super) after: After<'p>,
}

/// Which values of an array.
pub(super) enum Place<'p> {
    /// The value at a position; none for what is no number.
    At(Option<usize>),
    /// `#`: how many there are, or something of each.
    Every,
    Where(Query<'p>),
}

/// True where a dot has the meaning of a pipe: before a modifier or several paths.
fn is_piped(rest: &str) -> bool {
    match rest.as_bytes().first() {
        Some(b'@') => {
            let name = &rest[1..];
            let end = name.find(['.', '|', ':']).unwrap_or(name.len());
            modifiers::is_known(&name[..end])
        }
        Some(b'[' | b'{') => true,
        _ => false,
    }
}

fn after_dot(rest: &str) -> After<'_> {
    if is_piped(rest) { After::Pipe(rest) } else { After::More(rest) }
}

pub(super) fn key_part(path: &str) -> KeyPart<'_> {
    let bytes = path.as_bytes();
    let mut at = 0;
    let mut after = After::Nothing;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' => after = After::Pipe(&path[at + 1..]),
            b'.' => after = after_dot(&path[at + 1..]),
            _ => {}
        }
        if after != After::Nothing {
            break;
        }
        at += 1;
    }
    KeyPart { pattern: pattern(&path[..at.min(path.len())]), after }
}

pub(super) fn array_part(path: &str) -> ArrayPart<'_> {
    if let Some((query, rest)) = Query::parse(path) {
        return ArrayPart { place: Place::Where(query), after: after_query(rest) };
    }
    let end = path.find(['.', '|']).unwrap_or(path.len());
    let part = &path[..end];
    let rest = path.get(end + 1..).unwrap_or_default();
    let after = match path.as_bytes().get(end) {
        None => After::Nothing,
        Some(b'|') => After::Pipe(rest),
        // Something of each value may be a modifier, too.
        Some(_) if part == "#" => After::More(rest),
        Some(_) => after_dot(rest),
    };
    let place = if part == "#" { Place::Every } else { Place::At(part.parse().ok()) };
    ArrayPart { place, after }
}

fn after_query(rest: &str) -> After<'_> {
    match rest.as_bytes().first() {
        Some(b'.') => After::More(&rest[1..]),
        Some(b'|') => After::Pipe(&rest[1..]),
        _ => After::Nothing,
    }
}

/// A path in front of the first pipe, and what follows that. Pipes in brackets and quotes are
/// none.
pub(super) fn split_pipe(path: &str) -> (&str, Option<&str>) {
    let bytes = path.as_bytes();
    let mut depth = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => at = quote_end(bytes, at),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'|' if depth == 0 => return (&path[..at], Some(&path[at + 1..])),
            b'.' if depth == 0 && is_piped(&path[at + 1..]) => {
                return (&path[..at], Some(&path[at + 1..]));
            }
            _ => {}
        }
        at += 1;
    }
    (path, None)
}

/// Position of the quote that ends the text which begins at `start`, or of the end.
pub(super) fn quote_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// One of several paths: `"name":path`.
pub(super) struct SubPath<'p> {
    pub(super) name: &'p str,
    pub(super) path: &'p str,
}

/// The paths in `{a,b}` or `[a,b]`, and what follows the bracket.
pub(super) fn sub_paths(path: &str) -> Option<(Vec<SubPath<'_>>, &str)> {
    let bytes = path.as_bytes();
    let (mut depth, mut start, mut colon) = (1, 1, None);
    let mut paths = Vec::new();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => at = quote_end(bytes, at),
            b':' if depth == 1 && colon.is_none() && !path[start..at].contains('@') => {
                colon = Some(at);
            }
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth -= 1,
            _ => {}
        }
        let is_end = depth == 0;
        if is_end || (depth == 1 && bytes.get(at) == Some(&b',')) {
            let (name, from) = colon.take().map_or(("", start), |c| (&path[start..c], c + 1));
            paths.push(SubPath { name, path: &path[from..at] });
            start = at + 1;
        }
        if is_end {
            return Some((paths, &path[at + 1..]));
        }
        at += 1;
    }
    None
}
