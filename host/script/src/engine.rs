//! The JavaScript engine that comes with squall, compiled for this machine in its two forms.
//!
//! It is a component like any other, built by `cargo xtask js-engine` and part of the program.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::cache::{Cache, Compiled, ComponentDigest, compiled_now};
use crate::error::ScriptError;
use crate::twins::{Twins, twins};

/// The component of the engine.
const COMPONENT: &[u8] = include_bytes!("../../../guest-sdk/js-engine/js-engine.wasm");

/// Its SHA-256, so that a run need not read all of it.
const COMPONENT_SHA256: &str = env!("SQUALL_JS_ENGINE_SHA256");

/// The engine, ready for instances.
pub struct JavaScriptEngine {
    /// The one that evaluates a script.
    pub original: Compiled,
    /// The one that VUs are made of; see [`crate::twins`].
    pub twin: Compiled,
}

impl JavaScriptEngine {
    /// Takes the engine from the cache, or compiles it: once a machine.
    pub fn load(engine: &Engine, cache: Option<&Cache>) -> Result<JavaScriptEngine, ScriptError> {
        let form = |name: &str, bytes: fn(Twins) -> Vec<u8>| {
            let compile = || {
                let both = twins(COMPONENT).map_err(|error| failed(error.into()))?;
                Component::from_binary(engine, &bytes(both)).map_err(|error| failed(error.into()))
            };
            let digest = ComponentDigest::of(format!("{COMPONENT_SHA256} {name}").as_bytes());
            match cache {
                Some(cache) => cache.obtain(engine, &digest, compile),
                None => Ok(compiled_now(compile()?, Vec::new())),
            }
        };
        Ok(JavaScriptEngine {
            original: form("original", |both| both.original)?,
            twin: form("twin", |both| both.twin)?,
        })
    }
}

fn failed(source: crate::Cause) -> ScriptError {
    ScriptError::Compile { path: "the JavaScript engine".into(), source }
}
