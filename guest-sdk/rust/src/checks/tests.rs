//! `check!` in all its forms, and groups.

use super::*;
use crate::testing::{Host, Record};

fn names_and_outcomes(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
    expected.iter().map(|(name, passed)| ((*name).to_owned(), *passed)).collect()
}

#[test]
fn check_takes_conditions_and_closures_and_joins_them() {
    const NAME: &str = "constant name";
    let host = Host::new();
    let value = 5;
    let all = crate::check!(value,
        "closure" => |v| *v == 5,
        "typed closure" => |v: &i32| *v > 4,
        "condition" => value < 6,
        NAME => true,
        concat!("joined ", "name") => |_| false,
        "after a failure" => true,
    );
    assert!(!all);
    assert_eq!(
        host.checks(),
        names_and_outcomes(&[
            ("closure", true),
            ("typed closure", true),
            ("condition", true),
            ("constant name", true),
            ("joined name", false),
            ("after a failure", true),
        ])
    );
    assert!(crate::check!(value, "no comma at the end" => |v| *v == 5));
}

#[test]
fn check_takes_values_that_live_for_the_expression_only() {
    let _host = Host::new();
    assert!(crate::check!(String::from("ab"), "two" => |s| s.len() == 2));
}

#[test]
fn check_with_tags() {
    static EUROPE: Tags = Tags::new(&[("region", "eu")]);
    let _host = Host::new();
    assert!(crate::check!(1, tags: &EUROPE, "tagged" => |n| *n == 1));
    crate::check!(1, "untagged" => true);
    let tags = crate::testing::check_tags();
    assert_eq!(tags[0], EUROPE.id());
    assert_eq!(tags[1], 0, "the empty set");
}

#[test]
fn a_check_in_a_loop_keeps_its_number() {
    static ODD: Check = Check::new("odd");
    let host = Host::new();
    for number in 0..4 {
        ODD.record(number % 2 == 1);
        ODD.record_with(true, &Tags::of(&[("n", "x")]));
    }
    assert_eq!(host.checks().len(), 8);
    assert!(host.checks().iter().all(|(name, _)| name == "odd"));
}

#[test]
fn record_takes_names_of_run_time() {
    let host = Host::new();
    for region in ["eu", "us"] {
        assert!(!record(&format!("{region} is up"), region == "mars"));
    }
    assert_eq!(host.checks(), names_and_outcomes(&[("eu is up", false), ("us is up", false)]));
}

#[test]
fn groups_nest_and_give_back_what_their_body_gives() {
    let host = Host::new();
    let result = group("outer", || {
        crate::check!(0, "in outer" => true);
        group("inner", || crate::check!(0, "in inner" => true));
        crate::check!(0, "in outer again" => true);
        17
    });
    crate::check!(0, "outside" => true);
    assert_eq!(result, 17);
    assert_eq!(host.groups(), ["::outer", "::outer::inner"]);
    assert_eq!(
        host.checks(),
        names_and_outcomes(&[
            ("::outer::in outer", true),
            ("::outer::inner::in inner", true),
            ("::outer::in outer again", true),
            ("outside", true),
        ])
    );
}

#[test]
#[should_panic(expected = "may not contain '::'")]
fn a_group_name_with_a_separator_panics() {
    let _host = Host::new();
    group("a::b", || ());
}

#[test]
fn separators_are_found_anywhere() {
    assert!(has_group_separator("::") && has_group_separator("a::b") && has_group_separator("a::"));
    assert!(!has_group_separator("") && !has_group_separator(":") && !has_group_separator("a:b:c"));
}

#[test]
fn checks_leave_no_samples_of_custom_metrics() {
    let host = Host::new();
    crate::check!(1, "x" => true);
    assert_eq!(host.samples(), Vec::<Record>::new());
}
