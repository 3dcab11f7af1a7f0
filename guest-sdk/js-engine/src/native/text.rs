//! `native:text`: strings and bytes.

mod decoder;

use rquickjs::function::This;
use rquickjs::{Array, Ctx, Exception, Function, Object, Result, String as JsString, Value};

use super::{array_buffer, bytes_of};

super::natives! {
    "encodeUtf8" => encode_utf8,
    "decodeUtf8" => decode_utf8,
    "decodePart" => decode_part,
}

/// The text in UTF-8; halves of surrogate pairs become U+FFFD.
pub(crate) fn utf8(string: &JsString<'_>) -> Result<Vec<u8>> {
    match string.to_string() {
        Ok(text) => Ok(text.into_bytes()),
        Err(rquickjs::Error::Utf8(_)) => {
            let class: Object = string.ctx().globals().get("String")?;
            let prototype: Object = class.get("prototype")?;
            let to_well_formed: Function = prototype.get("toWellFormed")?;
            let fixed: String = to_well_formed.call((This(string.clone()),))?;
            Ok(fixed.into_bytes())
        }
        Err(error) => Err(error),
    }
}

/// The text of bytes in UTF-8, with a U+FFFD for each byte that is not part of a character, as in
/// k6.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

/// An `ArrayBuffer` with the text in UTF-8.
fn encode_utf8<'js>(ctx: Ctx<'js>, text: JsString<'js>) -> Result<Value<'js>> {
    array_buffer(&ctx, utf8(&text)?)
}

/// The text of bytes in UTF-8. What is none becomes U+FFFD, or an error when `is_fatal`.
fn decode_utf8<'js>(ctx: Ctx<'js>, bytes: Value<'js>, is_fatal: bool) -> Result<String> {
    let bytes = bytes_of(&bytes)?.unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if is_fatal => Err(Exception::throw_type(&ctx, &error.to_string())),
        Err(error) => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

/// `[text, rest]` of bytes of which more may follow: `rest` is an `ArrayBuffer` with the beginning
/// of a character at their end, and is to come before the next ones.
fn decode_part<'js>(
    ctx: Ctx<'js>,
    encoding: String,
    rest: Value<'js>,
    bytes: Value<'js>,
    is_fatal: bool,
    is_last: bool,
) -> Result<Array<'js>> {
    let mut all = bytes_of(&rest)?.unwrap_or_default();
    all.extend(bytes_of(&bytes)?.unwrap_or_default());
    let keep = if is_last { 0 } else { decoder::unfinished(&encoding, &all) };
    let rest = all.split_off(all.len() - keep);
    let text = decoder::decode(&encoding, &all, is_fatal).ok_or_else(|| {
        Exception::throw_type(&ctx, &format!("the bytes are not valid {encoding}"))
    })?;
    let parts = Array::new(ctx.clone())?;
    parts.set(0, text)?;
    parts.set(1, array_buffer(&ctx, rest)?)?;
    Ok(parts)
}
