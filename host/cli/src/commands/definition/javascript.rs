//! Scripts: their modules, and the engine that runs them.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use squall_engine::{BareGuest, Guest, ModuleText, Runtime};
use squall_script::javascript::{ModuleKind, ModuleOptions, Modules};
use squall_script::{Cache, GLOBALS_CHANGED, JavaScriptEngine};

use super::{Source, script_failure, taken};
use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;

/// A script that is piped in.
pub(super) fn from_stdin(options: &ModuleOptions) -> Result<Source, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(ExitCode::Unclassified, error)
            .hint("`-` reads a script, as UTF-8 text, from standard input")
    })?;
    from_text(text, options)
}

/// A script that is no file; what it imports lies in the current folder.
pub(super) fn from_text(text: String, options: &ModuleOptions) -> Result<Source, Failure> {
    let modules = Modules::from_stdin(text, Path::new("."), options).map_err(script_failure)?;
    Ok(Source::JavaScript(Arc::new(modules)))
}

/// The engine with a script.
pub(super) fn guest(
    runtime: &Runtime,
    modules: &Arc<Modules>,
    cache: Option<&Cache>,
) -> Result<Guest, Failure> {
    let engine = JavaScriptEngine::load(runtime.wasmtime(), cache).map_err(script_failure)?;
    let segments = engine.segments.iter().map(|segment| (segment.offset_bytes, segment.bytes));
    Ok(Guest {
        bare: Some(BareGuest {
            segments: segments.collect(),
            starts: Vec::new(),
            globals_changed: GLOBALS_CHANGED,
        }),
        component: taken(engine.compiled),
        modules: Some(Arc::new(ModulesOfScript(Arc::clone(modules)))),
    })
}

/// What the engine asks for, answered by what `squall-script` has found.
struct ModulesOfScript(Arc<Modules>);

impl squall_engine::Modules for ModulesOfScript {
    fn main(&self) -> String {
        self.0.main_name().to_owned()
    }

    fn resolve(&self, specifier: &str, referrer: &str) -> Result<String, String> {
        self.0.resolve(specifier, referrer).map_err(|error| error.to_string())
    }

    fn load(&self, name: &str) -> Result<ModuleText, String> {
        let source = self.0.load(name).map_err(|error| error.to_string())?;
        Ok(ModuleText { is_common_js: source.kind == ModuleKind::CommonJs, text: source.text })
    }

    fn original_positions(&self, text: &str) -> String {
        self.0.original_positions(text)
    }
}
