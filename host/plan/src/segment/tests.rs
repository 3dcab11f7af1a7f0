//! Reading of segments, known stripings, and the laws that make shares add up.

use proptest::prelude::*;

use super::*;

fn sequence(text: &str) -> Sequence {
    text.parse().unwrap()
}

fn tuple(segment: &str, of: &str) -> Tuple {
    Tuple::new(segment.parse().unwrap(), Some(&sequence(of))).unwrap()
}

fn error(segment: &str) -> String {
    segment.parse::<Segment>().unwrap_err().to_string()
}

#[test]
fn segments_read_as_in_k6() {
    for (text, reduced) in [
        ("", "0:1"),
        ("0:1", "0:1"),
        ("20%", "0:1/5"),
        ("0.2", "0:1/5"),
        ("1/5", "0:1/5"),
        ("2/10", "0:1/5"),
        (".5", "0:1/2"),
        ("1", "0:1"),
        ("100%", "0:1"),
        ("20%:0.5", "1/5:1/2"),
        ("1/3:2/3", "1/3:2/3"),
        ("0.250:3/4", "1/4:3/4"),
        ("0:0.3333333333", "0:3333333333/10000000000"),
    ] {
        assert_eq!(text.parse::<Segment>().unwrap().to_string(), reduced, "{text:?}");
    }
}

#[test]
fn what_is_no_segment_is_refused_with_k6s_words() {
    let malformed = "is not a valid percentage, decimal, fraction or interval value";
    assert_eq!(error("x"), format!("'x' {malformed}"));
    assert_eq!(error("1:2:3"), format!("'2:3' {malformed}"));
    assert_eq!(error("0:1/0"), format!("'1/0' {malformed}"));
    assert_eq!(error("0:"), format!("'' {malformed}"));
    assert_eq!(error("1e-1"), format!("'1e-1' {malformed}"));
    assert_eq!(error("0:99999999999999999999"), format!("'99999999999999999999' {malformed}"));
    assert_eq!(error("20.5%"), "'20.5%' is not a valid percentage");
    assert_eq!(error("2:3"), "segment end value can't be more than 1 but was 3.00");
    assert_eq!(error("1/2:1/2"), "segment start(0.50) must be less than its end(0.50)");
    assert_eq!(error("0:--1"), format!("'-1' {malformed}"));
    let signs = "-".repeat(1_000_000);
    assert_eq!(error(&signs), format!("'{}' {malformed}", &signs[1..]));
    assert_eq!(error("-1:1"), "segment start value must be at least 0 but was -1.00");
}

#[test]
fn what_is_no_sequence_is_refused_with_k6s_words() {
    let error = |text: &str| text.parse::<Sequence>().unwrap_err().to_string();
    assert_eq!(
        error("0"),
        "at least 2 points are needed for an execution segment sequence, 1 given"
    );
    assert_eq!(
        error(""),
        "at least 2 points are needed for an execution segment sequence, 0 given"
    );
    assert_eq!(error("0,1/2,1/3"), "segment start(0.50) must be less than its end(0.33)");
    assert_eq!(
        error("0,foo"),
        "'foo' is not a valid percentage, decimal, fraction or interval value"
    );
    let absent = Share::of("0:1/2".parse().unwrap(), Some(&sequence("0,1/3,1")));
    assert_eq!(
        absent.unwrap_err().to_string(),
        "provided segment 0:1/2 can't be found in sequence 0,1/3,1"
    );
    let absent = Share::of(Segment::WHOLE, Some(&sequence("0,1/2")));
    assert_eq!(
        absent.unwrap_err().to_string(),
        "provided segment 0:1 can't be found in sequence 0,1/2"
    );
}

#[test]
fn the_longest_segment_comes_first_and_gets_its_elements_evenly() {
    let tuple = tuple("0:0.3", "0,0.3,0.5,0.6,0.7,0.8,0.9,1");
    assert_eq!(tuple.lcd(), 10);
    assert_eq!(tuple.start(), 0);
    assert_eq!(tuple.offsets(), [4, 3, 3]);
}

#[test]
fn equal_segments_take_turns() {
    let thirds = ["0:1/3", "1/3:2/3", "2/3:1"].map(|segment| tuple(segment, "0,1/3,2/3,1"));
    assert_eq!(thirds.each_ref().map(|tuple| tuple.scale(50)), [17, 17, 16]);
    assert_eq!(thirds.each_ref().map(Tuple::start), [0, 1, 2]);
    assert_eq!(thirds.each_ref().map(Tuple::offsets), [[3], [3], [3]]);
}

#[test]
fn gaps_at_the_ends_count_as_segments() {
    let tuple = Tuple::new("1/3:2/3".parse().unwrap(), None).unwrap();
    assert_eq!(tuple.sequence().to_string(), "0,1/3,2/3,1");
    let tuple = self::tuple("1/4:1/2", "1/4,1/2,3/4");
    assert_eq!(tuple.sequence().to_string(), "0,1/4,1/2,3/4,1");
    assert_eq!(tuple.segment().to_string(), "1/4:1/2");
}

#[test]
fn resegmenting_follows_the_parts_of_the_value() {
    let resegmented = tuple("1/3:2/3", "0,1/3,2/3,1").resegment(20).unwrap();
    assert_eq!(resegmented.sequence().to_string(), "0,7/20,7/10,1");
    assert_eq!(resegmented.segment().to_string(), "7/20:7/10");
    assert_eq!(resegmented.start(), 1);
    assert_eq!(resegmented.offsets(), [3, 3, 3, 3, 3, 3, 2]);
}

#[test]
fn resegmenting_drops_segments_without_any() {
    let last = tuple("2/3:1", "0,1/3,2/3,1");
    assert!(last.resegment(2).is_none());
    let first = tuple("0:1/3", "0,1/3,2/3,1").resegment(2).unwrap();
    assert_eq!(first.sequence().to_string(), "0,1/2,1");
}

#[test]
fn cut_points_without_a_sensible_denominator_are_refused() {
    let segment = "0:0.3333333".parse().unwrap();
    let error = Share::of(segment, None).unwrap_err();
    assert!(matches!(error, SegmentError::TooFine { .. }), "{error}");
    let sequence = sequence("0,1/9999991,1/9999973,1");
    let error = Share::of("0:1/9999991".parse().unwrap(), Some(&sequence)).unwrap_err();
    assert!(matches!(error, SegmentError::TooFine { .. }), "{error}");
}

#[test]
fn the_index_keeps_both_numbers() {
    let share = Share::of("0:0.3".parse().unwrap(), Some(&sequence("0,0.3,0.5,1"))).unwrap();
    let mut index = SegmentedIndex::new(share.numbering().clone());
    assert_eq!((index.scaled(), index.unscaled()), (0, 0));
    let mut forth = Vec::new();
    for _ in 0..7 {
        assert_eq!(index.next_unscaled(), share.nth_in_test(index.scaled()) + 1);
        index.advance();
        forth.push((index.scaled(), index.unscaled()));
    }
    for &(scaled, unscaled) in forth.iter().rev() {
        assert_eq!((index.scaled(), index.unscaled()), (scaled, unscaled));
        index.retreat();
    }
    index.retreat();
    assert_eq!((index.scaled(), index.unscaled()), (0, 0));
    index.go_to(forth[3].1);
    assert_eq!((index.scaled(), index.unscaled()), forth[3]);
    index.go_to(forth[4].1 - 1);
    assert_eq!((index.scaled(), index.unscaled()), forth[3]);
}

#[test]
fn workers_of_workers_are_workers() {
    let share = Share::of("1/4:1".parse().unwrap(), None).unwrap();
    let nested: Vec<u64> =
        (0..6).map(|own| share.worker(1, 2).worker(2, 3).nth_in_test(own)).collect();
    let flat: Vec<u64> = (0..6).map(|own| share.worker(5, 6).nth_in_test(own)).collect();
    assert_eq!(nested, flat);
    assert_eq!(share.worker(1, 2).process().scale(1_000), share.scale(1_000));
    assert_eq!(share.worker(7, 3).nth_in_test(0), share.worker(1, 3).nth_in_test(0));
    assert_eq!(share.worker(0, 0).scale(9), share.scale(9));
}

/// All shares of a test: every worker of every segment of a sequence.
#[derive(Debug, Clone)]
pub(crate) struct Shares(pub(crate) Vec<Share>);

pub(crate) fn shares() -> impl Strategy<Value = Shares> {
    let cuts = prop::collection::btree_set(1_u64..60, 0..6);
    (cuts, prop::collection::vec(1_u32..5, 7)).prop_map(|(cuts, workers)| {
        let inner = cuts.into_iter().map(|cut| Fraction::new(cut, 60).unwrap());
        let points = [Fraction::ZERO].into_iter().chain(inner).chain([Fraction::ONE]);
        let sequence = Sequence::new(points.collect()).unwrap();
        let mut shares = Vec::new();
        for (segment, &workers) in sequence.segments().zip(workers.iter()) {
            let process = Share::of(segment, Some(&sequence)).unwrap();
            shares.extend((0..workers).map(|worker| process.worker(worker, workers)));
        }
        Shares(shares)
    })
}

/// Checks that numberings deal 0..`total` out to exactly one owner each.
fn assert_bijection(numberings: &[Numbering], total: u64) {
    let mut owners = vec![0_u32; total as usize];
    for numbering in numberings {
        let own = numbering.scale(total);
        let numbers: Vec<u64> = (0..own).map(|own| numbering.in_test(own)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(numbering.in_test(own) >= total);
        for number in numbers {
            owners[number as usize] += 1;
        }
    }
    assert!(owners.iter().all(|&owners| owners == 1), "{owners:?}");
}

proptest! {
    #[test]
    fn parts_add_up_to_any_total(Shares(shares) in shares(), total in any::<u64>()) {
        let total = total >> 1;
        let sum: u128 = shares.iter().map(|share| u128::from(share.scale(total))).sum();
        prop_assert_eq!(sum, u128::from(total));
    }

    #[test]
    fn parts_never_shrink(Shares(shares) in shares(), total in 0_u64..100_000) {
        for share in shares {
            prop_assert!((0..=1).contains(&(share.scale(total + 1) - share.scale(total))));
        }
    }

    #[test]
    fn every_element_has_one_owner(Shares(shares) in shares(), total in 0_u64..300) {
        let numberings: Vec<_> = shares.iter().map(|share| share.numbering().clone()).collect();
        assert_bijection(&numberings, total);
    }

    #[test]
    fn every_element_has_one_owner_with_vus(
        Shares(shares) in shares(),
        vus in prop_oneof![1_u64..40, 65_000_u64..300_000, Just(100_000_000)],
        total in 0_u64..300,
    ) {
        let numberings: Vec<_> =
            shares.iter().filter_map(|share| share.numbering_by_vus(vus)).collect();
        let with_vus = shares.iter().filter(|share| share.scale(vus) > 0).count();
        prop_assert_eq!(numberings.len(), with_vus);
        assert_bijection(&numberings, total);
        // Over whole rounds everyone gets exactly as much as it has VUs.
        for share in shares {
            if let Some(numbering) = share.numbering_by_vus(vus) {
                prop_assert_eq!(numbering.scale(vus * 7), share.scale(vus) * 7);
            }
        }
    }

    #[test]
    fn numbers_in_the_instance_are_dealt_to_its_workers(
        Shares(shares) in shares(),
        workers in 1_u32..6,
        total in 1_u64..200,
    ) {
        let process = shares[0].process();
        let own = process.scale(total);
        let mut numbers: Vec<u64> = (0..workers)
            .map(|index| process.worker(index, workers))
            .flat_map(|share| (0..share.scale(total)).map(move |own| share.nth_in_instance(own)))
            .collect();
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..own).collect::<Vec<_>>());
    }

    #[test]
    fn no_text_panics(text in "[-0-9./%:, ]{0,24}|\\PC{0,12}") {
        let _ = text.parse::<Segment>();
        let _ = text.parse::<Sequence>();
        if let Ok(segment) = text.parse::<Segment>() {
            let _ = Share::of(segment, None);
        }
    }
}
