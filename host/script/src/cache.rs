//! Compiled code on disk, so that a script is compiled once a machine and not once a run.
//!
//! - `entry`: the file format and the key
//! - `folder`: who may have written what, reading, replacing, making room
//! - `machine_code`: the one unsafe step
//!
//! Loading machine code is trusting it. An entry is loaded only when no other user can have written
//! it and its checksum is right; everything else is compiled again and replaced. A cache that
//! cannot be used is a warning, never an error: the run goes on without.
//!
//! The key is the hash of the component, of everything in the engine's settings that shapes the
//! code (wasmtime's version and the processor's features among it), and of squall's version.

mod entry;
mod folder;
mod machine_code;

use std::path::{Path, PathBuf};

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::{Cause, ScriptError};
use crate::script::Script;
pub(crate) use entry::ComponentDigest;
use entry::Key;
use folder::Folder;

/// What the cache may take on disk unless [`Cache::with_bytes_max`] says otherwise.
pub const CACHE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// A folder of compiled components. Nothing is created before something is compiled.
#[derive(Debug, Clone)]
pub struct Cache {
    path: PathBuf,
    bytes_max: u64,
}

/// A component that is ready to be instantiated, and how it came about.
pub struct Compiled {
    /// The machine code.
    pub component: Component,
    /// Where it came from.
    pub from: CompiledFrom,
    /// Older entries that were removed to keep the cache under its bound.
    pub entries_removed: u64,
    /// What was wrong with the cache. The component is fine all the same.
    pub warnings: Vec<CacheWarning>,
}

/// Where compiled code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompiledFrom {
    /// Loaded from the cache.
    Cache,
    /// Compiled now.
    Compiler,
}

/// Why the cache was not used, or not as it should have been.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheWarning {
    /// The folder cannot be created or opened.
    #[error(
        "the cache folder {} cannot be used; scripts are compiled on every run",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },

    /// The folder could have been tampered with.
    #[error(
        "the cache folder {} {found}; it must be a folder of yours that nobody else can \
         write to (`chmod 700`); scripts are compiled on every run",
        path.display()
    )]
    UnsafeFolder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },

    /// An entry could have been written by somebody else.
    #[error(
        "the cache entry {} {found}; it was not loaded but compiled again and replaced",
        path.display()
    )]
    UnsafeEntry {
        /// The entry.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },

    /// An entry is corrupted, cut off, or of another version.
    #[error("the cache entry {} {found}; it was compiled again and replaced", path.display())]
    Damaged {
        /// The entry.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },

    /// An entry could not be read.
    #[error("the cache entry {} cannot be read; it was compiled again", path.display())]
    Read {
        /// The entry.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },

    /// The entry could not be written.
    #[error("the cache entry {} cannot be written; the next run compiles again", path.display())]
    Write {
        /// The entry.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },

    /// The compiled code alone is larger than the cache may be.
    #[error(
        "the compiled script takes {bytes} bytes, more than the whole cache may \
         ({bytes_max}); the next run compiles again"
    )]
    TooLarge {
        /// Size of the entry.
        bytes: u64,
        /// Bound of the cache.
        bytes_max: u64,
    },
}

impl Cache {
    /// The cache of this user: `squall` in the folder that the system has for caches
    /// (`$XDG_CACHE_HOME` or `~/.cache`). None when the system names no such folder.
    pub fn open_default() -> Option<Cache> {
        dirs::cache_dir().map(|folder| Cache::at(folder.join("squall")))
    }

    /// A cache in a folder of its own.
    pub fn at(path: impl Into<PathBuf>) -> Cache {
        Cache { path: path.into(), bytes_max: CACHE_BYTES_MAX }
    }

    /// Sets how much it may take on disk.
    #[must_use]
    pub fn with_bytes_max(self, bytes_max: u64) -> Cache {
        Cache { bytes_max, ..self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Loads the compiled script from the cache, or compiles it and keeps the result.
    pub fn compile(&self, engine: &Engine, script: &Script) -> Result<Compiled, ScriptError> {
        let digest = ComponentDigest::of(&script.component);
        self.obtain(engine, &digest, || script.compile(engine))
    }

    /// Loads compiled code from the cache, or makes it with `compile` and keeps it.
    pub(crate) fn obtain(
        &self,
        engine: &Engine,
        digest: &ComponentDigest,
        compile: impl FnOnce() -> Result<Component, ScriptError>,
    ) -> Result<Compiled, ScriptError> {
        let folder = match Folder::open(&self.path) {
            Ok(folder) => folder,
            Err(warning) => return Ok(compiled_now(compile()?, vec![warning])),
        };
        let key = Key::new(engine, digest);
        let mut warnings = Vec::new();
        match load(&folder, &key, engine, self.bytes_max) {
            Ok(Some(component)) => {
                let from = CompiledFrom::Cache;
                return Ok(Compiled { component, from, entries_removed: 0, warnings });
            }
            Ok(None) => {}
            Err(warning) => warnings.push(warning),
        }
        let mut compiled = compiled_now(compile()?, warnings);
        match self.store(&folder, &key, &compiled.component) {
            Ok(removed) => compiled.entries_removed = removed,
            Err(warning) => compiled.warnings.push(warning),
        }
        Ok(compiled)
    }

    fn store(
        &self,
        folder: &Folder,
        key: &Key,
        component: &Component,
    ) -> Result<u64, CacheWarning> {
        let path = folder.entry_path(key);
        let payload = component
            .serialize()
            .map_err(|error| CacheWarning::Write { path: path.clone(), source: error.into() })?;
        let header = entry::header(key, &payload);
        let bytes = (header.len() + payload.len()) as u64;
        if bytes > self.bytes_max {
            return Err(CacheWarning::TooLarge { bytes, bytes_max: self.bytes_max });
        }
        folder
            .write(key, &[&header, &payload])
            .map_err(|error| CacheWarning::Write { path, source: error.into() })?;
        Ok(folder.make_room(key, self.bytes_max))
    }
}

pub(crate) fn compiled_now(component: Component, warnings: Vec<CacheWarning>) -> Compiled {
    Compiled { component, from: CompiledFrom::Compiler, entries_removed: 0, warnings }
}

/// The entry, if there is one that can be trusted and is whole.
fn load(
    folder: &Folder,
    key: &Key,
    engine: &Engine,
    bytes_max: u64,
) -> Result<Option<Component>, CacheWarning> {
    let Some(file) = folder.read(key, bytes_max)? else { return Ok(None) };
    let damaged = |found: String| CacheWarning::Damaged { path: folder.entry_path(key), found };
    let code = file.machine_code(key).map_err(|damage| damaged(damage.to_string()))?;
    let component = machine_code::load(engine, code)
        .map_err(|error| damaged(format!("is refused: {error}")))?;
    file.touch();
    Ok(Some(component))
}

#[cfg(test)]
mod tests;
