//! The texts of the progress display. Pure.

use std::fmt::Write as _;
use std::time::Duration;

use squall_plan::format_duration;

use super::{ScenarioView, State, View};
use crate::diagnostics::style;

/// Longer names are cut in bars.
const NAME_CHARS_MAX: usize = 24;

/// Characters of a bar.
const BAR_CHARS: usize = 36;

/// More scenarios than this get no bar of their own, so that the screen is not full of them.
const BARS_MAX: usize = 16;

/// Everything that a terminal shows: the header and a bar for each scenario.
pub(super) fn screen(view: &View) -> String {
    let mut text = header(view);
    let width = name_width(&view.scenarios);
    for scenario in view.scenarios.iter().take(BARS_MAX) {
        let bar = bar(completed_ratio(scenario));
        let _ = write!(text, "\n{} [{bar}] {}", prefix(scenario, width), state(scenario));
    }
    if view.scenarios.len() > BARS_MAX {
        let _ = write!(text, "\nand {} more scenarios", view.scenarios.len() - BARS_MAX);
    }
    text
}

/// A bar that is filled to a ratio from 0 to 1.
fn bar(ratio: f64) -> String {
    let filled = (ratio * BAR_CHARS as f64) as usize;
    let head = if filled < BAR_CHARS { ">" } else { "" };
    let rest = BAR_CHARS - filled - head.len();
    format!("{}{head}{}", "=".repeat(filled), "-".repeat(rest))
}

/// The line for the whole run.
pub(super) fn header(view: &View) -> String {
    let mut text = format!(
        "{} ({}), {}/{} VUs, {} complete and {} interrupted iterations",
        view.phase,
        clock(view.elapsed),
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
fn name_width(scenarios: &[ScenarioView]) -> usize {
    let longest = scenarios.iter().map(|scenario| scenario.name.chars().count()).max();
    longest.unwrap_or(0).min(NAME_CHARS_MAX)
}

/// What stands before a bar: the name and a mark for what became of the scenario.
fn prefix(scenario: &ScenarioView, width: usize) -> String {
    let name: String = scenario.name.chars().take(width).collect();
    let (done, failed) = (style::SUCCESS, style::ERROR);
    match scenario.state {
        State::Done => format!("{name:width$} {done}✓{done:#}"),
        State::Interrupted => format!("{name:width$} {failed}✗{failed:#}"),
        State::Waiting | State::Running => format!("{name:width$}  "),
    }
}

/// How much is done, from 0 to 1: of the iterations where their number is known, else of the time.
fn completed_ratio(scenario: &ScenarioView) -> f64 {
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
fn state(scenario: &ScenarioView) -> String {
    if scenario.state == State::Waiting {
        return "waiting".to_owned();
    }
    let elapsed = clock(scenario.elapsed.min(scenario.duration));
    let mut text = format!(
        "{}/{} VUs  {elapsed}/{}",
        scenario.vus_active,
        scenario.vus_max,
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

/// A time that counts up: tenths of seconds in the first minute, then whole seconds. Cut, not
/// rounded, and always of the same form, so that it does not flicker.
fn clock(elapsed: Duration) -> String {
    if elapsed < Duration::from_mins(1) {
        let tenths = elapsed.as_millis() / 100;
        return format!("{:02}.{}s", tenths / 10, tenths % 10);
    }
    format_duration(Duration::from_secs(elapsed.as_secs()))
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
            "running (1m1s), 2/6 VUs, 11 complete and 1 interrupted iterations"
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
    fn times_keep_their_form() {
        for (ms, text) in
            [(0, "00.0s"), (99, "00.0s"), (1250, "01.2s"), (59_999, "59.9s"), (3_661_900, "1h1m1s")]
        {
            assert_eq!(clock(Duration::from_millis(ms)), text);
        }
    }

    #[test]
    fn a_screen_has_a_line_a_scenario_and_no_more_than_fit() {
        let mut view = View { scenarios: vec![scenario(); 2], ..View::default() };
        let lines: Vec<String> = anstream::adapter::strip_str(&screen(&view))
            .to_string()
            .lines()
            .map(str::to_owned)
            .collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            lines[1],
            "browse   [====>-------------------------------] 3/10 VUs  12.3s/1m30s  25 iters"
        );
        view.scenarios = vec![scenario(); BARS_MAX + 5];
        assert_eq!(screen(&view).lines().count(), BARS_MAX + 2);
        assert!(screen(&view).ends_with("and 5 more scenarios"));
    }

    #[test]
    fn a_bar_always_has_its_length() {
        for percent in 0..=100 {
            assert_eq!(bar(f64::from(percent) / 100.0).len(), BAR_CHARS);
        }
        assert!(!bar(1.0).contains('-') && !bar(0.0).contains('='));
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
