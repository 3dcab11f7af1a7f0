//! Sizes as people type them: `65536`, `512KiB`, `64 MB`, `1g`. Pure.
//!
//! Powers of 1000 and of 1024 are told apart by the `i` (`MB`, `MiB`); a lone letter means the
//! power of 1024, as in most tools that limit memory.

/// Why a text is not a size.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum SizeError {
    #[error("expected a number of bytes, such as `65536`, `512KiB` or `64MB`")]
    NotANumber,
    #[error("unknown unit `{0}`, expected one of B, K, M, G, KB, MB, GB, KiB, MiB, GiB")]
    UnknownUnit(String),
    #[error("more bytes than 64 bits can count")]
    TooLarge,
}

/// Reads a size in bytes.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, SizeError> {
    let text = text.trim();
    let digits_end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    if digits.is_empty() {
        return Err(SizeError::NotANumber);
    }
    let number: u64 = digits.parse().map_err(|_| SizeError::TooLarge)?;
    let unit = unit.trim_start();
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return Err(SizeError::UnknownUnit(unit.to_owned())),
    };
    number.checked_mul(factor).ok_or(SizeError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        for (text, bytes) in [
            ("0", 0),
            ("65536", 65_536),
            ("1b", 1),
            ("1k", 1024),
            ("512KiB", 512 * 1024),
            ("64 MB", 64_000_000),
            (" 2GiB ", 2 << 30),
            ("3gb", 3_000_000_000),
        ] {
            assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused_with_a_reason() {
        assert_eq!(parse_bytes(""), Err(SizeError::NotANumber));
        assert_eq!(parse_bytes("-1"), Err(SizeError::NotANumber));
        assert_eq!(parse_bytes("MiB"), Err(SizeError::NotANumber));
        assert_eq!(parse_bytes("1.5MiB"), Err(SizeError::UnknownUnit(".5MiB".into())));
        assert_eq!(parse_bytes("1 parsec"), Err(SizeError::UnknownUnit("parsec".into())));
        assert_eq!(parse_bytes("99999999999999999999"), Err(SizeError::TooLarge));
        assert_eq!(parse_bytes("18446744073709551615k"), Err(SizeError::TooLarge));
    }
}
