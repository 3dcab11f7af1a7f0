//! Flags of `squall version`.

use clap::Args;

/// Show the version of squall and of the contract that it speaks
#[derive(Args, Debug)]
pub(crate) struct VersionArgs {
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
