//! What can be wrong with a script, in words for the person who wrote it.
//!
//! Every text names the file, what was found, what was expected, and what to do about it. `Display`
//! never repeats its source: print the chain. Names that come out of a file are escaped and
//! shortened before they get here, so that a hostile file cannot write control characters to a
//! terminal.

use std::fmt::Write as _;
use std::path::PathBuf;

/// An error of a library below, kept as the source.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a file is not a script that squall can run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// Nothing is there.
    #[error(
        "{}: no such file\n\
         help: {help}",
        path.display()
    )]
    NotFound {
        /// As it was given.
        path: PathBuf,
        /// What is there instead.
        help: String,
    },

    /// A folder, not a file.
    #[error(
        "{}: is a folder; expected a file: a WebAssembly component, a core module or .wat \
         text\n\
         help: {help}",
        path.display()
    )]
    Folder {
        /// As it was given.
        path: PathBuf,
        /// Which file is probably meant, or how to build it.
        help: String,
    },

    /// A device, pipe or socket: reading it might never end.
    #[error(
        "{}: is a {found}; expected a regular file\n\
         help: write the script to a file and give that",
        path.display()
    )]
    NotRegular {
        /// As it was given.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },

    /// The operating system refused.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// As it was given.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },

    /// Larger than squall reads.
    #[error(
        "{}: is larger than {bytes_max} bytes, the most squall reads\n\
         help: build it optimised and without debug information (`--release`, `wasm-tools \
         strip`)",
        path.display()
    )]
    TooLarge {
        /// As it was given.
        path: PathBuf,
        /// The bound.
        bytes_max: u64,
    },

    /// No bytes, or only white space.
    #[error(
        "{}: is empty ({found}); expected a WebAssembly component, a core module or .wat \
         text\n\
         help: build the script again",
        path.display()
    )]
    Empty {
        /// As it was given.
        path: PathBuf,
        /// `0 bytes` or `only white space`.
        found: String,
    },

    /// Something that is not WebAssembly.
    #[error(
        "{}: is {found}; expected a WebAssembly component, a core module or .wat text\n\
         help: {help}",
        path.display()
    )]
    NotWasm {
        /// As it was given.
        path: PathBuf,
        /// What it seems to be.
        found: String,
        /// How to get from that to a component.
        help: &'static str,
    },

    /// WebAssembly of a binary version that does not exist or is not known here.
    #[error(
        "{}: has an unknown WebAssembly binary version: {found}; expected a core module \
         (version 1) or a component (version 13)\n\
         help: build it again with current tools; components older than 2023 cannot be \
         read",
        path.display()
    )]
    UnknownVersion {
        /// As it was given.
        path: PathBuf,
        /// The version field.
        found: String,
    },

    /// The file ends in the middle of something.
    #[error(
        "{}: is truncated: the file ends at byte {offset_bytes}, {place}\n\
         help: copy or build the file again",
        path.display()
    )]
    Truncated {
        /// As it was given.
        path: PathBuf,
        /// Length of the file.
        offset_bytes: u64,
        /// What is cut off.
        place: String,
    },

    /// Text that does not parse as WebAssembly text.
    #[error("{}: is not valid WebAssembly text", path.display())]
    WatSyntax {
        /// As it was given.
        path: PathBuf,
        /// Names line and column.
        #[source]
        source: wat::Error,
    },

    /// Binary WebAssembly that breaks the rules.
    #[error(
        "{}: is not valid WebAssembly, from byte {offset_bytes} on\n\
         help: build the file again; if it was edited, undo that",
        path.display()
    )]
    Invalid {
        /// As it was given.
        path: PathBuf,
        /// Where, in the file or in the binary form of the text.
        offset_bytes: u64,
        /// What is wrong there.
        #[source]
        source: Cause,
    },

    /// A core module that does not have our exports.
    #[error(
        "{}: is a core module that cannot be a VU: it exports {found}; expected a \
         function `run` with {expected}\n\
         help: {help}",
        path.display()
    )]
    ModuleExports {
        /// As it was given.
        path: PathBuf,
        /// What it exports.
        found: String,
        /// Core type of `run` and the optional exports.
        expected: String,
        /// What to change.
        help: &'static str,
    },

    /// A core module that asks for things that nobody has.
    #[error(
        "{}: is a core module that imports what squall does not provide: {}\n\
         help: {help}",
        path.display(), found.join(", ")
    )]
    ModuleImports {
        /// As it was given.
        path: PathBuf,
        /// `module.field`, as a person would write it.
        found: Vec<String>,
        /// What to change.
        help: &'static str,
    },

    /// A core module that could not be turned into a component.
    #[error(
        "{}: is a core module that cannot be turned into a component of the world {world}\n\
         help: its functions must have the core types that the canonical ABI gives to \
         that world; wit-bindgen makes them, and functions that take or return strings or \
         lists need the exports `memory` and `cabi_realloc`",
        path.display()
    )]
    Adapt {
        /// As it was given.
        path: PathBuf,
        /// Our world.
        world: &'static str,
        /// What did not fit.
        #[source]
        source: Cause,
    },

    /// A component made for something else.
    #[error(
        "{}: is a component for the world {found} ({reason}); expected the world {world}\n\
         help: {help}",
        path.display()
    )]
    OtherWorld {
        /// As it was given.
        path: PathBuf,
        /// The world it was made for.
        found: String,
        /// From what this was concluded.
        reason: String,
        /// Our world.
        world: &'static str,
        /// What to change.
        help: &'static str,
    },

    /// A component made for another version of our world.
    #[error(
        "{}: is a component for {found}; this squall runs {expected}\n\
         help: {help}",
        path.display()
    )]
    OtherVersion {
        /// As it was given.
        path: PathBuf,
        /// Package and version it was made for.
        found: String,
        /// Package and versions that run here.
        expected: String,
        /// Which side to update.
        help: &'static str,
    },

    /// A component that asks for things that nobody has.
    #[error(
        "{}: imports what squall does not provide: {}\n\
         help: {help}",
        path.display(), found.join(", ")
    )]
    Imports {
        /// As it was given.
        path: PathBuf,
        /// Names of the imports.
        found: Vec<String>,
        /// What to change.
        help: &'static str,
    },

    /// A component without an entry point.
    #[error(
        "{}: is a component without the export `run`: it exports {found}; expected `run: \
         {expected}` of the world {world}\n\
         help: mark a function with `#[squall_sdk::scenario]`, or export `run` yourself",
        path.display()
    )]
    NoRun {
        /// As it was given.
        path: PathBuf,
        /// What it exports.
        found: String,
        /// Signature of `run`.
        expected: String,
        /// Our world.
        world: &'static str,
    },

    /// An import or export with another type than ours.
    #[error(
        "{}: the {item} has another signature than in {world}\n\
         \x20 found:    {found}\n\
         \x20 expected: {expected}\n\
         help: {help}",
        path.display()
    )]
    Signature {
        /// As it was given.
        path: PathBuf,
        /// For example ``export `run` ``.
        item: String,
        /// As in the file.
        found: Box<str>,
        /// As in our world.
        expected: Box<str>,
        /// Our world.
        world: &'static str,
        /// What to change.
        help: &'static str,
    },

    /// The compiler refused the component.
    #[error(
        "{}: cannot be compiled for this machine\n\
         help: build it again with current tools and without experimental WebAssembly \
         features",
        path.display()
    )]
    Compile {
        /// As it was given.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
}

/// Makes a name from a file fit for a terminal: one line, no control characters, not endless.
pub(crate) fn plain(name: &str) -> String {
    const CHARS_MAX: usize = 96;
    let mut plain: String = name.chars().take(CHARS_MAX).flat_map(char::escape_debug).collect();
    if name.chars().nth(CHARS_MAX).is_some() {
        plain.push_str("...");
    }
    plain
}

/// As many as a person reads, and how many more there are.
pub(crate) fn few(mut names: Vec<String>) -> Vec<String> {
    if names.len() > NAMES_MAX {
        let more = names.split_off(NAMES_MAX).len();
        names.push(format!("and {more} more"));
    }
    names
}

/// How many names a message lists.
const NAMES_MAX: usize = 12;

/// Joins names for a text: a few in quotes, then how many more there are.
pub(crate) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>, nothing: &str) -> String {
    let total = names.len();
    if total == 0 {
        return nothing.to_owned();
    }
    let mut text = names
        .take(NAMES_MAX)
        .map(|name| format!("`{}`", plain(name)))
        .collect::<Vec<_>>()
        .join(", ");
    if total > NAMES_MAX {
        let _ = write!(text, " and {} more", total - NAMES_MAX);
    }
    text
}
