//! The end of the test: `#[handle_summary]` takes the summary data and says what is written where.
//!
//! ```no_run
//! use squall_sdk::prelude::*;
//!
//! #[handle_summary]
//! fn handle_summary(summary: &Summary) -> Report {
//!     Report::new().stdout("done\n").file("summary.json", summary.json())
//! }
//! # fn main() {}
//! ```

use std::fmt::Display;

use crate::report::error_text;

/// The data of the whole run, in the shape of k6's `handleSummary`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary(String);

impl Summary {
    /// For the attribute macro.
    #[doc(hidden)]
    #[must_use]
    pub fn new(json: String) -> Self {
        Self(json)
    }

    /// The data as JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0
    }

    /// The data in a type of one's own; `serde_json::Value` takes it as it is.
    #[cfg(feature = "json")]
    #[track_caller]
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> crate::Result<T> {
        Ok(serde_json::from_str(&self.0)?)
    }
}

/// Where (`stdout`, `stderr` or a path), and what.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// What to write where. An empty report writes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Files);

impl Report {
    /// A report that writes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes this to standard output.
    #[must_use]
    pub fn stdout(self, content: impl Into<Vec<u8>>) -> Self {
        self.file("stdout", content)
    }

    /// Writes this to standard error.
    #[must_use]
    pub fn stderr(self, content: impl Into<Vec<u8>>) -> Self {
        self.file("stderr", content)
    }

    /// Writes this to a file.
    #[must_use]
    pub fn file(mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.0.push((path.into(), content.into()));
        self
    }
}

/// What `#[handle_summary]` may return.
#[diagnostic::on_unimplemented(
    message = "this function cannot return `{Self}`",
    label = "return `Report` or `Result<Report>`"
)]
pub trait SummaryOutcome {
    /// The files, or why squall has to print its own summary.
    fn report(self) -> Result<Files, String>;
}

impl SummaryOutcome for Report {
    fn report(self) -> Result<Files, String> {
        Ok(self.0)
    }
}

impl<E: Display> SummaryOutcome for Result<Report, E> {
    fn report(self) -> Result<Files, String> {
        match self {
            Ok(report) => Ok(report.0),
            Err(error) => Err(error_text(&error)),
        }
    }
}
