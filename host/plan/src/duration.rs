//! Lengths of time as people write them: parsing and printing.
//!
//! Two grammars, because k6 has two. *Go durations* (`1h30m`, `1.5s`, `500ms`, `0`) are what most
//! command-line flags take. *Extended durations* are what JSON and most environment variables take:
//! the same, plus whole days in front (`1d2h`) and bare numbers, which mean milliseconds.
//!
//! Everything here is exact integer arithmetic in nanoseconds (a fraction is cut after the
//! nanosecond). What does not fit 64 bits is refused, never wrapped.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

#[cfg(test)]
mod tests;

const NS_PER_US: i128 = 1_000;
const NS_PER_MS: i128 = 1_000_000;
const NS_PER_S: i128 = 1_000_000_000;
const NS_PER_MINUTE: i128 = 60 * NS_PER_S;
const NS_PER_HOUR: i128 = 60 * NS_PER_MINUTE;
const NS_PER_DAY: i128 = 24 * NS_PER_HOUR;

/// A length of time that may be negative, in nanoseconds.
///
/// Options hold durations as written, negative ones too, so that validation can name them. What is
/// valid is a [`Duration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SignedDuration {
    ns: i64,
}

impl SignedDuration {
    /// No time at all.
    pub const ZERO: Self = Self { ns: 0 };

    /// From nanoseconds.
    pub const fn from_nanos(ns: i64) -> Self {
        Self { ns }
    }

    /// From whole seconds; saturates at about 292 years.
    pub const fn from_secs(seconds: i64) -> Self {
        Self { ns: seconds.saturating_mul(1_000_000_000) }
    }

    /// From milliseconds; a fraction is cut after the nanosecond.
    pub fn from_millis_f64(milliseconds: f64) -> Result<Self, DurationError> {
        let ns = milliseconds * NS_PER_MS as f64;
        // 2^63 is exact as f64, i64::MAX is not.
        if !ns.is_finite() || ns.abs() >= 9_223_372_036_854_775_808.0 {
            return Err(DurationError::OutOfRange { text: milliseconds.to_string() });
        }
        Ok(Self { ns: ns as i64 })
    }

    /// In nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.ns
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.ns < 0
    }

    /// The same as a [`Duration`], unless it is negative.
    pub fn to_duration(self) -> Option<Duration> {
        u64::try_from(self.ns).ok().map(Duration::from_nanos)
    }

    /// The same as a [`Duration`], zero when it is negative.
    pub fn to_duration_or_zero(self) -> Duration {
        self.to_duration().unwrap_or(Duration::ZERO)
    }
}

impl From<Duration> for SignedDuration {
    /// Saturates at about 292 years.
    fn from(duration: Duration) -> Self {
        Self { ns: i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX) }
    }
}

impl fmt::Display for SignedDuration {
    /// As Go and k6 print it: `1m30s`, `500ms`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_nanos(i128::from(self.ns)))
    }
}

/// Why a text is no duration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DurationError {
    /// Neither number nor unit where one should be.
    #[error("invalid duration {text:?}; write it like 1m30s, 500ms or 2h")]
    Malformed {
        /// What was found.
        text: String,
    },
    /// A number without a unit, where plain Go durations are expected.
    #[error("missing unit in duration {text:?}; write for example {text}ms or {text}s")]
    MissingUnit {
        /// What was found.
        text: String,
    },
    /// A unit that does not exist (or, `d`, that is not allowed at this place).
    #[error("unknown unit {unit:?} in duration {text:?}; units are {units}")]
    UnknownUnit {
        /// What was found.
        text: String,
        /// The part of it that is no unit.
        unit: String,
        /// The units that would do.
        units: &'static str,
    },
    /// The days in front are not a whole number.
    #[error("invalid duration {text:?}: {days:?} is not a whole number of days")]
    Days {
        /// What was found.
        text: String,
        /// The part before `d`.
        days: String,
    },
    /// Longer than 64 bits of nanoseconds (about 292 years).
    #[error("duration {text:?} is out of range, the most is about 292 years")]
    OutOfRange {
        /// What was found.
        text: String,
    },
}

const UNITS_GO: &str = "ns, us, ms, s, m and h";
const UNITS_EXTENDED: &str = "ns, us, ms, s, m, h, and d for whole days in front";

/// Parses a plain Go duration: an optional sign, then numbers with units (`1h15m30.5s`), or `0`.
///
/// This is what `--duration`, `--min-iteration-duration`, `--stage` and `K6_STAGES` take.
pub fn parse_go_duration(text: &str) -> Result<SignedDuration, DurationError> {
    let (negative, unsigned) = split_sign(text);
    let ns = parse_components(text, unsigned, UNITS_GO)?;
    in_range(text, if negative { -ns } else { ns })
}

/// Parses an extended duration: a Go duration, with whole days in front if need be (`1d2h`), or a
/// bare number, which is milliseconds (`1500`, `1.5e3`).
///
/// This is what JSON strings and most environment variables take.
pub fn parse_duration_k6(text: &str) -> Result<SignedDuration, DurationError> {
    if let Some(milliseconds) = bare_number(text) {
        return SignedDuration::from_millis_f64(milliseconds)
            .map_err(|_| DurationError::OutOfRange { text: text.to_owned() });
    }
    let (negative, unsigned) = split_sign(text);
    let (days, rest) = match unsigned.split_once('d') {
        None => (0, Some(unsigned)),
        Some((days, rest)) => {
            let count = parse_days(text, days)?;
            (count * NS_PER_DAY, (!rest.is_empty()).then_some(rest))
        }
    };
    let ns = match rest {
        None => days,
        Some(rest) => days + parse_components(text, rest, UNITS_EXTENDED)?,
    };
    in_range(text, if negative { -ns } else { ns })
}

/// Prints as Go and k6 do: `1h0m30s`, `1m30s`, `1.5s`, `500ms`, `100µs`, `0s`.
pub fn format_duration(duration: Duration) -> String {
    format_nanos(i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX))
}

fn bare_number(text: &str) -> Option<f64> {
    let plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    (text.bytes().all(plain)).then(|| text.parse().ok()).flatten()
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn parse_days(text: &str, days: &str) -> Result<i128, DurationError> {
    if days.is_empty() || !days.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DurationError::Days { text: text.to_owned(), days: days.to_owned() });
    }
    match days.parse::<u32>() {
        Ok(days) => Ok(i128::from(days)),
        Err(_) => Err(DurationError::OutOfRange { text: text.to_owned() }),
    }
}

/// The sum of all `<number><unit>` in `rest`; `text` is the whole, for errors.
fn parse_components(text: &str, rest: &str, units: &'static str) -> Result<i128, DurationError> {
    let malformed = || DurationError::Malformed { text: text.to_owned() };
    if rest == "0" {
        return Ok(0);
    }
    let mut rest = rest;
    let mut total_ns: i128 = 0;
    if rest.is_empty() {
        return Err(malformed());
    }
    while !rest.is_empty() {
        let whole = take_while(&mut rest, |byte| byte.is_ascii_digit());
        let fraction = match rest.strip_prefix('.') {
            None => "",
            Some(after) => {
                rest = after;
                take_while(&mut rest, |byte| byte.is_ascii_digit())
            }
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(malformed());
        }
        let unit = take_while(&mut rest, |byte| byte != b'.' && !byte.is_ascii_digit());
        let unit_ns = unit_nanos(text, unit, units)?;
        total_ns += component_nanos(whole, fraction, unit_ns)
            .ok_or_else(|| DurationError::OutOfRange { text: text.to_owned() })?;
        if total_ns > i128::from(u64::MAX) {
            return Err(DurationError::OutOfRange { text: text.to_owned() });
        }
    }
    Ok(total_ns)
}

fn take_while<'a>(rest: &mut &'a str, keep: impl Fn(u8) -> bool) -> &'a str {
    let end = rest.bytes().position(|byte| !keep(byte)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

fn unit_nanos(text: &str, unit: &str, units: &'static str) -> Result<i128, DurationError> {
    Ok(match unit {
        "ns" => 1,
        // The micro sign and the Greek letter mu both occur.
        "us" | "\u{b5}s" | "\u{3bc}s" => NS_PER_US,
        "ms" => NS_PER_MS,
        "s" => NS_PER_S,
        "m" => NS_PER_MINUTE,
        "h" => NS_PER_HOUR,
        "" => return Err(DurationError::MissingUnit { text: text.to_owned() }),
        _ => {
            let (text, unit) = (text.to_owned(), unit.to_owned());
            return Err(DurationError::UnknownUnit { text, unit, units });
        }
    })
}

fn component_nanos(whole: &str, fraction: &str, unit_ns: i128) -> Option<i128> {
    // 19 digits always hold the largest value; leading zeros are free.
    let whole = whole.trim_start_matches('0');
    if whole.len() > 19 {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // An hour has 13 digits of nanoseconds: 18 digits of a fraction say all that can matter.
    let fraction = &fraction[..fraction.len().min(18)];
    let mut ns = whole.checked_mul(unit_ns)?;
    if !fraction.is_empty() {
        let scale = 10_i128.pow(fraction.len() as u32);
        ns = ns.checked_add(fraction.parse::<i128>().ok()? * unit_ns / scale)?;
    }
    Some(ns)
}

fn in_range(text: &str, ns: i128) -> Result<SignedDuration, DurationError> {
    match i64::try_from(ns) {
        Ok(ns) => Ok(SignedDuration { ns }),
        Err(_) => Err(DurationError::OutOfRange { text: text.to_owned() }),
    }
}

fn format_nanos(ns: i128) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let ns = ns.unsigned_abs().cast_signed();
    if ns == 0 {
        return "0s".to_owned();
    }
    if ns < NS_PER_S {
        let (unit_ns, unit) = match ns {
            _ if ns < NS_PER_US => (1, "ns"),
            _ if ns < NS_PER_MS => (NS_PER_US, "\u{b5}s"),
            _ => (NS_PER_MS, "ms"),
        };
        return format!("{sign}{}{unit}", decimal(ns, unit_ns));
    }
    let (hours, minutes) = (ns / NS_PER_HOUR, ns % NS_PER_HOUR / NS_PER_MINUTE);
    let seconds = decimal(ns % NS_PER_MINUTE, NS_PER_S);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, _) => format!("{sign}{minutes}m{seconds}s"),
        _ => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `value / unit` with as many decimals as it needs. `unit` is a power of ten.
fn decimal(value: i128, unit: i128) -> String {
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}
