//! Interface `script`: the modules of a script, for guests that are script engines.

use std::fmt;

use crate::bindings::squall::vu::script as wit;
use crate::state::{Phase, VuState};

/// Where a script engine finds the modules of its script. Names are URLs.
pub trait Modules: Send + Sync {
    /// The module that the user gave.
    fn main(&self) -> String;

    /// The name of the module that `specifier` means in module `referrer`; errors are for people.
    fn resolve(&self, specifier: &str, referrer: &str) -> Result<String, String>;

    /// A module by its name; errors are for people.
    fn load(&self, name: &str) -> Result<ModuleText, String>;

    /// `text`, with positions in generated code (`name:line:column`) replaced by those in what the
    /// user wrote.
    fn original_positions(&self, text: &str) -> String;
}

impl fmt::Debug for dyn Modules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "modules of {}", self.main())
    }
}

/// What an engine evaluates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleText {
    /// True for a CommonJS module.
    pub is_common_js: bool,
    /// Plain JavaScript.
    pub text: String,
}

/// What a guest gets that asks for modules in a run without a script.
const NO_SCRIPT: &str = "this test has no script";

impl VuState {
    fn modules(&self) -> wasmtime::Result<std::sync::Arc<dyn Modules>> {
        let context = self.context();
        let modules = context.shared.modules.clone();
        modules.ok_or_else(|| wasmtime::Error::msg(NO_SCRIPT))
    }
}

impl wit::Host for VuState {
    fn main(&mut self) -> wasmtime::Result<String> {
        Ok(self.modules()?.main())
    }

    fn resolve(
        &mut self,
        specifier: String,
        referrer: String,
    ) -> wasmtime::Result<Result<String, String>> {
        Ok(self.modules()?.resolve(&specifier, &referrer))
    }

    fn load(&mut self, name: String) -> wasmtime::Result<Result<wit::Source, String>> {
        Ok(self.modules()?.load(&name).map(|module| wit::Source {
            kind: if module.is_common_js { wit::Kind::CommonJs } else { wit::Kind::Module },
            text: module.text,
        }))
    }

    fn differs_by_vu(&mut self, reason: String) -> wasmtime::Result<()> {
        // The first reason is as good as any; afterwards each VU runs init anyway.
        if self.local().phase() == Phase::Init && self.differs_by_vu.is_none() {
            self.differs_by_vu = Some(reason);
        }
        Ok(())
    }
}
