//! The summary as JSON, in k6's shapes.
//!
//! Two shapes: the object that `handleSummary(data)` is given, and the flatter one that
//! `--summary-export` writes, in which a threshold is `true` when it has *failed*. Both have one
//! key that k6 does not have, `squall`: the verdict on the generator. Everything else is as in k6,
//! so that existing scripts find what they look for. The order of keys is fixed: metrics as they
//! are in the summary, figures of trends as the options name them.

use md5::{Digest, Md5};
use serde_json::{Map, Number, Value, json};
use squall_metrics::{
    CheckSummary, GroupSummary, MetricSummary, Summary, ThresholdSummary, TrendStat, Values,
};

use super::default_trend_stats;
use super::generator::{self, GeneratorReport};
use super::number::TimeUnit;

/// What the shapes say besides the figures.
#[derive(Clone, Debug)]
pub struct JsonContext {
    /// Figures of trends: `summaryTrendStats`.
    pub trend_stats: Vec<TrendStat>,
    /// `summaryTimeUnit`.
    pub time_unit: TimeUnit,
    /// Whether colours are off.
    pub no_color: bool,
    /// Whether standard output is a terminal.
    pub stdout_is_tty: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_tty: bool,
    /// What setup returned, if it returned something.
    pub setup_data: Option<Value>,
}

impl Default for JsonContext {
    fn default() -> Self {
        Self {
            trend_stats: default_trend_stats(),
            time_unit: TimeUnit::Auto,
            no_color: false,
            stdout_is_tty: false,
            stderr_is_tty: false,
            setup_data: None,
        }
    }
}

/// The object that `handleSummary` is given.
pub fn handle_summary_data(
    summary: &Summary,
    generator: Option<&GeneratorReport>,
    context: &JsonContext,
) -> Value {
    let metrics = summary.metrics.iter().map(|metric| {
        let mut object = Map::new();
        object.insert("type".to_owned(), metric.kind.as_str().into());
        object.insert("contains".to_owned(), metric.contains.as_str().into());
        object.insert(
            "values".to_owned(),
            Value::Object(figures(metric, &context.trend_stats, "rate")),
        );
        if let Some(thresholds) = threshold_map(metric, |ok| json!({ "ok": ok })) {
            object.insert("thresholds".to_owned(), thresholds);
        }
        (metric.name.clone(), Value::Object(object))
    });
    let trend_stats: Vec<&str> = context.trend_stats.iter().map(|stat| &*stat.name).collect();
    let mut data = Map::new();
    data.insert("root_group".to_owned(), group_as_lists(&summary.root_group));
    data.insert(
        "options".to_owned(),
        json!({
            "summaryTrendStats": trend_stats,
            "summaryTimeUnit": context.time_unit.as_str(),
            "noColor": context.no_color,
        }),
    );
    data.insert(
        "state".to_owned(),
        json!({
            "isStdOutTTY": context.stdout_is_tty,
            "isStdErrTTY": context.stderr_is_tty,
            "testRunDurationMs": number(summary.duration_ms),
        }),
    );
    data.insert("metrics".to_owned(), Value::Object(metrics.collect()));
    insert_the_rest(&mut data, summary, generator, context);
    Value::Object(data)
}

/// What `--summary-export` writes.
pub fn summary_export(
    summary: &Summary,
    generator: Option<&GeneratorReport>,
    context: &JsonContext,
) -> Value {
    let metrics = summary.metrics.iter().map(|metric| {
        let mut object = figures(metric, &context.trend_stats, "value");
        if let Some(thresholds) = threshold_map(metric, |ok| Value::Bool(!ok)) {
            object.insert("thresholds".to_owned(), thresholds);
        }
        (metric.name.clone(), Value::Object(object))
    });
    let mut export = Map::new();
    export.insert("root_group".to_owned(), group_as_maps(&summary.root_group));
    export.insert("metrics".to_owned(), Value::Object(metrics.collect()));
    insert_the_rest(&mut export, summary, generator, context);
    Value::Object(export)
}

/// A value as the text of a file: four spaces for each level, no newline at the end, as k6 has it.
pub fn to_text(value: &Value) -> String {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    // Values have text keys only and vectors take everything, so nothing can fail here.
    let result = serde::Serialize::serialize(value, &mut serializer);
    debug_assert!(result.is_ok());
    String::from_utf8_lossy(&text).into_owned()
}

fn insert_the_rest(
    object: &mut Map<String, Value>,
    summary: &Summary,
    generator: Option<&GeneratorReport>,
    context: &JsonContext,
) {
    if let Some(setup_data) = &context.setup_data {
        object.insert("setup_data".to_owned(), setup_data.clone());
    }
    object.insert("squall".to_owned(), generator::to_json(summary, generator));
}

/// The figures of a metric under k6's names; the two shapes call the share of a rate differently.
fn figures(metric: &MetricSummary, trend_stats: &[TrendStat], share: &str) -> Map<String, Value> {
    let mut figures = Map::new();
    let mut insert = |name: &str, value: Value| figures.insert(name.to_owned(), value);
    match &metric.values {
        Values::Counter { count, rate } => {
            insert("count", number(*count));
            insert("rate", number(*rate));
        }
        Values::Gauge { value, min, max } => {
            insert("value", number(*value));
            insert("min", number(*min));
            insert("max", number(*max));
        }
        Values::Rate { rate, passes, fails } => {
            insert(share, number(*rate));
            insert("passes", (*passes).into());
            insert("fails", (*fails).into());
        }
        Values::Trend(trend) => {
            for TrendStat { name, stat } in trend_stats {
                insert(name, number(trend.stat(*stat).unwrap_or_default()));
            }
        }
    }
    figures
}

/// Thresholds by their source; nothing if there are none. Of equal ones a failed one counts.
fn threshold_map(metric: &MetricSummary, shown: impl Fn(bool) -> Value) -> Option<Value> {
    let thresholds: &[ThresholdSummary] = metric.thresholds.as_deref()?;
    if thresholds.is_empty() {
        return None;
    }
    let entries = thresholds.iter().map(|threshold| {
        let mut equal = thresholds.iter().filter(|other| other.source == threshold.source);
        (threshold.source.clone(), shown(equal.all(|other| other.ok)))
    });
    Some(Value::Object(entries.collect()))
}

fn group_as_lists(group: &GroupSummary) -> Value {
    json!({
        "name": group.name,
        "path": group.path,
        "id": id(&group.path),
        "groups": group.groups.iter().map(group_as_lists).collect::<Value>(),
        "checks": group.checks.iter().map(check).collect::<Value>(),
    })
}

fn group_as_maps(group: &GroupSummary) -> Value {
    let groups = group.groups.iter().map(|inner| (inner.name.clone(), group_as_maps(inner)));
    let checks = group.checks.iter().map(|inner| (inner.name.clone(), check(inner)));
    json!({
        "name": group.name,
        "path": group.path,
        "id": id(&group.path),
        "groups": Value::Object(groups.collect()),
        "checks": Value::Object(checks.collect()),
    })
}

fn check(check: &CheckSummary) -> Value {
    json!({
        "name": check.name,
        "path": check.path,
        "id": id(&check.path),
        "passes": check.passes,
        "fails": check.fails,
    })
}

/// k6's id of a group or check: the MD5 sum of its path.
fn id(path: &str) -> String {
    use std::fmt::Write as _;

    let mut text = String::with_capacity(32);
    for byte in Md5::digest(path.as_bytes()) {
        let result = write!(text, "{byte:02x}");
        debug_assert!(result.is_ok());
    }
    text
}

/// Whole numbers without a decimal point, as JavaScript has them.
fn number(value: f64) -> Value {
    /// Above this, neighbouring whole numbers are no longer told apart.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT_MAX {
        return Value::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests;
