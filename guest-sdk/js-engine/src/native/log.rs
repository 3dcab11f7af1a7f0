//! `native:log`: the log of the run.

use crate::host::log::{self, Level};

super::natives! {
    "write" => write,
    "warn" => warn,
}

/// What the built-in modules have to say; it is no output of the script.
fn warn(message: String) {
    log::remark(Level::Warn, &message);
}

/// `level`: 0 debug, 1 info, 2 warn, 3 error.
fn write(level: u32, message: String) {
    let level = match level {
        0 => Level::Debug,
        1 => Level::Info,
        2 => Level::Warn,
        _ => Level::Error,
    };
    log::write(level, &message);
}
