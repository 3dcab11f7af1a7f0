//! What has to be there before anything is built: the Wasm target of the pinned toolchain.
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
