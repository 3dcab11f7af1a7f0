//! Every exit code of the program, with its meaning, in one place.
//!
//! The numbers are k6's wherever k6 has one for the case, so that scripts around a load test need
//! no change. Codes that squall never returns are listed too: their numbers stay taken. This file
//! only names codes; which outcome of a run leads to which code is decided in
//! `commands/run/ending.rs`.

/// How the program ends, as the shell sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum ExitCode {
    Success = 0,
    CloudTestRunFailed = 97,
    CloudProgressFailed = 98,
    ThresholdsFailed = 99,
    SetupTimeout = 100,
    TeardownTimeout = 101,
    GenericTimeout = 102,
    StoppedByApi = 103,
    InvalidConfig = 104,
    ExternalAbort = 105,
    CannotStartApi = 106,
    ScriptException = 107,
    ScriptAborted = 108,
    Panic = 109,
    MarkedAsFailed = 110,
    /// Not one of k6's, and far from where k6 puts new ones.
    GeneratorInvalid = 120,
    Unclassified = 255,
}

impl ExitCode {
    /// All codes, in the order of their numbers.
    pub(crate) const ALL: [Self; 17] = [
        Self::Success,
        Self::CloudTestRunFailed,
        Self::CloudProgressFailed,
        Self::ThresholdsFailed,
        Self::SetupTimeout,
        Self::TeardownTimeout,
        Self::GenericTimeout,
        Self::StoppedByApi,
        Self::InvalidConfig,
        Self::ExternalAbort,
        Self::CannotStartApi,
        Self::ScriptException,
        Self::ScriptAborted,
        Self::Panic,
        Self::MarkedAsFailed,
        Self::GeneratorInvalid,
        Self::Unclassified,
    ];

    /// The number that the process ends with.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// One line for people: when the program ends with this code.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "the run ended as planned and no threshold failed",
            Self::CloudTestRunFailed => {
                "taken by k6: a test in its cloud failed; never returned here"
            }
            Self::CloudProgressFailed => "taken by k6: its cloud was lost; never returned here",
            Self::ThresholdsFailed => "at least one threshold failed",
            Self::SetupTimeout => "setup() took longer than `setupTimeout`",
            Self::TeardownTimeout => "teardown() took longer than `teardownTimeout`",
            Self::GenericTimeout => "handleSummary() took longer than `handleSummaryTimeout`",
            Self::StoppedByApi => "the run was stopped through the control API",
            Self::InvalidConfig => "an option, a scenario or a threshold is not valid",
            Self::ExternalAbort => "the run was stopped by SIGINT or SIGTERM",
            Self::CannotStartApi => "the control API could not be started",
            Self::ScriptException => "the script failed in its options, setup() or teardown()",
            Self::ScriptAborted => "the script aborted the test",
            Self::Panic => "squall itself failed: this is a bug",
            Self::MarkedAsFailed => "the script marked the test as failed",
            Self::GeneratorInvalid => {
                "with `--strict`: the generator, not the target, shaped the figures"
            }
            Self::Unclassified => {
                "any other error, for example a wrong flag or a file that is not there"
            }
        }
    }

    /// The table as the text that ends `squall help` and the command-line reference.
    pub(crate) fn help() -> String {
        use std::fmt::Write as _;
        let mut text = String::from("Exit codes:\n");
        for code in Self::ALL {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "  {:>3}  {}", code.number(), code.meaning());
        }
        text.truncate(text.trim_end().len());
        text
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode;

    #[test]
    fn numbers_rise_and_no_code_is_missing() {
        let numbers: Vec<u8> = ExitCode::ALL.iter().map(|code| code.number()).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(numbers, sorted);
        assert_eq!(
            numbers,
            [0, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 120, 255]
        );
    }

    #[test]
    fn help_has_one_line_a_code() {
        let help = ExitCode::help();
        assert_eq!(help.lines().count(), ExitCode::ALL.len() + 1);
        assert!(help.contains("   99  at least one threshold failed"));
    }
}
