//! Runs the `squall` binary.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use squall_test_support::TestServer;

/// A test that takes longer hangs; its process is ended.
const TIMEOUT: Duration = Duration::from_secs(90);

/// The target folder that this test was built into.
fn target_folder() -> PathBuf {
    let test_binary = std::env::current_exe().unwrap();
    // target/debug/deps/black_box-...
    test_binary.ancestors().nth(3).unwrap().to_owned()
}

fn profile_folder() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

/// A guest from `examples/` or `tests/guests/`, by its crate's name.
pub(crate) fn guest(name: &str) -> PathBuf {
    let file = format!("{}.wasm", name.replace('-', "_"));
    let path = target_folder().join("wasm/wasm32-wasip2/release").join(file);
    assert!(path.is_file(), "{} is missing: `cargo xtask guests` builds it", path.display());
    path
}

/// A command line for `squall`.
pub(crate) struct Squall {
    command: Command,
    folder: tempfile::TempDir,
}

/// What a command did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `--summary-export`, for runs that got that far.
    pub(crate) summary: Value,
    pub(crate) took: Duration,
    folder: tempfile::TempDir,
}

impl Squall {
    pub(crate) fn new(subcommand: &str) -> Self {
        let binary = profile_folder().join("squall");
        assert!(binary.is_file(), "{} is missing: `cargo xtask test` builds it", binary.display());
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(binary);
        command.arg(subcommand).current_dir(folder.path());
        // Nothing of the user's own settings may change a test.
        for (name, _) in std::env::vars().filter(|(name, _)| is_setting(name)) {
            command.env_remove(name);
        }
        command.env("NO_COLOR", "1");
        command.env("XDG_CONFIG_HOME", folder.path());
        Self { command, folder }
    }

    /// `squall run GUEST`, with its summary exported.
    pub(crate) fn run(guest_name: &str) -> Self {
        Self::run_file(&guest(guest_name))
    }

    pub(crate) fn run_file(path: &Path) -> Self {
        let mut squall = Self::new("run");
        let export = squall.path("summary.json");
        squall.command.arg("--summary-export").arg(export).arg(path);
        squall
    }

    /// A path in the folder of this command.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Hands the guest the server's URL.
    pub(crate) fn against(self, server: &TestServer) -> Self {
        let target = format!("TARGET={}", server.url(""));
        self.args(&["-e", &target])
    }

    /// Options as a configuration file, which may say everything.
    pub(crate) fn options(self, options: &Value) -> Self {
        let path = self.path("options.json");
        std::fs::write(&path, options.to_string()).unwrap();
        self.arg("--config").arg(path)
    }

    /// The command itself, for tests that talk to it. Its folder goes with the process.
    pub(crate) fn command(self) -> Command {
        let Self { mut command, folder } = self;
        command.current_dir("/");
        drop(folder);
        command
    }

    pub(crate) fn start(mut self) -> Running {
        let child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running { child, folder: self.folder, started: Instant::now() }
    }

    pub(crate) fn done(self) -> Done {
        self.start().wait()
    }
}

fn is_setting(name: &str) -> bool {
    let is_proxy = name.to_ascii_uppercase().ends_with("_PROXY");
    name.starts_with("K6_") || name.starts_with("SQUALL_") || is_proxy
}

/// A command that is running.
pub(crate) struct Running {
    child: Child,
    folder: tempfile::TempDir,
    started: Instant,
}

impl Running {
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end; a hang is ended and fails the test.
    pub(crate) fn wait(self) -> Done {
        let pid = Pid::from_child(&self.child);
        let (ended, watch) = std::sync::mpsc::channel::<()>();
        let watchdog = std::thread::spawn(move || {
            let is_hanging = watch.recv_timeout(TIMEOUT).is_err();
            if is_hanging {
                let _ = kill_process(pid, Signal::KILL);
            }
            is_hanging
        });
        let output = self.child.wait_with_output().unwrap();
        let _ = ended.send(());
        assert!(!watchdog.join().unwrap(), "squall hung: {}", text(&output.stderr));
        Done::new(&output, self.folder, self.started.elapsed())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Done {
    fn new(output: &Output, folder: tempfile::TempDir, took: Duration) -> Self {
        let summary = std::fs::read(folder.path().join("summary.json"));
        let summary = summary.ok().and_then(|json| serde_json::from_slice(&json).ok());
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            summary: summary.unwrap_or(Value::Null),
            took,
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything it said, for messages of assertions.
    pub(crate) fn said(&self) -> String {
        format!("exit {}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn expect_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.said());
        self
    }

    #[track_caller]
    pub(crate) fn expect_said(&self, words: &str) -> &Self {
        let said = self.stdout.contains(words) || self.stderr.contains(words);
        assert!(said, "expected `{words}` in: {}", self.said());
        self
    }

    /// A figure of a metric in the summary export, such as `count` of `http_reqs`.
    #[track_caller]
    pub(crate) fn figure(&self, metric: &str, stat: &str) -> f64 {
        let value = &self.summary["metrics"][metric][stat];
        value.as_f64().unwrap_or_else(|| panic!("no {stat} of {metric} in {}", self.said()))
    }

    pub(crate) fn has_metric(&self, metric: &str) -> bool {
        self.summary["metrics"].get(metric).is_some()
    }
}
