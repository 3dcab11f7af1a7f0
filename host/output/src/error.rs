//! What can go wrong with an output.
//!
//! Messages say where and what to do; the reason of the operating system is the source.

use std::io;
use std::path::PathBuf;

/// Why an output cannot be used, or was given up.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file cannot be made.
    #[error(
        "cannot create {path:?} for the {output} output; name a file in a folder that exists and \
         that you may write to"
    )]
    Create {
        /// Name of the output.
        output: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The sink took no more during the run.
    #[error(
        "the {output} output to {sink} failed; the run goes on without it and counts its samples \
         as dropped"
    )]
    Write {
        /// Name of the output.
        output: &'static str,
        /// Where it went.
        sink: String,
        /// The reason.
        source: io::Error,
    },
    /// The thread cannot be started.
    #[error(
        "cannot start a thread for the output {description}; a limit on threads may be reached"
    )]
    Thread {
        /// The output.
        description: String,
        /// The reason.
        source: io::Error,
    },
    /// The output's code broke.
    #[error("the output {description} panicked; its samples are counted as dropped")]
    Panicked {
        /// The output.
        description: String,
    },
}
