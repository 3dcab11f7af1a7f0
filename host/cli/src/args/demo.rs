//! Flags of `squall demo`.

use clap::Args;

/// Put load on a little shop that runs inside of squall, to see how it works
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// Number of virtual users [default: 10]
    #[arg(short = 'u', long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) vus: Option<String>,

    /// How long to run, with units: `90s`, `1m30s`, `500ms` [default: 10s]
    #[arg(short = 'd', long, value_name = "DURATION")]
    pub(crate) duration: Option<String>,

    /// Print the script of the demo instead of running it
    #[arg(long)]
    pub(crate) print: bool,
}

const EXAMPLES: &str = "\
Examples:
  Ten seconds, 10 VUs:
      squall demo
  A minute, 100 VUs:
      squall demo -u 100 -d 1m
  The script, to start from:
      squall demo --print > shop.js";
