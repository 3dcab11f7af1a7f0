//! Distributions against exact interpolation over all values.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn trend_of<C: Cell>(values: &[f64]) -> Trend<C> {
    let mut trend = Trend::new();
    for value in values {
        trend.add(*value);
    }
    trend
}

fn exact_percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let position = percent / 100.0 * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
}

fn assert_close(trend: &Trend<impl Cell>, values: &[f64], percent: f64) {
    let exact = exact_percentile(values, percent);
    let found = trend.percentile(percent).unwrap();
    let tolerance = (exact.abs() * 0.001).max(0.001);
    assert!((found - exact).abs() <= tolerance, "p({percent}): {found} instead of {exact}");
}

#[test]
fn an_empty_trend_has_no_values() {
    let trend = TrendTotal::new();
    assert_eq!((trend.count(), trend.min(), trend.max()), (0, None, None));
    assert_eq!((trend.avg(), trend.percentile(50.0)), (None, None));
    assert_eq!(trend.distribution().percentile(50.0), None);
}

#[test]
fn few_values_are_exact_as_in_k6() {
    let trend: TrendTotal = trend_of(&[20.0, 10.0]);
    assert_eq!(trend.percentile(50.0), Some(15.0));
    assert_eq!(trend.percentile(90.0), Some(19.0));
    assert_eq!(trend.percentile(95.0), Some(19.5));
    let trend: TrendTotal = trend_of(&[10.0, 15.000_123, 20.0]);
    assert_eq!(trend.percentile(50.0), Some(15.000_123));
    assert_eq!(trend.avg(), Some(45.000_123 / 3.0));
    // To the last bit: as k6 1.1.0 prints it, where 4.4955 would be nearer.
    let trend: TrendTotal = trend_of(&[0.0, 1.5, 3.0, 4.5]);
    assert_eq!(trend.percentile(99.9), Some(4.495_500_000_000_001));
    let trend: TrendTotal = trend_of(&[f64::MIN, f64::MAX]);
    assert_eq!(trend.percentile(50.0), Some(0.0));
}

#[test]
fn ends_are_exact_however_many_values_there_are() {
    let values: Vec<f64> = (0..100_000).map(|i| 0.123_456_7 + f64::from(i) * 0.37).collect();
    let trend: TrendTotal = trend_of(&values);
    assert_eq!(trend.percentile(0.0), Some(0.123_456_7));
    assert_eq!(trend.percentile(100.0), values.last().copied());
    for percent in [0.001, 1.0, 25.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.999] {
        assert_close(&trend, &values, percent);
    }
}

#[test]
fn equal_values_give_that_value_for_every_percentile() {
    let trend: TrendTotal = trend_of(&vec![15.0; 5_000]);
    for percent in [0.0, 33.0, 50.0, 99.9, 100.0] {
        assert_eq!(trend.percentile(percent), Some(15.0));
    }
}

#[test]
fn negative_tiny_and_huge_values_are_counted() {
    let odd = [-1e300, -5.0, -1e-12, 0.0, f64::MIN_POSITIVE, 1e-9, 7.0, 1e15, 1e300, f64::MAX];
    let values: Vec<f64> = odd.iter().copied().cycle().take(5_000).collect();
    let trend: TrendDelta = trend_of(&values);
    assert_eq!(trend.count(), 5_000);
    let in_cells: u64 = trend.iter_cells().map(|cell| cell.1).sum();
    assert_eq!(in_cells, 5_000);
    assert_eq!(trend.min(), Some(-1e300));
    assert_eq!(trend.max(), Some(f64::MAX));
    // 500 of each: the second tenth is -5, the seventh is 7.
    assert_close(&trend, &values, 15.0);
    assert_close(&trend, &values, 65.0);
    assert_eq!(trend.to_hdr().len(), 5_000);
    let steps: Vec<f64> = (0..=100).map(|p| trend.percentile(f64::from(p)).unwrap()).collect();
    assert!(steps.is_sorted(), "{steps:?}");
}

#[test]
fn percentiles_outside_of_the_range_are_the_ends() {
    let trend: TrendTotal = trend_of(&[1.0, 2.0]);
    assert_eq!(trend.percentile(-5.0), Some(1.0));
    assert_eq!(trend.percentile(500.0), Some(2.0));
    assert_eq!(trend.percentile(f64::NAN), None);
}

#[test]
fn a_cleared_trend_is_as_new_and_allocates_nothing_again() {
    let mut trend: TrendDelta = trend_of(&[-3.0; 300]);
    trend.merge(&trend_of::<u64>(&[12.0; 300]));
    let bytes = trend.heap_bytes();
    trend.clear();
    assert_eq!((trend.count(), trend.percentile(50.0)), (0, None));
    trend.merge(&trend_of::<u32>(&[2.0, 4.0]));
    assert_eq!(trend.percentile(50.0), Some(3.0));
    trend.clear();
    for _ in 0..300 {
        trend.add(-3.0);
        trend.add(12.0);
    }
    assert_eq!(trend.heap_bytes(), bytes);
}

#[test]
fn a_quiet_second_takes_no_cells() {
    let trend: TrendDelta = trend_of(&[1.0; SAMPLES_EXACT_MAX]);
    assert_eq!(trend.heap_bytes(), SAMPLES_EXACT_MAX * size_of::<f64>());
}

#[test]
fn hdr_form_has_the_same_percentiles() {
    let values: Vec<f64> = (1..=10_000).map(f64::from).collect();
    let histogram = trend_of::<u32>(&values).to_hdr();
    let p99 = histogram.value_at_quantile(0.99) as f64 / UNITS;
    assert!((p99 - 9_900.0).abs() <= 9_900.0 * 0.001, "{p99}");
}

#[test]
fn a_distribution_survives_json_and_nonsense_in_it() {
    let trend: TrendTotal = trend_of(&(0..1_000).map(f64::from).collect::<Vec<_>>());
    let text = serde_json::to_string(&trend.distribution()).unwrap();
    let back: Distribution = serde_json::from_str(&text).unwrap();
    assert_eq!(back, trend.distribution());
    assert_eq!(back.percentile(95.0), trend.percentile(95.0));
    let odd = r#"{"count":9,"min":1,"max":2,"positive":[[4294967295,3],[5,1]]}"#;
    let odd: Distribution = serde_json::from_str(odd).unwrap();
    assert_eq!(odd.percentile(100.0), Some(2.0));
    assert!(odd.percentile(50.0).is_some());
}

fn values(count: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![
        4 => 0.0..100.0_f64,
        2 => 0.0..60_000.0_f64,
        1 => 0.0..1e12_f64,
        1 => -1_000.0..0.0_f64,
        1 => Just(0.0),
    ];
    vec(one, count)
}

proptest! {
    #[test]
    fn percentiles_are_near_exact_interpolation(
        values in vec(prop_oneof![0.0..5.0_f64, 0.0..10_000.0_f64, 0.0..1e9_f64], 1..3_000),
        percent in 0.0..=100.0_f64,
    ) {
        let trend: TrendTotal = trend_of(&values);
        assert_close(&trend, &values, percent);
        assert_close(&trend, &values, 50.0);
        assert_close(&trend, &values, 99.0);
        prop_assert_eq!(trend.distribution().percentile(percent), trend.percentile(percent));
    }

    #[test]
    fn merging_equals_recording_in_one_in_any_order(
        parts in vec(values(0..400), 1..6),
        seed in any::<u64>(),
    ) {
        let all: Vec<f64> = parts.iter().flatten().copied().collect();
        let whole: TrendTotal = trend_of(&all);
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|index| {
            seed.rotate_left(*index as u32 * 7).wrapping_mul(*index as u64 + 3)
        });
        let mut merged = TrendTotal::new();
        for index in order {
            merged.merge(&trend_of::<u32>(&parts[index]));
        }
        prop_assert_eq!(merged.count(), whole.count());
        prop_assert_eq!((merged.min(), merged.max()), (whole.min(), whole.max()));
        prop_assert!((merged.sum() - whole.sum()).abs() <= whole.sum().abs() * 1e-9 + 1e-3);
        // The whole shape is the same, not only a few percentiles of it.
        prop_assert_eq!(merged.distribution(), whole.distribution());
    }
}
