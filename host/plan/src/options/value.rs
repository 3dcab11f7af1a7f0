//! How one option is read from JSON and from text, printed, and merged: one trait, and its
//! implementations for plain types.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::{OptionsError, ValueError};
use super::node::{Context, Node};
use super::{Segment, Sequence, TextForm};
use crate::duration::{SignedDuration, parse_duration_k6, parse_go_duration};

/// Largest float below which every whole number is exact.
const EXACT_WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// A value that an option can have.
pub(crate) trait OptionValue: Sized {
    /// From JSON that is not null.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError>;

    /// To JSON, as k6 prints it.
    fn encode(&self) -> Value;

    /// From the text of a flag or a variable.
    fn from_text(text: &str, form: TextForm) -> Result<Self, ValueError>;

    /// Takes the place of `self`, a lower tier's value.
    fn override_with(&mut self, higher: Self) {
        *self = higher;
    }

    /// Joins what a repeated flag gave before.
    fn join(&mut self, more: Self) {
        *self = more;
    }
}

/// An item of a list that can also be written as `a,b,c`, or as JSON.
pub(crate) trait ListItem: Sized {
    /// From JSON.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError>;

    /// To JSON.
    fn encode(&self) -> Value;

    /// From text without commas.
    fn from_text(text: &str) -> Result<Self, ValueError>;
}

impl<T: ListItem> OptionValue for Vec<T> {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        node.items("a list")?.iter().map(T::decode).collect()
    }

    fn encode(&self) -> Value {
        self.iter().map(T::encode).collect()
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Ok(Self::new());
        }
        if text.trim_start().starts_with('[') {
            return from_json_text(text);
        }
        text.split(',').map(T::from_text).collect()
    }

    fn join(&mut self, more: Self) {
        self.extend(more);
    }
}

impl ListItem for String {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        Ok(node.string("a string")?.to_owned())
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn from_text(text: &str) -> Result<Self, ValueError> {
        Ok(text.to_owned())
    }
}

impl OptionValue for String {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        <Self as ListItem>::decode(node)
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        Ok(text.to_owned())
    }
}

impl OptionValue for bool {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        node.value().as_bool().ok_or_else(|| node.wrong_type("true or false"))
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(ValueError::Boolean { found: text.to_owned() }),
        }
    }
}

impl OptionValue for i64 {
    /// A whole number, also written as `2.0` or as a string.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        whole_number(node.value()).ok_or_else(|| node.wrong_type("a whole number"))
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        text.parse().map_err(|_| ValueError::Integer { found: text.to_owned() })
    }
}

impl OptionValue for u64 {
    /// As `i64`, but not negative.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        whole_number(node.value())
            .and_then(|number| Self::try_from(number).ok())
            .ok_or_else(|| node.wrong_type("a whole number of 0 or more"))
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        match text.parse::<i64>().map(Self::try_from) {
            Ok(Ok(number)) => Ok(number),
            _ => Err(ValueError::Natural { found: text.to_owned() }),
        }
    }
}

fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() <= EXACT_WHOLE_MAX).then_some(float as i64)
        }),
        _ => None,
    }
}

/// What a duration may be in JSON.
pub(crate) const DURATION: &str = "a duration such as \"1m30s\", or a number of milliseconds";

impl OptionValue for SignedDuration {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        match node.value() {
            Value::String(text) => {
                parse_duration_k6(text).map_err(|error| node.wrong_value(DURATION, error))
            }
            Value::Number(number) => Self::from_millis_f64(number.as_f64().unwrap_or(f64::NAN))
                .map_err(|error| node.wrong_value(DURATION, error)),
            _ => Err(node.wrong_type(DURATION)),
        }
    }

    fn encode(&self) -> Value {
        json!(self.to_string())
    }

    /// Flags take plain Go durations, variables extended ones.
    fn from_text(text: &str, form: TextForm) -> Result<Self, ValueError> {
        Ok(match form {
            TextForm::Flag => parse_go_duration(text)?,
            TextForm::Variable => parse_duration_k6(text)?,
        })
    }
}

impl OptionValue for Segment {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const EXPECTED: &str = "a segment such as \"1/4:1/2\" or \"20%\"";
        node.string(EXPECTED)?
            .parse()
            .map_err(|error| node.wrong_value(EXPECTED, ValueError::Segment(error)))
    }

    fn encode(&self) -> Value {
        json!(self.to_string())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        Ok(text.parse()?)
    }
}

impl OptionValue for Sequence {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const EXPECTED: &str = "a sequence of cut points such as \"0,1/4,1/2,1\"";
        node.string(EXPECTED)?
            .parse()
            .map_err(|error| node.wrong_value(EXPECTED, ValueError::Segment(error)))
    }

    fn encode(&self) -> Value {
        json!(self.to_string())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        Ok(text.parse()?)
    }
}

/// Options whose shape is not ours: kept as they are.
impl OptionValue for Map<String, Value> {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        node.value().as_object().cloned().ok_or_else(|| node.wrong_type("an object"))
    }

    fn encode(&self) -> Value {
        Value::Object(self.clone())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        from_json_text(text)
    }
}

/// Tags.
impl OptionValue for BTreeMap<String, String> {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        let tags = decode_map(node, "tags", |item| Ok(item.string("a string")?.to_owned()))?;
        if tags.contains_key("") {
            let reason = ValueError::TagWithoutName { tag: String::new() };
            return Err(node.wrong_value("tags with names", reason));
        }
        Ok(tags)
    }

    fn encode(&self) -> Value {
        encode_map(self, |value| json!(value))
    }

    /// Flags: one `name=value`, where the value may hold more `=`. Variables: `name:value,...`,
    /// `name=value,...` or JSON.
    fn from_text(text: &str, form: TextForm) -> Result<Self, ValueError> {
        if form == TextForm::Flag {
            let (name, value) = parse_tag(text)?;
            return Ok(Self::from([(name, value)]));
        }
        pairs_from_text(text, |value| Ok(value.to_owned()))
    }

    fn join(&mut self, more: Self) {
        self.extend(more);
    }
}

/// Reads the tag of one `--tag name=value`. Neither part may be empty.
pub fn parse_tag(text: &str) -> Result<(String, String), ValueError> {
    let tag = || text.to_owned();
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if name.is_empty() {
        return Err(ValueError::TagWithoutName { tag: tag() });
    }
    if value.is_empty() {
        return Err(ValueError::TagWithoutValue { tag: tag() });
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads an object of which all values are alike.
pub(crate) fn decode_map<T>(
    node: &Node<'_>,
    what: &str,
    decode: impl Fn(&Node<'_>) -> Result<T, OptionsError>,
) -> Result<BTreeMap<String, T>, OptionsError> {
    let members = node.members(&format!("an object of {what}"))?;
    members.iter().map(|(name, item)| Ok(((*name).to_owned(), decode(item)?))).collect()
}

/// Prints an object of which all values are alike.
pub(crate) fn encode_map<T>(map: &BTreeMap<String, T>, encode: impl Fn(&T) -> Value) -> Value {
    Value::Object(map.iter().map(|(name, item)| (name.clone(), encode(item))).collect())
}

/// Reads `name:value,name:value` (or with `=`), or an object of strings in JSON. Where there is a
/// `=`, that separates, so that names and values may have colons.
pub(crate) fn pairs_from_text<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, ValueError>,
) -> Result<BTreeMap<String, T>, ValueError> {
    if text.trim_start().starts_with('{') {
        let strings: BTreeMap<String, String> = from_json_text(text)?;
        return strings.into_iter().map(|(name, value)| Ok((name, parse(&value)?))).collect();
    }
    let items = text.split(',').filter(|item| !item.trim().is_empty());
    items
        .map(|item| match item.split_once('=').or_else(|| item.split_once(':')) {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), parse(value)?)),
            _ => Err(ValueError::MapItem { item: item.to_owned() }),
        })
        .collect()
}

/// Reads an option that can only be written as JSON.
pub(crate) fn from_json_text<T: OptionValue>(text: &str) -> Result<T, ValueError> {
    let context = Context::new(text);
    let decode = || T::decode(&Node::root(&context, &context.parse()?));
    decode().map_err(ValueError::Json)
}
