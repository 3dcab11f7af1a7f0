//! Core modules: what init leaves outside of the memory, and the two forms of a module.

use wasm_encoder::{Encode, ExportKind, Function, Instruction};
use wasmparser::{BinaryReader, DataKind, ElementKind, Global, Operator, Parser, Payload, TypeRef};

use super::NoTwin;
use super::component::push_section;

const HEADER_BYTES: usize = 8;

/// What matters of a module.
pub(super) struct Facts {
    pub(super) has_memory: bool,
}

impl Facts {
    /// Errors when the module can change what is not in its memory.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoTwin> {
        let mut has_memory = false;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::MemorySection(section) => {
                    if section.count() > 1 {
                        return Err(NoTwin::Unsound("it has more than one memory"));
                    }
                    has_memory |= section.count() == 1;
                }
                Payload::DataSection(section) => {
                    for data in section {
                        if matches!(data?.kind, DataKind::Passive) {
                            return Err(NoTwin::Unsound("it has passive data segments"));
                        }
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        if matches!(element?.kind, ElementKind::Passive) {
                            return Err(NoTwin::Unsound("it has passive element segments"));
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
        Ok(Self { has_memory })
    }
}

fn check(operator: &Operator<'_>) -> Result<(), NoTwin> {
    match operator {
        Operator::TableSet { .. }
        | Operator::TableGrow { .. }
        | Operator::TableFill { .. }
        | Operator::TableCopy { .. }
        | Operator::TableInit { .. } => Err(NoTwin::Unsound("it changes tables")),
        _ => Ok(()),
    }
}

/// What becomes of a section.
enum Change {
    Keep,
    Drop,
    /// These contents take its place.
    Replace(Vec<u8>),
}

/// Copies a module section by section.
fn rewrite(
    bytes: &[u8],
    mut change: impl FnMut(&Payload<'_>, &[u8]) -> Result<Change, NoTwin>,
) -> Result<Vec<u8>, NoTwin> {
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
/// (their numbers stay), and there is no start function.
pub(super) fn without_init(bytes: &[u8]) -> Result<Vec<u8>, NoTwin> {
    rewrite(bytes, |payload, _| match payload {
        Payload::StartSection { .. } => Ok(Change::Drop),
        Payload::DataSection(section) => {
            let mut contents = Vec::new();
            section.count().encode(&mut contents);
            // All are active: `Facts` refuses others. An empty one fits anywhere in any memory.
            contents.extend(EMPTY_SEGMENT.repeat(section.count() as usize));
            Ok(Change::Replace(contents))
        }
        _ => Ok(Change::Keep),
    })
}

/// Memory 0, at `i32.const 0`, no bytes.
const EMPTY_SEGMENT: [u8; 5] = [0x00, 0x41, 0x00, 0x0b, 0x00];

/// `func () -> i32`.
const STATE_TYPE: [u8; 4] = [0x60, 0x00, 0x01, 0x7f];

/// The module with one more exported function: 1 when a mutable global is not at its first value.
pub(super) fn with_state_function(bytes: &[u8], name: &str) -> Result<Vec<u8>, NoTwin> {
    let state = State::read(bytes)?;
    let mut added = 0;
    let output = rewrite(bytes, |payload, contents| {
        let item = match payload {
            Payload::TypeSection(_) => STATE_TYPE.to_vec(),
            Payload::FunctionSection(_) => encoded(&state.types),
            Payload::ExportSection(_) => state.export(name),
            Payload::CodeSectionStart { .. } => state.body(),
            _ => return Ok(Change::Keep),
        };
        added += 1;
        appended(contents, &item).map(Change::Replace)
    })?;
    // Types, functions, exports, code.
    if added == 4 { Ok(output) } else { Err(NoTwin::Unsound("its memory has no code")) }
}

fn encoded(value: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    bytes
}

/// A section's contents, a count and items, with one more item.
fn appended(contents: &[u8], item: &[u8]) -> Result<Vec<u8>, NoTwin> {
    let mut reader = BinaryReader::new(contents, 0);
    let count = reader.read_var_u32()?;
    let mut output = encoded(&(count + 1));
    output.extend_from_slice(&contents[reader.original_position()..]);
    output.extend_from_slice(item);
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
    fn read(bytes: &[u8]) -> Result<Self, NoTwin> {
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
                                return Err(NoTwin::Unsound("it shares a mutable global"));
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

    fn add(&mut self, global: &Global<'_>) -> Result<(), NoTwin> {
        if global.ty.mutable {
            let first = match global.init_expr.get_operators_reader().read()? {
                Operator::I32Const { value } => First::I32(value),
                Operator::I64Const { value } => First::I64(value),
                _ => return Err(NoTwin::Unsound("it has mutable globals of an unusual kind")),
            };
            self.mutable.push((self.globals, first));
        }
        self.globals += 1;
        Ok(())
    }

    fn export(&self, name: &str) -> Vec<u8> {
        let mut bytes = encoded(&name);
        ExportKind::Func.encode(&mut bytes);
        self.functions.encode(&mut bytes);
        bytes
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
