//! Start lag, evenness and rate of arrivals at some rates.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use squall_test_support::{Config, TestServer};

use super::{Maker, Rate, makers, run};
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::js::section::Section;
use crate::compare::js::turns::{Taken, take};
use crate::compare::{Common, machine, print};

/// Arrivals a second.
const RATES: [u32; 3] = [1_000, 5_000, 20_000];

/// The rate whose lag has goals.
const JUDGED: u32 = 10_000;

/// Most start lag at the median and at the 99th percentile, in microseconds.
const LAG_P50_US_MAX: f64 = 60.0;
const LAG_P99_US_MAX: f64 = 500.0;

/// Most that a second's arrivals may differ from the plan, in percent.
const RATE_ERROR_PERCENT_MAX: f64 = 0.5;

/// What one run showed.
#[derive(Debug, Clone, Copy)]
struct Paced {
    /// Start lag, which only squall measures.
    lag_p50_us: Option<f64>,
    lag_p99_us: Option<f64>,
    /// Gaps between requests as the server saw them, as multiples of the planned gap.
    gap_p50: f64,
    gap_p99: f64,
    /// The second that differs most from the plan.
    rate_error_percent: f64,
    dropped: f64,
    cpu_us: f64,
}

impl fmt::Display for Paced {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "lag {}/{} us, gaps {:.2}/{:.2}, rate off by {:.2} %, {:.1} us CPU",
            cell(self.lag_p50_us, 0),
            cell(self.lag_p99_us, 0),
            self.gap_p50,
            self.gap_p99,
            self.rate_error_percent,
            self.cpu_us
        )
    }
}

/// Measures and prints it; returns who was not measured to the end.
pub fn measure(common: &Common<'_>) -> anyhow::Result<Vec<String>> {
    let before = machine::load_average();
    let server = common.placement.on_server_cores(|| TestServer::start(Config::default()))??;
    let (makers, missing) = makers(common);
    let mut section = Section {
        title: "Arrivals at a constant rate".to_owned(),
        how: format!(
            "the test server, {} s, median of {} interleaved rounds; gaps between requests as the \
             server saw them, by the planned gap; the second whose arrivals differ most; {}",
            common.args.duration_s,
            common.args.rounds,
            common.placement.describe()
        ),
        grid: Grid::new(&[
            "generator",
            "arrivals/s",
            "lag p50 us",
            "lag p99 us",
            "gap p50",
            "gap p99",
            "rate off %",
            "dropped",
            "CPU us",
        ]),
        ..Section::default()
    };
    let mut rates = RATES.to_vec();
    rates.insert(2, JUDGED);
    for per_s in rates {
        let all = take(common, common.args.rounds, makers.clone(), |maker| {
            pace(common, &server, maker, per_s)
        })?;
        for taken in &all {
            add(&mut section, taken, per_s);
        }
        section.note_failures(&all);
    }
    section.notes.extend(missing);
    print(&format!("\n{section}{}", machine::busy_note(before)))?;
    Ok(section.failures)
}

fn pace(
    common: &Common<'_>,
    server: &TestServer,
    maker: &Maker,
    per_s: u32,
) -> anyhow::Result<Paced> {
    server.reset();
    let duration = Duration::from_secs(common.args.duration_s.max(3));
    let rate = Rate { per_s, duration, vus: (per_s / 20).max(50), queued: false };
    let ran = run(common, maker, rate, &server.url("/"), |_, _| ())?;
    let arrived = server.arrivals_total();
    let gaps = server.inter_arrivals();
    let gap_ns = 1e9 / f64::from(per_s);
    let lag_us = |stat| ran.stat("iteration_start_lag", stat).map(|ms| ms * 1e3);
    anyhow::ensure!(arrived > 0, "no request came");
    Ok(Paced {
        lag_p50_us: lag_us("med"),
        lag_p99_us: lag_us("p(99)"),
        gap_p50: gaps.p50_ns as f64 / gap_ns,
        gap_p99: gaps.p99_ns as f64 / gap_ns,
        rate_error_percent: rate_error_percent(&server.arrivals_per_second(), per_s)
            .context("the run was too short for a whole second")?,
        dropped: ran.stat("dropped_iterations", "count").unwrap_or_default(),
        cpu_us: ran.finished.cpu.as_secs_f64() * 1e6 / arrived as f64,
    })
}

/// How much the worst second differs from the plan. Without the first one, in which caches and
/// connections are cold, and the last one, which is not whole.
fn rate_error_percent(seconds: &[u64], per_s: u32) -> Option<f64> {
    let whole = seconds.get(1..seconds.len().checked_sub(1)?)?;
    let error = |&count: &u64| (count as f64 / f64::from(per_s) - 1.0).abs() * 100.0;
    whole.iter().map(error).max_by(f64::total_cmp)
}

fn add(section: &mut Section, taken: &Taken<Maker, Paced>, per_s: u32) {
    let lag = |of: fn(&Paced) -> Option<f64>| taken.median(|paced| of(paced).unwrap_or(f64::NAN));
    let number = |value: Option<f64>| value.filter(|value| value.is_finite());
    let (p50, p99) = (number(lag(|one| one.lag_p50_us)), number(lag(|one| one.lag_p99_us)));
    let rate_error = taken.median(|one| one.rate_error_percent);
    section.grid.lines.push(vec![
        taken.contestant.to_string(),
        per_s.to_string(),
        cell(p50, 0),
        cell(p99, 0),
        cell(taken.median(|one| one.gap_p50), 2),
        cell(taken.median(|one| one.gap_p99), 2),
        cell(rate_error, 2),
        cell(taken.median(|one| one.dropped), 0),
        cell(taken.median(|one| one.cpu_us), 1),
    ]);
    if per_s == JUDGED && taken.contestant.subject.kind() == PeerName::Squall {
        let name = &taken.contestant;
        let goal = |what| format!("{name}, {JUDGED} arrivals/s: {what}");
        section.note_goal(&goal("start lag p50 us"), p50, LAG_P50_US_MAX, 0);
        section.note_goal(&goal("start lag p99 us"), p99, LAG_P99_US_MAX, 0);
        section.note_goal(&goal("rate off %"), rate_error, RATE_ERROR_PERCENT_MAX, 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_whole_second_counts() {
        let error = rate_error_percent(&[10, 1_000, 990, 1_004, 3], 1_000).unwrap();
        assert!((error - 1.0).abs() < 1e-9, "{error}");
        assert_eq!(rate_error_percent(&[1_000], 1_000), None);
        assert_eq!(rate_error_percent(&[], 1_000), None);
    }
}
