//! What the methods of a response that are about HTML need: the module `k6/html`, which is loaded
//! when a first page is looked at, the URLs of links, the text of forms.

use rquickjs::{Ctx, Exception, Function, Module, Object, Result, Value};

use super::body;
use super::url::Url;

/// `parseHTML` of `k6/html`.
pub(super) fn parse_html<'js>(ctx: Ctx<'js>, text: String) -> Result<Value<'js>> {
    let module: Object = Module::import(&ctx, "k6/html")?.finish()?;
    let parse: Function = module.get("parseHTML")?;
    parse.call((text,))
}

/// What a link on the page at `base` points to.
pub(super) fn resolve_url(ctx: Ctx<'_>, base: String, link: String) -> Result<String> {
    let parse =
        |text: &str| Url::parse(text).map_err(|reason| Exception::throw_message(&ctx, &reason));
    Ok(parse(&base)?.resolve(&parse(&link)?).text())
}

/// The fields of a form as a query.
pub(super) fn form_text(fields: Object<'_>) -> Result<String> {
    body::form_text(fields.props().collect::<Result<_>>()?)
}
