//! The guest's side of the contract: what the exports of the component do with what the attribute
//! macros have registered.
//!
//! Registration happens in constructors that run before the first export. Nothing is searched or
//! allocated for an iteration: `run` walks a short list to its entry and calls it.

use crate::host;
use crate::metrics::Declaration;

/// A function with `#[scenario]`.
#[derive(Debug)]
pub struct Entry {
    /// What `exec` of a scenario says.
    pub name: &'static str,
    /// One iteration.
    pub run: fn() -> Result<(), String>,
    /// File and line of the function.
    pub place: &'static str,
}

inventory::collect!(Entry);

/// The function with `#[options]`.
#[derive(Debug)]
pub struct OptionsFunction {
    /// Returns the options as JSON, or why there are none.
    pub call: fn() -> Result<String, String>,
    /// File and line of the function.
    pub place: &'static str,
}

inventory::collect!(OptionsFunction);

/// The export `options`: checks what was registered, registers all metrics and asks the script.
pub(crate) fn options() -> String {
    prepare();
    reject_duplicates();
    Declaration::register_all();
    let mut functions = inventory::iter::<OptionsFunction>.into_iter();
    let Some(first) = functions.next() else { return String::from("{}") };
    if let Some(second) = functions.next() {
        host::fail(&format!(
            "two functions have #[options]: {} and {}; keep one",
            second.place, first.place
        ));
    }
    match (first.call)() {
        Ok(json) => json,
        Err(message) => host::fail(&message),
    }
}

/// The export `entries`.
pub(crate) fn entries() -> Vec<String> {
    prepare();
    inventory::iter::<Entry>.into_iter().map(|entry| entry.name.to_owned()).collect()
}

/// The export `run`.
pub(crate) fn run(entry: u32) -> Result<(), String> {
    prepare();
    match inventory::iter::<Entry>.into_iter().nth(entry as usize) {
        Some(entry) => (entry.run)(),
        None => Err(format!("the component has no entry number {entry}")),
    }
}

/// Two functions for one `exec` name would be picked between by the order of the linker.
fn reject_duplicates() {
    for (index, entry) in inventory::iter::<Entry>.into_iter().enumerate() {
        for other in inventory::iter::<Entry>.into_iter().take(index) {
            if other.name == entry.name {
                host::fail(&format!(
                    "two scenario functions are named `{}`: {} and {}; rename one, or give it \
                     another name with #[scenario(name = \"...\")]",
                    entry.name, entry.place, other.place
                ));
            }
        }
    }
}

/// What every export does first: makes a panic end as a message with its place in the source,
/// instead of text on standard error.
pub fn prepare() {
    #[cfg(target_family = "wasm")]
    {
        use std::sync::atomic::{AtomicBool, Ordering};
        static INSTALLED: AtomicBool = AtomicBool::new(false);
        if !INSTALLED.swap(true, Ordering::Relaxed) {
            // The closure captures nothing, so the box allocates nothing.
            std::panic::set_hook(Box::new(|info| {
                let text = crate::report::panic_text(info);
                host::execution::fail_iteration(&text);
            }));
        }
    }
}
