//! Targets for fuzzing: see `tests/fuzz`.

use crate::html::{Axis, DOCUMENT, Document, SelectorList, Target as _, url_encoded};
use crate::{form, json_path, multipart};

/// Name, body, seeds.
#[expect(clippy::type_complexity, reason = "it is what all crates with targets agree on")]
pub const TARGETS: &[(&str, fn(&[u8]), &[&[u8]])] = &[
    (
        "json_paths",
        json_paths,
        &[
            b"orders.#(open==true).id\n{\"orders\": [{\"id\": 7, \"open\": true}, {\"id\": [8]}]}",
            b"a.b|@reverse|0.#.c\\.d\n{\"a\": {\"b\": [[{\"c.d\": 1e9}], \"\\u00fc\\n\", nul\
              l, -0.5]}}",
            b"#(name%\"J*\")#.{name,age,\"x\":1}\n[{\"name\": \"Jo\", \"age\": 3}, {\"name\"\
              : \"Al\"}]",
            b"@pretty:{\"indent\":\"\\t\"}|@ugly|@this|@flatten\n[1,[2,[3]],{}]",
        ],
    ),
    (
        "html_pages",
        html_pages,
        &[
            b"ul > li.b:nth-child(2n+1), a[href^='/x' i]\n<ul><li>One<li class=b>Two</ul><a \
              href=/x>y",
            b"form#f input:not([type=submit])\n<form id=f method=post action=/go><input name\
              =a value=1>\
              <select name=s><option selected>2</select><textarea name=t>3</textarea>\
              <input type=submit name=go value=Go></form>",
            b"div p:first-child ~ p + b:has(i), :contains('x')\n<!doctype html><div><p>a<p>b\
              <b><i>c</div>\
              <svg><path d='M0'/></svg><table><tr><td>&amp;&#x41;&nbsp;<script>if (a<b) {}</\
              script>",
        ],
    ),
    ("forms", forms, &[b"a b\n1&2=3\n\xC3\xBC\n*-._~/", b"name\nvalue"]),
    (
        "multipart_forms",
        multipart_forms,
        &[
            b"text\nphoto.jpg\nimage/jpeg\n\xff\xd8\r\n--0\r\n",
            b"n\"\r; x=y\na\\b\r\n\n\n--\r\n\r\n",
        ],
    ),
];

/// A path in the first line, a text behind it: what is found is JSON.
pub fn json_paths(input: &[u8]) {
    let (path, text) = first_line(input);
    match json_path::check(text.as_bytes()) {
        Ok(()) => {
            if let Some(found) = json_path::get(&text, &path) {
                assert!(json_path::check(found.as_bytes()).is_ok(), "{found}");
            }
        }
        Err(fault) => assert!(fault.describe(text.as_bytes()).starts_with("cannot parse json")),
    }
}

/// A selector in the first line, a page behind it: what is found is what was looked for, and every
/// way through the page comes to an end.
pub fn html_pages(input: &[u8]) {
    let (selector, text) = first_line(input);
    let Ok(page) = Document::parse(&text) else { return };
    let everything = |_: &Document, _| true;
    let all = page.find(&[DOCUMENT], &everything);
    if let Some(selector) = SelectorList::parse(&selector, &|_| None) {
        for found in page.find(&[DOCUMENT], &selector) {
            assert!(selector.holds(&page, found) && all.contains(&found));
        }
        if let Some(submission) = page.submission(&selector, &selector) {
            assert!(url_encoded(&submission.fields).is_ascii());
        }
    }
    for axis in ["children", "contents", "nextAll", "prevAll", "parents", "siblings"] {
        let axis = Axis::of(axis).expect("these names are known");
        let found = page.walk(&all, axis, None);
        let distinct: std::collections::BTreeSet<_> = found.iter().collect();
        assert_eq!(distinct.len(), found.len(), "a node is found once");
    }
    assert!(Document::parse(&page.inner_html(DOCUMENT)).is_ok());
}

/// Names and values in turn, one a line: what is sent is read back as it was.
pub fn forms(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines: Vec<&str> = text.split('\n').collect();
    let pairs: Vec<(&str, &str)> = lines.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let sent = form::encode(pairs.iter().copied());
    assert!(sent.is_ascii());
    let read = sent.split('&').filter(|_| !pairs.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').expect("every pair has a sign");
        (decoded(name), decoded(value))
    });
    let wanted = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    assert!(read.eq(wanted), "{sent}");
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

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(), digit()) {
                (Some(high), Some(low)) => (high << 4 | low) as u8,
                _ => panic!("a percent sign without digits in {text}"),
            },
            other => other,
        });
    }
    String::from_utf8(bytes).expect("what was text is text")
}

fn first_line(input: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(input);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    (first.to_owned(), rest.to_owned())
}

#[cfg(test)]
mod tests {
    squall_fuzz::short_runs!(super::TARGETS; json_paths, html_pages, forms, multipart_forms);
}
