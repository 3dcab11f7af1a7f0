//! `native:encoding`: Base64 as `k6/encoding` has it.

mod base64;

pub(crate) use base64::{Variant, decode as from_base64, encode as to_base64};

use rquickjs::{Coerced, Ctx, Exception, Result, String as JsString, Value};

use super::{array_buffer, bytes_of, text};

super::natives! {
    "encode" => encode,
    "decode" => decode,
}

/// Bytes of what scripts hand over: a text, an `ArrayBuffer` or a view of one.
pub(crate) fn input<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Vec<u8>> {
    if let Some(string) = value.as_string() {
        return text::utf8(string);
    }
    let bytes = if value.is_object() { bytes_of(value)? } else { None };
    bytes.ok_or_else(|| {
        let found = found(value);
        let message =
            format!("invalid type {found}, expected a string, an ArrayBuffer or a view of one");
        Exception::throw_message(ctx, &message)
    })
}

/// What a value is, for people.
fn found(value: &Value<'_>) -> &'static str {
    if value.is_array() {
        return "array";
    }
    match value.type_name() {
        "int" | "float" => "number",
        "bool" => "boolean",
        name => name,
    }
}

fn variant(kind: &Value<'_>) -> Variant {
    // Names that there are none for mean `std`, as in k6.
    match kind.get::<String>().as_deref() {
        Ok("rawstd") => Variant::RawStd,
        Ok("url") => Variant::Url,
        Ok("rawurl") => Variant::RawUrl,
        _ => Variant::Std,
    }
}

fn encode<'js>(ctx: Ctx<'js>, bytes: Value<'js>, kind: Value<'js>) -> Result<String> {
    Ok(base64::encode(&input(&ctx, &bytes)?, variant(&kind)))
}

/// An `ArrayBuffer`, or a text when `format` is `s`.
fn decode<'js>(
    ctx: Ctx<'js>,
    encoded: Value<'js>,
    kind: Value<'js>,
    format: Value<'js>,
) -> Result<Value<'js>> {
    let encoded = match encoded.as_string() {
        Some(text) => text::utf8(text)?,
        None if encoded.is_undefined() || encoded.is_null() => Vec::new(),
        None => encoded.get::<Coerced<String>>()?.0.into_bytes(),
    };
    let bytes = base64::decode(&encoded, variant(&kind))
        .map_err(|place| Exception::throw_message(&ctx, &wrong_base64(place)))?;
    if format.get::<String>().is_ok_and(|format| format == "s") {
        return Ok(JsString::from_str(ctx, &text::lossy(bytes))?.into_value());
    }
    array_buffer(&ctx, bytes)
}

/// What is said of Base64 with something wrong at this byte.
pub(crate) fn wrong_base64(place: usize) -> String {
    format!("illegal base64 data at input byte {place}")
}
