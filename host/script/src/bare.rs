//! Makes a *bare* component: the same code, but instantiating it leaves the memory alone.
//!
//! A script engine evaluates its script once; the memory it leaves behind is the image of which all
//! VUs are made. Instantiating the engine as it is would write its data segments over the image and
//! run its start functions again. A bare component has neither: the host fills the memory, with
//! [`Bare::segments`] for the instance that runs init, with the image for all others. Start
//! functions become exports, for the host to call in the former.
//!
//! That is sound when nothing but the linear memory has changed. What the code shows is checked
//! here: one memory, no instruction that changes tables, no passive segments. Whether mutable
//! globals are back at their first values only the instance that ran init can tell: there is an
//! export for that, [`GLOBALS_CHANGED`].
//!
//! Calls through a table are written out, because a table and what belongs to it cost each VU a
//! multiple of all else that an instance has outside of its memory.
//!
//! - `module`: core modules
//! - `calls`: calls through the table
//! - `component`: the component around them

mod calls;
mod component;
mod module;

use std::borrow::Cow;

use wasmparser::BinaryReaderError;

/// Export of a bare component: `() -> bool`, true when a mutable global is not at its first value.
pub const GLOBALS_CHANGED: &str = "squall-globals-changed";

/// Export of a bare component, followed by a number from 0: `()`, a start function. They are to be
/// called in the order of their numbers.
pub const START: &str = "squall-start-";

/// A component without what instantiation would do to its memory.
pub struct Bare {
    /// The component.
    pub component: Vec<u8>,
    /// How many start functions there are.
    pub starts: u32,
}

/// Bytes that belong at an offset of the memory before any code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// From the start of the memory.
    pub offset_bytes: u32,
    /// Its contents.
    pub bytes: &'a [u8],
}

/// Why there is no bare form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotBare {
    /// The component keeps state where an image of its memory does not have it.
    #[error("an image of its memory does not hold all of its state: {0}")]
    Unsound(&'static str),
    /// The component is broken.
    #[error("the component cannot be read")]
    Invalid(#[from] BinaryReaderError),
}

/// Makes the bare form of a valid component.
pub fn bare(bytes: &[u8]) -> Result<Bare, NotBare> {
    let frame = component::Frame::read(bytes)?;
    let component = frame.with_modules(bytes, |index, module| {
        let module = module::without_init(module)?;
        if index == frame.main_module {
            let module = calls::direct(&module)?.unwrap_or(module);
            return module::with_state_function(&module, GLOBALS_CHANGED).map(Cow::Owned);
        }
        Ok(Cow::Owned(module))
    })?;
    Ok(Bare { component: frame.with_exports(component), starts: frame.starts() })
}

/// What instantiating a component writes to its memory, in order.
pub fn segments(bytes: &[u8]) -> Result<Vec<Segment<'_>>, NotBare> {
    component::main_data(bytes)
}

#[cfg(test)]
mod tests;
