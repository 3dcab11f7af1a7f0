//! Makes the table of the JavaScript modules that come with squall out of the files in
//! guest-sdk/js.
//!
//! - `k6/index.js` is `k6`, `k6/http.js` is `k6/http`, `k6/experimental/fs.js` is
//!   `k6/experimental/fs`
//! - `squall/http.js` is `squall/http`
//! - `internal/NAME.js` is `squall:NAME`
//! - `jslib/NAME.js` is `jslib:NAME`, `jslib/NAME/FILE.js` is `jslib:NAME/FILE`
//!
//! Folders named `tests` and files named `*.test.js` are left out. The table is sorted by name,
//! because it is searched by halves.
//!
//! Also hashes the JavaScript engine, and the code that rewrites it before it is compiled: the
//! compiled form is cached under that hash.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

/// Folders of modules, and how their names begin.
const FOLDERS: [(&str, &str); 4] =
    [("k6", "k6/"), ("squall", "squall/"), ("internal", "squall:"), ("jslib", "jslib:")];

#[expect(clippy::disallowed_methods, reason = "Cargo talks with build scripts by variables")]
fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/js");
    println!("cargo::rerun-if-changed=build.rs");
    let engine = root.join("../js-engine/js-engine.wasm");
    println!("cargo::rustc-env=SQUALL_JS_ENGINE_SHA256={}", digest(&engine)?);
    let mut modules = BTreeMap::new();
    for (folder, prefix) in FOLDERS {
        let folder = root.join(folder);
        // A path that is not there would run this on every build.
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            collect(&folder, prefix, &mut modules)?;
        } else if root.is_dir() {
            println!("cargo::rerun-if-changed={}", root.display());
        }
    }
    fs::write(out.join("javascript_builtins.rs"), table(&modules)?)
}

/// SHA-256 of the engine and of what makes its bare form.
fn digest(engine: &Path) -> io::Result<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bare");
    let mut files = vec![engine.to_owned(), sources.with_extension("rs")];
    let mut rewriting = Vec::new();
    for entry in fs::read_dir(&sources)? {
        rewriting.push(entry?.path());
    }
    rewriting.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    rewriting.sort();
    files.append(&mut rewriting);
    println!("cargo::rerun-if-changed={}", sources.display());
    let mut hash = Sha256::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        hash.update(fs::read(&file)?);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Adds the modules of a folder and of those below it.
fn collect(folder: &Path, prefix: &str, modules: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            if name != "tests" {
                collect(&path, &format!("{prefix}{name}/"), modules)?;
            }
            continue;
        }
        let Some(stem) = name.strip_suffix(".js") else { continue };
        if stem.strip_suffix(".test").is_some() {
            continue;
        }
        let module = match stem {
            "index" => prefix.trim_end_matches('/').to_owned(),
            stem => format!("{prefix}{stem}"),
        };
        modules.insert(module, path);
    }
    Ok(())
}

fn table(modules: &BTreeMap<String, PathBuf>) -> io::Result<String> {
    let mut table = "/// Name and text of every module that comes with squall, sorted by name.\n\
         pub const BUILTINS: &[(&str, &str)] = &[\n"
        .to_owned();
    for (name, path) in modules {
        let path = path.canonicalize()?.display().to_string();
        // Writing to a string does not fail.
        let _ = writeln!(table, "    ({name:?}, include_str!({path:?})),");
    }
    table.push_str("];\n");
    Ok(table)
}
