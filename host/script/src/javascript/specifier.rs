//! What an import asks for: told by its text and by who asks, without looking at any disk or
//! network.
//!
//! Pure and total: any two strings get a target or a problem, none panics.

use url::Url;

use super::builtins;
use super::error::{ModuleProblem, shown};

/// Where a module comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Comes with squall, by its final name.
    Builtin(String),
    /// Answered by the engine itself.
    Native(String),
    /// A file; the path is not checked yet.
    File(Url),
    /// A module on the network.
    Remote(Url),
}

/// Who asks.
pub(super) struct Referrer<'a> {
    /// The address that relative names start from; none for modules that come with squall.
    pub(super) base: Option<&'a Url>,
    /// The name of a module of ours, which may import what is internal; empty for the engine.
    pub(super) builtin: Option<&'a str>,
}

/// Finds out what `specifier` means for `referrer`.
pub(super) fn target(specifier: &str, referrer: &Referrer<'_>) -> Result<Target, ModuleProblem> {
    if specifier.is_empty() {
        return Err(ModuleProblem::Empty);
    }
    if let Some(target) = internal(specifier, referrer)? {
        return Ok(target);
    }
    if builtins::is_importable(specifier) {
        return builtins::find(specifier).map(Target::Builtin);
    }
    if specifier.starts_with(['.', '/']) {
        return relative(specifier, referrer);
    }
    match scheme(specifier) {
        Some(scheme) if scheme == "file" || scheme == "https" => absolute(specifier, referrer),
        Some(scheme) => Err(ModuleProblem::Scheme { specifier: shown(specifier), scheme }),
        None => {
            Err(ModuleProblem::Bare { specifier: shown(specifier), help: bare_help(specifier) })
        }
    }
}

/// Names that are not for scripts.
fn internal(specifier: &str, referrer: &Referrer<'_>) -> Result<Option<Target>, ModuleProblem> {
    let is_native = specifier.starts_with(builtins::NATIVE);
    let is_ours = [builtins::INTERNAL, builtins::LIBRARY];
    if !is_native && !is_ours.iter().any(|prefix| specifier.starts_with(prefix)) {
        return Ok(None);
    }
    let allowed = referrer.builtin.is_some() || builtins::is_helper(specifier);
    if allowed && is_native {
        return Ok(Some(Target::Native(specifier.to_owned())));
    }
    if allowed && builtins::is_builtin(specifier) {
        return Ok(Some(Target::Builtin(specifier.to_owned())));
    }
    Err(ModuleProblem::Internal { specifier: shown(specifier) })
}

fn relative(specifier: &str, referrer: &Referrer<'_>) -> Result<Target, ModuleProblem> {
    if let Some(builtin) = referrer.builtin {
        let found = builtins::relative(specifier, builtin).map(Target::Builtin);
        return found.ok_or_else(|| malformed(specifier, "squall has no such module"));
    }
    let Some(base) = referrer.base else {
        return Err(malformed(specifier, "the module that asks for it is not a file"));
    };
    let joined = base.join(specifier).map_err(|error| malformed(specifier, &error.to_string()))?;
    checked(specifier, joined)
}

fn absolute(specifier: &str, referrer: &Referrer<'_>) -> Result<Target, ModuleProblem> {
    let url = Url::parse(specifier).map_err(|error| malformed(specifier, &error.to_string()))?;
    let from_remote = referrer.base.is_some_and(|base| base.scheme() == "https");
    if from_remote && url.scheme() == "file" {
        return Err(ModuleProblem::LocalFromRemote { specifier: shown(specifier) });
    }
    checked(specifier, url)
}

/// The last look at an address, however it came about.
fn checked(specifier: &str, mut url: Url) -> Result<Target, ModuleProblem> {
    url.set_fragment(None);
    if url.path().len() > 5 && url.path()[url.path().len() - 5..].eq_ignore_ascii_case(".json") {
        return Err(ModuleProblem::Json { specifier: shown(specifier), help: json_help(&url) });
    }
    match url.scheme() {
        "https" => {
            if url.host_str().is_none_or(str::is_empty) {
                return Err(malformed(specifier, "the address names no host"));
            }
            if !url.username().is_empty() || url.password().is_some() {
                return Err(malformed(specifier, "addresses with a password are not supported"));
            }
            Ok(Target::Remote(url))
        }
        "file" => {
            url.set_query(None);
            if url.host_str().is_some() {
                return Err(malformed(specifier, "file addresses have three slashes: file:///"));
            }
            Ok(Target::File(url))
        }
        other => {
            let scheme = other.to_owned();
            Err(ModuleProblem::Scheme { specifier: shown(specifier), scheme })
        }
    }
}

/// `abc` of `abc:...`, in lower case, if it is one.
fn scheme(specifier: &str) -> Option<String> {
    let (scheme, _) = specifier.split_once(':')?;
    let mut chars = scheme.chars();
    let is_scheme = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn malformed(specifier: &str, reason: &str) -> ModuleProblem {
    ModuleProblem::Malformed { specifier: shown(specifier), reason: reason.to_owned() }
}

/// What to do about a bare name: it may be a forgotten `./`, a forgotten scheme, or a package.
fn bare_help(specifier: &str) -> String {
    const SCRIPTS: [&str; 6] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
    let specifier = shown(specifier);
    if SCRIPTS.iter().any(|ending| specifier.ends_with(ending)) {
        let first = specifier.split('/').next().unwrap_or_default();
        if specifier.contains('/') && first.contains('.') && !first.starts_with('@') {
            return format!("write `https://{specifier}`, or `./{specifier}` if it is a file");
        }
        return format!("write `./{specifier}` if it is a file next to the script");
    }
    "bundle the script with its packages into one file (esbuild --bundle --format=esm \
     '--external:k6*' '--external:https://*') and run that, or import the package from an \
     https:// address"
        .to_owned()
}

fn json_help(url: &Url) -> String {
    if url.scheme() == "https" {
        return "fetch it in setup() with http.get(), or put a copy next to the script and use \
            JSON.parse(open('./NAME.json'))"
            .to_owned();
    }
    let name = url.path_segments().and_then(Iterator::last).unwrap_or("NAME.json");
    let name = shown(&super::files::decoded(name));
    format!("use JSON.parse(open('./{name}')); open() starts from the folder of the main script")
}

#[cfg(test)]
mod tests;
