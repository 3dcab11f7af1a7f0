//! `cargo xtask js-engine`: builds the JavaScript engine, which is committed as a component so that
//! nobody else needs a C compiler for Wasm; the check that it belongs to its sources; and its lints
//! and unit tests, which need the ordinary C compiler only: the imports of Wasm are stubs there.
//!
//! The C part of QuickJS needs clang and the headers of wasi-libc: Debian's `clang-19`, `llvm-19`
//! and `wasi-libc`, which are installed where that is possible, or a WASI SDK (any system) whose
//! folder the variable `WASI_SDK` names.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::say::say;
use crate::setup::WASM_TARGET;
use crate::step::{Tests, cargo, counted, must};

const FOLDER: &str = "guest-sdk/js-engine";
/// The committed component.
const COMPONENT: &str = "guest-sdk/js-engine/js-engine.wasm";
/// Hashes of what it was built from, and its own.
const RECORD: &str = "guest-sdk/js-engine/js-engine.inputs";
/// Everything that shapes the component, as files and folders.
const INPUTS: [&str; 13] = [
    "guest-sdk/js-engine/.cargo/config.toml",
    "guest-sdk/js-engine/Cargo.lock",
    "guest-sdk/js-engine/Cargo.toml",
    "guest-sdk/js-engine/patches",
    "guest-sdk/js-engine/quickjs-prelude.h",
    "guest-sdk/js-engine/src",
    "guest-sdk/event-stream/Cargo.toml",
    "guest-sdk/event-stream/src",
    "guest-sdk/web/Cargo.toml",
    "guest-sdk/web/src",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "wit",
];

/// Folder of the build, and of the patched QuickJS in it.
const TARGET: &str = "target/js-engine";
const BINDING: &str = "rquickjs-sys";
/// The version of the crate that holds QuickJS; `Cargo.toml` of the engine pins it by way of
/// rquickjs.
const BINDING_VERSION: &str = "0.14.0";

/// Builds the engine and writes the component and the record.
pub(crate) fn build(root: &Path) -> Result<()> {
    let tools = Tools::find()?;
    let mut command = engine_cargo(root, &["build", "--release", "--target", WASM_TARGET])?;
    let prelude = root.join(FOLDER).join("quickjs-prelude.h");
    let c_flags = format!("{} -O3 -include {}", tools.headers, prelude.display());
    command
        .env("RQUICKJS_SYS_NO_WASI_SDK", "1")
        .env("CC_wasm32_wasip2", &tools.clang)
        .env("AR_wasm32_wasip2", &tools.ar)
        .env("CFLAGS_wasm32_wasip2", c_flags);
    must(command)?;
    let built = root.join(TARGET).join(WASM_TARGET).join("release/squall_js_engine.wasm");
    fs::copy(&built, root.join(COMPONENT))
        .with_context(|| format!("cannot copy {}", built.display()))?;
    fs::write(root.join(RECORD), record(root)?)?;
    say(&format!("{COMPONENT} is built from the sources that {RECORD} records"));
    Ok(())
}

/// Lints the engine, and runs those of its unit tests that need no host.
pub(crate) fn test(root: &Path, tests: &mut Tests) -> Result<()> {
    let mut clippy = engine_cargo(root, &["clippy", "--all-targets"])?;
    clippy.args(["--", "-D", "warnings"]);
    must(clippy)?;
    counted(engine_cargo(root, &["test", "--lib"])?, tests)
}

/// Cargo in the engine's workspace, with the patched QuickJS.
fn engine_cargo(root: &Path, args: &[&str]) -> Result<Command> {
    let quickjs = patched_quickjs(root)?;
    let patch = format!("patch.crates-io.{BINDING}.path={:?}", quickjs.display().to_string());
    let mut command = cargo(&root.join(FOLDER), args);
    command.args(["--config", &patch, "--target-dir"]).arg(root.join(TARGET));
    Ok(command)
}

/// Fails when the committed component is not the one of the committed sources.
pub(crate) fn check(root: &Path) -> Result<()> {
    let recorded = fs::read_to_string(root.join(RECORD))
        .with_context(|| format!("{RECORD} is missing: run `cargo xtask js-engine`"))?;
    let now = record(root)?;
    let (recorded, now) = (lines(&recorded), lines(&now));
    let names: std::collections::BTreeSet<_> = recorded.keys().chain(now.keys()).collect();
    let changed: Vec<&str> =
        names.into_iter().filter(|name| recorded.get(**name) != now.get(**name)).copied().collect();
    if !changed.is_empty() {
        bail!(
            "{COMPONENT} was built from other sources: {} changed since; run `cargo xtask \
             js-engine` and commit what it writes",
            changed.join(", ")
        );
    }
    Ok(())
}

/// File to hash.
fn lines(record: &str) -> BTreeMap<&str, &str> {
    record
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, file)| (file, hash))
        .collect()
}

/// One line a file: its hash, two spaces, its path.
fn record(root: &Path) -> Result<String> {
    let mut files = vec![PathBuf::from(COMPONENT)];
    for input in INPUTS {
        collect(root, Path::new(input), &mut files)?;
    }
    files.sort();
    let mut record = String::new();
    for file in files {
        let bytes = fs::read(root.join(&file))
            .with_context(|| format!("cannot read {}", file.display()))?;
        // Writing to a string cannot fail.
        let _ = writeln!(record, "{:016x}  {}", fnv_1a(&bytes), file.display());
    }
    Ok(record)
}

fn collect(root: &Path, path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let full = root.join(path);
    if full.is_dir() {
        for entry in fs::read_dir(&full)? {
            collect(root, &path.join(entry?.file_name()), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

/// The 64-bit FNV-1a hash (<https://datatracker.ietf.org/doc/html/rfc9923>): it notices changes, it
/// is no protection against people.
fn fnv_1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Compiler, archiver, and the flags that make the compiler find the headers of wasi-libc.
struct Tools {
    clang: String,
    ar: String,
    headers: String,
}

/// Where Debian's package `wasi-libc` puts its headers.
const DEBIAN_HEADERS: &str = "/usr/include/wasm32-wasi";
const DEBIAN_PACKAGES: [&str; 3] = ["clang-19", "llvm-19", "wasi-libc"];

impl Tools {
    fn find() -> Result<Self> {
        if let Some(sdk) = std::env::var_os("WASI_SDK") {
            return Ok(Self::of_sdk(Path::new(&sdk)));
        }
        if let Some(tools) = Self::of_debian() {
            return Ok(tools);
        }
        install()?;
        Self::of_debian().context(
            "the packages were installed but `clang-19` or the headers of wasi-libc are not there",
        )
    }

    fn of_sdk(sdk: &Path) -> Self {
        let tool = |name: &str| sdk.join("bin").join(name).display().to_string();
        let sysroot = sdk.join("share/wasi-sysroot");
        let headers = format!("--sysroot={}", sysroot.display());
        Self { clang: tool("clang"), ar: tool("llvm-ar"), headers }
    }

    fn of_debian() -> Option<Self> {
        let works = |name: &str| {
            let mut command = Command::new(name);
            command.arg("--version").output().is_ok_and(|output| output.status.success())
        };
        let is_there =
            works("clang-19") && works("llvm-ar-19") && Path::new(DEBIAN_HEADERS).is_dir();
        is_there.then(|| Self {
            clang: "clang-19".to_owned(),
            ar: "llvm-ar-19".to_owned(),
            headers: format!("-isystem {DEBIAN_HEADERS}"),
        })
    }
}

fn install() -> Result<()> {
    let packages = DEBIAN_PACKAGES.join(" ");
    let installed = Command::new("apt-get")
        .args(["install", "--yes", "--no-install-recommends"])
        .args(DEBIAN_PACKAGES)
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        bail!(
            "building the JavaScript engine needs clang for Wasm and the headers of wasi-libc: \
             install {packages} (Debian, Ubuntu), or unpack a WASI SDK \
             (https://github.com/WebAssembly/wasi-sdk) and set WASI_SDK to its folder"
        );
    }
    Ok(())
}

/// A copy of the crate that holds QuickJS, with our patches. One that is there already is left as
/// it is, so that it need not be compiled again.
fn patched_quickjs(root: &Path) -> Result<PathBuf> {
    let copy = root.join(TARGET).join(BINDING);
    let mut patches = Vec::new();
    collect(root, &Path::new(FOLDER).join("patches"), &mut patches)?;
    patches.sort();
    let mut made_of = BINDING_VERSION.as_bytes().to_vec();
    for patch in &patches {
        made_of.extend(fs::read(root.join(patch))?);
    }
    let made_of = format!("{:016x}", fnv_1a(&made_of));
    let note = copy.join("patched");
    if fs::read_to_string(&note).is_ok_and(|known| known == made_of) {
        return Ok(copy);
    }
    let source = registry_source(root)?;
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    copy_folder(&source, &copy)?;
    for patch in patches {
        let mut command = Command::new("git");
        command.current_dir(&copy).arg("apply").arg(root.join(patch));
        // Else git looks for a repository around the copy and ignores what lies below it.
        command.env("GIT_CEILING_DIRECTORIES", root.join(TARGET));
        must(command)?;
    }
    fs::write(note, made_of)?;
    Ok(copy)
}

/// Where cargo keeps the unpacked crate; it is downloaded if need be.
fn registry_source(root: &Path) -> Result<PathBuf> {
    let folder = root.join(TARGET).join("fetch");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"fetch\"\nedition = \"2024\"\n\
         [dependencies]\n{BINDING} = \"={BINDING_VERSION}\"\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let output = cargo(&folder, &["metadata", "--format-version", "1"]).output()?;
    let metadata = String::from_utf8_lossy(&output.stdout);
    let end = format!("{BINDING}-{BINDING_VERSION}/Cargo.toml\"");
    let path = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split_once('"'))
        .map(|(path, _)| path)
        .find(|path| format!("{path}\"").ends_with(&end));
    let path = path.with_context(|| {
        let error = String::from_utf8_lossy(&output.stderr);
        format!("cargo cannot fetch {BINDING} {BINDING_VERSION}: {error}")
    })?;
    Ok(Path::new(path).with_file_name(""))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            // Not a copy with its permissions: the registry's files may be read-only.
            fs::write(target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_rfc() {
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_record_is_read_back() {
        let read = lines("00ff  wit/http.wit\n0001  rust-toolchain.toml\n");
        assert_eq!(read["wit/http.wit"], "00ff");
        assert_eq!(read.len(), 2);
    }
}
