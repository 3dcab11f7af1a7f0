//! Types of component functions as WIT text, for comparing them and for showing them.
//!
//! Two functions have the same type exactly when their [`Detail::Full`] texts are the same: names
//! of types are then replaced by what they stand for, and resources are told apart by the name
//! their interface gives them. Texts are bounded: hostile components can describe enormous types in
//! few bytes.

use std::collections::HashMap;
use std::fmt::Write as _;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentValType, ResourceId,
};
use wasmparser::types::Types;

/// How far types are written out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// By name where they have one; what a person reads.
    Named,
    /// To the ground; what is compared.
    Full,
}

/// Where a text stops growing.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Renders the types of one interface, or of a world when there is no interface.
pub(crate) struct Renderer<'a> {
    types: &'a Types,
    resources: HashMap<ResourceId, String>,
    named: HashMap<ComponentDefinedTypeId, String>,
}

impl<'a> Renderer<'a> {
    /// For functions of a world, whose types have no names here.
    pub(crate) fn for_world(types: &'a Types) -> Renderer<'a> {
        Renderer { types, resources: HashMap::new(), named: HashMap::new() }
    }

    /// For functions of an interface: its exported types lend their names.
    pub(crate) fn for_interface(
        types: &'a Types,
        interface: ComponentInstanceTypeId,
    ) -> Renderer<'a> {
        let mut renderer = Renderer::for_world(types);
        for (name, item) in &types[interface].exports {
            let ComponentEntityType::Type { created, .. } = item.ty else { continue };
            match created {
                ComponentAnyTypeId::Resource(id) => {
                    renderer.resources.entry(id.resource()).or_insert_with(|| name.clone());
                }
                ComponentAnyTypeId::Defined(id) => {
                    renderer.named.entry(id).or_insert_with(|| name.clone());
                }
                _ => {}
            }
        }
        renderer
    }

    /// `func(entry: u32) -> result<_, string>`.
    pub(crate) fn func(&self, id: ComponentFuncTypeId, detail: Detail) -> String {
        let func = &self.types[id];
        let mut text = String::from(if func.async_ { "async func(" } else { "func(" });
        for (index, (name, ty)) in func.params.iter().enumerate() {
            comma(&mut text, index);
            text.push_str(name);
            text.push_str(": ");
            self.value(ty, detail, &mut text);
        }
        text.push(')');
        if let Some(result) = &func.result {
            text.push_str(" -> ");
            self.value(result, detail, &mut text);
        }
        text
    }

    /// What an entity is, when it is no function.
    pub(crate) fn entity(&self, entity: &ComponentEntityType, detail: Detail) -> String {
        match entity {
            ComponentEntityType::Func(id) => self.func(*id, detail),
            ComponentEntityType::Instance(_) => "an interface".to_owned(),
            ComponentEntityType::Type { .. } => "a type".to_owned(),
            ComponentEntityType::Value(_) => "a value".to_owned(),
            ComponentEntityType::Module(_) => "a core module".to_owned(),
            ComponentEntityType::Component(_) => "a component".to_owned(),
        }
    }

    fn value(&self, ty: &ComponentValType, detail: Detail, text: &mut String) {
        if text.len() > TEXT_BYTES_MAX {
            return;
        }
        match ty {
            ComponentValType::Primitive(primitive) => text.push_str(&primitive.to_string()),
            ComponentValType::Type(id) => match self.named.get(id) {
                Some(name) if detail == Detail::Named => text.push_str(name),
                _ => self.defined(*id, detail, text),
            },
        }
    }

    fn defined(&self, id: ComponentDefinedTypeId, detail: Detail, text: &mut String) {
        use ComponentDefinedType as Defined;
        match &self.types[id] {
            Defined::Primitive(primitive) => text.push_str(&primitive.to_string()),
            Defined::Record(record) => {
                self.fields(
                    "record",
                    record.fields.iter().map(|(n, t)| (n.as_str(), Some(t))),
                    detail,
                    text,
                );
            }
            Defined::Variant(variant) => {
                let cases = variant.cases.iter().map(|(n, case)| (n.as_str(), case.ty.as_ref()));
                self.fields("variant", cases, detail, text);
            }
            Defined::Flags(names) => {
                self.fields("flags", names.iter().map(|n| (n.as_str(), None)), detail, text);
            }
            Defined::Enum(names) => {
                self.fields("enum", names.iter().map(|n| (n.as_str(), None)), detail, text);
            }
            Defined::List { element, .. } => self.generic("list", &[Some(element)], detail, text),
            Defined::Map { key, value, .. } => {
                self.generic("map", &[Some(key), Some(value)], detail, text);
            }
            Defined::FixedLengthList { element, length, .. } => {
                self.generic("list", &[Some(element)], detail, text);
                let _ = write!(text, "[{length}]");
            }
            Defined::Tuple(tuple) => {
                let types: Vec<_> = tuple.types.iter().map(Some).collect();
                self.generic("tuple", &types, detail, text);
            }
            Defined::Option { ty, .. } => self.generic("option", &[Some(ty)], detail, text),
            Defined::Result { ok: None, err: None, .. } => text.push_str("result"),
            Defined::Result { ok, err: None, .. } => {
                self.generic("result", &[ok.as_ref()], detail, text);
            }
            Defined::Result { ok, err, .. } => {
                self.generic("result", &[ok.as_ref(), err.as_ref()], detail, text);
            }
            Defined::Own(id) => text.push_str(self.resource(id.resource())),
            Defined::Borrow(id) => {
                text.push_str("borrow<");
                text.push_str(self.resource(id.resource()));
                text.push('>');
            }
            Defined::Future { ty, .. } => self.generic("future", &[ty.as_ref()], detail, text),
            Defined::Stream { ty, .. } => self.generic("stream", &[ty.as_ref()], detail, text),
        }
    }

    fn fields<'t>(
        &self,
        keyword: &str,
        fields: impl Iterator<Item = (&'t str, Option<&'t ComponentValType>)>,
        detail: Detail,
        text: &mut String,
    ) {
        text.push_str(keyword);
        text.push_str(" { ");
        for (index, (name, ty)) in fields.enumerate() {
            if text.len() > TEXT_BYTES_MAX {
                return;
            }
            comma(text, index);
            text.push_str(name);
            if let Some(ty) = ty {
                text.push_str(": ");
                self.value(ty, detail, text);
            }
        }
        text.push_str(" }");
    }

    fn generic(
        &self,
        keyword: &str,
        arguments: &[Option<&ComponentValType>],
        detail: Detail,
        text: &mut String,
    ) {
        text.push_str(keyword);
        text.push('<');
        for (index, ty) in arguments.iter().enumerate() {
            comma(text, index);
            match ty {
                Some(ty) => self.value(ty, detail, text),
                None => text.push('_'),
            }
        }
        text.push('>');
    }

    fn resource(&self, id: ResourceId) -> &str {
        self.resources.get(&id).map_or("resource", String::as_str)
    }
}

fn comma(text: &mut String, index: usize) {
    if index > 0 {
        text.push_str(", ");
    }
}
