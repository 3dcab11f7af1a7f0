//! Reading files, and what is said when there is none.

use std::error::Error as _;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn refused(path: &Path) -> String {
    read(path).unwrap_err().to_string()
}

#[test]
fn reads_a_file() {
    let folder = folder();
    let path = folder.path().join("a.wasm");
    fs::write(&path, b"bytes").unwrap();
    assert_eq!(read(&path).unwrap(), b"bytes");
}

#[test]
fn missing_file_names_what_is_there() {
    let folder = folder();
    let path = folder.path().join("nothing.wasm");
    assert!(
        refused(&path)
            .contains("no such file\nhelp: there is no script and no .wasm or .wat file in ")
    );
    fs::write(folder.path().join("cart.wasm"), b"").unwrap();
    fs::write(folder.path().join("notes.txt"), b"").unwrap();
    let text = refused(&path);
    assert!(text.ends_with("there is `cart.wasm`"), "{text}");
    let deep = folder.path().join("no/such/a.wasm");
    assert!(refused(&deep).contains("the path exists up to "));
    let below_file = folder.path().join("cart.wasm/a.wasm");
    assert!(refused(&below_file).contains("no such file"));
}

#[test]
fn dashes_and_underscores() {
    let folder = folder();
    fs::write(folder.path().join("http_get.wasm"), b"").unwrap();
    let text = refused(&folder.path().join("http-get.wasm"));
    assert!(text.contains("help: there is ") && text.ends_with("http_get.wasm"), "{text}");
}

#[test]
fn folder_names_its_scripts_or_how_to_build() {
    let folder = folder();
    let text = refused(folder.path());
    assert!(
        text.contains("is a folder; expected a file") && text.contains("no script in it"),
        "{text}"
    );
    fs::write(folder.path().join("Cargo.toml"), b"").unwrap();
    assert!(refused(folder.path()).contains("cargo build --release --target wasm32-wasip2"));
    fs::write(folder.path().join("a.wat"), b"").unwrap();
    assert!(refused(folder.path()).contains("give one of the files in it: `a.wat`"));
}

#[test]
fn pipes_and_devices_are_refused_at_once() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    assert!(refused(&pipe).contains("is a pipe; expected a regular file"));
    assert!(refused(Path::new("/dev/zero")).contains("is a device; expected a regular file"));
}

#[test]
fn unreadable_keeps_the_reason_as_source() {
    let folder = folder();
    let path = folder.path().join("a.wasm");
    fs::write(&path, b"bytes").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything; then there is nothing to see here.
    if let Err(error) = read(&path) {
        assert!(error.source().is_some());
        assert!(!error.to_string().contains("denied"), "Display repeats its source");
    }
}
