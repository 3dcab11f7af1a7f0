//! `Response.json(selector)`.

use rquickjs::function::{Rest, This};
use rquickjs::{Ctx, Exception, Result, Value};

use super::fields::{Field, body_bytes, text};
use super::go_value::string_of;
use super::reply::{self, Reply};
use crate::json;
use crate::native::bytes_of;

const NO_BODY: &str = "the body is null so we can't transform it to JSON - this likely was \
     because of a request error getting the response";

/// The body as JSON, or what a gjson path finds in it.
pub(super) fn json<'js>(
    this: This<Value<'js>>,
    ctx: Ctx<'js>,
    args: Rest<Value<'js>>,
) -> Result<Value<'js>> {
    let parsed = |reply: &Reply| match args.0.first() {
        Some(selector) => {
            let selector = string_of(selector)?;
            let text = bytes(&ctx, reply)?;
            // A body that the script has changed may be anything.
            let is_known = reply.is_json.get() && reply.kept(&ctx, Field::BODY).is_none();
            if !is_known && !json::is_json(&text) {
                return Ok(Value::new_undefined(ctx.clone()));
            }
            reply.is_json.set(true);
            json::select(&ctx, &text, &selector)
        }
        None => {
            if let Some(kept) = reply.kept(&ctx, Field::PARSED) {
                return Ok(kept);
            }
            let value = json::parse(&ctx, bytes(&ctx, reply)?)?;
            reply.keep(Field::PARSED, &value);
            Ok(value)
        }
    };
    reply::with(&this.0, parsed).unwrap_or_else(|| {
        Err(Exception::throw_type(&ctx, "json() was called on something that is no response"))
    })
}

/// What the script has put in the place of the body, or the body.
fn bytes(ctx: &Ctx<'_>, reply: &Reply) -> Result<Vec<u8>> {
    let bytes = match reply.kept(ctx, Field::BODY) {
        Some(kept) => bytes_of(&kept)?,
        // A request that was never one has an empty body to k6, not none.
        None if reply.sent.is_none() => Some(Vec::new()),
        None => body_bytes(ctx, reply)?.map(|bytes| text(bytes).into_bytes()),
    };
    bytes.ok_or_else(|| Exception::throw_message(ctx, NO_BODY))
}
