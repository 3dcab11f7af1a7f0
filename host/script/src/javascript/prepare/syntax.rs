//! Errors of the parser as text: place, message, and the line with a caret.

use oxc::diagnostics::{Diagnostics, Severity};

use crate::javascript::error::{ModuleProblem, shown};

/// An error of the parser, told in terms of lines.
#[derive(Debug)]
pub(in crate::javascript) struct SyntaxError {
    offset_bytes: usize,
    line: usize,
    column: usize,
    message: String,
    excerpt: String,
    help: Option<String>,
}

impl SyntaxError {
    /// True if the parser got further into the text before this error than before the other.
    pub(super) fn is_after(&self, other: &Self) -> bool {
        self.offset_bytes > other.offset_bytes
    }

    pub(super) fn into_problem(self, name: &str) -> ModuleProblem {
        ModuleProblem::Syntax {
            name: name.to_owned(),
            line: self.line,
            column: self.column,
            message: self.message,
            excerpt: self.excerpt,
            help: self.help,
        }
    }
}

/// The first of the errors, if there are any.
pub(super) fn first(text: &str, diagnostics: &Diagnostics) -> Option<SyntaxError> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let with_spans = errors.map(|diagnostic| {
        // With several labels the last in the text is where it went wrong; those before say why.
        let labels = diagnostic.labels.iter();
        let label = labels.max_by_key(|label| (label.primary(), label.offset()));
        let (start, length) = label.map_or((0, 0), |label| (label.offset(), label.len()));
        (start as usize, length as usize, diagnostic)
    });
    let (start, length, diagnostic) = with_spans.min_by_key(|(start, ..)| *start)?;
    let place = Place::new(text, start, length);
    Some(SyntaxError {
        offset_bytes: start,
        line: place.line,
        column: place.column,
        message: shown(&diagnostic.message),
        excerpt: place.excerpt(),
        help: diagnostic.help.as_deref().map(shown),
    })
}

/// A stretch of a line.
struct Place<'a> {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    text: &'a str,
    /// In characters; at least 1.
    length: usize,
}

impl<'a> Place<'a> {
    fn new(text: &'a str, offset: usize, length: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.split_at(offset);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |at| offset + at);
        let line_text = text[start..end].trim_end_matches('\r');
        // The stretch may go on behind the line; the caret does not.
        let marked = after.get(..length.min(end - offset)).unwrap_or_default();
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[start..].chars().count() + 1,
            text: line_text,
            length: marked.trim_end().chars().count().max(1),
        }
    }

    /// The line and a caret under the place. Of a long line, as bundles have them, what is around.
    fn excerpt(&self) -> String {
        const CHARS_MAX: usize = 100;
        const BEFORE_MAX: usize = 60;
        let at = self.column - 1;
        let skipped = if at < CHARS_MAX - 20 { 0 } else { at - BEFORE_MAX };
        let chars = self.text.chars().skip(skipped).take(CHARS_MAX);
        // One character for one, so that the caret stays below its place.
        let line: String =
            chars.map(|c| if c.is_control() || c == '\u{feff}' { ' ' } else { c }).collect();
        let length = self.length.min(CHARS_MAX.saturating_sub(at - skipped)).max(1);
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let indent = " ".repeat(at - skipped);
        let caret = "^".repeat(length);
        format!("{margin} |\n{number} | {}\n{margin} | {indent}{caret}", line.trim_end())
    }
}
