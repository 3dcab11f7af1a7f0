//! Modules: natives from here, everything else from the host. CommonJS modules are run when they
//! are first wanted and look like modules from then on.
//!
//! - `missing`: names that a script imports and a module has not
//! - `order`: what runs before a CommonJS module

mod missing;
mod order;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;

use rquickjs::context::EvalOptions;
use rquickjs::function::This;
use rquickjs::function::Opt;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{
    Coerced, Ctx, Error, Exception, Function, Module, Object, Persistent, Result, Runtime, Value,
};

use crate::event_loop;
use crate::host::script::{self, Kind};
use crate::native;

thread_local! {
    /// A module that was loaded looks as if it parsed HTML.
    static USES_HTML: Cell<bool> = const { Cell::new(false) };
    /// The `module` objects of CommonJS modules, by name. A module is in here while it runs, so
    /// that a cycle gets what is there by then.
    static COMMON_JS: RefCell<HashMap<String, Persistent<Object<'static>>>> = RefCell::default();
}

/// Where a module that stands for a CommonJS one finds its exports, in `import.meta`.
const EXPORTS: &str = "exports";

/// The module that parses HTML. Loading it takes some milliseconds, so that it is not loaded with
/// every script that makes requests.
pub(crate) const HTML: &str = "k6/html";

/// What scripts write that look at pages.
const HTML_CALLS: [&str; 3] = [".html(", ".submitForm(", ".clickLink("];

struct HostModules;

pub(crate) fn install(runtime: &Runtime) {
    runtime.set_loader(HostModules, HostModules);
    missing::install();
}

/// A module that scripts import by its name.
fn is_built_in(name: &str) -> bool {
    name == "k6" || name.starts_with("k6/") || name.starts_with("squall/")
}

/// A module that is a CommonJS one and was run, or is running.
fn is_common_js(name: &str) -> bool {
    COMMON_JS.with_borrow(|modules| modules.contains_key(name))
}

/// Whether what was loaded so far looks as if it parsed HTML.
pub(crate) fn uses_html() -> bool {
    USES_HTML.get()
}

/// Name of the module that `specifier` means in `referrer`.
fn resolve(ctx: &Ctx<'_>, specifier: &str, referrer: &str) -> Result<String> {
    script::resolve(specifier, referrer).map_err(|reason| Exception::throw_message(ctx, &reason))
}

impl Resolver for HostModules {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let resolved = resolve(ctx, name, base)?;
        order::note(base, &resolved);
        Ok(resolved)
    }
}

impl Loader for HostModules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if let Some(native) = name.strip_prefix(native::PREFIX) {
            return native::declare(ctx, name, native);
        }
        let source = script::load(name).map_err(|reason| Exception::throw_message(ctx, &reason))?;
        let is_users = name.starts_with("file:") || name.starts_with("https:");
        if is_users && HTML_CALLS.iter().any(|call| source.text.contains(call)) {
            USES_HTML.set(true);
        }
        let is_common_js = source.kind == Kind::CommonJs;
        let text = if is_common_js {
            run_earlier_modules(ctx, name)?;
            run_common_js(ctx, name, &source.text)?;
            module_of_common_js(ctx, name)?
        } else {
            source.text
        };
        let module = Module::declare(ctx.clone(), name, text)?;
        set_meta(ctx, &module, name)?;
        if is_common_js {
            module.meta()?.set(EXPORTS, common_js_exports(ctx, name)?)?;
        }
        Ok(module)
    }
}

/// Runs what is imported before module `name`.
fn run_earlier_modules(ctx: &Ctx<'_>, name: &str) -> Result<()> {
    for earlier in order::before(name) {
        match run_module(ctx, &earlier) {
            // It goes on when it has what it waits for; others do not wait for that.
            Ok(_) | Err(Error::WouldBlock) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Runs a module, unless it has run, as far as that is possible without waiting.
fn run_module<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    event_loop::with_rejections_told(|| Module::import(ctx, name)?.finish())
}

/// The script is evaluated: no module will be loaded any more.
pub(crate) fn close() {
    order::forget();
}

/// `import.meta.url` and `import.meta.resolve`.
fn set_meta<'js>(ctx: &Ctx<'js>, module: &Module<'js, Declared>, name: &str) -> Result<()> {
    let meta = module.meta()?;
    meta.set("url", name)?;
    let referrer = name.to_owned();
    let resolve_here = move |ctx: Ctx<'_>, specifier: Opt<Coerced<String>>| {
        let specifier = specifier.0.map_or_else(String::new, |text| text.0);
        match address_of(&specifier, &referrer) {
            Some(address) => Ok(address),
            None => resolve(&ctx, &specifier, &referrer),
        }
    };
    meta.set("resolve", Function::new(ctx.clone(), resolve_here)?)
}

/// The address that an address or a path means in a module, whether or not there is anything.
/// `None` for names of modules.
fn address_of(specifier: &str, referrer: &str) -> Option<String> {
    if specifier.contains("://") {
        return Some(specifier.to_owned());
    }
    let is_path = ["./", "../", "/"].iter().any(|start| specifier.starts_with(start));
    let (scheme, rest) = referrer.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    is_path.then(|| format!("{scheme}://{host}{}", native::data::join(folder, specifier)))
}

/// `require` for the module that is called `referrer`.
pub(crate) fn require_for<'js>(ctx: &Ctx<'js>, referrer: &str) -> Result<Function<'js>> {
    let referrer = referrer.to_owned();
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, specifier: Opt<Coerced<String>>| {
        require(&ctx, &specifier.0.map_or_else(String::new, |text| text.0), &referrer)
    })
}

fn require<'js>(ctx: &Ctx<'js>, specifier: &str, referrer: &str) -> Result<Value<'js>> {
    native::script::in_init(ctx, "require")?;
    if specifier.is_empty() {
        let message = "require() can't be used with an empty specifier";
        return Err(Exception::throw_message(ctx, message));
    }
    let name = resolve(ctx, specifier, referrer)?;
    if let Some(exports) = common_js_exports(ctx, &name)? {
        return Ok(exports);
    }
    // It has to be there when `require` returns, so it may not wait for anything.
    let namespace = run_module(ctx, &name).map_err(|error| match error {
        Error::WouldBlock => {
            let reason = "it uses top-level await; use import instead";
            Exception::throw_message(ctx, &format!("require() of {name}: {reason}"))
        }
        other => other,
    })?;
    if let Some(exports) = common_js_exports(ctx, &name)? {
        return Ok(exports);
    }
    // The default export of a built-in module is the object with all of it.
    if is_built_in(&name) { namespace.get("default") } else { Ok(namespace.into_value()) }
}

/// `module.exports` of a CommonJS module that was run, or is running.
pub(crate) fn common_js_exports<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Option<Value<'js>>> {
    let known = COMMON_JS.with_borrow(|modules| modules.get(name).cloned());
    known.map(|module| module.restore(ctx)?.get("exports")).transpose()
}

fn run_common_js(ctx: &Ctx<'_>, name: &str, text: &str) -> Result<()> {
    let module = Object::new(ctx.clone())?;
    let exports = Object::new(ctx.clone())?;
    module.set("exports", exports.clone())?;
    module.set("id", name)?;
    let saved = Persistent::save(ctx, module.clone());
    COMMON_JS.with_borrow_mut(|modules| modules.insert(name.to_owned(), saved));
    let require = require_for(ctx, name)?;
    let run = compile_common_js(ctx, name, text)?;
    let done: Result<Value> = run.call((This(exports.clone()), exports, require, module));
    if done.is_err() {
        COMMON_JS.with_borrow_mut(|modules| modules.remove(name));
    }
    done.map(drop)
}

/// The module as a function. Its first line stays the first line, so that only columns of that
/// line are off.
fn compile_common_js<'js>(ctx: &Ctx<'js>, name: &str, text: &str) -> Result<Function<'js>> {
    let wrapped = format!("(function (exports, require, module) {{{text}\n}})");
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(name.to_owned());
    ctx.eval_with_options(wrapped, options)
}

/// An ECMAScript module that exports what a CommonJS module has exported: all of it as `default`
/// (or its own `default`, when it was made of an ECMAScript module) and each key by its name.
fn module_of_common_js(ctx: &Ctx<'_>, name: &str) -> Result<String> {
    let exports = common_js_exports(ctx, name)?;
    let mut keys: Vec<String> = Vec::new();
    let mut has_default = false;
    if let Some(object) = exports.as_ref().and_then(Value::as_object) {
        let is_module = object.get("__esModule").unwrap_or(false);
        has_default = is_module && object.contains_key("default")?;
        keys = object.keys().collect::<Result<_>>()?;
    }
    let quoted = |text: &str| -> Result<String> {
        let json = ctx.json_stringify(text)?;
        json.map_or(Ok(String::new()), |json| json.to_string())
    };
    let mut text = format!(
        "const all = import.meta.{EXPORTS};\n",
    );
    text.push_str(if has_default {
        "export default all.default;\n"
    } else {
        "export default all;\n"
    });
    for (index, key) in keys.iter().filter(|key| *key != "default").enumerate() {
        let key = quoted(key)?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "const v{index} = all[{key}];\nexport {{ v{index} as {key} }};");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn paths_start_at_the_folder_of_the_module() {
        let address = |specifier, referrer| address_of(specifier, referrer).unwrap();
        assert_eq!(address("./x.csv", "file:///a/b/c.js"), "file:///a/b/x.csv");
        assert_eq!(address("../x", "https://h.example/a/b.js"), "https://h.example/x");
        assert_eq!(address("/x", "file:///a/b.js"), "file:///x");
        assert_eq!(address("https://h.example/x", "file:///a/b.js"), "https://h.example/x");
        assert_eq!(address_of("lodash", "file:///a/b.js"), None);
    }
}
