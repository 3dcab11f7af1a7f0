//! The section about the generator: can these numbers be trusted, and what was lost on the way.
//!
//! Shown when something watched the generator, and also when it did not but a bound was reached.

use super::columns::{Columns, Figures, Row, pad};
use super::paint::{FAILED, PASSED, visible};
use super::{INDENT, Page};
use crate::summary::generator::{
    self, Bound, GeneratorReport, Iterations, OutputLine, VerdictWord,
};
use crate::summary::number;

/// Appends the section, if there is something to say.
pub(super) fn section(out: &mut String, page: &Page<'_>, generator: Option<&GeneratorReport>) {
    let bounds = generator::bounds(page.summary, generator);
    if generator.is_none() && bounds.is_empty() {
        return;
    }
    page.title(out, "GENERATOR");
    if let Some(generator) = generator {
        verdict(out, page, generator);
        lines(out, page, &figures(page, generator));
    }
    block(out, page, "BOUNDS REACHED", &bounds.iter().map(bound).collect::<Vec<_>>());
    let outputs = generator.map(|generator| generator.outputs.as_slice()).unwrap_or_default();
    block(out, page, "OUTPUTS", &outputs.iter().map(output).collect::<Vec<_>>());
    for output in outputs {
        if let Some(failure) = &output.failure {
            pad(out, INDENT + 2);
            let text = format!("↳ {}: {}", output.description, failure);
            out.push_str(&page.paint.bad(&visible(&text)));
            out.push_str("\n\n");
        }
    }
}

fn verdict(out: &mut String, page: &Page<'_>, generator: &GeneratorReport) {
    let paint = page.paint;
    let GeneratorReport { word, reasons, .. } = generator;
    let text = |sign: &str| format!("{sign} {}: {}", word.as_str(), word.meaning());
    let colored = |text: &str| match word {
        VerdictWord::Ok => paint.good(text),
        VerdictWord::Strained => paint.doubtful(text),
        VerdictWord::Invalid => paint.bad(text),
    };
    let sign = match word {
        VerdictWord::Ok => PASSED,
        VerdictWord::Strained => "!",
        VerdictWord::Invalid => FAILED,
    };
    pad(out, INDENT);
    out.push_str(&colored(&text(sign)));
    out.push('\n');
    for reason in reasons {
        pad(out, INDENT + 2);
        out.push_str(&colored(&format!("↳ {}", visible(reason))));
        out.push('\n');
    }
    out.push('\n');
}

fn figures(page: &Page<'_>, generator: &GeneratorReport) -> Vec<Row> {
    let unit = page.options.time_unit;
    let mut rows = Vec::new();
    if let Some(ratio) = generator.achieved_ratio {
        rows.push(row("achieved_rate", number::share(ratio), "of planned".to_owned()));
    }
    if let Some(lag_ms) = generator.start_lag_p99_ms {
        let lag = number::duration(lag_ms, unit);
        rows.push(row("start_lag", lag, "p(99)".to_owned()));
    }
    if let Some(ratio) = generator.worker_cpu_max_ratio {
        rows.push(row("busiest_worker", number::share(ratio), "of its core".to_owned()));
    }
    let Iterations { planned, started, completed, interrupted, errors, interrupted_age_max_ms } =
        generator.iterations;
    if planned.is_some() || generator.dropped > 0 {
        let dropped = generator.dropped;
        // What was planned and what became of it stand side by side, so that a gap can be seen.
        let planned = planned.unwrap_or(started + dropped);
        let parts = format!("= {started} started + {dropped} dropped");
        rows.push(row("iterations_planned", planned.to_string(), parts));
    }
    let age = interrupted_age_max_ms.filter(|_| interrupted > 0);
    let age = age.map(|age_ms| format!(" after up to {}", number::duration(age_ms, unit)));
    let parts =
        format!("= {completed} completed + {interrupted} interrupted{}", age.unwrap_or_default());
    rows.push(row("iterations_started", started.to_string(), parts));
    if errors > 0 {
        rows.push(row("iterations_with_errors", errors.to_string(), "see the log".to_owned()));
    }
    rows
}

fn bound(bound: &Bound) -> Row {
    row(&visible(&bound.name), bound.count.to_string(), visible(&bound.meaning).into_owned())
}

fn output(output: &OutputLine) -> Row {
    let OutputLine { description, written, dropped, bytes, .. } = output;
    let rest = format!("samples written, {dropped} dropped, {}", number::bytes(*bytes as f64));
    row(&visible(description), written.to_string(), rest)
}

fn row(name: &str, value: String, extra: String) -> Row {
    Row { label: name.to_owned(), name_width: 0, figures: Figures::Value(value, vec![extra]) }
}

fn lines(out: &mut String, page: &Page<'_>, rows: &[Row]) {
    let columns = Columns::fitting(rows);
    for row in rows {
        columns.line(out, row, INDENT, page.paint);
    }
    out.push('\n');
}

fn block(out: &mut String, page: &Page<'_>, title: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    pad(out, INDENT);
    out.push_str(&page.paint.bold(title));
    out.push('\n');
    lines(out, page, rows);
}
