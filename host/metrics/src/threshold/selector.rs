//! Names of submetrics: `metric{tag:value,"tag2":"value, with a comma"}`.
//!
//! A pure function of the text. The name splits at the first `{`; values run to the next comma, or
//! to the closing quote when they are quoted; the first colon splits a tag from its value, so that
//! URLs need no quotes. There is no way to negate, to choose, or to match a part of a value.

/// What a key of `thresholds` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Name of the metric.
    pub metric: String,
    /// Tags that a sample must have, sorted; nothing for the metric itself.
    pub tags: Option<Vec<(String, String)>>,
}

/// What is wrong with the name of a submetric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// One of the braces is missing or in the wrong place.
    #[error("`{{` and `}}` do not enclose its end")]
    Braces,
    /// There is nothing between the braces or between two commas.
    #[error("a tag is missing")]
    Empty,
    /// A tag has no value.
    #[error("{part:?} is not of the form tag:value")]
    Part {
        /// The part between two commas.
        part: String,
    },
    /// One tag has two values, which no sample can have.
    #[error("the tag {tag:?} is given twice")]
    Twice {
        /// The tag.
        tag: String,
    },
}

/// Reads the name of a metric or a submetric.
pub fn parse(key: &str) -> Result<Selector, SelectorError> {
    let Some((metric, rest)) = key.split_once('{') else {
        if key.contains('}') {
            return Err(SelectorError::Braces);
        }
        return Ok(Selector { metric: key.to_owned(), tags: None });
    };
    let inner = rest.strip_suffix('}').ok_or(SelectorError::Braces)?;
    if metric.contains('}') {
        return Err(SelectorError::Braces);
    }
    let mut tags = Vec::new();
    for part in split_outside_quotes(inner, ',') {
        tags.push(parse_pair(part)?);
    }
    tags.sort();
    tags.dedup();
    if let Some(pair) = tags.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(SelectorError::Twice { tag: pair[0].0.clone() });
    }
    Ok(Selector { metric: metric.to_owned(), tags: Some(tags) })
}

fn parse_pair(part: &str) -> Result<(String, String), SelectorError> {
    if part.trim().is_empty() {
        return Err(SelectorError::Empty);
    }
    let malformed = || SelectorError::Part { part: part.trim().to_owned() };
    let mut sides = split_outside_quotes(part, ':');
    let name = sides.next().unwrap_or_default();
    // Only the first colon splits.
    let value = part.get(name.len() + 1..).ok_or_else(malformed)?;
    if value.trim().is_empty() {
        return Err(malformed());
    }
    let name = unquote(name);
    if name.is_empty() {
        return Err(malformed());
    }
    Ok((name.to_owned(), unquote(value).to_owned()))
}

/// Spaces and one pair of quotes around a name or a value go away; stray quotes go as well.
fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text.trim_matches(['"', '\''])
}

/// Splits at a sign that is not within quotes. A quote opens only at the start of a name or a
/// value, so that an apostrophe inside of one stays what it is; without its partner it is an
/// ordinary sign.
fn split_outside_quotes(text: &str, sign: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest?;
        let mut quote: Option<char> = None;
        let mut at_start = true;
        for (index, letter) in current.char_indices() {
            let after = index + letter.len_utf8();
            match quote {
                Some(open) if letter == open => quote = None,
                None if letter == sign => {
                    rest = Some(&current[after..]);
                    return Some(&current[..index]);
                }
                None if matches!(letter, '"' | '\'') && at_start => {
                    quote = current[after..].contains(letter).then_some(letter);
                }
                Some(_) | None => {}
            }
            at_start = (at_start && letter.is_whitespace()) || matches!(letter, ':' | ',');
        }
        rest = None;
        Some(current)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags(key: &str) -> Vec<(String, String)> {
        parse(key).unwrap_or_else(|error| panic!("{key}: {error}")).tags.unwrap_or_default()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_plain_name_is_the_metric() {
        let selector = parse("http_reqs").unwrap();
        assert_eq!(selector, Selector { metric: "http_reqs".to_owned(), tags: None });
    }

    #[test]
    fn tags_are_read_with_and_without_quotes_and_spaces() {
        for key in [
            "m{status:200,name:home}",
            "m{ name : home , status : 200 }",
            "m{\"status\":\"200\",\"name\":\"home\"}",
            "m{'name':'home', 'status':'200'}",
            "m{\"name:home\",status:200}".replace("\"name:home\"", "name:\"home\"").as_str(),
        ] {
            assert_eq!(tags(key), pairs(&[("name", "home"), ("status", "200")]), "{key}");
        }
        assert_eq!(parse("m{a:b}").unwrap().metric, "m");
    }

    #[test]
    fn urls_need_no_quotes() {
        let key = "http_req_duration{url:https://api.example.com:8443/checkout}";
        assert_eq!(tags(key), pairs(&[("url", "https://api.example.com:8443/checkout")]));
        let key = "m{url:https://x.test/{id}}";
        assert_eq!(tags(key), pairs(&[("url", "https://x.test/{id}")]));
        let key = "m{group:::outer::inner}";
        assert_eq!(tags(key), pairs(&[("group", "::outer::inner")]));
    }

    #[test]
    fn quotes_protect_commas_and_colons() {
        let key = "m{name:\"a, b: c\",\"odd:tag\":'it''s'}";
        assert_eq!(tags(key), pairs(&[("name", "a, b: c"), ("odd:tag", "it''s")]));
        assert_eq!(tags("m{name:it's here,b:c}"), pairs(&[("b", "c"), ("name", "it's here")]));
        assert_eq!(tags("m{name:\"open,b:c}"), pairs(&[("b", "c"), ("name", "open")]));
    }

    #[test]
    fn what_is_malformed_is_named() {
        for key in ["m{", "m}", "m{a:b", "m{a:b}x", "}m{", "m}{a:b}"] {
            assert_eq!(parse(key), Err(SelectorError::Braces), "{key}");
        }
        for key in ["m{}", "m{ }", "m{a:b,}", "m{,a:b}"] {
            assert_eq!(parse(key), Err(SelectorError::Empty), "{key}");
        }
        for key in ["m{k}", "m{k:}", "m{k: }", "m{:v}", "m{a:b,k}"] {
            assert!(matches!(parse(key), Err(SelectorError::Part { .. })), "{key}");
        }
        let twice = SelectorError::Twice { tag: "a".to_owned() };
        assert_eq!(parse("m{a:b,a:c}"), Err(twice));
        assert_eq!(tags("m{a:b,a:b}"), pairs(&[("a", "b")]));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(key in ".*", near in r#"m?[{}:,"' ab]{0,16}"#) {
            let _ = parse(&key);
            if let Ok(selector) = parse(&near) {
                let sorted = selector.tags.unwrap_or_default();
                prop_assert!(sorted.is_sorted());
            }
        }

        #[test]
        fn quoted_values_are_read_back(name in "[a-z]{1,6}", value in r"[ -!#-~]{1,12}") {
            prop_assume!(!value.trim().is_empty());
            let key = format!("metric{{\"{name}\":\"{value}\"}}");
            prop_assert_eq!(tags(&key), vec![(name, value)]);
        }
    }
}
