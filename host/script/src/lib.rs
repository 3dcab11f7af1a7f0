//! squall-script: a path becomes a checked WebAssembly component, and the component becomes machine
//! code.
//!
//! - `sniff`: what the bytes are, by content
//! - `source`: reads the file
//! - `module`: core module to component
//! - `component`, `signature`: read a component's frame and the types in it
//! - `contract`, `check`: what squall offers, and whether a component fits
//! - `script`: the result
//! - `bare`: components whose memory the host fills, for VUs that are copies of an image
//! - `cache`: compiled code on disk
//! - `javascript`: the modules of a test that is a script, for the engine that runs it
//!
//! This crate runs nothing and prints nothing. No input makes it panic: files are untrusted. All it
//! believes on its own are files in the cache folder that only this user can have written.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that fails may panic"))]

mod bare;
mod cache;
mod check;
mod component;
mod contract;
mod engine;
mod error;
pub mod javascript;
mod module;
mod script;
mod signature;
mod sniff;
mod source;

use std::path::Path;

pub use bare::{Bare, GLOBALS_CHANGED, NotBare, START, Segment, bare, segments};
pub use cache::{CACHE_BYTES_MAX, Cache, CacheWarning, Compiled, CompiledFrom};
pub use contract::PROVIDED_WASI;
pub use engine::JavaScriptEngine;
pub use error::{Cause, ScriptError};
pub use script::{Exports, MemoryInfo, Origin, PAGE_BYTES, Script};
pub use sniff::is_javascript;
pub use source::SCRIPT_BYTES_MAX;

use sniff::Content;

/// What the user gave.
pub enum Opened {
    /// A component, or what became one.
    Component(Box<Script>),
    /// JavaScript or TypeScript.
    JavaScript(Box<javascript::Modules>),
}

/// Reads a file, whatever it is: a component, a core module, WebAssembly text of either, or a
/// script.
pub fn open(path: &Path, options: &javascript::ModuleOptions) -> Result<Opened, ScriptError> {
    let bytes = source::read(path)?;
    if is_javascript(path, &bytes) {
        let modules = javascript::Modules::new(path, options)?;
        return Ok(Opened::JavaScript(Box::new(modules)));
    }
    load_bytes(&bytes, path).map(|script| Opened::Component(Box::new(script)))
}

/// Reads a file and makes a checked component of it, whatever it is: a component, a core module, or
/// WebAssembly text of either.
pub fn load(path: &Path) -> Result<Script, ScriptError> {
    let bytes = source::read(path)?;
    load_bytes(&bytes, path)
}

/// The same for bytes that are in memory already; `path` is for messages.
pub fn load_bytes(bytes: &[u8], path: &Path) -> Result<Script, ScriptError> {
    match sniff::sniff(bytes) {
        Content::Component => component_script(path, bytes.to_vec(), Origin::Component),
        Content::CoreModule => {
            component_script(path, module::to_component(path, bytes)?, Origin::CoreModule)
        }
        Content::Wat => wat_script(path, bytes),
        other => Err(refusal(path, bytes, other)),
    }
}

fn wat_script(path: &Path, bytes: &[u8]) -> Result<Script, ScriptError> {
    let syntax = |mut source: wat::Error| {
        source.set_path(path);
        ScriptError::WatSyntax { path: path.to_owned(), source }
    };
    let binary = wat::parse_bytes(bytes).map_err(syntax)?;
    match sniff::sniff(&binary) {
        Content::Component => component_script(path, binary.into_owned(), Origin::Wat),
        Content::CoreModule => {
            component_script(path, module::to_component(path, &binary)?, Origin::Wat)
        }
        other => Err(refusal(path, &binary, other)),
    }
}

fn component_script(path: &Path, bytes: Vec<u8>, origin: Origin) -> Result<Script, ScriptError> {
    let scan = component::scan(&bytes).map_err(|error| invalid(path, error))?;
    let made_for = check::check(path, &scan)?;
    Ok(Script {
        path: path.to_owned(),
        component: bytes,
        origin,
        world: contract::Contract::get().world_name.clone(),
        made_for,
        imports: scan.imports,
        exports: Exports::from_names(&scan.exports),
        memory: scan.memory,
        core_modules: scan.core_modules,
        producers: scan.producers,
    })
}

fn invalid(path: &Path, error: wasmparser::Error) -> ScriptError {
    ScriptError::Invalid {
        path: path.to_owned(),
        offset_bytes: error.offset() as u64,
        source: error.into(),
    }
}

/// The error for content that is no script.
fn refusal(path: &Path, bytes: &[u8], content: Content) -> ScriptError {
    let path = path.to_owned();
    match content {
        Content::Empty { found } => ScriptError::Empty { path, found },
        Content::UnknownVersion { found } => ScriptError::UnknownVersion { path, found },
        Content::Truncated { place } => {
            ScriptError::Truncated { path, offset_bytes: bytes.len() as u64, place }
        }
        Content::JavaScript { found } => {
            ScriptError::NotWasm { path, found, help: "it is a script: `squall run` takes it" }
        }
        Content::Other { found, help } => ScriptError::NotWasm { path, found, help },
        Content::Component | Content::CoreModule | Content::Wat => ScriptError::NotWasm {
            path,
            found: "WebAssembly in WebAssembly text".to_owned(),
            help: "give the inner file",
        },
    }
}

#[cfg(test)]
mod tests;
