//! What is said before the test begins: how, what, where to, and how much. Pure.

use std::fmt::Write as _;
use std::path::Path;

use crate::diagnostics::style;

/// The facts of the banner.
pub(super) struct Banner<'a> {
    pub(super) script: &'a Path,
    /// Descriptions of the outputs.
    pub(super) outputs: &'a [String],
    pub(super) workers: usize,
    /// The plan in words: `(100.00%) N scenarios, ...:`, then a line for each scenario.
    pub(super) plan: &'a [String],
}

/// More scenarios than this are counted, not listed.
const SCENARIOS_MAX: usize = 50;

/// The banner, in k6's layout, with an empty line at its end.
pub(super) fn render(banner: &Banner<'_>) -> String {
    let outputs = match banner.outputs {
        [] => "-".to_owned(),
        outputs => outputs.join(", "),
    };
    let no_plan = String::new();
    let threads = if banner.workers == 1 { "worker" } else { "workers" };
    let value = style::HINT;
    let mut text = String::new();
    for (name, fact) in [
        ("execution", format!("local, {} {threads}", banner.workers)),
        ("script", banner.script.display().to_string()),
        ("output", outputs),
    ] {
        let _ = writeln!(text, "{name:>14}: {value}{fact}{value:#}");
    }
    let (sum, scenarios) = banner.plan.split_first().unwrap_or((&no_plan, &[]));
    let _ = writeln!(text, "\n{:>14}: {sum}", "scenarios");
    for scenario in scenarios.iter().take(SCENARIOS_MAX) {
        let _ = writeln!(text, "{:>14}{scenario}", "");
    }
    if scenarios.len() > SCENARIOS_MAX {
        let _ = writeln!(text, "{:>14}* and {} more", "", scenarios.len() - SCENARIOS_MAX);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(banner: &Banner<'_>) -> String {
        anstream::adapter::strip_str(&render(banner)).to_string()
    }

    #[test]
    fn the_layout_is_k6_s() {
        let banner = Banner {
            script: Path::new("vu.wasm"),
            outputs: &[],
            workers: 1,
            plan: &[
                "(100.00%) 1 scenario, 2 max VUs, 31s max duration (incl. graceful stop):"
                    .to_owned(),
                "* default: 2 looping VUs for 1s (gracefulStop: 30s)".to_owned(),
            ],
        };
        assert_eq!(
            plain(&banner),
            concat!(
                "     execution: local, 1 worker\n",
                "        script: vu.wasm\n",
                "        output: -\n",
                "\n",
                "     scenarios: (100.00%) 1 scenario, 2 max VUs, ",
                "31s max duration (incl. graceful stop):\n",
                "              * default: 2 looping VUs for 1s (gracefulStop: 30s)\n",
                "\n",
            )
        );
    }

    #[test]
    fn a_part_and_many_scenarios_fit_too() {
        let mut plan = vec!["(33.33%) 60 scenarios:".to_owned()];
        plan.extend((0..60).map(|number| format!("* s{number}")));
        let outputs = ["json (a.json)".to_owned(), "json (b.json)".to_owned()];
        let banner =
            Banner { script: Path::new("vu.wasm"), outputs: &outputs, workers: 4, plan: &plan };
        let text = plain(&banner);
        assert!(text.contains("local, 4 workers"));
        assert!(text.contains("output: json (a.json), json (b.json)\n"));
        assert!(text.contains("(33.33%) 60 scenarios:"));
        assert!(
            text.contains("* s49\n") && text.contains("* and 10 more\n") && !text.contains("s50")
        );
    }
}
