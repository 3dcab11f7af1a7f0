//! Builds guests and programs, each with the profile that its users need.
//!
//! Guests are always optimised: their size and speed are part of what is measured. They are built
//! from inside of their folders, because cargo reads the settings that keep their memory small from
//! there. Programs for the demo and the tests use the dev profile, so that nothing is compiled
//! twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::say::say;
use crate::setup::WASM_TARGET;
use crate::step::{cargo, must};

/// Workspaces of guests.
const GUESTS: [&str; 2] = ["examples", "tests/guests"];
/// The folder that their builds share.
const GUEST_TARGET_DIR: &str = "target/wasm";

/// Those workspaces of guests that are there.
pub(crate) fn guest_folders(root: &Path) -> Vec<PathBuf> {
    let folders = GUESTS.iter().map(|folder| root.join(folder));
    folders.filter(|folder| folder.join("Cargo.toml").is_file()).collect()
}

/// A cargo command for a workspace of guests that compiles for Wasm.
pub(crate) fn wasm_cargo(root: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(folder, arguments);
    command.args(["--target", WASM_TARGET, "--target-dir"]).arg(root.join(GUEST_TARGET_DIR));
    command
}

/// Builds all guests for Wasm.
pub(crate) fn guests(root: &Path) -> Result<()> {
    for folder in guest_folders(root) {
        must(wasm_cargo(root, &folder, &["build", "--release"]))?;
    }
    Ok(())
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
