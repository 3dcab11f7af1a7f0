//! Medians, ratios and the markdown table. Pure.

use std::fmt;
use std::time::Duration;

use super::args::PeerName;
use super::machine::Machine;
use super::peer::{Counted, Peer};

/// What one run of one generator measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Requests a second.
    pub requests_per_s: f64,
    /// User and system time a request.
    pub cpu_us_per_request: f64,
    /// Most memory resident at a time.
    pub rss_peak_bytes: u64,
    /// Requests that failed.
    pub failed: u64,
}

impl Measured {
    /// `None` when nothing was requested, or in no time.
    pub fn new(counted: Counted, cpu: Duration, rss_peak_bytes: u64) -> Option<Self> {
        if counted.requests == 0 || counted.seconds <= 0.0 {
            return None;
        }
        let requests = counted.requests as f64;
        Some(Self {
            requests_per_s: requests / counted.seconds,
            cpu_us_per_request: cpu.as_secs_f64() * 1e6 / requests,
            rss_peak_bytes,
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
            self.rss_peak_bytes as f64 / 1e6
        )
    }
}

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
    /// What machine it was.
    pub machine: Machine,
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
        let base = of(self.row_of(to)?)?;
        Some(of(row)? / base).filter(|ratio| ratio.is_finite())
    }

    fn cells(&self, row: &Row) -> [String; 10] {
        let ratio = |to, of| cell(self.ratio(row, to, of), 2);
        let megabytes = row.median(|round| round.rss_peak_bytes as f64 / 1e6);
        let failed: u64 = row.rounds.iter().map(|round| round.failed).sum();
        [
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
        writeln!(formatter, "{}  ", self.machine.line)?;
        writeln!(formatter, "{}; {}\n", self.setup, self.placement)?;
        let mut lines = vec![HEADINGS.map(str::to_owned)];
        lines.extend(self.rows.iter().map(|row| self.cells(row)));
        let widths: [usize; 10] = std::array::from_fn(|column| {
            lines.iter().map(|line| line[column].len()).max().unwrap_or_default()
        });
        for (index, line) in lines.iter().enumerate() {
            write!(formatter, "| {:<width$} |", line[0], width = widths[0])?;
            for (text, width) in line.iter().zip(widths).skip(1) {
                write!(formatter, " {text:>width$} |")?;
            }
            writeln!(formatter)?;
            if index == 0 {
                write!(formatter, "|{}|", "-".repeat(widths[0] + 2))?;
                for width in &widths[1..] {
                    write!(formatter, "{}:|", "-".repeat(width + 1))?;
                }
                writeln!(formatter)?;
            }
        }
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
                "- KB per VU: what {} more VUs under load add to the peak memory, for each",
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

fn cell(value: Option<f64>, decimals: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests;
