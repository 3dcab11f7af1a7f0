//! What the methods of a response that are about HTML need: the module that parses, which is loaded
//! with the script when the script looks as if it used it, else when a first page is looked at; the
//! URLs of links, the text of forms.

use rquickjs::{Ctx, Exception, Function, Module, Object, Result, Value};

use super::body;
use crate::host::http;
use crate::loader;

/// A parsed page and where it is from, by which its links are resolved.
pub(super) fn parse_html<'js>(ctx: Ctx<'js>, text: String, url: String) -> Result<Value<'js>> {
    let module: Object = Module::import(&ctx, loader::HTML)?.finish()?;
    let parse: Function = module.get("parseHTML")?;
    parse.call((text, url))
}

/// What a link on the page at `base` points to.
pub(super) fn resolve_url(ctx: Ctx<'_>, base: String, link: String) -> Result<String> {
    http::resolve_url(&base, &link).map_err(|reason| Exception::throw_message(&ctx, &reason))
}

/// The fields of a form as a query.
pub(super) fn form_text(fields: Object<'_>) -> Result<String> {
    body::form_text(fields.props().collect::<Result<_>>()?)
}
