//! Dots after names, and columns of figures.
//!
//! A row knows its texts; a table knows how wide each column is. Padding goes around what is
//! coloured, so that colours never move a column.

use super::paint::Paint;

/// Characters of a text, which is how wide it is.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// A row of a block.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What stands at the beginning, with its indentation.
    pub(super) label: String,
    /// How wide the whole name of the metric is; wider than the label for a submetric.
    pub(super) name_width: usize,
    /// Its figures.
    pub(super) figures: Figures,
}

/// Figures of a row; each kind has columns of its own.
#[derive(Clone, Debug)]
pub(super) enum Figures {
    /// `avg=41.88ms min=967.19µs`: pairs of name and value.
    Named(Vec<(String, String)>),
    /// `44      52.384264/s`: a value and what goes with it.
    Value(String, Vec<String>),
}

/// How wide the columns of a section are.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    label: usize,
    named: Vec<usize>,
    value: usize,
    extras: Vec<usize>,
}

impl Columns {
    /// Columns that fit all these rows.
    pub(super) fn fitting<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.label = columns.label.max(width(&row.label) + row.name_width);
            match &row.figures {
                Figures::Named(pairs) => {
                    widen(&mut columns.named, pairs.iter().map(|(_, value)| width(value)));
                }
                Figures::Value(value, extras) => {
                    columns.value = columns.value.max(width(value));
                    widen(&mut columns.extras, extras.iter().map(|extra| width(extra)));
                }
            }
        }
        columns
    }

    /// Appends a row as a line.
    pub(super) fn line(&self, out: &mut String, row: &Row, indent: usize, paint: Paint) {
        // k6 leaves room for the longest name twice, once as it is shown and once as it is, and
        // three more.
        let dots = (self.label + 3).saturating_sub(width(&row.label));
        pad(out, indent);
        out.push_str(&row.label);
        out.push_str(&paint.dots(&(".".repeat(dots) + ":")));
        match &row.figures {
            Figures::Named(pairs) => {
                for ((name, value), column) in pairs.iter().zip(&self.named) {
                    append(out, &[" ", name, "=", &paint.value(value)]);
                    pad(out, column - width(value));
                }
            }
            Figures::Value(value, extras) => {
                append(out, &[" ", &paint.value(value)]);
                pad(out, self.value - width(value));
                let is_list = extras.len() > 1;
                for (extra, column) in extras.iter().zip(&self.extras) {
                    append(out, &[" ", &paint.extra(extra)]);
                    pad(out, if is_list { column - width(extra) } else { 0 });
                }
            }
        }
        out.push('\n');
    }
}

fn widen(columns: &mut Vec<usize>, widths: impl Iterator<Item = usize>) {
    for (index, width) in widths.enumerate() {
        match columns.get_mut(index) {
            Some(column) => *column = (*column).max(width),
            None => columns.push(width),
        }
    }
}

/// Appends texts.
pub(super) fn append(out: &mut String, texts: &[&str]) {
    for text in texts {
        out.push_str(text);
    }
}

/// Appends blanks.
pub(super) fn pad(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}
