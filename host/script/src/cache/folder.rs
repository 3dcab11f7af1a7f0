//! The folder of the cache: who may have written what, reading, replacing, making room.
//!
//! Trust rule: the folder and the entry belong to this user, nobody else may write to them, neither
//! is a symbolic link, and the entry is a regular file with one name (so that nobody linked another
//! file of ours in). Checks and reads go through the same open file, so nothing can be swapped in
//! between.
//!
//! Entries appear whole or not at all: they are written under a temporary name and renamed.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FileType, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_NOW};
use rustix::io::Errno;

use super::CacheWarning;
use super::entry::{self, Damage, Key};

/// Write permission of the group and of everybody.
const WRITABLE_BY_OTHERS: u32 = 0o022;
const TEMPORARY_PREFIX: &str = ".new-";
/// A temporary file that is older than the newest entry by this much was left by a run that died.
const TEMPORARY_AGE_MAX: Duration = Duration::from_hours(1);

/// A cache folder that passed the trust rule.
pub(super) struct Folder {
    path: PathBuf,
    fd: OwnedFd,
}

/// An entry that passed the trust rule, whole in memory.
pub(super) struct TrustedFile {
    file: File,
    bytes: Vec<u8>,
}

/// Machine code from a trusted file with the right key and checksum. Only
/// [`TrustedFile::machine_code`] makes it.
pub(super) struct MachineCode<'a>(&'a [u8]);

impl MachineCode<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.0
    }
}

impl TrustedFile {
    pub(super) fn machine_code(&self, key: &Key) -> Result<MachineCode<'_>, Damage> {
        entry::payload(&self.bytes, key).map(MachineCode)
    }

    /// Marks the entry as used, so that it is not among the first to be removed. Best effort.
    pub(super) fn touch(&self) {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let times = Timestamps { last_access: now, last_modification: now };
        let _ = rustix::fs::futimens(&self.file, &times);
    }
}

impl Folder {
    /// Opens the folder, creating it for this user alone when it is missing.
    pub(super) fn open(path: &Path) -> Result<Folder, CacheWarning> {
        let unusable = |source: io::Error| CacheWarning::Folder { path: path.to_owned(), source };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut opened = rustix::fs::open(path, flags, Mode::empty());
        if opened.as_ref().is_err_and(|error| *error == Errno::NOENT) {
            DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
            opened = rustix::fs::open(path, flags, Mode::empty());
        }
        let unsafe_folder =
            |found: String| CacheWarning::UnsafeFolder { path: path.to_owned(), found };
        let fd = match opened {
            Ok(fd) => fd,
            Err(Errno::LOOP | Errno::NOTDIR) if path.is_symlink() => {
                return Err(unsafe_folder("is a symbolic link".to_owned()));
            }
            Err(error) => return Err(unusable(error.into())),
        };
        let stat = rustix::fs::fstat(&fd).map_err(|error| unusable(error.into()))?;
        match distrust(&stat, FileType::Directory) {
            None => Ok(Folder { path: path.to_owned(), fd }),
            Some(found) => Err(unsafe_folder(found)),
        }
    }

    /// Where an entry is.
    pub(super) fn entry_path(&self, key: &Key) -> PathBuf {
        self.path.join(key.file_name())
    }

    /// Reads an entry that passes the trust rule; none when there is no such entry.
    pub(super) fn read(
        &self,
        key: &Key,
        bytes_max: u64,
    ) -> Result<Option<TrustedFile>, CacheWarning> {
        let path = self.entry_path(key);
        // Non-blocking, so that a pipe in the place of the file cannot hold us up before it is
        // refused.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = match rustix::fs::openat(&self.fd, key.file_name(), flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => {
                return Err(CacheWarning::UnsafeEntry {
                    path,
                    found: "is a symbolic link".to_owned(),
                });
            }
            Err(error) => return Err(CacheWarning::Read { path, source: error.into() }),
        };
        let unreadable = |source: io::Error| CacheWarning::Read { path: path.clone(), source };
        let stat = rustix::fs::fstat(&fd).map_err(|error| unreadable(error.into()))?;
        if let Some(found) = distrust(&stat, FileType::RegularFile) {
            return Err(CacheWarning::UnsafeEntry { path, found });
        }
        let mut file = File::from(fd);
        // One byte more, so that the end is found without growing.
        let expected_bytes = (stat.st_size as u64).min(bytes_max).saturating_add(1);
        let mut bytes = Vec::with_capacity(expected_bytes as usize);
        (&mut file)
            .take(bytes_max.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 > bytes_max {
            let found = format!("has more than {bytes_max} bytes");
            return Err(CacheWarning::Damaged { path, found });
        }
        Ok(Some(TrustedFile { file, bytes }))
    }

    /// Writes or replaces an entry in one step, readable by this user alone.
    pub(super) fn write(&self, key: &Key, parts: &[&[u8]]) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&self.path)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.persist(self.entry_path(key))?;
        Ok(())
    }

    /// Removes the entries that were not used for longest until the rest fits, and what dead runs
    /// left behind. Keeps `newest`, which has just been written. Returns how many entries went.
    pub(super) fn make_room(&self, newest: &Key, bytes_max: u64) -> u64 {
        let Ok(listing) = fs::read_dir(&self.path) else { return 0 };
        let newest_name = newest.file_name();
        let mut entries = Vec::new();
        let mut temporaries = Vec::new();
        let mut bytes_total = 0_u64;
        let mut newest_time = SystemTime::UNIX_EPOCH;
        for item in listing.flatten() {
            let (Ok(name), Ok(metadata)) = (item.file_name().into_string(), item.metadata()) else {
                continue;
            };
            let Ok(used) = metadata.modified() else { continue };
            if name.starts_with(TEMPORARY_PREFIX) {
                temporaries.push((used, item.path()));
            } else if entry::is_file_name(&name) {
                bytes_total = bytes_total.saturating_add(metadata.len());
                if name == newest_name {
                    newest_time = used;
                } else {
                    entries.push((used, metadata.len(), item.path()));
                }
            }
        }
        for (made, path) in temporaries {
            if newest_time.duration_since(made).is_ok_and(|age| age > TEMPORARY_AGE_MAX) {
                let _ = fs::remove_file(path);
            }
        }
        entries.sort();
        let mut removed = 0;
        for (_, bytes, path) in entries {
            if bytes_total <= bytes_max {
                break;
            }
            // Another run may have been faster; then the bytes are gone all the same.
            if fs::remove_file(path).is_ok() {
                removed += 1;
            }
            bytes_total = bytes_total.saturating_sub(bytes);
        }
        removed
    }
}

/// The trust rule; says what breaks it.
fn distrust(stat: &Stat, expected: FileType) -> Option<String> {
    let euid = rustix::process::geteuid().as_raw();
    if FileType::from_raw_mode(stat.st_mode) != expected {
        return Some("is neither a folder nor a regular file, as the case requires".to_owned());
    }
    if stat.st_uid != euid {
        return Some(format!("belongs to user {}, not to you ({euid})", stat.st_uid));
    }
    if stat.st_mode & WRITABLE_BY_OTHERS != 0 {
        return Some(format!("can be written by others (mode {:03o})", stat.st_mode & 0o777));
    }
    if expected == FileType::RegularFile && stat.st_nlink != 1 {
        return Some(format!("has {} names", stat.st_nlink));
    }
    None
}

#[cfg(test)]
mod tests;
