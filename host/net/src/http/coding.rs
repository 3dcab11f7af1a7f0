//! Content codings: their names, and the lists of them that headers and scripts hold.
//!
//! Names are k6's: exactly these, in lower case. A list is in the order in which the codings were
//! applied, so that a body is decoded from the last to the first.

use std::fmt::Write as _;

/// Codings that may be stacked in one response. Each of them has a window of its own, so that a
/// long list in a header would be a way to use up memory; real servers use one, seldom two.
pub(crate) const STACKED_MAX: usize = 8;

/// A way to compress a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, zlib's frame; a response may also come without it (RFC 1951).
    Deflate,
    /// RFC 8878.
    Zstd,
    /// RFC 7932.
    Brotli,
}

impl Encoding {
    /// All of them, in the order in which k6 lists them.
    pub const ALL: [Self; 4] = [Self::Gzip, Self::Deflate, Self::Zstd, Self::Brotli];

    /// The name in `Content-Encoding`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Brotli => "br",
        }
    }

    /// The coding with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == name)
    }

    /// Reads what a script says in `compression`: names with commas between, applied from left to
    /// right. Blank text is no compression. The error is k6's, for the script to see.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, UnknownEncoding> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let names = text.split(',').map(str::trim);
        names.map(|name| Self::named(name).ok_or_else(|| UnknownEncoding(name.into()))).collect()
    }

    /// The value of `Content-Encoding` for a body that these were applied to, in this order.
    #[must_use]
    pub fn header_value(applied: &[Self]) -> String {
        let mut value = String::new();
        for (number, encoding) in applied.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            let _ = write!(value, "{comma}{}", encoding.as_str());
        }
        value
    }
}

/// A compression that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown compression algorithm {0}, supported algorithms are [gzip deflate zstd br]")]
pub struct UnknownEncoding(Box<str>);

/// What has to be undone to read a response's body, in the order in which it was applied. Names
/// that are not known are passed over, as k6 does: `identity` is one of them, and what is left of a
/// body with another one is handed over as it is.
///
/// `value` is that of `Content-Encoding`; as in k6, the first of several lines.
pub(crate) fn applied(value: &[u8]) -> Applied {
    let Ok(text) = std::str::from_utf8(value) else { return Applied::Nothing };
    let names = text.split(',').map(str::trim);
    // One more than there may be shows that there are too many.
    let known: Vec<_> = names.filter_map(Encoding::named).take(STACKED_MAX + 1).collect();
    match known.len() {
        0 => Applied::Nothing,
        1..=STACKED_MAX => Applied::These(known),
        _ => Applied::TooMany,
    }
}

/// What `Content-Encoding` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// The body is as it is.
    Nothing,
    /// In this order.
    These(Vec<Encoding>),
    /// More than [`STACKED_MAX`].
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_s_list_is_read_as_k6_reads_it() {
        use Encoding::{Brotli, Deflate, Gzip, Zstd};
        assert_eq!(
            Encoding::parse_list(" gzip , br,zstd,deflate"),
            Ok(vec![Gzip, Brotli, Zstd, Deflate])
        );
        assert_eq!(Encoding::parse_list("gzip,gzip"), Ok(vec![Gzip, Gzip]));
        assert_eq!(Encoding::parse_list("  "), Ok(vec![]));
        for (text, unknown) in [("GZIP", "GZIP"), ("gzip,", ""), ("gzip, zip", "zip")] {
            let error = Encoding::parse_list(text).unwrap_err().to_string();
            let expected = format!(
                "unknown compression algorithm {unknown}, supported algorithms are [gzip deflate \
                 zstd br]"
            );
            assert_eq!(error, expected);
        }
        assert_eq!(Encoding::header_value(&[Gzip, Brotli]), "gzip, br");
        assert_eq!(Encoding::header_value(&[]), "");
    }

    #[test]
    fn names_that_are_not_known_are_passed_over() {
        use Encoding::{Brotli, Gzip};
        assert_eq!(applied(b"gzip"), Applied::These(vec![Gzip]));
        assert_eq!(applied(b"gzip,br"), Applied::These(vec![Gzip, Brotli]));
        for list in ["gzip, identity", "foo,gzip", "gzip,", ",gzip,,GZIP"] {
            assert_eq!(applied(list.as_bytes()), Applied::These(vec![Gzip]), "{list}");
        }
        for unknown in ["", "identity", "GZIP", "x-gzip", "compress, foo"] {
            assert_eq!(applied(unknown.as_bytes()), Applied::Nothing, "{unknown}");
        }
        assert_eq!(applied(b"gzip\xff"), Applied::Nothing);
        assert_eq!(applied(b"br,br,br,br,br,br,br,br,br"), Applied::TooMany);
    }
}
