//! The program: from its arguments to its exit code, and nothing else.
//!
//! ```text
//! argv -> Args -> settings and options (tiers) -> command -> exit code
//! ```
//!
//! `args` holds what was typed; `settings` and `options` say what it means together with the config
//! file, the script and the environment; `commands` does the work; `diagnostics`, `logging` and
//! `progress` talk to people, through `stdio`. No input makes the program panic; should it do so
//! all the same, that is said and has an exit code of its own.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod allow_read;
mod args;
mod commands;
mod config_file;
mod diagnostics;
mod env_vars;
mod exit_code;
mod logging;
mod options;
mod origin;
mod progress;
#[cfg(test)]
mod reference;
mod secret_sources;
mod settings;
mod stdio;
mod units;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::args::{Args, Command};
use crate::commands::{completions, demo, inspect, new, run, version};
use crate::diagnostics::Failure;
use crate::env_vars::Environment;
use crate::exit_code::ExitCode;
use crate::logging::Format;
use crate::settings::GlobalSettings;

// Workers allocate on the hot path in what we do not own (HTTP, TLS), each on a thread of its own,
// and free mostly where they allocate: that is the case for which mimalloc's heap a thread, without
// locks, is made. The system's allocator shares arenas between threads and tends to fragment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // The panic's own message is printed by the standard hook before we get here.
    let code = catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| {
        stdio::eprint("error: squall panicked; this is a bug, please report the lines above\n");
        ExitCode::Panic
    });
    code.into()
}

fn program() -> ExitCode {
    let environment = Environment::of_process();
    stdio::set_no_color(environment.no_color());
    let args = match args::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    stdio::set_no_color(args.global.no_color);
    match execute(args, &environment) {
        Ok(code) => code,
        Err(stopped) => {
            stdio::eprint(&match stopped.format {
                Format::Json => logging::error_record(&stopped.failure),
                Format::Text | Format::Raw => diagnostics::render(&stopped.failure),
            });
            stopped.failure.exit()
        }
    }
}

/// Help and version are results; anything else that the parser refuses is a wrong command line.
fn usage(error: &clap::Error) -> ExitCode {
    // A reader that is gone does not want the text.
    let _ = error.print();
    if error.use_stderr() { ExitCode::Unclassified } else { ExitCode::Success }
}

/// A failure, and the format in which to tell it.
struct Stopped {
    failure: Failure,
    format: Format,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { failure, format: Format::default() }
    }
}

fn execute(args: Args, environment: &Environment) -> Result<ExitCode, Stopped> {
    let global = GlobalSettings::new(&args.global, environment)?;
    let format = global.log.format;
    let result = match args.command {
        Command::Version(args) => version::execute(&args),
        Command::Completions(args) => completions::execute(&args),
        Command::Inspect(args) => inspect::execute(&args, &global, environment),
        Command::New(args) => new::execute(&args),
        Command::Demo(args) => demo::execute(&args, &global, environment),
        Command::Run(args) => run::execute(&args, &global, environment),
    };
    result.map_err(|failure| Stopped { failure, format })
}
