//! A script that is ready to be compiled, and what is known about it without running it.
//!
//! A `Script` exists only for components that passed every check of this crate: right world, right
//! version, every import provided, every export of the right type.

use std::path::PathBuf;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::ScriptError;

/// Bytes of a page of linear memory, unless a module asks for other pages.
pub const PAGE_BYTES: u64 = 65_536;

/// A checked component and what its frame says.
#[derive(Debug, Clone)]
pub struct Script {
    /// As it was given.
    pub path: PathBuf,
    /// The component's bytes; made by us when the file was text or a core module.
    pub component: Vec<u8>,
    /// What the file was.
    pub origin: Origin,
    /// The world it runs in: `squall:vu/vu@0.1.0`.
    pub world: String,
    /// The version of `squall:vu` that it imports; none when it imports nothing of it.
    pub made_for: Option<String>,
    /// Names of all imports, in order.
    pub imports: Vec<String>,
    /// Which exports of our world it has.
    pub exports: Exports,
    /// Linear memories of the core modules inside.
    pub memory: MemoryInfo,
    /// How many core modules are inside; adapters count.
    pub core_modules: u32,
    /// Languages and tools that made it, as the file names them.
    pub producers: Vec<String>,
}

/// What the file was before it became a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A component already.
    Component,
    /// WebAssembly text, of a component or of a core module.
    Wat,
    /// A core module.
    CoreModule,
}

impl Origin {
    /// For people: `component`, `text`, `core module`.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Component => "component",
            Origin::Wat => "text",
            Origin::CoreModule => "core module",
        }
    }
}

/// The exports of the world that a component has. `run` is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one flag for each export of the world")]
pub struct Exports {
    /// The options as JSON.
    pub options: bool,
    /// Names of the entry points.
    pub entries: bool,
    /// Runs before the test.
    pub setup: bool,
    /// One iteration.
    pub run: bool,
    /// Runs after the test.
    pub teardown: bool,
    /// Makes the reports.
    pub handle_summary: bool,
    /// Exports that are not of our world; squall does not call them.
    pub other: Vec<String>,
}

impl Exports {
    pub(crate) fn from_names(names: &[String]) -> Exports {
        let mut exports = Exports::default();
        for name in names {
            match name.as_str() {
                "options" => exports.options = true,
                "entries" => exports.entries = true,
                "setup" => exports.setup = true,
                "run" => exports.run = true,
                "teardown" => exports.teardown = true,
                "handle-summary" => exports.handle_summary = true,
                _ => exports.other.push(name.clone()),
            }
        }
        exports
    }

    /// Names of those of our world that are there, in the order of a test.
    pub fn names(&self) -> Vec<&'static str> {
        let all = [
            (self.options, "options"),
            (self.entries, "entries"),
            (self.setup, "setup"),
            (self.run, "run"),
            (self.teardown, "teardown"),
            (self.handle_summary, "handle-summary"),
        ];
        all.iter().filter(|(there, _)| *there).map(|(_, name)| *name).collect()
    }
}

/// Linear memories, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryInfo {
    /// How many memories there are.
    pub memories: u32,
    /// What every VU starts with.
    pub initial_bytes: u64,
    /// What a VU may grow to by its own declaration; none when a memory declares no bound.
    pub maximum_bytes: Option<u64>,
}

impl Default for MemoryInfo {
    fn default() -> MemoryInfo {
        MemoryInfo { memories: 0, initial_bytes: 0, maximum_bytes: Some(0) }
    }
}

impl MemoryInfo {
    pub(crate) fn add(&mut self, initial_bytes: u64, maximum_bytes: Option<u64>) {
        self.memories = self.memories.saturating_add(1);
        self.initial_bytes = self.initial_bytes.saturating_add(initial_bytes);
        self.maximum_bytes = match (self.maximum_bytes, maximum_bytes) {
            (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
            _ => None,
        };
    }

    /// Initial size in pages of 64 KiB, rounded up.
    pub fn initial_pages(&self) -> u64 {
        self.initial_bytes.div_ceil(PAGE_BYTES)
    }

    /// Declared maximum in pages of 64 KiB, rounded up.
    pub fn maximum_pages(&self) -> Option<u64> {
        self.maximum_bytes.map(|bytes| bytes.div_ceil(PAGE_BYTES))
    }
}

impl Script {
    /// Length of the component in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.component.len() as u64
    }

    /// Compiles the component for this machine. [`crate::Cache::compile`] does it once a machine.
    pub fn compile(&self, engine: &Engine) -> Result<Component, ScriptError> {
        Component::from_binary(engine, &self.component)
            .map_err(|error| ScriptError::Compile { path: self.path.clone(), source: error.into() })
    }
}
