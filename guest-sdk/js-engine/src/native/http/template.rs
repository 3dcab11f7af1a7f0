//! `` http.url`http://host/orders/${id}` ``: a URL whose name has `${}` in the place of values.

use rquickjs::function::Rest;
use rquickjs::{Ctx, Exception, Object, Result, Value};

use super::go_value::string_of;
use super::marker::Marker;
use crate::host::http;

thread_local! {
    static URL: Marker = const { Marker::new() };
}

/// The tag function of the template.
pub(crate) fn url<'js>(ctx: Ctx<'js>, args: Rest<Value<'js>>) -> Result<Object<'js>> {
    let mut values = args.0.into_iter();
    let parts: Vec<Value> = match values.next() {
        None => Vec::new(),
        Some(parts) => match parts.as_array() {
            Some(list) => list.iter::<Value>().collect::<Result<_>>()?,
            None => {
                let found = string_of(&parts)?;
                let reason = format!(
                    "http.url is a tag for templates, as in http.url`http://host/${{id}}`; \
                     it was called with {found}"
                );
                return Err(Exception::throw_type(&ctx, &reason));
            }
        },
    };
    let (mut text, mut name) = (String::new(), String::new());
    for (index, part) in parts.iter().enumerate() {
        let part = string_of(part)?;
        text.push_str(&part);
        name.push_str(&part);
        if index + 1 < parts.len() {
            name.push_str("${}");
            if let Some(value) = values.next().filter(|v| !v.is_null() && !v.is_undefined()) {
                text.push_str(&string_of(&value)?);
            }
        }
    }
    if !is_plain(&text)
        && let Err(reason) = http::resolve_url(&text, "")
    {
        return Err(Exception::throw_message(&ctx, &format!("invalid URL: {reason}")));
    }
    let object = URL.with(|marker| marker.object(&ctx))?;
    object.set("name", name)?;
    object.set("url", text.as_str())?;
    object.set("clean_url", masked(&text))?;
    Ok(object)
}

/// URL and name of what [`url`] has made; nothing for anything else. A template without values
/// has no name of its own.
pub(crate) fn read(value: &Value<'_>) -> Result<Option<(String, Option<String>)>> {
    let Some(object) = value.as_object().filter(|_| is_template(value)) else { return Ok(None) };
    let url = string_of(&object.get("url")?)?;
    let name = string_of(&object.get("name")?)?;
    let name = (name != url).then_some(name);
    Ok(Some((url, name)))
}

pub(crate) fn is_template(value: &Value<'_>) -> bool {
    URL.with(|marker| marker.is_on(value))
}

/// True for a URL that is surely valid, without asking the host: nearly every one.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !name.is_empty()
        && name.bytes().all(is_name)
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/?&=+,;:@".contains(&byte))
}

/// The URL without name and password of a user.
fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://****:****@{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}
