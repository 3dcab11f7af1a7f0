//! Makes two components of one: the *original*, which runs init code, and its *twin*, whose
//! instances get a memory that init has filled already.
//!
//! A script engine evaluates its script once; the memory it leaves behind is the image of which all
//! VUs are made. Instantiating the engine itself would write its data segments over the image and
//! run its start functions again, so VUs are instances of the twin, which has neither.
//!
//! That is sound when nothing but the linear memory has changed. What the code shows is checked
//! here: one memory, no instruction that changes tables, no passive segments. Whether mutable
//! globals are back at their first values only the instance that ran init can tell: the original
//! gets an export for that, [`GLOBALS_CHANGED`].
//!
//! - `module`: core modules
//! - `component`: the component around them

mod component;
mod module;

use wasmparser::BinaryReaderError;

/// Export of the original: `() -> bool`, true when a mutable global is not at its first value.
pub const GLOBALS_CHANGED: &str = "squall-globals-changed";

/// A component in two forms.
pub struct Twins {
    /// Runs init; exports [`GLOBALS_CHANGED`].
    pub original: Vec<u8>,
    /// Is made into VUs.
    pub twin: Vec<u8>,
}

/// Why there is no twin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoTwin {
    /// The component keeps state where an image of its memory does not have it.
    #[error("an image of its memory does not hold all of its state: {0}")]
    Unsound(&'static str),
    /// The component is broken.
    #[error("the component cannot be read")]
    Invalid(#[from] BinaryReaderError),
}

/// Makes both forms of a valid component.
pub fn twins(bytes: &[u8]) -> Result<Twins, NoTwin> {
    let frame = component::Frame::read(bytes)?;
    let original = frame.with_modules(bytes, |index, module| {
        if index == frame.main_module {
            return module::with_state_function(module, GLOBALS_CHANGED);
        }
        Ok(module.to_vec())
    })?;
    let twin = frame.with_modules(bytes, |_, module| module::without_init(module))?;
    Ok(Twins { original: frame.with_state_export(original, GLOBALS_CHANGED), twin })
}

#[cfg(test)]
mod tests;
