//! Schedules against the formulas that define them, and shares against the whole.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::segment::Share;
use crate::segment::tests::{Shares, shares};

const MS: u64 = 1_000_000;
const S: u64 = 1_000_000_000;

fn ramps(ramps: &[(u64, u64)]) -> Vec<Ramp> {
    let ramp = |&(ms, target): &(u64, u64)| Ramp { duration: Duration::from_millis(ms), target };
    ramps.iter().map(ramp).collect()
}

fn vu_steps(share: &Share, start: u64, stages: &[(u64, u64)], graces_s: (u64, u64)) -> VuSteps {
    VuSteps::new(
        VuCurve::new(start, ramps(stages)),
        share.numbering().clone(),
        Duration::from_secs(graces_s.0),
        Duration::from_secs(graces_s.1),
    )
}

fn pairs(steps: VuSteps) -> Vec<(u64, u64)> {
    steps.map(|step| (step.at_ns, step.vus)).collect()
}

fn rate_curve(start: u64, stages: &[(u64, u64)]) -> RateCurve {
    RateCurve::new(start, Duration::from_secs(1), &ramps(stages))
}

fn all(curve: &RateCurve) -> Vec<u64> {
    (0..curve.arrivals()).map(|index| curve.due_ns(index)).collect()
}

fn train(train: Train, share: &Share, vus: u64) -> Vec<Arrival> {
    share.numbering_by_vus(vus).map_or_else(Vec::new, |of| Arrivals::new(train, of, None).collect())
}

#[test]
fn a_ramp_up_adds_vus_at_equal_distances_and_arrives_at_its_end() {
    let steps = pairs(vu_steps(&Share::whole(), 0, &[(10_000, 5)], (30, 30)));
    let up = [(0, 0), (2 * S, 1), (4 * S, 2), (6 * S, 3), (8 * S, 4), (10 * S, 5), (10 * S, 0)];
    assert_eq!(steps, up);
}

#[test]
fn a_ramp_down_takes_the_first_vu_after_one_distance() {
    let steps = pairs(vu_steps(&Share::whole(), 5, &[(10_000, 0)], (30, 30)));
    assert_eq!(steps, [(0, 5), (2 * S, 4), (4 * S, 3), (6 * S, 2), (8 * S, 1), (10 * S, 0)]);
}

#[test]
fn step_times_are_cut_to_nanoseconds() {
    let steps = pairs(vu_steps(&Share::whole(), 0, &[(1_000, 3), (1_000, 0)], (30, 30)));
    let expected = [
        (0, 0),
        (S - 666_666_666, 1),
        (S - 333_333_333, 2),
        (S, 3),
        (2 * S - 666_666_666, 2),
        (2 * S - 333_333_333, 1),
        (2 * S, 0),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn jumps_are_one_step_at_their_instant() {
    let stages = [(0, 4), (0, 7), (1_000, 7), (0, 2), (0, 3), (1_000, 3)];
    let steps = pairs(vu_steps(&Share::whole(), 1, &stages, (30, 30)));
    assert_eq!(steps, [(0, 7), (S, 3), (2 * S, 0)]);
    let raw = pairs(vu_steps(&Share::whole(), 1, &stages, (30, 30)).raw());
    assert_eq!(raw, [(0, 1), (0, 4), (0, 7), (S, 2), (S, 3)]);
}

#[test]
fn a_jump_where_a_ramp_ends_is_one_step_with_it() {
    let stages = [(1_000, 3), (0, 1), (1_000, 1)];
    let steps = pairs(vu_steps(&Share::whole(), 1, &stages, (30, 30)));
    assert_eq!(steps, [(0, 1), (S / 2, 2), (S, 1), (2 * S, 0)]);
    let raw = pairs(vu_steps(&Share::whole(), 1, &stages, (30, 30)).raw());
    assert_eq!(raw, [(0, 1), (S / 2, 2), (S, 3), (S, 1)]);
}

#[test]
fn vus_that_are_taken_away_may_finish() {
    let stages = [(1_000, 0), (1_000, 2)];
    let steps: Vec<_> = vu_steps(&Share::whole(), 1, &stages, (3, 1)).collect();
    let stop_by: Vec<_> =
        steps.iter().map(|step| (step.at_ns, step.vus, step.stop_by_ns)).collect();
    // Never later than the end and its graceful stop.
    let expected = [
        (0, 1, 3 * S),
        (S, 0, 3 * S),
        (1_500 * MS, 1, 3 * S),
        (2 * S, 2, 3 * S),
        (2 * S, 0, 3 * S),
    ];
    assert_eq!(stop_by, expected);
    let steps: Vec<_> = vu_steps(&Share::whole(), 1, &stages, (1, 5)).collect();
    assert_eq!((steps[1].at_ns, steps[1].stop_by_ns), (S, 2 * S));
    assert_eq!((steps[4].at_ns, steps[4].stop_by_ns), (2 * S, 7 * S));
}

#[test]
fn a_hundred_million_vus_cost_no_memory() {
    let mut steps = vu_steps(&Share::whole(), 0, &[(3_600_000, 100_000_000), (1_000, 0)], (30, 30));
    assert_eq!(
        steps.by_ref().take(3).last().unwrap(),
        VuStep { at_ns: 72_000, vus: 2, stop_by_ns: 30 * S + 72_000 }
    );
    // More VUs than nanoseconds: the steps are as fine as time is.
    let steps = vu_steps(&Share::whole(), 0, &[(1, 100_000_000)], (30, 30));
    let first: Vec<_> = steps.take(3).map(|step| (step.at_ns, step.vus)).collect();
    assert_eq!(first, [(0, 0), (1, 100), (2, 200)]);
}

#[test]
fn a_constant_rate_is_dealt_out_in_turn() {
    let share =
        Share::of("1/3:2/3".parse().unwrap(), Some(&"0,1/3,2/3,1".parse().unwrap())).unwrap();
    let arrivals = train(Train::Constant { period_ns: 20 * MS, count: 40 }, &share, 20);
    let times: Vec<_> = arrivals.iter().map(|arrival| arrival.at_ns / MS).collect();
    assert_eq!(times, [20, 80, 140, 200, 260, 320, 380, 420, 480, 540, 600, 660, 720, 780]);
    assert_eq!(arrivals[1].index_in_test, 4);
}

#[test]
fn chance_keeps_the_rate_of_every_second() {
    let numbering = Share::whole().numbering_by_vus(1).unwrap();
    let train = Train::Constant { period_ns: 50_000, count: 200_000 };
    let mut seconds = [0_u32; 10];
    for arrival in Arrivals::new(train, numbering, Some(1)) {
        seconds[(arrival.at_ns / S) as usize] += 1;
    }
    // 20 000 are expected, with a standard deviation of 134.
    assert!(seconds.iter().all(|&count| (19_200..20_800).contains(&count)), "{seconds:?}");
    assert_eq!(seconds.iter().sum::<u32>(), 200_000);
}

#[test]
fn arrivals_can_be_looked_at_and_counted_before_they_are_taken() {
    let numbering = Share::whole().numbering_by_vus(1).unwrap();
    let mut arrivals = Arrivals::new(Train::Constant { period_ns: 5, count: 3 }, numbering, None);
    assert_eq!((arrivals.peek_ns(), arrivals.total(), arrivals.remaining()), (Some(0), 3, 3));
    assert_eq!(arrivals.next(), Some(Arrival { at_ns: 0, index_in_test: 0 }));
    assert_eq!((arrivals.peek_ns(), arrivals.total(), arrivals.remaining()), (Some(5), 3, 2));
    assert_eq!(arrivals.by_ref().last(), Some(Arrival { at_ns: 10, index_in_test: 2 }));
    assert_eq!((arrivals.peek_ns(), arrivals.remaining()), (None, 0));
}

#[test]
fn a_flat_ramp_starts_when_the_area_reaches_one() {
    let due: Vec<_> = all(&rate_curve(10, &[(1_000, 10)])).iter().map(|due| due / MS).collect();
    assert_eq!(due, [100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
}

#[test]
fn a_ramp_from_zero_follows_the_root() {
    // Rate 10·t, area 5·t²: arrival i is due at sqrt(i / 5).
    let due = all(&rate_curve(0, &[(1_000, 10)]));
    assert_eq!(due.len(), 5);
    for (index, due) in (1..).zip(due) {
        let exact = (f64::from(index) / 5.0_f64).sqrt() * 1e9;
        assert!((due as f64 - exact).abs() <= 1.0, "{due} for {exact}");
    }
}

#[test]
fn a_ramp_to_zero_mirrors_one_from_zero() {
    let due = all(&rate_curve(10, &[(1_000, 0)]));
    assert_eq!(due.len(), 5);
    assert_eq!(due[4], S);
    // Area left at t is 5·(1-t)², so four fifths are left at 1 - sqrt(4/5).
    let first = (1.0 - 0.8_f64.sqrt()) * 1e9;
    assert!((due[0] as f64 - first).abs() <= 1.0, "{} for {first}", due[0]);
}

#[test]
fn fractions_carry_over_from_ramp_to_ramp() {
    // Half an iteration, nothing, a jump, and the other half of it.
    let curve = rate_curve(1, &[(500, 1), (0, 0), (10_000, 0), (0, 2), (1_000, 2)]);
    assert_eq!(all(&curve), [10_750 * MS, 11_250 * MS]);
    assert!((curve.rate_per_s_at(250 * MS) - 1.0).abs() < 1e-9);
    assert!(curve.rate_per_s_at(5 * S).abs() < 1e-9);
    assert!((curve.rate_per_s_at(99 * S) - 2.0).abs() < 1e-9);
}

#[test]
fn rates_without_any_area_have_no_arrivals() {
    assert!(all(&rate_curve(0, &[(1_000, 0), (0, 1_000_000)])).is_empty());
    assert!(all(&rate_curve(0, &[])).is_empty());
}

#[test]
fn a_hundred_million_arrivals_a_second_cost_no_memory() {
    let curve = rate_curve(0, &[(86_400_000, 100_000_000)]);
    assert_eq!(curve.arrivals(), 4_320_000_000_000);
    assert_eq!(curve.due_ns(curve.arrivals() - 1), 86_400 * S);
    let numbering = Share::whole().numbering_by_vus(100_000_000).unwrap();
    let arrivals = Arrivals::new(Train::Ramping(curve), numbering, None);
    assert_eq!(arrivals.total(), 4_320_000_000_000);
    // i = rate/day · t² / 2, in seconds.
    let first = (2.0_f64 * 86_400.0 / 1e8).sqrt() * 1e9;
    assert!((arrivals.peek_ns().unwrap() as f64 - first).abs() <= 1.0);
}

#[test]
fn numbers_that_do_not_fit_are_estimated() {
    let curve = RateCurve::new(
        0,
        Duration::from_nanos(1),
        &[Ramp { duration: Duration::from_nanos(1 << 62), target: 1 }],
    );
    assert_eq!(curve.arrivals(), 1 << 61);
    assert_eq!(curve.due_ns((1 << 61) - 1), 1 << 62);
    let middle = curve.due_ns(1 << 59) as f64;
    assert!((middle / (1_u64 << 61) as f64 - 1.0).abs() < 1e-9, "{middle}");
}

fn stages() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let duration = prop_oneof![1 => Just(0), 3 => 1_u64..3_000];
    prop::collection::vec((duration, 0_u64..50), 1..6)
}

proptest! {
    #[test]
    fn vus_of_all_shares_are_the_curve_at_every_instant(
        Shares(shares) in shares(),
        start in 0_u64..40,
        stages in stages(),
    ) {
        let curve = VuCurve::new(start, ramps(&stages));
        let end_ns = curve.duration_ns();
        let all: Vec<Vec<VuStep>> =
            shares.iter().map(|share| vu_steps(share, start, &stages, (9, 9)).collect()).collect();
        let mut instants: Vec<u64> = all.iter().flatten().map(|step| step.at_ns).collect();
        instants.extend((0..=20).map(|part| end_ns * part / 20));
        for at_ns in instants {
            let vus_of = |steps: &Vec<VuStep>| {
                steps.iter().rfind(|step| step.at_ns <= at_ns).map_or(0, |step| step.vus)
            };
            let sum: u64 = all.iter().map(vus_of).sum();
            let whole = if at_ns < end_ns { curve.vus_at(at_ns) } else { 0 };
            prop_assert_eq!(sum, whole, "at {}", at_ns);
        }
        for steps in all {
            prop_assert_eq!(steps[0].at_ns, 0);
            prop_assert_eq!(steps.last().unwrap().vus, 0);
            let times = steps.windows(2).all(|pair| pair[0].at_ns <= pair[1].at_ns);
            prop_assert!(times && steps.windows(2).all(|pair| pair[0].vus != pair[1].vus));
        }
    }

    #[test]
    fn the_curve_is_what_single_vus_do(
        start in 0_u64..20,
        stages in stages(),
        part in 0_u64..=100,
    ) {
        // Each VU's start or stop by the formula, and the curve as their count.
        let curve = VuCurve::new(start, ramps(&stages));
        let at_ns = curve.duration_ns() * part / 100;
        let (mut vus, mut from, mut end_ns) = (start, start, 0);
        for &(ms, to) in &stages {
            let duration_ns = ms * MS;
            end_ns += duration_ns;
            for k in from + 1..=to {
                vus += u64::from(end_ns - duration_ns * (to - k) / (to - from) <= at_ns);
            }
            for k in to + 1..=from {
                vus -= u64::from(end_ns - duration_ns * (k - 1 - to) / (from - to) <= at_ns);
            }
            from = to;
        }
        prop_assert_eq!(curve.vus_at(at_ns), vus);
    }

    #[test]
    fn arrivals_of_all_shares_are_the_whole_train(
        Shares(shares) in shares(),
        start in 0_u64..40,
        stages in stages(),
        vus in 1_u64..30,
    ) {
        let whole = train(Train::Ramping(rate_curve(start, &stages)), &Share::whole(), vus);
        let mut merged: Vec<Arrival> = shares
            .iter()
            .flat_map(|share| train(Train::Ramping(rate_curve(start, &stages)), share, vus))
            .collect();
        merged.sort_by_key(|arrival| arrival.index_in_test);
        prop_assert_eq!(merged, whole);
    }

    #[test]
    fn chance_is_the_same_for_all_shares(
        Shares(shares) in shares(),
        start in 1_u64..40,
        stages in stages(),
        vus in 1_u64..30,
        seed in any::<u64>(),
    ) {
        let curve = rate_curve(start, &stages);
        let of = |share: &Share| {
            let numbering = share.numbering_by_vus(vus);
            let train = || Train::Ramping(curve.clone());
            numbering.map_or_else(Vec::new, |of| Arrivals::new(train(), of, Some(seed)).collect())
        };
        let whole: Vec<Arrival> = of(&Share::whole());
        let mut merged: Vec<Arrival> = shares.iter().flat_map(of).collect();
        merged.sort_by_key(|arrival| arrival.index_in_test);
        prop_assert_eq!(&merged, &whole);
        // As many as evenly spaced ones, in order, and within the plan's time.
        prop_assert_eq!(whole.len() as u64, curve.arrivals());
        prop_assert!(whole.is_sorted_by_key(|arrival| arrival.at_ns));
        prop_assert!(whole.iter().all(|arrival| arrival.at_ns <= curve.duration_ns()));
    }

    #[test]
    fn an_arrival_is_due_at_the_first_nanosecond_that_has_its_area(
        start in 0_u64..1_000,
        duration_ms in 1_u64..100_000,
        target in 0_u64..1_000,
    ) {
        let curve = rate_curve(start, &[(duration_ms, target)]);
        let duration = i128::from(duration_ms * MS);
        // Area in iterations, times 2·duration·timeUnit.
        let area = |x: i128| {
            let (from, to) = (i128::from(start), i128::from(target));
            2 * from * x * duration + (to - from) * x * x
        };
        let one = 2 * duration * i128::from(S);
        prop_assert_eq!(i128::from(curve.arrivals()), area(duration) / one);
        let step = (curve.arrivals() / 50).max(1);
        let mut before = 0;
        for index in (0..curve.arrivals()).step_by(step as usize) {
            let due = curve.due_ns(index);
            let wanted = one * (i128::from(index) + 1);
            prop_assert!(area(i128::from(due)) >= wanted);
            prop_assert!(area(i128::from(due) - 1) < wanted);
            prop_assert!(due >= before);
            before = due;
        }
    }

    #[test]
    fn due_times_never_fall(start in 0_u64..2_000, stages in stages()) {
        let curve = rate_curve(start, &stages);
        let due = all(&curve);
        prop_assert!(due.is_sorted());
        prop_assert!(due.last().is_none_or(|&last| last <= curve.duration_ns()));
    }
}
