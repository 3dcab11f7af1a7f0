//! `cargo xtask test`: everything that CI checks.
//!
//! Every step has a name and can be run alone: `cargo xtask test tidy clippy`. All steps run, also
//! after one has failed; the last line has the totals, and the exit code says whether anything
//! failed.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Result, bail};

use crate::build;
use crate::js_engine;
use crate::setup;
use crate::step::{Ended, Steps, Tests, cargo, counted, must};
use crate::tidy;

type Run = fn(&Path, &mut Tests) -> Result<Ended>;

/// All steps, in order.
const STEPS: [(&str, Run); 14] = [
    ("setup", setup_step),
    ("js-engine", js_engine_step),
    ("js-engine-tests", js_engine_tests),
    ("fmt", fmt),
    ("clippy", clippy),
    ("clippy-guests", clippy_guests),
    ("doc", doc),
    ("guests", guests),
    ("build", build_programs),
    ("tests", all_tests),
    ("http3", http3),
    ("doctests", doctests),
    ("tidy", tidy_step),
    ("deny", deny_step),
];

/// Runs all steps, or those that are named.
pub(crate) fn test(root: &Path, names: &[String]) -> Result<ExitCode> {
    for name in names {
        if !STEPS.iter().any(|(step, _)| step == name) {
            let known: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
            bail!("unknown step `{name}`; the steps are {}", known.join(", "));
        }
    }
    let mut steps = Steps::default();
    for (name, run) in STEPS {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            steps.run(name, |tests| run(root, tests));
        }
    }
    Ok(if steps.close() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn setup_step(root: &Path, _: &mut Tests) -> Result<Ended> {
    setup::setup(root)?;
    setup::k6(root);
    Ok(Ended::Passed)
}

/// The committed component belongs to the committed sources.
fn js_engine_step(root: &Path, _: &mut Tests) -> Result<Ended> {
    js_engine::check(root)?;
    Ok(Ended::Passed)
}

fn js_engine_tests(root: &Path, tests: &mut Tests) -> Result<Ended> {
    js_engine::test(root, tests)?;
    Ok(Ended::Passed)
}

fn fmt(root: &Path, _: &mut Tests) -> Result<Ended> {
    let folders = std::iter::once(root.to_owned()).chain(build::guest_folders(root));
    all(folders.map(|folder| cargo(&folder, &["fmt", "--all", "--check"])))
}

fn clippy(root: &Path, _: &mut Tests) -> Result<Ended> {
    must(cargo(root, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Ended::Passed)
}

fn clippy_guests(root: &Path, _: &mut Tests) -> Result<Ended> {
    // The SDK too: half of it is there for Wasm alone.
    let sdk = build::wasm_cargo(root, root, &["clippy", "--package", "squall-sdk"]);
    let folders = build::guest_folders(root);
    let guests =
        folders.iter().map(|folder| build::wasm_cargo(root, folder, &["clippy", "--workspace"]));
    all(std::iter::once(sdk).chain(guests).map(|mut command| {
        command.args(["--", "-D", "warnings"]);
        command
    }))
}

fn doc(root: &Path, _: &mut Tests) -> Result<Ended> {
    let mut command = cargo(root, &["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-Dwarnings");
    must(command)?;
    Ok(Ended::Passed)
}

fn guests(root: &Path, _: &mut Tests) -> Result<Ended> {
    build::guests(root)?;
    Ok(Ended::Passed)
}

/// The programs that black-box tests start. With the tests, so that both see the same features of
/// the dependencies and nothing is compiled twice.
fn build_programs(root: &Path, _: &mut Tests) -> Result<Ended> {
    must(cargo(root, &["build", "--workspace", "--bins", "--tests"]))?;
    Ok(Ended::Passed)
}

fn all_tests(root: &Path, tests: &mut Tests) -> Result<Ended> {
    let command = if has_subcommand(root, "nextest") {
        cargo(root, &["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        let kinds = ["--lib", "--bins", "--tests"];
        let mut command = cargo(root, &["test", "--workspace", "--no-fail-fast"]);
        command.args(kinds);
        command
    };
    counted(command, tests)?;
    Ok(Ended::Passed)
}

/// What only builds with HTTP/3 have: it is off in all others. For the whole workspace, since a
/// choice of crates would change the features of their dependencies, and build these once more.
fn http3(root: &Path, tests: &mut Tests) -> Result<Ended> {
    let both = "squall-cli/http3,squall-test-support/http3";
    let features = ["--workspace", "--features", both, "--test", "http3"];
    let mut lints = cargo(root, &["clippy", "--lib", "--bin", "squall"]);
    lints.args(features).args(["--", "-D", "warnings"]);
    must(lints)?;
    let run: &[&str] =
        if has_subcommand(root, "nextest") { &["nextest", "run"] } else { &["test"] };
    let mut command = cargo(root, run);
    command.args(features).arg("--no-fail-fast");
    counted(command, tests)?;
    Ok(Ended::Passed)
}

fn doctests(root: &Path, tests: &mut Tests) -> Result<Ended> {
    counted(cargo(root, &["test", "--workspace", "--doc", "--no-fail-fast"]), tests)?;
    Ok(Ended::Passed)
}

fn tidy_step(root: &Path, _: &mut Tests) -> Result<Ended> {
    tidy::check(root)?;
    Ok(Ended::Passed)
}

fn deny_step(root: &Path, _: &mut Tests) -> Result<Ended> {
    deny(root)
}

/// Licences, bans and sources of all dependencies. Advisories are left out: they need a download
/// each time.
pub(crate) fn deny(root: &Path) -> Result<Ended> {
    if !has_subcommand(root, "deny") {
        let reason = "cargo-deny is not installed; get it with `cargo install --locked cargo-deny`";
        crate::say::say(reason);
        return Ok(Ended::Skipped(reason.to_owned()));
    }
    must(cargo(root, &["deny", "check", "bans", "licenses", "sources"]))?;
    Ok(Ended::Passed)
}

/// Runs all commands, also after one has failed.
fn all(commands: impl Iterator<Item = Command>) -> Result<Ended> {
    let mut errors = Vec::new();
    for command in commands {
        if let Err(error) = must(command) {
            errors.push(format!("{error:#}"));
        }
    }
    if errors.is_empty() { Ok(Ended::Passed) } else { bail!("{}", errors.join("; ")) }
}

fn has_subcommand(root: &Path, name: &str) -> bool {
    let mut command = cargo(root, &[name, "--version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_names_are_unique_and_unknown_ones_are_refused() {
        let mut names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
        let error = test(Path::new("."), &["lint".to_owned()]).unwrap_err().to_string();
        assert!(
            error.contains(
                "unknown step `lint`; the steps are setup, js-engine, js-engine-tests, fmt"
            ),
            "{error}"
        );
    }
}
