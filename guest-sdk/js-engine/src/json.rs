//! JSON with the errors of k6, and gjson paths.
//!
//! | file | what |
//! |---|---|
//! | `check` | what is wrong with a text, in the words of Go |
//! | `gjson` | what a path finds: `path` and `query` read it, `modifiers` are `@keys` and so on |
//! | `walk` | the parts of a text that is known to be JSON |

mod check;
mod gjson;
mod modifiers;
mod path;
mod query;
mod walk;

use rquickjs::{Ctx, Exception, Result, Value};

/// Parses UTF-8; the error says line and character.
pub(crate) fn parse<'js>(ctx: &Ctx<'js>, text: Vec<u8>) -> Result<Value<'js>> {
    // Checked afterwards, and only what does not parse: the check is for its words.
    let parsed = ctx.json_parse(text.clone());
    if parsed.is_err()
        && let Err(fault) = check::check(&text)
    {
        drop(ctx.catch());
        return Err(Exception::throw_message(ctx, &fault.describe(&text)));
    }
    parsed
}

/// Whether a text is JSON: what [`select`] wants to know.
pub(crate) fn is_json(text: &[u8]) -> bool {
    check::check(text).is_ok()
}

/// What a gjson path finds in a text that is JSON; undefined when it finds nothing.
pub(crate) fn select<'js>(ctx: &Ctx<'js>, text: &[u8], path: &str) -> Result<Value<'js>> {
    let text = std::str::from_utf8(text).ok();
    match text.and_then(|text| gjson::get(text, path)) {
        // A literal in the path may be anything.
        Some(found) if is_json(found.as_bytes()) => ctx.json_parse(found.into_owned()),
        _ => Ok(Value::new_undefined(ctx.clone())),
    }
}
