//! The summary as people read it, in k6's compact layout.
//!
//! | file | what |
//! |---|---|
//! | `thresholds` | the section of thresholds with their outcomes |
//! | `results` | checks and metrics, in blocks by what they are about |
//! | `groups` | a section for each group, in full mode |
//! | `verdict` | the section about the generator, which k6 does not have |
//! | `columns` | dots and columns |
//! | `order` | the alphabet by which names are sorted |
//! | `paint` | colours, and what may not go to a terminal |
//!
//! Blanks, cuts and columns are k6's, so that a diff of two summaries shows numbers and not layout.
//! Names come from scripts: control characters in them are shown, never sent.

mod columns;
mod groups;
mod order;
mod paint;
mod results;
mod thresholds;
mod verdict;

use squall_metrics::{Summary, TrendStat};

use super::generator::GeneratorReport;
use super::number::TimeUnit;
use super::{Mode, default_trend_stats};
use paint::Paint;

/// How the text is written.
#[derive(Clone, Debug)]
pub struct TextOptions {
    /// How much is shown.
    pub mode: Mode,
    /// Whether to colour it.
    pub colors: bool,
    /// The unit of times.
    pub time_unit: TimeUnit,
    /// Figures of trends, in this order.
    pub trend_stats: Vec<TrendStat>,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Compact,
            colors: false,
            time_unit: TimeUnit::Auto,
            trend_stats: default_trend_stats(),
        }
    }
}

/// The whole summary. It begins and ends with an empty line.
pub fn render(
    summary: &Summary,
    generator: Option<&GeneratorReport>,
    options: &TextOptions,
) -> String {
    let page = Page { summary, options, paint: Paint { colors: options.colors } };
    let mut out = String::new();
    thresholds::section(&mut out, &page);
    results::section(&mut out, &page);
    if options.mode == Mode::Full {
        groups::sections(&mut out, &page);
    }
    verdict::section(&mut out, &page, generator);
    out
}

/// What every part of the text looks at.
struct Page<'a> {
    summary: &'a Summary,
    options: &'a TextOptions,
    paint: Paint,
}

impl Page<'_> {
    /// Sum by second of the whole run.
    fn rate_per_s(&self, count: f64) -> f64 {
        let seconds = self.summary.duration_ms / 1e3;
        if seconds > 0.0 { count / seconds } else { 0.0 }
    }

    /// Opens a section; two empty lines are between it and the one before.
    fn title(&self, out: &mut String, title: &str) {
        out.push_str("\n  █ ");
        out.push_str(&self.paint.bold(title));
        out.push_str(" \n\n");
    }
}

/// Where blocks begin.
const INDENT: usize = 4;

#[cfg(test)]
mod tests;
