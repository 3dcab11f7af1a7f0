//! Core modules: what init leaves outside of the memory, and the two forms of a module.

use wasm_encoder::{Encode, ExportKind, Function, Instruction};
use wasmparser::{
    BinaryReader, Data, DataKind, ElementKind, Global, Operator, Parser, Payload, TypeRef,
};

use super::component::push_section;
use super::{NotBare, Segment};

const HEADER_BYTES: usize = 8;
const EXPORT_SECTION: u8 = 7;

/// What matters of a module.
pub(super) struct Facts {
    pub(super) has_memory: bool,
    pub(super) has_start: bool,
}

/// What a module calls the function that was its start function.
pub(super) const START_EXPORT: &str = "squall-start";

impl Facts {
    /// Errors when the module can change what is not in its memory.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotBare> {
        let mut facts = Self { has_memory: false, has_start: false };
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::MemorySection(section) => {
                    if section.count() > 1 {
                        return Err(NotBare::Unsound("it has more than one memory"));
                    }
                    facts.has_memory |= section.count() == 1;
                }
                Payload::StartSection { .. } => facts.has_start = true,
                Payload::DataSection(section) => {
                    for data in section {
                        segment(data?)?;
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        if matches!(element?.kind, ElementKind::Passive) {
                            return Err(NotBare::Unsound("it has passive element segments"));
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader()? {
                        check(&operator?)?;
                    }
                }
                _ => {}
            }
        }
        Ok(facts)
    }
}

fn check(operator: &Operator<'_>) -> Result<(), NotBare> {
    match operator {
        Operator::TableSet { .. }
        | Operator::TableGrow { .. }
        | Operator::TableFill { .. }
        | Operator::TableCopy { .. }
        | Operator::TableInit { .. } => Err(NotBare::Unsound("it changes tables")),
        _ => Ok(()),
    }
}

/// What becomes of a section.
pub(super) enum Change {
    Keep,
    Drop,
    /// These contents take its place.
    Replace(Vec<u8>),
}

/// Copies a module section by section.
pub(super) fn rewrite(
    bytes: &[u8],
    mut change: impl FnMut(&Payload<'_>, &[u8]) -> Result<Change, NotBare>,
) -> Result<Vec<u8>, NotBare> {
    let mut output = bytes[..HEADER_BYTES].to_vec();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else { continue };
        let contents = &bytes[range];
        match change(&payload, contents)? {
            Change::Keep => push_section(&mut output, id, contents),
            Change::Drop => {}
            Change::Replace(contents) => push_section(&mut output, id, &contents),
        }
    }
    Ok(output)
}

/// The module without what instantiation would do to the memory: active data segments are empty
/// (their numbers stay), and the start function is one that can be called.
pub(super) fn without_init(bytes: &[u8]) -> Result<Vec<u8>, NotBare> {
    let start = start_of(bytes)?;
    let mut is_exported = start.is_none();
    let output = rewrite(bytes, |payload, contents| match (payload, start) {
        (Payload::StartSection { .. }, _) => Ok(Change::Drop),
        (Payload::ExportSection(_), Some(function)) => {
            is_exported = true;
            appended(contents, &export(START_EXPORT, function)).map(Change::Replace)
        }
        (Payload::DataSection(section), _) => {
            let mut contents = Vec::new();
            section.count().encode(&mut contents);
            // All are active: `Facts` refuses others. An empty one fits anywhere in any memory.
            contents.extend(EMPTY_SEGMENT.repeat(section.count() as usize));
            Ok(Change::Replace(contents))
        }
        _ => Ok(Change::Keep),
    })?;
    if is_exported { Ok(output) } else { with_only_export(&output, start) }
}

/// Number of the start function.
fn start_of(bytes: &[u8]) -> Result<Option<u32>, NotBare> {
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::StartSection { func, .. } = payload? {
            return Ok(Some(func));
        }
    }
    Ok(None)
}

/// Adds a section of exports to a module that has none; it comes after all that precede it in the
/// order of sections.
fn with_only_export(bytes: &[u8], start: Option<u32>) -> Result<Vec<u8>, NotBare> {
    let Some(function) = start else { return Ok(bytes.to_vec()) };
    let mut contents = encoded(&1_u32);
    contents.extend(export(START_EXPORT, function));
    let mut output = bytes[..HEADER_BYTES].to_vec();
    let mut is_added = false;
    for payload in Parser::new(0).parse_all(bytes) {
        let Some((id, range)) = payload?.as_section() else { continue };
        // Elements, data and code follow exports; custom sections have the number 0.
        if !is_added && id > EXPORT_SECTION {
            push_section(&mut output, EXPORT_SECTION, &contents);
            is_added = true;
        }
        push_section(&mut output, id, &bytes[range]);
    }
    if !is_added {
        push_section(&mut output, EXPORT_SECTION, &contents);
    }
    Ok(output)
}

/// A data segment whose place is known without running anything.
pub(super) fn segment(data: Data<'_>) -> Result<Segment<'_>, NotBare> {
    let unusual = NotBare::Unsound("it has data segments of an unusual kind");
    let DataKind::Active { offset_expr, .. } = data.kind else { return Err(unusual) };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => {
            Ok(Segment { offset_bytes: value as u32, bytes: data.data })
        }
        _ => Err(unusual),
    }
}

/// Memory 0, at `i32.const 0`, no bytes.
const EMPTY_SEGMENT: [u8; 5] = [0x00, 0x41, 0x00, 0x0b, 0x00];

/// `func () -> i32`.
const STATE_TYPE: [u8; 4] = [0x60, 0x00, 0x01, 0x7f];

/// The module with one more exported function: 1 when a mutable global is not at its first value.
pub(super) fn with_state_function(bytes: &[u8], name: &str) -> Result<Vec<u8>, NotBare> {
    let state = State::read(bytes)?;
    let mut added = 0;
    let output = rewrite(bytes, |payload, contents| {
        let item = match payload {
            Payload::TypeSection(_) => STATE_TYPE.to_vec(),
            Payload::FunctionSection(_) => encoded(&state.types),
            Payload::ExportSection(_) => export(name, state.functions),
            Payload::CodeSectionStart { .. } => state.body(),
            _ => return Ok(Change::Keep),
        };
        added += 1;
        appended(contents, &item).map(Change::Replace)
    })?;
    // Types, functions, exports, code.
    if added == 4 { Ok(output) } else { Err(NotBare::Unsound("its memory has no code")) }
}

/// An entry of the section of exports.
fn export(name: &str, function: u32) -> Vec<u8> {
    let mut bytes = encoded(&name);
    ExportKind::Func.encode(&mut bytes);
    function.encode(&mut bytes);
    bytes
}

pub(super) fn encoded(value: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    bytes
}

/// A section's contents, a count and items, with one more item.
fn appended(contents: &[u8], item: &[u8]) -> Result<Vec<u8>, NotBare> {
    appended_all(contents, &[item])
}

/// A section's contents, a count and items, with more items.
pub(super) fn appended_all(
    contents: &[u8],
    items: &[impl AsRef<[u8]>],
) -> Result<Vec<u8>, NotBare> {
    let mut reader = BinaryReader::new(contents, 0);
    let count = reader.read_var_u32()?;
    let mut output = encoded(&(count + items.len() as u32));
    output.extend_from_slice(&contents[reader.original_position()..]);
    for item in items {
        output.extend_from_slice(item.as_ref());
    }
    Ok(output)
}

/// What the added function needs to know of its module.
#[derive(Default)]
struct State {
    types: u32,
    functions: u32,
    globals: u32,
    /// Mutable ones, with the values that they start with.
    mutable: Vec<(u32, First)>,
}

#[derive(Clone, Copy)]
enum First {
    I32(i32),
    I64(i64),
}

impl State {
    fn read(bytes: &[u8]) -> Result<Self, NotBare> {
        let mut state = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        state.types += group?.types().len() as u32;
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) => state.functions += 1,
                            TypeRef::Global(global) if global.mutable => {
                                return Err(NotBare::Unsound("it shares a mutable global"));
                            }
                            TypeRef::Global(_) => state.globals += 1,
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => state.functions += section.count(),
                Payload::GlobalSection(section) => {
                    for global in section {
                        state.add(&global?)?;
                    }
                }
                _ => {}
            }
        }
        Ok(state)
    }

    fn add(&mut self, global: &Global<'_>) -> Result<(), NotBare> {
        if global.ty.mutable {
            let first = match global.init_expr.get_operators_reader().read()? {
                Operator::I32Const { value } => First::I32(value),
                Operator::I64Const { value } => First::I64(value),
                _ => return Err(NotBare::Unsound("it has mutable globals of an unusual kind")),
            };
            self.mutable.push((self.globals, first));
        }
        self.globals += 1;
        Ok(())
    }

    /// Compares each with its first value and gives whether any differs.
    fn body(&self) -> Vec<u8> {
        let mut function = Function::new([]);
        function.instruction(&Instruction::I32Const(0));
        for (index, first) in &self.mutable {
            function.instruction(&Instruction::GlobalGet(*index));
            match first {
                First::I32(value) => {
                    function.instruction(&Instruction::I32Const(*value));
                    function.instruction(&Instruction::I32Ne);
                }
                First::I64(value) => {
                    function.instruction(&Instruction::I64Const(*value));
                    function.instruction(&Instruction::I64Ne);
                }
            }
            function.instruction(&Instruction::I32Or);
        }
        function.instruction(&Instruction::End);
        encoded(&function)
    }
}
