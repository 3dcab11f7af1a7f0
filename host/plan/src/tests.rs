//! From options to plans: shortcuts, everything wrong at once, requirements, loads of shares.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::segment::tests::{Shares, shares};
use crate::{
    Executor, Late, Load, Options, Plan, PlanError, Requirements, Share, Tier, Warning,
    format_duration, scenarios_of,
};

fn options(value: &Value) -> Options {
    Options::from_json(&value.to_string()).unwrap().options
}

fn plan(value: &Value) -> Plan {
    Plan::new(&options(value)).unwrap_or_else(|error| panic!("{error}")).0
}

fn refuse(value: &Value) -> String {
    match Plan::new(&options(value)) {
        Ok(_) => panic!("{value} was accepted"),
        Err(error) => error.to_string(),
    }
}

/// The banner of options that need no scenarios of their own, and the warnings.
fn banner(value: &Value) -> (String, Vec<String>) {
    let (plan, warnings) = Plan::new(&options(value)).unwrap();
    assert_eq!(plan.scenarios.len(), 1);
    let line = plan.banner(&plan.share).remove(1);
    (line, warnings.iter().map(Warning::to_string).collect())
}

fn requirements(value: &Value) -> (u64, String) {
    let plan = plan(value);
    let Requirements { vus_max, duration_max, .. } = plan.requirements(&plan.share);
    (vus_max, format_duration(duration_max))
}

#[test]
fn shortcuts_are_one_scenario() {
    for (shortcut, line) in [
        (
            json!({}),
            "* default: 1 iterations for each of 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)",
        ),
        (
            json!({"iterations": 10}),
            "* default: 10 iterations shared among 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)",
        ),
        (
            json!({"iterations": 10, "vus": 3, "duration": "1m"}),
            "* default: 10 iterations shared among 3 VUs (maxDuration: 1m0s, gracefulStop: 30s)",
        ),
        (json!({"duration": "1s"}), "* default: 1 looping VUs for 1s (gracefulStop: 30s)"),
        (
            json!({"duration": "1s", "vus": 5, "stages": []}),
            "* default: 5 looping VUs for 1s (gracefulStop: 30s)",
        ),
        (
            json!({"vus": 0, "stages": [{"duration": "1s", "target": 3}]}),
            "* default: Up to 3 looping VUs for 1s over 1 stages \
             (gracefulRampDown: 30s, gracefulStop: 30s)",
        ),
        (
            json!({"vus": 5}),
            "* default: 5 iterations shared among 5 VUs (maxDuration: 10m0s, gracefulStop: 30s)",
        ),
    ] {
        assert_eq!(banner(&shortcut), (line.to_owned(), Vec::new()), "{shortcut}");
    }
}

#[test]
fn empty_shortcuts_are_warned_of() {
    let once = "* default: 1 iterations for each of 1 VUs (maxDuration: 10m0s, gracefulStop: 30s)";
    let empty = |option: &str| {
        format!(
            "`{option}` was explicitly set to an empty value, \
             running the script with 1 iteration in 1 VU"
        )
    };
    assert_eq!(banner(&json!({"stages": []})), (once.to_owned(), vec![empty("stages")]));
    assert_eq!(
        banner(&json!({"stages": [], "scenarios": {}})),
        (once.to_owned(), vec![empty("stages"), empty("scenarios")])
    );
}

#[test]
fn vus_alone_override_scenarios_with_a_warning() {
    let value = json!({"vus": 3, "scenarios": {"a": {"executor": "per-vu-iterations"}}});
    let (line, warnings) = banner(&value);
    assert!(line.starts_with("* default: 3 iterations shared among 3 VUs"), "{line}");
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("`vus=3` without `duration`"), "{}", warnings[0]);
}

#[test]
fn shortcuts_that_contradict_each_other_are_refused() {
    let stages = json!([{"duration": "10s", "target": 1}]);
    let scenarios = json!({"a": {"executor": "per-vu-iterations"}});
    for (value, first, second) in [
        (json!({"duration": "10s", "stages": stages}), "duration", "stages"),
        (json!({"iterations": 1, "stages": stages}), "iterations", "stages"),
        (json!({"iterations": 1, "scenarios": scenarios}), "iterations", "scenarios"),
        (json!({"duration": "1s", "scenarios": scenarios}), "duration", "scenarios"),
        (json!({"duration": "1s", "scenarios": {}}), "duration", "scenarios"),
        (json!({"stages": stages, "scenarios": scenarios}), "stages", "scenarios"),
        (json!({"duration": "1s", "stages": stages, "scenarios": scenarios}), "duration", "stages"),
    ] {
        assert_eq!(
            refuse(&value),
            format!("using `{first}` and `{second}` options simultaneously is not allowed")
        );
    }
    for (duration, found) in [(json!("-1s"), "-1s"), (json!(0), "0s")] {
        assert_eq!(
            refuse(&json!({"duration": duration})),
            format!("`duration` option should be more than 0, but is {found}")
        );
    }
}

#[test]
fn shortcuts_are_validated_like_scenarios() {
    let head = "There were problems with the specified script configuration:\n\t- \
                scenario default has configuration errors: ";
    for (value, problems) in [
        (
            json!({"iterations": 2, "vus": 5}),
            "the number of iterations (2) can't be less than the number of VUs (5)",
        ),
        (
            json!({"iterations": 0}),
            "the number of iterations (0) can't be less than the number of VUs (1)",
        ),
        (json!({"vus": 0}), "the number of VUs must be more than 0"),
        (json!({"duration": "1s", "vus": -1}), "the number of VUs must be more than 0"),
        (json!({"duration": 500}), "the duration must be at least 1s, but is 500ms"),
        (
            json!({"duration": "-10s", "iterations": 5}),
            "the maxDuration must be at least 1s, but is -10s",
        ),
        (json!({"stages": [{"duration": "10s"}]}), "stage 1 doesn't have a target"),
        (json!({"stages": [{"target": 1}]}), "stage 1 doesn't have a duration"),
    ] {
        assert_eq!(refuse(&value), format!("{head}{problems}"));
    }
}

#[test]
fn everything_wrong_is_told_at_once() {
    let value = json!({
        "executionSegment": "0:1/2", "executionSegmentSequence": "0,1/3,1",
        "scenarios": {
            "a b": {"executor": "constant-vus", "vus": 0},
            "": {"executor": "per-vu-iterations", "iterations": 0},
            "fine": {"executor": "per-vu-iterations"},
        },
        "setupTimeout": "0s", "teardownTimeout": "-1s", "handleSummaryTimeout": -1,
    });
    let name =
        "the scenario name should contain only numbers, latin letters, underscores, and dashes";
    assert_eq!(
        refuse(&value),
        format!(
            "There were problems with the specified script configuration:\
             \n\t- provided segment 0:1/2 can't be found in sequence 0,1/3,1\
             \n\t- scenario  has configuration errors: scenario name can't be empty, {name}, \
             the number of iterations must be more than 0\
             \n\t- scenario a b has configuration errors: {name}, \
             the number of VUs must be more than 0, the duration is unspecified\
             \n\t- setupTimeout must be positive\
             \n\t- teardownTimeout can't be negative\
             \n\t- handleSummaryTimeout can't be negative"
        )
    );
}

#[test]
fn what_scenarios_run_has_to_be_exported() {
    let plan = plan(&json!({"scenarios": {
        "a": {"executor": "per-vu-iterations", "exec": "nope"},
        "b": {"executor": "per-vu-iterations", "exec": "foo"},
        "c": {"executor": "per-vu-iterations"},
    }}));
    let exports = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(plan.check_exec(&exports(&["default", "foo", "nope"])), Ok(()));
    assert_eq!(
        plan.check_exec(&exports(&["foo"])).unwrap_err().to_string(),
        "There were problems with the specified script configuration:\
         \n\t- executor a: function 'nope' not found in exports\
         \n\t- executor c: function 'default' not found in exports"
    );
}

#[test]
fn a_plan_has_defaults_for_what_is_unset() {
    let unset = plan(&json!({}));
    assert!(unset.setup && unset.teardown && !unset.paused);
    let seconds = Duration::from_secs;
    assert_eq!((unset.setup_timeout, unset.teardown_timeout), (seconds(60), seconds(60)));
    assert_eq!(unset.handle_summary_timeout, seconds(120));
    assert_eq!(unset.min_iteration_duration, Duration::ZERO);
    let scenario = &unset.scenarios[0];
    assert_eq!((scenario.name.as_str(), scenario.exec.as_str()), ("default", "default"));
    assert_eq!(scenario.graceful_stop, seconds(30));
    let set = plan(&json!({
        "noSetup": true, "noTeardown": true, "setupTimeout": 1500, "minIterationDuration": "-1s",
        "tags": {"a": "b"}, "paused": true,
    }));
    assert!(!set.setup && !set.teardown && set.paused);
    assert_eq!(
        (set.setup_timeout, set.min_iteration_duration),
        (Duration::from_millis(1_500), Duration::ZERO)
    );
    assert_eq!(set.tags["a"], "b");
}

#[test]
fn the_banner_lists_scenarios_as_they_start() {
    let plan = plan(&json!({"scenarios": {
        "b": {"executor": "constant-vus", "duration": "1s", "startTime": "2s"},
        "a": {"executor": "constant-vus", "duration": "1s", "startTime": "2s"},
        "z": {"executor": "constant-vus", "duration": "1.04s", "startTime": "1s",
            "gracefulStop": 0},
    }}));
    assert_eq!(
        plan.banner(&plan.share),
        [
            "(100.00%) 3 scenarios, 3 max VUs, 33s max duration (incl. graceful stop):",
            "* z: 1 looping VUs for 1.04s (startTime: 1s)",
            "* a: 1 looping VUs for 1s (startTime: 2s, gracefulStop: 30s)",
            "* b: 1 looping VUs for 1s (startTime: 2s, gracefulStop: 30s)",
        ]
    );
    let third = Options {
        execution_segment: Some("0:1/3".parse().unwrap()),
        ..options(&json!({"vus": 10, "duration": "9.984s"}))
    };
    let (plan, _) = Plan::new(&third).unwrap();
    assert_eq!(
        plan.requirements(&plan.share).text(),
        "1 scenario, 3 max VUs, 40s max duration (incl. graceful stop)"
    );
    assert!(plan.banner(&plan.share)[0].starts_with("(33.33%) "));
}

fn ramping(graceful_ramp_down: &str, graceful_stop: &str, stages: &[(&str, u64)]) -> Value {
    let stages: Vec<_> = stages
        .iter()
        .map(|(duration, target)| json!({"duration": duration, "target": target}))
        .collect();
    json!({"executor": "ramping-vus", "startVUs": 0, "stages": stages,
        "gracefulRampDown": graceful_ramp_down, "gracefulStop": graceful_stop})
}

#[test]
fn vus_are_required_as_long_as_they_may_run() {
    let up_down = [("10s", 10), ("5s", 0)];
    let then = json!({"executor": "constant-vus", "vus": 5, "duration": "5s", "startTime": "15s"});
    for (value, expected) in [
        (json!({"a": ramping("30s", "30s", &up_down), "b": then}), (15, "50s")),
        (json!({"a": ramping("2s", "3s", &up_down), "b": then}), (10, "50s")),
        (json!({"a": ramping("0s", "30s", &[("5s", 3), ("5s", 0)])}), (3, "10s")),
        (json!({"a": ramping("2s", "30s", &[("5s", 3), ("5s", 0)])}), (3, "12s")),
        (json!({"a": ramping("2s", "30s", &[("5s", 3), ("5s", 1)])}), (3, "40s")),
        (json!({"a": ramping("20s", "1s", &[("0s", 2), ("5s", 0)])}), (2, "6s")),
        (json!({"a": ramping("20s", "0s", &[("0s", 2), ("5s", 0)])}), (2, "5s")),
        // A peak without any length is a peak.
        (json!({"a": ramping("0s", "0s", &[("1s", 3), ("0s", 1)])}), (3, "1s")),
        (json!({"a": ramping("0s", "0s", &[("0s", 9), ("0s", 2), ("1s", 2)])}), (9, "1s")),
    ] {
        let (vus, duration) = requirements(&json!({"scenarios": value}));
        assert_eq!((vus, duration.as_str()), expected, "{value}");
    }
}

#[test]
fn the_peak_is_kept_for_the_ramp_down_time() {
    let stages = [("0s", 10), ("10s", 10), ("0s", 5), ("10s", 5)];
    for (start, expected) in [("11s", 15), ("12s", 10)] {
        let probe = json!({"executor": "constant-vus", "vus": 5, "duration": "1s",
            "gracefulStop": 0, "startTime": start});
        let value = json!({"scenarios": {"a": ramping("2s", "0s", &stages), "b": probe}});
        assert_eq!(requirements(&value).0, expected, "{start}");
    }
}

#[test]
fn vus_that_are_given_back_serve_those_who_start_then() {
    let mut first = json!({"executor": "constant-vus", "vus": 7, "duration": "5s"});
    let then = json!({"executor": "constant-vus", "vus": 5, "duration": "5s", "startTime": "5s"});
    for (stop, expected) in [("0s", 7), ("1ms", 12)] {
        first["gracefulStop"] = json!(stop);
        let value = json!({"scenarios": {"a": first, "b": then}});
        assert_eq!(requirements(&value).0, expected);
    }
}

#[test]
fn unplanned_vus_are_counted_apart() {
    let arrivals = json!({"executor": "constant-arrival-rate", "rate": 1, "preAllocatedVUs": 7,
        "maxVUs": 10, "duration": "5s", "gracefulStop": 0});
    let looping =
        json!({"executor": "constant-vus", "vus": 5, "duration": "5s", "startTime": "3s"});
    let plan = plan(&json!({"scenarios": {"a": arrivals, "b": looping}}));
    let requirements = plan.requirements(&plan.share);
    assert_eq!((requirements.vus_planned_max, requirements.vus_max), (12, 15));
    let changes: Vec<_> = plan
        .reserved_vus(&plan.share)
        .map(|change| (change.at.as_secs(), change.then.planned, change.then.unplanned))
        .collect();
    assert_eq!(changes, [(0, 7, 3), (3, 12, 3), (5, 5, 0), (38, 0, 0)]);
}

#[test]
fn a_share_without_work_requires_nothing() {
    let value = json!({"vus": 1, "duration": "1s", "executionSegment": "1/3:2/3",
        "executionSegmentSequence": "0,1/3,2/3,1"});
    assert_eq!(requirements(&value), (0, "0s".to_owned()));
    let plan = plan(&value);
    assert!(plan.scenarios[0].load(&plan.share).is_none());
}

#[test]
fn endless_ramps_are_required_at_their_peak() {
    let up = json!({"duration": "1s", "target": 100_000_000});
    let down = json!({"duration": "1s", "target": 0});
    let stages = vec![vec![up, down]; 1_000].concat();
    let value = json!({"scenarios": {"a": {"executor": "ramping-vus", "stages": stages}}});
    assert_eq!(requirements(&value), (100_000_000, "33m50s".to_owned()));
}

#[test]
fn loads_are_what_the_executor_says() {
    let plan = plan(&json!({"scenarios": {
        "a": {"executor": "constant-vus", "vus": 3, "duration": "10s", "gracefulStop": "5s"},
        "b": {"executor": "shared-iterations", "vus": 3, "iterations": 10, "maxDuration": "7s"},
        "c": {"executor": "per-vu-iterations", "vus": 3, "iterations": 10},
        "d": {"executor": "constant-arrival-rate", "rate": 3, "duration": "10s",
            "preAllocatedVUs": 1, "maxVUs": 4},
        "e": {"executor": "ramping-arrival-rate", "startRate": 10, "preAllocatedVUs": 2,
            "stages": [{"duration": "1s", "target": 10}]},
    }}));
    let second = plan.share.worker(1, 2);
    let loads: Vec<_> = plan.scenarios.iter().map(|scenario| scenario.load(&second)).collect();
    let Load::LoopingVus { steps, vus_max: 1, .. } = &loads[0] else { panic!("{loads:?}") };
    let steps: Vec<_> = steps.clone().map(|step| (step.at_ns / 1_000_000_000, step.vus)).collect();
    assert_eq!(steps, [(0, 1), (10, 0)]);
    let Load::SharedIterations { vus: 1, iterations_in_instance: 10, duration_max } = loads[1]
    else {
        panic!("{loads:?}")
    };
    assert_eq!(duration_max, Duration::from_secs(7));
    assert!(matches!(loads[2], Load::PerVuIterations { vus: 1, iterations: 10, .. }));
    let Load::Arrivals { arrivals, vus_pre_allocated: 0, vus_max: 2, late: Late::Drop } = &loads[3]
    else {
        panic!("{loads:?}")
    };
    // The period is cut to whole nanoseconds, so that one more fits.
    assert_eq!(plan.scenarios[3].iterations_total(&plan.share), Some(31));
    assert_eq!(arrivals.clone().next().unwrap().at_ns, 333_333_333);
    assert_eq!(plan.scenarios[4].iterations_total(&plan.share), Some(10));
    assert_eq!(loads.iter().map(Load::vus_max).sum::<u64>(), 1 + 1 + 1 + 2 + 1);
}

#[test]
fn workers_without_vus_have_no_load() {
    let plan = plan(&json!({"scenarios": {
        "a": {"executor": "constant-arrival-rate", "rate": 3, "duration": "10s",
            "preAllocatedVUs": 1},
        "b": {"executor": "constant-vus", "duration": "1s"},
        "c": {"executor": "ramping-vus", "stages": [{"duration": "1s", "target": 1}]},
        "d": {"executor": "shared-iterations", "iterations": 5},
        "e": {"executor": "per-vu-iterations"},
        "f": {"executor": "ramping-arrival-rate", "startRate": 9, "preAllocatedVUs": 1,
            "stages": [{"duration": "1s", "target": 1}]},
    }}));
    for scenario in &plan.scenarios {
        assert!(!scenario.load(&plan.share.worker(0, 2)).is_none(), "{}", scenario.name);
        assert!(scenario.load(&plan.share.worker(1, 2)).is_none(), "{}", scenario.name);
        assert!(scenario.numbering(&plan.share).is_some());
    }
}

#[test]
fn progress_is_by_iterations_or_by_time() {
    let plan = plan(&json!({"scenarios": {
        "a": {"executor": "constant-vus", "duration": "10s"},
        "b": {"executor": "shared-iterations", "iterations": 4},
    }}));
    let [by_time, by_iterations] = plan.scenarios.as_slice() else { panic!() };
    let progress = |seconds, iterations| {
        let elapsed = Duration::from_secs(seconds);
        (
            by_time.progress(&plan.share, elapsed, iterations),
            by_iterations.progress(&plan.share, elapsed, iterations),
        )
    };
    assert_eq!(progress(0, 0), (0.0, 0.0));
    assert_eq!(progress(5, 1), (0.5, 0.25));
    assert_eq!(progress(15, 9), (1.0, 1.0));
}

#[test]
fn rates_can_be_asked_for() {
    let plan = plan(&json!({"scenarios": {
        "a": {"executor": "constant-arrival-rate", "rate": 90, "timeUnit": "1m", "duration": "10s",
            "preAllocatedVUs": 1},
        "b": {"executor": "ramping-arrival-rate", "preAllocatedVUs": 1,
            "stages": [{"duration": "10s", "target": 10}]},
        "c": {"executor": "ramping-vus", "stages": [{"duration": "10s", "target": 11}]},
    }}));
    let at = Duration::from_secs(5);
    let rates: Vec<_> =
        plan.scenarios.iter().map(|scenario| scenario.executor.rate_per_s_at(at)).collect();
    assert_eq!(rates, [Some(1.5), Some(5.0), None]);
    let Executor::RampingVus(ramping) = &plan.scenarios[2].executor else { panic!() };
    assert_eq!(ramping.vus_at(at), 6);
    assert_eq!(ramping.vus_at(Duration::from_secs(10)), 0);
}

#[test]
fn merged_tiers_become_one_plan() {
    let script = options(&json!({"stages": [{"duration": "1s", "target": 1}], "vus": 4}));
    let flags = Options { tier: Tier::CommandLine, ..options(&json!({"duration": "9s"})) };
    let (merged, _) = script.apply(flags);
    let (scenarios, warnings) = scenarios_of(&merged).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(scenarios["default"].to_json()["executor"], "constant-vus");
    assert_eq!(scenarios["default"].to_json()["vus"], 4);
}

/// One scenario of any executor, most of them valid.
fn scenario() -> impl Strategy<Value = Value> {
    let ms = || 0_u64..5_000;
    let stage = (prop_oneof![Just(0), ms()], 0_u64..12)
        .prop_map(|(duration, target)| json!({"duration": duration, "target": target}));
    let stages = prop::collection::vec(stage, 1..5);
    let own = (0_usize..6, 1_u64..9, 9_u64..50, ms(), stages).prop_map(
        |(executor, vus, iterations, window, stages)| match executor {
            0 => json!({"executor": "constant-vus", "vus": vus, "duration": 1_000 + window}),
            1 => json!({"executor": "ramping-vus", "startVUs": vus - 1, "stages": stages,
                "gracefulRampDown": window}),
            2 => json!({"executor": "shared-iterations", "vus": vus, "iterations": iterations}),
            3 => json!({"executor": "per-vu-iterations", "vus": vus, "iterations": iterations}),
            4 => json!({"executor": "constant-arrival-rate", "rate": iterations,
                "duration": 1_000 + window, "preAllocatedVUs": vus, "maxVUs": vus + 3}),
            _ => json!({"executor": "ramping-arrival-rate", "startRate": iterations,
                "stages": stages, "preAllocatedVUs": vus}),
        },
    );
    (own, ms(), ms()).prop_map(|(mut scenario, start, stop)| {
        scenario["startTime"] = json!(start);
        scenario["gracefulStop"] = json!(stop);
        scenario
    })
}

/// The most VUs within `(at - window, at]`, from the curve itself.
fn reserved_by_definition(plan: &Plan, at_ms: u64) -> u64 {
    let of = |scenario: &crate::ScenarioPlan| {
        let Some(elapsed_ms) = at_ms.checked_sub(scenario.start_time.as_millis() as u64) else {
            return 0;
        };
        if elapsed_ms >= scenario.duration_max().as_millis() as u64 {
            return 0;
        }
        match &scenario.executor {
            Executor::RampingVus(ramping) => {
                let end_ms = ramping.stages.iter().map(|stage| stage.duration.as_millis() as u64);
                let last_ms = end_ms.sum::<u64>();
                let end = ramping.stages.last().map_or(0, |stage| stage.target);
                let from_ms =
                    elapsed_ms.saturating_sub(ramping.graceful_ramp_down.as_millis() as u64);
                // Milliseconds are a sample of the window, its start a moment later.
                let within = (from_ms + 1).min(elapsed_ms)..=elapsed_ms;
                let vus = |ms| {
                    if ms >= last_ms { end } else { ramping.vus_at(Duration::from_millis(ms)) }
                };
                within.map(vus).max().unwrap_or(0)
            }
            executor => executor.vus_max(&plan.share),
        }
    };
    plan.scenarios.iter().map(of).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_required_is_enough(
        scenarios in prop::collection::vec(scenario(), 1..4),
        instants in prop::collection::vec(0_u64..20_000, 8),
    ) {
        let named = scenarios.into_iter().enumerate();
        let scenarios: serde_json::Map<String, Value> =
            named.map(|(index, scenario)| (format!("s{index}"), scenario)).collect();
        let Ok((plan, _)) = Plan::new(&options(&json!({"scenarios": scenarios}))) else {
            return Ok(());
        };
        let requirements = plan.requirements(&plan.share);
        for at_ms in instants {
            let needed = reserved_by_definition(&plan, at_ms);
            let changes = plan.reserved_vus(&plan.share);
            let reserved = changes
                .take_while(|change| change.at <= Duration::from_millis(at_ms))
                .last()
                .map_or(0, |change| change.then.all());
            prop_assert!(reserved >= needed, "{} < {} at {} ms", reserved, needed, at_ms);
            prop_assert!(requirements.vus_max >= reserved);
        }
        let end = |scenario: &crate::ScenarioPlan| scenario.start_time + scenario.duration_max();
        prop_assert!(requirements.duration_max <= plan.scenarios.iter().map(end).max().unwrap());
        let last = plan.reserved_vus(&plan.share).last().unwrap();
        prop_assert_eq!(last.then.all(), 0);
    }

    #[test]
    fn shares_add_up_to_the_whole(scenario in scenario(), Shares(shares) in shares()) {
        let Ok((plan, _)) = Plan::new(&options(&json!({"scenarios": {"a": scenario}}))) else {
            return Ok(());
        };
        let scenario = &plan.scenarios[0];
        let vus: u64 = shares.iter().map(|share| scenario.vus_max(share)).sum();
        prop_assert_eq!(vus, scenario.vus_max(&Share::whole()));
        let whole = scenario.iterations_total(&Share::whole());
        if !matches!(scenario.executor, Executor::SharedIterations(_)) {
            let parts: Option<u64> =
                shares.iter().map(|share| scenario.iterations_total(share)).sum();
            prop_assert_eq!(parts, whole);
        }
        for share in &shares {
            let load = scenario.load(share);
            prop_assert_eq!(load.vus_max(), scenario.vus_max(share));
            prop_assert_eq!(load.is_none(), scenario.vus_max(share) == 0);
        }
    }

    #[test]
    fn shared_iterations_of_all_processes_are_the_whole(
        Shares(shares) in shares(),
        vus in 1_u64..20,
        more in 0_u64..100,
    ) {
        let iterations = vus + more;
        let plan = plan(&json!({"vus": vus, "iterations": iterations}));
        let scenario = &plan.scenarios[0];
        let mut processes: Vec<Share> = shares.iter().map(Share::process).collect();
        processes.dedup_by_key(|process| process.tuple().segment());
        let mut numbers: Vec<u64> = Vec::new();
        for process in &processes {
            let own = scenario.iterations_total(process).unwrap();
            let numbering = scenario.numbering(process);
            prop_assert!(own == 0 || process.scale(vus) > 0);
            numbers.extend((0..own).map(|own| numbering.as_ref().unwrap().in_test(own)));
        }
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..iterations).collect::<Vec<_>>());
    }
}

#[test]
fn errors_can_be_told_apart() {
    let error = Plan::new(&options(&json!({"duration": 0}))).unwrap_err();
    assert!(matches!(error, PlanError::DurationNotPositive { .. }));
}
