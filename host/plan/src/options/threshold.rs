//! Thresholds as written. What an expression means is not decided here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::{DURATION, OptionValue, decode_map, encode_map, from_json_text};
use crate::duration::{SignedDuration, format_duration};

/// One threshold of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThresholdSpec {
    /// The expression, such as `p(95)<200`.
    pub source: String,
    /// Whether to end the test when it fails.
    pub abort_on_fail: bool,
    /// How long after the start of the test it may first end it.
    pub delay_abort_eval: Option<Duration>,
}

impl ThresholdSpec {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        if let Value::String(source) = node.value() {
            return Ok(Self { source: source.clone(), ..Self::default() });
        }
        let mut fields =
            Fields::of(node, "an expression such as \"p(95)<200\", or {\"threshold\": ...}")?;
        let source = fields.take::<String>("threshold")?.unwrap_or_default();
        let abort_on_fail = fields.take("abortOnFail")?.unwrap_or_default();
        let delay = match fields.node("delayAbortEval") {
            None => None,
            Some(delay) => Some(
                SignedDuration::decode(delay)?
                    .to_duration()
                    .ok_or_else(|| delay.wrong_type(DURATION))?,
            ),
        };
        fields.note_unknown();
        Ok(Self { source, abort_on_fail, delay_abort_eval: delay })
    }

    fn encode(&self) -> Value {
        if !self.abort_on_fail && self.delay_abort_eval.is_none() {
            return json!(self.source);
        }
        let delay = self.delay_abort_eval.map(format_duration);
        json!({
            "threshold": self.source,
            "abortOnFail": self.abort_on_fail,
            "delayAbortEval": delay,
        })
    }
}

/// By metric, or by metric and tags (`http_req_duration{status:200}`).
pub type Thresholds = BTreeMap<String, Vec<ThresholdSpec>>;

impl OptionValue for Thresholds {
    /// A list for each metric.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        decode_map(node, "thresholds by metric", |of_metric| match of_metric.value() {
            Value::Null => Ok(Vec::new()),
            _ => {
                of_metric.items("a list of thresholds")?.iter().map(ThresholdSpec::decode).collect()
            }
        })
    }

    fn encode(&self) -> Value {
        encode_map(self, |of_metric| of_metric.iter().map(ThresholdSpec::encode).collect())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        from_json_text(text)
    }
}
