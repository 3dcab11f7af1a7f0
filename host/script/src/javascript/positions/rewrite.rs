//! Finds `NAME:LINE:COLUMN` in a text, such as a stack trace, and puts the original in its place.

use std::fmt::Write as _;

use super::Position;

/// Replaces the positions in modules that `lookup` knows. It gets a name and a line and column from
/// 0; all else in the text stays as it is.
///
/// `names` are the modules that have a map.
pub(in crate::javascript) fn rewrite<'m>(
    text: &str,
    names: &[&str],
    lookup: impl Fn(&str, u32, Option<u32>) -> Option<Position<'m>>,
) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = next_name(rest) {
        let (before, from_name) = rest.split_at(at);
        result.push_str(before);
        // The longest: one name may be the beginning of another.
        let found = names
            .iter()
            .filter_map(|name| place(from_name, name).map(|place| (*name, place)))
            .max_by_key(|(name, _)| name.len());
        let Some((name, place)) = found else {
            let (first, behind) = from_name.split_at(1);
            result.push_str(first);
            rest = behind;
            continue;
        };
        let (spot, behind) = from_name.split_at(place.length);
        let column = place.column.map(|column| column.saturating_sub(1));
        match lookup(name, place.line.saturating_sub(1), column) {
            Some(original) => push(&mut result, name, &original, column.is_some()),
            None => result.push_str(spot),
        }
        rest = behind;
    }
    result.push_str(rest);
    result
}

/// Where the next name may begin.
fn next_name(text: &str) -> Option<usize> {
    let file = text.find("file:///");
    let remote = text.find("https://");
    file.into_iter().chain(remote).min()
}

struct Place {
    /// From 1, as in the text.
    line: u32,
    column: Option<u32>,
    /// Of all of it.
    length: usize,
}

/// Reads `NAME:LINE:COLUMN` or `NAME:LINE`.
fn place(text: &str, name: &str) -> Option<Place> {
    let behind_name = text.strip_prefix(name)?;
    let (line, behind_line) = number(behind_name)?;
    let (column, behind) = match number(behind_line) {
        Some((column, behind)) => (Some(column), behind),
        None => (None, behind_line),
    };
    Some(Place { line, column, length: text.len() - behind.len() })
}

/// Reads `:123`.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.strip_prefix(':')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, behind) = digits.split_at(end);
    Some((number.parse().ok()?, behind))
}

fn push(result: &mut String, name: &str, original: &Position<'_>, with_column: bool) {
    result.push_str(original.source.unwrap_or(name));
    // Writing to a string does not fail.
    let _ = write!(result, ":{}", u64::from(original.line) + 1);
    if with_column {
        let _ = write!(result, ":{}", u64::from(original.column) + 1);
    }
}
