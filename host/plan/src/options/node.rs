//! A JSON value that knows its place, so that an error can name and show it.
//!
//! Places are found only when an error needs one: the text is then read again, along the path.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::error::{OptionsError, ValueError, What};

/// Longest text of a found value that is shown.
const FOUND_CHARS_MAX: usize = 60;

/// What all nodes of one text share.
pub(crate) struct Context<'a> {
    text: &'a str,
    unknown_keys: RefCell<Vec<String>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, unknown_keys: RefCell::new(Vec::new()) }
    }

    /// Paths of the keys that mean nothing, in the order of the text.
    pub(crate) fn into_unknown_keys(self) -> Vec<String> {
        self.unknown_keys.into_inner()
    }

    /// The JSON value that the text is.
    pub(crate) fn parse(&self) -> Result<Value, OptionsError> {
        serde_json::from_str(self.text).map_err(|error| {
            let line_start = match error.line() {
                0 | 1 => 0,
                line => {
                    let newlines = self.text.match_indices('\n');
                    newlines.map(|(at, _)| at + 1).nth(line - 2).unwrap_or(0)
                }
            };
            let mut offset = (line_start + error.column().saturating_sub(1)).min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            let message = error.to_string();
            let found = match message.rsplit_once(" at line ") {
                Some((found, _)) => found.to_owned(),
                None => message,
            };
            let what = What { found, expected: "JSON".to_owned(), reason: None };
            OptionsError::at(self.text, offset, String::new(), what)
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// A value at its place.
pub(crate) struct Node<'a> {
    context: &'a Context<'a>,
    value: &'a Value,
    path: Vec<Step>,
}

impl<'a> Node<'a> {
    pub(crate) fn root(context: &'a Context<'a>, value: &'a Value) -> Self {
        Self { context, value, path: Vec::new() }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// Whether nothing is set here.
    pub(crate) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    fn child(&self, step: Step, value: &'a Value) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { context: self.context, value, path }
    }

    /// The members of an object.
    pub(crate) fn members(&self, expected: &str) -> Result<Vec<(&'a str, Self)>, OptionsError> {
        let object: &'a Map<String, Value> =
            self.value.as_object().ok_or_else(|| self.wrong_type(expected))?;
        let member = |(key, value): (&'a String, &'a Value)| {
            (key.as_str(), self.child(Step::Key(key.clone()), value))
        };
        Ok(object.iter().map(member).collect())
    }

    /// The items of an array.
    pub(crate) fn items(&self, expected: &str) -> Result<Vec<Self>, OptionsError> {
        let array = self.value.as_array().ok_or_else(|| self.wrong_type(expected))?;
        let item = |(index, value)| self.child(Step::Index(index), value);
        Ok(array.iter().enumerate().map(item).collect())
    }

    pub(crate) fn string(&self, expected: &str) -> Result<&'a str, OptionsError> {
        self.value.as_str().ok_or_else(|| self.wrong_type(expected))
    }

    /// Notes that this key means nothing.
    pub(crate) fn note_unknown(&self) {
        self.context.unknown_keys.borrow_mut().push(path_text(&self.path));
    }

    /// The value is of another type.
    pub(crate) fn wrong_type(&self, expected: &str) -> OptionsError {
        self.error(expected, None)
    }

    /// The value is of the right type, but wrong.
    pub(crate) fn wrong_value(
        &self,
        expected: &str,
        reason: impl Into<ValueError>,
    ) -> OptionsError {
        self.error(expected, Some(reason.into()))
    }

    fn error(&self, expected: &str, reason: Option<ValueError>) -> OptionsError {
        let text = self.context.text;
        let offset = locate(text, &self.path).unwrap_or(0);
        let what = What { found: found(self.value), expected: expected.to_owned(), reason };
        OptionsError::at(text, offset, path_text(&self.path), what)
    }
}

/// The members of an object in which unknown keys matter.
pub(crate) struct Fields<'a> {
    members: Vec<(&'a str, Node<'a>)>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(node: &Node<'a>, expected: &str) -> Result<Self, OptionsError> {
        Ok(Self { members: node.members(expected)?, known: Vec::new() })
    }

    /// The member of that name, written in whatever case; the last one if there are several.
    pub(crate) fn node(&mut self, key: &'static str) -> Option<&Node<'a>> {
        self.known.push(key);
        let member = self.members.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(key));
        member.map(|(_, node)| node).filter(|node| !node.is_null())
    }

    pub(crate) fn take<T: super::OptionValue>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<T>, OptionsError> {
        self.node(key).map(T::decode).transpose()
    }

    /// Members that nobody asked for.
    fn unknown(&self) -> impl Iterator<Item = &(&'a str, Node<'a>)> {
        self.members
            .iter()
            .filter(|(name, _)| !self.known.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// Refuses members that nobody asked for.
    pub(crate) fn refuse_unknown(&self) -> Result<(), OptionsError> {
        match self.unknown().next() {
            None => Ok(()),
            Some((name, node)) => {
                let expected = format!("only the keys {}", self.known.join(", "));
                let reason = ValueError::UnknownField { field: (*name).to_owned() };
                Err(node.wrong_value(&expected, reason))
            }
        }
    }

    /// Notes members that nobody asked for.
    pub(crate) fn note_unknown(&self) {
        self.unknown().for_each(|(_, node)| node.note_unknown());
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) if value.chars().count() > FOUND_CHARS_MAX => {
            format!("{:?}...", value.chars().take(FOUND_CHARS_MAX).collect::<String>())
        }
        Value::String(value) => format!("{value:?}"),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn path_text(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        let part = match step {
            Step::Index(index) => format!("[{index}]"),
            Step::Key(key) => {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
                match key.as_str() {
                    "" => "[\"\"]".to_owned(),
                    key if !key.bytes().all(plain) => format!("[{key:?}]"),
                    key if text.is_empty() => key.to_owned(),
                    key => format!(".{key}"),
                }
            }
        };
        text.push_str(&part);
    }
    text
}

/// Byte offset of the value at `path` in `text`, which is known to be JSON.
fn locate(text: &str, path: &[Step]) -> Option<usize> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_space();
    for step in path {
        match step {
            Step::Key(key) => scanner.enter_key(key)?,
            Step::Index(index) => scanner.enter_index(*index)?,
        }
    }
    Some(scanner.at)
}

/// Walks over text that is known to be JSON.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Over one punctuation mark and the space around it.
    fn skip_mark(&mut self) {
        self.skip_space();
        self.at += 1;
        self.skip_space();
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                return;
            }
        }
    }

    fn enter_index(&mut self, index: usize) -> Option<()> {
        self.skip_mark();
        for _ in 0..index {
            self.skip_value();
            self.skip_mark();
        }
        self.byte().map(|_| ())
    }

    /// To the value of `key`; of several, the last one, as that is the one that counts.
    fn enter_key(&mut self, key: &str) -> Option<()> {
        let mut place = None;
        self.skip_mark();
        while self.byte()? == b'"' {
            let start = self.at;
            self.skip_string();
            let name: String = serde_json::from_str(&self.text[start..self.at]).ok()?;
            self.skip_mark();
            if name == key {
                place = Some(self.at);
            }
            self.skip_value();
            self.skip_space();
            if self.byte()? == b'}' {
                break;
            }
            self.skip_mark();
        }
        self.at = place?;
        Some(())
    }
}
