//! Validation of each executor, in k6's words and order, and its line of the banner.

use serde_json::json;

use crate::options::Options;
use crate::plan::Plan;
use crate::problem::PlanError;

/// Everything that is wrong with scenario `a`.
fn problems(scenario: &str) -> String {
    let text = format!(r#"{{"scenarios": {{"a": {scenario}}}}}"#);
    match Plan::new(&Options::from_json(&text).unwrap().options) {
        Ok(_) => String::new(),
        Err(error @ PlanError::Configuration(_)) => {
            let text = error.to_string();
            let head = "There were problems with the specified script configuration:\n\t- \
                        scenario a has configuration errors: ";
            text.strip_prefix(head).unwrap_or_else(|| panic!("{text}")).to_owned()
        }
        Err(error) => panic!("{error}"),
    }
}

/// The line of scenario `a` for a segment.
fn line(scenario: &str, segment: &str) -> String {
    let text = format!(
        r#"{{"scenarios": {{"a": {scenario}}}, "executionSegment": "{segment}",
            "executionSegmentSequence": "0,1/3,2/3,1"}}"#
    );
    let text = if segment == "0:1" { text.replace("0,1/3,2/3,1", "0,1") } else { text };
    let (plan, _) = Plan::new(&Options::from_json(&text).unwrap().options).unwrap();
    plan.scenarios[0].describe(&plan.share)
}

fn assert_problems(cases: &[(&str, &str)]) {
    for (scenario, expected) in cases {
        assert_eq!(problems(scenario), *expected, "{scenario}");
    }
}

#[test]
fn constant_vus_is_validated() {
    assert_problems(&[
        (r#"{"executor": "constant-vus", "duration": "1s"}"#, ""),
        (r#"{"executor": "constant-vus"}"#, "the duration is unspecified"),
        (
            r#"{"executor": "constant-vus", "vus": 0, "duration": 0, "startTime": "-1s",
                "gracefulStop": "-1s", "exec": ""}"#,
            "exec value cannot be empty, the startTime can't be negative, \
             the gracefulStop timeout can't be negative, the number of VUs must be more than 0, \
             the duration must be at least 1s, but is 0s",
        ),
        (
            r#"{"executor": "constant-vus", "vus": -1, "duration": 500}"#,
            "the number of VUs must be more than 0, \
             the duration must be at least 1s, but is 500ms",
        ),
        (
            r#"{"executor": "constant-vus", "duration": "2000000h", "startTime": "2000000h"}"#,
            "the scenario would end after more than 292 years; shorten it or start it earlier",
        ),
    ]);
}

#[test]
fn ramping_vus_is_validated() {
    let none = "either startVUs or one of the stages' target values must be greater than 0";
    assert_problems(&[
        (r#"{"executor": "ramping-vus", "stages": [{"duration": 0, "target": 0}]}"#, ""),
        (r#"{"executor": "ramping-vus"}"#, "at least one stage has to be specified"),
        (
            r#"{"executor": "ramping-vus", "startVUs": -1, "stages": []}"#,
            &format!(
                "the number of start VUs can't be negative, {none}, \
                 at least one stage has to be specified"
            ),
        ),
        (
            r#"{"executor": "ramping-vus", "startVUs": 0,
                "stages": [{"duration": "1s", "target": 0}]}"#,
            none,
        ),
        (
            r#"{"executor": "ramping-vus", "startVUs": 100000001, "stages": [
                {"duration": "-1s", "target": -1}, {}, {"duration": "1s", "target": 100000001}]}"#,
            "the duration for stage 1 can't be negative, the target for stage 1 can't be \
             negative, stage 2 doesn't have a duration, stage 2 doesn't have a target, \
             the startVUs exceed max limit of 100000000, \
             target for stage 3 exceeds max limit of 100000000",
        ),
        (
            r#"{"executor": "ramping-vus", "gracefulRampDown": "-1s",
                "stages": [{"duration": "1s", "target": 1}]}"#,
            "the gracefulRampDown timeout can't be negative",
        ),
    ]);
}

#[test]
fn iterations_are_validated() {
    assert_problems(&[
        (r#"{"executor": "shared-iterations"}"#, ""),
        (r#"{"executor": "per-vu-iterations"}"#, ""),
        (
            r#"{"executor": "shared-iterations", "vus": 0, "iterations": 0, "maxDuration": 500}"#,
            "the number of VUs must be more than 0, \
             the maxDuration must be at least 1s, but is 500ms",
        ),
        (
            r#"{"executor": "shared-iterations", "vus": 5, "iterations": 2}"#,
            "the number of iterations (2) can't be less than the number of VUs (5)",
        ),
        (
            r#"{"executor": "per-vu-iterations", "vus": 0, "iterations": 0, "maxDuration": 0}"#,
            "the number of VUs must be more than 0, the number of iterations must be more than \
             0, the maxDuration must be at least 1s, but is 0s",
        ),
    ]);
}

#[test]
fn constant_arrival_rate_is_validated() {
    assert_problems(&[
        (
            r#"{"executor": "constant-arrival-rate", "rate": 1, "duration": "1s",
                "preAllocatedVUs": 0}"#,
            "",
        ),
        (
            r#"{"executor": "constant-arrival-rate"}"#,
            "the iteration rate isn't specified, the duration is unspecified, \
             the number of preAllocatedVUs isn't specified",
        ),
        (
            r#"{"executor": "constant-arrival-rate", "rate": 0, "timeUnit": 0, "duration": 1,
                "preAllocatedVUs": -1, "maxVUs": -2}"#,
            "the iteration rate must be more than 0, the timeUnit must be more than 0, \
             the duration must be at least 1s, but is 1ms, \
             the number of preAllocatedVUs can't be negative, \
             maxVUs can't be less than preAllocatedVUs",
        ),
        (
            r#"{"executor": "constant-arrival-rate", "rate": 1000000001, "duration": "1s",
                "preAllocatedVUs": 1}"#,
            "the iteration rate of 1000000001 per 1s is more than one per nanosecond; \
             lower the rate or set a longer timeUnit",
        ),
    ]);
}

#[test]
fn ramping_arrival_rate_is_validated() {
    assert_problems(&[
        (
            r#"{"executor": "ramping-arrival-rate", "stages": [{"duration": "1s", "target": 0}],
                "preAllocatedVUs": 1}"#,
            "",
        ),
        (
            r#"{"executor": "ramping-arrival-rate"}"#,
            "at least one stage has to be specified, \
             the number of preAllocatedVUs isn't specified",
        ),
        (
            r#"{"executor": "ramping-arrival-rate", "startRate": -1, "timeUnit": "-1s",
                "stages": [{"duration": "1s", "target": 100000001}, {"target": -1}],
                "preAllocatedVUs": -1}"#,
            "the startRate value can't be negative, the timeUnit must be more than 0, \
             stage 2 doesn't have a duration, the target for stage 2 can't be negative, \
             the number of preAllocatedVUs can't be negative",
        ),
    ]);
}

#[test]
fn late_arrivals_and_chance_are_options_of_arrival_rates_only() {
    let scenario = r#"{"executor": "constant-arrival-rate", "rate": 10, "duration": "30s",
        "preAllocatedVUs": 4, "late": "queue", "arrivals": "poisson", "seed": 7}"#;
    assert_eq!(
        line(scenario, "0:1"),
        "10.00 iterations/s for 30s (maxVUs: 4, late: queue, arrivals: poisson, gracefulStop: 30s)"
    );
    let parse = |text: &str| Options::from_json(&format!(r#"{{"scenarios": {{"a": {text}}}}}"#));
    let printed = parse(scenario).unwrap().options.to_json()["scenarios"]["a"].clone();
    assert_eq!((&printed["late"], &printed["seed"]), (&json!("queue"), &json!(7)));
    // k6's users do not see what k6 does not have.
    let plain = scenario.replace(r#", "late": "queue", "arrivals": "poisson", "seed": 7"#, "");
    let printed = parse(&plain).unwrap().options.to_json()["scenarios"]["a"].clone();
    assert_eq!(
        (printed.get("late"), printed.get("arrivals"), printed.get("seed")),
        Default::default()
    );
    let wrong = parse(&scenario.replace("queue", "wait")).unwrap_err().to_string();
    assert!(wrong.contains("\"drop\" or \"queue\""), "{wrong}");
    let wrong = parse(&scenario.replace("poisson", "random")).unwrap_err().to_string();
    assert!(wrong.contains("\"uniform\" or \"poisson\""), "{wrong}");
    assert!(parse(r#"{"executor": "constant-vus", "late": "queue"}"#).is_err());
    // The test's own option is for scenarios that do not say.
    let text = format!(r#"{{"late": "queue", "scenarios": {{"a": {plain}}}}}"#);
    let (plan, _) = Plan::new(&Options::from_json(&text).unwrap().options).unwrap();
    assert!(plan.scenarios[0].describe(&plan.share).contains("late: queue"));
    let text = text.replace(r#""duration""#, r#""late": "drop", "duration""#);
    let (plan, _) = Plan::new(&Options::from_json(&text).unwrap().options).unwrap();
    assert!(!plan.scenarios[0].describe(&plan.share).contains("queue"));
}

#[test]
fn looping_vus_are_described_as_in_k6() {
    let constant = r#"{"executor": "constant-vus", "vus": 10, "duration": "1.234567s"}"#;
    assert_eq!(line(constant, "0:1"), "10 looping VUs for 1.234567s (gracefulStop: 30s)");
    assert_eq!(line(constant, "1/3:2/3"), "3 looping VUs for 1.234567s (gracefulStop: 30s)");
    let bare = r#"{"executor": "constant-vus", "duration": "1s", "gracefulStop": 0}"#;
    assert_eq!(line(bare, "0:1"), "1 looping VUs for 1s");
    let late = r#"{"executor": "constant-vus", "duration": "1s", "gracefulStop": 0,
        "startTime": "1s", "exec": "foo"}"#;
    assert_eq!(line(late, "0:1"), "1 looping VUs for 1s (exec: foo, startTime: 1s)");
    let ramping = r#"{"executor": "ramping-vus", "gracefulRampDown": "0s",
        "stages": [{"duration": "1m", "target": 3}, {"duration": 0, "target": 1}]}"#;
    assert_eq!(
        line(ramping, "0:1"),
        "Up to 3 looping VUs for 1m0s over 2 stages (gracefulRampDown: 0s, gracefulStop: 30s)"
    );
}

#[test]
fn iterations_are_described_as_in_k6() {
    let shared = r#"{"executor": "shared-iterations", "vus": 4, "iterations": 10,
        "maxDuration": "1m5s", "gracefulStop": 0}"#;
    assert_eq!(line(shared, "0:1"), "10 iterations shared among 4 VUs (maxDuration: 1m5s)");
    assert_eq!(line(shared, "2/3:1"), "2 iterations shared among 1 VUs (maxDuration: 1m5s)");
    let none = r#"{"executor": "shared-iterations", "vus": 2, "iterations": 10}"#;
    assert_eq!(
        line(none, "2/3:1"),
        "0 iterations shared among 0 VUs (maxDuration: 10m0s, gracefulStop: 30s)"
    );
    let each = r#"{"executor": "per-vu-iterations", "vus": 4, "iterations": 20, "exec": "foo"}"#;
    assert_eq!(
        line(each, "0:1/3"),
        "20 iterations for each of 2 VUs (maxDuration: 10m0s, exec: foo, gracefulStop: 30s)"
    );
}

#[test]
fn arrival_rates_are_described_as_in_k6() {
    let constant = r#"{"executor": "constant-arrival-rate", "rate": 10, "duration": "30s",
        "preAllocatedVUs": 4}"#;
    assert_eq!(line(constant, "0:1"), "10.00 iterations/s for 30s (maxVUs: 4, gracefulStop: 30s)");
    // A third of the VUs of three would be one; here it is one of four.
    assert_eq!(
        line(constant, "1/3:2/3"),
        "2.50 iterations/s for 30s (maxVUs: 1, gracefulStop: 30s)"
    );
    let slow = r#"{"executor": "constant-arrival-rate", "rate": 7, "timeUnit": "1m",
        "duration": "90s", "preAllocatedVUs": 4, "maxVUs": 20}"#;
    assert_eq!(
        line(slow, "1/3:2/3"),
        "0.04 iterations/s for 1m30s (maxVUs: 1-7, gracefulStop: 30s)"
    );
    let nobody = r#"{"executor": "constant-arrival-rate", "rate": 10, "duration": "1s",
        "preAllocatedVUs": 0}"#;
    assert_eq!(line(nobody, "0:1"), "0.00 iterations/s for 1s (maxVUs: 0, gracefulStop: 30s)");
    let ramping = r#"{"executor": "ramping-arrival-rate", "startRate": 10, "timeUnit": "3s",
        "stages": [{"duration": "1s", "target": 7}], "preAllocatedVUs": 1, "maxVUs": 10}"#;
    assert_eq!(
        line(ramping, "0:1"),
        "Up to 3.33 iterations/s for 1s over 1 stages (maxVUs: 1-10, gracefulStop: 30s)"
    );
    assert_eq!(
        line(ramping, "0:1/3"),
        "Up to 1.11 iterations/s for 1s over 1 stages (maxVUs: 1-4, gracefulStop: 30s)"
    );
}
