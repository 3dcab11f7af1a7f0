//! Targets for fuzzing: see `tests/fuzz`.

use crate::html::{Axis, DOCUMENT, Document, SelectorList, Target as _, url_encoded};
use crate::{form, json_path};

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
    squall_fuzz::short_runs!(super::TARGETS; json_paths, html_pages, forms);
}
