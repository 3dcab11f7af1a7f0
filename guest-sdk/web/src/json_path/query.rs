//! Queries in gjson paths: `#(age>45)#`.

use super::path::quote_end;
use super::walk::{Kind, matches, pattern, unquoted};

/// `#(path op value)`, or with a `#` at its end for all that match and not the first alone.
#[derive(Debug, PartialEq)]
pub(super) struct Query<'p> {
    pub(super) path: &'p str,
    op: &'p str,
    value: String,
    pub(super) is_for_all: bool,
}

const OPERATORS: [&str; 9] = ["!=", "!%", "<=", ">=", "==", "<", ">", "=", "%"];

impl<'p> Query<'p> {
    /// The query at the start of a path, and what follows it.
    pub(super) fn parse(path: &'p str) -> Option<(Self, &'p str)> {
        if !path.starts_with("#(") && !path.starts_with("#[") {
            return None;
        }
        let bytes = path.as_bytes();
        let (mut depth, mut operator) = (1, None);
        let mut at = 2;
        while at < bytes.len() {
            match bytes[at] {
                b'!' | b'=' | b'<' | b'>' | b'%' if depth == 1 && operator.is_none() => {
                    operator = Some(at);
                }
                b'\\' => at += 1,
                b'"' => at = quote_end(bytes, at),
                b'[' | b'(' => depth += 1,
                b']' | b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            at += 1;
        }
        if depth != 0 || at >= bytes.len() {
            return None;
        }
        let rest = &path[at + 1..];
        let is_for_all = rest.starts_with('#');
        let rest = rest.strip_prefix('#').unwrap_or(rest);
        let query_path = path[2..operator.unwrap_or(at)].trim();
        let (op, value) = operator.map_or(("", ""), |operator| split_operator(&path[operator..at]));
        let value = if value.len() > 1 && value.starts_with('"') && value.ends_with('"') {
            unquoted(value).into_owned()
        } else {
            value.to_owned()
        };
        Some((Self { path: query_path, op, value, is_for_all }, rest))
    }

    /// Whether a value (raw) is one that is looked for.
    pub(super) fn accepts(&self, found: Option<&str>) -> bool {
        if let Some(truth) = self.value.strip_prefix('~') {
            return self.accepts_truth(truth, found);
        }
        let Some(raw) = found else { return false };
        if self.op.is_empty() {
            return true;
        }
        match Kind::of(raw) {
            Kind::Text => self.accepts_text(&unquoted(raw)),
            Kind::Number => {
                let wanted: f64 = self.value.parse().unwrap_or_default();
                raw.parse().is_ok_and(|number: f64| self.accepts_order(number.partial_cmp(&wanted)))
            }
            Kind::True => self.accepts_bool(true),
            Kind::False => self.accepts_bool(false),
            Kind::Null | Kind::Object | Kind::Array => false,
        }
    }

    fn accepts_order(&self, order: Option<std::cmp::Ordering>) -> bool {
        let Some(order) = order else { return self.op == "!=" };
        match self.op {
            "=" | "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            _ => false,
        }
    }

    fn accepts_text(&self, text: &str) -> bool {
        match self.op {
            "%" => matches(&pattern(&self.value), text),
            "!%" => !matches(&pattern(&self.value), text),
            _ => self.accepts_order(Some(text.cmp(self.value.as_str()))),
        }
    }

    fn accepts_bool(&self, is_true: bool) -> bool {
        let wanted = match self.value.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        match (self.op, wanted) {
            (">=", _) if is_true => true,
            ("<=", _) if !is_true => true,
            ("!=", wanted) => wanted != Some(is_true),
            (">", Some(false)) => is_true,
            ("<", Some(true)) => !is_true,
            ("=" | "==", wanted) => wanted == Some(is_true),
            _ => false,
        }
    }

    /// `~true`, `~false`, `~null`, `~*`: by what a value would be in a condition.
    fn accepts_truth(&self, truth: &str, found: Option<&str>) -> bool {
        let kind = found.map(Kind::of);
        let is_true = match (kind, found) {
            (Some(Kind::True), _) => true,
            (Some(Kind::Text), Some(raw)) => {
                let text = unquoted(raw).to_lowercase();
                matches!(text.as_str(), "1" | "t" | "true")
            }
            (Some(Kind::Number), Some(raw)) => raw.parse().is_ok_and(|n: f64| n != 0.0),
            _ => false,
        };
        let is_so = match truth {
            "true" => is_true,
            "false" => {
                let is_container = kind.is_some_and(Kind::is_container);
                !is_true && !is_container
            }
            "null" => matches!(kind, None | Some(Kind::Null)),
            "*" => found.is_some(),
            _ => return false,
        };
        Self { path: self.path, op: self.op, value: "true".to_owned(), is_for_all: false }
            .accepts_bool(is_so)
    }
}

/// The operator at the start, and the value behind it.
fn split_operator(text: &str) -> (&str, &str) {
    let op = OPERATORS.into_iter().find(|op| text.starts_with(op)).unwrap_or_default();
    let (op, value) = text.split_at(op.len());
    (op, value.trim())
}
