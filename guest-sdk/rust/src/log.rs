//! Messages for the person who runs the test: `debug!`, `info!`, `warn!`, `error!`, as in
//! `println!`.
//!
//! They go to squall's log with the VU, the iteration and the scenario.

use crate::host::log as host;
pub use crate::{debug, error, info, warn};

/// How important a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Helps to find a fault in the script.
    Debug,
    /// Worth knowing.
    Info,
    /// May be wrong.
    Warn,
    /// Is wrong.
    Error,
}

/// Writes one message. The macros call this.
pub fn write(level: Level, message: std::fmt::Arguments<'_>) {
    let level = match level {
        Level::Debug => host::Level::Debug,
        Level::Info => host::Level::Info,
        Level::Warn => host::Level::Warn,
        Level::Error => host::Level::Error,
    };
    match message.as_str() {
        Some(text) => host::write(level, text),
        None => host::write(level, &message.to_string()),
    }
}

/// For what helps to find a fault in the script; shown with `--verbose` only.
#[macro_export]
macro_rules! debug {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::Level::Debug, ::core::format_args!($($message)+))
    };
}

/// For what is worth knowing.
#[macro_export]
macro_rules! info {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::Level::Info, ::core::format_args!($($message)+))
    };
}

/// For what may be wrong.
#[macro_export]
macro_rules! warn {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::Level::Warn, ::core::format_args!($($message)+))
    };
}

/// For what is wrong.
#[macro_export]
macro_rules! error {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::Level::Error, ::core::format_args!($($message)+))
    };
}

#[cfg(test)]
mod tests {
    use super::Level;
    use crate::testing::Host;

    #[test]
    fn messages_reach_the_log_with_their_level() {
        let host = Host::new();
        crate::debug!("plain");
        crate::info!("order {}", 7);
        crate::warn!("{kind}", kind = "odd");
        crate::error!("broken");
        assert_eq!(
            host.logs(),
            [
                (Level::Debug, "plain".to_owned()),
                (Level::Info, "order 7".to_owned()),
                (Level::Warn, "odd".to_owned()),
                (Level::Error, "broken".to_owned()),
            ]
        );
    }
}
