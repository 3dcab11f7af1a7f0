//! How the end of a function becomes text for the host: return values, errors and panics.

use std::fmt::Display;
use std::panic::PanicHookInfo;

/// What a scenario or `#[teardown]` may return: nothing, or a `Result` whose error can be printed.
///
/// Errors are printed with `{:#}`: [`crate::Error`] adds its place, other error types their causes.
#[diagnostic::on_unimplemented(
    message = "this function cannot return `{Self}`",
    label = "return nothing or `Result<()>`",
    note = "the error type of the `Result` must implement `Display`"
)]
pub trait Outcome {
    /// Success, or the message for the log.
    fn report(self) -> Result<(), String>;
}

impl Outcome for () {
    fn report(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Display> Outcome for Result<(), E> {
    fn report(self) -> Result<(), String> {
        self.map_err(|error| error_text(&error))
    }
}

/// The text of an error, with its place or its causes when it has any.
pub(crate) fn error_text(error: &dyn Display) -> String {
    format!("{error:#}")
}

/// `panicked: index out of bounds (at src/lib.rs:12:5)`.
#[cfg_attr(not(target_family = "wasm"), expect(dead_code, reason = "natively, panics unwind"))]
pub(crate) fn panic_text(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("a value that is no text");
    match info.location() {
        Some(place) => format!("panicked: {message} (at {place})"),
        None => format!("panicked: {message}"),
    }
}
