//! The component around the modules: where they are, and how exports are added.

use std::borrow::Cow;
use std::ops::Range;

use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentSection, ComponentTypeSection, ComponentValType, Encode as _,
    ExportKind, PrimitiveValType,
};
use wasmparser::types::TypesRef;
use wasmparser::{Instance, Parser, Payload, ValidPayload, Validator};

use super::module::{self, Facts};
use super::{GLOBALS_CHANGED, NotBare, START, Segment};

/// Id of a component section that holds a core module.
const MODULE_SECTION: u8 = 1;

/// A section of the component, in order.
struct Section {
    id: u8,
    /// Without id and length.
    contents: Range<usize>,
    /// For modules: their number.
    module: Option<u32>,
}

/// What is needed of a component to rewrite it.
#[derive(Default)]
pub(super) struct Frame {
    header: Range<usize>,
    sections: Vec<Section>,
    /// The module that has the memory.
    pub(super) main_module: u32,
    main_instance: u32,
    /// Core instances of modules with a start function, in order of instantiation.
    starts: Vec<u32>,
    core_functions: u32,
    functions: u32,
    types: u32,
}

impl Frame {
    /// Finds the modules of a component and checks that each of them may be bare.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotBare> {
        let mut frame = Self::default();
        let (mut depth, mut main_module) = (0_u32, None);
        let (mut instances, mut with_start) = (Vec::new(), Vec::new());
        let mut validator = Validator::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let ValidPayload::End(types) = validator.payload(&payload)? {
                // The outermost component ends last.
                frame.count(types.as_ref());
            }
            if let (1, Some((id, contents))) = (depth, payload.as_section()) {
                let module = (id == MODULE_SECTION).then_some(with_start.len() as u32);
                if let Some(number) = module {
                    let facts = Facts::read(&bytes[contents.clone()])?;
                    with_start.push(facts.has_start);
                    if facts.has_memory && main_module.replace(number).is_some() {
                        return Err(NotBare::Unsound("it has more than one memory"));
                    }
                }
                frame.sections.push(Section { id, contents, module });
            }
            match payload {
                Payload::Version { range, .. } => {
                    if depth == 0 {
                        frame.header = range;
                    }
                    depth += 1;
                }
                Payload::End(_) => depth -= 1,
                Payload::InstanceSection(section) if depth == 1 => {
                    for instance in section {
                        instances.push(match instance? {
                            Instance::Instantiate { module_index, .. } => Some(module_index),
                            Instance::FromExports(_) => None,
                        });
                    }
                }
                _ => {}
            }
        }
        let main_module = main_module.ok_or(NotBare::Unsound("it has no memory"))?;
        let instances_of = |is_wanted: &dyn Fn(u32) -> bool| -> Vec<u32> {
            let all = instances.iter().zip(0..);
            all.filter(|(module, _)| module.is_some_and(is_wanted)).map(|(_, at)| at).collect()
        };
        let [main_instance] = instances_of(&|module| module == main_module)[..] else {
            return Err(NotBare::Unsound("the module with the memory is not instantiated once"));
        };
        frame.starts = instances_of(&|module| with_start[module as usize]);
        (frame.main_module, frame.main_instance) = (main_module, main_instance);
        Ok(frame)
    }

    fn count(&mut self, types: TypesRef<'_>) {
        self.core_functions = types.function_count();
        self.functions = types.component_function_count();
        self.types = types.component_type_count();
    }

    /// How many start functions there are.
    pub(super) fn starts(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The component with its modules replaced.
    pub(super) fn with_modules<'a>(
        &self,
        bytes: &'a [u8],
        replace: impl Fn(u32, &'a [u8]) -> Result<Cow<'a, [u8]>, NotBare>,
    ) -> Result<Vec<u8>, NotBare> {
        let mut output = bytes[self.header.clone()].to_vec();
        for section in &self.sections {
            let contents = &bytes[section.contents.clone()];
            match section.module {
                Some(number) => push_section(&mut output, section.id, &replace(number, contents)?),
                None => push_section(&mut output, section.id, contents),
            }
        }
        Ok(output)
    }

    /// Adds the exports for the state of globals and for start functions.
    pub(super) fn with_exports(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        let starts = self.starts.iter().zip(0..).map(|(instance, number)| {
            (*instance, module::START_EXPORT, format!("{START}{number}"), None)
        });
        let changed = ComponentValType::Primitive(PrimitiveValType::Bool);
        let name = GLOBALS_CHANGED.to_owned();
        let state = (self.main_instance, GLOBALS_CHANGED, name, Some(changed));
        let mut aliases = ComponentAliasSection::new();
        let mut types = ComponentTypeSection::new();
        let mut functions = CanonicalFunctionSection::new();
        let mut exports = ComponentExportSection::new();
        for (added, export) in (0..).zip(std::iter::once(state).chain(starts)) {
            let (instance, core_name, name, result) = export;
            let kind = ExportKind::Func;
            aliases.alias(Alias::CoreInstanceExport { instance, kind, name: core_name });
            let no_params: [(&str, ComponentValType); 0] = [];
            types.function().params(no_params).result(result);
            let no_options: [CanonicalOption; 0] = [];
            functions.lift(self.core_functions + added, self.types + added, no_options);
            // An export is a function of its own, after those that are lifted.
            exports.export(&name, ComponentExportKind::Func, self.functions + added, None);
        }
        aliases.append_to_component(&mut bytes);
        types.append_to_component(&mut bytes);
        functions.append_to_component(&mut bytes);
        exports.append_to_component(&mut bytes);
        bytes
    }
}

/// Data segments of the module that has the memory.
pub(super) fn main_data(bytes: &[u8]) -> Result<Vec<Segment<'_>>, NotBare> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::DataSection(section) if depth == 2 => {
                for data in section {
                    found.push(module::segment(data?)?);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// A section as it stands in a file.
pub(super) fn push_section(output: &mut Vec<u8>, id: u8, contents: &[u8]) {
    output.push(id);
    contents.encode(output);
}
