//! A heading, how it was measured, a table and notes, as markdown. Pure.

use std::fmt;

use super::turns::Taken;
use crate::compare::grid::Grid;

/// One part of the report.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What was measured and how.
    pub how: String,
    /// The figures.
    pub grid: Grid,
    /// What is to be known beside them.
    pub notes: Vec<String>,
    /// Who was not measured to the end.
    pub failures: Vec<String>,
}

impl Section {
    /// Notes the failures among what was measured.
    pub fn note_failures<C: fmt::Display, T>(&mut self, all: &[Taken<C, T>]) {
        for taken in all {
            if let Some(failure) = &taken.failure {
                self.notes.push(format!("{} failed: {failure}", taken.contestant));
                self.failures.push(taken.contestant.to_string());
            }
        }
    }

    /// Notes a goal and whether it is met. Without a value there is nothing to say.
    pub fn note_goal(&mut self, what: &str, value: Option<f64>, limit: f64, decimals: usize) {
        if let Some(value) = value {
            let goal = format!("{what} at most {limit:.decimals$}");
            self.note_verdict(&goal, value <= limit, value, decimals);
        }
    }

    /// As [`Self::note_goal`], for what is to be large.
    pub fn note_goal_at_least(
        &mut self,
        what: &str,
        value: Option<f64>,
        limit: f64,
        decimals: usize,
    ) {
        if let Some(value) = value {
            let goal = format!("{what} at least {limit:.decimals$}");
            self.note_verdict(&goal, value >= limit, value, decimals);
        }
    }

    fn note_verdict(&mut self, goal: &str, is_met: bool, value: f64, decimals: usize) {
        let verdict = if is_met { "met" } else { "missed" };
        self.notes.push(format!("goal: {goal}: {verdict} ({value:.decimals$})"));
    }
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "## {}\n\n{}\n\n{}", self.title, self.how, self.grid)?;
        for note in &self.notes {
            writeln!(formatter, "- {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_markdown() {
        let mut section = Section {
            title: "Start".to_owned(),
            how: "One iteration.".to_owned(),
            grid: Grid::new(&["tool", "ms"]),
            ..Section::default()
        };
        section.grid.lines.push(vec!["squall".to_owned(), "40".to_owned()]);
        section.note_goal("wall time, x k6", Some(0.5), 1.0, 2);
        section.note_goal("wall time, x k6", Some(1.5), 1.0, 2);
        section.note_goal("wall time, x k6", None, 1.0, 2);
        let failed = Taken::<_, u8> {
            contestant: "k6",
            values: vec![],
            failure: Some("it ended".to_owned()),
        };
        section.note_failures(&[failed]);
        assert_eq!(section.failures, ["k6"]);
        let wanted = "## Start\n\nOne iteration.\n\n\
                      | tool   | ms |\n|--------|---:|\n| squall | 40 |\n\n\
                      - goal: wall time, x k6 at most 1.00: met (0.50)\n\
                      - goal: wall time, x k6 at most 1.00: missed (1.50)\n\
                      - k6 failed: it ended\n";
        assert_eq!(section.to_string(), wanted);
    }
}
