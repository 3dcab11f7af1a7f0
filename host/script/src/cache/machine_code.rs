//! The one unsafe step of this crate: machine code from the cache becomes a component.
//!
//! Takes only [`MachineCode`], which exists only for files that passed the trust rule and their
//! checksum.

#![expect(unsafe_code, reason = "loading machine code cannot be checked by a compiler")]

use wasmtime::Engine;
use wasmtime::component::Component;

use super::folder::MachineCode;

/// Loads compiled code. Code of another wasmtime or for other settings is an error.
#[expect(clippy::needless_pass_by_value, reason = "the proof is used up")]
pub(super) fn load(engine: &Engine, code: MachineCode<'_>) -> wasmtime::Result<Component> {
    // SAFETY: `Component::deserialize` asks for bytes that `Component::serialize` made, unchanged.
    // - Made by us: `Folder::read` has seen that the file is ours, that no other user can write to
    //   it or to its folder, and that it is the file it seems to be; squall writes nothing else
    //   under such a name. Whoever can write as this user could replace this program as well.
    // - Unchanged: `entry::payload` has compared the checksum of exactly these bytes, which are in
    //   our memory and no longer in the file.
    // - Made for this machine and version: wasmtime checks that itself, and the key says it too.
    unsafe { Component::deserialize(engine, code.bytes()) }
}
