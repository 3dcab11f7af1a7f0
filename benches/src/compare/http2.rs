//! 100 streams of one HTTP/2 connection: `http.batch` of squall beside h2load, which has no
//! scripts. h2load sends the next request when a stream is free; a batch ends when all of its
//! requests have.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use super::grid::{Grid, cell};
use super::js::section::Section;
use super::peer::{Counted, Measured, squall_program, summary_export};
use super::scripts::HTTP2_BATCH;
use super::server::Server;
use super::statistics::{median, paired_ratio};
use super::{Common, machine, print, process, progress};

/// Requests a second as a part of h2load's.
const RATIO_MIN: f64 = 0.6;
const STREAMS: u32 = 100;
/// Time that a generator may take beyond its load.
const SPARE: Duration = Duration::from_mins(1);

/// Measures and prints it.
pub fn measure(common: &Common<'_>, server: &Server) -> anyhow::Result<()> {
    let args = common.args;
    let before = machine::load_average();
    let mut section = Section {
        title: "HTTP/2: 100 streams of one connection".to_owned(),
        how: format!(
            "{}, without TLS, {} s, median of {} interleaved rounds; {}",
            server.name(),
            args.duration_s,
            args.rounds,
            common.placement.describe()
        ),
        grid: Grid::new(&["tool", "requests/s", "x h2load", "CPU us/request", "failed"]),
        ..Section::default()
    };
    let squall = squall_program(args);
    let is_there = starts(&squall, "version") && starts(&args.h2load, "--version");
    let Some(url) = server.http2_url().filter(|_| is_there) else {
        let needs = "left out: it needs squall, nginx and h2load (Debian package nghttp2-client)";
        section.notes.push(needs.to_owned());
        print(&format!("\n{section}{}", machine::busy_note(before)))?;
        return Ok(());
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=args.rounds {
        for (name, rounds) in [("squall", &mut ours), ("h2load", &mut theirs)] {
            let measured = match name {
                "squall" => squall_once(common, &squall, &url),
                _ => h2load_once(common, &url),
            }?;
            progress(&format!("round {round}: {name:<6} {measured}"));
            rounds.push(measured);
        }
    }
    let per_s = |measured: &Measured| measured.requests_per_s;
    let all_per_s = |all: &[Measured]| -> Vec<f64> { all.iter().map(per_s).collect() };
    let ratio = paired_ratio(&all_per_s(&ours), &all_per_s(&theirs));
    for (name, rounds, ratio) in [("squall", &ours, ratio), ("h2load", &theirs, Some(1.0))] {
        section.grid.lines.push(vec![
            name.to_owned(),
            cell(median(all_per_s(rounds)), 0),
            cell(ratio, 2),
            cell(median(rounds.iter().map(|one| one.cpu_us_per_request).collect()), 2),
            rounds.iter().map(|one| one.failed).sum::<u64>().to_string(),
        ]);
    }
    let met = if ratio.is_some_and(|ratio| ratio >= RATIO_MIN) { "met" } else { "not met" };
    section.notes.push(format!("goal: requests/s, x h2load, at least {RATIO_MIN}: {met}"));
    print(&format!("\n{section}{}", machine::busy_note(before)))
}

fn starts(program: &Path, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok()
}

fn squall_once(common: &Common<'_>, squall: &Path, url: &str) -> anyhow::Result<Measured> {
    let duration = Duration::from_secs(common.args.duration_s);
    let folder = tempfile::Builder::new().prefix("squall-compare-").tempdir()?;
    let export = folder.path().join("summary.json");
    let mut command = Command::new(squall);
    command.args(["run", "--quiet", "--duration"]).arg(format!("{}s", duration.as_secs()));
    command.arg("-e").arg(format!("TARGET={url}")).arg("--summary-export").arg(&export);
    command.arg(common.scripts.path(HTTP2_BATCH));
    let run = || process::run(&mut command, duration + SPARE, common.stop, |_, _| ());
    let finished = common.placement.on_client_cores(run)??;
    let text = std::fs::read_to_string(&export).context("squall wrote no summary export")?;
    let counted = summary_export::parse(&text, duration)?;
    Measured::new(counted, finished.cpu, finished.memory_peak_bytes)
        .context("squall made no requests")
}

fn h2load_once(common: &Common<'_>, url: &str) -> anyhow::Result<Measured> {
    let duration = Duration::from_secs(common.args.duration_s);
    let mut command = Command::new(&common.args.h2load);
    command.args(["--clients", "1", "--threads", "1"]);
    command.arg("--max-concurrent-streams").arg(STREAMS.to_string());
    command.arg("--duration").arg(duration.as_secs().to_string()).arg(url);
    let run = || process::run(&mut command, duration + SPARE, common.stop, |_, _| ());
    let finished = common.placement.on_client_cores(run)??;
    let counted = parse_h2load(&finished.stdout, duration)?;
    Measured::new(counted, finished.cpu, finished.memory_peak_bytes)
        .context("h2load made no requests")
}

/// `requests: 1000 total, 1000 started, 1000 done, 998 succeeded, 2 failed, 0 errored, 0 timeout`
fn parse_h2load(text: &str, duration: Duration) -> anyhow::Result<Counted> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("requests: "))
        .with_context(|| format!("h2load's report has no line `requests:`: {}", text.trim()))?;
    let count = |what: &str| {
        let mut parts = line.split(", ").filter_map(|part| part.trim().split_once(' '));
        parts.find(|(_, name)| *name == what).and_then(|(count, _)| count.parse::<u64>().ok())
    };
    let requests = count("done").context("h2load's report does not say how many are done")?;
    let failed = count("failed").unwrap_or_default() + count("errored").unwrap_or_default();
    Ok(Counted { requests, failed, seconds: duration.as_secs_f64() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        let text = "starting benchmark...\n\nfinished in 5.00s, 100000.20 req/s, 3.34MB/s\n\
            requests: 500001 total, 500101 started, 500001 done, 499998 succeeded, 2 failed, \
            1 errored, 0 timeout\nstatus codes: 499998 2xx, 0 3xx, 0 4xx, 0 5xx\n";
        let counted = parse_h2load(text, Duration::from_secs(5)).unwrap();
        assert_eq!(counted, Counted { requests: 500_001, failed: 3, seconds: 5.0 });
        assert!(parse_h2load("no", Duration::from_secs(5)).is_err());
    }
}
