//! `cargo xtask fuzz`: libFuzzer, led by coverage, on the toolchain that everything is built with.
//!
//! cargo-fuzz wants a nightly compiler for its sanitizers alone; what libFuzzer needs to see where
//! an input leads are passes of LLVM, which every compiler has. Memory errors are for Miri and for
//! the rule about `unsafe`; what is looked for here are panics, broken promises, overflows, inputs
//! that take too long or too much memory.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::say::say;
use crate::step::{cargo, must};

const RUNNER: &str = "tests/fuzz/runner";
const SEEDS: &str = "tests/fuzz/seeds";
const TARGET_DIR: &str = "target/fuzz";

/// Only this one is tried: the runner is linked with GNU's C++ library.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Not `--release`: checks for overflow are on.
const RUST_FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// For each target, unless `--seconds` says otherwise.
const SECONDS_DEFAULT: u64 = 20;

/// An input that takes longer is a finding.
const INPUT_SECONDS_MAX: u64 = 10;

/// A target of a test, which is none of a parser.
const SELF_TEST: &str = "self_test";

/// Which targets, for how long each.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    names: Vec<String>,
    seconds: u64,
}

/// Builds the runner and runs all targets, or those that are named, one after the other.
pub(crate) fn fuzz(root: &Path, arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments, &targets(root)?)?;
    let mut build = cargo(&root.join(RUNNER), &["build", "--target", TRIPLE]);
    build.env("RUSTFLAGS", RUST_FLAGS).env("CARGO_TARGET_DIR", root.join(TARGET_DIR));
    must(build)?;
    let mut failed = Vec::new();
    for name in &wanted.names {
        let command = runner(root, name, wanted.seconds)?;
        if let Err(error) = must(command) {
            say(&format!("{error:#}"));
            failed.push(name.as_str());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "inputs were found for {}: they are in {TARGET_DIR}/found. Repair what they show, keep \
         each in {SEEDS}/NAME under a name that says what it is, and see that it holds with \
         `cargo nextest run --workspace fuzz`",
        failed.join(", ")
    );
}

/// libFuzzer for one target: new inputs that lead somewhere go to the corpus, and stay there for
/// the next time; those that fail go to the folder of what was found.
fn runner(root: &Path, name: &str, seconds: u64) -> Result<Command> {
    let target_dir = root.join(TARGET_DIR);
    let (corpus, found) = (target_dir.join("corpus").join(name), target_dir.join("found"));
    for folder in [&corpus, &found] {
        let reason = || format!("{} cannot be made", folder.display());
        std::fs::create_dir_all(folder).with_context(reason)?;
    }
    let mut command = Command::new(target_dir.join(TRIPLE).join("debug/squall-fuzz-runner"));
    command
        .env("SQUALL_FUZZ_TARGET", name)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg("-rss_limit_mb=2048")
        .arg(format!("-artifact_prefix={}/{name}-", found.display()))
        .args(["-verbosity=1", "-print_final_stats=1"])
        .arg(corpus)
        .arg(root.join(SEEDS).join(name));
    Ok(command)
}

/// All targets: each has a folder of seeds, which the tests see to.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join(SEEDS);
    let entries = std::fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| name != SELF_TEST);
    names.sort();
    Ok(names)
}

fn wanted(arguments: &[String], known: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted { names: Vec::new(), seconds: SECONDS_DEFAULT };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let text = arguments.next().context("`--seconds` needs a number: `--seconds 60`")?;
            wanted.seconds =
                text.parse().ok().filter(|seconds| *seconds > 0).with_context(|| {
                    format!("`--seconds {text}`: expected a number of seconds above 0")
                })?;
        } else if known.contains(argument) {
            wanted.names.push(argument.clone());
        } else {
            bail!("unknown fuzz target `{argument}`; the targets are {}", known.join(", "));
        }
    }
    if wanted.names.is_empty() {
        wanted.names = known.to_vec();
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Wanted> {
        let owned =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        wanted(&owned(arguments), &owned(&["cookies", "urls"]))
    }

    #[test]
    fn all_targets_or_those_that_are_named() {
        let all = read(&[]).unwrap();
        assert_eq!((all.names.len(), all.seconds), (2, SECONDS_DEFAULT));
        let one = read(&["--seconds", "5", "urls"]).unwrap();
        assert_eq!(one, Wanted { names: vec!["urls".to_owned()], seconds: 5 });
        for bad in [&["url"][..], &["--seconds"], &["--seconds", "0"], &["--seconds", "1m"]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        let error = read(&["url"]).unwrap_err().to_string();
        assert_eq!(error, "unknown fuzz target `url`; the targets are cookies, urls");
    }
}
