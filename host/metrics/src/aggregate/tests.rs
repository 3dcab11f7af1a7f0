//! Aggregates: what workers recorded, read back as totals, submetrics and thresholds.

use super::*;
use crate::builtin;
use crate::catalog::CatalogOptions;
use crate::check::GroupId;
use crate::metric::{Contains, Registry};
use crate::recorder::Recorder;
use crate::tag::TagSetId;
use crate::threshold::{ThresholdInput, ThresholdSpec};

const SECOND: Duration = Duration::from_secs(1);

fn spec(source: &str, abort_on_fail: bool, delay_s: Option<u64>) -> ThresholdSpec {
    ThresholdSpec {
        source: source.to_owned(),
        abort_on_fail,
        delay_abort_eval: delay_s.map(Duration::from_secs),
    }
}

fn catalog(targets: &[(&str, Vec<ThresholdSpec>)]) -> Arc<Catalog> {
    let mut registry = Registry::new();
    registry.register("my_rate", Kind::Rate, Contains::Default).unwrap();
    let inputs: Vec<ThresholdInput> = targets
        .iter()
        .map(|(metric, thresholds)| ThresholdInput {
            metric: (*metric).to_owned(),
            thresholds: thresholds.clone(),
        })
        .collect();
    Catalog::new(registry, &inputs, CatalogOptions::default()).unwrap().shared()
}

fn record(recorder: &mut Recorder, metric: MetricId, tags: &[(&str, &str)], values: &[f64]) {
    let tags = recorder.intern(TagSetId::EMPTY, tags);
    let series = recorder.series(metric, tags);
    for value in values {
        recorder.add(series, *value);
    }
}

#[test]
fn submetrics_are_parts_of_their_metric() {
    let catalog = catalog(&[
        ("http_req_duration{status:200}", vec![spec("max<100", false, None)]),
        ("http_req_duration{status:200,name:home}", vec![]),
    ]);
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    for worker in 0..3 {
        let mut recorder = Recorder::new(Arc::clone(&catalog), worker);
        let metric = builtin::HTTP_REQ_DURATION;
        record(&mut recorder, metric, &[("status", "200"), ("name", "home")], &[1.0, 2.0]);
        record(&mut recorder, metric, &[("status", "200"), ("name", "cart")], &[10.0]);
        record(&mut recorder, metric, &[("status", "500"), ("name", "home")], &[500.0]);
        aggregate.merge(recorder.take_delta());
    }
    let samples = |index: usize| {
        let submetric = catalog.submetrics()[index].id;
        aggregate.total(builtin::HTTP_REQ_DURATION, Some(submetric)).samples()
    };
    assert_eq!([samples(0), samples(1), samples(2)], [9, 6, 0]);
    assert_eq!(aggregate.samples(builtin::HTTP_REQ_DURATION), 12);
    assert_eq!(aggregate.stat(builtin::HTTP_REQ_DURATION, Stat::Max, SECOND), Some(500.0));
    assert_eq!(aggregate.stat(builtin::HTTP_REQS, Stat::Max, SECOND), None);
    assert!(aggregate.evaluate(SECOND, Moment::Final).failed.is_empty());
}

#[test]
fn thresholds_fail_and_abort_in_time() {
    let catalog = catalog(&[
        ("http_req_failed", vec![spec("rate<0.1", true, Some(10))]),
        ("http_reqs", vec![spec("rate>5", false, None), spec("count>1", false, None)]),
        ("iterations", vec![spec("count>0", true, None)]),
    ]);
    assert!(catalog.can_abort());
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    let mut recorder = Recorder::new(catalog, 0);
    record(&mut recorder, builtin::HTTP_REQ_FAILED, &[], &[1.0, 0.0]);
    record(&mut recorder, builtin::HTTP_REQS, &[], &[1.0; 20]);
    aggregate.merge(recorder.take_delta());

    let early = aggregate.evaluate(SECOND * 2, Moment::Running);
    assert!(!early.abort);
    assert_eq!(early.no_data, 1);
    let expected = FailedThreshold {
        metric: "http_req_failed".to_owned(),
        source: "rate<0.1".to_owned(),
        value: Some(0.5),
        aborts: false,
    };
    assert_eq!(early.failed, [expected]);

    let late = aggregate.evaluate(SECOND * 11, Moment::Running);
    assert!(late.abort);
    let names: Vec<&str> = late.failed.iter().map(|failed| failed.source.as_str()).collect();
    assert_eq!(names, ["rate<0.1", "rate>5"]);
    assert!(late.failed[0].aborts && !late.failed[1].aborts);

    // Only the end judges a metric without data.
    let end = aggregate.evaluate(SECOND * 11, Moment::Final);
    assert_eq!(end.failed.last().unwrap().source, "count>0");
}

#[test]
fn a_snapshot_shows_what_has_samples_or_thresholds() {
    let catalog = catalog(&[("my_rate", vec![]), ("http_reqs{a:b}", vec![])]);
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    let mut recorder = Recorder::new(catalog, 0);
    record(&mut recorder, builtin::VUS, &[], &[3.0]);
    let duration = builtin::HTTP_REQ_DURATION;
    record(&mut recorder, duration, &[("expected_response", "true")], &[3.0]);
    aggregate.merge(recorder.take_delta());
    let snapshot = aggregate.snapshot(SECOND);
    let names: Vec<&str> = snapshot.metrics.iter().map(|metric| metric.name.as_str()).collect();
    let expected = [
        "vus",
        "http_reqs{a:b}",
        "http_req_duration",
        "http_req_duration{expected_response:true}",
        "my_rate",
    ];
    assert_eq!(names, expected);
    assert_eq!(snapshot.metric("my_rate").unwrap().thresholds, Some(Vec::new()));
    assert_eq!(snapshot.metric("vus").unwrap().thresholds, None);
    let parent = snapshot.metric("http_reqs{a:b}").unwrap().parent.as_deref();
    assert_eq!(parent, Some("http_reqs"));
}

#[test]
fn checks_and_groups_of_all_workers_are_one_tree() {
    let catalog = catalog(&[]);
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    for worker in 0..2 {
        let mut recorder = Recorder::new(Arc::clone(&catalog), worker);
        let outer = recorder.group(GroupId::ROOT, "outer").unwrap();
        let inner = recorder.group(outer, "inner").unwrap();
        recorder.group(GroupId::ROOT, "empty").unwrap();
        let check = recorder.check_series(TagSetId::EMPTY, Some((inner, "ok")));
        recorder.check(check, worker == 0);
        let check = recorder.check_series(TagSetId::EMPTY, Some((GroupId::ROOT, "at root")));
        recorder.check(check, true);
        aggregate.merge(recorder.take_delta());
    }
    let root = aggregate.summary(SECOND).root_group;
    assert_eq!((root.name.as_str(), root.path.as_str()), ("", ""));
    let names: Vec<&str> = root.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["outer", "empty"]);
    let ok = &root.groups[0].groups[0].checks[0];
    assert_eq!((ok.path.as_str(), ok.passes, ok.fails), ("::outer::inner::ok", 1, 1));
    assert_eq!((root.checks[0].path.as_str(), root.checks[0].passes), ("::at root", 2));
    let rate = aggregate.total(builtin::CHECKS, None).stat(Stat::Rate, SECOND);
    assert_eq!(rate, Some(0.75));
    let counted: u64 = root.all_checks().iter().map(|check| check.passes + check.fails).sum();
    assert_eq!(counted, aggregate.samples(builtin::CHECKS));
}

#[test]
fn a_delta_of_another_run_adds_nothing_strange() {
    let mut registry = Registry::new();
    let foreign = registry.register("zz", Kind::Trend, Contains::Time).unwrap();
    let other = registry.register("zzz", Kind::Trend, Contains::Time).unwrap();
    let mut recorder = Recorder::new(Catalog::without_thresholds(registry).shared(), 0);
    record(&mut recorder, foreign, &[], &[1.0]);
    record(&mut recorder, other, &[], &[1.0]);
    // Here, the first number is a rate, and the second one is nothing.
    let mut aggregate = Aggregate::new(catalog(&[]));
    aggregate.merge(recorder.take_delta());
    assert_eq!(aggregate.samples(foreign), 0);
    assert_eq!(aggregate.samples(other), 0);
    assert_eq!(aggregate.total(other, None).samples(), 0);
}
