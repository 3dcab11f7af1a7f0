//! Request bodies: text, bytes, forms; `http.file`.

use rquickjs::{Ctx, Exception, Object, Result, Value};
use squall_web::form::push_pair;

use super::go_value;
use super::marker::Marker;
use crate::host::timers;
use crate::native::bytes_of;

thread_local! {
    static FILE: Marker = const { Marker::new() };
}

/// Length of a boundary between parts.
const BOUNDARY_CHARS: usize = 60;

const FILE_TYPE_DEFAULT: &str = "application/octet-stream";

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
    let boundary = boundary();
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        if let Some(file) = value.as_object().filter(|_| is_file(&value)) {
            let filename = go_value::string_of(&file.get("filename")?)?;
            let content_type = go_value::string_of(&file.get("content_type")?)?;
            let head = format!(
                "Content-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                without_quotes(&filename),
                content_type
            );
            bytes.extend_from_slice(head.as_bytes());
            let data: Value = file.get("data")?;
            let data = if data.is_string() {
                go_value::string_of(&data)?.into_bytes()
            } else {
                bytes_of(&data)?.unwrap_or_default()
            };
            bytes.extend_from_slice(&data);
        } else {
            let name = without_quotes(&name);
            let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(go_value::text(&value)?.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Body { bytes, content_type: Some(format!("multipart/form-data; boundary={boundary}")) })
}

fn without_quotes(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn boundary() -> String {
    let mut random = fastrand::Rng::with_seed(timers::wall_clock());
    (0..BOUNDARY_CHARS).filter_map(|_| char::from_digit(random.u32(0..16), 16)).collect()
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
