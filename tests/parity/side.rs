//! Runs one of the two programs on a script and gathers what it said, measured and wrote.
//!
//! Everything of a run stays in `target/parity/POINT/NAME/{k6,squall}` to be looked at: `stdout`,
//! `stderr`, `points.json`, `summary.json`, and `work`, the folder that the program ran in.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::script::Script;
use crate::servers::Servers;
use crate::target_folder;

/// A run that takes longer hangs and is ended.
const TIMEOUT: Duration = Duration::from_secs(30);

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// One of the two sides.
pub(crate) struct Program {
    /// Its folder's name.
    name: &'static str,
    binary: PathBuf,
    /// Whether it is k6, on whichever side.
    is_k6: bool,
}

/// What a run did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Absent for a run that hung.
    pub(crate) code: Option<i32>,
    /// How it should exit by what the script says.
    pub(crate) expected_code: i32,
    pub(crate) took: Duration,
    /// `LEVEL MESSAGE` of each line of `console`.
    pub(crate) console: Vec<String>,
    /// Everything said, decoded, to look for words in.
    pub(crate) said: String,
    pub(crate) stdout: String,
    /// The lines of `--out json`.
    pub(crate) points: Vec<Value>,
    /// `--summary-export`.
    pub(crate) summary: Value,
    /// What is in the working folder afterwards.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Program {
    /// The real k6, if there is one.
    pub(crate) fn k6() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let binary =
            std::env::var_os("K6_BIN").map_or_else(|| root.join("target/k6/bin/k6"), PathBuf::from);
        binary.is_file().then_some(Self { name: "k6", binary, is_k6: true })
    }

    /// The same program in the place of the other.
    pub(crate) fn again(&self) -> Self {
        Self { name: "squall", binary: self.binary.clone(), is_k6: self.is_k6 }
    }

    pub(crate) fn squall() -> Self {
        let beside = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("squall");
        let binary = std::env::var_os("SQUALL_BIN").map_or(beside, PathBuf::from);
        assert!(binary.is_file(), "{} is missing: build it, or set SQUALL_BIN", binary.display());
        Self { name: "squall", binary, is_k6: false }
    }

    pub(crate) fn run(&self, script: &Script, servers: &Servers) -> Outcome {
        let folder = target_folder().join("parity").join(&script.name).join(self.name);
        // What an earlier run left must not be taken for what this one did.
        drop(std::fs::remove_dir_all(&folder));
        let work = folder.join("work");
        std::fs::create_dir_all(&work).unwrap();
        let mut command = self.command(script, servers, &folder);
        command
            .current_dir(&work)
            .stdin(Stdio::null())
            .stdout(File::create(folder.join("stdout")).unwrap())
            .stderr(File::create(folder.join("stderr")).unwrap());
        let started = Instant::now();
        let status = wait(&mut command, started);
        let mut outcome = Outcome {
            code: status.map(|status| status.code().unwrap_or(-1)),
            took: started.elapsed(),
            expected_code: script.expected_code(self.is_k6),
            ..Outcome::default()
        };
        outcome.read(&folder);
        outcome
    }

    fn command(&self, script: &Script, servers: &Servers, folder: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear();
        for name in ["PATH", "LANG", "TMPDIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        // Nobody's settings, but one cache of compiled scripts for all runs.
        let caches = target_folder().join("parity/.cache");
        command
            .env("HOME", folder)
            .env("XDG_CONFIG_HOME", folder)
            .env("XDG_CACHE_HOME", caches)
            .env("NO_COLOR", "1")
            .env("K6_NO_USAGE_REPORT", "true")
            .envs(script.env.iter().map(|(name, value)| (name, servers.fill_in(value))));
        command.args(["run", "--quiet", "--log-format", "json", "--out"]);
        command.arg(format!("json={}", folder.join("points.json").display()));
        command.arg("--summary-export").arg(folder.join("summary.json"));
        for (name, value) in servers.variables() {
            command.arg("-e").arg(format!("{name}={value}"));
        }
        for arg in &script.args {
            command.arg(arg.replace("{folder}", &script.folder().to_string_lossy()));
        }
        command.arg(&script.path);
        command
    }
}

/// The value with the authority's file in the place of `{ca}`.
/// The status, or nothing for a run that had to be ended.
fn wait(command: &mut Command, started: Instant) -> Option<ExitStatus> {
    let mut child = command.spawn().unwrap();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if started.elapsed() > TIMEOUT {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

impl Outcome {
    fn read(&mut self, folder: &Path) {
        self.stdout = text(&folder.join("stdout"));
        self.said.clone_from(&self.stdout);
        for line in text(&folder.join("stderr")).lines() {
            let event = serde_json::from_str::<Value>(line).ok();
            let message = event.as_ref().and_then(|event| event["msg"].as_str());
            self.said.push_str(message.unwrap_or(line));
            self.said.push('\n');
            if let (Some(event), Some(message)) = (&event, message)
                && event["source"] == "console"
            {
                let level = event["level"].as_str().unwrap_or_default();
                self.console.push(format!("{level} {message}"));
            }
        }
        let points = text(&folder.join("points.json"));
        self.points = points.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let summary = text(&folder.join("summary.json"));
        self.summary = serde_json::from_str(&summary).unwrap_or_default();
        gather(&folder.join("work"), "", &mut self.files);
    }
}

/// A file that is not there says nothing.
fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).unwrap_or_default());
        }
    }
}
