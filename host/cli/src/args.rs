//! What can be typed: the flags that every command has, and the list of commands.
//!
//! These are types only. They hold the text as it was typed, except for plain numbers and
//! switches; nothing is merged, resolved or validated here (`options.rs` and `settings.rs` do
//! that). One file a command: `run`, `new`, `demo`, `inspect`, `version`,
//! `completions`.

pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod run;
pub(crate) mod version;

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Arg, Args as ClapArgs, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::env_vars::TABLE;
use crate::exit_code::ExitCode;

/// The colours of help and usage errors; the rest of the program colours in `diagnostics.rs`.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

/// Load generator whose virtual users (VUs) are WebAssembly components.
#[derive(Debug, Parser)]
#[command(
    name = "squall",
    version,
    styles = STYLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_long_help = "Every option has an environment variable, SQUALL_<NAME> or K6_<NAME>; \
        flags win over the environment, the environment wins over the script, and the script \
        wins over the config file."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a load test
    Run(Box<run::RunArgs>),
    /// Write a script to start from
    New(new::NewArgs),
    /// Put load on a little shop that runs inside of squall, to see how it works
    Demo(demo::DemoArgs),
    /// Show what a component is and which options it sets, as JSON
    Inspect(inspect::InspectArgs),
    /// Show the version of squall and of the contract that it speaks
    Version(version::VersionArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// Flags that every command takes.
#[derive(ClapArgs, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// JSON file with options, below the script's in rank [default: squall/config.json in the
    /// user's configuration folder, if it is there]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Where log lines go: `stderr`, `stdout`, `none` or `file=PATH`, with `,level=LEVEL` for
    /// the lowest level that is written [default: stderr]
    #[arg(long, global = true, value_name = "TARGET")]
    pub(crate) log_output: Option<String>,

    /// How log lines look: `text`, `json` (one object a line) or `raw` (the message alone)
    /// [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,

    /// Use no colours (`NO_COLOR` in the environment does the same)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,

    /// Show neither the start banner nor progress; warnings, errors and the summary stay
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Log at debug level, and say where each option's value comes from
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// The value name by which a flag says that it is a switch.
const SWITCH: &str = "BOOL";

/// The parser of the whole command line, with the table of exit codes below its help.
pub(crate) fn command() -> clap::Command {
    let command = Args::command();
    let closing = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    command
        .after_long_help(format!("{closing}\n\n{}", ExitCode::help()))
        .mut_args(with_variable)
        .mut_subcommands(|subcommand| subcommand.mut_args(|arg| with_variable(with_switch(arg))))
}

/// Names a flag's environment variables in its long help.
fn with_variable(arg: Arg) -> Arg {
    let variable = TABLE.iter().find(|row| row.flag.is_some() && row.flag == arg.get_long());
    let (Some(variable), Some(help)) = (variable, arg.get_help()) else { return arg };
    let long_help = format!("{help}\n\n[env: {}]", variable.names().join(", "));
    arg.long_help(long_help)
}

/// Makes a switch of a flag that is one: `--flag` means true, and `--flag=false` takes back what
/// the environment or the script says.
fn with_switch(arg: Arg) -> Arg {
    if arg.get_value_names().is_some_and(|names| names.iter().any(|name| name == SWITCH)) {
        arg.num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(crate::origin::parse_bool)
    } else {
        arg
    }
}

/// Reads a command line; the first word is the program's name.
pub(crate) fn parse<I>(words: I) -> Result<Args, clap::Error>
where
    I: IntoIterator,
    I::Item: Into<std::ffi::OsString> + Clone,
{
    let matches = command().try_get_matches_from(words)?;
    Args::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests;
