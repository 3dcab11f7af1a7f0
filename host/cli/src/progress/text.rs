//! The texts of the progress display. Pure.

use std::fmt::Write as _;
use std::time::Duration;

use squall_plan::format_duration;

use super::{ScenarioView, State, View};
use crate::diagnostics::style;

/// Longer names are cut in bars.
const NAME_CHARS_MAX: usize = 24;

/// The line for the whole run.
pub(super) fn header(view: &View) -> String {
    let mut text = format!(
        "{} ({}), {}/{} VUs, {} complete and {} interrupted iterations",
        view.phase,
        format_duration(tenths(view.elapsed)),
        view.vus_active,
        view.vus_max,
        view.iterations_completed,
        view.iterations_interrupted,
    );
    if view.iterations_dropped > 0 {
        let _ = write!(text, ", {} dropped", view.iterations_dropped);
    }
    text
}

/// How wide the names of all bars are.
pub(super) fn name_width(scenarios: &[ScenarioView]) -> usize {
    let longest = scenarios.iter().map(|scenario| scenario.name.chars().count()).max();
    longest.unwrap_or(0).min(NAME_CHARS_MAX)
}

/// What stands before a bar: the name and a mark for what became of the scenario.
pub(super) fn prefix(scenario: &ScenarioView, width: usize) -> String {
    let name: String = scenario.name.chars().take(width).collect();
    let (done, failed) = (style::SUCCESS, style::ERROR);
    match scenario.state {
        State::Done => format!("{name:width$} {done}✓{done:#}"),
        State::Interrupted => format!("{name:width$} {failed}✗{failed:#}"),
        State::Waiting | State::Running => format!("{name:width$}  "),
    }
}

/// How much is done, from 0 to 1: of the iterations where their number is known, else of the time.
pub(super) fn completed_ratio(scenario: &ScenarioView) -> f64 {
    if scenario.state == State::Done {
        return 1.0;
    }
    let (part, whole) = match scenario.iterations_total {
        Some(total) => (scenario.iterations_completed as f64, total as f64),
        None => (scenario.elapsed.as_secs_f64(), scenario.duration.as_secs_f64()),
    };
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// What stands behind a bar.
pub(super) fn state(scenario: &ScenarioView) -> String {
    if scenario.state == State::Waiting {
        return "waiting".to_owned();
    }
    let elapsed = tenths(scenario.elapsed.min(scenario.duration));
    let mut text = format!(
        "{}/{} VUs  {}/{}",
        scenario.vus_active,
        scenario.vus_max,
        format_duration(elapsed),
        format_duration(scenario.duration),
    );
    let completed = scenario.iterations_completed;
    let _ = match scenario.iterations_total {
        Some(total) => write!(text, "  {completed}/{total} iters"),
        None => write!(text, "  {completed} iters"),
    };
    if scenario.iterations_dropped > 0 {
        let _ = write!(text, ", {} dropped", scenario.iterations_dropped);
    }
    text
}

/// Cut to tenths of a second: more would only flicker.
fn tenths(duration: Duration) -> Duration {
    Duration::from_millis(duration.as_millis() as u64 / 100 * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> ScenarioView {
        ScenarioView {
            name: "browse".to_owned(),
            state: State::Running,
            vus_active: 3,
            vus_max: 10,
            iterations_completed: 25,
            iterations_total: None,
            iterations_dropped: 0,
            elapsed: Duration::from_millis(12_345),
            duration: Duration::from_secs(90),
        }
    }

    #[test]
    fn the_header_names_dropped_iterations_only_when_there_are_any() {
        let mut view = View {
            phase: "running",
            elapsed: Duration::from_millis(61_250),
            vus_active: 2,
            vus_max: 6,
            iterations_completed: 11,
            iterations_interrupted: 1,
            ..View::default()
        };
        assert_eq!(
            header(&view),
            "running (1m1.2s), 2/6 VUs, 11 complete and 1 interrupted iterations"
        );
        view.iterations_dropped = 4;
        assert!(header(&view).ends_with("iterations, 4 dropped"));
    }

    #[test]
    fn the_text_behind_a_bar_says_what_is_known() {
        assert_eq!(state(&scenario()), "3/10 VUs  12.3s/1m30s  25 iters");
        let shared =
            ScenarioView { iterations_total: Some(100), iterations_dropped: 2, ..scenario() };
        assert_eq!(state(&shared), "3/10 VUs  12.3s/1m30s  25/100 iters, 2 dropped");
        let waiting = ScenarioView { state: State::Waiting, ..scenario() };
        assert_eq!(state(&waiting), "waiting");
        let late = ScenarioView { elapsed: Duration::from_secs(95), ..scenario() };
        assert!(state(&late).contains("1m30s/1m30s"));
    }

    #[test]
    fn the_ratio_is_always_between_nothing_and_all() {
        let ratio = |scenario: ScenarioView| completed_ratio(&scenario);
        assert!((ratio(scenario()) - 12.345 / 90.0).abs() < 1e-9);
        assert!(
            (ratio(ScenarioView { iterations_total: Some(50), ..scenario() }) - 0.5).abs() < 1e-9
        );
        for odd in [
            ScenarioView { iterations_total: Some(0), ..scenario() },
            ScenarioView { duration: Duration::ZERO, ..scenario() },
            ScenarioView { iterations_total: Some(1), ..scenario() },
        ] {
            assert!((0.0..=1.0).contains(&ratio(odd)));
        }
        assert!((ratio(ScenarioView { state: State::Done, ..scenario() }) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn names_line_up_and_long_ones_are_cut() {
        let long = ScenarioView { name: "x".repeat(99), ..scenario() };
        let width = name_width(&[scenario(), long.clone()]);
        assert_eq!(width, NAME_CHARS_MAX);
        let plain = |scenario: &ScenarioView| {
            anstream::adapter::strip_str(&prefix(scenario, width)).to_string()
        };
        assert_eq!(plain(&scenario()).chars().count(), plain(&long).chars().count());
        assert!(plain(&ScenarioView { state: State::Done, ..scenario() }).ends_with('✓'));
    }
}
