//! Squall beside wrk and k6: same server, same connections, same cores, turn and turn about.
//!
//! Absolute numbers of a shared machine mean little and ratios of interleaved rounds mean a lot,
//! so rounds are interleaved and the table shows medians and ratios. The server gets cores of its
//! own where there are enough. CPU is what the kernel charged to the generator's processes,
//! start-up included.
//!
//! - [`args`]: the command line
//! - [`machine`]: which cores for whom, and what machine it is
//! - [`server`]: nginx, or the test server where there is no nginx
//! - [`peer`]: how each generator is called and its result read
//! - [`process`]: run a child within a time, measure it, end it in any case
//! - [`table`]: medians, ratios, markdown

pub mod args;
pub mod machine;
pub mod peer;
pub mod process;
pub mod server;
pub mod table;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context as _;
use signal_hook::consts::{SIGINT, SIGTERM};

pub use self::args::Args;
use self::machine::{Machine, Placement};
use self::peer::{Load, Peer, Presence};
use self::server::Server;
use self::table::{Measured, Row, Table};

/// Length of the two runs that measure memory: long enough for every VU to have run many times.
const MEMORY_DURATION: Duration = Duration::from_secs(3);

/// Runs the comparison and prints its table on standard output, its progress on standard error. A
/// generator that is missing is named in the table; one that fails is an error, after the table.
pub fn compare(args: &Args) -> anyhow::Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .context("the handlers of SIGINT and SIGTERM could not be installed")?;
    }
    machine::raise_open_files();
    let placement = Placement::new(!args.no_pin)?;
    let server = placement.on_server_cores(|| Server::start(args.server, &placement))??;
    let presences = peer::find(args);
    let mut rows: Vec<Row> = Vec::new();
    let mut missing = Vec::new();
    for presence in presences {
        match presence {
            Presence::There { peer, version } => rows.push(Row::new(peer, version)),
            Presence::Missing { name, how } => missing.push(format!("{name} is missing: {how}")),
        }
    }
    anyhow::ensure!(
        !rows.is_empty(),
        "no load generator to measure was found\n  {}",
        missing.join("\n  ")
    );
    let run = Run { args, placement: &placement, server: &server, stop: &stop };
    for round in 1..=args.rounds {
        for row in &mut rows {
            run.round(round, row)?;
        }
    }
    if args.memory_vus > 0 {
        for row in &mut rows {
            run.memory(row)?;
        }
    }
    let table = Table {
        machine: Machine::read(),
        placement: placement.describe(),
        setup: format!(
            "{}, {} connections (one a VU), {} s, median of {} interleaved rounds",
            server.name(),
            args.connections,
            args.duration_s,
            args.rounds
        ),
        memory_vus: args.memory_vus,
        rows,
        missing,
    };
    let mut stdout = io::stdout().lock();
    write!(stdout, "{table}").context("the table could not be printed")?;
    stdout.flush().context("the table could not be printed")?;
    let failed: Vec<&str> =
        table.rows.iter().filter(|row| row.failure.is_some()).map(|row| row.peer.name()).collect();
    anyhow::ensure!(failed.is_empty(), "not measured to the end: {}", failed.join(", "));
    Ok(())
}

/// What all measurements have in common.
struct Run<'a> {
    args: &'a Args,
    placement: &'a Placement,
    server: &'a Server,
    stop: &'a AtomicBool,
}

impl Run<'_> {
    /// One round of one generator. A generator that failed is not run again, the others go on.
    fn round(&self, round: u32, row: &mut Row) -> anyhow::Result<()> {
        if row.failure.is_some() {
            return Ok(());
        }
        let duration = Duration::from_secs(self.args.duration_s);
        match self.measure(&row.peer, self.args.connections, duration) {
            Ok(measured) => {
                progress(&format!("round {round}: {:<6} {measured}", row.peer.name()));
                row.rounds.push(measured);
            }
            Err(error) => self.failed(row, error)?,
        }
        Ok(())
    }

    /// Peak memory with few and with many VUs: the difference is what a VU costs.
    fn memory(&self, row: &mut Row) -> anyhow::Result<()> {
        if row.failure.is_some() {
            return Ok(());
        }
        let few = self.args.connections;
        let many = few + self.args.memory_vus;
        let both = self.measure(&row.peer, few, MEMORY_DURATION).and_then(|few| {
            Ok((few.rss_peak_bytes, self.measure(&row.peer, many, MEMORY_DURATION)?.rss_peak_bytes))
        });
        match both {
            Ok((few_bytes, many_bytes)) => {
                let difference = many_bytes as f64 - few_bytes as f64;
                let per_vu_bytes = difference / f64::from(self.args.memory_vus);
                let per_vu_kb = per_vu_bytes / 1_024.0;
                progress(&format!("memory:  {:<6} {per_vu_kb:.1} KB a VU", row.peer.name()));
                row.per_vu_bytes = Some(per_vu_bytes);
            }
            Err(error) => self.failed(row, error)?,
        }
        Ok(())
    }

    fn measure(
        &self,
        peer: &Peer,
        connections: u32,
        duration: Duration,
    ) -> anyhow::Result<Measured> {
        let load = Load {
            url: self.server.url(),
            connections,
            duration,
            threads: self.placement.client_cores_count(),
        };
        self.placement.on_client_cores(|| peer.measure(&load, self.stop))?
    }

    /// Notes a failure, unless the failure is that the user wants to stop.
    fn failed(&self, row: &mut Row, error: anyhow::Error) -> anyhow::Result<()> {
        if self.stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(error);
        }
        progress(&format!("{} failed: {error:#}", row.peer.name()));
        row.failure = Some(format!("{error:#}"));
        Ok(())
    }
}

/// A line for whoever waits. Nobody may be there to read it, which is no reason to stop.
fn progress(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
