//! How rules come together; the rules are tested beside their code.

use super::*;

fn finding(rule: &'static str, path: &str) -> Finding {
    Finding { path: path.to_owned(), line: 1, rule, text: String::new() }
}

#[test]
fn exceptions_excuse_only_what_they_name() {
    let findings =
        vec![finding("file", "a.rs"), finding("file", "b.rs"), finding("columns", "a.rs")];
    let left = without_exceptions(findings, &[("file", "a.rs", "a table")]);
    assert_eq!(left, [finding("file", "b.rs"), finding("columns", "a.rs")]);
}

#[test]
fn exceptions_that_nobody_needs_are_found() {
    let left = without_exceptions(Vec::new(), &[("file", "a.rs", "a table")]);
    assert!(left[0].text.contains("no longer needed"));
}

#[test]
fn rules_go_by_the_kind_of_file() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = [
        source("a.rs", "fn a() {}\n"),
        source("b.md", "[x](none.md)\n"),
        source("c.txt", "[x](none.md)\n"),
    ];
    let rules: Vec<(String, &str)> =
        findings(&sources, &[]).into_iter().map(|finding| (finding.path, finding.rule)).collect();
    assert_eq!(rules, [("a.rs".to_owned(), "header"), ("b.md".to_owned(), "links")]);
}
