//! What runs before a CommonJS module.
//!
//! The exports of such a module are known once it has run, and the modules that import it are
//! linked by them: so it runs while the graph of modules is loaded, and not with the others. What
//! is imported before it has to run before it all the same (a polyfill before the library that
//! needs it), so that comes first. Modules are loaded depth first in the order of their imports:
//! what comes before is what the importer, its importer and so on have asked for until now.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// Who asked for what, in order.
#[derive(Default)]
struct Imports {
    by_importer: HashMap<String, Vec<String>>,
    /// The first one to ask for a module: it is being loaded while the module is.
    importer_of: HashMap<String, String>,
}

thread_local! {
    static IMPORTS: RefCell<Imports> = RefCell::default();
}

/// Module `importer` asks for module `name`.
pub(super) fn note(importer: &str, name: &str) {
    if !importer.is_empty() {
        IMPORTS.with_borrow_mut(|imports| imports.note(importer, name));
    }
}

/// Modules that have to run before module `name` does, in order.
pub(super) fn before(name: &str) -> Vec<String> {
    IMPORTS.with_borrow(|imports| imports.before(name))
}

/// Nothing is loaded any more.
pub(super) fn forget() {
    IMPORTS.take();
}

impl Imports {
    fn note(&mut self, importer: &str, name: &str) {
        self.by_importer.entry(importer.to_owned()).or_default().push(name.to_owned());
        let importer_of = self.importer_of.entry(name.to_owned());
        importer_of.or_insert_with(|| importer.to_owned());
    }

    fn of<'a>(&'a self, importer: &str) -> &'a [String] {
        self.by_importer.get(importer).map_or(&[], Vec::as_slice)
    }

    fn before(&self, name: &str) -> Vec<String> {
        // The module and those that wait for it, the nearest first.
        let mut loading = vec![name];
        while let Some(importer) = loading.last().and_then(|name| self.importer_of.get(*name)) {
            if loading.contains(&importer.as_str()) {
                break;
            }
            loading.push(importer);
        }
        let mut before = Vec::new();
        for pair in loading.windows(2).rev() {
            let (wanted, importer) = (pair[0], pair[1]);
            let earlier = self.of(importer).iter().take_while(|asked| *asked != wanted);
            before.extend(earlier.filter(|asked| !self.leads_to(asked, &loading)).cloned());
        }
        before
    }

    /// Whether a module imports one that is still being loaded, so that it cannot run yet.
    fn leads_to(&self, name: &str, loading: &[&str]) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if loading.contains(&name) {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.of(name).iter().map(String::as_str));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(asked: &[(&str, &str)], name: &str) -> Vec<String> {
        let mut imports = Imports::default();
        for (importer, name) in asked {
            imports.note(importer, name);
        }
        imports.before(name)
    }

    #[test]
    fn what_was_asked_for_earlier_runs_earlier() {
        let asked = [("main", "a"), ("a", "a1"), ("main", "b"), ("b", "b1"), ("b", "c")];
        assert_eq!(before(&asked, "c"), ["a", "b1"]);
        assert_eq!(before(&asked, "a1"), [""; 0]);
        assert_eq!(before(&asked, "nobody's"), [""; 0]);
    }

    #[test]
    fn what_waits_for_a_module_that_is_being_loaded_cannot_run_yet() {
        let asked = [("main", "a"), ("a", "a1"), ("a1", "main"), ("main", "b"), ("main", "c")];
        assert_eq!(before(&asked, "c"), ["b"]);
        // A circle around the module itself.
        assert_eq!(before(&[("c", "a"), ("a", "c")], "c"), [""; 0]);
    }
}
