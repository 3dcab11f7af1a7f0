//! Modules from the network on disk, so that a test starts without the network.
//!
//! One file a module: a line with a checksum and the address, then the text. What is in the cache
//! is run, so the folder and the file must belong to this user and nobody else may write to them.
//! Files appear whole or not at all. The cache is bounded; what was not used for longest goes
//! first. A cache that cannot be used is a warning, never an error.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{OFlags, Timespec, Timestamps, UTIME_NOW};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::javascript::error::shown;

/// All modules together. Libraries have some kilobytes, bundles some megabytes.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
const ENDING: &str = ".module";
const TEMPORARY_PREFIX: &str = ".new-";
/// A temporary file that is older than the newest module by this much was left by a run that died.
const TEMPORARY_AGE_MAX: Duration = Duration::from_hours(1);
const FORMAT: &str = "// squall module 1";

/// A folder of modules.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
    bytes_max: u64,
}

impl Cache {
    /// Looks at the folder; none if it may not be used. Nothing is created yet.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let distrust = match fs::symlink_metadata(path) {
            Ok(metadata) if !metadata.is_dir() => Some("is not a folder".to_owned()),
            Ok(metadata) => distrust(&metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(format!("cannot be opened: {error}")),
        };
        if let Some(found) = distrust {
            let folder = shown(&path.display().to_string());
            tracing::warn!("the cache of modules {folder} {found}; it is not used");
            return None;
        }
        Some(Self { path: path.to_owned(), bytes_max: BYTES_MAX })
    }

    /// The module of an address, if it is there and whole.
    pub(super) fn read(&self, url: &Url) -> Option<String> {
        let path = self.file(url);
        let mut bytes = Vec::new();
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(&path);
        let file = opened.ok()?;
        let metadata = file.metadata().ok()?;
        let reason = if !metadata.is_file() || metadata.nlink() != 1 {
            "is not a file of its own".to_owned()
        } else if let Some(found) = distrust(&metadata) {
            found
        } else if (&file).take(self.bytes_max).read_to_end(&mut bytes).is_err() {
            "cannot be read".to_owned()
        } else if let Some(text) = content(bytes, url) {
            touch(&file);
            return Some(text);
        } else {
            "is damaged".to_owned()
        };
        tracing::warn!("the cached module {} {reason}; it is not used", path.display());
        None
    }

    /// Writes or replaces the module of an address.
    pub(super) fn write(&self, url: &Url, text: &str) {
        let header = header(url, text);
        if (header.len() + text.len()) as u64 > self.bytes_max {
            return;
        }
        if let Err(error) = self.try_write(url, &header, text) {
            let folder = shown(&self.path.display().to_string());
            tracing::warn!("modules cannot be cached in {folder}: {error}");
        }
        self.make_room(&self.file(url));
    }

    fn try_write(&self, url: &Url, header: &str, text: &str) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path)?;
        let mut file = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&self.path)?;
        file.write_all(header.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.persist(self.file(url))?;
        Ok(())
    }

    fn file(&self, url: &Url) -> PathBuf {
        self.path.join(format!("{}{ENDING}", hex(&Sha256::digest(url.as_str()))))
    }

    /// Removes what was not used for longest until the rest fits, and what dead runs left behind.
    /// Keeps `newest`.
    fn make_room(&self, newest: &Path) {
        let Ok(listing) = fs::read_dir(&self.path) else { return };
        let mut modules: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        let mut temporaries = Vec::new();
        for entry in listing.flatten() {
            let (Ok(name), Ok(metadata)) = (entry.file_name().into_string(), entry.metadata())
            else {
                continue;
            };
            let Ok(used) = metadata.modified() else { continue };
            if name.starts_with(TEMPORARY_PREFIX) {
                temporaries.push((used, entry.path()));
            } else if name.ends_with(ENDING) {
                modules.push((used, metadata.len(), entry.path()));
            }
        }
        modules.sort();
        let newest_time = modules.last().map(|(used, ..)| *used);
        for (made, path) in temporaries {
            let age = newest_time.and_then(|newest| newest.duration_since(made).ok());
            if age.is_some_and(|age| age > TEMPORARY_AGE_MAX) {
                let _ = fs::remove_file(path);
            }
        }
        let mut total: u64 = modules.iter().map(|(_, bytes, _)| *bytes).sum();
        for (_, bytes, path) in modules {
            if total <= self.bytes_max {
                break;
            }
            if path != newest {
                let _ = fs::remove_file(path);
                total -= bytes;
            }
        }
    }
}

/// The first line of a file.
fn header(url: &Url, text: &str) -> String {
    format!("{FORMAT} {} {url}\n", hex(&Sha256::digest(text)))
}

/// The text behind the right first line.
fn content(bytes: Vec<u8>, url: &Url) -> Option<String> {
    let mut text = String::from_utf8(bytes).ok()?;
    let first_bytes = text.find('\n')? + 1;
    let content = text.split_off(first_bytes);
    (text == header(url, &content)).then_some(content)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Marks a file as used. Best effort.
fn touch(file: &File) {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    let times = Timestamps { last_access: now, last_modification: now };
    let _ = rustix::fs::futimens(file, &times);
}

/// Says why others may have written to it.
fn distrust(metadata: &Metadata) -> Option<String> {
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    let euid = rustix::process::geteuid().as_raw();
    if metadata.uid() != euid {
        return Some(format!("belongs to user {}, not to you ({euid})", metadata.uid()));
    }
    let mode = metadata.mode() & 0o777;
    (mode & WRITABLE_BY_OTHERS != 0).then(|| format!("can be written by others (mode {mode:03o})"))
}

#[cfg(test)]
mod tests;
