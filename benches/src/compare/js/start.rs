//! Wall time of a run of one iteration, from the start of the program to its end.

use std::fmt;

use anyhow::Context as _;
use squall_test_support::{Config, TestServer};

use super::section::Section;
use super::turns::{Taken, take};
use super::{SHORT_RUN_MAX, Subject};
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::scripts::{ONE_GET, TRIVIAL};
use crate::compare::{Common, process};

/// Wall time as a multiple of k6's.
const RATIO_MAX: f64 = 1.0;

/// Runs of squall with nothing compiled yet.
const FIRST_RUNS: u32 = 3;

/// A tool with a script.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) subject: Subject,
    pub(super) script: &'static str,
    /// Whether the folder for compiled code is new and empty.
    pub(super) is_first: bool,
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = if self.is_first { ", nothing compiled yet" } else { "" };
        write!(formatter, "{}, {}{first}", self.subject, self.script)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WallMs(pub(super) f64);

impl fmt::Display for WallMs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} ms", self.0)
    }
}

/// Measures it.
pub fn section(common: &Common<'_>, subjects: &[Subject]) -> anyhow::Result<Section> {
    let server =
        TestServer::start(Config::default()).context("the test server could not be started")?;
    let runs = [TRIVIAL, ONE_GET].into_iter().flat_map(|script| {
        let run =
            move |subject: &Subject| Run { subject: subject.clone(), script, is_first: false };
        subjects.iter().map(run)
    });
    let mut all =
        take(common, common.args.start_runs, runs.collect(), |run| once(common, &server, run))?;
    let first = subjects.iter().filter(|subject| subject.kind() == PeerName::Squall);
    let first =
        first.map(|subject| Run { subject: subject.clone(), script: TRIVIAL, is_first: true });
    all.extend(take(common, FIRST_RUNS, first.collect(), |run| once(common, &server, run))?);
    Ok(table(common.args.start_runs, &all))
}

fn once(common: &Common<'_>, server: &TestServer, run: &Run) -> anyhow::Result<WallMs> {
    let mut command = run.subject.peer.run_command();
    command.arg("-e").arg(format!("TARGET={}", server.url("/")));
    command.arg(common.scripts.path(run.script));
    let cache = tempfile::tempdir().context("a temporary folder could not be made")?;
    if run.is_first {
        command.env("SQUALL_CACHE_DIR", cache.path());
    }
    let wall = process::wall(&mut command, SHORT_RUN_MAX, common.stop)?;
    Ok(WallMs(wall.as_secs_f64() * 1_000.0))
}

pub(super) fn table(runs: u32, all: &[Taken<Run, WallMs>]) -> Section {
    let wall_ms = |wall: &WallMs| wall.0;
    let mut section = Section {
        title: "JavaScript: wall time of a run of one iteration".to_owned(),
        how: format!(
            "`run --quiet` of one VU with one iteration, from the start of the program to its \
             end, on all cores; {runs} interleaved runs, and {FIRST_RUNS} of squall with nothing \
             compiled yet. The ratio is the median of the ratios of neighbouring runs."
        ),
        grid: Grid::new(&["tool and script", "median ms", "least ms", "most ms", "x k6"]),
        ..Section::default()
    };
    for taken in all {
        let run = &taken.contestant;
        let k6 = all.iter().find(|other| {
            other.contestant.subject.kind() == PeerName::K6 && other.contestant.script == run.script
        });
        let times_k6 = taken.ratio_to(k6, wall_ms);
        let values_ms = || taken.values.iter().map(wall_ms);
        section.grid.lines.push(vec![
            run.to_string(),
            cell(taken.median(wall_ms), 1),
            cell(values_ms().reduce(f64::min), 1),
            cell(values_ms().reduce(f64::max), 1),
            cell(times_k6, 2),
        ]);
        if run.subject.kind() == PeerName::Squall && !run.is_first {
            let what = format!("wall time of {}, x k6,", run.script);
            section.note_goal(&what, times_k6, RATIO_MAX, 2);
        }
    }
    section.note_failures(all);
    section
}
