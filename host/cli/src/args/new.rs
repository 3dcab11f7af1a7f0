//! Flags of `squall new`.

use std::path::PathBuf;

use clap::Args;

/// Write a script to start from
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct NewArgs {
    /// Where to write it [default: script.js, or script.ts for the template `typescript`]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// What to begin with: `minimal`, `protocol`, `typescript`, or the path of a file of your own
    /// [default: minimal, or typescript if FILE ends in `.ts`]
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) template: Option<String>,

    /// Overwrite FILE if it is there
    #[arg(short, long)]
    pub(crate) force: bool,
}

const EXAMPLES: &str = "\
Examples:
  One request, one check, in script.js:
      squall new
  Stages, thresholds, setup and a custom metric:
      squall new --template protocol shop.js
  The same in TypeScript:
      squall new shop.ts
  From a template of your own, in which `{{ .ScriptName }}` stands for the file's name:
      squall new --template templates/login.js login.js";
