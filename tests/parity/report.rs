//! One line a script, and the whole as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::compare::Difference;
use crate::script::Disagreement;

/// What became of a script.
pub(crate) struct Verdict {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) points: String,
    pub(crate) took: Duration,
    pub(crate) differences: Vec<Difference>,
    pub(crate) disagreement: Option<Disagreement>,
}

impl Verdict {
    pub(crate) fn is_ok(&self) -> bool {
        self.differences.is_empty()
    }

    /// It differs, and the script says so in such a way.
    pub(crate) fn is_known(&self, is: fn(&Disagreement) -> bool) -> bool {
        !self.is_ok() && self.disagreement.as_ref().is_some_and(is)
    }

    /// A script that agrees although it is said not to must lose its `pending` or `differs`.
    pub(crate) fn is_as_expected(&self) -> bool {
        self.is_ok() == self.disagreement.is_none()
    }

    /// `ok`, or where it differs.
    fn outcome(&self) -> String {
        match &self.disagreement {
            Some(_) if self.is_ok() => {
                return "agrees, remove `pending` or `differs`".to_owned();
            }
            Some(Disagreement::Pending(reason)) => return format!("pending: {reason}"),
            Some(Disagreement::OnPurpose(reason)) => return format!("on purpose: {reason}"),
            None if self.is_ok() => return "ok".to_owned(),
            None => {}
        }
        // A missing iteration takes all its metrics with it: their number says enough.
        let mut places: Vec<String> = Vec::new();
        let is_metric = |place: &str| place.starts_with("metric ");
        for one in self.differences.iter().filter(|one| !is_metric(&one.place)) {
            places.push(one.place.clone());
        }
        match self
            .differences
            .iter()
            .filter(|one| is_metric(&one.place))
            .collect::<Vec<_>>()
            .as_slice()
        {
            [] => {}
            [one] => places.push(one.place.clone()),
            many => places.push(format!("{} metrics", many.len())),
        }
        format!("differs ({})", places.join(", "))
    }

    pub(crate) fn line(&self) -> String {
        let Self { name, points, took, .. } = self;
        format!("{name} x {points}: {} [{:.1} s]", self.outcome(), took.as_secs_f64())
    }
}

/// How many scripts each point has; a script may be about several.
fn by_point(verdicts: &[Verdict]) -> String {
    let mut points: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for verdict in verdicts {
        let numbers = verdict.points.split(',').filter_map(|number| number.trim().parse().ok());
        for number in numbers {
            let (all, agreeing) = points.entry(number).or_default();
            *all += 1;
            *agreeing += u32::from(verdict.is_ok());
        }
    }
    let mut text = "| point | scripts | agree |\n|---|---|---|\n".to_owned();
    for (point, (all, agreeing)) in points {
        let _ = writeln!(text, "| {point} | {all} | {agreeing} |");
    }
    text
}

pub(crate) fn markdown(verdicts: &[Verdict], took: Duration) -> String {
    let agreeing = verdicts.iter().filter(|verdict| verdict.is_ok()).count();
    let mut text = format!(
        "# Parity with k6\n\n{agreeing} of {} scripts agree; {:.0} s.\n\n\
         {}\n| script | points | what it tests | verdict |\n|---|---|---|---|\n",
        verdicts.len(),
        took.as_secs_f64(),
        by_point(verdicts)
    );
    for verdict in verdicts {
        let Verdict { name, points, title, .. } = verdict;
        let outcome = verdict.outcome().replace('|', "\\|");
        let _ =
            writeln!(text, "| `{name}` | {points} | {} | {outcome} |", title.replace('|', "\\|"));
    }
    for verdict in verdicts.iter().filter(|verdict| !verdict.is_ok()) {
        let _ = write!(text, "\n## {}\n\n`-` is k6, `+` is squall.\n", verdict.name);
        for difference in &verdict.differences {
            let _ = write!(text, "\n{}:\n\n```text\n", difference.place);
            for line in &difference.lines {
                let _ = writeln!(text, "{line}");
            }
            text.push_str("```\n");
        }
    }
    text
}
