//! `cargo xtask demo`: from a fresh clone to a load test in one command.
//!
//! Builds squall and runs `squall demo`, which brings its server and its script along.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::say::say;
use crate::step::{cargo, must};

/// Builds squall and runs the demo.
pub(crate) fn demo(root: &Path) -> Result<()> {
    say("building squall; the first time takes some minutes");
    let [build, run] = steps(root);
    must(build)?;
    must(run)
}

/// The commands, in their order.
fn steps(root: &Path) -> [Command; 2] {
    let build = cargo(root, &["build", "--package", "squall-cli"]);
    let program = format!("squall{}", std::env::consts::EXE_SUFFIX);
    let mut run = Command::new(build::programs_dir(root).join(program));
    run.arg("demo").current_dir(root);
    [build, run]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_what_is_run() {
        let root = crate::root().unwrap();
        let [build, run] = steps(&root);
        let arguments: Vec<_> = build.get_args().collect();
        assert_eq!(arguments, ["build", "--package", "squall-cli"]);
        let manifest = std::fs::read_to_string(root.join("host/cli/Cargo.toml")).unwrap();
        assert!(manifest.contains("name = \"squall-cli\""));
        assert!(manifest.contains("[[bin]]\nname = \"squall\""));
        let program = Path::new(run.get_program());
        assert_eq!(program.file_stem().unwrap(), "squall");
        assert!(program.starts_with(build::programs_dir(&root)));
        assert_eq!(run.get_args().collect::<Vec<_>>(), ["demo"]);
    }
}
