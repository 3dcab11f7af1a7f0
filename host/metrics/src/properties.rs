//! Properties of the whole way from a worker's `add` to the summary.

use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::aggregate::Aggregate;
use crate::builtin;
use crate::catalog::{Apart, Catalog, CatalogOptions, Limits};
use crate::delta::Delta;
use crate::metric::{MetricId, Registry};
use crate::recorder::Recorder;
use crate::stat::Stat;
use crate::tag::TagSetId;
use crate::threshold::{ThresholdInput, ThresholdSpec};

const METRICS: [MetricId; 4] =
    [builtin::HTTP_REQ_DURATION, builtin::HTTP_REQS, builtin::HTTP_REQ_FAILED, builtin::VUS];

/// One call of `add`, and who makes it.
#[derive(Clone, Debug)]
struct Add {
    worker: usize,
    metric: usize,
    name: u8,
    status: u8,
    value: f64,
    /// Hand over afterwards.
    flush: bool,
}

fn adds() -> impl Strategy<Value = Vec<Add>> {
    let one =
        (0..3_usize, 0..4_usize, 0..20_u8, 0..3_u8, -5.0..5_000.0_f64, prop::bool::weighted(0.1));
    let one = one.prop_map(|(worker, metric, name, status, value, flush)| Add {
        worker,
        metric,
        name,
        status,
        value,
        flush,
    });
    vec(one, 0..600)
}

fn catalog(limits: Limits, apart: Apart) -> Arc<Catalog> {
    let inputs: Vec<ThresholdInput> = METRICS
        .iter()
        .map(|metric| ThresholdInput {
            metric: format!("{}{{status:1}}", builtin::TABLE[metric.index()].name),
            thresholds: Vec::<ThresholdSpec>::new(),
        })
        .collect();
    let options = CatalogOptions { limits, apart, ..CatalogOptions::default() };
    Catalog::new(Registry::new(), &inputs, options).unwrap().shared()
}

/// Records as the workers do; `workers` of 1 records everything in one.
fn deltas(catalog: &Arc<Catalog>, adds: &[Add], workers: usize) -> Vec<Delta> {
    let mut recorders: Vec<Recorder> =
        (0..workers).map(|worker| Recorder::new(Arc::clone(catalog), worker as u32)).collect();
    let mut deltas = Vec::new();
    for (time, add) in adds.iter().enumerate() {
        let recorder = &mut recorders[add.worker % workers];
        let (name, status) = (add.name.to_string(), add.status.to_string());
        let tags = recorder.intern(TagSetId::EMPTY, &[("name", &name), ("status", &status)]);
        let series = recorder.series(METRICS[add.metric], tags);
        recorder.add_at(series, add.value, time as u64 + 1);
        if add.flush {
            deltas.push(recorder.take_delta());
        }
    }
    deltas.extend(recorders.iter_mut().map(Recorder::take_delta));
    deltas
}

fn merged(catalog: &Arc<Catalog>, deltas: Vec<Delta>) -> Aggregate {
    let mut aggregate = Aggregate::new(Arc::clone(catalog));
    for delta in deltas {
        aggregate.merge(delta);
    }
    aggregate
}

fn is_near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-6,
        (a, b) => a == b,
    }
}

fn assert_same(a: &Aggregate, b: &Aggregate) {
    let second = Duration::from_secs(1);
    let submetrics = a.catalog().submetrics().iter().map(|sub| (sub.parent, Some(sub.id)));
    for (metric, part) in METRICS.iter().map(|metric| (*metric, None)).chain(submetrics) {
        let (a, b) = (a.total(metric, part), b.total(metric, part));
        assert_eq!(a.samples(), b.samples());
        for stat in ["count", "rate", "value", "avg", "min", "max", "med", "p(12.3)", "p(99)"] {
            let stat: Stat = stat.parse().unwrap();
            let (a, b) = (a.stat(stat, second), b.stat(stat, second));
            assert!(is_near(a, b), "{stat}: {a:?} and {b:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn many_workers_see_what_one_sees(adds in adds()) {
        let catalog = catalog(Limits::default(), Apart::None);
        let many = merged(&catalog, deltas(&catalog, &adds, 3));
        let one = merged(&catalog, deltas(&catalog, &adds, 1));
        assert_same(&many, &one);
    }

    #[test]
    fn the_order_of_deltas_does_not_matter(adds in adds(), seed in any::<u64>()) {
        let catalog = catalog(Limits::default(), Apart::None);
        let straight = merged(&catalog, deltas(&catalog, &adds, 3));
        let mut shuffled = deltas(&catalog, &adds, 3);
        let mut state = seed | 1;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(index, (state >> 33) as usize % (index + 1));
        }
        assert_same(&straight, &merged(&catalog, shuffled));
    }

    #[test]
    fn no_bound_loses_a_sample_or_a_submetric(
        adds in adds(),
        tag_sets_max in 0..12_usize,
        series_max in 0..12_usize,
        classes_max in 0..12_usize,
        all_apart in any::<bool>(),
    ) {
        let apart = if all_apart { Apart::All } else { Apart::None };
        let limits = Limits { tag_sets_max, series_max, classes_max, ..Limits::default() };
        let tight = catalog(limits, apart);
        let roomy = catalog(Limits::default(), Apart::None);
        let tight = merged(&tight, deltas(&tight, &adds, 3));
        assert_same(&tight, &merged(&roomy, deltas(&roomy, &adds, 3)));
        let reached = tight.bounds_reached();
        if reached.samples_in_overflow > 0 {
            prop_assert!(reached.tag_sets + reached.series > 0);
        }
    }
}
