//! The parameters of a request: the last argument of `http.get` and its kin.

use rquickjs::{Class, Coerced, Object, Result, Type, Value};

use super::call::{BodyType, Call, Refused};
use super::expected;
use super::go_value::{self, string_of};
use super::jar::CookieJar;
use crate::host::http::{AuthScheme, ContentEncoding, HttpVersion, RequestCookie};

/// The request goes on, or why it does not.
type Outcome = std::result::Result<(), Refused>;

const MS_PER_S: f64 = 1e3;

/// Units of durations, in milliseconds.
const UNITS_MS: [(&str, f64); 9] = [
    ("ns", 1e-6),
    ("us", 1e-3),
    ("µs", 1e-3),
    ("μs", 1e-3),
    ("ms", 1.0),
    ("s", MS_PER_S),
    ("m", 60.0 * MS_PER_S),
    ("h", 3_600.0 * MS_PER_S),
    ("d", 86_400.0 * MS_PER_S),
];

/// Reads what a script has set; unknown names are ignored.
pub(crate) fn read(params: &Object<'_>, call: &mut Call) -> Result<Outcome> {
    for entry in params.props::<String, Value>() {
        let (name, value) = entry?;
        let outcome = match name.as_str() {
            "headers" => each_entry(&value, |name, value| {
                header(name, string_of(&value)?, call);
                Ok(Ok(()))
            }),
            "tags" => each_entry(&value, |name, value| tag(name, &value, call)),
            "cookies" => each_entry(&value, |name, value| {
                call.rest().cookies.extend(cookie(name, &value)?);
                Ok(Ok(()))
            }),
            "timeout" => timeout(&value, call),
            "responseType" => response_type(&value, call),
            "responseCallback" => Ok(response_callback(&value, call)),
            "jar" => {
                let jar = value.as_object().and_then(Class::<CookieJar>::from_object);
                if let Some(jar) = jar {
                    call.rest().jar = Some(jar.borrow().host());
                }
                Ok(Ok(()))
            }
            "redirects" => {
                // Negative is none; the cast saturates.
                call.rest().redirects_max = Some(value.get::<Coerced<f64>>()?.0 as u32);
                Ok(Ok(()))
            }
            "throw" => {
                call.manner.throws = Some(value.get::<Coerced<bool>>()?.0);
                Ok(Ok(()))
            }
            "auth" => auth(&value, call).map(Ok),
            "compression" => compression(&value, call),
            "httpVersion" => http_version(&value, call),
            _ => Ok(Ok(())),
        };
        if let Err(refused) = outcome? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(()))
}

/// Calls `take` with the entries of what is an object to JavaScript: a text has its characters.
fn each_entry<'js>(
    value: &Value<'js>,
    mut take: impl FnMut(String, Value<'js>) -> Result<Outcome>,
) -> Result<Outcome> {
    if let Some(object) = value.as_object() {
        for entry in object.props() {
            let (name, value) = entry?;
            if let Err(refused) = take(name, value)? {
                return Ok(Err(refused));
            }
        }
    } else if value.is_string() {
        for (index, character) in string_of(value)?.chars().enumerate() {
            let character = character.to_string();
            let character = rquickjs::String::from_str(value.ctx().clone(), &character)?;
            if let Err(refused) = take(index.to_string(), character.into())? {
                return Ok(Err(refused));
            }
        }
    }
    Ok(Ok(()))
}

fn header(name: String, mut value: String, call: &mut Call) {
    if value.starts_with([' ', '\t']) || value.ends_with([' ', '\t']) {
        value = String::from(value.trim_matches([' ', '\t']));
    }
    let name = canonical(name);
    match name.as_str() {
        // Its length is the body's own business.
        "Content-Length" => warn_of_length(&value, call),
        "Host" if value.is_empty() => {}
        _ => {
            let headers = &mut call.request.headers;
            match headers.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => headers.push((name, value)),
            }
        }
    }
}

fn warn_of_length(value: &str, call: &Call) {
    let length_bytes = call.request.body.as_ref().map_or(0, Vec::len);
    if value.parse() != Ok(length_bytes) {
        let method = super::call::method_name(&call.request.method);
        let url = &call.request.url;
        super::warn(&format!(
            "The specified Content-Length header \"{value}\" in the {method} request for {url} \
             doesn't match the actual request body length of {length_bytes}, so it will be \
             ignored!"
        ));
    }
}

/// `content-type` as `Content-Type`; names with other characters stay as they are.
pub(crate) fn canonical(mut name: String) -> String {
    let mut previous = b'-';
    let is_canonical = name.bytes().all(|byte| {
        let is_first = std::mem::replace(&mut previous, byte) == b'-';
        !(if is_first { byte.is_ascii_lowercase() } else { byte.is_ascii_uppercase() })
    });
    if !is_canonical && is_token(&name) {
        let mut is_first = true;
        // The bytes of a token are ASCII, and so is what becomes of them.
        let bytes = name.bytes().map(|byte| {
            let byte = if is_first { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            is_first = byte == b'-';
            char::from(byte)
        });
        name = bytes.collect();
    }
    name
}

fn is_token(name: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token_byte)
}

fn tag(name: String, value: &Value<'_>, call: &mut Call) -> Result<Outcome> {
    let text = match value.type_of() {
        Type::String | Type::Int | Type::Float | Type::Bool => string_of(value)?,
        Type::Object if matches!(go_value::class_name(value).as_str(), "Number" | "Boolean") => {
            string_of(value)?
        }
        _ => {
            let reason = format!(
                "invalid HTTP request metric tags: invalid value for metric tag '{name}': only \
                 String, Boolean and Number types are accepted as a metric tag values"
            );
            return Ok(Err(reason.into()));
        }
    };
    if name == "name" {
        // The tag stays also where the system tag of that name is off.
        call.request.name = Some(text.clone());
    }
    call.request.tags.push((name, text));
    Ok(Ok(()))
}

/// A text, or an object with `value` and `replace`.
fn cookie(name: String, value: &Value<'_>) -> Result<Option<RequestCookie>> {
    if value.is_null() || value.is_undefined() {
        return Ok(None);
    }
    let mut cookie = RequestCookie { name, value: String::new(), replaces: false };
    match value.as_object().filter(|object| !object.is_array()) {
        None => cookie.value = string_of(value)?,
        Some(object) => {
            for entry in object.props::<String, Value>() {
                let (attribute, value) = entry?;
                match attribute.to_lowercase().as_str() {
                    "value" => cookie.value = string_of(&value)?,
                    "replace" => cookie.replaces = value.get::<Coerced<bool>>()?.0,
                    _ => {}
                }
            }
        }
    }
    Ok(Some(cookie))
}

/// A length of time in milliseconds: a number of them, or a text with units.
pub(crate) fn duration_of(value: &Value<'_>) -> Result<std::result::Result<f64, String>> {
    Ok(match value.type_of() {
        Type::Int | Type::Float => value.as_number().ok_or_else(String::new),
        Type::String => duration_ms(&string_of(value)?),
        _ => {
            let type_name = go_value::type_name(value);
            Err(format!("unable to use type {type_name} as a duration value"))
        }
    })
}

fn timeout(value: &Value<'_>, call: &mut Call) -> Result<Outcome> {
    Ok(match duration_of(value)? {
        Ok(ms) => {
            // What is too short is none, what is too long is the longest; the cast saturates.
            call.request.timeout_ms = Some(ms.max(0.0) as u32);
            Ok(())
        }
        Err(reason) => Err(format!("invalid timeout value: {reason}").into()),
    })
}

/// `1m30s`, `250ms`, or a number of milliseconds; the errors are Go's.
fn duration_ms(text: &str) -> std::result::Result<f64, String> {
    if let Ok(ms) = text.parse::<f64>()
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'))
    {
        return Ok(ms);
    }
    let quoted = super::quote::quoted(text);
    let invalid = || format!("time: invalid duration {quoted}");
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut ms = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let number: f64 = number.parse().map_err(|_| invalid())?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {quoted}"));
        }
        let known = UNITS_MS.iter().find(|(name, _)| *name == unit);
        let Some((_, unit_ms)) = known else {
            let unit = super::quote::quoted(unit);
            return Err(format!("time: unknown unit {unit} in duration {quoted}"));
        };
        ms += number * unit_ms;
        rest = after;
    }
    Ok(if text.starts_with('-') { -ms } else { ms })
}

fn response_type(value: &Value<'_>, call: &mut Call) -> Result<Outcome> {
    let text = string_of(value)?;
    let body_type = match text.as_str() {
        "text" => BodyType::Text,
        "binary" => BodyType::Binary,
        "none" => BodyType::None,
        _ => return Ok(Err(format!("{text} does not belong to ResponseType values").into())),
    };
    call.manner.body_type = body_type;
    call.request.discard_body = Some(body_type == BodyType::None);
    Ok(Ok(()))
}

fn response_callback(value: &Value<'_>, call: &mut Call) -> Outcome {
    let expected = expected::read(value);
    call.request.expected =
        expected.ok_or_else(|| Refused::from("unsupported responseCallback".to_owned()))?;
    Ok(())
}

/// How the URL's user is proven; anything else is basic, as in k6.
fn auth(value: &Value<'_>, call: &mut Call) -> Result<()> {
    let scheme = match string_of(value)?.as_str() {
        "digest" => AuthScheme::Digest,
        "ntlm" => AuthScheme::Ntlm,
        _ => return Ok(()),
    };
    call.rest().auth = Some(scheme);
    Ok(())
}

/// Names with commas between.
fn compression(value: &Value<'_>, call: &mut Call) -> Result<Outcome> {
    let text = string_of(value)?;
    if text.trim().is_empty() {
        return Ok(Ok(()));
    }
    let mut encodings = Vec::new();
    for name in text.split(',').map(str::trim) {
        encodings.push(match name {
            "gzip" => ContentEncoding::Gzip,
            "deflate" => ContentEncoding::Deflate,
            "br" => ContentEncoding::Br,
            "zstd" => ContentEncoding::Zstd,
            _ => {
                let reason = format!(
                    "unknown compression algorithm {name}, supported algorithms are \
                     [gzip deflate zstd br]"
                );
                return Ok(Err(reason.into()));
            }
        });
    }
    call.rest().compression = encodings;
    Ok(Ok(()))
}

/// Our own: by which version of HTTP this request goes.
fn http_version(value: &Value<'_>, call: &mut Call) -> Result<Outcome> {
    let text = string_of(value)?;
    let version = match text.as_str() {
        "auto" => HttpVersion::Auto,
        "1.1" => HttpVersion::Http1,
        "2" => HttpVersion::Http2,
        "2-prior-knowledge" => HttpVersion::Http2PriorKnowledge,
        "3" => HttpVersion::Http3,
        _ => {
            let reason = format!(
                "unknown httpVersion '{text}'; expected 'auto', '1.1', '2', \
                 '2-prior-knowledge' or '3'"
            );
            return Ok(Err(reason.into()));
        }
    };
    call.rest().version = Some(version);
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(duration_ms("5000"), Ok(5_000.0));
        assert_eq!(duration_ms("1.5s"), Ok(1_500.0));
        assert_eq!(duration_ms("1m1s"), Ok(61_000.0));
        assert_eq!(duration_ms("1d"), Ok(86_400_000.0));
        assert_eq!(duration_ms("").unwrap_err(), "time: invalid duration \"\"");
        assert_eq!(duration_ms("x").unwrap_err(), "time: invalid duration \"x\"");
        assert_eq!(duration_ms("5x").unwrap_err(), "time: unknown unit \"x\" in duration \"5x\"");
        assert_eq!(duration_ms("1s5").unwrap_err(), "time: missing unit in duration \"1s5\"");
    }

    #[test]
    fn header_names_are_canonical() {
        assert_eq!(canonical("x-THREE-four".to_owned()), "X-Three-Four");
        assert_eq!(canonical("x_y".to_owned()), "X_y");
        assert_eq!(canonical("X Y".to_owned()), "X Y");
    }
}
