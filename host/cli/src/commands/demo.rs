//! `squall demo`: a load test that needs nothing but squall.
//!
//! A little shop is started on a free port of this machine, and a script that comes with squall is
//! run against it, by the code that runs anybody's script. Only what is said before and after is
//! the demo's own.
//!
//! - `shop`: the server

mod shop;

use std::path::{Path, PathBuf};

use self::shop::Shop;
use super::definition::Input;
use super::run;
use crate::args::demo::DemoArgs;
use crate::args::run::{LoadArgs, RunArgs, ScriptArgs};
use crate::diagnostics::{CommandResult, Failure, style};
use crate::env_vars::Environment;
use crate::exit_code::ExitCode;
use crate::logging::Format;
use crate::settings::GlobalSettings;
use crate::stdio;

const SCRIPT: &str = include_str!("demo/demo.js");
/// What the script is called where its name is shown.
const NAME: &str = "demo.js";

pub(crate) fn execute(
    args: &DemoArgs,
    global: &GlobalSettings,
    environment: &Environment,
) -> CommandResult {
    if args.print {
        super::print(SCRIPT)?;
        return Ok(ExitCode::Success);
    }
    let shop = Shop::open().map_err(|error| {
        Failure::new(ExitCode::Unclassified, error)
            .context("the demo's server cannot listen on 127.0.0.1")
            .hint("something on this machine forbids it; run a script of your own: `squall new`")
    })?;
    let is_talking = !global.quiet && global.log.format != Format::Json;
    if is_talking {
        stdio::eprint(&before(shop.url()));
    }
    let input = Input::Text { name: Path::new(NAME), text: SCRIPT };
    let result = run::execute_input(input, &run_args(args, shop.url()), global, environment);
    if is_talking && result.is_ok() {
        stdio::eprint(&after());
    }
    result
}

/// The flags that somebody would type for `squall run`.
fn run_args(args: &DemoArgs, url: &str) -> RunArgs {
    RunArgs {
        script: PathBuf::from(NAME),
        load: LoadArgs {
            vus: args.vus.clone(),
            duration: args.duration.clone(),
            ..LoadArgs::default()
        },
        guest: ScriptArgs { env: vec![format!("SHOP_URL={url}")], ..ScriptArgs::default() },
        ..RunArgs::default()
    }
}

fn before(url: &str) -> String {
    let value = style::HINT;
    format!(
        "A little shop listens on {value}{url}{value:#}, inside of this program. Virtual users \
         (VUs) log in,\nlook around and buy, as the script {value}{NAME}{value:#} says; \
         {value}squall demo --print{value:#} shows it.\n\n"
    )
}

fn after() -> String {
    let value = style::HINT;
    let next = [
        ("squall new script.js", "write a script of your own"),
        ("squall run script.js", "run it"),
        ("squall demo --print > shop.js", "or begin with the script of this demo"),
    ];
    let lines = next.map(|(command, what)| format!("  {value}{command:<32}{value:#}{what}\n"));
    format!("\nNext:\n{}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_s_options_hold_unless_flags_say_otherwise() {
        let none = DemoArgs { vus: None, duration: None, print: false };
        let args = run_args(&none, "http://127.0.0.1:1");
        assert_eq!((args.load.vus, args.load.duration), (None, None));
        assert_eq!(args.guest.env, ["SHOP_URL=http://127.0.0.1:1"]);
        let some = DemoArgs { vus: Some("3".into()), duration: Some("1s".into()), print: false };
        let args = run_args(&some, "http://127.0.0.1:1");
        assert_eq!(args.load.vus.as_deref(), Some("3"));
        assert_eq!(args.load.duration.as_deref(), Some("1s"));
    }

    #[test]
    fn the_script_reads_the_variable_that_it_is_given() {
        assert!(SCRIPT.contains("__ENV.SHOP_URL"));
    }
}
