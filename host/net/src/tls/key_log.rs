//! The secrets of connections in a file, for tools that decrypt recorded traffic: what browsers do
//! when `SSLKEYLOGFILE` is set.
//!
//! One file for the whole process; lines are written whole, so those of several workers do not
//! mix. A write that fails is told once.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Once;

use rustls::KeyLog;

/// A file that gets the secrets of TLS connections. Everybody who can read it can read the traffic.
#[derive(Debug)]
pub struct TlsKeyLog {
    file: File,
    failure: Once,
}

impl TlsKeyLog {
    /// Opens the file, which is made if need be, readable by its owner only. What is in it stays.
    pub fn append_to(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(path)?, failure: Once::new() })
    }
}

impl KeyLog for TlsKeyLog {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let mut line = format!("{label} ");
        hex(&mut line, client_random);
        line.push(' ');
        hex(&mut line, secret);
        line.push('\n');
        // Appended by one call, a line stays whole without a lock.
        if let Err(error) = (&self.file).write_all(line.as_bytes()) {
            self.failure.call_once(|| {
                tracing::warn!("cannot write to the file of SSLKEYLOGFILE: {error}");
            });
        }
    }
}

fn hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
}
