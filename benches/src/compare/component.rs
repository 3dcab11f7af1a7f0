//! A component beside wrk and k6: the same requests over the same connections on the same cores.
//!
//! - [`table`]: what was measured as a table

pub mod table;

use std::time::Duration;

use super::args::Args;
use super::machine::Placement;
use super::peer::{Load, Measured, Peer, Presence};
use super::server::Server;
use super::{Common, progress};
use table::{Row, Table};

/// Length of the two runs that measure memory: long enough for every VU to have run many times.
const MEMORY_DURATION: Duration = Duration::from_secs(3);

/// Measures all generators that are there.
pub fn measure(
    common: &Common<'_>,
    presences: Vec<Presence>,
    server: &Server,
) -> anyhow::Result<Table> {
    let Common { args, placement, .. } = common;
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
    let run = Run { common, args, placement, server };
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
    Ok(Table {
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
    })
}

/// What all measurements have in common.
struct Run<'a> {
    common: &'a Common<'a>,
    args: &'a Args,
    placement: &'a Placement,
    server: &'a Server,
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
            Ok((
                few.memory_peak_bytes,
                self.measure(&row.peer, many, MEMORY_DURATION)?.memory_peak_bytes,
            ))
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
            keep_alive: true,
        };
        self.placement.on_client_cores(|| peer.measure(&load, self.common.stop))?
    }

    /// Notes a failure, unless the failure is that the user wants to stop.
    fn failed(&self, row: &mut Row, error: anyhow::Error) -> anyhow::Result<()> {
        if self.common.is_stopped() {
            return Err(error);
        }
        progress(&format!("{} failed: {error:#}", row.peer.name()));
        row.failure = Some(format!("{error:#}"));
        Ok(())
    }
}
