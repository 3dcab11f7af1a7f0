//! The JavaScript engine that comes with squall, compiled for this machine.
//!
//! It is a component like any other, built by `cargo xtask js-engine` and part of the program.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::bare::{Segment, bare, segments};
use crate::cache::{Cache, Compiled, ComponentDigest, compiled_now};
use crate::error::ScriptError;

/// The component of the engine.
const COMPONENT: &[u8] = include_bytes!("../../../guest-sdk/js-engine/js-engine.wasm");

/// SHA-256 of it and of what makes its bare form, so that a run need not read all of it.
const COMPONENT_SHA256: &str = env!("SQUALL_JS_ENGINE_SHA256");

/// The engine, ready for instances.
pub struct JavaScriptEngine {
    /// Its bare form; see [`crate::bare()`]. It has no start functions.
    pub compiled: Compiled,
    /// What belongs in its memory before init.
    pub segments: Vec<Segment<'static>>,
}

impl JavaScriptEngine {
    /// Takes the engine from the cache, or compiles it: once a machine.
    pub fn load(engine: &Engine, cache: Option<&Cache>) -> Result<JavaScriptEngine, ScriptError> {
        let compile = || {
            let bare = bare(COMPONENT).map_err(|error| failed(error.into()))?;
            Component::from_binary(engine, &bare.component).map_err(|error| failed(error.into()))
        };
        let digest = ComponentDigest::of(format!("bare {COMPONENT_SHA256}").as_bytes());
        let compiled = match cache {
            Some(cache) => cache.obtain(engine, &digest, compile)?,
            None => compiled_now(compile()?, Vec::new()),
        };
        let segments = segments(COMPONENT).map_err(|error| failed(error.into()))?;
        Ok(JavaScriptEngine { compiled, segments })
    }
}

fn failed(source: crate::Cause) -> ScriptError {
    ScriptError::Compile { path: "the JavaScript engine".into(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_can_be_bare_and_has_no_start_functions() {
        assert_eq!(bare(COMPONENT).unwrap().starts, 0);
        assert!(!segments(COMPONENT).unwrap().is_empty());
    }
}
