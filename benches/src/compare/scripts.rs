//! The scripts that squall and k6 run, in a folder of their own while this program runs.
//!
//! They are part of the program, so that it measures the same wherever it is started.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::TempDir;

use super::library::library;

/// One GET and one check.
pub const ONE_GET: &str = "one-get.js";
/// Nothing.
pub const TRIVIAL: &str = "trivial.js";
/// One GET and one check, then rest.
pub const PARKED: &str = "parked.js";
/// The same with libraries.
pub const PARKED_LIBRARIES: &str = "parked-libraries.js";
/// Says when it starts, then rests.
pub const READY: &str = "ready.js";

/// 100 requests at once over one HTTP/2 connection.
pub const HTTP2_BATCH: &str = "http2-batch.js";

const TEXTS: [(&str, &str); 6] = [
    (ONE_GET, include_str!("../../scripts/one-get.js")),
    (TRIVIAL, include_str!("../../scripts/trivial.js")),
    (PARKED, include_str!("../../scripts/parked.js")),
    (PARKED_LIBRARIES, include_str!("../../scripts/parked-libraries.js")),
    (HTTP2_BATCH, include_str!("../../scripts/http2-batch.js")),
    (READY, include_str!("../../scripts/ready.js")),
];

/// How many libraries `parked-libraries.js` imports.
const LIBRARIES: u32 = 5;
/// The size of each: together 500 KB.
const LIBRARY_BYTES: usize = 100_000;

/// The folder of the scripts; it goes when this is dropped.
#[derive(Debug)]
pub struct Scripts {
    folder: TempDir,
}

impl Scripts {
    /// Writes all of them.
    pub fn write() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("squall-compare-")
            .tempdir()
            .context("a temporary folder for the scripts could not be made")?;
        for (name, text) in TEXTS {
            write(&folder.path().join(name), text)?;
        }
        for number in 1..=LIBRARIES {
            let path = folder.path().join(format!("library-{number}.js"));
            write(&path, &library(number, LIBRARY_BYTES))?;
        }
        Ok(Self { folder })
    }

    /// Where a script is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("`{}` could not be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relative_import_is_there() {
        let scripts = Scripts::write().unwrap();
        let mut imports = 0;
        for (name, text) in TEXTS {
            assert_eq!(std::fs::read_to_string(scripts.path(name)).unwrap(), text);
            for part in text.split("from './").skip(1) {
                let (file, _) = part.split_once('\'').unwrap();
                assert!(scripts.path(file).is_file(), "{name} imports {file}");
                imports += 1;
            }
        }
        assert_eq!(imports, LIBRARIES);
        let folder = scripts.path("");
        drop(scripts);
        assert!(!folder.exists());
    }
}
