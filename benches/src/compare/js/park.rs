//! Very many VUs, each of which has made one GET and one check and rests, and what they take.

use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use squall_test_support::{Config, TestServer};

use super::Subject;
use crate::compare::args::{Args, PeerName};
use crate::compare::memory::{Memory, available_bytes};
use crate::compare::process::Live;
use crate::compare::{Common, machine};

/// Time for all VUs to make their request.
const ARRIVE_MAX: Duration = Duration::from_mins(3);

/// Time between the last request and the look: connections close, runtimes give memory back.
const SETTLE: Duration = Duration::from_secs(3);

/// How often arrivals are counted.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What must be left of the machine's memory; below it the tool is ended.
const AVAILABLE_BYTES_MIN: u64 = 1 << 30;

/// One way to park.
#[derive(Debug, Clone)]
pub struct Parking {
    /// Whose VUs.
    pub subject: Subject,
    /// What they run.
    pub script: PathBuf,
    /// How many.
    pub vus: u32,
    /// Whether connections stay open.
    pub is_connected: bool,
}

impl fmt::Display for Parking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = if self.is_connected { "open" } else { "closed" };
        let script = self.script.file_stem().unwrap_or_default().to_string_lossy();
        write!(formatter, "{}, {script}, connections {connections}", self.subject)
    }
}

/// How many VUs a tool is to park.
pub fn vus_of(args: &Args, subject: &Subject) -> u32 {
    match subject.kind() {
        PeerName::K6 => args.parked_vus_k6,
        PeerName::Squall | PeerName::Wrk | PeerName::H2load => args.parked_vus,
    }
}

/// What was seen of one parking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parked {
    /// With one VU.
    pub one: Memory,
    /// With all.
    pub all: Memory,
    /// How many that was.
    pub vus: u32,
    /// From the start of the tool until the last VU's request came.
    pub arrived_after: Duration,
}

impl Parked {
    /// What one VU more takes, all in.
    pub fn per_vu_kb(&self) -> f64 {
        self.per_vu(Memory::bytes)
    }

    /// Of it, page tables.
    pub fn page_tables_per_vu_kb(&self) -> f64 {
        self.per_vu(|memory| memory.page_tables_bytes)
    }

    fn per_vu(&self, of: fn(Memory) -> u64) -> f64 {
        let difference_bytes = of(self.all) as f64 - of(self.one) as f64;
        difference_bytes / f64::from(self.vus.saturating_sub(1).max(1)) / 1_024.0
    }
}

impl fmt::Display for Parked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:.1} KB a VU, {:.0} MB with {} VUs, after {:.1} s",
            self.per_vu_kb(),
            self.all.bytes() as f64 / 1e6,
            self.vus,
            self.arrived_after.as_secs_f64()
        )
    }
}

/// The server that counts who has come. It is this program's own, on all cores.
#[derive(Debug)]
pub struct ParkingLot {
    server: TestServer,
}

impl ParkingLot {
    /// Opens it; an error where the system does not allow the connections.
    pub fn open(args: &Args) -> anyhow::Result<Self> {
        machine::check_open_files(args.parked_vus, "--parked-vus")?;
        machine::check_open_files(args.parked_vus_k6, "--parked-vus-k6")?;
        let server =
            TestServer::start(Config::default()).context("the test server could not be started")?;
        Ok(Self { server })
    }

    /// Parks one VU and then all.
    pub fn measure(&self, common: &Common<'_>, parking: &Parking) -> anyhow::Result<Parked> {
        let (one, _) = self.park(common, parking, 1)?;
        let (all, arrived_after) = self.park(common, parking, parking.vus)?;
        Ok(Parked { one, all, vus: parking.vus, arrived_after })
    }

    fn park(
        &self,
        common: &Common<'_>,
        parking: &Parking,
        vus: u32,
    ) -> anyhow::Result<(Memory, Duration)> {
        let mut command = parking.subject.peer.run_command();
        command.args(["--duration", "1h", "--vus", &vus.to_string()]);
        command.arg("-e").arg(format!("TARGET={}", self.server.url("/")));
        if !parking.is_connected {
            command.arg("--no-connection-reuse");
        }
        command.arg(&parking.script);
        self.wait_until_empty(common)?;
        self.server.reset();
        let started = Instant::now();
        let mut live = Live::start(&mut command)?;
        while self.server.arrivals_total() < u64::from(vus) {
            self.check(common, &mut live, started.elapsed(), vus)?;
            thread::sleep(LOOK_EVERY);
        }
        let arrived_after = started.elapsed();
        while started.elapsed() < arrived_after + SETTLE {
            self.check(common, &mut live, Duration::ZERO, vus)?;
            thread::sleep(LOOK_EVERY);
        }
        let (arrived, open) = (self.server.arrivals_total(), self.server.connections_open());
        ensure!(arrived == u64::from(vus), "{vus} VUs made {arrived} requests, not one each");
        let wanted = if parking.is_connected { arrived } else { 0 };
        ensure!(open == wanted, "{open} connections are open, {wanted} were expected");
        Ok((Memory::of_tree(live.pid())?, arrived_after))
    }

    /// Whether it is worth to wait on.
    fn check(
        &self,
        common: &Common<'_>,
        live: &mut Live,
        waited: Duration,
        vus: u32,
    ) -> anyhow::Result<()> {
        live.check()?;
        ensure!(!common.is_stopped(), "interrupted while VUs were parked");
        if waited > ARRIVE_MAX {
            let arrived = self.server.arrivals_total();
            bail!("{arrived} of {vus} VUs made their request within {} s", ARRIVE_MAX.as_secs());
        }
        if available_bytes().is_some_and(|available| available < AVAILABLE_BYTES_MIN) {
            bail!("less than 1 GB of memory was left with {vus} VUs: park fewer");
        }
        Ok(())
    }

    /// Waits for connections of the tool before to be gone.
    fn wait_until_empty(&self, common: &Common<'_>) -> anyhow::Result<()> {
        let started = Instant::now();
        while self.server.connections_open() > 0 {
            ensure!(!common.is_stopped(), "interrupted while connections were closed");
            ensure!(started.elapsed() < ARRIVE_MAX, "connections of an ended tool stay open");
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vu_is_the_difference_over_the_others() {
        let memory = |pages_kb: u64, page_tables_kb: u64| Memory {
            pages_bytes: pages_kb << 10,
            page_tables_bytes: page_tables_kb << 10,
        };
        let parked = Parked {
            one: memory(40_000, 100),
            all: memory(540_000, 1_100),
            vus: 5_001,
            arrived_after: Duration::from_millis(1_250),
        };
        assert!((parked.per_vu_kb() - 100.2).abs() < 1e-9);
        assert!((parked.page_tables_per_vu_kb() - 0.2).abs() < 1e-9);
        assert!(parked.to_string().starts_with("100.2 KB a VU, 554 MB with 5001 VUs, after 1."));
    }
}
