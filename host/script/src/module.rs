//! Turns a core module into a component of our world.
//!
//! Three kinds of modules come here: those that wit-bindgen made (their custom section
//! `component-type` tells the world), plain ones that use the canonical ABI's names (C, Go,
//! hand-written text: our own world is written into them), and both kinds built for WASI preview 1
//! (the adapter translates to WASI 0.2).
//!
//! Exports of the world that the module does not have are taken out of its world first: only `run`
//! is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmparser::{ExternalKind, Parser, Payload, Validator};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, metadata};
use wit_parser::{Resolve, WorldId, WorldKey};

use crate::contract::{self, Contract, EXPORTS, PACKAGE, Version};
use crate::error::{Cause, ScriptError, few, list, plain};

/// Prefix of names in the newer of the two manglings of the canonical ABI.
const STANDARD_MANGLING: &str = "cm32p2";
const METADATA_SECTION: &str = "component-type";

/// Makes a component of a core module.
pub(crate) fn to_component(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, ScriptError> {
    let frame = Frame::read(bytes).map_err(|error| crate::invalid(path, error))?;
    frame.check_exports(path)?;
    frame.check_imports(path)?;
    // The encoder reads a section that the file's author wrote and is not made for hostile ones:
    // should it ever panic, that is one more way of not being a valid file.
    let encoded = catch_unwind(AssertUnwindSafe(|| encode(bytes, &frame)))
        .unwrap_or_else(|_| Err("its section `component-type` is broken".into()));
    encoded.map_err(|source| ScriptError::Adapt {
        path: path.to_owned(),
        world: &Contract::get().world_name,
        source,
    })
}

fn encode(bytes: &[u8], frame: &Frame) -> Result<Vec<u8>, Cause> {
    let described = with_metadata(bytes, frame)?;
    let mut encoder = ComponentEncoder::default().validate(false).module(&described)?;
    if frame.imports.iter().any(|(module, _)| module == WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME) {
        encoder = encoder
            .adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER)?;
    }
    Ok(encoder.encode()?)
}

/// The module with a description of its world that promises no more than the module has.
fn with_metadata(bytes: &[u8], frame: &Frame) -> Result<Vec<u8>, Cause> {
    if !frame.has_metadata {
        let (mut resolve, _, world) = contract::resolve();
        frame.prune(&mut resolve, world);
        let mut described = bytes.to_vec();
        embed_component_metadata(&mut described, &resolve, world, StringEncoding::UTF8)?;
        return Ok(described);
    }
    let (stripped, mut own) = metadata::decode(bytes)?;
    if !frame.prune(&mut own.resolve, own.world) {
        return Ok(bytes.to_vec());
    }
    let run = WorldKey::Name("run".to_owned());
    let encoding = own.metadata.export_encodings.get(&own.resolve, &run, "run");
    let mut described = stripped.unwrap_or_else(|| bytes.to_vec());
    let encoding = encoding.unwrap_or(StringEncoding::UTF8);
    embed_component_metadata(&mut described, &own.resolve, own.world, encoding)?;
    Ok(described)
}

/// Imports and exports of a core module.
struct Frame {
    /// Module and field.
    imports: Vec<(String, String)>,
    /// Names of exported functions.
    functions: Vec<String>,
    has_metadata: bool,
}

impl Frame {
    fn read(bytes: &[u8]) -> Result<Frame, wasmparser::Error> {
        let mut validator = Validator::new();
        let mut frame = Frame { imports: Vec::new(), functions: Vec::new(), has_metadata: false };
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            validator.payload(&payload)?;
            match payload {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        frame.imports.push((import.module.to_owned(), import.name.to_owned()));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            frame.functions.push(export.name.to_owned());
                        }
                    }
                }
                Payload::CustomSection(section) if section.name().starts_with(METADATA_SECTION) => {
                    frame.has_metadata = true;
                }
                _ => {}
            }
        }
        Ok(frame)
    }

    /// True when the module exports this function of our world, under either mangling.
    fn exports(&self, name: &str) -> bool {
        let is_name = |function: &String| {
            function == name
                || function.strip_prefix(STANDARD_MANGLING).and_then(|rest| rest.strip_prefix("||"))
                    == Some(name)
        };
        self.functions.iter().any(is_name)
    }

    /// Takes those exports of our world out of `world` that the module does not have. True when
    /// there were any.
    fn prune(&self, resolve: &mut Resolve, world: WorldId) -> bool {
        let mut pruned = false;
        for name in EXPORTS {
            if !self.exports(name) {
                let key = WorldKey::Name(name.to_owned());
                pruned |= resolve.worlds[world].exports.shift_remove(&key).is_some();
            }
        }
        pruned
    }

    fn check_exports(&self, path: &Path) -> Result<(), ScriptError> {
        if self.exports("run") {
            return Ok(());
        }
        let contract = Contract::get();
        if let Some(export) = self.functions.iter().find(|name| name.contains('#')) {
            return Err(ScriptError::OtherWorld {
                path: path.to_owned(),
                found: format!("of `{}`", plain(export.split('#').next().unwrap_or(export))),
                reason: format!("the core module exports `{}`", plain(export)),
                world: &contract.world_name,
                help: "a VU exports `run`: use the crate squall-sdk, or bindings for the world \
                    above",
            });
        }
        let has = |name: &str| self.functions.iter().any(|function| function == name);
        let help = if has("_start") {
            "this is a program with `main`; build a library that exports `run` (Rust: \
             `crate-type = [\"cdylib\"]` with squall-sdk; Go: `-buildmode=c-shared`; C: \
             `-mexec-model=reactor`)"
        } else if self.functions.iter().any(|name| name.starts_with("__wbindgen")) {
            "this was made for JavaScript hosts by wasm-bindgen; build for wasm32-wasip2 with \
                squall-sdk"
        } else {
            "export `run` (in C and Rust also keep the linker from dropping it), or build a \
                component with an SDK"
        };
        Err(ScriptError::ModuleExports {
            path: path.to_owned(),
            found: list(self.functions.iter().map(String::as_str), "no function"),
            expected: format!(
                "the core type (param i32) (result i32), which is `run: {}` in the canonical ABI",
                contract.exports["run"].named
            ),
            help,
        })
    }

    /// Imports that nothing can be linked to. With a world of its own, the encoder knows better
    /// than we do.
    fn check_imports(&self, path: &Path) -> Result<(), ScriptError> {
        let contract = Contract::get();
        let mut missing = Vec::new();
        for (module, field) in &self.imports {
            if module == WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME {
                continue;
            }
            let interface =
                module.strip_prefix(STANDARD_MANGLING).and_then(|rest| rest.strip_prefix('|'));
            let interface = interface.unwrap_or(module);
            if let Some(rest) = interface.strip_prefix(PACKAGE)
                && rest.starts_with('/')
            {
                check_version(path, interface, contract)?;
                let name = interface.split('@').next().unwrap_or(interface);
                // Drops of resources and such are the canonical ABI's own functions.
                let known = contract.imports.get(name).is_some_and(|functions| {
                    field.starts_with('[') || field.contains('_') || functions.contains_key(field)
                });
                if known {
                    continue;
                }
            } else if self.has_metadata {
                continue;
            }
            missing.push(format!("`{}` of `{}`", plain(field), plain(module)));
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(ScriptError::ModuleImports {
            path: path.to_owned(),
            help: self.import_help(),
            found: few(missing),
        })
    }

    fn import_help(&self) -> &'static str {
        let from = |name: &str| self.imports.iter().any(|(module, _)| module == name);
        if from("wasi_unstable") {
            "it was built for the first preview of WASI; build it for wasm32-wasip1 or \
                wasm32-wasip2"
        } else if from("gojs") || from("go") {
            "it was built for browsers (GOOS=js); build it with GOOS=wasip1"
        } else if from("env") {
            "functions of `env` are usually unresolved symbols or Emscripten's runtime: link \
             everything in, and build with wasi-sdk instead of Emscripten"
        } else {
            "import the functions of our world by the canonical ABI's names (module \
             `squall:vu/timers@0.1.0`, function `sleep`), WASI preview 1, and nothing else"
        }
    }
}

fn check_version(
    path: &Path,
    interface: &str,
    contract: &'static Contract,
) -> Result<(), ScriptError> {
    let version = interface.split_once('@').map_or("", |(_, version)| version);
    let matches = match Version::parse(version) {
        Some(version) => version.is_compatible_with(contract.version),
        // The standard mangling writes only the part of the version that compatibility depends on.
        None => version == format!("{}.{}", contract.version.major, contract.version.minor),
    };
    if matches {
        return Ok(());
    }
    Err(ScriptError::OtherVersion {
        path: path.to_owned(),
        found: plain(interface),
        expected: contract.accepted(),
        help: "build it again with the bindings of this squall version",
    })
}

#[cfg(test)]
mod tests;
