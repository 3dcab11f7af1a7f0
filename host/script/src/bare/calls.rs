//! Calls through a table become direct calls, and the table goes.
//!
//! The runtime keeps, for every instance, a table of pointers and a record of 32 bytes for each
//! function in it, and fills in what is called when it is called first. An engine has a thousand
//! such functions and calls few of them, one here and one there: that costs each VU ten pages. The
//! table never changes ([`super::module::Facts`] sees to it), so which function is at which place
//! is known, and code can say it: for each type of function that is called, a function is added
//! that takes the arguments and the place, and jumps.
//!
//! What is called is the same in every case, and so is what traps: a place that is empty, outside
//! of the table, or has a function of another type. Modules whose table somebody else may see, or
//! that use it for more than calls, stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{BlockType, CodeSection, Function, Instruction, TypeSection, ValType};
use wasmparser::{
    BinaryReader, CodeSectionReader, Element, ElementItems, ElementKind, ExternalKind, FuncType,
    FunctionBody, Operator, Parser, Payload, TypeRef,
};

use super::NotBare;
use super::module::{Change, appended_all, encoded, rewrite};

/// The module with direct calls, if it can be had.
pub(super) fn direct(bytes: &[u8]) -> Result<Option<Vec<u8>>, NotBare> {
    let Some(table) = Table::read(bytes)? else { return Ok(None) };
    let Some(jumps) = table.jumps() else { return Ok(None) };
    let first_type = table.types.len() as u32;
    let first_function = table.functions.len() as u32;
    rewrite(bytes, |payload, contents| match payload {
        Payload::TypeSection(_) => {
            let types: Vec<_> = jumps.iter().map(Jump::encoded_type).collect();
            appended_all(contents, &types).map(Change::Replace)
        }
        Payload::FunctionSection(_) => {
            let types = (first_type..).take(jumps.len());
            let types: Vec<_> = types.map(|number| encoded(&number)).collect();
            appended_all(contents, &types).map(Change::Replace)
        }
        Payload::TableSection(_) | Payload::ElementSection(_) => Ok(Change::Drop),
        Payload::CodeSectionStart { .. } => {
            let reader = CodeSectionReader::new(BinaryReader::new(contents, 0))?;
            let mut code = CodeSection::new();
            for body in reader {
                code.raw(&with_direct_calls(&body?, contents, |called| {
                    let jump = jumps.iter().position(|jump| jump.ty == table.types[called])?;
                    Some(first_function + jump as u32)
                })?);
            }
            for jump in &jumps {
                code.function(&jump.body());
            }
            Ok(Change::Replace(encoded_contents(&code)))
        }
        _ => Ok(Change::Keep),
    })
    .map(Some)
}

/// A section's contents, without its length.
fn encoded_contents(code: &CodeSection) -> Vec<u8> {
    let whole = encoded(code);
    let mut reader = BinaryReader::new(&whole, 0);
    // What was just written can be read.
    let _ = reader.read_var_u32();
    whole[reader.original_position()..].to_vec()
}

/// A function's body in which calls through the table are calls of what `jump` says for their type.
fn with_direct_calls(
    body: &FunctionBody<'_>,
    section: &[u8],
    jump: impl Fn(usize) -> Option<u32>,
) -> Result<Vec<u8>, NotBare> {
    let mut output = Vec::with_capacity(body.range().len());
    let mut copied = body.range().start;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, start) = operators.read_with_offset()?;
        let Operator::CallIndirect { type_index, .. } = operator else { continue };
        let called = jump(type_index as usize);
        let called = called.ok_or(NotBare::Unsound("it calls functions of an unknown type"))?;
        output.extend_from_slice(&section[copied..start]);
        output.extend(encoded(&Instruction::Call(called)));
        copied = operators.original_position();
    }
    output.extend_from_slice(&section[copied..body.range().end]);
    Ok(output)
}

/// The one table of a module, and all that has to do with it.
#[derive(Default)]
struct Table {
    types: Vec<FuncType>,
    /// Their types by number.
    functions: Vec<u32>,
    /// Functions by their place.
    entries: BTreeMap<u32, u32>,
    /// Types of functions that are called.
    called: BTreeSet<u32>,
}

impl Table {
    /// `None` when the table has to stay, or there is none.
    fn read(bytes: &[u8]) -> Result<Option<Self>, NotBare> {
        let mut table = Self::default();
        let mut tables = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    for ty in section.into_iter_err_on_gc_types() {
                        let Ok(ty) = ty else { return Ok(None) };
                        table.types.push(ty);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(ty) => table.functions.push(ty),
                            TypeRef::Table(_) => return Ok(None),
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        table.functions.push(ty?);
                    }
                }
                Payload::TableSection(section) => tables += section.count(),
                Payload::ExportSection(section) => {
                    for export in section {
                        if export?.kind == ExternalKind::Table {
                            return Ok(None);
                        }
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        if !table.add(element?)? {
                            return Ok(None);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) if !table.add_calls(&body)? => return Ok(None),
                _ => {}
            }
        }
        Ok((tables == 1).then_some(table))
    }

    /// Adds what a segment puts into the table; false when that is not known.
    fn add(&mut self, element: Element<'_>) -> Result<bool, NotBare> {
        let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) =
            (element.kind, element.items)
        else {
            return Ok(false);
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            return Ok(false);
        };
        for (place, function) in (value as u32..).zip(functions) {
            self.entries.insert(place, function?);
        }
        Ok(true)
    }

    /// Notes which types a function calls; false when it does something else with the table.
    fn add_calls(&mut self, body: &FunctionBody<'_>) -> Result<bool, NotBare> {
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::CallIndirect { type_index, .. } => {
                    self.called.insert(type_index);
                }
                Operator::ReturnCallIndirect { .. }
                | Operator::RefFunc { .. }
                | Operator::TableGet { .. }
                | Operator::TableSize { .. }
                | Operator::ElemDrop { .. } => return Ok(false),
                _ => {}
            }
        }
        Ok(true)
    }

    /// One for each type; types are the same when they are written the same.
    fn jumps(&self) -> Option<Vec<Jump>> {
        let mut jumps: Vec<Jump> = Vec::new();
        for called in &self.called {
            let ty = self.types.get(*called as usize)?;
            if jumps.iter().any(|jump| jump.ty == *ty) {
                continue;
            }
            let is_of_type = |function: u32| {
                let number = self.functions.get(function as usize)?;
                Some(self.types.get(*number as usize)? == ty)
            };
            let entries = self.entries.iter().map(|(place, function)| (*place, *function));
            let targets = entries.filter(|(_, function)| is_of_type(*function) == Some(true));
            jumps.push(Jump::new(ty, targets.collect())?);
        }
        Some(jumps)
    }
}

/// A function that calls the one of its type at a place of the table.
struct Jump {
    ty: FuncType,
    params: Vec<ValType>,
    results: Vec<ValType>,
    /// Places and functions, in order of places.
    targets: Vec<(u32, u32)>,
}

impl Jump {
    fn new(ty: &FuncType, targets: Vec<(u32, u32)>) -> Option<Self> {
        let number = |ty: &wasmparser::ValType| match ty {
            wasmparser::ValType::I32 => Some(ValType::I32),
            wasmparser::ValType::I64 => Some(ValType::I64),
            wasmparser::ValType::F32 => Some(ValType::F32),
            wasmparser::ValType::F64 => Some(ValType::F64),
            wasmparser::ValType::V128 => Some(ValType::V128),
            wasmparser::ValType::Ref(_) => None,
        };
        let params = ty.params().iter().map(number).collect::<Option<_>>()?;
        let results = ty.results().iter().map(number).collect::<Option<_>>()?;
        Some(Self { ty: ty.clone(), params, results, targets })
    }

    /// Its type: the place comes last, so that the arguments are where the target wants them.
    fn encoded_type(&self) -> Vec<u8> {
        let mut section = TypeSection::new();
        let params = [&self.params[..], &[ValType::I32]].concat();
        section.ty().function(params, self.results.iter().copied());
        let mut bytes = encoded(&section);
        // Length and count are of one byte: a type has far less than 128.
        bytes.drain(..2);
        bytes
    }

    /// Jumps to the block of a place, behind which is the call. It takes the place of this one on
    /// the stack.
    fn body(&self) -> Function {
        let mut function = Function::new([]);
        let place = self.params.len() as u32;
        let (first, last) = match (self.targets.first(), self.targets.last()) {
            (Some((first, _)), Some((last, _))) => (*first, *last),
            _ => (0, 0),
        };
        let count = self.targets.len() as u32;
        // Blocks from the inside out: one for each target, one for what is none.
        for _ in 0..=count {
            function.instruction(&Instruction::Block(BlockType::Empty));
        }
        let mut blocks = vec![count; (last - first) as usize + 1];
        for (block, (place, _)) in (0..).zip(&self.targets) {
            blocks[(place - first) as usize] = block;
        }
        function.instruction(&Instruction::LocalGet(place));
        function.instruction(&Instruction::I32Const(first as i32));
        function.instruction(&Instruction::I32Sub);
        function.instruction(&Instruction::BrTable(blocks.into(), count));
        for (_, target) in &self.targets {
            function.instruction(&Instruction::End);
            for param in 0..place {
                function.instruction(&Instruction::LocalGet(param));
            }
            function.instruction(&Instruction::ReturnCall(*target));
        }
        function.instruction(&Instruction::End);
        function.instruction(&Instruction::Unreachable);
        function.instruction(&Instruction::End);
        function
    }
}

#[cfg(test)]
mod tests;
