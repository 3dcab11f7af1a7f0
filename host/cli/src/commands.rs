//! The commands: each does its work from settings that are already checked, and gives an exit code.
//!
//! A command sees its own arguments and the environment once, at its start, to resolve them; what
//! does the work below takes plain values. One file a command.

pub(crate) mod completions;
mod definition;
pub(crate) mod demo;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod run;
pub(crate) mod version;

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::stdio;

/// Writes a command's result to stdout.
fn print(text: &str) -> Result<(), Failure> {
    stdio::print(text).map_err(|error| {
        Failure::new(ExitCode::Unclassified, error).context("cannot write to stdout")
    })
}
