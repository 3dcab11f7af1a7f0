//! Colours, and what may not go to a terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

/// Puts colours around texts, or leaves them alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) colors: bool,
}

impl Paint {
    fn styled(self, style: Style, text: &str) -> String {
        if self.colors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn colored(self, color: AnsiColor, text: &str) -> String {
        self.styled(color.on_default(), text)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.colored(AnsiColor::Green, text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.colored(AnsiColor::Red, text)
    }

    pub(super) fn doubtful(self, text: &str) -> String {
        self.colored(AnsiColor::Yellow, text)
    }

    pub(super) fn white(self, text: &str) -> String {
        self.colored(AnsiColor::White, text)
    }

    pub(super) fn value(self, text: &str) -> String {
        self.colored(AnsiColor::Cyan, text)
    }

    pub(super) fn extra(self, text: &str) -> String {
        self.styled(AnsiColor::Cyan.on_default().dimmed(), text)
    }

    pub(super) fn dots(self, text: &str) -> String {
        self.styled(AnsiColor::White.on_default().dimmed(), text)
    }

    /// The sign in front of what passed or failed.
    pub(super) fn mark(self, ok: bool) -> String {
        if ok { self.good(PASSED) } else { self.bad(FAILED) }
    }
}

pub(super) const PASSED: &str = "✓";
pub(super) const FAILED: &str = "✗";

/// A name from a script on one line, without anything that moves a cursor or changes a colour.
pub(super) fn visible(name: &str) -> Cow<'_, str> {
    if !name.chars().any(is_hidden) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if is_hidden(letter) {
            text.extend(letter.escape_default());
        } else {
            text.push(letter);
        }
    }
    Cow::Owned(text)
}

/// Control characters, and those that turn the direction of writing.
fn is_hidden(letter: char) -> bool {
    let turns = ['\u{200e}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    letter.is_control() || turns.iter().any(|range| range.contains(&letter))
}
