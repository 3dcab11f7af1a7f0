//! Fuzz targets: what holds for any text of a threshold. See CONTRIBUTING.md.

use crate::threshold::parse::parse_float;
use crate::threshold::{parse, selector};

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[("submetrics", submetrics), ("thresholds", thresholds)];

/// Any text as a threshold: its parts are in it, its limit is the number that is written, and its
/// figure means the same when it is written again.
pub fn thresholds(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    // Where the two grammars of numbers have the same words, they agree.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if is_plain {
        let theirs = text.parse::<f64>().ok().filter(|value| value.is_finite());
        assert_eq!(parse_float(&text), theirs, "{text}");
    }
    match parse::parse(&text) {
        Ok(expression) => {
            assert!(text.contains(&expression.method), "{text}");
            let again = parse::parse(&format!("{}<{:e}", expression.method, expression.limit));
            if expression.limit.is_finite() {
                let again = again.map(|again| (again.stat, again.limit.to_bits()));
                assert_eq!(again, Ok((expression.stat, expression.limit.to_bits())), "{text}");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Any text as the name of a submetric: tags are in order and there once, and are read again from
/// quotes.
pub fn submetrics(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = match selector::parse(&text) {
        Ok(read) => read,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(text.starts_with(&read.metric));
    let Some(tags) = &read.tags else { return };
    assert!(tags.is_sorted() && !tags.is_empty());
    assert!(tags.windows(2).all(|pair| pair[0].0 != pair[1].0));
    assert!(tags.iter().all(|(name, _)| !name.is_empty()));
    let is_quotable = |text: &str| !text.contains(['"', '\'']) && text.trim() == text;
    if tags.iter().all(|(name, value)| is_quotable(name) && is_quotable(value)) {
        let pairs: Vec<String> =
            tags.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        let written = format!("{}{{{}}}", read.metric, pairs.join(","));
        assert_eq!(selector::parse(&written).as_ref(), Ok(&read), "{written}");
    }
}

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(super::TARGETS; submetrics, thresholds);
}
