//! Requests/s and CPU per request of a script with one GET and one check.

use std::time::Duration;

use super::Subject;
use super::section::Section;
use super::turns::{Taken, take};
use crate::compare::Common;
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::peer::{Load, Measured};
use crate::compare::server::Server;

/// CPU per request as a part of k6's.
const CPU_RATIO_MAX: f64 = 1.0 / 3.0;

/// Measures it.
pub fn section(
    common: &Common<'_>,
    server: &Server,
    subjects: Vec<Subject>,
) -> anyhow::Result<Section> {
    let args = common.args;
    let load = Load {
        url: server.url(),
        connections: args.connections,
        duration: Duration::from_secs(args.duration_s),
        threads: common.placement.client_cores_count(),
        keep_alive: true,
    };
    let all = take(common, args.rounds, subjects, |subject| {
        common.placement.on_client_cores(|| subject.peer.measure(&load, common.stop))?
    })?;
    let how = format!(
        "{}, {} VUs with a connection each, {} s, median of {} interleaved rounds and of \
         their ratios; {}",
        server.name(),
        args.connections,
        args.duration_s,
        args.rounds,
        common.placement.describe()
    );
    Ok(table(how, &all))
}

pub(super) fn table(how: String, all: &[Taken<Subject, Measured>]) -> Section {
    let k6 = all.iter().find(|taken| taken.contestant.kind() == PeerName::K6);
    let mut section = Section {
        title: "JavaScript: one GET and one check".to_owned(),
        how,
        grid: Grid::new(&["tool", "requests/s", "x k6", "CPU us/request", "x k6", "failed"]),
        ..Section::default()
    };
    for taken in all {
        let requests_per_s = |round: &Measured| round.requests_per_s;
        let cpu_us = |round: &Measured| round.cpu_us_per_request;
        let cpu_ratio = taken.ratio_to(k6, cpu_us);
        let failed: u64 = taken.values.iter().map(|round| round.failed).sum();
        section.grid.lines.push(vec![
            taken.contestant.to_string(),
            cell(taken.median(requests_per_s), 0),
            cell(taken.ratio_to(k6, requests_per_s), 2),
            cell(taken.median(cpu_us), 2),
            cell(cpu_ratio, 2),
            if taken.values.is_empty() { "-".to_owned() } else { failed.to_string() },
        ]);
        if taken.contestant.kind() == PeerName::Squall {
            section.note_goal("CPU per request, x k6,", cpu_ratio, CPU_RATIO_MAX, 2);
        }
    }
    for taken in all.iter().filter(|taken| taken.values.len() > 1) {
        let rounds = taken.by_round(|round| {
            format!("{:.0} ({:.2} us)", round.requests_per_s, round.cpu_us_per_request)
        });
        section.notes.push(format!("{} by round: {rounds}", taken.contestant.peer.name()));
    }
    section.note_failures(all);
    section
}
