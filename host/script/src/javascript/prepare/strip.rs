//! TypeScript to JavaScript, with a map back to the original positions.
//!
//! Only what is TypeScript changes: types go, enums, namespaces, parameter properties and
//! decorators become what they mean. Everything else stays as modern as it was written.

use std::path::{Path, PathBuf};

use oxc::allocator::Allocator;
use oxc::ast::ast::{Program, Statement, TSModuleReference};
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc::semantic::{Scoping, SemanticBuilder};
use oxc::transformer::{Module, TransformOptions, Transformer};

use super::syntax::{self, SyntaxError};
use super::{Ending, Form, ModuleKind, Prepared};
use crate::javascript::builtins;
use crate::javascript::positions::PositionMap;

/// Strips the types.
pub(super) fn strip(text: &str, ending: Ending) -> Result<Prepared, Box<SyntaxError>> {
    let allocator = Allocator::default();
    let parsed = super::parse(&allocator, text, ending)?;
    let is_module = parsed.program.source_type.is_module();
    let mut program = parsed.program;
    let semantic = SemanticBuilder::new()
        // What the transformation may add.
        .with_excess_capacity(2.0)
        .with_enum_eval(true)
        // Later steps count on a program that follows the rules.
        .with_check_syntax_error(true)
        .build(&program);
    fail(text, &semantic.diagnostics)?;
    let scoping = semantic.semantic.into_scoping();
    let assigns = assigns_module(&program);
    let kind = kind(ending, is_module, assigns, &scoping);
    let transformer_options = transform_options(assigns);
    // Only for messages and for React.
    let path = Path::new("module.ts");
    let transformed = Transformer::new(&allocator, path, &transformer_options)
        .build_with_scoping(scoping, &mut program);
    fail(text, &transformed.diagnostics)?;
    let options = CodegenOptions {
        source_map_path: Some(PathBuf::new()),
        comments: CommentOptions::disabled(),
        ..CodegenOptions::default()
    };
    // CommonJS is wrapped into a function, where a first line `#!` is an error.
    program.hashbang = None;
    let is_module = kind == ModuleKind::Module || program.body.iter().any(is_module_statement);
    if !is_module {
        // `export {}`, left by an `import type`.
        program.body.retain(|statement| !matches!(statement, Statement::ExportNamedDeclaration(_)));
    }
    let written = Codegen::new().with_options(options).build(&program);
    Ok(Prepared {
        kind: if is_module { ModuleKind::Module } else { ModuleKind::CommonJs },
        text: written.code,
        map: written.map.map(|map| PositionMap::of_own(&map)),
    })
}

fn fail(text: &str, diagnostics: &oxc::diagnostics::Diagnostics) -> Result<(), Box<SyntaxError>> {
    match syntax::first(text, diagnostics) {
        Some(error) => Err(Box::new(error)),
        None => Ok(()),
    }
}

fn transform_options(assigns: bool) -> TransformOptions {
    let mut options = TransformOptions::default();
    options.decorator.legacy = true;
    options.helper_loader.module_name = builtins::HELPERS_MODULE.into();
    if assigns {
        options.env.module = Module::CommonJS;
    }
    options
}

fn kind(ending: Ending, is_module: bool, assigns: bool, scoping: &Scoping) -> ModuleKind {
    if assigns {
        return ModuleKind::CommonJs;
    }
    if ending.form != Form::Any {
        return ending.kind(is_module);
    }
    if !is_module && super::names_common_js(scoping) {
        return ModuleKind::CommonJs;
    }
    ModuleKind::Module
}

/// True for `import a = require('a')` and `export = a`, which mean `CommonJS`.
fn assigns_module(program: &Program<'_>) -> bool {
    program.body.iter().any(|statement| match statement {
        Statement::TSExportAssignment(_) => true,
        Statement::TSImportEqualsDeclaration(import) => {
            matches!(import.module_reference, TSModuleReference::ExternalModuleReference(_))
        }
        _ => false,
    })
}

/// True for an import or export of today that imports or exports something.
fn is_module_statement(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ExportNamedDeclaration(export) => !export.specifiers.is_empty(),
        Statement::ImportDeclaration(_)
        | Statement::ExportAllDeclaration(_)
        | Statement::ExportDeclaration(_)
        | Statement::ExportDefaultDeclaration(_)
        | Statement::ExportFromDeclaration(_) => true,
        _ => false,
    }
}
