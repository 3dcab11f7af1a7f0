//! Whole texts are compared with snapshots. The one of the compact summary was compared, byte by
//! byte, with what k6 printed for the same run.

use proptest::prelude::*;
use squall_metrics::{CheckSummary, Summary};

use super::*;
use crate::summary::generator::VerdictWord;
use crate::summary::samples;

fn plain(summary: &Summary, generator: Option<&GeneratorReport>) -> String {
    render(summary, generator, &TextOptions::default())
}

/// The text from a section on.
fn from(text: &str, title: &str) -> String {
    let start = text.find(title).unwrap_or_else(|| panic!("no {title} in {text}"));
    text[start..].to_owned()
}

#[test]
fn the_compact_summary_is_laid_out_as_k6_does() {
    let text = plain(&samples::run(), None);
    assert!(text.starts_with("\n  █ THRESHOLDS \n\n    checks\n"), "{text}");
    assert!(text.ends_with("4.0 kB/s\n\n"), "{text}");
    insta::assert_snapshot!("compact", text);
}

#[test]
fn full_mode_adds_phases_and_groups() {
    let options = TextOptions { mode: Mode::Full, ..TextOptions::default() };
    let text = render(&samples::run(), None, &options);
    for phase in ["blocked", "connecting", "tls_handshaking", "sending", "waiting", "receiving"] {
        let phase = format!("http_req_{phase}.");
        assert!(text.contains(&phase), "{phase}");
        assert!(!plain(&samples::run(), None).contains(&phase), "{phase}");
    }
    insta::assert_snapshot!("groups", from(&text, "  █ GROUP"));
}

#[test]
fn colours_change_nothing_but_colours() {
    let options = TextOptions { colors: true, ..TextOptions::default() };
    let (run, strained) = (samples::run(), samples::strained());
    let colored = render(&run, Some(&strained), &options);
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain(&run, Some(&strained)));
    assert!(!plain(&run, Some(&strained)).contains('\u{1b}'));
    for part in [
        "  █ \u{1b}[1mTHRESHOLDS\u{1b}[0m \n",
        "\u{1b}[31m✗\u{1b}[0m \u{1b}[37m'rate>0.9'\u{1b}[0m \
         \u{1b}[37mrate\u{1b}[0m=\u{1b}[36m64.28%\u{1b}[0m\n",
        "    \u{1b}[32m✓ status is 200\u{1b}[0m\n",
        "      \u{1b}[31m↳  50% — ✓ 10 / ✗ 10\u{1b}[0m\n",
        "\u{1b}[33m! strained: use the results with care\u{1b}[0m\n",
    ] {
        assert!(colored.contains(part), "{part:?}");
    }
}

#[test]
fn the_generator_is_judged_at_the_end() {
    let text = plain(&samples::run(), Some(&samples::healthy()));
    insta::assert_snapshot!("generator_ok", from(&text, "  █ GENERATOR"));

    let mut run = samples::run();
    run.bounds_reached.samples_in_overflow = 7;
    run.bounds_reached.series = 2;
    let text = plain(&run, Some(&samples::strained()));
    insta::assert_snapshot!("generator_strained", from(&text, "  █ GENERATOR"));

    let invalid = GeneratorReport { word: VerdictWord::Invalid, ..samples::healthy() };
    let text = plain(&samples::run(), Some(&invalid));
    assert!(text.contains("    ✗ invalid: the generator, not the target, shaped these"), "{text}");
}

#[test]
fn a_bound_is_shown_even_if_nobody_watched() {
    let mut run = samples::few();
    assert!(!plain(&run, None).contains("GENERATOR"));
    run.bounds_reached.values_refused = 4;
    let text = plain(&run, None);
    assert!(
        text.contains("BOUNDS REACHED\n    values_refused...: 4 values were no finite"),
        "{text}"
    );
}

#[test]
fn figures_and_units_are_those_of_the_options() {
    let trend_stats = ["count", "p(99.99)", "avg", "p(50)"];
    let trend_stats = trend_stats.map(|text| text.parse().unwrap()).to_vec();
    let time_unit = TimeUnit::Milliseconds;
    let options = TextOptions { time_unit, trend_stats, ..TextOptions::default() };
    let text = render(&samples::few(), None, &options);
    let line = text.lines().find(|line| line.contains("http_req_duration.")).unwrap();
    assert!(line.contains(": count=1 p(99.99)=0.00ms avg=41.89ms p(50)="), "{line}");
    assert!(text.contains("'p(95)<500' p(95)=44.42ms"), "{text}");
}

#[test]
fn thresholds_without_data_say_so() {
    let text = plain(&samples::few(), None);
    assert!(text.contains("      ✓ 'p(95)<200' p(95)=0s (no data)\n"), "{text}");
    assert!(text.contains("    ✓ 'p(95)<500' p(95)=44.41ms\n"), "{text}");
}

#[test]
fn figures_in_thresholds_are_read_off_any_way_of_writing() {
    let mut run = samples::few();
    let metric = run.metrics.iter_mut().find(|metric| metric.name == "http_req_duration").unwrap();
    metric.thresholds.as_mut().unwrap()[0].source = " p(95)  >= 1e3".to_owned();
    let text = plain(&run, None);
    assert!(text.contains("' p(95)  >= 1e3' p(95)=44.41ms"), "{text}");
}

#[test]
fn a_submetric_alone_has_its_whole_name() {
    let mut run = samples::few();
    run.metrics.retain(|metric| metric.name == "http_req_duration{status:404}");
    let text = plain(&run, None);
    assert!(text.contains("\n    http_req_duration{status:404}\n    ✓ 'max<5000'"), "{text}");
    assert!(text.contains("    HTTP\n    http_req_duration{status:404}...."), "{text}");
}

#[test]
fn nothing_at_all_is_still_a_summary() {
    assert_eq!(plain(&samples::nothing(), None), "\n  █ TOTAL RESULTS \n\n");
    let text = plain(&samples::nothing(), Some(&GeneratorReport::default()));
    assert!(text.contains("✓ ok: the generator kept to its plan"), "{text}");
}

#[test]
fn checks_that_never_ran_are_zero() {
    let mut run = samples::run();
    run.metrics.retain(|metric| metric.name == "checks");
    run.metrics[0].values = squall_metrics::Values::Rate { rate: 0.0, passes: 0, fails: 0 };
    run.root_group = squall_metrics::GroupSummary::default();
    let text = plain(&run, None);
    for line in [
        "    checks_total.......................: 0     0/s\n",
        "    checks_succeeded...................: 0.00% 0 out of 0\n",
        "    checks_failed......................: 0.00% 0 out of 0\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn names_of_scripts_cannot_move_the_cursor() {
    let mut run = samples::run();
    run.root_group.checks.push(CheckSummary {
        name: "two\nlines \u{1b}[2J \u{202e}".to_owned(),
        path: String::new(),
        passes: 0,
        fails: 1,
    });
    let text = plain(&run, None);
    assert!(text.contains("    ✗ two\\nlines \\u{1b}[2J \\u{202e}\n      ↳  0%"), "{text}");
}

proptest! {
    #[test]
    fn whatever_was_measured_can_be_shown(
        name in any::<String>(),
        selector in any::<String>(),
        value in any::<f64>(),
        duration_ms in 0.0..1e9f64,
        full in any::<bool>(),
    ) {
        let mut run = samples::run();
        run.duration_ms = duration_ms;
        for metric in &mut run.metrics {
            if metric.parent.is_some() {
                metric.name = format!("{}{{{selector}}}", metric.parent.as_deref().unwrap());
            }
            if let squall_metrics::Values::Trend(trend) = &mut metric.values {
                trend.avg = value;
            }
            for threshold in metric.thresholds.iter_mut().flatten() {
                threshold.source.clone_from(&name);
                threshold.value = Some(value);
            }
        }
        run.root_group.groups[0].name.clone_from(&name);
        run.root_group.groups[0].checks[0].name.clone_from(&name);
        let mode = if full { Mode::Full } else { Mode::Compact };
        let options = TextOptions { mode, ..TextOptions::default() };
        let text = render(&run, Some(&samples::strained()), &options);
        prop_assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'));
    }
}
