//! Names of modules: as addresses that others start from, and as messages show them.
//!
//! Messages show a file the way the user gave the main module: relative if that was relative.

use std::path::{Path, PathBuf};

use url::Url;

pub(super) use super::error::shown;

/// What names are relative to.
#[derive(Debug)]
pub(super) struct Names {
    /// The folder of the main module, with a slash at the end.
    folder: Url,
    /// The same folder as the user gave it.
    given: PathBuf,
    is_stdin: bool,
}

impl Names {
    /// For a main module `url` that the user gave as `main`.
    pub(super) fn of_file(url: &Url, main: &Path) -> Self {
        let folder = url.join("./").unwrap_or_else(|_| url.clone());
        let given = main.parent().unwrap_or(Path::new("")).to_owned();
        Self { folder, given, is_stdin: false }
    }

    /// For a main module from standard input, in an absolute folder.
    pub(super) fn of_stdin(folder: &Path) -> Option<Self> {
        let folder = url_of_file(&folder.join("-"))?.join("./").ok()?;
        Some(Self { folder, given: PathBuf::new(), is_stdin: true })
    }

    /// The folder of the main module.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.to_file_path().unwrap_or_default()
    }

    /// The address that imports of a module start from; none for modules that come with squall.
    pub(super) fn base(&self, name: &str) -> Option<Url> {
        if self.is_stdin && name == super::STDIN {
            return self.folder.join("-").ok();
        }
        let url = Url::parse(name).ok()?;
        matches!(url.scheme(), "file" | "https").then_some(url)
    }

    /// A name for people.
    pub(super) fn shown(&self, name: &str) -> String {
        if self.is_stdin && name == super::STDIN {
            return "standard input".to_owned();
        }
        let path = Url::parse(name).ok().filter(|url| url.scheme() == "file");
        let Some(path) = path.and_then(|url| url.to_file_path().ok()) else {
            return shown(name);
        };
        let path = match path.strip_prefix(self.folder()) {
            Ok(below) => self.given.join(below),
            Err(_) => path,
        };
        shown(&path.display().to_string())
    }
}

/// The address of an absolute path, without `.` and `..`.
pub(super) fn url_of_file(path: &Path) -> Option<Url> {
    let url = Url::from_file_path(path).ok()?;
    Url::parse(url.as_str()).ok()
}

/// True if a path leads to the file that `real` is, which has no symbolic links.
pub(super) fn is_same(path: &Path, real: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == real)
}
