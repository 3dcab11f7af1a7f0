//! Compares a component with the contract: made for our world, our version, nothing asked for that
//! nobody has.
//!
//! The order of the checks is the order in which the answers help: another version explains a
//! missing function, so it is told first; another world explains missing exports.

use std::path::Path;

use wasmparser::component_types::{ComponentEntityType, ComponentInstanceTypeId};

use crate::component::Scan;
use crate::contract::{self, Contract, EXPORTS, PACKAGE, Version};
use crate::error::{ScriptError, few, list, plain};
use crate::signature::{Detail, Renderer};

const HELP_REBUILD: &str = "build the component again with the SDK of this squall version";

/// Checks everything and returns the version of our package that the component was made for, if it
/// tells.
pub(crate) fn check(path: &Path, scan: &Scan) -> Result<Option<String>, ScriptError> {
    let contract = Contract::get();
    let made_for = check_version(path, scan, contract)?;
    check_run(path, scan, contract)?;
    check_imports(path, scan, contract)?;
    check_import_types(path, scan, contract)?;
    check_exports(path, scan, contract)?;
    Ok(made_for)
}

/// Splits `squall:vu/http@0.1.0` into `squall:vu`, `http` and `0.1.0`.
fn split(name: &str) -> Option<(&str, &str, Option<&str>)> {
    let (path, version) = match name.split_once('@') {
        Some((path, version)) => (path, Some(version)),
        None => (name, None),
    };
    let (package, interface) = path.split_once('/')?;
    Some((package, interface, version))
}

fn check_version(
    path: &Path,
    scan: &Scan,
    contract: &'static Contract,
) -> Result<Option<String>, ScriptError> {
    let mut made_for = None;
    for name in scan.imports.iter().chain(&scan.exports) {
        let Some((PACKAGE, _, version)) = split(name) else { continue };
        let parsed = version.and_then(Version::parse);
        if !parsed.is_some_and(|parsed| parsed.is_compatible_with(contract.version)) {
            let help = match parsed {
                Some(parsed) if parsed > contract.version => {
                    "update squall, or build the component with the SDK of this squall version"
                }
                _ => HELP_REBUILD,
            };
            let found = match version {
                Some(version) => format!("{PACKAGE}@{}", plain(version)),
                None => format!("{PACKAGE} without a version"),
            };
            return Err(ScriptError::OtherVersion {
                path: path.to_owned(),
                found,
                expected: contract.accepted(),
                help,
            });
        }
        made_for = made_for.or(version.map(str::to_owned));
    }
    Ok(made_for)
}

/// No `run`: a component for another world, or an unfinished one.
fn check_run(path: &Path, scan: &Scan, contract: &'static Contract) -> Result<(), ScriptError> {
    if scan.exports.iter().any(|name| name == "run") {
        return Ok(());
    }
    let path = path.to_owned();
    let world = contract.world_name.as_str();
    if let Some((found, reason, help)) = other_world(scan) {
        return Err(ScriptError::OtherWorld { path, found, reason, world, help });
    }
    let found = list(scan.exports.iter().map(String::as_str), "nothing");
    let expected = contract.exports["run"].named.clone();
    Err(ScriptError::NoRun { path, found, expected, world })
}

/// Worlds that people build for without meaning to, by the export that gives them away.
const OTHER_WORLDS: [(&str, &str, &str); 3] = [
    (
        "wasi:cli/run",
        "wasi:cli/command",
        "it was built as a program with `main`; build a library (`crate-type = [\"cdylib\"]`) \
         with the crate squall-sdk",
    ),
    (
        "wasi:http/incoming-handler",
        "wasi:http/proxy",
        "it answers HTTP requests; a VU makes them: export `run` with the crate squall-sdk",
    ),
    (
        "wasi:http/handler",
        "wasi:http/service",
        "it answers HTTP requests; a VU makes them: export `run` with the crate squall-sdk",
    ),
];

fn other_world(scan: &Scan) -> Option<(String, String, &'static str)> {
    for export in &scan.exports {
        let Some((package, interface, version)) = split(export) else { continue };
        let at = version.map_or(String::new(), |version| format!("@{}", plain(version)));
        let full = format!("{package}/{interface}");
        if let Some((_, world, help)) =
            OTHER_WORLDS.iter().find(|(gives_away, ..)| *gives_away == full)
        {
            return Some((format!("{world}{at}"), format!("it exports {}", plain(export)), help));
        }
    }
    let (export, (package, _, version)) =
        scan.exports.iter().find_map(|export| Some((export, split(export)?)))?;
    let at = version.map_or(String::new(), |version| format!("@{}", plain(version)));
    let found = format!("of the package {}{at}", plain(package));
    let help = "a VU exports `run`: build it with the crate squall-sdk or with bindings for the \
        world above";
    Some((found, format!("it exports {}", plain(export)), help))
}

fn check_imports(path: &Path, scan: &Scan, contract: &'static Contract) -> Result<(), ScriptError> {
    let missing: Vec<String> = scan
        .imports
        .iter()
        .filter(|import| !is_provided(import, contract))
        .map(|import| plain(import))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let help = if missing.iter().any(|import| import.starts_with("wasi:http/")) {
        "make requests through squall:vu/http: those are measured"
    } else if missing.iter().any(|import| import.starts_with("wasi:") && import.contains("@0.3")) {
        "build for WASI 0.2 (target wasm32-wasip2)"
    } else if missing.iter().any(|import| import.starts_with(PACKAGE)) {
        HELP_REBUILD
    } else {
        "squall gives a VU the interfaces of its world and WASI 0.2 clocks, random, standard \
            streams and \
         environment; remove the use of the rest, or compose the component with one that provides \
         it"
    };
    Err(ScriptError::Imports { path: path.to_owned(), found: few(missing), help })
}

fn is_provided(import: &str, contract: &'static Contract) -> bool {
    match split(import) {
        Some((PACKAGE, interface, _)) => {
            contract.imports.contains_key(&format!("{PACKAGE}/{interface}"))
        }
        Some((package, interface, Some(version))) => {
            contract::provides_wasi(&format!("{package}/{interface}"), version)
        }
        _ => false,
    }
}

/// Functions of our interfaces must have our types. WASI's are left to the linker.
fn check_import_types(
    path: &Path,
    scan: &Scan,
    contract: &'static Contract,
) -> Result<(), ScriptError> {
    let types = scan.types.as_ref();
    for import in &scan.imports {
        let Some((PACKAGE, interface, _)) = split(import) else { continue };
        let Some(expected) = contract.imports.get(&format!("{PACKAGE}/{interface}")) else {
            continue;
        };
        let Some(item) = types.component_item_for_import(import) else { continue };
        let ComponentEntityType::Instance(id) = item.ty else {
            return Err(ScriptError::Signature {
                path: path.to_owned(),
                item: format!("import `{}`", plain(import)),
                found: Renderer::for_world(&scan.types).entity(&item.ty, Detail::Named).into(),
                expected: "an interface".into(),
                world: &contract.world_name,
                help: HELP_REBUILD,
            });
        };
        check_functions(path, scan, contract, (interface, id), expected)?;
    }
    Ok(())
}

fn check_functions(
    path: &Path,
    scan: &Scan,
    contract: &'static Contract,
    (interface, id): (&str, ComponentInstanceTypeId),
    expected: &std::collections::BTreeMap<String, contract::Signature>,
) -> Result<(), ScriptError> {
    let renderer = Renderer::for_interface(&scan.types, id);
    for (name, item) in &scan.types[id].exports {
        if matches!(item.ty, ComponentEntityType::Type { .. }) {
            continue;
        }
        let Some(ours) = expected.get(name) else {
            return Err(ScriptError::Imports {
                path: path.to_owned(),
                found: vec![format!("{PACKAGE}/{interface}, function `{}`", plain(name))],
                help: HELP_REBUILD,
            });
        };
        let found = renderer.entity(&item.ty, Detail::Full);
        if found == ours.full {
            continue;
        }
        let named = renderer.entity(&item.ty, Detail::Named);
        let (found, expected) = if named == ours.named {
            (found, ours.full.clone())
        } else {
            (named, ours.named.clone())
        };
        return Err(ScriptError::Signature {
            path: path.to_owned(),
            item: format!("import `{PACKAGE}/{interface}`, function `{name}`"),
            found: shorten(&found),
            expected: shorten(&expected),
            world: &contract.world_name,
            help: HELP_REBUILD,
        });
    }
    Ok(())
}

fn check_exports(path: &Path, scan: &Scan, contract: &'static Contract) -> Result<(), ScriptError> {
    let types = scan.types.as_ref();
    let renderer = Renderer::for_world(&scan.types);
    for name in EXPORTS {
        let Some(item) = types.component_item_for_export(name) else { continue };
        let expected = &contract.exports[name];
        let found = renderer.entity(&item.ty, Detail::Full);
        if found != expected.full {
            return Err(ScriptError::Signature {
                path: path.to_owned(),
                item: format!("export `{name}`"),
                found: shorten(&found),
                expected: shorten(&expected.named),
                world: &contract.world_name,
                help: "export it with the expected signature; the SDKs generate it",
            });
        }
    }
    Ok(())
}

/// Signatures from files may be endless; nobody reads more than this.
fn shorten(signature: &str) -> Box<str> {
    const CHARS_MAX: usize = 600;
    match signature.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}...", &signature[..at]).into(),
        None => signature.into(),
    }
}
