//! The section of thresholds: what had to hold, and what came out.

use squall_metrics::{Contains, Kind, MetricSummary, ThresholdSummary};

use super::columns::{append, pad};
use super::order::by_name;
use super::paint::visible;
use super::{INDENT, Page};
use crate::summary::number;

/// Appends the section, if there is a threshold.
pub(super) fn section(out: &mut String, page: &Page<'_>) {
    let has_thresholds = |metric: &&MetricSummary| thresholds(metric).next().is_some();
    let mut judged: Vec<_> = page.summary.metrics.iter().filter(has_thresholds).collect();
    if judged.is_empty() {
        return;
    }
    judged.sort_by(|a, b| by_name(&a.name, &b.name));
    page.title(out, "THRESHOLDS");
    for metric in judged.iter().filter(|metric| !is_below(metric, &judged)) {
        block(out, page, metric, &metric.name, INDENT);
        let parts = judged.iter().filter(|part| part.parent.as_deref() == Some(&metric.name));
        for part in parts {
            block(out, page, part, part.name.trim_start_matches(&*metric.name), INDENT + 2);
        }
    }
}

fn thresholds(metric: &MetricSummary) -> impl Iterator<Item = &ThresholdSummary> {
    metric.thresholds.iter().flatten()
}

/// True for a submetric whose metric has thresholds too.
fn is_below(metric: &MetricSummary, judged: &[&MetricSummary]) -> bool {
    let parent = metric.parent.as_deref();
    parent.is_some_and(|parent| judged.iter().any(|other| other.name == parent))
}

fn block(out: &mut String, page: &Page<'_>, metric: &MetricSummary, name: &str, indent: usize) {
    pad(out, indent);
    out.push_str(&visible(name));
    out.push('\n');
    for threshold in thresholds(metric) {
        let source = visible(&threshold.source);
        let stat = stat_name(&source);
        let value = value(page, metric, stat, threshold.value);
        pad(out, indent);
        let paint = page.paint;
        let source = paint.white(&format!("'{source}'"));
        let (stat, value) = (paint.white(stat), paint.value(&value));
        append(out, &[&paint.mark(threshold.ok), " ", &source, " ", &stat, "=", &value]);
        if threshold.no_data {
            out.push(' ');
            out.push_str(&paint.doubtful("(no data)"));
        }
        out.push('\n');
    }
    out.push('\n');
}

/// The figure that a threshold asks for: what stands before its operator.
fn stat_name(source: &str) -> &str {
    let end = source.find(['<', '>', '=', '!']).unwrap_or(source.len());
    source[..end].trim()
}

fn value(page: &Page<'_>, metric: &MetricSummary, stat: &str, value: Option<f64>) -> String {
    let value = value.unwrap_or_default();
    let unit = page.options.time_unit;
    match (metric.kind, stat) {
        (Kind::Rate, _) => number::share(value),
        (Kind::Counter, "rate") => number::value(value, metric.contains, unit) + "/s",
        (_, "count") if metric.kind == Kind::Trend => number::value(value, Contains::Default, unit),
        _ => number::value(value, metric.contains, unit),
    }
}
