//! Where the numbers of a run go: outputs of single samples, and the end-of-test summary.
//!
//! | what | where | reads |
//! |---|---|---|
//! | single samples, as they are made | [`Output`], run by a [`Runner`]; [`json`] | `SampleBatch` |
//! | the end-of-test summary, as text and as JSON | [`summary`] | `Summary`, [`GeneratorReport`] |
//!
//! An output has a thread of its own and a bounded queue in front of it. Producers never wait for
//! it: a batch that does not fit is counted as dropped. Rendering a summary is pure: it returns the
//! text and leaves it to the caller where to put it.
//!
//! Invariants:
//! - `written + dropped = produced`, in samples, for every output, whatever happens to its sink.
//! - A sink that cannot be opened is an error before the run; a sink that fails during the run is
//!   reported once, everything after it is counted as dropped, and the run goes on.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

pub mod json;
pub mod summary;

mod error;
mod runner;

use squall_metrics::SampleBatch;

pub use error::OutputError;
pub use runner::{FLUSH_INTERVAL, Feed, QUEUE_BATCHES, Runner};
pub use summary::{Bound, GeneratorReport, Iterations, OutputLine, VerdictWord};

/// A sink of single samples.
///
/// All calls come from one thread and in this order: `start`, any number of `write` and `flush`,
/// `stop`. They may block, because nobody but the output's own thread waits for them.
pub trait Output: Send {
    /// What people are told about it before the run: `json (out.json)`.
    fn description(&self) -> String;

    /// Opens the sink. An error here ends the program before the run begins.
    fn start(&mut self) -> Result<(), OutputError>;

    /// Takes a batch. An error is returned once; from then on batches are counted as dropped.
    fn write(&mut self, batch: &SampleBatch) -> Result<(), OutputError>;

    /// Hands over what is buffered. Called at least every [`FLUSH_INTERVAL`].
    fn flush(&mut self) -> Result<(), OutputError>;

    /// Hands over the rest and closes the sink.
    fn stop(&mut self) -> Result<(), OutputError>;

    /// What became of the samples so far; complete after `stop`.
    fn counts(&self) -> Counts;
}

/// What became of the samples that an output was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Samples that the sink has taken.
    pub written: u64,
    /// Samples that were lost.
    pub dropped: u64,
    /// Bytes that the sink has taken, after compression.
    pub bytes: u64,
}

/// The account of one output at the end of a run.
#[derive(Debug)]
pub struct Report {
    /// What [`Output::description`] said.
    pub description: String,
    /// Written and dropped samples; with the ones that did not fit into the queue, these are all
    /// that were produced.
    pub counts: Counts,
    /// The first thing that went wrong.
    pub failure: Option<OutputError>,
}
