//! The table from made-up measurements.

use super::*;
use clap::Parser as _;

use crate::compare::args::Args;
use crate::compare::peer::{Presence, find};
use crate::compare::scripts::Scripts;

/// Rows for programs that can be started everywhere; what they would do is made up.
fn row(name: &str, rounds: &[(f64, f64)], per_vu_bytes: Option<f64>) -> Row {
    let arguments = [
        "compare",
        "--squall=true",
        "--wasm=Cargo.toml",
        "--wrk=true",
        "--k6=true",
        "--generators",
        name,
    ];
    let Some(Presence::There { peer, .. }) =
        find(&Args::parse_from(arguments), &Scripts::write().unwrap()).pop()
    else {
        panic!("`true` cannot be started");
    };
    let mut row = Row::new(peer, "1.0".to_owned());
    row.rounds = rounds
        .iter()
        .map(|&(requests_per_s, cpu_us_per_request)| Measured {
            requests_per_s,
            cpu_us_per_request,
            memory_peak_bytes: 20_000_000,
            failed: 1,
        })
        .collect();
    row.per_vu_bytes = per_vu_bytes;
    row
}

fn table(rows: Vec<Row>) -> Table {
    Table {
        placement: "shared".to_owned(),
        setup: "nginx, 50 connections".to_owned(),
        memory_vus: 1_000,
        rows,
        missing: vec!["oha is missing: get it".to_owned()],
    }
}

/// The cells of the line of a generator.
fn line(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(&format!("| {name} "))).unwrap();
    line.split('|').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[test]
fn ratios_are_of_medians() {
    let text = table(vec![
        row("squall", &[(90_000.0, 10.0), (80_000.0, 12.0), (10_000.0, 11.0)], Some(30_720.0)),
        row("wrk", &[(100_000.0, 8.0)], Some(1_024.0)),
        row("k6", &[(20_000.0, 55.0)], None),
    ])
    .to_string();
    assert_eq!(line(&text, "squall"), "squall 1.0 80000 0.80 4.00 11.00 1.38 0.20 20.0 30.0 3");
    assert_eq!(line(&text, "wrk"), "wrk 1.0 100000 1.00 5.00 8.00 1.00 0.15 20.0 1.0 1");
    assert_eq!(line(&text, "k6"), "k6 1.0 20000 0.20 1.00 55.00 6.88 1.00 20.0 - 1");
    assert!(text.contains("- squall by round: 90000 (10.00 us), 80000 (12.00 us)"), "{text}");
    assert!(text.contains("- oha is missing: get it"), "{text}");
    assert!(text.starts_with("## A component"), "{text}");
    let table_lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert!(table_lines.iter().all(|line| line.len() == table_lines[0].len()), "{text}");
}

#[test]
fn what_failed_is_said_and_not_compared_with() {
    let mut broken = row("wrk", &[], None);
    broken.failure = Some("it ended with 1".to_owned());
    let text = table(vec![row("squall", &[(80_000.0, 11.0)], None), broken]).to_string();
    assert_eq!(line(&text, "wrk"), "wrk 1.0 - - - - - - - - -");
    assert_eq!(line(&text, "squall"), "squall 1.0 80000 - - 11.00 - - 20.0 - 1");
    assert!(text.contains("- wrk failed: it ended with 1"), "{text}");
}
