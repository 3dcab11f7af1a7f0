//! Reads the frame of a component: imports, exports, their types, memories, tools.
//!
//! Everything but function bodies is validated here; bodies are validated by the compiler, which
//! has to look at them anyway. Total: any bytes give a `Scan` or an error with its place.

use std::collections::BTreeSet;

use wasmparser::types::Types;
use wasmparser::{
    BinaryReader, CustomSectionReader, KnownCustom, MemorySectionReader, Parser, Payload,
    ValidPayload, Validator,
};

use crate::error::plain;
use crate::script::MemoryInfo;

/// What the frame of a component says.
pub(crate) struct Scan {
    /// Types of everything, for looking up imports and exports by name.
    pub(crate) types: Types,
    /// Names of the component's own imports, in order.
    pub(crate) imports: Vec<String>,
    /// Names of the component's own exports, in order.
    pub(crate) exports: Vec<String>,
    /// Over all core modules inside.
    pub(crate) memory: MemoryInfo,
    /// How many core modules are inside.
    pub(crate) core_modules: u32,
    /// Languages and tools, as the file names them.
    pub(crate) producers: Vec<String>,
}

/// Validates and reads a component.
pub(crate) fn scan(bytes: &[u8]) -> Result<Scan, wasmparser::Error> {
    let mut validator = Validator::new();
    let mut imports = Vec::new();
    let mut exports = Vec::new();
    let mut memory = MemoryInfo::default();
    let mut core_modules = 0;
    let mut producers = Producers::default();
    let mut types = None;
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        let valid = validator.payload(&payload)?;
        match payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => {
                depth -= 1;
                if let (0, ValidPayload::End(all)) = (depth, valid) {
                    types = Some(all);
                }
            }
            Payload::ModuleSection { .. } => core_modules += 1,
            Payload::MemorySection(section) => count_memories(section, &mut memory)?,
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            Payload::CustomSection(section) => producers.read(&section),
            _ => {}
        }
    }
    let types = types.ok_or_else(|| no_end(bytes.len()))?;
    Ok(Scan { types, imports, exports, memory, core_modules, producers: producers.into_lines() })
}

/// `parse_all` ends every module and component or fails; this is what it would say of one that has
/// no end.
fn no_end(offset: usize) -> wasmparser::Error {
    match BinaryReader::new(&[], offset).read_u8() {
        Err(error) => error,
        Ok(_) => unreachable!("there is no byte to read"),
    }
}

fn count_memories(
    section: MemorySectionReader<'_>,
    info: &mut MemoryInfo,
) -> wasmparser::Result<()> {
    for memory in section {
        let memory = memory?;
        let page_bytes = 1_u64.checked_shl(memory.page_size_log2.unwrap_or(16)).unwrap_or(u64::MAX);
        let initial_bytes = memory.initial.saturating_mul(page_bytes);
        let maximum_bytes = memory.maximum.map(|pages| pages.saturating_mul(page_bytes));
        info.add(initial_bytes, maximum_bytes);
    }
    Ok(())
}

/// Tool names from `producers` sections; each once, only so many.
#[derive(Default)]
struct Producers(BTreeSet<String>);

const PRODUCERS_MAX: usize = 16;

impl Producers {
    fn read(&mut self, section: &CustomSectionReader<'_>) {
        let KnownCustom::Producers(fields) = section.as_known() else { return };
        // This section is a comment; where it is broken, the rest of it is skipped.
        for field in fields.into_iter().map_while(Result::ok) {
            for value in field.values.into_iter().map_while(Result::ok) {
                if self.0.len() == PRODUCERS_MAX {
                    return;
                }
                let line = format!("{} {}", plain(value.name), plain(value.version));
                self.0.insert(line.trim_end().to_owned());
            }
        }
    }

    fn into_lines(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}
