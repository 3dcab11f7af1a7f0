//! What xtask prints, and where. Lines go out at once, also into pipes.

#![expect(clippy::print_stdout, reason = "this module is for it")]

use std::io::Write as _;

/// Prints a line.
pub(crate) fn say(line: &str) {
    println!("{line}");
    // Somebody may have closed the other end; the exit code still tells.
    let _ = std::io::stdout().flush();
}
