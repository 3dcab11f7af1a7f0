//! `cargo xtask fuzz`: libFuzzer over the fuzz targets, on the compiler that everything else is
//! built with. Coverage is a pass of LLVM, which needs no nightly compiler; address checks would,
//! and are left out, since the code that is fuzzed has no `unsafe` of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::say::say;
use crate::step::{cargo, must};

/// Where the program is, and what it finds.
const FOLDER: &str = "tests/fuzz/libfuzzer";
const TARGET_DIR: &str = "target/fuzz";

/// How long each target runs, unless said otherwise.
const SECONDS: u32 = 20;

/// What makes LLVM count which way the program goes, as libFuzzer wants it.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cdebug-assertions -Ccodegen-units=1";

/// `[TARGET ...] [--seconds N]`.
pub(crate) fn fuzz(root: &Path, arguments: &[String]) -> Result<()> {
    let (mut wanted, mut seconds) = (Vec::new(), SECONDS);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            let number = rest.next().and_then(|number| number.parse().ok());
            seconds = number.context("--seconds needs a whole number, such as `--seconds 60`")?;
        } else {
            wanted.push(argument.as_str());
        }
    }
    let program = build(root)?;
    let corpus = root.join(TARGET_DIR).join("corpus");
    let mut seeds = Command::new(&program);
    seeds.env("SQUALL_FUZZ_SEEDS", &corpus);
    must(seeds)?;
    let known = names(&corpus)?;
    if let Some(unknown) = wanted.iter().find(|name| !known.iter().any(|known| known == *name)) {
        bail!("unknown target `{unknown}`; the targets are {}", known.join(", "));
    }
    for name in known.iter().filter(|name| wanted.is_empty() || wanted.contains(&name.as_str())) {
        say(&format!("fuzzing {name} for {seconds} s"));
        let mut command = Command::new(&program);
        command.env("SQUALL_FUZZ_TARGET", name).arg(corpus.join(name));
        command.arg(format!("-max_total_time={seconds}")).arg("-max_len=4096");
        // An input that takes this long, or this much memory, is a finding.
        command.args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]);
        command.arg(format!("-artifact_prefix={}/", root.join(TARGET_DIR).display()));
        must(command).with_context(|| {
            format!("{name} fails; make the input that is named above a seed of the target")
        })?;
    }
    Ok(())
}

fn build(root: &Path) -> Result<PathBuf> {
    let host = host_triple()?;
    let mut command = cargo(&root.join(FOLDER), &["build", "--release", "--target", &host]);
    // For the target alone: build scripts and macros are no part of it.
    command.env("RUSTFLAGS", FLAGS).arg("--target-dir").arg(root.join(TARGET_DIR));
    must(command)?;
    Ok(root.join(TARGET_DIR).join(host).join("release/squall-libfuzzer"))
}

fn host_triple() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc cannot be started")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what machine it is for")
}

/// The targets, by the folders of their seeds.
fn names(corpus: &Path) -> Result<Vec<String>> {
    let folders = std::fs::read_dir(corpus).context("the seeds are not there")?;
    let mut names: Vec<String> =
        folders.filter_map(|folder| folder.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}
