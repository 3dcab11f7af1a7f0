//! Builds guests and programs, each with the profile that its users need.
//!
//! Guests are always optimised: their size and speed are part of what is measured. Programs for the
//! demo and the tests use the dev profile, so that nothing is compiled twice.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::say::say;
use crate::setup::WASM_TARGET;
use crate::step::{cargo, must};

/// Workspaces of guests, and the folder that their builds share.
pub(crate) const GUESTS: [&str; 2] = ["examples", "tests/guests"];
pub(crate) const GUEST_TARGET_DIR: &str = "target/wasm";

/// Those workspaces of guests that are there.
pub(crate) fn guest_manifests(root: &Path) -> Vec<String> {
    let manifests = GUESTS.iter().map(|folder| format!("{folder}/Cargo.toml"));
    manifests.filter(|manifest| root.join(manifest).is_file()).collect()
}

/// Builds all guests for Wasm.
pub(crate) fn guests(root: &Path) -> Result<()> {
    for manifest in guest_manifests(root) {
        let mut command = cargo(root, &["build", "--release", "--target", WASM_TARGET]);
        command.args(["--manifest-path", &manifest, "--target-dir", GUEST_TARGET_DIR]);
        must(command)?;
    }
    Ok(())
}

/// Builds one example for Wasm.
pub(crate) fn example(root: &Path, package: &str) -> Result<PathBuf> {
    let mut command = cargo(root, &["build", "--release", "--target", WASM_TARGET]);
    command.args(["--manifest-path", "examples/Cargo.toml", "--package", package]);
    command.args(["--target-dir", GUEST_TARGET_DIR]);
    must(command)?;
    let folder = root.join(GUEST_TARGET_DIR).join(WASM_TARGET).join("release");
    let path = folder.join(package.replace('-', "_")).with_extension("wasm");
    if !path.is_file() {
        bail!("the example {package} was built but {} is not there", path.display());
    }
    Ok(path)
}

/// Folder of the programs that the dev profile makes.
pub(crate) fn programs_dir(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    root.join(target).join("debug")
}

/// Builds squall, optimised, and hands everything else to the program that compares.
pub(crate) fn compare(root: &Path, arguments: &[String]) -> Result<()> {
    guests(root)?;
    must(cargo(root, &["build", "--release", "--package", "squall-cli"]))?;
    say("comparing; peers that are not installed are named as missing");
    let program = ["run", "--release", "--package", "squall-benches", "--bin", "compare", "--"];
    let mut command = cargo(root, &program);
    command.args(arguments);
    must(command)
}
