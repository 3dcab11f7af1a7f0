//! Modules that are files: is there one, what is there instead, and what is in it.
//!
//! Never blocks on pipes or devices, never reads more than [`MODULE_BYTES_MAX`].

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use url::Url;

use super::error::{ModuleProblem, shown};

/// The largest module that is read. Bundles have some megabytes; what is larger is data.
pub const MODULE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Finds a file. The result has no symbolic links: the same for every way to write its name.
pub(super) fn find(url: &Url, specifier: &str) -> Result<PathBuf, ModuleProblem> {
    let specifier = shown(specifier);
    let Ok(path) = url.to_file_path() else {
        let reason = format!("`{}` is no path", shown(url.as_str()));
        return Err(ModuleProblem::Malformed { specifier, reason });
    };
    let path_shown = shown(&path.display().to_string());
    let unreadable = |source| ModuleProblem::Read { path: path_shown.clone(), source };
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => {
            let help = what_is_there(&path, &specifier);
            return Err(ModuleProblem::NotFound { specifier, path: path_shown, help });
        }
        Err(error) => return Err(unreadable(error)),
    };
    if metadata.is_dir() {
        let help = what_to_import(&path, &specifier);
        return Err(ModuleProblem::Folder { specifier, path: path_shown, help });
    }
    if !metadata.is_file() {
        return Err(ModuleProblem::NotRegular { specifier, path: path_shown });
    }
    fs::canonicalize(&path).map_err(unreadable)
}

/// Reads a file that [`find`] found.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ModuleProblem> {
    let path_shown = shown(&path.display().to_string());
    let unreadable = |source| ModuleProblem::Read { path: path_shown.clone(), source };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MODULE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MODULE_BYTES_MAX {
        return Err(ModuleProblem::TooLarge { name: path_shown, bytes_max: MODULE_BYTES_MAX });
    }
    Ok(bytes)
}

/// The text of a module.
pub(super) fn text(bytes: Vec<u8>, name: &str) -> Result<String, ModuleProblem> {
    if bytes.len() as u64 > MODULE_BYTES_MAX {
        let name = name.to_owned();
        return Err(ModuleProblem::TooLarge { name, bytes_max: MODULE_BYTES_MAX });
    }
    String::from_utf8(bytes).map_err(|error| ModuleProblem::NotText {
        name: name.to_owned(),
        offset_bytes: error.utf8_error().valid_up_to(),
    })
}

/// A part of an address as a person writes it, without `%20` and the like.
pub(super) fn decoded(part: &str) -> String {
    let path = Url::parse("file:///").and_then(|root| root.join(&format!("./{part}")));
    let path = path.ok().and_then(|url| url.to_file_path().ok());
    path.and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()))
        .unwrap_or_else(|| part.to_owned())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput)
}

/// For a path where nothing is: the name that was probably meant.
fn what_is_there(path: &Path, specifier: &str) -> String {
    for ending in [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", "/index.js", "/index.ts"] {
        let mut longer = path.as_os_str().to_owned();
        longer.push(ending);
        if Path::new(&longer).is_file() {
            return format!("write the whole name: `{specifier}{ending}`");
        }
    }
    if let Some(stem) = specifier.strip_suffix(".js")
        && path.with_extension("ts").is_file()
    {
        return format!("there is `{stem}.ts`; write that");
    }
    if let Some(name) = other_case(path) {
        return format!("there is `{}`: small and capital letters differ", shown(&name));
    }
    match path.parent() {
        Some(folder) if !folder.is_dir() => {
            let folder = shown(&folder.display().to_string());
            format!("there is no folder {folder}; paths start from the file that imports")
        }
        _ => "check the path; it starts from the folder of the file that imports".to_owned(),
    }
}

/// The name of a file that differs in case only, as it does when a script comes from a Mac.
fn other_case(path: &Path) -> Option<String> {
    const ENTRIES_MAX: usize = 1_000;
    let wanted = path.file_name()?.to_str()?;
    let mut names = fs::read_dir(path.parent()?).ok()?.take(ENTRIES_MAX);
    names.find_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.eq_ignore_ascii_case(wanted).then_some(name)
    })
}

/// For a folder: the file in it that other tools would take.
fn what_to_import(folder: &Path, specifier: &str) -> String {
    let specifier = specifier.trim_end_matches('/');
    for name in ["index.js", "index.ts", "index.mjs"] {
        if folder.join(name).is_file() {
            return format!("write `{specifier}/{name}`");
        }
    }
    "name the file in it".to_owned()
}
