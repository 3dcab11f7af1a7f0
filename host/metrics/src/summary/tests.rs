//! Summaries: the model holds every figure that a renderer can be asked for.

use super::*;
use crate::aggregate::Aggregate;
use crate::builtin;
use crate::catalog::{Catalog, CatalogOptions};
use crate::check::GroupId;
use crate::metric::{MetricId, Registry};
use crate::recorder::Recorder;
use crate::tag::TagSetId;
use crate::threshold::{ThresholdInput, ThresholdSpec};

fn summary() -> Summary {
    let thresholds = |metric: &str, sources: &[&str]| ThresholdInput {
        metric: metric.to_owned(),
        thresholds: sources.iter().map(|source| ThresholdSpec::new(*source)).collect(),
    };
    let inputs = [
        thresholds("http_req_duration{expected_response:true}", &["p(95)<200", "avg<1"]),
        thresholds("iteration_response_time", &["p(95)<200"]),
    ];
    let catalog = Catalog::new(Registry::new(), &inputs, CatalogOptions::default());
    let catalog = catalog.unwrap().shared();
    let mut recorder = Recorder::new(Arc::clone(&catalog), 0);
    let mut add = |metric: MetricId, tags: &[(&str, &str)], values: &[f64]| {
        let tags = recorder.intern(TagSetId::EMPTY, tags);
        let series = recorder.series(metric, tags);
        for value in values {
            recorder.add(series, *value);
        }
    };
    add(builtin::HTTP_REQ_DURATION, &[("expected_response", "true")], &[10.0, 20.0]);
    add(builtin::HTTP_REQ_DURATION, &[("expected_response", "false")], &[500.0]);
    add(builtin::HTTP_REQS, &[], &[1.0, 1.0, 1.0]);
    add(builtin::HTTP_REQ_FAILED, &[], &[0.0, 0.0, 1.0, 0.0]);
    add(builtin::VUS, &[], &[1.0, 5.0, 2.0]);
    let group = recorder.group(GroupId::ROOT, "g").unwrap();
    let check = recorder.check_series(TagSetId::EMPTY, Some((group, "c")));
    recorder.check(check, true);
    let mut aggregate = Aggregate::new(catalog);
    aggregate.merge(recorder.take_delta());
    aggregate.summary(Duration::from_millis(1_500))
}

#[test]
fn every_figure_of_every_kind_can_be_read() {
    let summary = summary();
    let stat = |name: &str, stat: &str| summary.metric(name).unwrap().stat(stat.parse().unwrap());
    let good = "http_req_duration{expected_response:true}";
    assert_eq!(stat(good, "avg"), Some(15.0));
    assert_eq!(stat(good, "min"), Some(10.0));
    assert_eq!(stat(good, "med"), Some(15.0));
    assert_eq!(stat(good, "max"), Some(20.0));
    assert_eq!(stat(good, "p(90)"), Some(19.0));
    assert_eq!(stat(good, "p(95)"), Some(19.5));
    assert_eq!(stat(good, "p(12.5)"), Some(11.25));
    assert_eq!(stat(good, "count"), Some(2.0));
    assert_eq!(stat("http_req_duration", "count"), Some(3.0));
    assert_eq!(stat("http_reqs", "count"), Some(3.0));
    assert_eq!(stat("http_reqs", "rate"), Some(2.0));
    assert_eq!(stat("http_req_failed", "rate"), Some(0.25));
    assert_eq!(stat("vus", "value"), Some(2.0));
    assert_eq!((stat("vus", "min"), stat("vus", "max")), (Some(1.0), Some(5.0)));
    assert_eq!(stat("vus", "avg"), None);
    let failed = &summary.metric("http_req_failed").unwrap().values;
    assert_eq!(*failed, Values::Rate { rate: 0.25, passes: 1, fails: 3 });
    assert_eq!(summary.duration_ms, 1_500.0);
}

#[test]
fn submetrics_name_their_parent_and_selector() {
    let summary = summary();
    let part = summary.metric("http_req_duration{expected_response:true}").unwrap();
    assert_eq!(part.parent.as_deref(), Some("http_req_duration"));
    assert_eq!(part.selector, [("expected_response".to_owned(), "true".to_owned())]);
    assert_eq!((part.kind, part.contains), (Kind::Trend, Contains::Time));
}

#[test]
fn thresholds_say_what_came_out_and_whether_there_was_data() {
    let summary = summary();
    assert!(summary.thresholds_failed());
    let outcomes: Vec<_> = summary
        .thresholds()
        .map(|(metric, t)| (metric.name.as_str(), t.source.as_str(), t.ok, t.no_data, t.value))
        .collect();
    let good = "http_req_duration{expected_response:true}";
    let expected = [
        ("iteration_response_time", "p(95)<200", true, true, Some(0.0)),
        (good, "p(95)<200", true, false, Some(19.5)),
        (good, "avg<1", false, false, Some(15.0)),
    ];
    assert_eq!(outcomes, expected);
    // A metric without samples reads as zero, whatever is asked.
    let empty = summary.metric("iteration_response_time").unwrap();
    assert_eq!((empty.samples, empty.stat(Stat::Percentile(12.0))), (0, Some(0.0)));
}

#[test]
fn the_shape_survives_json() {
    let mut summary = summary();
    for metric in &mut summary.metrics {
        // The last digit of long fractions may change on the way; these are all derived figures.
        if let Values::Trend(trend) = &mut metric.values {
            trend.percentiles.retain(|listed| [0.0, 25.0, 50.0, 75.0].contains(&listed.0));
            trend.avg = trend.avg.round();
        }
    }
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
}

#[test]
fn the_shape_is_stable() {
    let value = serde_json::to_value(summary()).unwrap();
    let keys = |value: &serde_json::Value| {
        value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&value), "schema duration_ms metrics root_group bounds_reached");
    let metric = |name: &str| {
        let mut metrics = value["metrics"].as_array().unwrap().iter();
        metrics.find(|metric| metric["name"] == name).unwrap().clone()
    };
    let part = metric("http_req_duration{expected_response:true}");
    let expected = "name kind contains parent selector samples values thresholds";
    assert_eq!(keys(&part), expected);
    let expected = "count sum avg min med max percentiles distribution";
    assert_eq!(keys(&part["values"]), expected);
    assert_eq!(keys(&part["thresholds"][0]), "source ok no_data value abort_on_fail");
    assert_eq!(part["kind"], "trend");
    assert_eq!(part["contains"], "time");
    assert_eq!(keys(&metric("http_reqs")["values"]), "count rate");
    assert_eq!(keys(&metric("vus")["values"]), "value min max");
    assert_eq!(keys(&metric("checks")["values"]), "rate passes fails");
    assert_eq!(keys(&value["root_group"]), "name path groups checks");
    let check = &value["root_group"]["groups"][0]["checks"][0];
    assert_eq!(check.to_string(), r#"{"name":"c","path":"::g::c","passes":1,"fails":0}"#);
}

#[test]
fn sums_that_overflow_stay_numbers() {
    let mut total = Total::new(Kind::Trend);
    total.add(f64::MAX, 0);
    total.add(f64::MAX, 0);
    let values = Values::new(&total, Duration::ZERO, Detail::Distributions);
    let text = serde_json::to_string(&values).unwrap();
    assert_eq!(serde_json::from_str::<Values>(&text).unwrap(), values);
    assert_eq!(finite(f64::NAN), 0.0);
}

#[test]
fn a_tree_needs_no_order_and_no_completeness_of_paths() {
    let paths: Vec<Arc<str>> = ["::b::c::d", "::a", "::b", "", "::b::c"].map(Arc::from).to_vec();
    let tree = group_tree(&paths, &[]);
    let names: Vec<&str> = tree.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(tree.groups[0].groups[0].groups[0].path, "::b::c::d");
    assert_eq!(tree.groups[0].groups.len(), 1);
    assert_eq!(group_tree(&[], &[]), GroupSummary::default());
}

#[test]
fn the_deepest_tree_survives_json() {
    let path = "::in".repeat(crate::check::GROUP_DEPTH_MAX as usize);
    let tree = group_tree(&[Arc::from(path)], &[]);
    let text = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<GroupSummary>(&text).unwrap(), tree);
}
