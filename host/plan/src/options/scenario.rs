//! A scenario as written: what all executors have in common, and the options of its executor.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::{OptionValue, decode_map, encode_map, from_json_text};
use crate::duration::SignedDuration;
use crate::executor::ExecutorOptions;

/// One scenario: an executor and its options, in the way the user wrote them.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioOptions {
    /// How iterations are started, and the options of that.
    pub executor: ExecutorOptions,
    /// When it starts, counted from the start of the test; at once unless set.
    pub start_time: Option<SignedDuration>,
    /// How long iterations may still run when the time is over; 30 seconds unless set.
    pub graceful_stop: Option<SignedDuration>,
    /// Environment of its VUs, over that of the test.
    pub env: Option<BTreeMap<String, String>>,
    /// The function that is an iteration; `default` unless set.
    pub exec: Option<String>,
    /// Tags of all its samples.
    pub tags: Option<BTreeMap<String, String>>,
    /// Options that belong to others (`browser`), kept as they are.
    pub options: Option<Map<String, Value>>,
}

impl ScenarioOptions {
    /// A scenario that sets nothing but its executor.
    pub fn new(executor: ExecutorOptions) -> Self {
        Self {
            executor,
            start_time: None,
            graceful_stop: None,
            env: None,
            exec: None,
            tags: None,
            options: None,
        }
    }

    fn decode(name: &str, node: &Node<'_>) -> Result<Self, OptionsError> {
        let known = || format!("one of the executors {}", ExecutorOptions::NAMES.join(", "));
        let missing =
            || node.wrong_value(&known(), ValueError::NoExecutor { scenario: name.to_owned() });
        if node.is_null() {
            return Err(missing());
        }
        let mut fields = Fields::of(node, "a scenario: an object with an executor")?;
        let executor = fields.node("executor").ok_or_else(missing)?;
        let executor_name = executor.string(&known())?;
        let mut kind = ExecutorOptions::named(executor_name).ok_or_else(|| {
            let reason = ValueError::UnknownExecutor { found: executor_name.to_owned() };
            executor.wrong_value(&known(), reason)
        })?;
        let start_time = fields.take("startTime")?;
        let graceful_stop = fields.take("gracefulStop")?;
        let string = |item: &Node<'_>| Ok(item.string("a string")?.to_owned());
        let env = fields.node("env").map(|env| decode_map(env, "strings", string)).transpose()?;
        let exec = fields.take("exec")?;
        let tags = fields.take("tags")?;
        let options = fields.node("options").map(decode_foreign).transpose()?;
        kind.decode_fields(&mut fields)?;
        fields.refuse_unknown()?;
        Ok(Self { executor: kind, start_time, graceful_stop, env, exec, tags, options })
    }

    /// As k6 prints it: every key, null where nothing is set.
    pub fn to_json(&self) -> Value {
        let text = |duration: Option<SignedDuration>| duration.map(|duration| duration.to_string());
        let mut object = Map::new();
        let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
        set("executor", json!(self.executor.name()));
        set("startTime", json!(text(self.start_time)));
        set("gracefulStop", json!(text(self.graceful_stop)));
        set("env", json!(self.env));
        set("exec", json!(self.exec));
        set("tags", json!(self.tags));
        if let Some(options) = &self.options {
            set("options", Value::Object(options.clone()));
        }
        object.extend(self.executor.encode_fields());
        Value::Object(object)
    }
}

/// `options` of a scenario: only what is known by name, whatever is in it.
fn decode_foreign(node: &Node<'_>) -> Result<Map<String, Value>, OptionsError> {
    let mut fields = Fields::of(node, "an object")?;
    let browser = fields.node("browser").map(|browser| browser.value().clone());
    fields.refuse_unknown()?;
    Ok(browser.map(|browser| ("browser".to_owned(), browser)).into_iter().collect())
}

/// The option `scenarios`: by name, in the order of the names.
pub type Scenarios = BTreeMap<String, ScenarioOptions>;

impl OptionValue for Scenarios {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        let scenarios = node.members("an object of scenarios by name")?;
        scenarios
            .iter()
            .map(|(name, item)| Ok(((*name).to_owned(), ScenarioOptions::decode(name, item)?)))
            .collect()
    }

    fn encode(&self) -> Value {
        encode_map(self, ScenarioOptions::to_json)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        from_json_text(text)
    }
}
