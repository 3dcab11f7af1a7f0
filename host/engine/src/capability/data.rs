//! Interface `data`: files under the folders that the guest may read and rows shared by all VUs,
//! each held once for the process.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use wasmtime::component::Resource;

use crate::bindings::squall::vu::data::{Host, HostFile, HostRows};
use crate::state::VuState;

/// Largest file that `open` reads, in bytes. All VUs share one copy, but it is held in memory
/// whole.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// A file's contents.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct File(Arc<[u8]>);

/// Rows as they are shared: each its own bytes.
type SharedRows = Arc<[Box<[u8]>]>;

/// Rows that were published.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Rows(SharedRows);

/// The folders whose files a guest may open.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// The one that the script lies in; relative paths start there.
    pub script: PathBuf,
    /// Others, from the root on and without symbolic links.
    pub others: Vec<PathBuf>,
}

/// What the VUs of a run have opened and published.
pub(crate) struct SharedData {
    folders: Folders,
    files: Mutex<HashMap<PathBuf, Arc<[u8]>>>,
    rows: Mutex<HashMap<String, SharedRows>>,
}

impl SharedData {
    /// Nothing outside of `folders` can be opened.
    pub(crate) fn new(folders: Folders) -> Self {
        Self { folders, files: Mutex::default(), rows: Mutex::default() }
    }

    fn open(&self, path: &str) -> Result<Arc<[u8]>, String> {
        let explain = |what: String| format!("cannot open `{path}`: {what}");
        let Folders { script, others } = &self.folders;
        let script = script
            .canonicalize()
            .map_err(|error| explain(format!("the script's folder is gone: {error}")))?;
        // Links are resolved before the check, so that a link cannot lead out of a folder.
        let full = script.join(path).canonicalize().map_err(|error| explain(error.to_string()))?;
        if !full.starts_with(&script) && !others.iter().any(|folder| full.starts_with(folder)) {
            return Err(explain(refusal(&full, &script, others)));
        }
        if let Some(contents) = self.files.lock().get(&full) {
            return Ok(Arc::clone(contents));
        }
        let contents = read(&full).map_err(explain)?;
        let mut files = self.files.lock();
        Ok(Arc::clone(files.entry(full).or_insert(contents)))
    }
}

/// What is said of a file that is outside of the folders.
fn refusal(full: &Path, script: &Path, others: &[PathBuf]) -> String {
    let mut text = format!("only files under the script's folder {}", script.display());
    for folder in others {
        let _ = write!(text, ", {}", folder.display());
    }
    let needed = if full.is_dir() { full } else { full.parent().unwrap_or(full) };
    let _ = write!(text, " may be opened; `--allow-read {}` adds a folder", needed.display());
    text
}

fn read(path: &Path) -> Result<Arc<[u8]>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if metadata.is_dir() {
        return Err("it is a folder".into());
    }
    if metadata.len() > FILE_BYTES_MAX {
        let size = metadata.len();
        return Err(format!("it has {size} bytes, at most {FILE_BYTES_MAX} are allowed"));
    }
    std::fs::read(path).map(Into::into).map_err(|error| error.to_string())
}

impl Host for VuState {
    fn open(&mut self, path: String) -> wasmtime::Result<Result<Resource<File>, String>> {
        let opened = self.context().shared.data.open(&path);
        opened.map(|contents| Ok(self.table.push(File(contents))?)).transpose_ok()
    }

    fn shared(&mut self, name: String) -> wasmtime::Result<Option<Resource<Rows>>> {
        let found = self.context().shared.data.rows.lock().get(&name).cloned();
        found.map(|rows| Ok(self.table.push(Rows(rows))?)).transpose()
    }

    fn publish(&mut self, name: String, rows: Vec<Vec<u8>>) -> wasmtime::Result<Resource<Rows>> {
        let rows = rows.into_iter().map(Vec::into_boxed_slice).collect();
        let context = self.context();
        let mut published = context.shared.data.rows.lock();
        let rows = Arc::clone(published.entry(name).or_insert(rows));
        Ok(self.table.push(Rows(rows))?)
    }
}

/// `Result<wasmtime::Result<T>, E>` to `wasmtime::Result<Result<T, E>>`.
trait TransposeOk<T, E> {
    fn transpose_ok(self) -> wasmtime::Result<Result<T, E>>;
}

impl<T, E> TransposeOk<T, E> for Result<wasmtime::Result<T>, E> {
    fn transpose_ok(self) -> wasmtime::Result<Result<T, E>> {
        match self {
            Ok(Ok(value)) => Ok(Ok(value)),
            Ok(Err(trap)) => Err(trap),
            Err(error) => Ok(Err(error)),
        }
    }
}

impl HostFile for VuState {
    fn size_bytes(&mut self, file: Resource<File>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&file)?.0.len() as u64)
    }

    fn read(
        &mut self,
        file: Resource<File>,
        offset_bytes: u64,
        bytes_max: u32,
    ) -> wasmtime::Result<Vec<u8>> {
        let contents = &self.table.get(&file)?.0;
        let start = usize::try_from(offset_bytes).unwrap_or(usize::MAX).min(contents.len());
        let end = start.saturating_add(bytes_max as usize).min(contents.len());
        Ok(contents[start..end].to_vec())
    }

    fn drop(&mut self, file: Resource<File>) -> wasmtime::Result<()> {
        self.table.delete(file)?;
        Ok(())
    }
}

impl HostRows for VuState {
    fn len(&mut self, rows: Resource<Rows>) -> wasmtime::Result<u32> {
        Ok(u32::try_from(self.table.get(&rows)?.0.len()).unwrap_or(u32::MAX))
    }

    fn get(&mut self, rows: Resource<Rows>, index: u32) -> wasmtime::Result<Option<Vec<u8>>> {
        Ok(self.table.get(&rows)?.0.get(index as usize).map(|row| row.to_vec()))
    }

    fn drop(&mut self, rows: Resource<Rows>) -> wasmtime::Result<()> {
        self.table.delete(rows)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_once_and_only_under_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("script");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("users.json"), "[]").unwrap();
        std::fs::write(root.path().join("secret"), "no").unwrap();
        let data = SharedData::new(Folders { script: folder, others: Vec::new() });

        let first = data.open("users.json").unwrap();
        let second = data.open("./users.json").unwrap();
        assert!(Arc::ptr_eq(&first, &second));

        let outside = data.open("../secret").unwrap_err();
        assert!(outside.contains("only files under the script's folder"), "{outside}");
        assert!(data.open(".").unwrap_err().contains("it is a folder"));
        assert!(data.open("missing").unwrap_err().starts_with("cannot open `missing`: "));
    }

    #[test]
    fn folders_that_are_allowed_are_open_and_what_is_beside_them_is_not() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for folder in ["script", "data", "data/deep", "database"] {
            std::fs::create_dir(root.join(folder)).unwrap();
            std::fs::write(root.join(folder).join("x"), folder).unwrap();
        }
        let link = |to: &str, at: &str| std::os::unix::fs::symlink(root.join(to), root.join(at));
        link("database/x", "data/link").unwrap();
        link("database", "data/folder").unwrap();
        link("data/deep", "script/inside").unwrap();
        let script = root.join("script");
        let data = SharedData::new(Folders { script, others: vec![root.join("data")] });
        let read = |path: &str| data.open(path).map(|bytes| bytes.to_vec());

        assert_eq!(read("../data/x"), Ok(b"data".to_vec()));
        assert_eq!(read(root.join("data/deep/x").to_str().unwrap()), Ok(b"data/deep".to_vec()));
        assert_eq!(read("inside/x"), Ok(b"data/deep".to_vec()));
        for refused in
            ["../database/x", "../data/link", "../data/folder/x", "../data/../database/x"]
        {
            let needed = format!("`--allow-read {}` adds", root.join("database").display());
            let reason = read(refused).unwrap_err();
            assert!(reason.contains(&needed), "{reason}");
        }
    }
}
