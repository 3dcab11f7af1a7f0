//! Makes of a module's text what the engine takes: decides what kind of module it is, and strips
//! the types of TypeScript.
//!
//! - `strip`: TypeScript to JavaScript
//! - `syntax`: errors of the parser, with place and line
//!
//! Plain JavaScript goes through unchanged, so that positions in it need no map. The parser calls
//! itself for what is nested, so it runs on a thread of its own with a stack that is large enough
//! for the text.

mod strip;
mod syntax;

use std::thread;

use oxc::allocator::Allocator;
use oxc::parser::{ParseOptions, Parser, ParserReturn};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;

use super::ModuleKind;
use super::error::ModuleProblem;
use super::positions::PositionMap;

pub(super) use syntax::SyntaxError;

/// A module as the engine takes it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) kind: ModuleKind,
    pub(super) text: String,
    /// From the text to the original, if they differ.
    pub(super) map: Option<PositionMap>,
}

/// What the ending of a name says about a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) is_type_script: bool,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `.js`, `.ts` and all others: the text decides.
    Any,
    /// `.mjs`, `.mts`.
    Module,
    /// `.cjs`, `.cts`.
    CommonJs,
}

impl Ending {
    /// Looks at the last part of a path or address.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let (is_type_script, form) = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("ts") => (true, Form::Any),
            Some("mts") => (true, Form::Module),
            Some("cts") => (true, Form::CommonJs),
            Some("mjs") => (false, Form::Module),
            Some("cjs") => (false, Form::CommonJs),
            _ => (false, Form::Any),
        };
        Self { is_type_script, form }
    }

    fn source_type(self) -> SourceType {
        let source_type = match self.form {
            Form::Any => SourceType::unambiguous(),
            Form::Module => SourceType::mjs(),
            Form::CommonJs => SourceType::cjs(),
        };
        if self.is_type_script { source_type.with_typescript(true) } else { source_type }
    }
}

/// Prepares the module `name`.
pub(super) fn prepare(name: &str, text: String, ending: Ending) -> Result<Prepared, ModuleProblem> {
    let levels = nesting(&text);
    if levels > LEVELS_MAX {
        let name = name.to_owned();
        return Err(ModuleProblem::TooDeep { name, levels, levels_max: LEVELS_MAX });
    }
    let failed = || ModuleProblem::Parser { name: name.to_owned() };
    let builder = thread::Builder::new()
        .name("squall-parser".to_owned())
        .stack_size(stack_bytes(levels, text.len()));
    let result = thread::scope(|scope| {
        let parser = builder.spawn_scoped(scope, || prepare_here(text, ending));
        parser.ok().and_then(|parser| parser.join().ok())
    });
    let prepared = result.ok_or_else(failed)?;
    prepared.map_err(|error| error.into_problem(name))
}

fn prepare_here(text: String, ending: Ending) -> Result<Prepared, Box<SyntaxError>> {
    if ending.is_type_script {
        return strip::strip(&text, ending);
    }
    match plain_kind(&text, ending) {
        Ok(ModuleKind::CommonJs) => {
            Ok(Prepared { kind: ModuleKind::CommonJs, text: without_hashbang(text), map: None })
        }
        Ok(kind) => Ok(Prepared { kind, text, map: None }),
        Err(plain) => {
            // Types in a .js file, as k6 takes them. If it is neither, the parser that got further
            // has understood more.
            let ending = Ending { is_type_script: true, ..ending };
            strip::strip(&text, ending)
                .map_err(|typed| if typed.is_after(&plain) { typed } else { plain })
        }
    }
}

/// Parses as what the ending says. Where that is open, the text decides: afterwards the program's
/// type is that of a module or that of a script.
fn parse<'a>(
    allocator: &'a Allocator,
    text: &'a str,
    ending: Ending,
) -> Result<ParserReturn<'a>, Box<SyntaxError>> {
    let result = parse_as(allocator, text, ending.source_type());
    if result.is_err() && ending.form == Form::Any && text.contains("await") {
        // `for await` alone does not tell the parser that it is in a module.
        let module = Ending { form: Form::Module, ..ending };
        return parse_as(allocator, text, module.source_type()).or(result);
    }
    result
}

fn parse_as<'a>(
    allocator: &'a Allocator,
    text: &'a str,
    source_type: SourceType,
) -> Result<ParserReturn<'a>, Box<SyntaxError>> {
    // CommonJS runs inside of a function; that a module cannot return, the engine says.
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed = Parser::new(allocator, text, source_type).with_options(options).parse();
    match syntax::first(text, &parsed.diagnostics) {
        Some(error) => Err(Box::new(error)),
        None => Ok(parsed),
    }
}

/// The kind of a plain JavaScript module.
fn plain_kind(text: &str, ending: Ending) -> Result<ModuleKind, Box<SyntaxError>> {
    let allocator = Allocator::default();
    let parsed = parse(&allocator, text, ending)?;
    if ending.form != Form::Any {
        return Ok(ending.kind(parsed.module_record.has_module_syntax));
    }
    if parsed.program.source_type.is_module() {
        return Ok(ModuleKind::Module);
    }
    if may_be_common_js(text) {
        let semantic = SemanticBuilder::new().build(&parsed.program).semantic;
        if names_common_js(semantic.scoping()) {
            return Ok(ModuleKind::CommonJs);
        }
    }
    // Nothing tells; but what only sloppy mode allows must not be run as a module.
    Ok(if is_strict(text) { ModuleKind::Module } else { ModuleKind::CommonJs })
}

/// True if a text follows the rules of modules.
fn is_strict(text: &str) -> bool {
    let allocator = Allocator::default();
    let Ok(parsed) = parse_as(&allocator, text, SourceType::mjs()) else { return false };
    let checked = SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program);
    !checked.diagnostics.has_errors()
}

impl Ending {
    /// The kind by the ending, where that decides.
    fn kind(self, has_module_syntax: bool) -> ModuleKind {
        if self.form == Form::CommonJs && !has_module_syntax {
            ModuleKind::CommonJs
        } else {
            ModuleKind::Module
        }
    }
}

const COMMON_JS_NAMES: [&str; 3] = ["exports", "module", "require"];

/// Quick look that spares most texts the slow one.
fn may_be_common_js(text: &str) -> bool {
    COMMON_JS_NAMES.iter().any(|name| text.contains(name))
}

/// True if one of the names is used and not declared.
fn names_common_js(scoping: &oxc::semantic::Scoping) -> bool {
    let free = scoping.root_unresolved_references();
    free.keys().any(|name| COMMON_JS_NAMES.contains(&name.as_str()))
}

/// A first line `#!...` as a comment of the same length: `CommonJS` runs inside of a function,
/// where the first line is no longer the first.
fn without_hashbang(mut text: String) -> String {
    if text.starts_with("#!") {
        text.replace_range(..2, "//");
    }
    text
}

/// How deep brackets may nest: what the stack below is bounded for.
const LEVELS_MAX: usize = 100_000;

/// How deep brackets nest, about: those in strings and comments count too.
fn nesting(text: &str) -> usize {
    let (mut levels, mut deepest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                levels += 1;
                deepest = deepest.max(levels);
            }
            b')' | b']' | b'}' => levels = levels.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Room for the parser. Only what is used becomes resident.
///
/// Measured: at most 2 400 bytes a bracket; 320 a byte for what nests without brackets
/// (`a=>a=>a`), 75 a byte for long sums.
fn stack_bytes(levels: usize, text_bytes: usize) -> usize {
    const BYTES_MIN: usize = 4 * 1024 * 1024;
    const BYTES_MAX: usize = 1024 * 1024 * 1024;
    const PER_LEVEL: usize = 8 * 1024;
    const PER_BYTE: usize = 600;
    let wanted = BYTES_MIN + levels * PER_LEVEL + text_bytes.saturating_mul(PER_BYTE);
    wanted.min(BYTES_MAX)
}

#[cfg(test)]
mod tests;
