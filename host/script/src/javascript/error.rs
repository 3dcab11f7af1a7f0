//! What can be wrong with a module of a JavaScript test, in words for the person who wrote it.
//!
//! A [`ModuleError`] is a problem and the chain of imports that led to it. The texts have no
//! colours and no control characters: what comes from files and from the network is escaped before
//! it gets here.

use std::fmt;
use std::path::PathBuf;

/// A module that cannot be found, read or understood, and who asked for it.
#[derive(Debug)]
pub struct ModuleError {
    /// What is wrong.
    pub problem: Box<ModuleProblem>,
    /// The module that asked, the one that asked for that one, and so on up to the main module.
    pub imported_by: Vec<String>,
}

/// What is wrong with a module. `Display` says what was found and expected; [`ModuleProblem::help`]
/// says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModuleProblem {
    /// `import ''`.
    #[error("an import names no module: `''`")]
    Empty,

    /// `lodash`.
    #[error("cannot find the module `{specifier}`: packages are not looked up in node_modules")]
    Bare {
        /// As in the script.
        specifier: String,
        /// What the script probably means.
        help: String,
    },

    /// `http://`, `data:`, `node:`.
    #[error(
        "cannot import `{specifier}`: modules come from files and from https, not from `{scheme}`"
    )]
    Scheme {
        /// As in the script.
        specifier: String,
        /// The part before the colon.
        scheme: String,
    },

    /// `k6/x/sql`.
    #[error("`{specifier}` is an extension of k6 written in Go; squall cannot load those")]
    Extension {
        /// As in the script.
        specifier: String,
    },

    /// A module that k6 no longer has.
    #[error("the module `{specifier}` was removed from k6")]
    Removed {
        /// As in the script.
        specifier: String,
        /// What took its place.
        help: &'static str,
    },

    /// A module that k6 has and squall not yet.
    #[error("the module `{specifier}` is not supported yet")]
    NotYet {
        /// As in the script.
        specifier: String,
    },

    /// Looks like a module of k6, but there is none of that name.
    #[error("there is no module `{specifier}`")]
    UnknownBuiltin {
        /// As in the script.
        specifier: String,
        /// Those that there are.
        known: String,
    },

    /// A name that only squall's own modules may use.
    #[error("`{specifier}` is internal to squall; scripts cannot import it")]
    Internal {
        /// As in the script.
        specifier: String,
    },

    /// A file, asked for by a module from the network.
    #[error("a module from the network may not import the local file `{specifier}`")]
    LocalFromRemote {
        /// As in the script.
        specifier: String,
    },

    /// Something that cannot be made a path or an address.
    #[error("cannot import `{specifier}`: {reason}")]
    Malformed {
        /// As in the script.
        specifier: String,
        /// Why not.
        reason: String,
    },

    /// A JSON file.
    #[error("cannot import `{specifier}`: JSON is no module")]
    Json {
        /// As in the script.
        specifier: String,
        /// How to read it.
        help: String,
    },

    /// Nothing is there.
    #[error("cannot find the module `{specifier}`: there is no file {path}")]
    NotFound {
        /// As in the script.
        specifier: String,
        /// Where it should be.
        path: String,
        /// What is there instead.
        help: String,
    },

    /// A folder.
    #[error("cannot import `{specifier}`: {path} is a folder")]
    Folder {
        /// As in the script.
        specifier: String,
        /// Where it is.
        path: String,
        /// Which file is probably meant.
        help: String,
    },

    /// A device, pipe or socket.
    #[error("cannot import `{specifier}`: {path} is neither a file nor a folder")]
    NotRegular {
        /// As in the script.
        specifier: String,
        /// Where it is.
        path: String,
    },

    /// The operating system refused.
    #[error("cannot read the module {path}")]
    Read {
        /// Where it is.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },

    /// Larger than a module may be.
    #[error("the module {name} is larger than {bytes_max} bytes, the most squall reads")]
    TooLarge {
        /// The module.
        name: String,
        /// The bound.
        bytes_max: u64,
    },

    /// Bytes that are no text.
    #[error("the module {name} is not a script: byte {offset_bytes} is not UTF-8 text")]
    NotText {
        /// The module.
        name: String,
        /// The first byte that does not fit.
        offset_bytes: usize,
    },

    /// The network gave no module.
    #[error("cannot fetch the module {url}: {reason}")]
    Fetch {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },

    /// The network may not be asked, and the cache does not have the module.
    #[error("the module {url} is not in the cache ({cache}), and the network may not be used")]
    Offline {
        /// The address.
        url: String,
        /// The folder of the cache, or that there is none.
        cache: String,
        /// The folder as a path.
        folder: Option<PathBuf>,
    },

    /// Text that does not parse. `excerpt` is the line and a caret, of several lines itself.
    #[error("{name}:{line}:{column}: syntax error: {message}\n{excerpt}")]
    Syntax {
        /// The module.
        name: String,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What was found or expected.
        message: String,
        /// The line of the source with a caret under the place.
        excerpt: String,
        /// What the parser suggests.
        help: Option<String>,
    },

    /// Brackets in brackets in brackets.
    #[error("the module {name} nests brackets {levels} deep; squall parses {levels_max} levels")]
    TooDeep {
        /// The module.
        name: String,
        /// Found, at least.
        levels: usize,
        /// The bound.
        levels_max: usize,
    },

    /// Our parser gave up in a way it should not.
    #[error("squall's parser failed on the module {name}; this is an error in squall")]
    Parser {
        /// The module.
        name: String,
    },
}

impl ModuleProblem {
    /// What to do about it, if there is more to say than that.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Empty => Some("write a path such as './helper.js', or the name of a k6 module"),
            Self::Bare { help, .. }
            | Self::Json { help, .. }
            | Self::NotFound { help, .. }
            | Self::Folder { help, .. } => Some(help),
            Self::Scheme { scheme, .. } if scheme == "http" => {
                Some("use https:// or put a copy next to the script and import './NAME.js'")
            }
            Self::Scheme { .. } => {
                Some("put a copy next to the script and import './NAME.js', or use https://")
            }
            Self::Extension { .. } => Some(
                "remove the import; what extensions do has to be written in JavaScript, or as a \
                 WebAssembly component in a language that has a library for it",
            ),
            Self::Removed { help, .. } => Some(help),
            Self::NotYet { .. } => {
                Some("leave out this part of the test for now, or run it with k6")
            }
            Self::UnknownBuiltin { known, .. } => Some(known),
            Self::Internal { .. } => Some("import the k6 module that offers what you need"),
            Self::LocalFromRemote { .. } => {
                Some("import the file from your own script and hand over what is needed")
            }
            Self::Malformed { .. } => {
                Some("write './NAME.js', an absolute path, or an https:// address")
            }
            Self::NotRegular { .. } => Some("write the module to a file and import that"),
            Self::TooLarge { .. } => {
                Some("read large data with open() or SharedArray, not as a module")
            }
            Self::NotText { .. } => {
                Some("save it as UTF-8; read binary files with open(path, 'b')")
            }
            Self::Fetch { .. } => Some(
                "check the address, the connection and HTTPS_PROXY, or put a copy next to the \
                 script and import './NAME.js'",
            ),
            Self::Offline { .. } => Some(
                "run once with the network allowed, or put a copy next to the script and import \
                 './NAME.js'",
            ),
            Self::Syntax { help, .. } => help.as_deref(),
            Self::TooDeep { .. } => Some("write the data of the script as JSON and open() that"),
            Self::Read { .. } | Self::Parser { .. } => None,
        }
    }
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.problem)?;
        for (index, name) in self.imported_by.iter().enumerate() {
            let before = if index == 0 { "\n  " } else { ", " };
            write!(f, "{before}imported by {name}")?;
        }
        match self.problem.help() {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ModuleError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.problem)
    }
}

/// Makes text from a script, a path or a server fit for a terminal: one line, no control
/// characters, not endless.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 300;
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let mut plain = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == CHARS_MAX {
            plain.push_str("...");
            break;
        }
        if hidden(c) { plain.extend(c.escape_unicode()) } else { plain.push(c) }
    }
    plain
}
