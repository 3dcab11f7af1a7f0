//! The standard streams: the only module that writes to them.
//!
//! stdout carries what one could pipe (the summary, JSON); everything else goes to stderr. A reader
//! that has gone away is not an error: what it did not want is not written, and the run's own
//! result decides the exit code. Colours are stripped where the stream is not a terminal or the
//! user wants none.

use std::io::{self, IsTerminal as _, Write as _};

/// Turns colours off for the whole process, when `off`; otherwise the streams decide.
pub(crate) fn set_no_color(off: bool) {
    if off {
        anstream::ColorChoice::Never.write_global();
    }
}

/// Whether text on stdout is coloured.
pub(crate) fn stdout_has_color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Whether text on stderr is coloured.
pub(crate) fn stderr_has_color() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Writes text to stdout and flushes it.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stream = anstream::stdout().lock();
    tolerate_closed(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
}

/// Writes bytes to stdout as they are.
pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    tolerate_closed(stream.write_all(bytes).and_then(|()| stream.flush()))
}

/// Writes text to stderr. A stderr that does not take it leaves nobody to tell.
pub(crate) fn eprint(text: &str) {
    let mut stream = anstream::stderr().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Writes bytes to stderr as they are.
pub(crate) fn eprint_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stream = io::stderr().lock();
    tolerate_closed(stream.write_all(bytes).and_then(|()| stream.flush()))
}

/// A closed pipe counts as written.
fn tolerate_closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_closed_pipe_is_tolerated() {
        assert!(tolerate_closed(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert!(tolerate_closed(Err(io::ErrorKind::StorageFull.into())).is_err());
        assert!(tolerate_closed(Ok(())).is_ok());
    }
}
