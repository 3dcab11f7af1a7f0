//! xtask: the one automation program of this repository. `cargo xtask` lists what it does.
//!
//! - `step`: runs programs and named steps, with times and totals
//! - `setup`: what has to be there before anything is built
//! - `build`: guests and programs
//! - `demo`: builds squall and runs `squall demo`
//! - `test`: everything that CI checks
//! - `fuzz`: fuzz targets under libFuzzer
//! - `tidy`: the house rules that no compiler checks
//! - `clock`: how long a step took
//! - `js_engine`: the committed component of the JavaScript engine
//! - `say`: what is printed
//!
//! Depends on the standard library and anyhow alone, so that it compiles in seconds. It installs
//! the Wasm target, k6 into the `target` folder, and for `js-engine` the C compiler; it touches
//! nothing outside of this repository but for these.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that fails may panic"))]

mod build;
mod clock;
mod demo;
mod fuzz;
mod js_engine;
mod say;
mod setup;
mod step;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use say::{say, say_error};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo             build squall, then ten seconds of load against a server on this machine
  test [STEP ...]  everything that CI checks, or only the named steps
  fuzz [TARGET ..] [--seconds N]
                   fuzz targets for 20 s each, led by coverage (needs a C++ compiler)
  tidy             house rules: sizes of files and functions, headers, links, words
  setup            install the Wasm target if it is missing
  guests           build examples/ and tests/guests/ for Wasm
  js-engine        build the JavaScript engine (needs clang for Wasm; the result is committed)
  compare [ARG ..] squall beside wrk and k6 on the same server (optimised build)
  deny             licences, bans and sources of dependencies, if cargo-deny is installed
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let root = root()?;
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    if !matches!(command, "test" | "compare" | "fuzz") && !rest.is_empty() {
        bail!("`{command}` takes no arguments, found `{}`\n\n{USAGE}", rest.join(" "));
    }
    match command {
        "demo" => demo::demo(&root)?,
        "test" => return test::test(&root, rest),
        "tidy" => return Ok(tidy::report(&root)),
        "fuzz" => fuzz::fuzz(&root, rest)?,
        "setup" => setup::setup(&root)?,
        "guests" => {
            setup::setup(&root)?;
            build::guests(&root)?;
        }
        "js-engine" => {
            setup::setup(&root)?;
            js_engine::build(&root)?;
        }
        "compare" => {
            setup::setup(&root)?;
            build::compare(&root, rest)?;
        }
        "deny" => {
            test::deny(&root)?;
        }
        "help" | "-h" | "--help" => say(USAGE.trim_end()),
        other => bail!("unknown command `{other}`\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of the workspace: two above this crate.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).context("this crate is not in host/xtask")?;
    Ok(root.to_owned())
}
