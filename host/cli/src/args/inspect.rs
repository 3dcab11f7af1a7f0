//! Flags of `squall inspect`.

use std::path::PathBuf;

use clap::Args;

use super::SWITCH;
use super::run::ScriptArgs;

/// Show what a test is and which options it sets, as JSON
#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    /// A script (`.js`, `.ts`, `-` for standard input), a component (`.wasm`, `.wat`), or a core
    /// module built for wasm32-wasip1
    #[arg(value_name = "FILE")]
    pub(crate) script: PathBuf,

    /// Merge all option tiers and add `maxVUs` and `totalDuration` of the whole test
    #[arg(long)]
    pub(crate) execution_requirements: bool,

    #[command(flatten)]
    pub(crate) guest: ScriptArgs,

    /// Neither read nor write the cache of compiled code and modules
    #[arg(long, value_name = SWITCH, help_heading = "Engine")]
    pub(crate) no_cache: Option<bool>,

    /// Take modules from the cache or from squall itself, never from the network
    #[arg(long, value_name = SWITCH, help_heading = "Engine")]
    pub(crate) offline: Option<bool>,
}
