//! Fuzz targets: what holds for any text of a server, and any path, selector or field of a script.
//! See CONTRIBUTING.md.

use std::borrow::Cow;

use crate::html::{Axis, DOCUMENT, Document, SelectorList, Test, url_encoded};
use crate::json_path::{check, get};
use crate::{form, multipart};

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("forms", forms),
    ("html_pages", html_pages),
    ("json_paths", json_paths),
    ("json_texts", json_texts),
    ("multipart", multipart_forms),
];

/// Any bytes as JSON: every fault has a place in them, and what is JSON stays it.
pub fn json_texts(input: &[u8]) {
    let checked = check(input);
    #[cfg(test)]
    tests::agrees_with_serde(input, checked.is_ok());
    match (checked, std::str::from_utf8(input)) {
        (Err(fault), _) => {
            assert!(fault.describe(input).starts_with("cannot parse json"), "{fault:?}");
        }
        (Ok(()), Ok(text)) => {
            // A text in quotes, and back.
            let found = get(text, "@tostr|@fromstr");
            assert_eq!(found.as_deref(), Some(text.trim()));
            let there_and_back = get(text, "@reverse|@reverse");
            let once = get(text, "@reverse").and_then(|once| again(&once));
            assert_eq!(there_and_back.map(Cow::into_owned), once);
        }
        (Ok(()), Err(_)) => {}
    }
}

fn again(json: &str) -> Option<String> {
    get(json, "@reverse").map(Cow::into_owned)
}

/// The first line is a path in the rest: what it finds is JSON, and a text that is none does no
/// harm.
pub fn json_paths(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (path, json) = text.split_once('\n').unwrap_or((&text, ""));
    let found = get(json, path);
    if check(json.as_bytes()).is_err() {
        return;
    }
    if let Some(found) = &found {
        assert_eq!(check(found.as_bytes()), Ok(()), "{path} in {json}");
    }
    // A pipe to a whole text changes nothing.
    assert_eq!(get(json, "@this"), Some(Cow::Borrowed(json.trim())));
    if path.len() > 1 && !path.starts_with("..") {
        assert_eq!(get(json, &format!("@this|{path}")), found, "{path} in {json}");
    }
}

/// The first line is a CSS selector for the page that follows: what it finds is of the page, is
/// there once, and is what it says; what is written out can be read again.
pub fn html_pages(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (selector, page) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(document) = Document::parse(page) else { return };
    let all = document.find(&[DOCUMENT], &|_: &Document, _| true);
    let compile = |text: &str| -> Option<Test<'_>> {
        let text = text.to_owned();
        Some(Box::new(move |found| found.contains(&text)))
    };
    if let Some(list) = SelectorList::parse(selector, &compile) {
        let found = document.find(&[DOCUMENT], &list);
        assert!(found.iter().all(|id| all.contains(id)), "{selector}");
        assert_eq!(document.filter(&found, &list), found, "{selector}");
        let mut distinct = found.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), found.len(), "{selector}");
        for axis in [Axis::Children, Axis::NextAll, Axis::Parents, Axis::Siblings] {
            document.walk(&found, axis, Some(&list));
        }
        let _ = document.text(&found);
        is_form_text(&url_encoded(&document.form_values(&found)));
        if let Some(sent) = document.submission(&list, &list) {
            assert!(!sent.method.contains(char::is_lowercase) || !sent.method.is_ascii());
            is_form_text(&url_encoded(&sent.fields));
        }
    }
    let _ = Document::parse(&document.inner_html(DOCUMENT));
}

/// Lines are names and values in turn: they are read back as they were.
pub fn forms(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines: Vec<&str> = text.split('\n').collect();
    let pairs: Vec<(&str, &str)> =
        lines.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or_default())).collect();
    let encoded = form::encode(pairs.iter().copied());
    is_form_text(&encoded);
    let decoded = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let decoded: Vec<(String, String)> =
        decoded.map(|(name, value)| (decoded_part(name), decoded_part(value))).collect();
    let expected: Vec<(String, String)> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(decoded, expected);
}

fn is_form_text(text: &str) {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+%&=".contains(&byte);
    assert!(text.bytes().all(is_fine), "{text}");
}

/// The opposite of what `form` does, written for this test.
fn decoded_part(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(bytes.next()), digit(bytes.next())) {
                (Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => panic!("an escape is broken: {text}"),
            },
            byte => byte,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A name, a file's name and its type in a line each, its content behind them: what is sent has two
/// parts, each with a head of two lines at most, and the content as it was.
pub fn multipart_forms(input: &[u8]) {
    let mut pieces = input.splitn(4, |&byte| byte == b'\n');
    let mut text = || String::from_utf8_lossy(pieces.next().unwrap_or_default()).into_owned();
    let (name, filename, content_type) = (text(), text(), text());
    let data = pieces.next().unwrap_or_default();
    let mut form = multipart::Writer::new(|| 0x0123_4567_89ab_cdef);
    let content_type_of_all = form.content_type();
    let Some((_, boundary)) = content_type_of_all.split_once("boundary=") else {
        panic!("{content_type_of_all}")
    };
    let has_boundary = |bytes: &[u8]| bytes.windows(60).any(|part| part == boundary.as_bytes());
    if has_boundary(input) {
        return;
    }
    form.text(&name, &filename);
    form.file(&name, &filename, &content_type, data);
    let body = form.finish();
    let ends = [format!("--{boundary}--\r\n"), format!("--{boundary}\r\n")];
    let Some(body) = body.strip_suffix(ends[0].as_bytes()) else { panic!("it has no end") };
    let parts = split(body, ends[1].as_bytes());
    let [before, text, file] = parts[..] else { panic!("{} parts", parts.len()) };
    assert!(before.is_empty());
    assert!(split(text, b"\r\n\r\n").len() >= 2 && text.ends_with(b"\r\n"));
    let Some(end) = file.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        panic!("the file has no head")
    };
    let (head, content) = (&file[..end], &file[end + 4..]);
    assert_eq!(split(head, b"\r\n").len(), 2, "{}", head.escape_ascii());
    assert_eq!(content.strip_suffix(b"\r\n"), Some(data));
}

fn split<'b>(mut bytes: &'b [u8], at: &[u8]) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    while let Some(found) = bytes.windows(at.len()).position(|part| part == at) {
        parts.push(&bytes[..found]);
        bytes = &bytes[found + at.len()..];
    }
    parts.push(bytes);
    parts
}

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(super::TARGETS; forms, html_pages, json_paths, json_texts, multipart);

    /// Skips over values without judging what numbers and texts mean, as Go does.
    pub(super) fn agrees_with_serde(input: &[u8], is_json: bool) {
        let theirs = serde_json::from_slice::<serde::de::IgnoredAny>(input);
        assert_eq!(is_json, theirs.is_ok(), "{theirs:?}");
    }
}
