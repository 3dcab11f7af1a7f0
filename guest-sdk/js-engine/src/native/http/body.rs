//! Request bodies: text, bytes, forms; `http.file`.

use rquickjs::{Ctx, Exception, Object, Result, Value};
use squall_web::form::push_pair;
use squall_web::multipart::{FILE_TYPE_DEFAULT, Writer};

use super::go_value;
use super::marker::Marker;
use crate::host::timers;
use crate::native::bytes_of;

thread_local! {
    static FILE: Marker = const { Marker::new() };
}

/// A body that is ready to be sent.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// What it is, where that is not for the script to say.
    pub(crate) content_type: Option<String>,
}

/// Reads a body; the inner error is what a request fails with, in k6's words.
pub(crate) fn read(value: &Value<'_>) -> Result<std::result::Result<Option<Body>, String>> {
    if value.is_undefined() || value.is_null() {
        return Ok(Ok(None));
    }
    if value.is_string() {
        let bytes = go_value::string_of(value)?.into_bytes();
        return Ok(Ok(Some(Body { bytes, content_type: None })));
    }
    if go_value::is_bytes(value) {
        let bytes = bytes_of(value)?.unwrap_or_default();
        return Ok(Ok(Some(Body { bytes, content_type: None })));
    }
    let type_name = go_value::type_name(value);
    let Some(object) = value.as_object().filter(|_| type_name == "map[string]interface {}") else {
        return Ok(Err(format!("unknown request body type {type_name}")));
    };
    if is_file(value) {
        return Ok(Err("unknown request body type *http.FileData".to_owned()));
    }
    form(object).map(|body| Ok(Some(body)))
}

fn form(object: &Object<'_>) -> Result<Body> {
    let fields: Vec<(String, Value)> = object.props().collect::<Result<_>>()?;
    if fields.iter().any(|(_, value)| is_file(value)) {
        return multipart(fields);
    }
    url_encoded(fields)
}

fn url_encoded(fields: Vec<(String, Value<'_>)>) -> Result<Body> {
    let content_type = Some("application/x-www-form-urlencoded".to_owned());
    Ok(Body { bytes: form_text(fields)?.into_bytes(), content_type })
}

/// `name=value&name=value`, in the order of the names, as Go has it.
pub(crate) fn form_text(mut fields: Vec<(String, Value<'_>)>) -> Result<String> {
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    let mut text = String::new();
    for (name, value) in fields {
        if let Some(list) = value.as_array() {
            for item in list.iter::<Value>() {
                push_pair(&mut text, &name, &go_value::text(&item?)?);
            }
        } else {
            push_pair(&mut text, &name, &go_value::text(&value)?);
        }
    }
    Ok(text)
}

fn multipart(fields: Vec<(String, Value<'_>)>) -> Result<Body> {
    let mut random = fastrand::Rng::with_seed(timers::wall_clock());
    let mut form = Writer::new(|| random.u64(..));
    for (name, value) in fields {
        let Some(file) = value.as_object().filter(|_| is_file(&value)) else {
            form.text(&name, &go_value::text(&value)?);
            continue;
        };
        let filename = go_value::string_of(&file.get("filename")?)?;
        let content_type = go_value::string_of(&file.get("content_type")?)?;
        let data: Value = file.get("data")?;
        let data = if data.is_string() {
            go_value::string_of(&data)?.into_bytes()
        } else {
            bytes_of(&data)?.unwrap_or_default()
        };
        form.reserve(1, name.len() + filename.len() + content_type.len() + data.len());
        form.file(&name, &filename, &content_type, &data);
    }
    let content_type = Some(form.content_type());
    Ok(Body { bytes: form.finish(), content_type })
}

/// `http.file(data, filename, contentType)`.
pub(crate) fn file<'js>(
    ctx: Ctx<'js>,
    args: rquickjs::function::Rest<Value<'js>>,
) -> Result<Object<'js>> {
    let data = args.0.first().cloned().unwrap_or_else(|| Value::new_undefined(ctx.clone()));
    let is_buffer = rquickjs::ArrayBuffer::from_value(data.clone()).is_some();
    if !data.is_string() && !is_buffer {
        let type_name = go_value::type_name(&data);
        let reason = format!("invalid type {type_name}, expected string or ArrayBuffer");
        return Err(Exception::throw_message(&ctx, &reason));
    }
    let filename = match args.0.get(1) {
        Some(name) => text_or_empty(name)?,
        None => timers::wall_clock().to_string(),
    };
    let content_type = match args.0.get(2) {
        Some(content_type) => text_or_empty(content_type)?,
        None => FILE_TYPE_DEFAULT.to_owned(),
    };
    let file = FILE.with(|marker| marker.object(&ctx))?;
    file.set("data", data)?;
    file.set("filename", filename)?;
    file.set("content_type", content_type)?;
    Ok(file)
}

fn text_or_empty(value: &Value<'_>) -> Result<String> {
    if value.is_null() || value.is_undefined() {
        return Ok(String::new());
    }
    go_value::string_of(value)
}

fn is_file(value: &Value<'_>) -> bool {
    FILE.with(|marker| marker.is_on(value))
}
