//! 100 streams of one HTTP/2 connection: `http.batch` of squall beside h2load, which has no
//! scripts. h2load sends the next request when a stream is free; a batch ends when all of its
//! requests have.

use std::time::Duration;

use super::args::PeerName;
use super::grid::{Grid, cell};
use super::js::section::Section;
use super::js::turns::take;
use super::js::{Subject, subjects};
use super::peer::{self, Load, Measured};
use super::server::Server;
use super::{Common, machine, print};

/// Requests a second as a part of h2load's.
const RATIO_MIN: f64 = 0.6;

/// Measures and prints it; returns who was not measured to the end.
pub fn measure(common: &Common<'_>, server: &Server) -> anyhow::Result<Vec<String>> {
    let before = machine::load_average();
    let (subjects, missing) = subjects(peer::find_http2(common.args, common.scripts));
    let mut section = section(common, server, subjects)?;
    section.notes.extend(missing);
    print(&format!("\n{section}{}", machine::busy_note(before)))?;
    Ok(section.failures)
}

fn section(
    common: &Common<'_>,
    server: &Server,
    subjects: Vec<Subject>,
) -> anyhow::Result<Section> {
    let args = common.args;
    let mut section = Section {
        title: "HTTP/2: 100 streams of one connection".to_owned(),
        how: format!(
            "{}, without TLS, {} s, median of {} interleaved rounds and of their ratios; {}",
            server.name(),
            args.duration_s,
            args.rounds,
            common.placement.describe()
        ),
        grid: Grid::new(&["tool", "requests/s", "x h2load", "CPU us/request", "failed"]),
        ..Section::default()
    };
    let Some(url) = server.http2_url() else {
        section.notes.push("left out: HTTP/2 without TLS needs nginx".to_owned());
        return Ok(section);
    };
    let duration = Duration::from_secs(args.duration_s);
    let load = Load { url, connections: 1, duration, threads: 1, keep_alive: true };
    let all = take(common, args.rounds, subjects, |subject| {
        common.placement.on_client_cores(|| subject.peer.measure(&load, common.stop))?
    })?;
    let h2load = all.iter().find(|taken| taken.contestant.kind() == PeerName::H2load);
    for taken in &all {
        let requests_per_s = |round: &Measured| round.requests_per_s;
        let ratio = taken.ratio_to(h2load, requests_per_s);
        section.grid.lines.push(vec![
            taken.contestant.to_string(),
            cell(taken.median(requests_per_s), 0),
            cell(ratio, 2),
            cell(taken.median(|round| round.cpu_us_per_request), 2),
            taken.values.iter().map(|round| round.failed).sum::<u64>().to_string(),
        ]);
        if taken.contestant.kind() == PeerName::Squall {
            section.note_goal_at_least("requests/s, x h2load,", ratio, RATIO_MIN, 2);
        }
    }
    section.note_failures(&all);
    Ok(section)
}
