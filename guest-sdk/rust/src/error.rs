//! Errors of a scenario: a message and the place in the source where it was made.
//!
//! An `Err` from a scenario function is logged with that place and counted; the VU goes on with its
//! next iteration. Any `std::error::Error` becomes an [`Error`] by `?`, its causes joined into the
//! message. The type keeps text, not the original error: nothing in a guest can act on it any more.

use std::fmt;
use std::panic::Location;

/// What [`crate::prelude`] calls `Result`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an iteration, or `setup` or `teardown`, did not do its work.
///
/// `{}` prints the message, `{:#}` adds the place: `no order in the answer (at src/lib.rs:31:9)`.
pub struct Error(Box<Inner>);

struct Inner {
    message: String,
    place: &'static Location<'static>,
}

impl Error {
    /// An error that was made at the caller's line.
    #[track_caller]
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self::at(message.to_string(), Location::caller())
    }

    /// File, line and column where the error was made.
    pub fn place(&self) -> &'static Location<'static> {
        self.0.place
    }

    fn at(message: String, place: &'static Location<'static>) -> Self {
        Self(Box::new(Inner { message, place }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() { write!(f, " (at {})", self.0.place) } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

/// `?` keeps the line it stands on. `Error` itself is no `std::error::Error`, which makes room for
/// this.
impl<E: std::error::Error> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::at(chain(&error), Location::caller())
    }
}

/// The error and its causes, outermost first, joined by `: `.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Says what was being done when something failed.
///
/// ```
/// use squall_sdk::{Context, Result};
///
/// fn port(text: &str) -> Result<u16> {
///     text.parse().context("PORT")
/// }
/// assert_eq!(port("x").unwrap_err().to_string(), "PORT: invalid digit found in string");
/// ```
pub trait Context<T> {
    /// Puts `what` and a colon before the message.
    #[track_caller]
    fn context(self, what: impl fmt::Display) -> Result<T>;
}

impl<T, E: IntoError> Context<T> for std::result::Result<T, E> {
    #[track_caller]
    fn context(self, what: impl fmt::Display) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => {
                let mut error = error.into_error();
                error.0.message = format!("{what}: {}", error.0.message);
                Err(error)
            }
        }
    }
}

impl<T> Context<T> for Option<T> {
    #[track_caller]
    fn context(self, what: impl fmt::Display) -> Result<T> {
        match self {
            Some(value) => Ok(value),
            None => Err(Error::new(what)),
        }
    }
}

/// `Into<Error>` that hands the caller's line on.
#[doc(hidden)]
pub trait IntoError {
    #[track_caller]
    fn into_error(self) -> Error;
}

impl<E: std::error::Error> IntoError for E {
    #[track_caller]
    fn into_error(self) -> Error {
        Error::from(self)
    }
}

impl IntoError for Error {
    fn into_error(self) -> Error {
        self
    }
}

/// Ends the function with an error: `bail!("no token for {user}")`.
///
/// In a scenario this ends the iteration only, as k6's `fail` does.
#[macro_export]
macro_rules! bail {
    ($($message:tt)+) => {
        return ::core::result::Result::Err($crate::Error::new(::core::format_args!($($message)+)))
    };
}

/// Ends the function with an error unless the condition holds:
/// `ensure!(!token.is_empty(), "the token is empty")`.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            $crate::bail!($($message)+);
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bad port")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    fn fail() -> Result<()> {
        let parsed: std::result::Result<u16, Outer> = "x".parse().map_err(Outer);
        parsed?;
        Ok(())
    }

    #[test]
    fn question_mark_keeps_its_line_and_the_causes() {
        let error = fail().unwrap_err();
        assert_eq!(error.to_string(), "bad port: invalid digit found in string");
        let place = error.place();
        assert!(place.file().ends_with("error.rs"), "{place}");
        assert_eq!(format!("{error:#}"), format!("{error} (at {place})"));
        assert_eq!(format!("{error:?}"), format!("{error:#}"));
    }

    #[test]
    fn context_says_what_and_keeps_the_line() {
        let error = fail().context("reading options").unwrap_err();
        assert_eq!(error.to_string(), "reading options: bad port: invalid digit found in string");
        let line = line!() + 1;
        let error = "x".parse::<u8>().context("age").unwrap_err();
        assert_eq!(error.to_string(), "age: invalid digit found in string");
        assert_eq!(error.place().line(), line);
        let line = line!() + 1;
        let error = None::<u8>.context("no age").unwrap_err();
        assert_eq!((error.to_string().as_str(), error.place().line()), ("no age", line));
        assert_eq!(Some(3).context("never").unwrap(), 3);
    }

    #[test]
    fn bail_and_ensure_end_the_function() {
        fn check(age: u32) -> Result<u32> {
            crate::ensure!(age < 150, "{age} is too old");
            if age == 0 {
                crate::bail!("not born");
            }
            Ok(age)
        }
        assert_eq!(check(7).unwrap(), 7);
        assert_eq!(check(200).unwrap_err().to_string(), "200 is too old");
        assert_eq!(check(0).unwrap_err().to_string(), "not born");
    }

    #[test]
    fn an_error_is_one_word() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }
}
