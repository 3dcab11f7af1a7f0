//! Medians, ratios and the markdown table. Pure.

use std::fmt;

use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::peer::{Measured, Peer};
use crate::compare::statistics::{median, ratio};

/// All that is known of one generator.
#[derive(Debug, Clone)]
pub struct Row {
    /// The generator.
    pub peer: Peer,
    /// Its version.
    pub version: String,
    /// The rounds that were measured.
    pub rounds: Vec<Measured>,
    /// Memory of one VU more.
    pub per_vu_bytes: Option<f64>,
    /// Why it was not measured to the end.
    pub failure: Option<String>,
}

impl Row {
    /// A generator that is still to be measured.
    pub fn new(peer: Peer, version: String) -> Self {
        Self { peer, version, rounds: Vec::new(), per_vu_bytes: None, failure: None }
    }

    fn median(&self, of: impl Fn(&Measured) -> f64) -> Option<f64> {
        median(self.rounds.iter().map(of).collect())
    }

    fn requests_per_s(&self) -> Option<f64> {
        self.median(|round| round.requests_per_s)
    }

    fn cpu_us(&self) -> Option<f64> {
        self.median(|round| round.cpu_us_per_request)
    }
}

/// Everything that is printed.
#[derive(Debug, Clone)]
pub struct Table {
    /// Which cores were whose.
    pub placement: String,
    /// Server, connections, duration, rounds.
    pub setup: String,
    /// VUs added to measure memory; 0 when it was not.
    pub memory_vus: u32,
    /// The generators that were there.
    pub rows: Vec<Row>,
    /// Those that were not, and how to get them.
    pub missing: Vec<String>,
}

impl Table {
    fn row_of(&self, name: PeerName) -> Option<&Row> {
        self.rows.iter().find(|row| row.peer.kind() == name)
    }

    /// The value of `row` as a multiple of the value of another generator.
    fn ratio(&self, row: &Row, to: PeerName, of: fn(&Row) -> Option<f64>) -> Option<f64> {
        ratio(of(row), of(self.row_of(to)?))
    }

    /// The generators that were not measured to the end.
    pub fn failures(&self) -> Vec<String> {
        let failed = self.rows.iter().filter(|row| row.failure.is_some());
        failed.map(|row| row.peer.name().to_owned()).collect()
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let ratio = |to, of| cell(self.ratio(row, to, of), 2);
        let megabytes = row.median(|round| round.memory_peak_bytes as f64 / 1e6);
        let failed: u64 = row.rounds.iter().map(|round| round.failed).sum();
        vec![
            format!("{} {}", row.peer.name(), row.version).trim().to_owned(),
            cell(row.requests_per_s(), 0),
            ratio(PeerName::Wrk, Row::requests_per_s),
            ratio(PeerName::K6, Row::requests_per_s),
            cell(row.cpu_us(), 2),
            ratio(PeerName::Wrk, Row::cpu_us),
            ratio(PeerName::K6, Row::cpu_us),
            cell(megabytes, 1),
            cell(row.per_vu_bytes.map(|bytes| bytes / 1_024.0), 1),
            if row.rounds.is_empty() { "-".to_owned() } else { failed.to_string() },
        ]
    }
}

const HEADINGS: [&str; 10] = [
    "generator",
    "requests/s",
    "x wrk",
    "x k6",
    "CPU us/request",
    "x wrk",
    "x k6",
    "peak MB",
    "KB per VU",
    "failed",
];

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "## A component: one GET and one check\n")?;
        writeln!(formatter, "{}; {}\n", self.setup, self.placement)?;
        let mut grid = Grid::new(&HEADINGS);
        grid.lines.extend(self.rows.iter().map(|row| self.cells(row)));
        write!(formatter, "{grid}")?;
        self.write_notes(formatter)
    }
}

impl Table {
    fn write_notes(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter)?;
        for row in self.rows.iter().filter(|row| row.rounds.len() > 1) {
            let rounds: Vec<String> = row
                .rounds
                .iter()
                .map(|round| {
                    format!("{:.0} ({:.2} us)", round.requests_per_s, round.cpu_us_per_request)
                })
                .collect();
            writeln!(formatter, "- {} by round: {}", row.peer.name(), rounds.join(", "))?;
        }
        if self.memory_vus > 0 {
            writeln!(
                formatter,
                "- KB per VU: what {} more VUs under load add to the peak memory, for each; \
                 memory is anonymous and file pages and page tables",
                self.memory_vus
            )?;
        }
        for row in &self.rows {
            if let Some(failure) = &row.failure {
                writeln!(formatter, "- {} failed: {failure}", row.peer.name())?;
            }
        }
        for missing in &self.missing {
            writeln!(formatter, "- {missing}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
