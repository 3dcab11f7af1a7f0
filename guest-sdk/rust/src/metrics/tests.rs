//! Metrics of all kinds, their names and their tags.

use std::time::Duration;

use super::*;
use crate::execution;
use crate::testing::Host;

#[test]
fn samples_of_every_kind_and_type() {
    static COUNT: Counter = Counter::new("tests_count");
    static SIZE: Gauge = Gauge::new("tests_size").data();
    static ERRORS: Rate = Rate::new("tests_errors");
    static LATENCY: Trend = Trend::new("tests_latency").time();
    let host = Host::new();
    assert!(COUNT.add(1) && COUNT.add(2_u64) && COUNT.add(3_usize));
    assert!(SIZE.add(1.5) && SIZE.add(2_u8) && SIZE.add(-3_i64));
    assert!(ERRORS.add(true) && ERRORS.add(false));
    assert!(LATENCY.add(Duration::from_micros(2_500)) && LATENCY.add(4_u32) && LATENCY.add(5_u16));
    assert!(!LATENCY.add(f64::NAN), "not a number is no sample");
    assert_eq!(host.values("tests_count"), [1.0, 2.0, 3.0]);
    assert_eq!(host.values("tests_size"), [1.5, 2.0, -3.0]);
    assert_eq!(host.values("tests_errors"), [1.0, 0.0]);
    assert_eq!(host.values("tests_latency"), [2.5, 4.0, 5.0]);
}

#[test]
fn tags_come_from_the_set_and_the_vu() {
    static REGION: Tags = Tags::new(&[("region", "eu"), ("az", "1")]);
    static STOCK: Gauge = Gauge::new("tests_stock");
    let host = Host::new();
    execution::set_tag("team", "web");
    execution::set_tag("region", "of the VU");
    STOCK.add_with(1, &REGION);
    execution::remove_tag("team");
    STOCK.add_with(2, &Tags::of(&[("k", "v")]));
    STOCK.add(3);
    let tags: Vec<_> = host.samples().into_iter().map(|sample| sample.tags).collect();
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    };
    assert_eq!(tags[0], pairs(&[("az", "1"), ("region", "eu"), ("team", "web")]));
    assert_eq!(tags[1], pairs(&[("k", "v"), ("region", "of the VU")]));
    assert_eq!(tags[2], pairs(&[("region", "of the VU")]));
}

#[test]
fn register_at_run_time_finds_known_metrics_and_refuses_other_kinds() {
    let host = Host::new();
    let first = register("tests_dynamic", Kind::Trend, Contains::Time).unwrap();
    assert_eq!(register("tests_dynamic", Kind::Trend, Contains::Time).unwrap(), first);
    assert!(first.add(2));
    assert!(first.add_with(3, &Tags::of(&[("a", "b")])));
    assert_eq!(host.values("tests_dynamic"), [2.0, 3.0]);
    let error = register("tests_dynamic", Kind::Rate, Contains::Default).unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    assert!(error.place().file().ends_with("metrics/tests.rs"), "{error:?}");
}

#[test]
#[should_panic(expected = "metric `tests_clash`: metric 'tests_clash' already exists")]
fn a_static_of_another_kind_is_refused_by_name() {
    static CLASH: Rate = Rate::new("tests_clash");
    let _host = Host::new();
    register("tests_clash", Kind::Trend, Contains::Default).unwrap();
    CLASH.add(true);
}

#[test]
fn names_are_those_that_the_host_takes() {
    for name in ["ab", "_1", "checkout_latency_ms", "A9", &"a".repeat(129)] {
        assert!(is_valid(name), "{name}");
    }
    for name in ["", "a", "1a", "a-b", "a b", "ä1", "a.b", &"a".repeat(130)] {
        assert!(!is_valid(name), "{name}");
    }
}

#[test]
#[should_panic(expected = "the name of a metric has 2 to 129")]
fn a_bad_name_panics_outside_of_constants() {
    let _ = Counter::new("no good");
}
