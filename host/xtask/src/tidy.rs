//! House rules that no compiler checks, over every file that git tracks or would track.
//!
//! - `rust`: sizes of lines, functions and files, headers
//! - `text`: words that must not be there, links that must lead somewhere
//! - `layout`: every crate has the shared lints, every example is presented
//! - `mask`: Rust source with strings and comments blanked out
//!
//! Rules are pure functions from a path and a text to findings. Exceptions are named below with
//! their reason; one that is no longer needed is a finding itself.

mod layout;
mod mask;
mod rust;
mod text;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::say::{say, say_error};

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// From the root of the repository.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: usize,
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// What was found, what is expected.
    pub(crate) text: String,
}

/// A file of the repository that is text.
pub(crate) struct Source {
    /// From the root of the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Rule, file, reason. For tables and the like, where the rule would make things worse.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// Checks everything and prints what is wrong.
pub(crate) fn report(root: &Path) -> ExitCode {
    match check(root) {
        Ok(files) => {
            say(&format!("tidy: {files} files, nothing to say"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Checks everything; prints findings and fails when there are any. Returns how many files it read.
pub(crate) fn check(root: &Path) -> Result<usize> {
    let paths = tracked(root)?;
    let sources = read(root, &paths)?;
    let findings = without_exceptions(findings(&sources, &paths), &EXCEPTIONS);
    for finding in &findings {
        let Finding { path, line, rule, text } = finding;
        say(&format!("{path}:{line}: {rule}: {text}"));
    }
    if !findings.is_empty() {
        bail!("{} house rules are broken", findings.len());
    }
    Ok(sources.len())
}

fn findings(sources: &[Source], paths: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let extension = Path::new(&source.path).extension().and_then(|name| name.to_str());
        match extension {
            Some("rs") => findings.extend(rust::check(source)),
            Some("md") => findings.extend(text::links(source, paths)),
            _ => {}
        }
        findings.extend(text::words(source));
    }
    findings.extend(layout::lints(sources));
    findings.extend(layout::examples(sources));
    findings.sort();
    findings
}

fn without_exceptions(
    findings: Vec<Finding>,
    exceptions: &[(&'static str, &str, &str)],
) -> Vec<Finding> {
    let covers = |exception: &(&str, &str, &str), finding: &Finding| {
        exception.0 == finding.rule && exception.1 == finding.path
    };
    let (excused, mut left): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| exceptions.iter().any(|exception| covers(exception, finding)));
    for exception in exceptions {
        if !excused.iter().any(|finding| covers(exception, finding)) {
            left.push(Finding {
                path: exception.1.to_owned(),
                line: 1,
                rule: exception.0,
                text: "the exception is no longer needed; remove it from host/xtask/src/tidy.rs"
                    .to_owned(),
            });
        }
    }
    left
}

/// All files that git tracks, and those that it would track.
fn tracked(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .context("git cannot be started; tidy checks the files that git knows")?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("`git ls-files` failed: {}", reason.trim());
    }
    let listing = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut paths: Vec<String> =
        listing.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    // Removed in the working tree but still in the index.
    paths.retain(|path| root.join(path).is_file());
    Ok(paths)
}

/// Those of the files that are text.
fn read(root: &Path, paths: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        let bytes = fs::read(root.join(path)).with_context(|| format!("{path} cannot be read"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path: path.clone(), text });
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests;
