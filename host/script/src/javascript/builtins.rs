//! The modules that come with squall: k6's, the internal ones below them, and stand-ins for the
//! libraries of jslib.k6.io.
//!
//! The build script makes the table out of the files in guest-sdk/js, sorted by name:
//! `k6/http`, `squall:headers`, `jslib:k6-utils`. What is in the table exists; the lists of names
//! here are only for messages about those that do not.

use url::Url;

use super::error::ModuleProblem;

include!(concat!(env!("OUT_DIR"), "/javascript_builtins.rs"));

/// Names that the engine itself answers.
pub(super) const NATIVE: &str = "native:";
/// Modules that k6's modules share.
pub(super) const INTERNAL: &str = "squall:";
/// Stand-ins for libraries; not to be imported by this name.
pub(super) const LIBRARY: &str = "jslib:";
/// Where the libraries are.
pub(super) const LIBRARY_HOST: &str = "jslib.k6.io";

/// What the transformation of TypeScript's decorators imports.
pub(super) const HELPERS_MODULE: &str = "squall:typescript";

/// The functions that decorators turn into calls of, as TypeScript defines them.
const HELPERS: [(&str, &str); 3] = [
    (
        "squall:typescript/helpers/decorate",
        "export default function decorate(decorators, target, key, desc) {
    const count = arguments.length;
    let result = count < 3 ? target
        : desc === null ? (desc = Object.getOwnPropertyDescriptor(target, key)) : desc;
    for (let i = decorators.length - 1; i >= 0; i--) {
        const decorator = decorators[i];
        if (!decorator) continue;
        const made = count < 3 ? decorator(result)
            : count > 3 ? decorator(target, key, result) : decorator(target, key);
        result = made || result;
    }
    if (count > 3 && result) Object.defineProperty(target, key, result);
    return result;
}
",
    ),
    (
        "squall:typescript/helpers/decorateMetadata",
        "export default function decorateMetadata() {}
",
    ),
    (
        "squall:typescript/helpers/decorateParam",
        "export default function decorateParam(index, decorator) {
    return (target, key) => decorator(target, key, index);
}
",
    ),
];

const REMOVED: [(&str, &str); 6] = [
    ("k6/experimental/browser", "browser tests are not supported; keep running them with k6"),
    ("k6/experimental/grpc", "its successor `k6/net/grpc` is not supported yet"),
    ("k6/experimental/redis", "it became the extension `k6/x/redis`, which squall cannot load"),
    ("k6/experimental/timers", "import from `k6/timers`, or use the global functions"),
    (
        "k6/experimental/tracing",
        "use https://jslib.k6.io/http-instrumentation-tempo/1.0.0/index.js",
    ),
    ("k6/experimental/webcrypto", "use the global object `crypto`, without an import"),
];

const NOT_YET: [&str; 5] =
    ["k6/browser", "k6/experimental/websockets", "k6/net/grpc", "k6/websockets", "k6/ws"];

/// Text of a module of the table, or of a helper.
pub(super) fn text(name: &str) -> Option<&'static str> {
    let helper = || HELPERS.iter().find(|(helper, _)| *helper == name).map(|(_, text)| *text);
    match BUILTINS.binary_search_by(|(known, _)| (*known).cmp(name)) {
        Ok(at) => BUILTINS.get(at).map(|(_, text)| *text),
        Err(_) => helper(),
    }
}

/// True for the name of a module of ours, which may import what is internal.
pub(super) fn is_builtin(name: &str) -> bool {
    text(name).is_some()
}

/// True for a helper of transformed TypeScript, which any module may import.
pub(super) fn is_helper(name: &str) -> bool {
    HELPERS.iter().any(|(helper, _)| *helper == name)
}

/// True for names of modules that scripts import by them: k6's, and ours.
pub(super) fn is_importable(name: &str) -> bool {
    name == "k6" || name.starts_with("k6/") || name.starts_with("squall/")
}

/// Finds what a module of ours means by a path such as `./parts/a.js`.
pub(super) fn relative(specifier: &str, referrer: &str) -> Option<String> {
    const FOLDERS: [(&str, &str); 2] = [("internal/", INTERNAL), ("jslib/", LIBRARY)];
    let prefixed = |(folder, prefix): &(&str, &str)| {
        referrer.strip_prefix(prefix).map(|name| format!("{folder}{name}.js"))
    };
    let file = match referrer {
        "k6" => "k6/index.js".to_owned(),
        name if is_importable(name) => format!("{name}.js"),
        _ => FOLDERS.iter().find_map(prefixed)?,
    };
    let root = Url::parse("file:///").ok()?;
    let joined = root.join(&file).ok()?.join(specifier).ok()?;
    let stem = joined.path().strip_prefix('/')?.strip_suffix(".js")?;
    let named = |(folder, prefix): &(&str, &str)| {
        stem.strip_prefix(folder).map(|name| format!("{prefix}{name}"))
    };
    let name = match stem {
        "k6/index" => "k6".to_owned(),
        stem => FOLDERS.iter().find_map(named).unwrap_or_else(|| stem.to_owned()),
    };
    is_builtin(&name).then_some(name)
}

/// Name and text of the stand-in for a library of jslib, whatever its version.
pub(super) fn stand_in(url: &Url) -> Option<(&'static str, &'static str)> {
    if url.host_str() != Some(LIBRARY_HOST) || url.port().is_some() {
        return None;
    }
    let mut segments = url.path_segments()?;
    let (package, version, file) = (segments.next()?, segments.next()?, segments.next()?);
    if segments.next().is_some() || version.is_empty() {
        return None;
    }
    let stem = file.strip_suffix(".js")?;
    let name = if stem == "index" || stem == package {
        format!("{LIBRARY}{package}")
    } else {
        format!("{LIBRARY}{package}/{stem}")
    };
    let at = BUILTINS.binary_search_by(|(known, _)| (*known).cmp(name.as_str())).ok()?;
    BUILTINS.get(at).copied()
}

/// Finds `k6`, `k6/...` or `squall/...`, or says why there is no such module.
pub(super) fn find(specifier: &str) -> Result<String, ModuleProblem> {
    if is_builtin(specifier) {
        return Ok(specifier.to_owned());
    }
    let specifier_shown = super::error::shown(specifier);
    if let Some((_, help)) = REMOVED.iter().find(|(name, _)| *name == specifier) {
        return Err(ModuleProblem::Removed { specifier: specifier_shown, help });
    }
    if NOT_YET.contains(&specifier) {
        return Err(ModuleProblem::NotYet { specifier: specifier_shown });
    }
    if specifier.starts_with("k6/x/") {
        return Err(ModuleProblem::Extension { specifier: specifier_shown });
    }
    Err(ModuleProblem::UnknownBuiltin { specifier: specifier_shown, known: known(specifier) })
}

/// Help for a name that does not exist.
fn known(specifier: &str) -> String {
    if specifier == "k6/options" {
        return "it has types only: write `import type`, in a .ts file".to_owned();
    }
    let names: Vec<&str> =
        BUILTINS.iter().map(|(name, _)| *name).filter(|name| is_importable(name)).collect();
    if let Some(plain) = specifier.strip_suffix(".js")
        && names.contains(&plain)
    {
        return format!("write `{plain}`");
    }
    match names.as_slice() {
        [] => "this squall was built without k6's modules".to_owned(),
        names => format!("there are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests;
