//! The section of total results: checks, then metrics in blocks by what they are about.

use squall_metrics::{CheckSummary, Contains, MetricSummary, Stat, TrendStat, Values, builtin};

use super::columns::{Columns, Figures, Row, pad, width};
use super::order::by_name;
use super::paint::{FAILED, PASSED, visible};
use super::{INDENT, Page};
use crate::summary::{Mode, number};

/// Appends the section.
pub(super) fn section(out: &mut String, page: &Page<'_>) {
    page.title(out, "TOTAL RESULTS");
    if let Some(metric) = page.summary.metric(CHECKS)
        && let Values::Rate { passes, fails, .. } = metric.values
    {
        let all = page.summary.root_group.all_checks();
        checks(out, page, &by_check_name(&all), passes, fails, INDENT);
    }
    blocks(out, page);
}

const CHECKS: &str = builtin::TABLE[builtin::CHECKS.index()].name;
const GROUP_DURATION: &str = builtin::TABLE[builtin::GROUP_DURATION.index()].name;

/// Parts of `http_req_duration` and what comes before it: only the full summary shows them.
const PHASES: [&str; 7] = [
    builtin::TABLE[builtin::HTTP_REQ_BLOCKED.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_LOOKING_UP.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_CONNECTING.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_TLS_HANDSHAKING.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_SENDING.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_WAITING.index()].name,
    builtin::TABLE[builtin::HTTP_REQ_RECEIVING.index()].name,
];

/// Outcomes of a check; of the same check in several groups, all together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally<'a> {
    name: &'a str,
    passes: u64,
    fails: u64,
}

/// Adds up checks of the same name, in the order in which the names come first.
pub(super) fn by_check_name<'a>(checks: &[&'a CheckSummary]) -> Vec<Tally<'a>> {
    let mut positions = std::collections::HashMap::new();
    let mut tallies: Vec<Tally<'a>> = Vec::new();
    for check in checks {
        let name = check.name.as_str();
        let position = *positions.entry(name).or_insert_with(|| {
            tallies.push(Tally { name, passes: 0, fails: 0 });
            tallies.len() - 1
        });
        tallies[position].passes += check.passes;
        tallies[position].fails += check.fails;
    }
    tallies
}

/// Appends the three lines of totals and a line for each check, and an empty line after each part.
pub(super) fn checks(
    out: &mut String,
    page: &Page<'_>,
    tallies: &[Tally<'_>],
    passes: u64,
    fails: u64,
    indent: usize,
) {
    let total = passes + fails;
    let row = |name: &str, value: String, extra: String| Row {
        label: name.to_owned(),
        name_width: width(name),
        figures: Figures::Value(value, vec![extra]),
    };
    let part = |count: u64| if total == 0 { 0.0 } else { count as f64 / total as f64 };
    let rate = number::plain(page.rate_per_s(total as f64));
    let rows = [
        row("checks_total", number::plain(total as f64), rate + "/s"),
        row("checks_succeeded", number::share(part(passes)), format!("{passes} out of {total}")),
        row("checks_failed", number::share(part(fails)), format!("{fails} out of {total}")),
    ];
    let columns = Columns::fitting(&rows);
    for row in &rows {
        columns.line(out, row, indent, page.paint);
    }
    out.push('\n');
    for tally in tallies {
        check_lines(out, page, *tally, indent);
    }
    out.push('\n');
}

fn check_lines(out: &mut String, page: &Page<'_>, tally: Tally<'_>, indent: usize) {
    let Tally { passes, fails, .. } = tally;
    let name = visible(tally.name);
    pad(out, indent);
    if fails == 0 {
        out.push_str(&page.paint.good(&format!("{PASSED} {name}")));
        out.push('\n');
        return;
    }
    out.push_str(&page.paint.bad(&format!("{FAILED} {name}")));
    out.push('\n');
    // Below groups k6 moves this line to the right twice as far as the check.
    pad(out, 2 * indent - 2);
    let percent = number::whole_percent(passes, fails);
    out.push_str(&page.paint.bad(&format!("↳  {percent}% — {PASSED} {passes} / {FAILED} {fails}")));
    out.push('\n');
}

/// Blocks in the order in which they are shown.
const BLOCKS: [&str; 8] =
    ["CUSTOM", "HTTP", "EXECUTION", "NETWORK", "BROWSER", "WEB_VITALS", "GRPC", "WEBSOCKET"];

/// The block of a metric. Names that squall does not know are the script's.
fn block_of(name: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 5] = [
        ("http_", "HTTP"),
        ("data_", "NETWORK"),
        ("grpc_", "GRPC"),
        ("ws_", "WEBSOCKET"),
        ("", "EXECUTION"),
    ];
    if builtin::TABLE.iter().all(|known| known.name != name) {
        return "CUSTOM";
    }
    PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or("CUSTOM", |found| found.1)
}

fn blocks(out: &mut String, page: &Page<'_>) {
    let is_shown = |metric: &&MetricSummary| {
        let name = metric.parent.as_deref().unwrap_or(&metric.name);
        let hidden = page.options.mode == Mode::Compact && PHASES.contains(&name);
        !hidden && name != CHECKS && name != GROUP_DURATION
    };
    let mut shown: Vec<_> = page.summary.metrics.iter().filter(is_shown).collect();
    // A submetric follows its metric, whatever other name would come in between.
    shown.sort_by(|a, b| {
        let whole = |metric: &'_ MetricSummary| -> String {
            metric.parent.as_deref().unwrap_or(&metric.name).to_owned()
        };
        by_name(&whole(a), &whole(b))
            .then_with(|| a.parent.is_some().cmp(&b.parent.is_some()))
            .then_with(|| by_name(&a.name, &b.name))
    });
    let rows: Vec<(&str, Row)> = shown
        .iter()
        .map(|metric| {
            let whole = metric.parent.as_deref().unwrap_or(&metric.name);
            (block_of(whole), row(page, metric))
        })
        .collect();
    let columns = Columns::fitting(rows.iter().map(|(_, row)| row));
    for block in BLOCKS {
        let mut rows = rows.iter().filter(|(of, _)| *of == block).peekable();
        if rows.peek().is_none() {
            continue;
        }
        pad(out, INDENT);
        out.push_str(&page.paint.bold(block));
        out.push('\n');
        for (_, row) in rows {
            columns.line(out, row, INDENT, page.paint);
        }
        out.push('\n');
    }
}

fn row(page: &Page<'_>, metric: &MetricSummary) -> Row {
    let name = visible(&metric.name);
    let label = match metric.parent.as_deref() {
        // Without a line above it, a selector alone would say nothing.
        Some(parent) if page.summary.metric(parent).is_some() => {
            let selector = name.strip_prefix(parent).unwrap_or(&name);
            let selector = selector.strip_prefix('{').unwrap_or(selector);
            let selector = selector.strip_suffix('}').unwrap_or(selector);
            format!("  {{ {selector} }}")
        }
        _ => name.to_string(),
    };
    Row { label, name_width: width(&name), figures: figures(page, metric) }
}

fn figures(page: &Page<'_>, metric: &MetricSummary) -> Figures {
    let shown = |value: f64| number::value(value, metric.contains, page.options.time_unit);
    match &metric.values {
        Values::Counter { count, rate } => Figures::Value(shown(*count), vec![shown(*rate) + "/s"]),
        Values::Gauge { value, min, max } => Figures::Value(
            shown(*value),
            vec![format!("min={}", shown(*min)), format!("max={}", shown(*max))],
        ),
        Values::Rate { rate, passes, fails } => Figures::Value(
            number::share(*rate),
            vec![format!("{passes} out of {}", passes + fails)],
        ),
        Values::Trend(trend) => {
            let named = page.options.trend_stats.iter().map(|TrendStat { name, stat }| {
                let value = trend.stat(*stat).unwrap_or_default();
                let unit = page.options.time_unit;
                let text = match stat {
                    Stat::Count => number::value(value, Contains::Default, unit),
                    _ => shown(value),
                };
                (name.clone(), text)
            });
            Figures::Named(named.collect())
        }
    }
}
