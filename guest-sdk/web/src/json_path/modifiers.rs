//! Modifiers in gjson paths: `@reverse`, `@keys`, `@flatten:{"deep":true}` and so on.

use std::borrow::Cow;

use super::check::check;
use super::gjson::{Found, dig, get};
use super::path::quote_end;
use super::walk::{Kind, entries, quoted, unquoted, value_end};

const NAMES: [&str; 13] = [
    "pretty", "ugly", "reverse", "this", "flatten", "join", "valid", "keys", "values", "tostr",
    "fromstr", "group", "dig",
];

pub(super) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Applies the modifier at the start of a path. Gives its result, which may be nothing, and the
/// rest of the path; nothing at all when there is no such modifier.
pub(super) fn apply<'t, 'p>(json: &'t str, path: &'p str) -> Option<(Option<Found<'t>>, &'p str)> {
    let after = &path[1..];
    let end = after.find([':', '.', '|', '{', '[', '(']).unwrap_or(after.len());
    let (name, rest) = after.split_at(end);
    if !is_known(name) {
        return None;
    }
    let (argument, rest) = rest.strip_prefix(':').map_or(("", rest), split_argument);
    Some((run(json.trim(), name, argument), rest))
}

/// The argument of a modifier, and the rest of the path.
fn split_argument(text: &str) -> (&str, &str) {
    let end = match text.as_bytes().first() {
        Some(b'{' | b'[') => value_end(text.as_bytes(), 0),
        Some(b'"') => (quote_end(text.as_bytes(), 0) + 1).min(text.len()),
        _ => text.find('|').unwrap_or(text.len()),
    };
    text.split_at(end)
}

fn run<'t>(json: &'t str, name: &str, argument: &str) -> Option<Found<'t>> {
    let is_on = |option: &str| get(argument, option).is_some_and(|value| value == "true");
    let kind = Kind::of(json);
    Some(match name {
        "reverse" if kind.is_container() => Cow::Owned(reversed(json, kind)),
        "flatten" if kind == Kind::Array => Cow::Owned(flattened(json, is_on("deep"))),
        "join" if kind == Kind::Array => Cow::Owned(joined(json, is_on("preserve"))),
        "keys" => Cow::Owned(keys(json, kind)),
        "values" if kind == Kind::Object => {
            list(&entries(json).map(|(_, value)| value).collect::<Vec<_>>())
        }
        "values" if kind != Kind::Array => Cow::Owned(format!("[{json}]")),
        "tostr" => Cow::Owned(quoted(json)),
        "fromstr" => {
            let text = unquoted(json);
            check(text.as_bytes()).ok()?;
            Cow::Owned(text.into_owned())
        }
        "group" if kind == Kind::Object => Cow::Owned(grouped(json)),
        "group" => return None,
        "dig" => {
            let mut found = Vec::new();
            dig(json, &unquoted(argument), &mut found);
            list(&found)
        }
        // The others change how a text looks, or are for what others do not apply to.
        _ => Cow::Borrowed(json),
    })
}

fn list<'t, T: AsRef<str>>(values: &[T]) -> Found<'t> {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    Cow::Owned(format!("[{}]", values.join(",")))
}

fn object(members: &[(&str, &str)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn reversed(json: &str, kind: Kind) -> String {
    let mut all: Vec<(&str, &str)> = entries(json).collect();
    all.reverse();
    match kind {
        Kind::Object => object(&all),
        _ => list(&all.into_iter().map(|(_, value)| value).collect::<Vec<_>>()).into_owned(),
    }
}

/// Lists in the list become part of it; with `deep` also those in them.
fn flattened(json: &str, is_deep: bool) -> String {
    let mut parts = Vec::new();
    let mut open = vec![entries(json)];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            None => drop(open.pop()),
            Some((_, value)) if Kind::of(value) == Kind::Array && (is_deep || open.len() == 1) => {
                open.push(entries(value));
            }
            Some((_, value)) => parts.push(value),
        }
    }
    list(&parts).into_owned()
}

/// Objects in the list become one; of two values of a key the last counts, unless all are kept.
fn joined(json: &str, keeps_all: bool) -> String {
    let mut members: Vec<(&str, &str)> = Vec::new();
    let objects = entries(json).filter(|(_, value)| Kind::of(value) == Kind::Object);
    for (key, value) in objects.flat_map(|(_, object)| entries(object)) {
        match members.iter_mut().find(|(known, _)| !keeps_all && *known == key) {
            Some((_, known)) => *known = value,
            None => members.push((key, value)),
        }
    }
    object(&members)
}

fn keys(json: &str, kind: Kind) -> String {
    match kind {
        Kind::Object => list(&entries(json).map(|(key, _)| key).collect::<Vec<_>>()).into_owned(),
        Kind::Array => list(&entries(json).map(|_| "null").collect::<Vec<_>>()).into_owned(),
        _ => "[null]".to_owned(),
    }
}

/// `{"id":[1,2],"name":["a","b"]}` as `[{"id":1,"name":"a"},{"id":2,"name":"b"}]`.
fn grouped(json: &str) -> String {
    let mut rows: Vec<Vec<(&str, &str)>> = Vec::new();
    for (key, values) in entries(json).filter(|(_, value)| Kind::of(value) == Kind::Array) {
        for (index, (_, value)) in entries(values).enumerate() {
            if rows.len() == index {
                rows.push(Vec::new());
            }
            rows[index].push((key, value));
        }
    }
    list(&rows.iter().map(|row| object(row)).collect::<Vec<_>>()).into_owned()
}
