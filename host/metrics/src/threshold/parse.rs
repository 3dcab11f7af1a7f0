//! The grammar of threshold expressions: a figure, an operator and a number.
//!
//! A pure function of the text that never panics. Spaces are allowed around the parts. Operators
//! are looked for in a fixed order, and the first one with something on its right splits the text.
//! Numbers are read as Go reads them: exponents, hexadecimal floats, underscores between digits,
//! infinities.

use crate::stat::{Stat, StatError};

/// How the figure is compared with the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `===` and `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl Operator {
    /// In the order in which they are looked for: longer ones before those that they contain.
    const SCAN: [(&'static str, Self); 7] = [
        ("<=", Self::AtMost),
        ("<", Self::Below),
        (">=", Self::AtLeast),
        (">", Self::Above),
        ("===", Self::Equal),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
    ];

    /// Compares. Nothing but [`Operator::NotEqual`] holds for a value that is not a number.
    #[expect(clippy::float_cmp, reason = "a threshold asks for exactly this")]
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtMost => value <= limit,
            Self::Below => value < limit,
            Self::AtLeast => value >= limit,
            Self::Above => value > limit,
            Self::Equal => value == limit,
            Self::NotEqual => value != limit,
        }
    }
}

/// A threshold expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The figure.
    pub stat: Stat,
    /// The figure as it was written.
    pub method: String,
    /// The comparison.
    pub operator: Operator,
    /// The number on the right.
    pub limit: f64,
}

/// Which part of an expression is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// No operator with something after it.
    #[error("an operator (<=, <, >=, >, ===, ==, !=) and a number are missing, as in `p(95)<200`")]
    Operator,
    /// The left side is no figure.
    #[error("{method:?} is none of count, rate, value, avg, min, max, med, p(N)")]
    Method {
        /// The left side.
        method: String,
    },
    /// The percentile does not exist.
    #[error("N in {method:?} must be from 0 to 100")]
    Percentile {
        /// The left side.
        method: String,
    },
    /// The right side is no number.
    #[error("{limit:?} is not a number")]
    Limit {
        /// The right side.
        limit: String,
    },
}

/// Reads a threshold expression.
pub fn parse(source: &str) -> Result<Expression, Malformed> {
    let (method, operator, limit) = split(source).ok_or(Malformed::Operator)?;
    let stat = method.parse().map_err(|error| match error {
        StatError::Unknown { text } => Malformed::Method { method: text },
        StatError::Range { text } => Malformed::Percentile { method: text },
    })?;
    let limit = parse_float(limit).ok_or_else(|| Malformed::Limit { limit: limit.to_owned() })?;
    Ok(Expression { stat, method: method.to_owned(), operator, limit })
}

fn split(source: &str) -> Option<(&str, Operator, &str)> {
    Operator::SCAN.iter().find_map(|(sign, operator)| {
        let (left, right) = source.split_once(sign)?;
        let (left, right) = (left.trim(), right.trim());
        (!right.is_empty()).then_some((left, *operator, right))
    })
}

/// Reads a number by the rules of Go's `strconv.ParseFloat`.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    if matches!(lower.as_str(), "inf" | "infinity") {
        return Some(sign * f64::INFINITY);
    }
    if lower == "nan" {
        // A sign is not allowed here.
        return (unsigned.len() == text.len()).then_some(f64::NAN);
    }
    let digits = without_underscores(&lower)?;
    let value = match digits.strip_prefix("0x") {
        Some(hexadecimal) => parse_hexadecimal(hexadecimal)?,
        // The words for infinity are dealt with, and a second sign is refused here.
        None if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            digits.parse::<f64>().ok()?
        }
        None => return None,
    };
    // Out of range is an error, not infinity.
    value.is_finite().then_some(sign * value)
}

/// Removes underscores. Each must stand between two digits, or between the prefix `0x` and a digit.
fn without_underscores(lower: &str) -> Option<String> {
    if !lower.contains('_') {
        return Some(lower.to_owned());
    }
    let is_hexadecimal = lower.starts_with("0x");
    let is_digit = |c: Option<&u8>| match c {
        Some(c) if is_hexadecimal => c.is_ascii_hexdigit(),
        Some(c) => c.is_ascii_digit(),
        None => false,
    };
    let bytes = lower.as_bytes();
    for (index, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_') {
        let before = index.checked_sub(1).and_then(|before| bytes.get(before));
        let after_prefix = is_hexadecimal && index == 2;
        if !(is_digit(before) || after_prefix) || !is_digit(bytes.get(index + 1)) {
            return None;
        }
    }
    Some(lower.replace('_', ""))
}

/// Reads `h.hhp±d`, the prefix `0x` removed. The exponent is required.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Exponents of more than nine digits are out of any range.
    let mut exponent: i64 = exponent.parse::<i32>().map_or_else(
        |_| if exponent.starts_with('-') { -1_000_000_000 } else { 1_000_000_000 },
        i64::from,
    );
    let mut bits: u64 = 0;
    for (digits, is_fraction) in [(whole, false), (fraction, true)] {
        for digit in digits.chars() {
            let digit = u64::from(digit.to_digit(16)?);
            if bits >> 60 == 0 {
                bits = bits << 4 | digit;
                exponent -= if is_fraction { 4 } else { 0 };
            } else {
                // What no longer fits only matters for rounding: one bit tells that it was there.
                bits |= u64::from(digit != 0);
                exponent += if is_fraction { 0 } else { 4 };
            }
        }
    }
    Some(scale(bits as f64, exponent))
}

/// `value * 2^exponent`, in steps that neither overflow nor vanish early.
fn scale(mut value: f64, exponent: i64) -> f64 {
    let mut left = exponent.clamp(-3_000, 3_000) as i32;
    while left != 0 && value != 0.0 && value.is_finite() {
        let step = left.clamp(-1_000, 1_000);
        value *= 2_f64.powi(step);
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(source: &str) -> (Stat, Operator, f64) {
        let expression = parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        (expression.stat, expression.operator, expression.limit)
    }

    #[test]
    fn every_figure_and_operator_is_understood() {
        assert_eq!(parsed("count>0"), (Stat::Count, Operator::Above, 0.0));
        assert_eq!(parsed("rate<0.01"), (Stat::Rate, Operator::Below, 0.01));
        assert_eq!(parsed("value>=1"), (Stat::Value, Operator::AtLeast, 1.0));
        assert_eq!(parsed("avg<=5.5"), (Stat::Avg, Operator::AtMost, 5.5));
        assert_eq!(parsed("min==1"), (Stat::Min, Operator::Equal, 1.0));
        assert_eq!(parsed("max===1"), (Stat::Max, Operator::Equal, 1.0));
        assert_eq!(parsed("med!=1"), (Stat::Med, Operator::NotEqual, 1.0));
        assert_eq!(parsed("p(99.95)<200"), (Stat::Percentile(99.95), Operator::Below, 200.0));
        assert_eq!(parsed("p(0)<1e3"), (Stat::Percentile(0.0), Operator::Below, 1_000.0));
        assert_eq!(parsed("p(100)>-1"), (Stat::Percentile(100.0), Operator::Above, -1.0));
    }

    #[test]
    fn spaces_around_the_parts_do_not_matter() {
        assert_eq!(parsed(" p(95)  <\t200 "), (Stat::Percentile(95.0), Operator::Below, 200.0));
    }

    #[test]
    fn parts_that_are_not_understood_are_named() {
        let method = |text: &str| Malformed::Method { method: text.to_owned() };
        let limit = |text: &str| Malformed::Limit { limit: text.to_owned() };
        let percentile = |text: &str| Malformed::Percentile { method: text.to_owned() };
        for (source, cause) in [
            ("", Malformed::Operator),
            ("count", Malformed::Operator),
            ("count>", Malformed::Operator),
            ("count> ", Malformed::Operator),
            ("count=1", Malformed::Operator),
            ("count=>1", method("count=")),
            ("<1", method("")),
            ("p(95)<=", limit("=")),
            ("p(95)<foo", limit("foo")),
            ("p(95)<2OO", limit("2OO")),
            ("rate<1%", limit("1%")),
            ("p(101)<1", percentile("p(101)")),
            ("p(-0.1)<1", percentile("p(-0.1)")),
            ("p(NaN)<1", percentile("p(NaN)")),
            ("p()<1", method("p()")),
            ("p(95<1", method("p(95")),
            ("p95<1", method("p95")),
            ("mean<1", method("mean")),
            ("200>p(95)", method("200")),
        ] {
            assert_eq!(parse(source), Err(cause), "{source}");
        }
    }

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (text, value) in [
            ("1", 1.0),
            ("-1", -1.0),
            ("+1.5", 1.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1_000.0),
            ("1E-2", 0.01),
            ("1_23.50_0_0e+1_2", 1.235e14),
            ("0x1p-2", 0.25),
            ("0x1.8p1", 3.0),
            ("-0X.8P0", -0.5),
            ("0x_1_2.3_4_5p+1_2", 74_565.0),
            ("0x1ffffffffffffffp0", 144_115_188_075_855_871.0),
            ("0x10000000000000000000p-76", 1.0),
            ("0x1p-1074", f64::from_bits(1)),
            ("0x0p99999999999", 0.0),
            ("1e-400", 0.0),
            ("0x1p-99999999999", 0.0),
            ("inf", f64::INFINITY),
            ("+Infinity", f64::INFINITY),
            ("-INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse_float(text), Some(value), "{text}");
        }
        assert!(parse_float("NaN").unwrap().is_nan());
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for text in [
            "", ".", "+", "-", "e5", "1e", "1e+", "--1", "+-1", "1 ", " 1", "1,5", "0x1", "0x",
            "0xp1", "0x.p1", "0x1p", "0x1p+", "0x1.2", "+nan", "-nan", "infinit", "1e400",
            "0x1p1024", "_1", "1_", "1__2", "1_.5", "1._5", "1_e5", "1e_5", "0_x1p0", "0x1p0_",
            "½",
        ] {
            assert_eq!(parse_float(text), None, "{text}");
        }
    }

    #[test]
    fn comparisons_hold_as_written() {
        for (operator, below, same, above) in [
            (Operator::AtMost, true, true, false),
            (Operator::Below, true, false, false),
            (Operator::AtLeast, false, true, true),
            (Operator::Above, false, false, true),
            (Operator::Equal, false, true, false),
            (Operator::NotEqual, true, false, true),
        ] {
            let held = [1.0, 2.0, 3.0].map(|value| operator.holds(value, 2.0));
            assert_eq!(held, [below, same, above], "{operator:?}");
        }
        assert!(!Operator::Equal.holds(f64::NAN, f64::NAN));
        assert!(Operator::NotEqual.holds(f64::NAN, 0.0));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(source in ".*") {
            let _ = parse(&source);
            let _ = parse_float(&source);
        }

        #[test]
        fn nothing_near_the_grammar_makes_it_panic(
            source in r"(p\(|avg|0x)?[-+0-9a-fpxXP_.\)nI]{0,12}[ <>=!]{0,3}[-+0-9a-fpx_.]{0,24}"
        ) {
            if let Ok(expression) = parse(&source) {
                prop_assert!(source.contains(&expression.method));
            }
            let _ = parse_float(&source);
        }

        #[test]
        fn any_number_survives(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            prop_assert_eq!(parse_float(&value.to_string()), Some(value));
            prop_assert_eq!(parse_float(&format!("{value:e}")), Some(value));
        }

        #[test]
        fn what_is_built_by_the_grammar_is_read_back(
            percent in 0.0..=100.0_f64,
            limit in -1e9..1e9_f64,
            operator in 0..7_usize,
            spaces in "[ \t]{0,2}",
        ) {
            let (sign, expected) = Operator::SCAN[operator];
            let source = format!("{spaces}p({percent}){spaces}{sign}{spaces}{limit}");
            prop_assert_eq!(parsed(&source), (Stat::Percentile(percent), expected, limit));
        }
    }
}
