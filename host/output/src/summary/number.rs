//! Numbers as k6 writes them: durations, bytes, rates, shares and plain values.
//!
//! Pure functions from a number to a text. They cut where k6 cuts and round where it rounds (a
//! share of 2/3 is `66.66%`, 1.999 s is `1.99s`, 9 954 bytes are `10 kB`), because people compare
//! the two summaries line by line. The one thing done otherwise: a negative duration keeps its
//! unit (`-1s`), where k6 falls back to nanoseconds.

use squall_metrics::Contains;

/// Unit in which times are shown: k6's `summaryTimeUnit`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeUnit {
    /// The unit that fits each value: `12.34ms`, `1m30s`.
    #[default]
    Auto,
    /// Seconds with two decimals.
    Seconds,
    /// Milliseconds with two decimals.
    Milliseconds,
    /// Microseconds with two decimals.
    Microseconds,
}

/// A time unit that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown summary time unit {text:?}: \"s\", \"ms\", \"us\" or \"\" (automatic) are known")]
pub struct TimeUnitError {
    /// What was given.
    pub text: String,
}

impl std::str::FromStr for TimeUnit {
    type Err = TimeUnitError;

    fn from_str(text: &str) -> Result<Self, TimeUnitError> {
        match text {
            "" => Ok(Self::Auto),
            "s" => Ok(Self::Seconds),
            "ms" => Ok(Self::Milliseconds),
            "us" => Ok(Self::Microseconds),
            _ => Err(TimeUnitError { text: text.to_owned() }),
        }
    }
}

impl TimeUnit {
    /// The word for it in options; empty for the automatic unit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
        }
    }
}

/// A value of a metric: a time in milliseconds, a number of bytes or a plain number.
pub fn value(value: f64, contains: Contains, unit: TimeUnit) -> String {
    match contains {
        Contains::Default => plain(value),
        Contains::Time => duration(value, unit),
        Contains::Data => bytes(value),
    }
}

/// At most six decimals, none of them a trailing zero: `29.7`, `0.333333`, `1e+21`.
pub fn plain(value: f64) -> String {
    shortest(to_fixed(value, 6).parse().unwrap_or(value))
}

/// The shortest text that reads back as the same number, with exponents from 1e21 on and
/// below 1e-6, as JavaScript writes numbers.
pub fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if (1e-6..1e21).contains(&size) {
        return format!("{value}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// A fixed number of decimals; a half goes away from zero, and from 1e21 on there are none.
pub fn to_fixed(value: f64, decimals: usize) -> String {
    // The formatter sends exact halves to the even neighbour. An exact half has one digit more than
    // asked for and then zeros only; no other number of this size has that many zeros.
    const MORE: usize = 25;
    if !value.is_finite() || value.abs() >= 1e21 {
        return shortest(value);
    }
    let value = if value == 0.0 { 0.0 } else { value };
    let long = format!("{value:.*}", decimals + MORE);
    let cut = long.len() - MORE;
    let (kept, rest) = long.split_at(cut);
    let is_half = rest.starts_with('5') && rest[1..].bytes().all(|digit| digit == b'0');
    if !is_half {
        return format!("{value:.decimals$}");
    }
    increment(kept.trim_end_matches('.'))
}

/// One more in the last place of a decimal number.
fn increment(text: &str) -> String {
    let mut digits = text.as_bytes().to_vec();
    for index in (0..digits.len()).rev() {
        match digits[index] {
            b'9' => digits[index] = b'0',
            b'0'..=b'8' => {
                digits[index] += 1;
                return String::from_utf8_lossy(&digits).into_owned();
            }
            _ => {}
        }
    }
    let at = usize::from(digits.first() == Some(&b'-'));
    digits.insert(at, b'1');
    String::from_utf8_lossy(&digits).into_owned()
}

/// Two decimals, the rest cut off.
fn cut(value: f64) -> String {
    shortest((value * 100.0).trunc() / 100.0)
}

/// A time given in milliseconds.
pub fn duration(value_ms: f64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Auto if value_ms < 0.0 => format!("-{}", duration_auto(-value_ms)),
        TimeUnit::Auto => duration_auto(value_ms),
        TimeUnit::Seconds => to_fixed(value_ms / 1e3, 2) + "s",
        TimeUnit::Milliseconds => to_fixed(value_ms, 2) + "ms",
        TimeUnit::Microseconds => to_fixed(value_ms * 1e3, 2) + "µs",
    }
}

fn duration_auto(value_ms: f64) -> String {
    if value_ms == 0.0 {
        return "0s".to_owned();
    }
    if value_ms < 0.001 {
        return shortest((value_ms * 1e6).trunc()) + "ns";
    }
    if value_ms < 1.0 {
        return cut(value_ms * 1e3) + "µs";
    }
    if value_ms < 1e3 {
        return cut(value_ms) + "ms";
    }
    let value_s = value_ms / 1e3;
    if !value_s.is_finite() || value_s < 60.0 {
        return cut(value_s) + "s";
    }
    let seconds = shortest((value_s % 60.0).trunc());
    let minutes = (value_s / 60.0).trunc();
    if minutes < 60.0 {
        return format!("{}m{seconds}s", shortest(minutes));
    }
    let hours = shortest((minutes / 60.0).trunc());
    format!("{hours}h{}m{seconds}s", shortest(minutes % 60.0))
}

/// A number of bytes, in steps of 1 000: `225 B`, `3.3 kB`, `18 kB`.
pub fn bytes(value_bytes: f64) -> String {
    const UNITS: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    if !value_bytes.is_finite() || value_bytes < 10.0 {
        return shortest(value_bytes) + " B";
    }
    let mut scale = 1.0;
    let mut unit = 0;
    while unit + 1 < UNITS.len() && value_bytes >= scale * 1e3 {
        scale *= 1e3;
        unit += 1;
    }
    let tenths = (value_bytes / scale * 10.0 + 0.5).floor() / 10.0;
    let decimals = usize::from(tenths < 10.0 && unit > 0);
    format!("{} {}", to_fixed(tenths, decimals), UNITS[unit])
}

/// A share from 0 to 1 as a percentage with two decimals, the rest cut off.
pub fn share(ratio: f64) -> String {
    let percent = if ratio.is_finite() { ratio } else { 0.0 };
    to_fixed((percent * 100.0 * 100.0).trunc() / 100.0, 2) + "%"
}

/// Whole percent of passes, the rest cut off; 0 when there is nothing.
pub fn whole_percent(passes: u64, fails: u64) -> u64 {
    let total = u128::from(passes) + u128::from(fails);
    (u128::from(passes) * 100).checked_div(total).unwrap_or_default() as u64
}

#[cfg(test)]
mod tests;
