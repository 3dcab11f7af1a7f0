//! Compares what was measured: the points of `--out json` and the shape and figures of
//! `--summary-export`.
//!
//! Times are never the same, so of a metric that is a time only the number of its points and their
//! tags count. Of everything else the values count too. Metrics that squall has on top are left
//! out on its side.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::compare::{Difference, push};
use crate::script::{Kind, Script};
use crate::side::Outcome;

/// What squall measures and k6 does not; see `docs/k6-compatibility.md`.
const OURS: [&str; 4] =
    ["iteration_start_lag", "iteration_response_time", "iteration_errors", "http_req_looking_up"];

/// Sampled once a second: whether a short run has any is chance.
const BY_CHANCE: [&str; 2] = ["vus", "vus_max"];

/// Bytes on the wire depend on connections and on the name of the client, so they agree roughly.
const ROUGH: [&str; 2] = ["data_sent", "data_received"];
const ROUGH_RATIO: f64 = 0.15;
const ROUGH_BYTES: f64 = 300.0;

/// How far figures of trends may be apart: beyond 256 samples squall keeps three digits.
const TREND_RATIO: f64 = 0.002;

/// How the values of a metric are compared.
#[derive(Clone, Copy, PartialEq)]
enum Values {
    Exact,
    Rough,
    /// Only that they are there.
    Times,
}

fn values_of(metric: &str) -> Values {
    let base = metric.split_once('{').map_or(metric, |(base, _)| base);
    let is_time = matches!(base, "iteration_duration" | "group_duration" | "ws_connecting")
        || matches!(base, "ws_session_duration" | "ws_ping" | "grpc_req_duration")
        || (base.starts_with("http_req_") && base != "http_req_failed");
    match () {
        () if is_time => Values::Times,
        () if ROUGH.contains(&base) => Values::Rough,
        () => Values::Exact,
    }
}

pub(crate) fn compare(
    script: &Script,
    k6: &Outcome,
    squall: &Outcome,
    differences: &mut Vec<Difference>,
) {
    let (theirs, ours) = (Measured::of(script, &k6.points), Measured::of(script, &squall.points));
    let names: BTreeSet<&String> = theirs.metrics.keys().chain(ours.metrics.keys()).collect();
    for name in names {
        let lines = match (theirs.metrics.get(name), ours.metrics.get(name)) {
            (Some(_), None) => vec!["- it is there".to_owned()],
            (None, Some(_)) => vec!["+ it is there".to_owned()],
            (Some(theirs), Some(ours)) => metric_changes(script, name, theirs, ours),
            (None, None) => Vec::new(),
        };
        push(differences, &format!("metric {name}"), lines);
    }
    let mut lines = Vec::new();
    let theirs = pruned(script, &k6.summary, &OURS[..0]);
    let ours = pruned(script, &squall.summary, &OURS);
    summary_changes(script, "", &theirs, &ours, &mut lines);
    push(differences, "summary", lines);
}

/// One metric of one side.
#[derive(Default)]
struct Metric {
    definition: Value,
    /// Tags (and the value, where it counts) to how often.
    points: BTreeMap<String, u64>,
    sum: f64,
}

struct Measured {
    metrics: BTreeMap<String, Metric>,
}

impl Measured {
    fn of(script: &Script, lines: &[Value]) -> Self {
        let mut metrics = BTreeMap::<String, Metric>::new();
        for line in lines {
            let name = line["metric"].as_str().unwrap_or_default().to_owned();
            if OURS.contains(&name.as_str())
                || BY_CHANCE.contains(&name.as_str())
                || script.allows(Kind::Metric, &name)
            {
                continue;
            }
            let metric = metrics.entry(name.clone()).or_default();
            let data = &line["data"];
            if line["type"] == "Metric" {
                metric.definition = definition(data);
                continue;
            }
            let value = data["value"].as_f64().unwrap_or(f64::NAN);
            metric.sum += value;
            let mut key = tags(&data["tags"]).to_string();
            if !data["metadata"].is_null() {
                key = format!("{key} with {}", sorted(&data["metadata"]));
            }
            if values_of(&name) == Values::Exact {
                key = format!("{value} {key}");
            }
            *metric.points.entry(key).or_default() += 1;
        }
        Self { metrics }
    }
}

/// Kind, content, thresholds and submetrics.
fn definition(data: &Value) -> Value {
    let mut submetrics: Vec<String> = data["submetrics"]
        .as_array()
        .map(|list| list.iter().map(|one| one["name"].to_string()).collect())
        .unwrap_or_default();
    submetrics.sort();
    let thresholds = data["thresholds"].as_array().cloned().unwrap_or_default();
    serde_json::json!({
        "type": data["type"],
        "contains": data["contains"],
        "thresholds": thresholds,
        "submetrics": submetrics,
    })
}

/// Tags in the order of their names. The text of an error that has no code of its own is what the
/// library says that the program is made with.
fn tags(tags: &Value) -> Value {
    let mut tags = sorted(tags);
    if (tags["error_code"] == "1000" || tags["error_code"] == "1701") && tags.get("error").is_some()
    {
        tags["error"] = Value::from("any");
    }
    tags
}

/// Objects with their keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted_map: BTreeMap<&String, Value> =
                map.iter().map(|(key, value)| (key, sorted(value))).collect();
            sorted_map.into_iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        other => other.clone(),
    }
}

fn metric_changes(script: &Script, name: &str, theirs: &Metric, ours: &Metric) -> Vec<String> {
    let mut lines = Vec::new();
    if theirs.definition != ours.definition {
        lines.push(format!("- {}", theirs.definition));
        lines.push(format!("+ {}", ours.definition));
    }
    if script.allows(Kind::Points, name) {
        return lines;
    }
    let keys: BTreeSet<&String> = theirs.points.keys().chain(ours.points.keys()).collect();
    for key in keys {
        let [their, our] = [theirs, ours].map(|side| side.points.get(key).copied().unwrap_or(0));
        if their != our {
            lines.push(format!(
                "{} {their} to {our} times {key}",
                if their > our { '-' } else { '+' }
            ));
        }
    }
    if values_of(name) == Values::Rough && !is_near(theirs.sum, ours.sum, ROUGH_RATIO, ROUGH_BYTES)
    {
        lines.push(format!("- {} bytes in all", theirs.sum));
        lines.push(format!("+ {} bytes in all", ours.sum));
    }
    lines
}

fn is_near(a: f64, b: f64, ratio: f64, slack: f64) -> bool {
    (a - b).abs() <= slack.max(a.abs().max(b.abs()) * ratio)
}

/// A summary without what is not compared.
fn pruned(script: &Script, summary: &Value, without: &[&str]) -> Value {
    let mut summary = summary.clone();
    if let Some(metrics) = summary.get_mut("metrics").and_then(Value::as_object_mut) {
        metrics.retain(|name, _| {
            let name = name.as_str();
            !without.contains(&name)
                && !BY_CHANCE.contains(&name)
                && !script.allows(Kind::Metric, name)
        });
    }
    // What squall has on top, such as the verdict on the generator, stands beside these two.
    if let Some(all) = summary.as_object_mut() {
        all.retain(|name, _| ["root_group", "metrics"].contains(&name.as_str()));
    }
    summary
}

fn summary_changes(
    script: &Script,
    path: &str,
    theirs: &Value,
    ours: &Value,
    lines: &mut Vec<String>,
) {
    if script.allows(Kind::Summary, &format!("{path}/")) {
        return;
    }
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            let keys: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
            for key in keys {
                let path = format!("{path}/{key}");
                match (theirs.get(key), ours.get(key)) {
                    (Some(theirs), Some(ours)) => {
                        summary_changes(script, &path, theirs, ours, lines);
                    }
                    (Some(theirs), None) => lines.push(format!("- {path} {theirs}")),
                    (_, ours) => lines.push(format!("+ {path} {}", ours.unwrap_or(&Value::Null))),
                }
            }
        }
        (Value::Number(theirs), Value::Number(ours)) => {
            let [theirs, ours] = [theirs, ours].map(|number| number.as_f64().unwrap_or(f64::NAN));
            if !is_same_figure(script, path, theirs, ours) {
                lines.push(format!("- {path} {theirs}"));
                lines.push(format!("+ {path} {ours}"));
            }
        }
        _ if theirs != ours => {
            lines.push(format!("- {path} {theirs}"));
            lines.push(format!("+ {path} {ours}"));
        }
        _ => {}
    }
}

fn is_same_figure(script: &Script, path: &str, theirs: f64, ours: f64) -> bool {
    let metric = path.strip_prefix("/metrics/").and_then(|rest| rest.rsplit_once('/'));
    // Counts of checks in the tree of groups.
    let Some((metric, figure)) = metric else { return theirs.to_bits() == ours.to_bits() };
    if script.allows(Kind::Points, metric) {
        return true;
    }
    match values_of(metric) {
        Values::Rough if figure == "count" => is_near(theirs, ours, ROUGH_RATIO, ROUGH_BYTES),
        Values::Times | Values::Rough => true,
        // A counter's rate is a matter of time.
        Values::Exact if figure == "rate" => true,
        Values::Exact => is_near(theirs, ours, TREND_RATIO, f64::EPSILON),
    }
}
