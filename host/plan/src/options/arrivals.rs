//! How arrivals are spaced, and what becomes of late ones. Not options of k6.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::Node;
use super::value::OptionValue;

/// What becomes of an arrival that finds no free VU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Late {
    /// It is dropped and counted, as in k6.
    #[default]
    Drop,
    /// It starts as soon as a VU is free; its wait is in start lag and response time.
    Queue,
}

/// When, within the plan's rate, single arrivals are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArrivalProcess {
    /// Evenly spaced, as in k6.
    #[default]
    Uniform,
    /// A Poisson process, given the number of arrivals.
    Poisson,
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "drop",
            Self::Queue => "queue",
        })
    }
}

impl FromStr for Late {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Drop, Self::Queue]
            .into_iter()
            .find(|late| late.to_string() == text)
            .ok_or_else(|| ValueError::Late { found: text.to_owned() })
    }
}

impl fmt::Display for ArrivalProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uniform => "uniform",
            Self::Poisson => "poisson",
        })
    }
}

impl FromStr for ArrivalProcess {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Uniform, Self::Poisson]
            .into_iter()
            .find(|process| process.to_string() == text)
            .ok_or_else(|| ValueError::ArrivalProcess { found: text.to_owned() })
    }
}

/// An option that is one of some words.
macro_rules! word {
    ($type:ty, $expected:literal) => {
        impl OptionValue for $type {
            fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
                let text = node.string($expected)?;
                text.parse().map_err(|error: ValueError| node.wrong_value($expected, error))
            }

            fn encode(&self) -> Value {
                json!(self.to_string())
            }

            fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
                text.parse()
            }
        }
    };
}
word!(Late, "\"drop\" or \"queue\"");
word!(ArrivalProcess, "\"uniform\" or \"poisson\"");
