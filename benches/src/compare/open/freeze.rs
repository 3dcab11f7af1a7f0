//! Response times while the server stands still for 200 ms of every 2 s, and while the generator
//! itself does.
//!
//! With constant arrivals and quick service the response time at quantile q > 1 - F/P is
//! F - (1 - q) P, its mean F²/(2 P): what arrives in a freeze waits for its end.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use squall_test_support::{Config, Freeze, TestServer};

use super::{Maker, Rate, makers, run};
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::js::section::Section;
use crate::compare::js::turns::{Taken, take};
use crate::compare::{Common, machine, print};

const FREEZE: Duration = Duration::from_millis(200);
const PERIOD: Duration = Duration::from_secs(2);

const PER_S: u32 = 1_000;
const VUS: u32 = 10;

/// Runs last whole periods.
const PERIODS: u32 = 10;

/// Most that a quantile may differ from the formula, as a part of the freeze.
const ERROR_MAX: f64 = 0.02;

/// Most service time at the 99th percentile while the generator stands still.
const SERVICE_P99_MS_MAX: f64 = 5.0;

/// The formula for p95, p99, p99.9 and the mean, in milliseconds.
const WANTED: [(&str, f64); 4] =
    [("p(95)", 100.0), ("p(99)", 180.0), ("p(99.9)", 198.0), ("avg", 10.0)];

/// Who stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Still {
    Server,
    Generator,
}

#[derive(Debug, Clone)]
struct Case {
    maker: Maker,
    still: Still,
    queued: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let still = match self.still {
            Still::Server => "server",
            Still::Generator => "generator",
        };
        let late = if self.queued { ", queued" } else { "" };
        write!(formatter, "{}{late}; {still} freezes", self.maker)
    }
}

/// What one run showed, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Frozen {
    /// As in [`WANTED`]; of k6 the duration of requests, for want of anything better.
    response_ms: [f64; 4],
    service_p99_ms: f64,
    dropped: f64,
    /// `ok`, `strained`, `invalid`; nothing of k6.
    verdict: &'static str,
}

impl fmt::Display for Frozen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "response {:.1?} ms, service p99 {:.1} ms, {} dropped, {}",
            self.response_ms, self.service_p99_ms, self.dropped, self.verdict
        )
    }
}

/// Measures and prints it; returns who was not measured to the end.
pub fn measure(common: &Common<'_>) -> anyhow::Result<Vec<String>> {
    let before = machine::load_average();
    let (makers, missing) = makers(common);
    let mut cases = Vec::new();
    for maker in makers.into_iter().filter(|maker| maker.flags.is_empty()) {
        let is_squall = maker.subject.kind() == PeerName::Squall;
        let mut add = |still, queued| cases.push(Case { maker: maker.clone(), still, queued });
        if is_squall {
            add(Still::Server, true);
        }
        add(Still::Server, false);
        add(Still::Generator, is_squall);
    }
    let all = take(common, common.args.rounds, cases, |case| once(common, case))?;
    let mut section = table(common, &all);
    section.notes.extend(missing);
    print(&format!("\n{section}{}", machine::busy_note(before)))?;
    Ok(section.failures)
}

fn once(common: &Common<'_>, case: &Case) -> anyhow::Result<Frozen> {
    let freeze = (case.still == Still::Server).then(|| Freeze::new(FREEZE, PERIOD)).transpose()?;
    let config = Config { freeze, ..Config::default() };
    let server = common.placement.on_server_cores(|| TestServer::start(config))??;
    let duration = PERIOD * PERIODS;
    let rate = Rate { per_s: PER_S, duration, vus: VUS, queued: case.queued };
    let mut pauses = None;
    let ran = run(common, &case.maker, rate, &server.url("/"), |pid, _| {
        // From the first request on, so that setting up is not counted.
        if case.still == Still::Generator && pauses.is_none() && server.arrivals_total() > 0 {
            pauses = Some(thread::spawn(move || pause_again_and_again(pid)));
        }
    })?;
    if let Some(pauses) = pauses {
        drop(pauses.join());
    }
    let is_squall = case.maker.subject.kind() == PeerName::Squall;
    let metric = if is_squall { "iteration_response_time" } else { "http_req_duration" };
    let response_ms = WANTED.map(|(stat, _)| ran.stat(metric, stat).unwrap_or(f64::NAN));
    let verdict = ran.export["squall"]["verdict"].as_str();
    Ok(Frozen {
        response_ms,
        service_p99_ms: ran.stat("http_req_duration", "p(99)").unwrap_or(f64::NAN),
        dropped: ran.stat("dropped_iterations", "count").unwrap_or_default(),
        verdict: ["ok", "strained", "invalid"]
            .into_iter()
            .find(|word| verdict == Some(word))
            .unwrap_or("-"),
    })
}

/// Stops a process for 200 ms at the end of every 2 s, as often as its run has them. The last time
/// it still has to end, so that it is there to go on.
fn pause_again_and_again(pid: u32) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    let started = Instant::now();
    for number in 1..=PERIODS {
        let go_on_at = started + PERIOD * number;
        let lasts = |until: Instant| until.saturating_duration_since(Instant::now());
        thread::sleep(lasts(go_on_at).saturating_sub(FREEZE));
        // A child that has ended is a zombie until its run has been read: the number is its own.
        if kill_process(pid, Signal::STOP).is_err() {
            return;
        }
        thread::sleep(lasts(go_on_at));
        if kill_process(pid, Signal::CONT).is_err() {
            return;
        }
    }
}

fn table(common: &Common<'_>, all: &[Taken<Case, Frozen>]) -> Section {
    let mut section = Section {
        title: "Standing still: 200 ms of every 2 s".to_owned(),
        how: format!(
            "the test server, {PER_S} arrivals/s by {VUS} VUs for {} s, median of {} interleaved \
             rounds; response times as the tool reports them (`iteration_response_time`, of k6 \
             `http_req_duration`); {}",
            (PERIOD * PERIODS).as_secs(),
            common.args.rounds,
            common.placement.describe()
        ),
        grid: Grid::new(&[
            "case",
            "p95 ms",
            "p99 ms",
            "p99.9 ms",
            "mean ms",
            "service p99",
            "dropped",
            "verdict",
        ]),
        ..Section::default()
    };
    let wanted = WANTED.map(|(_, ms)| cell(Some(ms), 1));
    let name = vec!["what a user would feel".to_owned()];
    let formula = [name, wanted.to_vec(), vec![String::new(); 3]].concat();
    section.grid.lines.push(formula);
    for taken in all {
        let median = |index: usize| taken.median(|one| one.response_ms[index]);
        let mut line = vec![taken.contestant.to_string()];
        line.extend((0..WANTED.len()).map(|index| cell(median(index), 1)));
        let service = taken.median(|one| one.service_p99_ms);
        line.push(cell(service, 1));
        line.push(cell(taken.median(|one| one.dropped), 0));
        line.push(taken.values.first().map_or("-", |one| one.verdict).to_owned());
        section.grid.lines.push(line);
        if taken.contestant.queued {
            let error = |(index, (_, ms)): (usize, &(&str, f64))| {
                median(index).map(|found| (found - ms).abs() / (FREEZE.as_secs_f64() * 1e3))
            };
            let worst = WANTED.iter().enumerate().filter_map(error).max_by(f64::total_cmp);
            let what = format!("{}: off the formula, of the freeze,", taken.contestant);
            section.note_goal(&what, worst, ERROR_MAX, 3);
            if taken.contestant.still == Still::Generator {
                let what = format!("{}: service p99 ms", taken.contestant);
                section.note_goal(&what, service, SERVICE_P99_MS_MAX, 1);
            }
        }
    }
    section.note_failures(all);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_follows_the_formula() {
        let (freeze, period) = (FREEZE.as_secs_f64() * 1e3, PERIOD.as_secs_f64() * 1e3);
        for ((_, wanted), q) in WANTED.iter().zip([0.95, 0.99, 0.999]) {
            assert!((wanted - (freeze - (1.0 - q) * period)).abs() < 1e-6, "{q}");
        }
        assert!((WANTED[3].1 - freeze * freeze / (2.0 * period)).abs() < 1e-9);
    }
}
