//! Base64 with both alphabets, padded or not. Line ends are skipped when decoding, and bits that
//! are left over need not be zero.

/// Alphabet and padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Std,
    RawStd,
    Url,
    RawUrl,
}

impl Variant {
    fn is_padded(self) -> bool {
        matches!(self, Self::Std | Self::Url)
    }

    /// The last two digits.
    fn last_digits(self) -> [u8; 2] {
        match self {
            Self::Std | Self::RawStd => *b"+/",
            Self::Url | Self::RawUrl => *b"-_",
        }
    }

    fn value(self, digit: u8) -> Option<u8> {
        match digit {
            b'A'..=b'Z' => Some(digit - b'A'),
            b'a'..=b'z' => Some(digit - b'a' + 26),
            b'0'..=b'9' => Some(digit - b'0' + 52),
            _ if digit == self.last_digits()[0] => Some(62),
            _ if digit == self.last_digits()[1] => Some(63),
            _ => None,
        }
    }
}

const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(crate) fn encode(bytes: &[u8], variant: Variant) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    let last = variant.last_digits();
    for chunk in bytes.chunks(3) {
        let mut quantum = 0;
        for index in 0..3 {
            quantum = quantum << 8 | usize::from(chunk.get(index).copied().unwrap_or_default());
        }
        for index in 0..=chunk.len() {
            let value = quantum >> (18 - 6 * index) & 63;
            let digit = if value < 62 { DIGITS[value] } else { last[value - 62] };
            text.push(char::from(digit));
        }
        if variant.is_padded() {
            text.extend(std::iter::repeat_n('=', 3 - chunk.len()));
        }
    }
    text
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Errors are the place of the byte that is wrong.
pub(crate) fn decode(text: &[u8], variant: Variant) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut quantum, mut digits) = (0_u32, 0);
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        if let Some(value) = variant.value(byte) {
            quantum = quantum << 6 | u32::from(value);
            digits += 1;
            if digits == 4 {
                bytes.extend_from_slice(&quantum.to_be_bytes()[1..]);
                (quantum, digits) = (0, 0);
            }
        } else if byte == b'=' && variant.is_padded() && digits >= 2 {
            check_padding(text, at, digits)?;
            push_rest(&mut bytes, quantum, digits);
            return Ok(bytes);
        } else if !is_line_end(byte) {
            return Err(at);
        }
        at += 1;
    }
    if digits == 1 || digits > 1 && variant.is_padded() {
        return Err(at - digits);
    }
    push_rest(&mut bytes, quantum, digits);
    Ok(bytes)
}

/// The padding that begins at `at` is as long as it has to be, and nothing follows.
fn check_padding(text: &[u8], mut at: usize, digits: usize) -> Result<(), usize> {
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(|&byte| is_line_end(byte)) {
            at += 1;
        }
        at
    };
    if digits == 2 {
        at = skip(at + 1);
        match text.get(at) {
            Some(b'=') => {}
            Some(_) => return Err(at - 1),
            None => return Err(at),
        }
    }
    at = skip(at + 1);
    if at < text.len() { Err(at) } else { Ok(()) }
}

fn push_rest(bytes: &mut Vec<u8>, quantum: u32, digits: usize) {
    match digits {
        2 => bytes.push((quantum >> 4) as u8),
        3 => bytes.extend_from_slice(&[(quantum >> 10) as u8, (quantum >> 2) as u8]),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Variant::{RawStd, RawUrl, Std, Url};
    use super::*;

    #[test]
    fn all_lengths_survive() {
        let bytes: Vec<u8> = (0..=255).rev().collect();
        for length in 0..bytes.len() {
            for variant in [Std, RawStd, Url, RawUrl] {
                let text = encode(&bytes[..length], variant);
                assert_eq!(decode(text.as_bytes(), variant).unwrap(), &bytes[..length]);
            }
        }
    }

    #[test]
    fn vectors_of_the_rfc() {
        let known = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (length, text) in known.iter().enumerate() {
            assert_eq!(encode(&b"foobar"[..length], Std), *text);
            assert_eq!(encode(&b"foobar"[..length], RawStd), text.trim_end_matches('='));
        }
        assert_eq!(encode(&[251, 255], Std), "+/8=");
        assert_eq!(encode(&[251, 255], RawUrl), "-_8");
    }

    #[test]
    fn errors_tell_the_place() {
        for (text, variant, place) in [
            ("aGVsbG8", Std, 4),
            ("!!!!", Std, 0),
            ("aGVs bG8=", Std, 4),
            ("aGVsbG8=", RawStd, 7),
            ("aGVs\nbG8=", RawStd, 8),
            ("=", Std, 0),
            ("a", Std, 0),
            ("abc", Url, 0),
            ("a", RawUrl, 0),
            ("aGVsbG8=x", Std, 8),
            ("aGVsbG8==", Std, 8),
            ("8J-Yig==", Std, 2),
        ] {
            assert_eq!(decode(text.as_bytes(), variant), Err(place), "{text}");
        }
        assert_eq!(decode(b"aGVs\r\nbG8=", Std).unwrap(), b"hello");
        assert_eq!(decode(b"YQ=\n=", Std).unwrap(), b"a");
        assert_eq!(decode(b"aGVsbG9=", Std).unwrap(), b"hello");
    }
}
