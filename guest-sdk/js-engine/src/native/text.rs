//! `native:text`: strings and bytes.

use rquickjs::{Ctx, Exception, Result, Value};

use super::{array_buffer, bytes_of};

super::natives! {
    "encodeUtf8" => encode_utf8,
    "decodeUtf8" => decode_utf8,
}

/// An `ArrayBuffer` with the text in UTF-8.
fn encode_utf8<'js>(ctx: Ctx<'js>, text: String) -> Result<Value<'js>> {
    array_buffer(&ctx, text.into_bytes())
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
