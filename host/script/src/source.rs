//! Reads a script file whole, and says what is there when it is not a file.
//!
//! Never blocks on pipes or devices, never reads more than [`SCRIPT_BYTES_MAX`].

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use crate::error::{ScriptError, plain};
use crate::sniff;

/// The largest script that is read: far above any engine compiled to Wasm, far below what would
/// hurt.
pub const SCRIPT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The whole content of a regular file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ScriptError> {
    let unreadable = |source| ScriptError::Read { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(ScriptError::NotFound { path: path.to_owned(), help: what_is_there(path) });
        }
        Err(error) => return Err(unreadable(error)),
    };
    let kind = metadata.file_type();
    if kind.is_dir() {
        return Err(ScriptError::Folder { path: path.to_owned(), help: what_to_give(path) });
    }
    if !kind.is_file() {
        let found = if kind.is_fifo() {
            "pipe"
        } else if kind.is_socket() {
            "socket"
        } else {
            "device"
        };
        return Err(ScriptError::NotRegular { path: path.to_owned(), found });
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(SCRIPT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > SCRIPT_BYTES_MAX {
        return Err(ScriptError::TooLarge { path: path.to_owned(), bytes_max: SCRIPT_BYTES_MAX });
    }
    Ok(bytes)
}

/// For a path where nothing is: the nearest folder, and the scripts in it.
fn what_is_there(path: &Path) -> String {
    let missing_below = path.ancestors().skip(1).find(|folder| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        folder.is_dir()
    });
    let Some(folder) = missing_below else {
        return "check the path".to_owned();
    };
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // Cargo writes `http-get` as `http_get.wasm`: the commonest miss.
    if let Some(name) = path.file_name().and_then(|name| name.to_str())
        && let renamed = folder.join(name.replace('-', "_"))
        && renamed.is_file()
    {
        return format!("there is {}", plain(&renamed.display().to_string()));
    }
    let shown_name = plain(&shown.display().to_string());
    if shown != path.parent().unwrap_or(shown) && !folder.as_os_str().is_empty() {
        return format!("the path exists up to {shown_name}");
    }
    match scripts_in(shown) {
        names if names.is_empty() => {
            format!("there is no script and no .wasm or .wat file in {shown_name}")
        }
        names => format!("in {shown_name} there is {names}"),
    }
}

/// For a folder: the scripts in it, or how to build it.
fn what_to_give(folder: &Path) -> String {
    let names = scripts_in(folder);
    if !names.is_empty() {
        return format!("give one of the files in it: {names}");
    }
    if folder.join("Cargo.toml").is_file() {
        return "build it with `cargo build --release --target wasm32-wasip2` and give the .wasm \
            under \
                target/wasm32-wasip2/release/"
            .to_owned();
    }
    "there is no script in it, and no .wasm or .wat file; give a file".to_owned()
}

/// Names of scripts, .wasm and .wat files, sorted; only so many entries are looked at.
fn scripts_in(folder: &Path) -> String {
    const ENTRIES_MAX: usize = 1_000;
    let Ok(entries) = fs::read_dir(folder) else { return String::new() };
    let mut names: Vec<String> = entries
        .take(ENTRIES_MAX)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            let extension = Path::new(name).extension();
            extension.and_then(|extension| extension.to_str()).is_some_and(|extension| {
                matches!(extension, "wasm" | "wat") || sniff::ENDINGS.contains(&extension)
            })
        })
        .collect();
    names.sort();
    crate::error::list(names.iter().map(String::as_str), "")
}

#[cfg(test)]
mod tests;
