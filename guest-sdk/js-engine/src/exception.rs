//! Exceptions as text, in the way of k6: the error first, then the stack, one frame a line.

use rquickjs::{CaughtError, Coerced, Ctx, Error, Exception, Value};

/// An error may have a cause, which may have one, and so on; so many are told.
const CAUSES_MAX: usize = 4;

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
    match exception_of(value) {
        Some(exception) => describe_exception(&exception),
        None => describe_other(value),
    }
}

fn exception_of<'js>(value: &Value<'js>) -> Option<Exception<'js>> {
    value.clone().into_object().and_then(Exception::from_object)
}

/// Text of something that was thrown and is no error.
fn describe_other(value: &Value<'_>) -> String {
    let ctx = value.ctx();
    // As `String(value)`; an object is more useful as JSON.
    if value.is_object()
        && !value.is_function()
        && let Ok(Some(json)) = ctx.json_stringify(value.clone())
        && let Ok(text) = json.to_string()
    {
        return text;
    }
    let text: Result<Coerced<String>, _> = value.get();
    text.map_or_else(|_| format!("a thrown {}", value.type_name()), |text| text.0)
}

fn describe_exception(exception: &Exception<'_>) -> String {
    let mut text = with_stack(exception);
    let mut cause: Option<Value> = exception.as_object().get("cause").ok();
    for _ in 0..CAUSES_MAX {
        let Some(value) = cause.filter(|value| !value.is_undefined()) else { break };
        text.push_str("\n\tcaused by: ");
        let Some(inner) = exception_of(&value) else {
            text.push_str(&describe_other(&value));
            break;
        };
        text.push_str(&with_stack(&inner));
        cause = inner.as_object().get("cause").ok();
    }
    text
}

fn with_stack(exception: &Exception<'_>) -> String {
    let headline = headline(exception);
    let stack = exception.stack().unwrap_or_default();
    // Scripts see it in the stack, too; see `squall:errors`.
    let frames = stack.strip_prefix(headline.as_str()).unwrap_or(&stack).to_owned();
    stack_text(headline, &frames)
}

/// Name and message.
fn headline(exception: &Exception<'_>) -> String {
    let name: Option<Coerced<String>> = exception.as_object().get("name").ok();
    let name = name.map(|name| name.0).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "Error".to_owned());
    let message = exception.message().unwrap_or_default();
    if message.is_empty() { name } else { format!("{name}: {message}") }
}

/// Adds the frames of the script to the headline of an error.
pub(crate) fn stack_text(headline: String, frames: &str) -> String {
    let mut text = headline;
    push_stack(&mut text, frames);
    text
}

fn push_stack(text: &mut String, stack: &str) {
    let frames: Vec<&str> = stack.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // What built-in modules call is a part of them, too.
    let is_inner = |frame: &&str| is_built_in(frame) || frame.ends_with("(native)");
    let inner = frames.iter().take_while(|frame| is_inner(frame)).count();
    let first = frames[..inner].iter().rposition(|frame| is_built_in(frame));
    for frame in frames.iter().skip(first.map_or(0, |last| last + 1)) {
        // `JSON.parse` has a frame for its text.
        if is_built_in(frame) || frame.starts_with("at <input>:") {
            continue;
        }
        text.push_str("\n\t");
        text.push_str(&as_in_k6(frame));
    }
}

/// Whether a frame is inside a built-in module: people look for their own mistakes.
fn is_built_in(frame: &str) -> bool {
    let place = match frame.rsplit_once('(') {
        Some((_, place)) => place,
        None => frame.strip_prefix("at ").unwrap_or(frame),
    };
    ["k6:", "k6/", "squall:", "squall/"].iter().any(|prefix| place.starts_with(prefix))
}

/// Functions without a name have none.
fn as_in_k6(frame: &str) -> String {
    let place = frame.strip_prefix("at <anonymous> (").and_then(|rest| rest.strip_suffix(')'));
    place.map_or_else(|| frame.to_owned(), |place| format!("at {place}"))
}

#[cfg(test)]
mod tests {
    use super::push_stack;

    #[test]
    fn frames_of_built_in_modules_are_left_out() {
        let mut text = String::new();
        let frames = "at record (native)\n at outcome (k6:60:4)\n at check (k6:9:9)\n\
                      at <anonymous> (file:///a.js:3:4)\n at group (k6:70:1)\n\
                      at map (native)\n at main (file:///a.js:9:1)";
        push_stack(&mut text, frames);
        let expected = "\n\tat file:///a.js:3:4\n\tat map (native)\n\tat main (file:///a.js:9:1)";
        assert_eq!(text, expected);

        let mut text = String::new();
        push_stack(&mut text, "at parse (native)\nat main (file:///a.js:9:1)");
        assert_eq!(text, "\n\tat parse (native)\n\tat main (file:///a.js:9:1)");
    }
}
