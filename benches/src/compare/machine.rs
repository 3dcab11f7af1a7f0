//! The machine: what it is, and which of its cores the server and the generators get.
//!
//! Children inherit the cores of the thread that starts them, so placing one is: move this
//! thread, start the child, move back.

use std::fmt::Write as _;
use std::thread;

use anyhow::Context as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

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
