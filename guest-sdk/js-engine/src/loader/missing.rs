//! Names that a script imports and a module has not.
//!
//! In k6 the modules that come with it, and CommonJS modules, are objects, and what an object has
//! not is `undefined`. So such a name is no reason to stop: it is told, and undefined. In modules
//! of the language it stays an error.

use std::ffi::{CStr, c_char};

use crate::host::execution;
use crate::host::log::{self, Level};

unsafe extern "C" {
    /// See `patches/`.
    fn JS_SetMissingExportFunc(has: extern "C" fn(*const c_char, *const c_char) -> bool);
}

/// From here on the engine asks.
pub(super) fn install() {
    // SAFETY: the function lives as long as the program.
    unsafe { JS_SetMissingExportFunc(has) }
}

/// Whether `module` has an export `name` although it was not found. The engine asks once for each.
extern "C" fn has(module: *const c_char, name: *const c_char) -> bool {
    // SAFETY: the engine gives two texts that end in NUL and live while this runs.
    let [module, name] = [module, name].map(|text| unsafe { CStr::from_ptr(text) });
    let (module, name) = (module.to_string_lossy(), name.to_string_lossy());
    if !super::is_built_in(&module) && !super::is_common_js(&module) {
        return false;
    }
    // Where each VU runs init code by itself, once is enough.
    if execution::vu().id_in_instance == 0 {
        log::remark(
            Level::Warn,
            &format!(
                "`{name}` is imported from '{module}', which exports no such thing: it is \
                 undefined"
            ),
        );
    }
    true
}
