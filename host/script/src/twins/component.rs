//! The component around the modules: where they are, and how an export is added.

use std::ops::Range;

use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentSection, ComponentTypeSection, ComponentValType, Encode as _,
    ExportKind, PrimitiveValType,
};
use wasmparser::types::TypesRef;
use wasmparser::{Instance, Parser, Payload, ValidPayload, Validator};

use super::NoTwin;
use super::module::Facts;

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
    core_functions: u32,
    functions: u32,
    types: u32,
}

impl Frame {
    /// Finds the modules of a component and checks that each of them may have a twin.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoTwin> {
        let mut validator = Validator::new();
        let mut frame = Self::default();
        let (mut depth, mut main_module) = (0_u32, None);
        let mut instances = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let ValidPayload::End(types) = validator.payload(&payload)? {
                // The outermost component ends last.
                frame.count(types.as_ref());
            }
            if let (1, Some((id, contents))) = (depth, payload.as_section()) {
                let module = (id == MODULE_SECTION).then(|| frame.modules());
                if let Some(number) = module {
                    let has_memory = Facts::read(&bytes[contents.clone()])?.has_memory;
                    if has_memory && main_module.replace(number).is_some() {
                        return Err(NoTwin::Unsound("it has more than one memory"));
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
        let main_module = main_module.ok_or(NoTwin::Unsound("it has no memory"))?;
        let mut of_main =
            instances.iter().enumerate().filter(|(_, module)| **module == Some(main_module));
        let (Some((main_instance, _)), None) = (of_main.next(), of_main.next()) else {
            return Err(NoTwin::Unsound("the module with the memory is not instantiated once"));
        };
        (frame.main_module, frame.main_instance) = (main_module, main_instance as u32);
        Ok(frame)
    }

    fn count(&mut self, types: TypesRef<'_>) {
        self.core_functions = types.function_count();
        self.functions = types.component_function_count();
        self.types = types.component_type_count();
    }

    fn modules(&self) -> u32 {
        self.sections.iter().filter(|section| section.module.is_some()).count() as u32
    }

    /// The component with its modules replaced.
    pub(super) fn with_modules(
        &self,
        bytes: &[u8],
        replace: impl Fn(u32, &[u8]) -> Result<Vec<u8>, NoTwin>,
    ) -> Result<Vec<u8>, NoTwin> {
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

    /// Adds an export of the component for a function `() -> bool` of the main module.
    pub(super) fn with_state_export(&self, mut bytes: Vec<u8>, name: &str) -> Vec<u8> {
        let mut aliases = ComponentAliasSection::new();
        let instance = self.main_instance;
        aliases.alias(Alias::CoreInstanceExport { instance, kind: ExportKind::Func, name });
        let mut types = ComponentTypeSection::new();
        let no_params: [(&str, ComponentValType); 0] = [];
        let result = ComponentValType::Primitive(PrimitiveValType::Bool);
        types.function().params(no_params).result(Some(result));
        let mut functions = CanonicalFunctionSection::new();
        let no_options: [CanonicalOption; 0] = [];
        functions.lift(self.core_functions, self.types, no_options);
        let mut exports = ComponentExportSection::new();
        exports.export(name, ComponentExportKind::Func, self.functions, None);
        aliases.append_to_component(&mut bytes);
        types.append_to_component(&mut bytes);
        functions.append_to_component(&mut bytes);
        exports.append_to_component(&mut bytes);
        bytes
    }
}

/// A section as it stands in a file.
pub(super) fn push_section(output: &mut Vec<u8>, id: u8, contents: &[u8]) {
    output.push(id);
    contents.encode(output);
}
