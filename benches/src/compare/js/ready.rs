//! Time until very many VUs have started their first iteration, and the memory then.
//!
//! The script itself says when: each VU adds the time since the tool was started to a trend, and
//! the greatest value in the summary export is the last VU's. That needs no request and no server,
//! and costs both tools one sample a VU. VUs then hold for longer than all need to start, so all
//! exist at once.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Subject;
use super::section::Section;
use super::turns::{Taken, take};
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::memory::Memory;
use crate::compare::scripts::READY;
use crate::compare::{Common, process};

/// How long each VU holds.
const HOLD: Duration = Duration::from_secs(20);

/// When memory is read, after the tool's start. VUs that start later are too late.
const LOOK_AFTER: Duration = Duration::from_secs(17);

/// Time beyond the hold to start, end and sum up.
const SPARE: Duration = Duration::from_mins(2);

/// For the last VU, in seconds.
const READY_S_MAX: f64 = 2.0;

/// What was seen of one start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ready {
    pub(super) first_s: f64,
    pub(super) last_s: f64,
    pub(super) cpu_s: f64,
    /// While all hold.
    pub(super) memory: Memory,
    pub(super) memory_peak_bytes: u64,
}

impl fmt::Display for Ready {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "first after {:.2} s, last after {:.2} s, {:.0} MB",
            self.first_s,
            self.last_s,
            self.memory.bytes() as f64 / 1e6
        )
    }
}

/// Measures it.
pub fn section(common: &Common<'_>, subjects: Vec<Subject>) -> anyhow::Result<Section> {
    let all = take(common, common.args.rounds, subjects, |subject| once(common, subject))?;
    Ok(table(common.args.ready_vus, common.args.rounds, &all))
}

fn once(common: &Common<'_>, subject: &Subject) -> anyhow::Result<Ready> {
    let folder = tempfile::Builder::new()
        .prefix("squall-compare-")
        .tempdir()
        .context("a temporary folder could not be made")?;
    let export = folder.path().join("summary.json");
    let vus = common.args.ready_vus;
    let mut command = subject.peer.run_command();
    command.arg("-e").arg(format!("VUS={vus}"));
    command.arg("-e").arg(format!("HOLD_S={}", HOLD.as_secs()));
    command.arg("--summary-export").arg(&export);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    command.arg("-e").arg(format!("STARTED_MS={}", now.as_millis()));
    command.arg(common.scripts.path(READY));
    let mut memory = None;
    let finished = process::run(&mut command, HOLD + SPARE, common.stop, |pid, elapsed| {
        if memory.is_none() && elapsed > LOOK_AFTER {
            memory = Some(Memory::of_tree(pid));
        }
    })?;
    let text = std::fs::read_to_string(&export)
        .with_context(|| format!("{subject} wrote no summary export to `{}`", export.display()))?;
    let (first_s, last_s) = starts(&text, vus)?;
    Ok(Ready {
        first_s,
        last_s,
        cpu_s: finished.cpu.as_secs_f64(),
        memory: memory.context("it ended before the hold was over")??,
        memory_peak_bytes: finished.memory_peak_bytes,
    })
}

/// When the first and the last VU started, in seconds. An error unless each did so once and in
/// time.
fn starts(text: &str, vus: u32) -> anyhow::Result<(f64, f64)> {
    let export: Value = serde_json::from_str(text).context("the summary export is not JSON")?;
    let seconds = |stat: &str| {
        let value_ms = export["metrics"]["vu_started_ms"][stat].as_f64();
        value_ms
            .map(|value_ms| value_ms / 1_000.0)
            .with_context(|| format!("the summary export has no `metrics.vu_started_ms.{stat}`"))
    };
    let (first_s, last_s) = (seconds("min")?, seconds("max")?);
    let iterations = export["metrics"]["iterations"]["count"].as_f64().unwrap_or_default();
    ensure!(
        iterations as u64 == u64::from(vus),
        "{iterations} of {vus} VUs ran their iteration to its end"
    );
    let limit_s = LOOK_AFTER.as_secs_f64();
    ensure!(last_s < limit_s, "the last VU started after {last_s} s; {limit_s} s is the limit");
    Ok((first_s, last_s))
}

pub(super) fn table(vus: u32, rounds: u32, all: &[Taken<Subject, Ready>]) -> Section {
    let k6 = all.iter().find(|taken| taken.contestant.kind() == PeerName::K6);
    let last_s = |ready: &Ready| ready.last_s;
    let mut section = Section {
        title: format!("JavaScript: {vus} VUs start"),
        how: format!(
            "From the start of the tool until the first and the last VU began its first \
             iteration, as the script says itself in a trend; then all hold. Memory is the \
             proportional set size and page tables while all hold; the peak is of anonymous and \
             file pages and page tables. CPU includes the summary. Median of {rounds} interleaved \
             rounds and of their ratios, all cores."
        ),
        grid: Grid::new(&[
            "tool",
            "s to the first",
            "s to the last",
            "x k6",
            "CPU s",
            "MB while all hold",
            "peak MB",
        ]),
        ..Section::default()
    };
    for taken in all {
        section.grid.lines.push(vec![
            taken.contestant.to_string(),
            cell(taken.median(|ready| ready.first_s), 2),
            cell(taken.median(last_s), 2),
            cell(taken.ratio_to(k6, last_s), 2),
            cell(taken.median(|ready| ready.cpu_s), 2),
            cell(taken.median(|ready| ready.memory.bytes() as f64 / 1e6), 0),
            cell(taken.median(|ready| ready.memory_peak_bytes as f64 / 1e6), 0),
        ]);
        if taken.contestant.kind() == PeerName::Squall {
            section.note_goal("s to the last", taken.median(last_s), READY_S_MAX, 2);
        }
    }
    for taken in all.iter().filter(|taken| taken.values.len() > 1) {
        let rounds = taken.by_round(|ready| format!("{:.2} s", ready.last_s));
        section.notes.push(format!("{} by round: {rounds}", taken.contestant.peer.name()));
    }
    section.note_failures(all);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_read_in_seconds() {
        let text = r#"{"metrics": {"iterations": {"count": 100},
            "vu_started_ms": {"min": 250, "max": 1933, "avg": 1000}}}"#;
        assert_eq!(starts(text, 100).unwrap(), (0.25, 1.933));
        let error = starts(text, 101).unwrap_err().to_string();
        assert_eq!(error, "100 of 101 VUs ran their iteration to its end");
        let late = text.replace("1933", "19330");
        assert!(starts(&late, 100).unwrap_err().to_string().contains("17 s is the limit"));
        assert!(starts("{}", 1).unwrap_err().to_string().contains("vu_started_ms.min"));
        assert!(starts("", 1).is_err());
    }
}
