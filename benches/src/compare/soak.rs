//! Squall under full load for minutes, with connections kept and with a connection a request: what
//! it holds at the end of each minute. A component and a script run side by side.

use std::fmt;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::args::PeerName;
use super::grid::{Grid, cell};
use super::js::section::Section;
use super::js::turns::Taken;
use super::js::{Subject, subjects};
use super::memory::{Memory, open_descriptors};
use super::peer::{self, Load, Measured};
use super::server::Server;
use super::{Common, machine, print, progress};

/// Memory of the last minute above that of the first.
const GROWTH_MB_MAX: f64 = 5.0;

/// Most descriptors of the last minute above the most of the first. Connections come and go
/// without keep-alive, so that the most of a minute is not always the same.
const DESCRIPTORS_MORE_MAX: f64 = 10.0;

/// How often descriptors are counted.
const COUNT_EVERY: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_mins(1);

/// What a process held in one minute.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Minute {
    /// Most descriptors at a time.
    descriptors_max: usize,
    /// Memory at its end.
    bytes: u64,
}

impl Minute {
    fn megabytes(self) -> f64 {
        self.bytes as f64 / 1e6
    }
}

/// One run.
#[derive(Debug, Clone)]
struct Soaked {
    measured: Measured,
    minutes: Vec<Minute>,
}

impl Soaked {
    /// What the last minute has more than the first.
    fn more(&self, of: impl Fn(Minute) -> f64) -> Option<f64> {
        Some(of(*self.minutes.last()?) - of(*self.minutes.first()?))
    }
}

/// Who soaks, and how.
#[derive(Debug, Clone)]
struct Case {
    subject: Subject,
    runs: &'static str,
    keep_alive: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = if self.keep_alive { "kept" } else { "one a request" };
        write!(formatter, "{}, connections {connections}", self.runs)
    }
}

/// Measures and prints it; returns what was not measured to the end.
pub fn measure(common: &Common<'_>, server: &Server) -> anyhow::Result<Vec<String>> {
    let before = machine::load_average();
    let mut found = vec![peer::find_squall_with_component(common.args)];
    found.extend(peer::find_javascript(common.args, common.scripts));
    let (mut tools, missing) = subjects(found);
    tools.retain(|tool| tool.kind() == PeerName::Squall);
    anyhow::ensure!(tools.len() == 2, "not all is there to soak\n  {}", missing.join("\n  "));
    let mut all = Vec::new();
    for keep_alive in [true, false] {
        let cases = tools.iter().zip(["a component", "a script"]).map(|(subject, runs)| Case {
            subject: subject.clone(),
            runs,
            keep_alive,
        });
        all.extend(side_by_side(common, server, cases.collect())?);
    }
    let how = format!(
        "{}, {} VUs each, component and script at once, {} minutes; descriptors: the most of a \
         minute; memory: shared pages in equal parts, with page tables; {}",
        server.name(),
        common.args.connections,
        common.args.minutes,
        common.placement.describe()
    );
    let section = table(how, &all);
    print(&format!("\n{section}{}", machine::busy_note(before)))?;
    Ok(section.failures)
}

/// Runs all cases at the same time; an error is only that the user wants to stop.
fn side_by_side(
    common: &Common<'_>,
    server: &Server,
    cases: Vec<Case>,
) -> anyhow::Result<Vec<Taken<Case, Soaked>>> {
    let results: Vec<anyhow::Result<Soaked>> = thread::scope(|scope| {
        let threads: Vec<_> =
            cases.iter().map(|case| scope.spawn(|| soak(common, server, case))).collect();
        let ended = |_| Err(anyhow::anyhow!("the thread that watched it ended"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(ended)).collect()
    });
    anyhow::ensure!(!common.is_stopped(), "interrupted while squall was soaked");
    let taken = |(contestant, result): (Case, anyhow::Result<Soaked>)| match result {
        Ok(soaked) => Taken { contestant, values: vec![soaked], failure: None },
        Err(error) => Taken { contestant, values: Vec::new(), failure: Some(format!("{error:#}")) },
    };
    Ok(cases.into_iter().zip(results).map(taken).collect())
}

fn soak(common: &Common<'_>, server: &Server, case: &Case) -> anyhow::Result<Soaked> {
    let minutes = common.args.minutes;
    // A little longer than the minutes, so that the last look is at a generator under load.
    let load = Load {
        url: server.url(),
        connections: common.args.connections,
        duration: MINUTE * u32::try_from(minutes)? + Duration::from_secs(5),
        threads: common.placement.client_cores_count(),
        keep_alive: case.keep_alive,
    };
    let mut watch = Watch::default();
    let measured = common.placement.on_client_cores(|| {
        case.subject.peer.watch(&load, common.stop, |pid, elapsed| watch.look(case, pid, elapsed))
    })??;
    anyhow::ensure!(watch.minutes.len() as u64 >= minutes, "not every minute was seen");
    watch.lost.map_or(Ok(()), Err).context("memory of a minute could not be read")?;
    Ok(Soaked { measured, minutes: watch.minutes })
}

/// Gathers the minutes of one run.
#[derive(Debug, Default)]
struct Watch {
    minutes: Vec<Minute>,
    counted: u32,
    descriptors_max: usize,
    lost: Option<anyhow::Error>,
}

impl Watch {
    fn look(&mut self, case: &Case, pid: u32, elapsed: Duration) {
        if elapsed < COUNT_EVERY * self.counted {
            return;
        }
        self.counted += 1;
        self.descriptors_max = self.descriptors_max.max(open_descriptors(pid));
        if elapsed < MINUTE * (self.minutes.len() as u32 + 1) {
            return;
        }
        match Memory::of_tree(pid) {
            Ok(memory) => {
                let descriptors_max = std::mem::take(&mut self.descriptors_max);
                let minute = Minute { descriptors_max, bytes: memory.bytes() };
                self.minutes.push(minute);
                let (number, megabytes) = (self.minutes.len(), minute.megabytes());
                progress(&format!(
                    "{case}, minute {number}: {descriptors_max} descriptors, {megabytes:.1} MB"
                ));
            }
            Err(error) => self.lost = Some(error),
        }
    }
}

fn table(how: String, all: &[Taken<Case, Soaked>]) -> Section {
    let mut section = Section {
        title: "Soak: nothing grows".to_owned(),
        how,
        grid: Grid::new(&["case", "requests/s", "failed", "descriptors", "MB", "MB more"]),
        ..Section::default()
    };
    for taken in all {
        let Some(soaked) = taken.values.first() else { continue };
        let first = soaked.minutes.first();
        let more = soaked.more(Minute::megabytes);
        section.grid.lines.push(vec![
            taken.contestant.to_string(),
            cell(Some(soaked.measured.requests_per_s), 0),
            soaked.measured.failed.to_string(),
            cell(first.map(|minute| minute.descriptors_max as f64), 0),
            cell(first.map(|minute| minute.megabytes()), 1),
            cell(more, 1),
        ]);
        let by_minute = |of: fn(&Minute) -> String| {
            soaked.minutes.iter().map(of).collect::<Vec<_>>().join(", ")
        };
        section.notes.push(format!(
            "{} by minute: {} descriptors; {} MB",
            taken.contestant,
            by_minute(|minute| minute.descriptors_max.to_string()),
            by_minute(|minute| format!("{:.1}", minute.megabytes()))
        ));
        let growth = format!("{}: MB more after the first minute", taken.contestant);
        section.note_goal(&growth, more, GROWTH_MB_MAX, 1);
        let leak = format!("{}: descriptors more after the first minute", taken.contestant);
        let descriptors_more = soaked.more(|minute| minute.descriptors_max as f64);
        section.note_goal(&leak, descriptors_more, DESCRIPTORS_MORE_MAX, 0);
    }
    section.note_failures(all);
    section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::args::Args;
    use crate::compare::peer::Presence;
    use crate::compare::scripts::Scripts;
    use clap::Parser as _;

    fn case() -> Case {
        let args = Args::parse_from(["compare", "--squall=true", "--generators=squall"]);
        let found = peer::find_javascript(&args, &Scripts::write().unwrap());
        let Some(Presence::There { peer, version }) = found.into_iter().next() else {
            panic!("`true` cannot be started");
        };
        Case { subject: Subject { peer, version }, runs: "a script", keep_alive: false }
    }

    #[test]
    fn minutes_are_gathered_from_looks() {
        let (mut watch, case) = (Watch::default(), case());
        for half_second in 0..=250 {
            watch.look(&case, std::process::id(), Duration::from_millis(500) * half_second);
        }
        assert_eq!((watch.minutes.len(), watch.counted), (2, 126));
        let minute = watch.minutes[0];
        assert!(minute.descriptors_max > 2 && minute.megabytes() > 0.1, "{minute:?}");
        watch.look(&case, u32::MAX, Duration::from_mins(3));
        assert!(watch.lost.is_some() && watch.minutes.len() == 2);
    }

    #[test]
    fn growth_is_what_the_last_minute_has_more_than_the_first() {
        let minutes = [(60, 20_000_000), (64, 30_000_000), (75, 26_000_000)];
        let minutes =
            minutes.map(|(descriptors_max, bytes)| Minute { descriptors_max, bytes }).to_vec();
        let measured = Measured {
            requests_per_s: 1_000.0,
            cpu_us_per_request: 9.0,
            memory_peak_bytes: 30_000_000,
            failed: 0,
        };
        let values = vec![Soaked { measured, minutes }];
        let failed = Taken { contestant: case(), values: vec![], failure: Some("no".to_owned()) };
        let section = table(
            "How.".to_owned(),
            &[Taken { contestant: case(), values, failure: None }, failed],
        );
        let text = section.to_string();
        let has = |part: &str| assert!(text.contains(part), "{text}");
        has("| a script, connections one a request |       1000 |      0 |          60 |");
        has("by minute: 60, 64, 75 descriptors; 20.0, 30.0, 26.0 MB");
        has("MB more after the first minute at most 5.0: missed (6.0)");
        has("descriptors more after the first minute at most 10: missed (15)");
        assert_eq!(section.failures, ["a script, connections one a request"]);
    }
}
