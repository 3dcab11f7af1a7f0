//! JSON with the errors of k6, and gjson paths: `squall-web` for JavaScript.

use rquickjs::{Ctx, Exception, Result, Value};
use squall_web::json_path;

/// Parses UTF-8; the error says line and character.
pub(crate) fn parse<'js>(ctx: &Ctx<'js>, text: Vec<u8>) -> Result<Value<'js>> {
    // Checked afterwards, and only what does not parse: the check is for its words.
    let parsed = ctx.json_parse(text.clone());
    if parsed.is_err()
        && let Err(fault) = json_path::check(&text)
    {
        drop(ctx.catch());
        return Err(Exception::throw_message(ctx, &fault.describe(&text)));
    }
    parsed
}

/// Whether a text is JSON: what [`select`] wants to know.
pub(crate) fn is_json(text: &[u8]) -> bool {
    json_path::check(text).is_ok()
}

/// What a gjson path finds in a text that is JSON; undefined when it finds nothing.
pub(crate) fn select<'js>(ctx: &Ctx<'js>, text: &[u8], path: &str) -> Result<Value<'js>> {
    let text = std::str::from_utf8(text).ok();
    match text.and_then(|text| json_path::get(text, path)) {
        Some(found) => ctx.json_parse(found.into_owned()),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}
