//! Both grammars against observed values, and printing as the inverse of parsing.

use proptest::prelude::*;

use super::*;

fn extended(text: &str) -> String {
    parse_duration_k6(text).unwrap().to_string()
}

#[test]
fn extended_durations_read_as_in_k6() {
    for (text, printed) in [
        ("1d", "24h0m0s"),
        ("1d2h", "26h0m0s"),
        ("-1d2h", "-26h0m0s"),
        ("5", "5ms"),
        ("1.5", "1.5ms"),
        ("1e3", "1s"),
        ("-5", "-5ms"),
        ("+5s", "5s"),
        ("1h1h", "2h0m0s"),
        (".5s", "500ms"),
        ("1.s", "1s"),
        ("1\u{b5}s", "1\u{b5}s"),
        ("1\u{3bc}s", "1\u{b5}s"),
        ("1us", "1\u{b5}s"),
        ("0", "0s"),
        ("-0", "0s"),
        ("9223372036854775807ns", "2562047h47m16.854775807s"),
        ("1.23456789123s", "1.234567891s"),
        ("1m30s", "1m30s"),
        ("90s", "1m30s"),
        ("10m", "10m0s"),
    ] {
        assert_eq!(extended(text), printed, "{text}");
    }
}

#[test]
fn what_is_no_extended_duration_is_refused() {
    for text in [
        "",
        "x",
        "1x",
        "2h1d",
        "1.5d",
        "1d2d",
        "d",
        "1d-2h",
        "1d ",
        " 1s",
        "1d5",
        ".",
        "0x10",
        "NaN",
        "inf",
        "Inf",
        "-",
        "+",
        "--1s",
        "1s-1s",
        "s",
        "1e400",
        "9223372036854775808ns",
        "3000000h",
        "1000000000d",
        "99999999999999999999999999999999999999999s",
    ] {
        assert!(parse_duration_k6(text).is_err(), "{text:?} was accepted");
    }
}

#[test]
fn go_durations_know_no_days_and_no_bare_numbers() {
    assert_eq!(parse_go_duration("1h15m30.918s").unwrap().to_string(), "1h15m30.918s");
    assert_eq!(parse_go_duration("0").unwrap(), SignedDuration::ZERO);
    assert_eq!(
        parse_go_duration("1000").unwrap_err().to_string(),
        "missing unit in duration \"1000\"; write for example 1000ms or 1000s"
    );
    assert_eq!(
        parse_go_duration("1d").unwrap_err().to_string(),
        "unknown unit \"d\" in duration \"1d\"; units are ns, us, ms, s, m and h"
    );
    assert_eq!(
        parse_go_duration("").unwrap_err().to_string(),
        "invalid duration \"\"; write it like 1m30s, 500ms or 2h"
    );
}

#[test]
fn printing_drops_what_is_zero_in_front_only() {
    for (ns, printed) in [
        (0, "0s"),
        (1, "1ns"),
        (1_100, "1.1\u{b5}s"),
        (2_200_000, "2.2ms"),
        (3_300_000_000, "3.3s"),
        (245_000_000_000, "4m5s"),
        (245_001_000_000, "4m5.001s"),
        (18_367_001_000_000, "5h6m7.001s"),
        (480_000_000_001, "8m0.000000001s"),
        (i64::MIN, "-2562047h47m16.854775808s"),
    ] {
        assert_eq!(SignedDuration::from_nanos(ns).to_string(), printed);
    }
}

#[test]
fn milliseconds_out_of_range_are_refused() {
    assert!(SignedDuration::from_millis_f64(1e300).is_err());
    assert!(SignedDuration::from_millis_f64(f64::NAN).is_err());
    assert!(SignedDuration::from_millis_f64(-1e13).is_err());
    assert_eq!(SignedDuration::from_millis_f64(1.5).unwrap().as_nanos(), 1_500_000);
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(ns in any::<i64>()) {
        let duration = SignedDuration::from_nanos(ns);
        prop_assert_eq!(parse_go_duration(&duration.to_string()).unwrap(), duration);
        prop_assert_eq!(parse_duration_k6(&duration.to_string()).unwrap(), duration);
    }

    #[test]
    fn no_text_panics(text in "[-+0-9.dhmsnu\u{b5}e ]{0,24}|\\PC{0,12}") {
        let _ = parse_duration_k6(&text);
        let _ = parse_go_duration(&text);
    }
}
