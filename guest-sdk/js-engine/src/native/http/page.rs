//! What the methods of a response that are about HTML need: the module that parses, which is loaded
//! with the script when the script looks as if it used it, else when a first page is looked at;
//! forms and links on pages; the URLs of links, the text of forms.

use rquickjs::{Ctx, Exception, Function, Module, Object, Result, Value};
use squall_web::html::DOCUMENT;

use super::body;
use crate::host::http;
use crate::loader;
use crate::native::html;

/// A parsed page and where it is from, by which its links are resolved.
pub(super) fn parse_html<'js>(ctx: Ctx<'js>, text: String, url: String) -> Result<Value<'js>> {
    let module: Object = Module::import(&ctx, loader::HTML)?.finish()?;
    let parse: Function = module.get("parseHTML")?;
    parse.call((text, url))
}

/// What submitting a form on a page sends: `method`, `action` (`undefined` where the form does not
/// say) and `fields`. `undefined` when the selector finds no form.
pub(super) fn form_on<'js>(
    ctx: Ctx<'js>,
    text: String,
    form: String,
    submit: String,
) -> Result<Option<Object<'js>>> {
    let page = html::document(&ctx, &text)?;
    let (form, submit) = (html::selected(&ctx, &form), html::selected(&ctx, &submit));
    let Some(submission) = page.submission(&form, &submit) else { return Ok(None) };
    let fields = Object::new(ctx.clone())?;
    for (name, value) in submission.fields {
        fields.set(name, html::field_value(&ctx, value)?)?;
    }
    let object = Object::new(ctx)?;
    object.set("method", submission.method)?;
    object.set("action", submission.action)?;
    object.set("fields", fields)?;
    Ok(Some(object))
}

/// The first element that a selector finds on a page: its `href`. `undefined` when it finds none.
pub(super) fn link_on<'js>(
    ctx: Ctx<'js>,
    text: String,
    selector: String,
) -> Result<Option<Object<'js>>> {
    let page = html::document(&ctx, &text)?;
    let found = page.find(&[DOCUMENT], &html::selected(&ctx, &selector));
    let Some(link) = found.first() else { return Ok(None) };
    let object = Object::new(ctx)?;
    object.set("href", page.attribute(*link, "href"))?;
    Ok(Some(object))
}

/// What a link on the page at `base` points to.
pub(super) fn resolve_url(ctx: Ctx<'_>, base: String, link: String) -> Result<String> {
    http::resolve_url(&base, &link).map_err(|reason| Exception::throw_message(&ctx, &reason))
}

/// The fields of a form as a query.
pub(super) fn form_text(fields: Object<'_>) -> Result<String> {
    body::form_text(fields.props().collect::<Result<_>>()?)
}
