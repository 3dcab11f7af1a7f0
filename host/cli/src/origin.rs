//! Where a value was given, so that every message about it can say so.

use std::fmt;
use std::path::PathBuf;

use crate::diagnostics::Failure;
use crate::env_vars::Found;
use crate::exit_code::ExitCode;

/// The tier that a value comes from, and where in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    Default,
    ConfigFile(PathBuf),
    Script,
    /// The variable's name.
    Environment(String),
    /// The flag's long name, without dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("the default"),
            Self::ConfigFile(path) => write!(formatter, "the config file `{}`", path.display()),
            Self::Script => formatter.write_str("the script"),
            Self::Environment(name) => write!(formatter, "the environment variable `{name}`"),
            Self::Flag(name) => write!(formatter, "`--{name}`"),
        }
    }
}

/// A text as it was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Given {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

impl Given {
    pub(crate) fn flag(name: &'static str, text: &str) -> Self {
        Self { text: text.to_owned(), origin: Origin::Flag(name) }
    }

    pub(crate) fn variable(found: Found) -> Self {
        Self { text: found.value, origin: Origin::Environment(found.name) }
    }

    /// Reads the text; what is wrong with it becomes a [`ValueError`].
    pub(crate) fn parse<T, E: fmt::Display>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ValueError> {
        parse(&self.text).map_err(|reason| ValueError {
            text: self.text.clone(),
            origin: self.origin.clone(),
            reason: reason.to_string(),
        })
    }
}

/// A text that does not mean anything where it was given.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid value `{text}` for {origin}: {reason}")]
pub(crate) struct ValueError {
    text: String,
    origin: Origin,
    reason: String,
}

impl From<ValueError> for Failure {
    /// A wrong flag is a wrong command line, as in k6; anywhere else it is a wrong configuration.
    fn from(error: ValueError) -> Self {
        let exit = match error.origin {
            Origin::Flag(_) => ExitCode::Unclassified,
            _ => ExitCode::InvalidConfig,
        };
        Self::new(exit, error)
    }
}

/// Reads a switch as k6 and Go write it.
pub(crate) fn parse_bool(text: &str) -> Result<bool, &'static str> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("expected `true` or `false`"),
    }
}

/// Parts between commas, without white space round them; an empty text has none.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_told_with_its_place() {
        let error = Given::flag("no-setup", "many").parse(parse_bool).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid value `many` for `--no-setup`: expected `true` or `false`"
        );
        assert_eq!(Failure::from(error).exit(), ExitCode::Unclassified);
        let found = Found { name: "K6_NO_SETUP".into(), value: "maybe".into() };
        let error = Given::variable(found).parse(parse_bool).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid value `maybe` for the environment variable `K6_NO_SETUP`: expected `true` or \
             `false`"
        );
        assert_eq!(Failure::from(error).exit(), ExitCode::InvalidConfig);
    }

    #[test]
    fn lists_lose_blanks() {
        assert_eq!(split_list(" a, b ,,c"), ["a", "b", "c"]);
        assert!(split_list("").is_empty());
    }
}
