//! Runs the real k6, where there is one: `K6_BIN`, or `target/k6/bin/k6`.
//!
//! Without it nothing is compared, and whoever reads the tests' output is told so.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What k6 did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    /// `--summary-export`; null where it got not that far.
    pub(crate) summary: Value,
    said: String,
}

/// Passes and fails of every check, by its path.
pub(crate) type Checks = BTreeMap<String, (u64, u64)>;

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// `k6 run` with these arguments; `about` says what is not compared when there is no k6.
pub(crate) fn run<Arg: AsRef<OsStr>>(
    about: &str,
    args: impl IntoIterator<Item = Arg>,
) -> Option<Ran> {
    let program = std::env::var_os("K6_BIN");
    let program = program.map_or_else(|| root().join("target/k6/bin/k6"), PathBuf::from);
    if !program.is_file() {
        let line = format!("{about} is not compared: no k6; K6_BIN names one");
        // Not captured, since it is for whoever reads the result.
        drop(writeln!(std::io::stderr().lock(), "{line}"));
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("summary.json");
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("K6_")) {
        command.env_remove(name);
    }
    command.args(["run", "--quiet", "--no-color", "--no-usage-report", "--address", "127.0.0.1:0"]);
    command.arg("--summary-export").arg(&export).args(args);
    command.env("XDG_CONFIG_HOME", folder.path()).current_dir(folder.path());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let summary = std::fs::read(export).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let said = [output.stdout, output.stderr].concat();
    Some(Ran {
        code: output.status.code().unwrap_or(-1),
        summary: summary.unwrap_or_default(),
        said: String::from_utf8_lossy(&said).into_owned(),
    })
}

impl Ran {
    /// Everything it said, for messages of assertions.
    pub(crate) fn said(&self) -> String {
        format!("k6: exit {}\n{}", self.code, self.said)
    }
}

/// The checks of an exported summary.
pub(crate) fn checks(summary: &Value) -> Checks {
    let mut found = Checks::new();
    collect(&summary["root_group"], &mut found);
    found
}

fn collect(group: &Value, found: &mut Checks) {
    for check in group["checks"].as_object().into_iter().flat_map(serde_json::Map::values) {
        let count = |key: &str| check[key].as_u64().unwrap();
        let path = check["path"].as_str().unwrap().to_owned();
        found.insert(path, (count("passes"), count("fails")));
    }
    for inner in group["groups"].as_object().into_iter().flat_map(serde_json::Map::values) {
        collect(inner, found);
    }
}
