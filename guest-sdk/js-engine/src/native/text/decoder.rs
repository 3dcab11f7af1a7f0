//! The encodings of `TextDecoder`: UTF-8 and UTF-16.

/// How many bytes at the end begin a character that is not complete.
pub(super) fn unfinished(encoding: &str, bytes: &[u8]) -> usize {
    if encoding == "utf-8" {
        return unfinished_utf8(bytes);
    }
    let odd = bytes.len() % 2;
    let whole = &bytes[..bytes.len() - odd];
    let is_high = whole
        .last_chunk::<2>()
        .is_some_and(|&unit| (0xd800..0xdc00).contains(&utf16_unit(encoding, unit)));
    odd + if is_high { 2 } else { 0 }
}

fn unfinished_utf8(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let Some(chunk) = tail.utf8_chunks().last() else { return 0 };
    let invalid = chunk.invalid();
    // The error is at the end, and only for want of more bytes. The tail may begin inside of a
    // character; that is another chunk, before the last one.
    let is_short = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
    if is_short { invalid.len() } else { 0 }
}

fn utf16_unit(encoding: &str, unit: [u8; 2]) -> u16 {
    if encoding == "utf-16be" { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) }
}

/// `None` for bytes that are no text, when `is_fatal`; else U+FFFD stands for them.
pub(super) fn decode(encoding: &str, bytes: &[u8], is_fatal: bool) -> Option<String> {
    if encoding == "utf-8" {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) if is_fatal => None,
            Err(_) => Some(String::from_utf8_lossy(bytes).into_owned()),
        };
    }
    let (units, odd) = bytes.as_chunks::<2>();
    let units = units.iter().map(|&unit| utf16_unit(encoding, unit));
    let mut text = String::with_capacity(bytes.len() / 2);
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(character) => text.push(character),
            Err(_) if is_fatal => return None,
            Err(_) => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    if !odd.is_empty() {
        if is_fatal {
            return None;
        }
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_cut_where_they_end() {
        let bytes = "aß€😀".as_bytes();
        let kept: Vec<usize> =
            (0..=bytes.len()).map(|end| unfinished("utf-8", &bytes[..end])).collect();
        assert_eq!(kept, [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 0]);
        assert_eq!(unfinished("utf-8", &[0x80, 0x80, 0x80]), 0);
        assert_eq!(unfinished("utf-8", &[0xff]), 0);
        // No character begins like this, so nothing is waited for.
        assert_eq!(unfinished("utf-8", &[0xe0, 0x80]), 0);
    }

    #[test]
    fn halves_of_pairs_wait() {
        let bytes = [0x3d, 0xd8, 0x00, 0xde];
        let kept: Vec<usize> = (0..=4).map(|end| unfinished("utf-16le", &bytes[..end])).collect();
        assert_eq!(kept, [0, 1, 2, 3, 0]);
        assert_eq!(decode("utf-16le", &bytes, true).unwrap(), "😀");
        assert_eq!(decode("utf-16le", &bytes[..2], false).unwrap(), "\u{fffd}");
        assert!(decode("utf-16le", &bytes[..3], true).is_none());
        assert_eq!(decode("utf-16be", &[0, 0x61], true).unwrap(), "a");
    }
}
