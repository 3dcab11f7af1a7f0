//! A run to render in tests: figures of every kind, thresholds that hold and that do not, checks in
//! nested groups. `run.json` has the figures of a real run of 0.84 s on loopback.

use squall_metrics::Summary;

use super::generator::{Bound, GeneratorReport, Iterations, OutputLine, VerdictWord};

/// The whole run.
pub(crate) fn run() -> Summary {
    serde_json::from_str(include_str!("samples/run.json")).unwrap()
}

/// One metric of each kind.
pub(crate) fn few() -> Summary {
    const KEPT: [&str; 7] = [
        "http_req_duration",
        "http_req_duration{status:404}",
        "http_req_duration{nosuch:tag}",
        "iterations",
        "my_gauge",
        "my_rate",
        "vus",
    ];
    let mut summary = run();
    summary.metrics.retain(|metric| KEPT.contains(&metric.name.as_str()));
    summary
}

/// No metric, no group.
pub(crate) fn nothing() -> Summary {
    let mut summary = run();
    summary.metrics.clear();
    summary.root_group = squall_metrics::GroupSummary::default();
    summary.duration_ms = 0.0;
    summary
}

/// A generator that had nothing to fear, in a run without planned starts.
pub(crate) fn healthy() -> GeneratorReport {
    GeneratorReport {
        worker_cpu_max_ratio: Some(0.0712),
        iterations: Iterations { started: 23, completed: 23, ..Iterations::default() },
        ..GeneratorReport::default()
    }
}

/// A generator that was asked for too much.
pub(crate) fn strained() -> GeneratorReport {
    GeneratorReport {
        word: VerdictWord::Strained,
        reasons: vec![
            "start lag p99 is 3.21ms and may be 1ms".to_owned(),
            "10 arrivals were dropped, because all 50 VUs were busy".to_owned(),
        ],
        achieved_ratio: Some(0.99948),
        start_lag_p99_ms: Some(3.2123),
        dropped: 10,
        worker_cpu_max_ratio: Some(0.9123),
        iterations: Iterations {
            planned: Some(20_000),
            started: 19_990,
            completed: 19_985,
            interrupted: 5,
            errors: 3,
            interrupted_age_max_ms: Some(1_234.5),
        },
        bounds: vec![
            Bound {
                name: "response_bodies".to_owned(),
                count: 2,
                meaning: "bodies were cut to their longest length".to_owned(),
            },
            Bound { name: "unreached".to_owned(), ..Bound::default() },
        ],
        outputs: vec![OutputLine {
            description: "json (out.json)".to_owned(),
            written: 1_000,
            dropped: 24,
            bytes: 123_456,
            failure: Some("the disk is full".to_owned()),
        }],
    }
}
