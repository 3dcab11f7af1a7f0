//! Recorders: what is recorded is handed over, once, whatever bound is reached.

use super::*;
use crate::aggregate::Aggregate;
use crate::catalog::{Apart, CatalogOptions, Limits};
use crate::metric::{Contains, Registry};
use crate::threshold::{ThresholdInput, ThresholdSpec};

fn catalog(limits: Limits, apart: Apart, submetrics: &[&str]) -> Arc<Catalog> {
    let mut registry = Registry::new();
    registry.register("my_gauge", Kind::Gauge, Contains::Default).unwrap();
    let inputs: Vec<ThresholdInput> = submetrics
        .iter()
        .map(|name| ThresholdInput {
            metric: (*name).to_owned(),
            thresholds: vec![ThresholdSpec::new("count>0")],
        })
        .collect();
    let options = CatalogOptions { limits, apart, ..CatalogOptions::default() };
    Catalog::new(registry, &inputs, options).unwrap().shared()
}

fn plain() -> Arc<Catalog> {
    catalog(Limits::default(), Apart::None, &[])
}

#[test]
fn values_are_handed_over_once() {
    let mut recorder = Recorder::new(plain(), 3);
    let series = recorder.series(builtin::HTTP_REQS, TagSetId::EMPTY);
    assert_eq!(recorder.series(builtin::HTTP_REQS, TagSetId::EMPTY), series);
    recorder.add(series, 1.0);
    recorder.add(series, 2.0);
    let delta = recorder.take_delta();
    assert_eq!((delta.samples(), delta.worker(), delta.sequence()), (2, 3, 0));
    let delta = recorder.take_delta();
    assert!(delta.is_empty());
    assert_eq!(delta.sequence(), 1);
}

#[test]
fn series_with_the_same_submetrics_share_a_sink() {
    let mut recorder = Recorder::new(plain(), 0);
    for index in 0..100 {
        let status = index.to_string();
        let tags = recorder.intern(TagSetId::EMPTY, &[("status", &status)]);
        let series = recorder.series(builtin::HTTP_REQ_DURATION, tags);
        recorder.add(series, 1.0);
        let tags = recorder.intern(tags, &[("expected_response", "true")]);
        let series = recorder.series(builtin::HTTP_REQ_DURATION, tags);
        recorder.add(series, 1.0);
    }
    assert_eq!(recorder.series_count(), 200);
    let delta = recorder.take_delta();
    let samples: Vec<u64> = delta.entries.iter().map(|entry| entry.sink.samples()).collect();
    assert_eq!(samples, [100, 100]);
    assert_eq!(delta.entries[1].class.submetrics.len(), 1);
}

#[test]
fn buffers_go_to_and_fro_without_growing() {
    let mut recorder = Recorder::new(plain(), 0);
    let mut aggregate = Aggregate::new(plain());
    let series = recorder.series(builtin::ITERATION_DURATION, TagSetId::EMPTY);
    let mut sizes = Vec::new();
    for _ in 0..5 {
        for value in 0..2_000 {
            recorder.add(series, f64::from(value));
        }
        let delta = aggregate.merge(recorder.take_delta());
        assert!(delta.is_empty());
        recorder.recycle(delta);
        sizes.push(recorder.sinks_bytes());
    }
    assert_eq!(aggregate.samples(builtin::ITERATION_DURATION), 10_000);
    // The first two rounds make one buffer each.
    assert!(sizes[1..].iter().all(|bytes| *bytes == sizes[1]), "{sizes:?}");
}

#[test]
fn a_delta_that_never_comes_back_costs_only_its_buffers() {
    let mut recorder = Recorder::new(plain(), 0);
    let series = recorder.series(builtin::ITERATION_DURATION, TagSetId::EMPTY);
    for round in 0..3 {
        recorder.add(series, 5.0);
        let delta = recorder.take_delta();
        assert_eq!(delta.samples(), 1, "{round}");
    }
    let mut other = Recorder::new(plain(), 1);
    let series = other.series(builtin::VUS, TagSetId::EMPTY);
    other.add(series, 5.0);
    recorder.recycle(other.take_delta());
    assert!(recorder.take_delta().is_empty());
}

#[test]
fn recycling_forgets_what_was_not_merged() {
    let mut recorder = Recorder::new(plain(), 0);
    let series = recorder.series(builtin::ITERATION_DURATION, TagSetId::EMPTY);
    recorder.add(series, 5.0);
    let delta = recorder.take_delta();
    recorder.recycle(delta);
    recorder.take_delta();
    recorder.add(series, 1.0);
    assert_eq!(recorder.take_delta().samples(), 1);
}

#[test]
fn odd_values_and_odd_series_are_refused_and_counted() {
    let mut recorder = Recorder::new(plain(), 0);
    let series = recorder.series(builtin::HTTP_REQ_WAITING, TagSetId::EMPTY);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        recorder.add(series, value);
    }
    let none = recorder.series(MetricId(9_999), TagSetId::EMPTY);
    assert_eq!(none, SeriesId::NONE);
    recorder.add(none, 1.0);
    recorder.add(SeriesId(77), 1.0);
    recorder.add(series, 1.0);
    let delta = recorder.take_delta();
    assert_eq!((delta.samples(), delta.reached.values_refused), (1, 5));
}

#[test]
fn series_that_do_not_fit_are_recorded_together() {
    let limits = Limits { series_max: 3, ..Limits::default() };
    let catalog = catalog(limits, Apart::None, &["http_reqs{status:200}"]);
    let mut recorder = Recorder::new(Arc::clone(&catalog), 0);
    for index in 0..50 {
        let name = index.to_string();
        let status = if index % 2 == 0 { "200" } else { "500" };
        let tags = recorder.intern(TagSetId::EMPTY, &[("name", &name), ("status", status)]);
        let series = recorder.series(builtin::HTTP_REQS, tags);
        recorder.add(series, 1.0);
    }
    // Three of their own, and one for each half of the rest.
    assert_eq!(recorder.series_count(), 5);
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    aggregate.merge(recorder.take_delta());
    assert_eq!(aggregate.samples(builtin::HTTP_REQS), 50);
    let submetric = catalog.submetrics()[0].id;
    assert_eq!(aggregate.total(builtin::HTTP_REQS, Some(submetric)).samples(), 25);
    let reached = aggregate.bounds_reached();
    assert_eq!((reached.series, reached.samples_in_overflow), (47, 47));
}

#[test]
fn without_room_for_any_series_samples_still_count() {
    let limits = Limits { series_max: 0, tag_sets_max: 0, classes_max: 0, ..Limits::default() };
    let mut recorder = Recorder::new(catalog(limits.clone(), Apart::All, &[]), 0);
    for index in 0..10 {
        let tags = recorder.intern(TagSetId::EMPTY, &[("n", &index.to_string())]);
        let series = recorder.series(builtin::HTTP_REQS, tags);
        recorder.add(series, 1.0);
    }
    assert_eq!(recorder.series_count(), 1);
    assert_eq!(recorder.take_delta().samples(), 10);
}

#[test]
fn series_are_kept_apart_up_to_a_bound() {
    let limits = Limits { classes_max: 4, ..Limits::default() };
    let catalog = catalog(limits, Apart::Metrics(vec![builtin::HTTP_REQS]), &[]);
    let mut recorder = Recorder::new(Arc::clone(&catalog), 0);
    for index in 0..10 {
        let tags = recorder.intern(TagSetId::EMPTY, &[("n", &index.to_string())]);
        let series = recorder.series(builtin::HTTP_REQS, tags);
        recorder.add(series, f64::from(index));
        let series = recorder.series(builtin::HTTP_REQ_FAILED, tags);
        recorder.add(series, 0.0);
    }
    let mut aggregate = Aggregate::new(catalog);
    aggregate.merge(recorder.take_delta());
    let own: Vec<_> = aggregate.series().filter(|(_, tags, _)| tags.is_some()).collect();
    assert_eq!(own.len(), 3);
    assert!(
        own.iter()
            .all(|(metric, _, total)| { (*metric, total.samples()) == (builtin::HTTP_REQS, 1) })
    );
    let overflow: Vec<_> = aggregate.series().filter(|(_, tags, _)| tags.is_none()).collect();
    assert_eq!((overflow.len(), overflow[0].2.samples()), (1, 7));
    assert_eq!(aggregate.samples(builtin::HTTP_REQS), 10);
    assert_eq!(aggregate.bounds_reached().samples_in_overflow, 7);
}

#[test]
fn a_check_is_a_sample_and_a_count() {
    let mut recorder = Recorder::new(plain(), 0).with_samples(10);
    let group = recorder.group(GroupId::ROOT, "login").unwrap();
    let path = Arc::clone(recorder.group_path(group));
    let tags = recorder.intern(TagSetId::EMPTY, &[("group", &path), ("check", "is 200")]);
    let check = recorder.check_series(tags, Some((group, "is 200")));
    recorder.set_time(42);
    recorder.check(check, true);
    recorder.check_at(check, false, 43);
    let samples = recorder.take_samples().unwrap();
    let values: Vec<_> =
        samples.samples().iter().map(|sample| (sample.value, sample.time_unix_ns)).collect();
    assert_eq!(values, [(1.0, 42), (0.0, 43)]);
    assert_eq!(samples.samples()[0].tags.get("group"), Some("::login"));
    let delta = recorder.take_delta();
    assert_eq!((delta.checks[0].passes, delta.checks[0].fails, delta.samples()), (1, 1, 2));
}

#[test]
fn a_check_without_a_place_is_a_sample_only() {
    let mut recorder = Recorder::new(plain(), 0);
    let check = recorder.check_series(TagSetId::EMPTY, None);
    recorder.check(check, true);
    let delta = recorder.take_delta();
    assert_eq!((delta.checks.len(), delta.samples()), (0, 1));
}

#[test]
fn single_samples_carry_what_they_were_recorded_with() {
    let mut recorder = Recorder::new(plain(), 0).with_samples(3);
    let tags = recorder.intern(TagSetId::EMPTY, &[("name", "home")]);
    let series = recorder.series(builtin::HTTP_REQ_DURATION, tags);
    recorder.set_metadata(Some(Arc::new(Metadata::new([("vu", "7")]))));
    recorder.add_at(series, 1.5, 10);
    recorder.set_metadata(None);
    recorder.add_at(series, 2.5, 20);
    recorder.add_at(series, f64::NAN, 30);
    recorder.add_at(series, 3.5, 40);
    assert!(recorder.samples_full());
    recorder.add_at(series, 4.5, 50);
    let batch = recorder.take_samples().unwrap();
    assert_eq!((batch.len(), batch.dropped()), (3, 1));
    let first = &batch.samples()[0];
    assert_eq!((first.metric, first.value), (builtin::HTTP_REQ_DURATION, 1.5));
    assert_eq!(first.metadata.as_ref().unwrap().iter().next(), Some(("vu", "7")));
    assert_eq!(batch.samples()[1].metadata, None);
    assert!(recorder.take_samples().is_none());
    let delta = recorder.take_delta();
    assert_eq!((delta.samples(), delta.reached.samples_dropped), (4, 1));
}

#[test]
fn without_a_tap_there_are_no_single_samples() {
    let mut recorder = Recorder::new(plain(), 0);
    let series = recorder.series(builtin::VUS, TagSetId::EMPTY);
    recorder.add(series, 1.0);
    assert!(recorder.take_samples().is_none() && !recorder.samples_full());
}

#[test]
fn the_latest_gauge_wins_over_workers_and_hand_overs() {
    let catalog = plain();
    let gauge = catalog.registry().find("my_gauge").unwrap();
    let mut aggregate = Aggregate::new(Arc::clone(&catalog));
    let mut recorders: Vec<Recorder> =
        (0..2).map(|worker| Recorder::new(Arc::clone(&catalog), worker)).collect();
    let mut deltas = Vec::new();
    for (worker, value, time) in [(1, 10.0, 300), (0, 20.0, 500), (1, 30.0, 400), (0, 5.0, 500)] {
        let recorder = &mut recorders[worker];
        let series = recorder.series(gauge, TagSetId::EMPTY);
        recorder.add_at(series, value, time);
        deltas.push(recorder.take_delta());
    }
    deltas.reverse();
    for delta in deltas {
        aggregate.merge(delta);
    }
    // Both of worker 0 are equally late; the one that was handed over later counts.
    let total = aggregate.total(gauge, None);
    assert_eq!(total.stat(crate::Stat::Value, std::time::Duration::ZERO), Some(5.0));
    assert_eq!(total.stat(crate::Stat::Max, std::time::Duration::ZERO), Some(30.0));
}
