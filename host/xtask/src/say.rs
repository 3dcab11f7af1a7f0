//! What xtask prints, and where. Lines go out at once, also into pipes.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this module is for it")]

use std::io::Write as _;

/// Prints a line.
pub(crate) fn say(line: &str) {
    println!("{line}");
    // Somebody may have closed the other end; the exit code still tells.
    let _ = std::io::stdout().flush();
}

/// Prints what ended xtask.
pub(crate) fn say_error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
