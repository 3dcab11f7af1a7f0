//! The arrival record as JSON, for tests in other processes.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::arrival::{Arrival, InterArrivals, per_second};
use crate::shared::{Shared, get};

/// Distinct paths that get a count of their own; the rest is counted as `(other)`.
const PATHS_MAX: usize = 256;

/// The record of all arrivals, or of those whose path is `path`.
///
/// `total` and `per_second` of all arrivals are exact; what a single path or a gap needs comes
/// from the arrivals that are kept (`recorded`; `overwritten` says how many are not).
pub(crate) fn report(shared: &Shared, path: Option<&str>) -> Value {
    let view = shared.record.view();
    let recorded = view.arrivals.len() as u64;
    let overwritten = view.total - recorded;
    let by_path = by_path(&view.arrivals);
    let kept: Vec<u64> = view
        .arrivals
        .iter()
        .filter(|arrival| path.is_none_or(|path| arrival.path() == path))
        .map(|arrival| arrival.at_ns)
        .collect();
    let (total, seconds) = match path {
        None => (view.total, view.per_second),
        Some(_) => (kept.len() as u64, per_second(&kept, shared.config.limits.seconds_max)),
    };
    let counters = &shared.counters;
    json!({
        "total": total,
        "per_second": seconds,
        "first_ns": kept.iter().min(),
        "last_ns": kept.iter().max(),
        "inter_arrival_us": gaps(&InterArrivals::of(kept)),
        "recorded": recorded,
        "overwritten": overwritten,
        "by_path": by_path,
        "connections_opened": get(&counters.opened),
        "connections_open": get(&counters.open),
        "connections_turned_away": get(&counters.turned_away),
        "accept_errors": get(&counters.accept_errors),
        "handshakes_failed": get(&counters.handshakes_failed),
        "bad_requests": get(&counters.bad_requests),
        "bytes_received": get(&counters.received_bytes),
        "bytes_sent": get(&counters.sent_bytes),
    })
}

fn by_path(arrivals: &[Arrival]) -> BTreeMap<String, u64> {
    // Counted by what is there, and put into words at the end: the record may be long.
    let mut counts: HashMap<(&str, &str), u64> = HashMap::new();
    let mut other = 0;
    for arrival in arrivals {
        let key = (arrival.method.as_str(), arrival.path());
        if let Some(count) = counts.get_mut(&key) {
            *count += 1;
        } else if counts.len() < PATHS_MAX {
            counts.insert(key, 1);
        } else {
            other += 1;
        }
    }
    let named = counts.iter().map(|((method, path), count)| (format!("{method} {path}"), *count));
    named.chain((other > 0).then(|| ("(other)".to_owned(), other))).collect()
}

fn gaps(gaps: &InterArrivals) -> Value {
    let us = |ns: u64| ns as f64 / 1_000.0;
    json!({
        "count": gaps.count,
        "min": us(gaps.min_ns),
        "mean": us(gaps.mean_ns),
        "p50": us(gaps.p50_ns),
        "p90": us(gaps.p90_ns),
        "p99": us(gaps.p99_ns),
        "max": us(gaps.max_ns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrival::Protocol;
    use crate::config::{Config, Limits};

    fn shared(targets: &[&str]) -> Shared {
        let limits = Limits { arrivals_max: 4, ..Limits::default() };
        let shared = Shared::new(Config { limits, ..Config::default() });
        for (index, target) in targets.iter().enumerate() {
            shared.record.add(Arrival {
                at_ns: 1_000_000_000 + index as u64 * 600_000_000,
                connection: 1,
                method: http::Method::GET,
                target: (*target).into(),
                protocol: Protocol::Http1,
                request_bytes: 1,
            });
        }
        shared
    }

    #[test]
    fn all_arrivals_are_counted_even_those_overwritten() {
        let report = report(&shared(&["/a", "/a", "/b?x", "/a", "/a", "/a"]), None);
        assert_eq!(report["total"], 6);
        assert_eq!(report["per_second"], json!([2, 2, 1, 1]));
        assert_eq!((&report["recorded"], &report["overwritten"]), (&json!(4), &json!(2)));
        assert_eq!(report["by_path"], json!({ "GET /a": 3, "GET /b": 1 }));
        assert_eq!(report["inter_arrival_us"]["p50"], 600_000.0);
    }

    #[test]
    fn one_path_is_counted_from_its_own_first_arrival() {
        let report = report(&shared(&["/setup", "/a", "/a", "/a"]), Some("/a"));
        assert_eq!(report["total"], 3);
        assert_eq!(report["per_second"], json!([2, 1]));
        assert_eq!(report["first_ns"], 1_600_000_000_u64);
    }

    #[test]
    fn paths_over_the_bound_are_counted_together() {
        let targets: Vec<String> = (0..PATHS_MAX + 2).map(|index| format!("/{index}")).collect();
        let shared = Shared::new(Config::default());
        for target in targets.iter().chain(&targets) {
            shared.record.add(Arrival {
                at_ns: 1,
                connection: 1,
                method: http::Method::GET,
                target: target.as_str().into(),
                protocol: Protocol::Http1,
                request_bytes: 1,
            });
        }
        let report = report(&shared, None);
        assert_eq!(report["by_path"]["(other)"], 4);
        assert_eq!(report["by_path"]["GET /0"], 2);
        assert_eq!(report["by_path"].as_object().unwrap().len(), PATHS_MAX + 1);
    }

    #[test]
    fn nothing_recorded_is_a_report_too() {
        let report = report(&shared(&[]), None);
        assert_eq!(report["total"], 0);
        assert_eq!(report["first_ns"], Value::Null);
        assert_eq!(report["inter_arrival_us"]["count"], 0);
    }
}
