//! Exceptions as text, in the way of k6: the error first, then the stack, one frame a line.

use rquickjs::{CaughtError, Ctx, Error, Exception, Value};

/// Text of an error that rquickjs reports: the exception that was thrown, or its own.
pub(crate) fn describe(ctx: &Ctx<'_>, error: Error) -> String {
    match CaughtError::from_error(ctx, error) {
        CaughtError::Exception(exception) => describe_exception(&exception),
        CaughtError::Value(value) => describe_value(&value),
        CaughtError::Error(error) => error.to_string(),
    }
}

/// Text of anything that was thrown.
pub(crate) fn describe_value(value: &Value<'_>) -> String {
    if let Some(exception) = value.clone().into_object().and_then(Exception::from_object) {
        return describe_exception(&exception);
    }
    let ctx = value.ctx();
    // As `String(value)`; an object is more useful as JSON.
    if value.is_object()
        && !value.is_function()
        && let Ok(Some(json)) = ctx.json_stringify(value.clone())
        && let Ok(text) = json.to_string()
    {
        return text;
    }
    let text: Result<rquickjs::Coerced<String>, _> = value.get();
    text.map_or_else(|_| format!("a thrown {}", value.type_name()), |text| text.0)
}

fn describe_exception(exception: &Exception<'_>) -> String {
    let object = exception.as_object();
    let name: Option<String> = object.get("name").ok();
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| "Error".to_owned());
    let message = exception.message().unwrap_or_default();
    let mut text = if message.is_empty() { name } else { format!("{name}: {message}") };
    for line in exception.stack().unwrap_or_default().lines() {
        let line = line.trim();
        if !line.is_empty() {
            text.push_str("\n\t");
            text.push_str(line);
        }
    }
    text
}
