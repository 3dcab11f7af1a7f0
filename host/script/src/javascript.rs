//! The modules of a JavaScript or TypeScript test: found, read and made ready for the engine.
//!
//! - `specifier`: what an import means
//! - `builtins`: the modules that come with squall
//! - `files`: modules that are files
//! - `remote`: modules from the network
//! - `prepare`: kind of a module, types stripped, syntax errors
//! - `positions`: stack traces back to what the user wrote
//! - `names`: names as messages show them
//! - `error`: what can be wrong, in words
//!
//! Modules have the names that k6 gives them: `k6/http`, `file:///path/script.js`,
//! `https://host/library.js`. A file has one name however it is written. What was resolved or
//! loaded once stays as it was for the rest of the run, whatever happens to the files.
//!
//! Nothing here runs a script.

mod builtins;
mod error;
mod files;
mod names;
mod positions;
mod prepare;
mod remote;
mod specifier;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

pub use builtins::BUILTINS;
pub use error::{ModuleError, ModuleProblem};
pub use files::MODULE_BYTES_MAX;

use crate::error::ScriptError;
use crate::source;
use names::Names;
use positions::{ForeignMap, PositionMap};
use prepare::Ending;
use remote::Remote;
use specifier::{Referrer, Target};

/// Name of a script that came from standard input, as k6 calls it.
const STDIN: &str = "file:///-";

/// How modules are found.
#[derive(Debug, Clone, Default)]
pub struct ModuleOptions {
    /// Never ask the network: modules come from files and from the cache.
    pub offline: bool,
    /// Ask the network even for what is in the cache, and fall back to that.
    pub refresh: bool,
    /// Folder for modules from the network; [`module_cache`] is a good one. Without it nothing is
    /// kept.
    pub cache: Option<PathBuf>,
}

/// The folder of this user for modules from the network. None when the system names no folder for
/// caches.
pub fn module_cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|folder| folder.join("squall").join("modules"))
}

/// How the engine has to run a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// A module of today, with `import` and `export`.
    Module,
    /// The body of a function with the parameters `exports`, `require` and `module`.
    CommonJs,
}

/// A module, ready for the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleSource {
    /// The name that [`Modules::resolve`] gave.
    pub name: String,
    /// How to run it.
    pub kind: ModuleKind,
    /// JavaScript.
    pub text: String,
}

/// The modules of one JavaScript test, found and read for the engine.
pub struct Modules {
    main: Main,
    names: Names,
    remote: Remote,
    state: Mutex<State>,
    /// Held while a module is read, so that no two threads do the same work.
    loading: Mutex<()>,
}

struct Main {
    name: String,
    folder: PathBuf,
    /// The main module until it is loaded.
    bytes: Mutex<Option<Vec<u8>>>,
}

#[derive(Default)]
struct State {
    /// Names by address.
    resolved: HashMap<String, String>,
    /// Names by path without symbolic links.
    files: HashMap<PathBuf, String>,
    /// Who asked first for a module.
    asked_by: HashMap<String, String>,
    loaded: HashMap<String, Arc<Loaded>>,
}

/// A module that was loaded.
struct Loaded {
    source: ModuleSource,
    map: Map,
    /// Its name among our own, if it stands for a library.
    stand_in: Option<&'static str>,
}

/// The way back to what the user wrote.
enum Map {
    Own(PositionMap),
    Foreign(ForeignMap, OnceLock<Option<PositionMap>>),
    None,
}

impl Modules {
    /// Reads the main module from a file. Whether it parses is found out by [`Modules::load`].
    pub fn new(main: &Path, options: &ModuleOptions) -> Result<Self, ScriptError> {
        let bytes = source::read(main)?;
        let unreadable = |source| ScriptError::Read { path: main.to_owned(), source };
        let real = main.canonicalize().map_err(unreadable)?;
        let absolute = std::path::absolute(main).map_err(unreadable)?;
        // Like k6: what is next to the link, not next to what it leads to. Unless `..` behind a
        // link makes the two ways of reading a path differ.
        let url = names::url_of_file(&absolute)
            .filter(|url| url.to_file_path().is_ok_and(|path| names::is_same(&path, &real)))
            .or_else(|| names::url_of_file(&real))
            .ok_or_else(|| unreadable(std::io::ErrorKind::InvalidFilename.into()))?;
        let names = Names::of_file(&url, main);
        let modules = Self::with_main(url.into(), names, bytes, options);
        modules.state.lock().files.insert(real, modules.main.name.clone());
        Ok(modules)
    }

    /// Takes the main module from standard input; its imports start from `folder`.
    pub fn from_stdin(
        text: String,
        folder: &Path,
        options: &ModuleOptions,
    ) -> Result<Self, ScriptError> {
        let unreadable = |source| ScriptError::Read { path: folder.to_owned(), source };
        let absolute = std::path::absolute(folder).map_err(unreadable)?;
        let names = Names::of_stdin(&absolute)
            .ok_or_else(|| unreadable(std::io::ErrorKind::InvalidFilename.into()))?;
        Ok(Self::with_main(STDIN.to_owned(), names, text.into_bytes(), options))
    }

    fn with_main(name: String, names: Names, bytes: Vec<u8>, options: &ModuleOptions) -> Self {
        let mut state = State::default();
        state.resolved.insert(name.clone(), name.clone());
        let folder = names.folder();
        Self {
            main: Main { name, folder, bytes: Mutex::new(Some(bytes)) },
            names,
            remote: Remote::new(options),
            state: Mutex::new(state),
            loading: Mutex::new(()),
        }
    }

    /// Name of the main module.
    pub fn main_name(&self) -> &str {
        &self.main.name
    }

    /// The folder that paths of the main module start from.
    pub fn main_folder(&self) -> &Path {
        &self.main.folder
    }

    /// Finds the name of the module that `referrer` means by `specifier`; the engine itself asks
    /// with an empty referrer. Files must be there; nothing is read and the network is not asked.
    pub fn resolve(&self, specifier: &str, referrer: &str) -> Result<String, ModuleError> {
        let name = self.find(specifier, referrer).map_err(|problem| {
            let imported_by = self.chain(Some(referrer).filter(|name| !name.is_empty()));
            ModuleError { problem: Box::new(problem), imported_by }
        })?;
        if name != self.main.name && !referrer.is_empty() && !builtins::is_builtin(&name) {
            let mut state = self.state.lock();
            if !state.asked_by.contains_key(&name) {
                state.asked_by.insert(name.clone(), referrer.to_owned());
            }
        }
        Ok(name)
    }

    fn find(&self, specifier: &str, referrer: &str) -> Result<String, ModuleProblem> {
        let base = self.names.base(referrer);
        let builtin = if referrer.is_empty() || builtins::is_builtin(referrer) {
            Some(referrer)
        } else {
            self.state.lock().loaded.get(referrer).and_then(|loaded| loaded.stand_in)
        };
        let referrer = Referrer { base: base.as_ref(), builtin };
        let url = match specifier::target(specifier, &referrer)? {
            Target::Builtin(name) | Target::Native(name) => return Ok(name),
            Target::Remote(url) => return Ok(url.into()),
            Target::File(url) => url,
        };
        if let Some(name) = self.state.lock().resolved.get(url.as_str()) {
            return Ok(name.clone());
        }
        let real = files::find(&url, specifier)?;
        let mut state = self.state.lock();
        let name = state.files.entry(real).or_insert_with(|| url.as_str().to_owned()).clone();
        state.resolved.insert(url.into(), name.clone());
        Ok(name)
    }

    /// Gives the module of a name that [`Modules::resolve`] or [`Modules::main_name`] gave.
    pub fn load(&self, name: &str) -> Result<ModuleSource, ModuleError> {
        if let Some(text) = builtins::text(name) {
            let (name, kind) = (name.to_owned(), ModuleKind::Module);
            return Ok(ModuleSource { name, kind, text: text.to_owned() });
        }
        if let Some(loaded) = self.loaded(name) {
            return Ok(loaded.source.clone());
        }
        let _one_at_a_time = self.loading.lock();
        if let Some(loaded) = self.loaded(name) {
            return Ok(loaded.source.clone());
        }
        let loaded = self.load_new(name).map_err(|problem| {
            let asked_by = self.state.lock().asked_by.get(name).cloned();
            let imported_by = self.chain(asked_by.as_deref());
            ModuleError { problem: Box::new(problem), imported_by }
        })?;
        let source = loaded.source.clone();
        self.state.lock().loaded.insert(name.to_owned(), Arc::new(loaded));
        Ok(source)
    }

    fn loaded(&self, name: &str) -> Option<Arc<Loaded>> {
        self.state.lock().loaded.get(name).map(Arc::clone)
    }

    fn load_new(&self, name: &str) -> Result<Loaded, ModuleProblem> {
        let shown = self.names.shown(name);
        let main = self.main.bytes.lock().clone();
        if let Some(bytes) = main.filter(|_| name == self.main.name) {
            let text = files::text(bytes, &shown)?;
            let loaded = self.prepared(name, &shown, text, Ending::of(name))?;
            *self.main.bytes.lock() = None;
            return Ok(loaded);
        }
        let base = self.names.base(name);
        match base.filter(|base| base.scheme() == "https") {
            None => {
                let bytes = files::read(&self.file(name)?)?;
                let text = files::text(bytes, &shown)?;
                self.prepared(name, &shown, text, Ending::of(name))
            }
            Some(url) => {
                let fetched = self.remote.fetch(&url)?;
                let ending = Ending::of(url.path());
                let kept = fetched.is_new.then(|| fetched.text.clone());
                let mut loaded = self.prepared(name, &shown, fetched.text, ending)?;
                loaded.stand_in = fetched.stand_in;
                // Only now: what does not parse is not worth keeping.
                if let Some(text) = kept {
                    self.remote.keep(&url, &text);
                }
                Ok(loaded)
            }
        }
    }

    fn file(&self, name: &str) -> Result<PathBuf, ModuleProblem> {
        let specifier = names::shown(name);
        let url = self.names.base(name).ok_or_else(|| ModuleProblem::Malformed {
            specifier: specifier.clone(),
            reason: "it is not the name of a module".to_owned(),
        })?;
        files::find(&url, name)
    }

    fn prepared(
        &self,
        name: &str,
        shown: &str,
        text: String,
        ending: Ending,
    ) -> Result<Loaded, ModuleProblem> {
        let prepared = prepare::prepare(shown, text, ending)?;
        let foreign = || ForeignMap::find(&prepared.text, &self.names.base(name)?);
        let map = match prepared.map {
            Some(map) => Map::Own(map),
            None => foreign().map_or(Map::None, |map| Map::Foreign(map, OnceLock::new())),
        };
        let source =
            ModuleSource { name: name.to_owned(), kind: prepared.kind, text: prepared.text };
        Ok(Loaded { source, map, stand_in: None })
    }

    /// Who asked, and who asked for that one, and so on.
    fn chain(&self, asked_by: Option<&str>) -> Vec<String> {
        const NAMES_MAX: usize = 32;
        let state = self.state.lock();
        let mut chain = Vec::new();
        let mut next = asked_by;
        while let Some(name) = next.filter(|_| chain.len() < NAMES_MAX) {
            chain.push(self.names.shown(name));
            next = state.asked_by.get(name).map(String::as_str);
        }
        chain
    }

    /// Puts original positions in the place of generated ones: every `NAME:LINE:COLUMN` in a text,
    /// such as a stack trace, where NAME is a module with a map. The rest stays as it is.
    pub fn original_positions(&self, text: &str) -> String {
        let loaded: Vec<Arc<Loaded>> = {
            let state = self.state.lock();
            let mapped = state.loaded.values().filter(|loaded| !matches!(loaded.map, Map::None));
            mapped.map(Arc::clone).collect()
        };
        let names: Vec<&str> = loaded.iter().map(|loaded| loaded.source.name.as_str()).collect();
        positions::rewrite(text, &names, |name, line, column| {
            let module = loaded.iter().find(|loaded| loaded.source.name == name)?;
            module.map.get()?.original(line, column)
        })
    }
}

impl Map {
    fn get(&self) -> Option<&PositionMap> {
        match self {
            Self::Own(map) => Some(map),
            Self::Foreign(map, read) => read.get_or_init(|| map.read()).as_ref(),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests;
