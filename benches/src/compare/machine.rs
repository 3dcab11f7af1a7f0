//! The machine: what it is, how busy it is, and which of its cores the server and the generators
//! get.
//!
//! Children inherit the cores of the thread that starts them, so placing one is: move this
//! thread, start the child, move back.

use std::fmt::Write as _;
use std::thread;

use anyhow::Context as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Open files of a process beside its connections: programs, libraries, pipes, timers.
const OPEN_FILES_SPARE: u64 = 200;

/// Which cores are whose.
#[derive(Debug, Clone)]
pub struct Placement {
    all: CpuSet,
    server: CpuSet,
    client: CpuSet,
    is_pinned: bool,
}

impl Placement {
    /// Half of the cores for the server and half for the generators; all for both on a single
    /// core or without `pin`.
    pub fn new(pin: bool) -> anyhow::Result<Self> {
        let all = sched_getaffinity(None).context("the cores of this process cannot be read")?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&core| all.is_set(core)).collect();
        if !pin || cores.len() < 2 {
            return Ok(Self { all, server: all, client: all, is_pinned: false });
        }
        let (server, client) = cores.split_at(cores.len() / 2);
        let set = |cores: &[usize]| {
            let mut set = CpuSet::new();
            for &core in cores {
                set.set(core);
            }
            set
        };
        Ok(Self { all, server: set(server), client: set(client), is_pinned: true })
    }

    /// Runs `start` such that the children and threads it makes run on the server's cores.
    pub fn on_server_cores<T>(&self, start: impl FnOnce() -> T) -> anyhow::Result<T> {
        self.on(&self.server, start)
    }

    /// Runs `start` such that the children and threads it makes run on the generators' cores.
    pub fn on_client_cores<T>(&self, start: impl FnOnce() -> T) -> anyhow::Result<T> {
        self.on(&self.client, start)
    }

    fn on<T>(&self, cores: &CpuSet, start: impl FnOnce() -> T) -> anyhow::Result<T> {
        sched_setaffinity(None, cores).context("this thread cannot be moved to other cores")?;
        let result = start();
        sched_setaffinity(None, &self.all).context("this thread cannot be moved back")?;
        Ok(result)
    }

    /// How many cores the server has.
    pub fn server_cores_count(&self) -> u32 {
        self.server.count()
    }

    /// How many cores the generators have.
    pub fn client_cores_count(&self) -> u32 {
        self.client.count()
    }

    /// For the table.
    pub fn describe(&self) -> String {
        if self.is_pinned {
            let (server, client) = (self.server.count(), self.client.count());
            format!("{server} core(s) for the server, {client} other(s) for the generators")
        } else {
            "server and generators share all cores".to_owned()
        }
    }
}

/// Lets children open as many files as the system allows; a generator needs one a connection.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Where this fails a generator that needs more says so itself.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// An error where a process cannot have `count` connections open, with what to do.
pub fn check_open_files(count: u32, option: &str) -> anyhow::Result<()> {
    let needed = u64::from(count) + OPEN_FILES_SPARE;
    if let Some(limit) = getrlimit(Resource::Nofile).current {
        anyhow::ensure!(
            needed <= limit,
            "{count} VUs with a connection each need {needed} open files in one process and \
             the limit is {limit}: raise it (`ulimit -n`), or lower {option}"
        );
    }
    Ok(())
}

/// The load average of the last minute, if the system says.
pub fn load_average() -> Option<f64> {
    first_number(&std::fs::read_to_string("/proc/loadavg").ok()?)
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// A note on how busy the machine was around a part that began at a load of `before`.
pub fn busy_note(before: Option<f64>) -> String {
    match (before, load_average()) {
        (Some(before), Some(after)) => {
            format!("- load average {before:.2} before and {after:.2} after\n")
        }
        _ => String::new(),
    }
}

/// What machine it is and when it was measured.
#[derive(Debug, Clone)]
pub struct Machine {
    /// One line.
    pub line: String,
}

impl Machine {
    /// Looks at the machine now.
    pub fn read() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut line = format!("{cores} core(s)");
        // What cannot be read is left out; it is a caption, not a measurement.
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        if let Some(model) = cpu_model(&cpuinfo) {
            let _ = write!(line, ", {model}");
        }
        if let Ok(release) = std::fs::read_to_string("/proc/sys/kernel/osrelease") {
            let _ = write!(line, ", Linux {}", release.trim());
        }
        let _ = write!(line, ", {}", jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC"));
        Self { line }
    }
}

fn cpu_model(cpuinfo: &str) -> Option<&str> {
    cpuinfo.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "model name").then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_found() {
        let cpuinfo =
            "processor\t: 0\nmodel\t\t: 85\nmodel name\t: A CPU @ 2GHz\nmodel name\t: B\n";
        assert_eq!(cpu_model(cpuinfo), Some("A CPU @ 2GHz"));
        assert_eq!(cpu_model("processor: 0\n"), None);
    }

    #[test]
    fn load_averages_are_read() {
        assert_eq!(first_number("0.52 0.58 0.59 1/357 12345\n"), Some(0.52));
        assert_eq!(first_number(""), None);
        assert!(busy_note(Some(1.0)).starts_with("- load average 1.00 before and "));
        assert_eq!(busy_note(None), "");
    }

    #[test]
    fn too_few_open_files_are_noticed() {
        check_open_files(1, "--parked-vus").unwrap();
        if getrlimit(Resource::Nofile).current.is_some_and(|limit| limit < 4_000_000_000) {
            let error = check_open_files(4_000_000_000, "--parked-vus").unwrap_err();
            assert!(error.to_string().ends_with("lower --parked-vus"), "{error}");
        }
    }

    #[test]
    fn placement_splits_what_there_is() {
        let placement = Placement::new(true).unwrap();
        let shared = Placement::new(false).unwrap();
        let cores = shared.server_cores_count();
        assert_eq!(cores, shared.client_cores_count());
        if cores > 1 {
            assert_eq!(placement.server_cores_count() + placement.client_cores_count(), cores);
        }
        let inside =
            placement.on_client_cores(|| sched_getaffinity(None).unwrap().count()).unwrap();
        assert_eq!(inside, placement.client_cores_count());
        assert_eq!(sched_getaffinity(None).unwrap().count(), cores);
    }
}
