//! Contestants measured turn and turn about, so that what else the machine does hits all alike.

use std::fmt;

use crate::compare::statistics::{median, paired_ratio};
use crate::compare::{Common, progress};

/// All that was measured of one contestant.
#[derive(Debug, Clone)]
pub struct Taken<C, T> {
    /// Who, and in which variant.
    pub contestant: C,
    /// What each round measured.
    pub values: Vec<T>,
    /// Why it was not measured to the end.
    pub failure: Option<String>,
}

impl<C, T> Taken<C, T> {
    /// The median over the rounds of what `of` takes from each.
    pub fn median(&self, of: impl Fn(&T) -> f64) -> Option<f64> {
        median(self.values.iter().map(of).collect())
    }

    /// The median of each round's quotient of this and another contestant.
    pub fn ratio_to(&self, base: Option<&Self>, of: impl Fn(&T) -> f64) -> Option<f64> {
        let values = |taken: &Self| taken.values.iter().map(&of).collect::<Vec<_>>();
        paired_ratio(&values(self), &values(base?))
    }

    /// The value of each round, for a note.
    pub fn by_round(&self, of: impl Fn(&T) -> String) -> String {
        self.values.iter().map(of).collect::<Vec<_>>().join(", ")
    }
}

/// Measures every contestant once in every round. One that failed is not measured again, the
/// others go on; an error is only that the user wants to stop.
pub fn take<C: fmt::Display, T: fmt::Display>(
    common: &Common<'_>,
    rounds: u32,
    contestants: Vec<C>,
    mut once: impl FnMut(&C) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<Taken<C, T>>> {
    let mut all: Vec<Taken<C, T>> = contestants
        .into_iter()
        .map(|contestant| Taken { contestant, values: Vec::new(), failure: None })
        .collect();
    for round in 1..=rounds {
        for taken in all.iter_mut().filter(|taken| taken.failure.is_none()) {
            match once(&taken.contestant) {
                Ok(value) => {
                    progress(&format!("round {round}: {}: {value}", taken.contestant));
                    taken.values.push(value);
                }
                Err(error) => {
                    anyhow::ensure!(!common.is_stopped(), error);
                    progress(&format!("{} failed: {error:#}", taken.contestant));
                    taken.failure = Some(format!("{error:#}"));
                }
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::args::Args;
    use crate::compare::machine::Placement;
    use crate::compare::scripts::Scripts;
    use clap::Parser as _;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn turns_are_interleaved_and_end_at_a_failure() {
        let (args, placement) = (Args::parse_from(["compare"]), Placement::new(false).unwrap());
        let (scripts, stop) = (Scripts::write().unwrap(), AtomicBool::new(false));
        let common = Common { args: &args, placement: &placement, scripts: &scripts, stop: &stop };
        let mut order = String::new();
        let all = take(&common, 3, vec!["a", "b"], |name| {
            order.push_str(name);
            anyhow::ensure!(order != "ab", "it broke");
            Ok(order.len() as f64)
        })
        .unwrap();
        assert_eq!(order, "abaa");
        assert_eq!(all[0].median(|value| *value), Some(3.0));
        assert_eq!(all[0].by_round(f64::to_string), "1, 3, 4");
        assert_eq!(all[0].ratio_to(Some(&all[0]), |value| *value), Some(1.0));
        assert_eq!(all[0].ratio_to(Some(&all[1]), |value| *value), None);
        assert_eq!(all[0].ratio_to(None, |value| *value), None);
        assert_eq!(all[1].failure.as_deref(), Some("it broke"));
        assert_eq!(all[1].median(|value| *value), None);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let stopped =
            take(&common, 3, vec!["a"], |_| anyhow::Result::<f64>::Err(anyhow::anyhow!("no")));
        assert!(stopped.is_err());
    }
}
