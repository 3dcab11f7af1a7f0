//! Catalogs: which thresholds fit, and what is said about the others.

use super::*;
use crate::metric::{Contains, Kind};
use crate::threshold::ThresholdSpec;

fn input(metric: &str, sources: &[&str]) -> ThresholdInput {
    let thresholds = sources.iter().map(|source| ThresholdSpec::new(*source)).collect();
    ThresholdInput { metric: metric.to_owned(), thresholds }
}

fn catalog(inputs: &[ThresholdInput]) -> Result<Catalog, CatalogError> {
    let mut registry = Registry::new();
    registry.register("my_rate", Kind::Rate, Contains::Default).unwrap();
    Catalog::new(registry, inputs, CatalogOptions::default())
}

#[test]
fn the_expected_response_of_requests_is_always_selected() {
    let catalog = catalog(&[]).unwrap();
    let submetric = &catalog.submetrics()[0];
    assert_eq!(submetric.name, "http_req_duration{expected_response:true}");
    assert_eq!(submetric.parent, builtin::HTTP_REQ_DURATION);
    assert!(submetric.matches(&TagSet::new([("expected_response", "true"), ("status", "200")])));
    assert!(!submetric.matches(&TagSet::new([("expected_response", "false")])));
    assert!(catalog.targets().is_empty());
}

#[test]
fn it_is_not_selected_without_the_tag() {
    let system_tags = SystemTags::default().without(SystemTag::ExpectedResponse);
    let options = CatalogOptions { system_tags, ..CatalogOptions::default() };
    let catalog = Catalog::new(Registry::new(), &[], options).unwrap();
    assert!(catalog.submetrics().is_empty());
}

#[test]
fn it_is_not_selected_twice() {
    let key = "http_req_duration{ \"expected_response\":\"true\" }";
    let catalog = catalog(&[input(key, &["p(95)<1"])]).unwrap();
    assert_eq!(catalog.submetrics().len(), 1);
    assert_eq!(catalog.submetrics()[0].name, key);
}

#[test]
fn targets_are_metrics_and_submetrics_in_order() {
    let catalog = catalog(&[
        input("my_rate", &["rate<0.1", "rate<0.2"]),
        input("http_reqs{status:500,name:home}", &["count<1"]),
        input("http_reqs{status:200}", &[]),
        input("my_rate", &["rate<0.3"]),
    ])
    .unwrap();
    let names: Vec<&str> = catalog.targets().iter().map(|target| target.name.as_str()).collect();
    assert_eq!(names, ["my_rate", "http_reqs{status:500,name:home}", "http_reqs{status:200}"]);
    assert_eq!(catalog.targets()[0].thresholds.len(), 3);
    assert_eq!(catalog.targets()[0].submetric, None);
    let selector: Vec<_> = catalog.submetrics()[0].selector.iter().map(|p| p.0.as_str()).collect();
    assert_eq!(selector, ["name", "status"]);
    assert_eq!(catalog.submetrics_of(builtin::HTTP_REQS).count(), 2);
    assert!(!catalog.can_abort());
}

#[test]
fn all_problems_are_reported_at_once_in_the_words_of_k6() {
    let error = catalog(&[
        input("no_such_metric", &["avg<1", "p(95)~1"]),
        input("my_rate", &["p(95)<1", "rate<1"]),
        input("http_reqs{status}", &["count<1"]),
        input("http_req{status:200}", &["count<1"]),
    ])
    .unwrap_err();
    let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "failed parsing threshold expression \"p(95)~1\"; reason: malformed threshold \
             expression",
            "invalid threshold defined on no_such_metric; reason: no metric name \
             \"no_such_metric\" found",
            "invalid threshold \"p(95)<1\" applied on metric my_rate; reason: unsupported \
             aggregation method p(95) on metric of type rate. supported aggregation methods for \
             this metric are: rate",
            "invalid threshold defined on http_reqs{status}; reason: malformed submetric selector, \
             \"status\" is not of the form tag:value",
            "invalid threshold defined on http_req{status:200}; reason: no metric name \
             \"http_req{status:200}\" found",
        ]
    );
    assert_eq!(error.problems[4].help().as_deref(), Some("did you mean `http_reqs`?"));
}

#[test]
fn thresholds_that_are_not_judged_are_shown_and_warned_about() {
    let options = CatalogOptions { no_thresholds: true, ..CatalogOptions::default() };
    let inputs = [
        input("nowhere", &["avg<1"]),
        input("http_reqs", &["count>5", "avg<1", "nonsense"]),
        input("http_reqs{a:b}", &["count<1"]),
    ];
    let catalog = Catalog::new(Registry::new(), &inputs, options).unwrap();
    assert_eq!(catalog.warnings().len(), 3, "{:?}", catalog.warnings());
    assert!(catalog.targets().is_empty() && !catalog.can_abort());
    let of = |metric| catalog.thresholds_of(metric).map(|spec| spec.source.as_str());
    assert_eq!(of(builtin::HTTP_REQS).collect::<Vec<_>>(), ["count>5", "avg<1", "nonsense"]);
    assert_eq!(of(builtin::CHECKS).count(), 0);
    let submetrics = catalog.submetrics_of(builtin::HTTP_REQS).map(|part| part.name.as_str());
    assert_eq!(submetrics.collect::<Vec<_>>(), ["http_reqs{a:b}"]);
}

#[test]
fn thresholds_of_a_metric_leave_out_those_of_its_parts() {
    let catalog =
        catalog(&[input("my_rate", &["rate<1"]), input("my_rate{a:b}", &["rate<2"])]).unwrap();
    let metric = catalog.registry().find("my_rate").unwrap();
    let specs: Vec<&str> = catalog.thresholds_of(metric).map(|spec| spec.source.as_str()).collect();
    assert_eq!(specs, ["rate<1"]);
}

#[test]
fn selecting_on_what_is_not_indexed_is_warned_about() {
    let catalog = catalog(&[input("http_reqs{vu:1,iter:2,ip:::1}", &["count<1"])]).unwrap();
    assert_eq!(catalog.warnings().len(), 2);
    assert!(catalog.warnings()[0].contains("iter"), "{:?}", catalog.warnings());
}

#[test]
fn nothing_new_can_be_declared_afterwards() {
    let catalog = catalog(&[]).unwrap();
    assert!(catalog.registry().is_frozen());
    assert!(catalog.registry().find("my_rate").is_some());
}

#[test]
fn series_are_kept_apart_where_it_is_asked_for() {
    let with = |apart| {
        let options = CatalogOptions { apart, ..CatalogOptions::default() };
        Catalog::new(Registry::new(), &[], options).unwrap()
    };
    assert!(!with(Apart::None).is_apart(builtin::VUS));
    assert!(with(Apart::All).is_apart(builtin::VUS));
    let some = with(Apart::Metrics(vec![builtin::HTTP_REQS]));
    assert!(some.is_apart(builtin::HTTP_REQS) && !some.is_apart(builtin::VUS));
}
