//! How errors are shown to people, and the only place that picks colours.
//!
//! A [`Failure`] is data: what went wrong (with its causes), the place in a text if there is one,
//! what to do, and the exit code. [`render`] is a pure function from it to text. Text is coloured
//! always; `stdio.rs` strips the colours where they are not wanted, and everything must read well
//! without them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::exit_code::ExitCode;

/// Colours, by what they mean.
pub(crate) mod style {
    use super::{AnsiColor, Style};

    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const SUCCESS: Style = AnsiColor::Green.on_default();
    pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
    pub(crate) const FAINT: Style = Style::new().dimmed();
}

/// A place in a text: the line that is wrong, with its position.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    /// What the text is, for example a path or `the options of the script`.
    pub(crate) origin: String,
    /// 1-based.
    pub(crate) line: usize,
    /// 1-based, in characters.
    pub(crate) column: usize,
    /// The line, or the part of it round the column.
    pub(crate) text: String,
    /// Where the column is in `text`, in characters from 0.
    pub(crate) caret: usize,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: ExitCode,
    error: anyhow::Error,
    place: Option<Box<Place>>,
    hints: Vec<String>,
}

/// The libraries' errors put what to do behind this, at the end of their message.
const HELP: &str = "\nhelp: ";

/// What a command gives back.
pub(crate) type CommandResult = Result<ExitCode, Failure>;

impl Failure {
    pub(crate) fn new(exit: ExitCode, error: impl Into<anyhow::Error>) -> Self {
        let error = error.into();
        let help = |cause: &(dyn std::error::Error + 'static)| {
            cause.to_string().split_once(HELP).map(|(_, help)| help.to_owned())
        };
        let hints = error.chain().filter_map(help).collect();
        Self { exit, error, place: None, hints }
    }

    /// A failure that has no cause below it.
    pub(crate) fn message(exit: ExitCode, message: impl Into<String>) -> Self {
        Self::new(exit, anyhow::Error::msg(message.into()))
    }

    /// Says first what was being done.
    pub(crate) fn context(mut self, context: impl Into<String>) -> Self {
        self.error = self.error.context(context.into());
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// Says what to do; more than one hint is fine.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(crate) fn exit(&self) -> ExitCode {
        self.exit
    }

    /// The message and its causes in one line, for logs in a machine's format.
    pub(crate) fn one_line(&self) -> String {
        self.messages().collect::<Vec<_>>().join(": ")
    }

    /// The message and its causes, without what to do.
    fn messages(&self) -> impl Iterator<Item = String> {
        self.error.chain().map(|cause| {
            let text = cause.to_string();
            text.split_once(HELP).map_or(text.clone(), |(message, _)| message.to_owned())
        })
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }
}

/// The failure as text for a terminal or a log, with a line end at its end.
pub(crate) fn render(failure: &Failure) -> String {
    let mut text = String::new();
    for (depth, message) in failure.messages().enumerate() {
        let lead = if depth == 0 { "error:" } else { "  caused by:" };
        let _ = writeln!(text, "{}{lead}{:#} {message}", style::ERROR, style::ERROR);
    }
    if let Some(place) = &failure.place {
        render_place(&mut text, place);
    }
    if !failure.hints.is_empty() {
        text.push('\n');
    }
    for hint in &failure.hints {
        let _ = writeln!(text, "{}hint:{:#} {hint}", style::HINT, style::HINT);
    }
    text
}

fn render_place(text: &mut String, place: &Place) {
    // A tab or a control character would put the caret elsewhere.
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let shown: String = place.text.chars().map(clean).collect();
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let indent = " ".repeat(place.caret);
    let (dim, mark) = (style::FAINT, style::ERROR);
    let _ = writeln!(
        text,
        " {margin}{dim}-->{dim:#} {}:{}:{}\n {margin} {dim}|{dim:#}",
        place.origin, place.line, place.column,
    );
    let _ = writeln!(text, " {dim}{number} |{dim:#} {shown}");
    let _ = writeln!(text, " {margin} {dim}|{dim:#} {indent}{mark}^{mark:#}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(failure: &Failure) -> String {
        anstream::adapter::strip_str(&render(failure)).to_string()
    }

    #[test]
    fn causes_place_and_hints_are_shown_in_this_order() {
        let failure = Failure::message(ExitCode::InvalidConfig, "expected a whole number")
            .context("the options of the script are not valid")
            .at(Place {
                origin: "options".into(),
                line: 12,
                column: 10,
                text: "\t \"vus\": \"x\"".into(),
                caret: 9,
            })
            .hint("write `\"vus\": 10`");
        assert_eq!(
            plain(&failure),
            "error: the options of the script are not valid\n\
             \u{20} caused by: expected a whole number\n\
             \u{20}  --> options:12:10\n\
             \u{20}   |\n \
             12 |   \"vus\": \"x\"\n\
             \u{20}   |          ^\n\
             \n\
             hint: write `\"vus\": 10`\n"
        );
        assert_eq!(failure.exit(), ExitCode::InvalidConfig);
        assert_eq!(
            failure.one_line(),
            "the options of the script are not valid: expected a whole number"
        );
    }

    #[test]
    fn a_bare_message_is_one_line() {
        let failure = Failure::message(ExitCode::Unclassified, "no");
        assert_eq!(plain(&failure), "error: no\n");
    }

    #[test]
    fn help_inside_a_message_becomes_a_hint() {
        let failure = Failure::message(ExitCode::Unclassified, "a: no such file\nhelp: look again");
        assert_eq!(plain(&failure), "error: a: no such file\n\nhint: look again\n");
        assert_eq!(failure.one_line(), "a: no such file");
        assert_eq!(failure.hints(), ["look again"]);
        let below = failure.context("cannot load the script");
        assert_eq!(
            plain(&below),
            "error: cannot load the script\n  caused by: a: no such file\n\nhint: look again\n"
        );
    }
}
