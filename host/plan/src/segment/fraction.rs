//! An exact rational number for cut points: never a float, always reduced.

use std::cmp::Ordering;
use std::fmt;

use super::SegmentError;

/// A reduced fraction that is not negative. Cut points of segments lie between 0 and 1; what is
/// above 1 can be held, so that an error can name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

impl Fraction {
    /// 0.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// 1.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator`, reduced; `None` when the denominator is 0.
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator, denominator);
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// Above the line, after reduction.
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// Below the line, after reduction; at least 1.
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// The nearest float, for people.
    pub fn as_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Reads `20%`, `0.2` or `1/5`. Negative numbers are [`SegmentError::BelowZero`].
    pub(super) fn parse(text: &str) -> Result<Self, SegmentError> {
        if let Some(unsigned) = text.strip_prefix('-') {
            let below = Self::parse_unsigned(unsigned)?;
            if below != Self::ZERO {
                return Err(SegmentError::BelowZero { from: format!("-{below:.2}") });
            }
            return Ok(below);
        }
        Self::parse_unsigned(text)
    }

    fn parse_unsigned(text: &str) -> Result<Self, SegmentError> {
        let text_owned = || text.to_owned();
        if let Some(percent) = text.strip_suffix('%') {
            return digits(percent)
                .and_then(|percent| Self::new(percent, 100))
                .ok_or_else(|| SegmentError::Percentage { text: text_owned() });
        }
        let parsed = match text.split_once('/') {
            Some((above, below)) => digits(above).zip(digits(below)),
            None => decimal(text),
        };
        parsed
            .and_then(|(above, below)| Self::new(above, below))
            .ok_or_else(|| SegmentError::Malformed { text: text_owned() })
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u128::from(self.numerator) * u128::from(other.denominator);
        left.cmp(&(u128::from(other.numerator) * u128::from(self.denominator)))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    /// `1/3`, `0`, `1`; with a precision (`{:.2}`) as a decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.precision() {
            Some(precision) => write!(f, "{:.precision$}", self.as_f64()),
            None if self.denominator == 1 => write!(f, "{}", self.numerator),
            None => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

/// Greatest common divisor; of 0 and n it is n.
pub(super) fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// `0.25` as (25, 100).
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let whole = if whole.is_empty() { 0 } else { digits(whole)? };
    let fraction = if fraction.is_empty() { 0 } else { digits(fraction)? };
    Some((whole.checked_mul(scale)?.checked_add(fraction)?, scale))
}
