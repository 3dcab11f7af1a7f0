//! What a gjson path finds in a JSON text: syntax and results are those of the Go library that k6
//! uses. Results are JSON texts, most often pieces of the one that was searched.

use std::borrow::Cow;

use super::modifiers;
use super::path::{After, Place, SubPath, array_part, key_part, split_pipe, sub_paths};
use super::query::Query;
use super::walk::{Kind, entries, matches, quoted, unquoted, value_end};

pub(super) type Found<'t> = Cow<'t, str>;

/// What the path finds in a text that is known to be JSON.
pub(super) fn get<'t>(json: &'t str, path: &str) -> Option<Found<'t>> {
    if path.len() > 1 {
        let (result, rest) = match path.as_bytes()[0] {
            b'@' => match modifiers::apply(json, path) {
                Some(applied) => applied,
                None => return find(json, path),
            },
            b'!' => (Some(Cow::Owned(literal(path)?.0.to_owned())), literal(path)?.1),
            b'[' | b'{' => match sub_paths(path) {
                Some((paths, rest)) if is_end_or_next(rest) => {
                    (Some(Cow::Owned(several(json, path, &paths))), rest)
                }
                _ => return find(json, path),
            },
            _ => return find(json, path),
        };
        return match rest.strip_prefix(['.', '|']) {
            Some(rest) => piped(result?, rest),
            None => result,
        };
    }
    find(json, path)
}

fn is_end_or_next(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['.', '|'])
}

/// What a path finds in the result of another.
pub(super) fn piped<'t>(json: Found<'t>, path: &str) -> Option<Found<'t>> {
    match json {
        Cow::Borrowed(json) => get(json, path),
        Cow::Owned(json) => get(&json, path).map(|found| Cow::Owned(found.into_owned())),
    }
}

/// `!"text"`: a JSON text in the path itself, and what follows it.
fn literal(path: &str) -> Option<(&str, &str)> {
    let end = value_end(path.as_bytes(), 1);
    // A number or word ends at a dot or a pipe.
    let is_word = !matches!(path.as_bytes()[1], b'"' | b'{' | b'[');
    let end = if is_word { path.find(['.', '|']).unwrap_or(end) } else { end };
    (end > 1).then(|| (&path[1..end], &path[end..]))
}

/// `{a,"name":b}` or `[a,b]`: the results of several paths in one.
fn several(json: &str, path: &str, paths: &[SubPath<'_>]) -> String {
    let is_object = path.starts_with('{');
    let mut parts = Vec::new();
    for SubPath { name, path } in paths {
        let Some(found) = get(json, path) else { continue };
        if !is_object {
            parts.push(found.into_owned());
            continue;
        }
        let key = if name.starts_with('"') {
            (*name).to_owned()
        } else if !name.is_empty() {
            quoted(name)
        } else {
            quoted(last_name(path))
        };
        parts.push(format!("{key}:{found}"));
    }
    let all = parts.join(",");
    if is_object { format!("{{{all}}}") } else { format!("[{all}]") }
}

/// The last component of a path where that is a plain name.
fn last_name(path: &str) -> &str {
    let last = path.rsplit(['.', '|']).next().unwrap_or_default();
    if last.contains(|c: char| c < ' ' || "[]{}()#|!".contains(c)) { "_" } else { last }
}

fn find<'t>(json: &'t str, path: &str) -> Option<Found<'t>> {
    if let Some(path) = path.strip_prefix("..") {
        // Lines of JSON: a text is a list of one.
        return in_array(&[json.trim()], path);
    }
    container(json.trim_start_matches([' ', '\t', '\r', '\n']), path)
}

fn container<'t>(json: &'t str, path: &str) -> Option<Found<'t>> {
    match Kind::of(json) {
        Kind::Object => in_object(json, path),
        Kind::Array => {
            let values: Vec<&str> = entries(json).map(|(_, value)| value).collect();
            in_array(&values, path)
        }
        _ => None,
    }
}

fn in_object<'t>(json: &'t str, path: &str) -> Option<Found<'t>> {
    let part = key_part(path);
    let is_key = |raw: &str| matches(&part.pattern, &unquoted(raw));
    let mut values = entries(json).filter(|(key, _)| is_key(key)).map(|(_, value)| value);
    match part.after {
        After::Nothing => values.next().map(Cow::Borrowed),
        After::Pipe(path) => get(values.next()?, path),
        // A pattern goes on with the next key when there is nothing behind this one.
        After::More(path) => values.find_map(|value| container(value, path)),
    }
}

fn in_array<'t>(values: &[&'t str], path: &str) -> Option<Found<'t>> {
    let part = array_part(path);
    match part.place {
        Place::Where(query) => in_query(values, &query, part.after),
        Place::Every => every(values, part.after),
        Place::At(index) => {
            let value = *values.get(index?)?;
            match part.after {
                After::Nothing => Some(Cow::Borrowed(value)),
                After::Pipe(path) => get(value, path),
                After::More(path) => container(value, path),
            }
        }
    }
}

/// `#`: how many there are; `#.path`: what the path finds in each.
fn every<'t>(values: &[&'t str], after: After<'_>) -> Option<Found<'t>> {
    let count = || Cow::Owned(values.len().to_string());
    match after {
        After::Nothing => Some(count()),
        After::Pipe(path) => piped(count(), path),
        After::More(path) => {
            let (path, pipe) = split_pipe(path);
            let found: Vec<Found> = values.iter().filter_map(|value| get(value, path)).collect();
            then(list_of(&found), pipe)
        }
    }
}

fn list_of(values: &[Found<'_>]) -> Found<'static> {
    Cow::Owned(format!("[{}]", values.join(",")))
}

fn then<'t>(found: Found<'t>, pipe: Option<&str>) -> Option<Found<'t>> {
    match pipe {
        Some(path) => piped(found, path),
        None => Some(found),
    }
}

fn in_query<'t>(values: &[&'t str], query: &Query<'_>, after: After<'_>) -> Option<Found<'t>> {
    let is_wanted = |value: &&&'t str| {
        if Kind::of(value).is_container() {
            return query.accepts(get(value, query.path).as_deref());
        }
        query.path.is_empty() && query.accepts(Some(value))
    };
    let (path, pipe) = match after {
        After::Nothing => (None, None),
        After::Pipe(path) => (None, Some(path)),
        After::More(path) => {
            let (path, pipe) = split_pipe(path);
            (Some(path), pipe)
        }
    };
    let mut results = values.iter().filter(is_wanted).map(|value| match path {
        Some(path) => get(value, path),
        None => Some(Cow::Borrowed(*value)),
    });
    if query.is_for_all {
        let found: Vec<Found> = results.flatten().collect();
        return then(list_of(&found), pipe);
    }
    then(results.next().flatten()?, pipe)
}

/// Every value that a path finds anywhere within, from the outside in: for `@dig`.
pub(super) fn dig<'t>(json: &'t str, path: &str, found: &mut Vec<Found<'t>>) {
    let mut left = vec![json];
    while let Some(json) = left.pop() {
        found.extend(get(json, path));
        let values = entries(json).map(|(_, value)| value);
        let first = left.len();
        left.extend(values.filter(|value| Kind::of(value).is_container()));
        left[first..].reverse();
    }
}

#[cfg(test)]
#[path = "gjson_tests.rs"]
mod tests;
