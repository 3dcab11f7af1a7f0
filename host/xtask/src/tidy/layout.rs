//! Rules for the repository as a whole: shared lints in every crate, every example presented.

use super::{Finding, Source};

/// Every crate takes its lints from its workspace.
pub(super) fn lints(sources: &[Source]) -> Vec<Finding> {
    let manifests = sources.iter().filter(|source| is_manifest(&source.path));
    manifests
        .filter(|source| has_table(&source.text, "package") && !shares_lints(&source.text))
        .map(|source| Finding {
            path: source.path.clone(),
            line: 1,
            rule: "lints",
            text: "expected `[lints]` with `workspace = true`".to_owned(),
        })
        .collect()
}

fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

fn has_table(manifest: &str, name: &str) -> bool {
    manifest.lines().any(|line| line.trim() == format!("[{name}]"))
}

fn shares_lints(manifest: &str) -> bool {
    let mut table = "";
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line;
        }
        let setting = line.replace(' ', "");
        if matches!(
            (table, setting.as_str()),
            ("[lints]", "workspace=true") | ("[package]", "lints.workspace=true")
        ) {
            return true;
        }
    }
    false
}

/// Every folder of examples/ is named where people look for examples.
pub(super) fn examples(sources: &[Source]) -> Vec<Finding> {
    let pages: Vec<&str> = sources
        .iter()
        .filter(|source| source.path == "README.md" || source.path == "examples/README.md")
        .map(|source| source.text.as_str())
        .collect();
    let mut findings = Vec::new();
    for source in sources {
        let Some(folder) = source
            .path
            .strip_prefix("examples/")
            .and_then(|path| path.strip_suffix("/Cargo.toml"))
            .filter(|folder| !folder.contains('/'))
        else {
            continue;
        };
        if !pages.iter().any(|page| names(page, folder)) {
            findings.push(Finding {
                path: source.path.clone(),
                line: 1,
                rule: "examples",
                text: format!("`{folder}` is named neither in README.md nor in examples/README.md"),
            });
        }
    }
    findings
}

/// True when the page has the name as a whole word.
fn names(page: &str, name: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    page.match_indices(name).any(|(at, _)| {
        let before = page[..at].chars().next_back();
        let after = page[at + name.len()..].chars().next();
        before.is_none_or(|c| !goes_on(c)) && after.is_none_or(|c| !goes_on(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn every_crate_shares_the_lints() {
        let found = |text: &str| lints(&[source("host/a/Cargo.toml", text)]).len();
        assert_eq!(found("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"), 0);
        assert_eq!(found("[package]\nlints.workspace = true\n"), 0);
        assert_eq!(found("[package]\nname = \"a\"\n"), 1);
        assert_eq!(found("[package]\n[lints]\n[dependencies]\nworkspace = true\n"), 1);
        assert_eq!(found("[workspace]\nmembers = []\n"), 0, "a workspace is no crate");
        assert!(lints(&[source("NotCargo.toml", "[package]\n")]).is_empty());
    }

    #[test]
    fn every_example_is_presented() {
        let with = |page: &str| {
            let example = source("examples/http-get/Cargo.toml", "");
            let deeper = source("examples/http-get/inner/Cargo.toml", "");
            examples(&[
                source("README.md", page),
                example,
                deeper,
                source("examples/Cargo.toml", ""),
            ])
            .len()
        };
        assert_eq!(with("see [http-get](examples/http-get)"), 0);
        assert_eq!(with("see http-get-more and xhttp-get"), 1);
        assert_eq!(with(""), 1);
    }
}
