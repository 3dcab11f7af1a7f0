//! Rules for every text: words that must not be there, and links that must lead somewhere.

use std::path::{Component, Path};

use super::{Finding, Source};

/// What must not be there, and why. In pieces, so that this file does not accuse itself.
const WORDS: [(&str, &str); 3] = [
    (concat!("to", "do!("), "unfinished code"),
    (concat!("FIX", "ME"), "say what is wrong where it is tracked, or mend it"),
    (concat!("db", "g!("), "left from debugging"),
];

/// Folders of somebody's machine.
const FOLDERS: [&str; 3] = [concat!("/ro", "ot"), concat!("/ho", "me/"), concat!("/wo", "rk")];

/// Finds words and absolute paths that must not be there.
pub(super) fn words(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let mut found = |text: String| {
            let path = source.path.clone();
            findings.push(Finding { path, line: index + 1, rule: "words", text });
        };
        for (word, reason) in WORDS {
            if line.contains(word) {
                found(format!("`{word}`: {reason}"));
            }
        }
        for folder in FOLDERS {
            if names_folder(line, folder) {
                found(format!("`{folder}`: a path of one machine"));
            }
        }
    }
    findings
}

/// True when the line has the folder as the beginning of an absolute path.
fn names_folder(line: &str, folder: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '>');
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        let ends = folder.ends_with('/') || after.is_none_or(|c| c == '/' || !goes_on(c));
        before.is_none_or(|c| !goes_on(c)) && ends
    })
}

/// Finds links of a Markdown file to files that are not there.
pub(super) fn links(source: &Source, paths: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_code = false;
    for (index, line) in source.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for target in targets(line) {
            if !leads_somewhere(&source.path, target, paths) {
                findings.push(Finding {
                    path: source.path.clone(),
                    line: index + 1,
                    rule: "links",
                    text: format!("`{target}` is not in the repository"),
                });
            }
        }
    }
    findings
}

/// The `target`s of `[text](target)` in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(at, _)| {
        let rest = &line[at + 2..];
        let end = rest.find(')')?;
        rest[..end].split_whitespace().next()
    })
}

fn leads_somewhere(from: &str, target: &str, paths: &[String]) -> bool {
    let target = target.trim_start_matches('<').trim_end_matches('>');
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
    if is_elsewhere || target.starts_with('#') {
        return true;
    }
    let target = target.split('#').next().unwrap_or(target);
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    let Some(target) = normal(&folder.join(target)) else { return false };
    let below = format!("{target}/");
    target.is_empty() || paths.iter().any(|path| *path == target || path.starts_with(&below))
}

/// The path without `.` and `..`; none when it leaves the repository.
fn normal(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn words_are_found_with_their_line() {
        let text = format!("fine\nlet x = {}1);\n// {}: later\n", WORDS[2].0, WORDS[1].0);
        let lines: Vec<usize> =
            words(&source("a.rs", &text)).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn folders_of_a_machine_are_told_from_parts_of_paths() {
        let [superuser, home, work] = FOLDERS;
        for line in [
            format!("open {superuser}/x"),
            format!("`{work}`"),
            format!("cd {home}me"),
            format!("{work}/main"),
        ] {
            assert!(!words(&source("a.md", &line)).is_empty(), "{line}");
        }
        for line in [
            format!("host{superuser}/x"),
            format!("{work}er.rs"),
            format!("engine{work}/x"),
            format!("{superuser}_group"),
            format!("https://example.com{home}me"),
            format!("{{base}}{work}"),
        ] {
            assert!(words(&source("a.md", &line)).is_empty(), "{line}");
        }
    }

    #[test]
    fn links_must_lead_somewhere() {
        let paths =
            ["README.md", "docs/README.md", "docs/a b.md", "wit/http.wit"].map(str::to_owned);
        let broken = |from: &str, text: &str| links(&source(from, text), &paths).len();
        assert_eq!(broken("README.md", "[a](docs/README.md) [b](wit) [c](./wit/http.wit#send)"), 0);
        assert_eq!(broken("docs/README.md", "[a](../README.md) [b](..) [c](#here)"), 0);
        assert_eq!(broken("README.md", "[a](https://example.com/x) [b](mailto:a@example.com)"), 0);
        assert_eq!(broken("README.md", "[a](docs/none.md) and [b](wit/htt)"), 2);
        assert_eq!(broken("README.md", "[a](../outside.md) [b](/absolute.md)"), 2);
        assert_eq!(broken("README.md", "```\n[a](none.md)\n```\n[b](none.md)"), 1);
    }
}
