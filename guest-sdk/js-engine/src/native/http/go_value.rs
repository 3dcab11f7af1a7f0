//! JavaScript values as Go prints them: k6 hands values over to Go, and that shows in forms and in
//! the words of errors.

use rquickjs::function::This;
use rquickjs::{Array, ArrayBuffer, Coerced, Ctx, Error, Function, Object, Result, Type, Value};

/// A value as JavaScript writes it. Halves of characters become U+FFFD, as on the way to Go.
pub(crate) fn string_of(value: &Value<'_>) -> Result<String> {
    let text = match value.as_string() {
        Some(text) => text.clone(),
        None => value.get::<Coerced<rquickjs::String>>()?.0,
    };
    match text.to_string() {
        Err(Error::Utf8(_)) => {
            let prototype: Object =
                value.ctx().globals().get::<_, Object>("String")?.get("prototype")?;
            let to_well_formed: Function = prototype.get("toWellFormed")?;
            to_well_formed.call((This(text),))
        }
        text => text,
    }
}

/// Numbers beyond are no integers to k6.
const SAFE_INTEGER_MAX: f64 = 9_007_199_254_740_992.0;

/// Values in values in values; a cycle ends here.
const DEPTH_MAX: u32 = 16;

/// True for what k6 hands over as an integer.
pub(crate) fn is_integer(number: f64) -> bool {
    number.fract() == 0.0
        && number.abs() <= SAFE_INTEGER_MAX
        && !(number == 0.0 && number.is_sign_negative())
}

/// The name of the type that a value has in Go: `%T`.
pub(crate) fn type_name(value: &Value<'_>) -> &'static str {
    match value.type_of() {
        Type::Undefined | Type::Null | Type::Uninitialized => "<nil>",
        Type::Bool => "bool",
        Type::Int => "int64",
        Type::Float if value.as_float().is_some_and(is_integer) => "int64",
        Type::Float => "float64",
        Type::String | Type::Symbol => "string",
        Type::BigInt => "*big.Int",
        Type::Array => "[]interface {}",
        Type::Function | Type::Constructor => "func(sobek.FunctionCall) sobek.Value",
        Type::Promise => "*sobek.Promise",
        _ => match class_name(value).as_str() {
            "Date" => "time.Time",
            "ArrayBuffer" => "sobek.ArrayBuffer",
            "Uint8Array" | "Uint8ClampedArray" => "[]uint8",
            "Map" => "[][2]interface {}",
            "Set" => "[]interface {}",
            _ => "map[string]interface {}",
        },
    }
}

/// `Date` of `[object Date]`; empty for what is no object.
pub(crate) fn class_name(value: &Value<'_>) -> String {
    let describe = || -> Result<String> {
        let prototype: Object =
            value.ctx().globals().get::<_, Object>("Object")?.get("prototype")?;
        let to_string: Function = prototype.get("toString")?;
        to_string.call((This(value.clone()),))
    };
    let text = if value.is_object() { describe().unwrap_or_default() } else { String::new() };
    text.strip_prefix("[object ").and_then(|t| t.strip_suffix(']')).unwrap_or("").to_owned()
}

/// `%v`.
pub(crate) fn text(value: &Value<'_>) -> Result<String> {
    text_within(value, DEPTH_MAX)
}

fn text_within(value: &Value<'_>, depth: u32) -> Result<String> {
    match value.type_of() {
        Type::Undefined | Type::Null | Type::Uninitialized => Ok("<nil>".to_owned()),
        Type::Int | Type::Float => Ok(number_text(value.as_number().unwrap_or_default())),
        Type::Symbol => match value.as_symbol() {
            Some(symbol) => string_of(&symbol.description()?),
            None => Ok(String::new()),
        },
        Type::Array | Type::Object | Type::Proxy | Type::Exception if depth > 0 => {
            object_text(value, depth - 1)
        }
        _ => string_of(value),
    }
}

fn object_text(value: &Value<'_>, depth: u32) -> Result<String> {
    let object: Object = value.get()?;
    match class_name(value).as_str() {
        "Array" | "Set" | "Uint8Array" | "Int8Array" | "Uint16Array" | "Int16Array"
        | "Uint32Array" | "Int32Array" | "Float32Array" | "Float64Array" => {
            let list = array_of(value.ctx(), object)?;
            let items: Result<Vec<String>> =
                list.iter::<Value>().map(|item| text_within(&item?, depth)).collect();
            Ok(format!("[{}]", items?.join(" ")))
        }
        "Date" => {
            let iso: Function = object.get("toISOString")?;
            let iso: String = iso.call((This(value.clone()),))?;
            let iso = iso.replace('T', " ").replace('Z', "").replace(".000", "");
            Ok(format!("{iso} +0000 UTC"))
        }
        _ => {
            let mut entries = Vec::new();
            for entry in object.props::<String, Value>() {
                let (name, value) = entry?;
                entries.push(format!("{name}:{}", text_within(&value, depth)?));
            }
            entries.sort();
            Ok(format!("map[{}]", entries.join(" ")))
        }
    }
}

/// An iterable as an array.
pub(crate) fn array_of<'js>(ctx: &Ctx<'js>, iterable: Object<'js>) -> Result<Array<'js>> {
    if let Some(array) = iterable.as_array() {
        return Ok(array.clone());
    }
    let from: Function = ctx.globals().get::<_, Object>("Array")?.get("from")?;
    from.call((iterable,))
}

/// Integers as they are, others as Go's `%v`: with an exponent from 1e6 on and below 1e-4.
fn number_text(number: f64) -> String {
    if is_integer(number) {
        return format!("{number}");
    }
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// True for an `ArrayBuffer` or a view of one.
pub(crate) fn is_bytes(value: &Value<'_>) -> bool {
    if ArrayBuffer::from_value(value.clone()).is_some() {
        return true;
    }
    value.is_object() && !value.is_array() && {
        let name = class_name(value);
        name == "DataView" || name.ends_with("Array")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        let expected = [
            (1.5, "1.5"),
            (21.0, "21"),
            (123_456_789.0, "123456789"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (12_345_678.9, "1.23456789e+07"),
            (1_000_000.5, "1.0000005e+06"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (0.0001, "0.0001"),
            (-0.0, "-0"),
            (f64::INFINITY, "+Inf"),
        ];
        for (number, text) in expected {
            assert_eq!(number_text(number), text);
        }
    }
}
