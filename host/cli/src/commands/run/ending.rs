//! From how a test ended to the exit code, and to what is said about it. Pure.
//!
//! Several things can be wrong at once; the first of this list decides, as in k6: how the test
//! itself ended (setup, abort, signal), teardown, a mark by the script, thresholds; and last what
//! k6 does not have, figures that `--strict` does not accept.

use squall_engine::{Ended, Teardown};

use crate::exit_code::ExitCode;

/// What of an outcome counts for the exit code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending<'a> {
    pub(super) ended: &'a Ended,
    pub(super) teardown: &'a Teardown,
    pub(super) marked_as_failed: Option<&'a str>,
    /// Metrics with a threshold that does not hold at the end.
    pub(super) failed_thresholds: &'a [String],
    /// With `--strict`: why the verdict is `invalid`; empty when it is not.
    pub(super) invalid_because: &'a [String],
}

impl Ending<'_> {
    /// The exit code.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self.ended {
            Ended::Stopped => return ExitCode::ExternalAbort,
            Ended::ScriptAborted { .. } => return ExitCode::ScriptAborted,
            Ended::SetupFailed { .. } => return ExitCode::ScriptException,
            Ended::SetupTimedOut => return ExitCode::SetupTimeout,
            Ended::Completed | Ended::ThresholdAborted => {}
        }
        match self.teardown {
            Teardown::Failed { .. } => return ExitCode::ScriptException,
            Teardown::TimedOut => return ExitCode::TeardownTimeout,
            Teardown::Fine => {}
        }
        if self.marked_as_failed.is_some() {
            return ExitCode::MarkedAsFailed;
        }
        if *self.ended == Ended::ThresholdAborted || !self.failed_thresholds.is_empty() {
            return ExitCode::ThresholdsFailed;
        }
        if !self.invalid_because.is_empty() {
            return ExitCode::GeneratorInvalid;
        }
        ExitCode::Success
    }

    /// All that went wrong, one line each.
    pub(super) fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        match self.ended {
            Ended::Completed => {}
            Ended::Stopped => messages.push("the test was stopped by a signal".to_owned()),
            Ended::ScriptAborted { reason } => messages.push(format!("test aborted: {reason}")),
            Ended::SetupFailed { reason } => messages.push(format!("setup() failed: {reason}")),
            Ended::SetupTimedOut => messages.push(
                "setup() took longer than `setupTimeout`; no scenario was started".to_owned(),
            ),
            Ended::ThresholdAborted => messages.push(format!(
                "thresholds on metrics '{}' were crossed; at least one has abortOnFail enabled, \
                 stopping test prematurely",
                self.failed_thresholds.join(", ")
            )),
        }
        match self.teardown {
            Teardown::Fine => {}
            Teardown::Failed { reason } => messages.push(format!("teardown() failed: {reason}")),
            Teardown::TimedOut => {
                messages.push("teardown() took longer than `teardownTimeout`".to_owned());
            }
        }
        if let Some(reason) = self.marked_as_failed {
            messages.push(format!("the script marked the test as failed: {reason}"));
        }
        if *self.ended != Ended::ThresholdAborted && !self.failed_thresholds.is_empty() {
            let metrics = self.failed_thresholds.join(", ");
            messages.push(format!("thresholds on metrics '{metrics}' have been crossed"));
        }
        if !self.invalid_because.is_empty() {
            let reasons = self.invalid_because.join("; ");
            messages.push(format!("the figures are invalid, which --strict refuses: {reasons}"));
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Ending<'_> = Ending {
        ended: &Ended::Completed,
        teardown: &Teardown::Fine,
        marked_as_failed: None,
        failed_thresholds: &[],
        invalid_because: &[],
    };

    fn reason() -> String {
        "no".to_owned()
    }

    #[test]
    fn each_ending_has_its_code() {
        assert_eq!(FINE.exit_code(), ExitCode::Success);
        assert!(FINE.messages().is_empty());
        for (ended, code) in [
            (Ended::Stopped, ExitCode::ExternalAbort),
            (Ended::ScriptAborted { reason: reason() }, ExitCode::ScriptAborted),
            (Ended::SetupFailed { reason: reason() }, ExitCode::ScriptException),
            (Ended::SetupTimedOut, ExitCode::SetupTimeout),
            (Ended::ThresholdAborted, ExitCode::ThresholdsFailed),
        ] {
            let ending = Ending { ended: &ended, ..FINE };
            assert_eq!(ending.exit_code(), code);
            assert_eq!(ending.messages().len(), 1);
        }
        for (teardown, code) in [
            (Teardown::Failed { reason: reason() }, ExitCode::ScriptException),
            (Teardown::TimedOut, ExitCode::TeardownTimeout),
        ] {
            let ending = Ending { teardown: &teardown, ..FINE };
            assert_eq!(ending.exit_code(), code);
            assert_eq!(ending.messages().len(), 1);
        }
    }

    #[test]
    fn the_earlier_trouble_decides_and_all_of_it_is_told() {
        let failed = ["http_req_failed".to_owned()];
        let teardown = Teardown::Failed { reason: reason() };
        let mut ending = Ending {
            ended: &Ended::Stopped,
            teardown: &teardown,
            marked_as_failed: Some("bad"),
            failed_thresholds: &failed,
            invalid_because: &failed,
        };
        assert_eq!(ending.exit_code(), ExitCode::ExternalAbort);
        assert_eq!(ending.messages().len(), 5);
        // A threshold that stops the test is no error of its own in k6: teardown's comes first.
        ending.ended = &Ended::ThresholdAborted;
        assert_eq!(ending.exit_code(), ExitCode::ScriptException);
        ending.teardown = &Teardown::Fine;
        assert_eq!(ending.exit_code(), ExitCode::MarkedAsFailed);
        ending.marked_as_failed = None;
        assert_eq!(ending.exit_code(), ExitCode::ThresholdsFailed);
        assert_eq!(ending.messages().len(), 2);
        assert!(ending.messages()[0].contains("http_req_failed"));
        ending.failed_thresholds = &[];
        assert_eq!(ending.exit_code(), ExitCode::ThresholdsFailed);
        ending.ended = &Ended::Completed;
        assert_eq!(ending.exit_code(), ExitCode::GeneratorInvalid);
        assert!(ending.messages()[0].contains("--strict"));
    }
}
