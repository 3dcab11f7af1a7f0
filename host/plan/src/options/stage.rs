//! One stage of a ramp, as written: not yet known to be valid.

use serde_json::{Value, json};

use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::ListItem;
use crate::duration::{SignedDuration, parse_go_duration};

/// A straight ramp to `target` that takes `duration`. What it counts (VUs, or iterations per time
/// unit) depends on the executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stage {
    /// How long the ramp takes.
    pub duration: Option<SignedDuration>,
    /// What it ends at.
    pub target: Option<i64>,
}

impl ListItem for Stage {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        if node.is_null() {
            return Ok(Self::default());
        }
        let mut fields =
            Fields::of(node, "a stage such as {\"duration\": \"10s\", \"target\": 5}")?;
        let stage = Self { duration: fields.take("duration")?, target: fields.take("target")? };
        fields.note_unknown();
        Ok(stage)
    }

    fn encode(&self) -> Value {
        let duration = self.duration.map(|duration| duration.to_string());
        json!({ "duration": duration, "target": self.target })
    }

    /// `10s:5`; the target may be missing here, and is then found missing by validation.
    fn from_text(text: &str) -> Result<Self, ValueError> {
        let stage = || text.to_owned();
        let (duration, target) = match text.split_once(':') {
            None => (text, None),
            Some((duration, target)) => (duration, Some(target)),
        };
        if duration.is_empty() {
            return Err(ValueError::StageWithoutDuration { stage: stage() });
        }
        let duration = parse_go_duration(duration)
            .map_err(|error| ValueError::StageDuration { stage: stage(), error })?;
        let target = target.map(|target| {
            target
                .parse()
                .map_err(|_| ValueError::StageTarget { stage: stage(), target: target.to_owned() })
        });
        Ok(Self { duration: Some(duration), target: target.transpose()? })
    }
}
