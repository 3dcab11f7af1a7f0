//! The sinks of single samples: opened before the test, closed after it, with an account of each.

use std::sync::Arc;

use crossbeam_channel::Sender;
use squall_engine::Outcome;
use squall_metrics::{Catalog, SampleBatch};
use squall_output::json::{self, JsonOutput};
use squall_output::{OutputError, OutputLine, QUEUE_BATCHES, Runner};

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::settings::Out;

/// The outputs of a run.
pub(super) struct Outputs {
    runners: Vec<Runner>,
}

impl Outputs {
    /// Opens all of them; one that cannot be opened ends the program before the test begins.
    pub(super) fn start(wanted: &[Out], catalog: &Catalog) -> Result<Self, Failure> {
        let start = |Out::Json(argument): &Out| {
            let output = JsonOutput::new(json::Config::parse(Some(argument)), catalog);
            Runner::start(Box::new(output), QUEUE_BATCHES, tell)
        };
        let runners = wanted.iter().map(start).collect::<Result<_, _>>();
        let runners = runners.map_err(|error| Failure::new(ExitCode::Unclassified, error))?;
        Ok(Self { runners })
    }

    /// What each says of itself.
    pub(super) fn descriptions(&self) -> Vec<String> {
        self.runners.iter().map(|runner| runner.description().to_owned()).collect()
    }

    /// Where the engine hands its samples.
    pub(super) fn sample_sinks(&self) -> Vec<Sender<Arc<SampleBatch>>> {
        self.runners.iter().map(|runner| runner.feed().sender()).collect()
    }

    /// Closes all of them and gives their accounts.
    pub(super) fn stop(self, outcome: &Outcome) -> Vec<OutputLine> {
        // The engine counts what found a queue full over all outputs. With one output that is its
        // account; with several it cannot be told apart, and is named with the first.
        if let Some(first) = self.runners.first() {
            first.feed().count_dropped(outcome.samples_dropped);
        }
        self.runners.into_iter().map(|runner| OutputLine::from(&runner.stop())).collect()
    }
}

/// Tells of a sink that failed while the test was running.
fn tell(error: &OutputError) {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    tracing::error!("{error}{}", cause.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use squall_metrics::Registry;

    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_an_error_before_the_test() {
        let catalog = Catalog::without_thresholds(Registry::new());
        let wanted = [Out::Json("/nowhere/at/all.json".to_owned())];
        let failure = Outputs::start(&wanted, &catalog).err().unwrap();
        assert_eq!(failure.exit(), ExitCode::Unclassified);
        assert!(failure.one_line().contains("/nowhere/at/all.json"));
    }

    #[test]
    fn a_file_is_described_and_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("samples.json");
        let catalog = Catalog::without_thresholds(Registry::new());
        let wanted = [Out::Json(path.display().to_string())];
        let outputs = Outputs::start(&wanted, &catalog).unwrap();
        assert_eq!(outputs.descriptions(), [format!("json ({})", path.display())]);
        assert_eq!(outputs.sample_sinks().len(), 1);
        drop(outputs);
        assert!(path.exists());
    }
}
