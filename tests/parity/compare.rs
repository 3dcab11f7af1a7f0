//! Two outcomes become a list of differences, each short enough to be read and exact enough to be
//! mended.

use std::collections::BTreeSet;

use crate::metrics;
use crate::script::{Kind, Script};
use crate::side::Outcome;

/// Differences of one kind that are told; the rest is counted.
const TOLD_MAX: usize = 6;

/// Characters of one line that are told.
const LINE_CHARS_MAX: usize = 400;

/// A common beginning of two lines that is longer is cut to half of this.
const SAME_CHARS_MAX: usize = 120;

/// Something that is not the same on both sides.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Where: `exit code`, `console`, `points of http_reqs`.
    pub(crate) place: String,
    /// `- ` what k6 did, `+ ` what squall did.
    pub(crate) lines: Vec<String>,
}

impl Difference {
    pub(crate) fn new(place: &str, lines: Vec<String>) -> Self {
        Self { place: place.to_owned(), lines }
    }
}

/// Everything that differs and is not declared.
pub(crate) fn compare(script: &Script, k6: &Outcome, squall: &Outcome) -> Vec<Difference> {
    let mut differences = Vec::new();
    exit_codes(k6, squall, &mut differences);
    for words in &script.says {
        for (side, outcome) in [("k6", k6), ("squall", squall)] {
            if !outcome.said.contains(words.as_str()) {
                differences
                    .push(Difference::new("says", vec![format!("{side} does not say `{words}`")]));
            }
        }
    }
    let lines = changes(&console(script, k6), &console(script, squall));
    push(&mut differences, "console", lines);
    if script.compares_stdout {
        let (theirs, ours) = (lines_of(&k6.stdout), lines_of(&squall.stdout));
        push(&mut differences, "stdout", changes(&theirs, &ours));
    }
    files(script, k6, squall, &mut differences);
    metrics::compare(script, k6, squall, &mut differences);
    differences
}

fn exit_codes(k6: &Outcome, squall: &Outcome, differences: &mut Vec<Difference>) {
    let told = |code: Option<i32>| code.map_or("hung".to_owned(), |code| code.to_string());
    if k6.code != Some(k6.expected_code) {
        // The script's comment is wrong, or k6 is another one.
        let lines = vec![format!("k6 {}, the script says {}", told(k6.code), k6.expected_code)];
        differences.push(Difference::new("exit code", lines));
    }
    if squall.code != Some(squall.expected_code) {
        let lines = vec![format!("- {}", squall.expected_code), format!("+ {}", told(squall.code))];
        differences.push(Difference::new("exit code", lines));
    }
}

fn console(script: &Script, outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = outcome.console.clone();
    lines.retain(|line| !script.allows(Kind::Console, line));
    if script.console.is_distinct {
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(line.clone()));
    }
    if script.console.is_sorted {
        lines.sort();
    }
    lines
}

fn files(script: &Script, k6: &Outcome, squall: &Outcome, differences: &mut Vec<Difference>) {
    let names: BTreeSet<&String> = k6.files.keys().chain(squall.files.keys()).collect();
    for name in names.into_iter().filter(|name| !script.allows(Kind::File, name)) {
        let theirs = k6.files.get(name).map(|bytes| lines_of(&String::from_utf8_lossy(bytes)));
        let ours = squall.files.get(name).map(|bytes| lines_of(&String::from_utf8_lossy(bytes)));
        let lines = match (theirs, ours) {
            (Some(theirs), Some(ours)) => changes(&theirs, &ours),
            (Some(_), None) => vec!["- it is there".to_owned()],
            (None, _) => vec!["+ it is there".to_owned()],
        };
        push(differences, &format!("file {name}"), lines);
    }
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Adds a difference if there is one.
pub(crate) fn push(differences: &mut Vec<Difference>, place: &str, mut lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let count = lines.len();
    lines.truncate(TOLD_MAX);
    if count > TOLD_MAX {
        lines.push(format!("and {} more", count - TOLD_MAX));
    }
    for line in &mut lines {
        if let Some((end, _)) = line.char_indices().nth(LINE_CHARS_MAX) {
            line.truncate(end);
            line.push('…');
        }
    }
    differences.push(Difference::new(place, lines));
}

/// The lines that are on one side only, by the longest common subsequence.
fn changes(theirs: &[String], ours: &[String]) -> Vec<String> {
    let mut lengths = vec![vec![0_u32; ours.len() + 1]; theirs.len() + 1];
    for (i, their) in theirs.iter().enumerate().rev() {
        for (j, our) in ours.iter().enumerate().rev() {
            lengths[i][j] = if their == our {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    while i < theirs.len() || j < ours.len() {
        // Lines in one place that are on one side only.
        let (from_i, from_j) = (i, j);
        while i < theirs.len() || j < ours.len() {
            let is_theirs =
                i < theirs.len() && (j == ours.len() || lengths[i + 1][j] >= lengths[i][j + 1]);
            match (theirs.get(i), ours.get(j)) {
                (Some(their), Some(our)) if their == our => break,
                _ if is_theirs => i += 1,
                _ => j += 1,
            }
        }
        one_place(&theirs[from_i..i], &ours[from_j..j], &mut changes);
        (i, j) = (i + 1, j + 1);
    }
    changes
}

/// Lines of both sides in pairs, without the long beginnings that a pair has in common.
fn one_place(theirs: &[String], ours: &[String], changes: &mut Vec<String>) {
    for index in 0..theirs.len().max(ours.len()) {
        let pair = [theirs.get(index), ours.get(index)].map(|line| line.map_or("", String::as_str));
        let same = pair[0].chars().zip(pair[1].chars()).take_while(|(a, b)| a == b).count();
        let skipped = if same > SAME_CHARS_MAX { same - SAME_CHARS_MAX / 2 } else { 0 };
        for (sign, side, line) in [('-', theirs, pair[0]), ('+', ours, pair[1])] {
            if index < side.len() {
                let rest: String = line.chars().skip(skipped).collect();
                let gap = if skipped > 0 { "…" } else { "" };
                changes.push(format!("{sign} {gap}{rest}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn only_what_differs_is_told() {
        assert!(changes(&lines("a b c"), &lines("a b c")).is_empty());
        assert_eq!(changes(&lines("a b c"), &lines("a x c d")), ["- b", "+ x", "+ d"]);
        assert_eq!(changes(&[], &lines("a")), ["+ a"]);
        assert_eq!(changes(&lines("a"), &[]), ["- a"]);
        assert_eq!(
            changes(&lines("a b c"), &lines("x y c z")),
            ["- a", "+ x", "- b", "+ y", "+ z"]
        );
        let long = [1, 2].map(|end| vec![format!("{}{end}", "x".repeat(200))]);
        let common = "x".repeat(60);
        let told = [format!("- …{common}1"), format!("+ …{common}2")];
        assert_eq!(changes(&long[0], &long[1]), told);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let mut differences = Vec::new();
        push(&mut differences, "nothing", Vec::new());
        push(&mut differences, "much", vec!["ü".repeat(500); 10]);
        assert_eq!(differences.len(), 1);
        assert_eq!(differences[0].lines.len(), TOLD_MAX + 1);
        assert_eq!(differences[0].lines[0].chars().count(), LINE_CHARS_MAX + 1);
        assert_eq!(differences[0].lines[TOLD_MAX], "and 4 more");
    }
}
