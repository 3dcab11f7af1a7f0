//! The tables of the parts from made-up measurements.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser as _;

use super::park::{Parked, Parking};
use super::ready::Ready;
use super::section::Section;
use super::start::{Run, WallMs};
use super::turns::Taken;
use super::*;
use crate::compare::args::Args;
use crate::compare::memory::Memory;
use crate::compare::peer::Measured;
use crate::compare::scripts::{ONE_GET, PARKED, PARKED_LIBRARIES, Scripts};

/// squall and k6, where `true` stands for both.
fn subjects() -> [Subject; 2] {
    let args = Args::parse_from(["compare", "--squall=true", "--k6=true"]);
    let found = peer::find_javascript(&args, &Scripts::write().unwrap());
    let subject = |presence| match presence {
        Presence::There { peer, .. } => Subject { peer, version: "1.0".to_owned() },
        Presence::Missing { how, .. } => panic!("`true` cannot be started: {how}"),
    };
    found.into_iter().map(subject).collect::<Vec<_>>().try_into().unwrap()
}

fn taken<C, T>(contestant: C, values: Vec<T>) -> Taken<C, T> {
    Taken { contestant, values, failure: None }
}

/// The cells of each line, without the headings.
fn lines(section: &Section) -> Vec<String> {
    assert!(section.grid.lines.iter().all(|line| line.len() == section.grid.headings.len()));
    section.grid.lines.iter().map(|line| line.join(" ")).collect()
}

#[test]
fn cpu_is_compared_round_by_round() {
    let [squall, k6] = subjects();
    let round = |requests_per_s, cpu_us_per_request| Measured {
        requests_per_s,
        cpu_us_per_request,
        memory_peak_bytes: 1,
        failed: 1,
    };
    let section = cpu::table(
        "nginx".to_owned(),
        &[
            taken(squall, vec![round(40_000.0, 20.0), round(20_000.0, 40.0)]),
            taken(k6, vec![round(10_000.0, 80.0), round(4_000.0, 200.0)]),
        ],
    );
    assert_eq!(
        lines(&section),
        ["squall 1.0 30000 4.50 30.00 0.23 2", "k6 1.0 7000 1.00 140.00 1.00 2"]
    );
    assert_eq!(section.notes[0], "goal: CPU per request, x k6, at most 0.33: met (0.23)");
    assert_eq!(section.notes[1], "squall by round: 40000 (20.00 us), 20000 (40.00 us)");
}

/// One VU takes 40 000 KB, and every other one `per_vu_kb`.
fn parked(per_vu_kb: u64) -> Parked {
    let memory = |pages_kb: u64| Memory { pages_bytes: pages_kb << 10, page_tables_bytes: 0 };
    Parked {
        one: memory(40_000),
        all: memory(40_000 + 1_000 * per_vu_kb),
        vus: 1_001,
        arrived_after: Duration::from_secs(2),
    }
}

fn parking(subject: &Subject, script: &str, is_connected: bool) -> Parking {
    let script = PathBuf::from(script);
    Parking { subject: subject.clone(), script, vus: 1_001, is_connected }
}

#[test]
fn memory_says_whether_connections_are_open() {
    let [squall, k6] = subjects();
    let mut broken = taken(parking(&k6, PARKED, false), vec![]);
    broken.failure = Some("it ended".to_owned());
    let section = memory::table(
        1,
        &[
            taken(parking(&squall, PARKED, true), vec![parked(100)]),
            taken(parking(&squall, PARKED, false), vec![parked(90)]),
            broken,
        ],
    );
    assert_eq!(
        lines(&section),
        [
            "squall 1.0 open 1001 100.0 0.0 41 143 2.0",
            "squall 1.0 closed 1001 90.0 0.0 41 133 2.0",
            "k6 1.0 closed 1001 - - - - -",
        ]
    );
    let notes = [
        "goal: KB per VU at most 96.0: missed (100.0)",
        "goal: KB per VU, closed connections, at most 96.0: met (90.0)",
        "k6 1.0, parked, connections closed failed: it ended",
    ];
    assert_eq!(section.notes, notes);
    assert_eq!(section.failures, ["k6 1.0, parked, connections closed"]);
}

#[test]
fn growth_is_in_percent_of_the_script_without_libraries() {
    let [squall, k6] = subjects();
    let section = libraries::table(
        1,
        &[
            taken(parking(&squall, PARKED, true), vec![parked(100)]),
            taken(parking(&k6, PARKED, true), vec![parked(200)]),
            taken(parking(&squall, PARKED_LIBRARIES, true), vec![parked(105)]),
            taken(parking(&k6, PARKED_LIBRARIES, true), vec![parked(5_000)]),
        ],
    );
    assert_eq!(
        lines(&section),
        ["squall 1.0 1001 100.0 105.0 5.0 148 2.0", "k6 1.0 1001 200.0 5000.0 2400.0 5161 2.0"]
    );
    assert_eq!(section.notes, ["goal: growth in percent at most 10.0: met (5.0)"]);
}

#[test]
fn the_last_vu_is_what_counts() {
    let [squall, k6] = subjects();
    let round = |last_s| Ready {
        first_s: 0.5,
        last_s,
        cpu_s: 3.0,
        memory: Memory { pages_bytes: 9_000_000, page_tables_bytes: 1_000_000 },
        memory_peak_bytes: 12_000_000,
    };
    let all = [taken(squall, vec![round(1.5)]), taken(k6, vec![round(3.0)])];
    let section = ready::table(10_000, 1, &all);
    assert_eq!(section.title, "JavaScript: 10000 VUs start");
    let wanted = ["squall 1.0 0.50 1.50 0.50 3.00 10 12", "k6 1.0 0.50 3.00 1.00 3.00 10 12"];
    assert_eq!(lines(&section), wanted);
    assert_eq!(section.notes, ["goal: s to the last at most 2.00: met (1.50)"]);
}

#[test]
fn a_first_run_is_shown_and_has_no_goal() {
    let [squall, k6] = subjects();
    let run =
        |subject: &Subject, script, is_first| Run { subject: subject.clone(), script, is_first };
    let section = start::table(
        2,
        &[
            taken(run(&squall, TRIVIAL, false), vec![WallMs(40.0), WallMs(60.0)]),
            taken(run(&k6, TRIVIAL, false), vec![WallMs(80.0), WallMs(120.0)]),
            taken(run(&squall, ONE_GET, false), vec![WallMs(50.0)]),
            taken(run(&squall, TRIVIAL, true), vec![WallMs(2_000.0)]),
        ],
    );
    assert_eq!(
        lines(&section),
        [
            "squall 1.0, trivial.js 50.0 40.0 60.0 0.50",
            "k6 1.0, trivial.js 100.0 80.0 120.0 1.00",
            "squall 1.0, one-get.js 50.0 50.0 50.0 -",
            "squall 1.0, trivial.js, nothing compiled yet 2000.0 2000.0 2000.0 25.00",
        ]
    );
    assert_eq!(section.notes, ["goal: wall time of trivial.js, x k6, at most 1.00: met (0.50)"]);
}
