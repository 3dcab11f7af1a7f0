//! Errors with the names that WebCrypto gives them.

use rquickjs::object::Property;
use rquickjs::{Ctx, Error, Exception, Result, Value};

/// Throws an `Error` with this name. Name and message are listed when it is printed as JSON.
pub(super) fn named(ctx: &Ctx<'_>, name: &str, message: &str) -> Error {
    fn make<'js>(ctx: &Ctx<'js>, name: &str, message: &str) -> Result<Value<'js>> {
        let exception = Exception::from_message(ctx.clone(), message)?;
        let object = exception.into_object();
        for (key, text) in [("name", name), ("message", message)] {
            let property = Property::from(text).writable().enumerable().configurable();
            object.prop(key, property)?;
        }
        Ok(object.into_value())
    }
    match make(ctx, name, message) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

pub(super) fn not_supported(ctx: &Ctx<'_>, message: &str) -> Error {
    named(ctx, "NotSupportedError", message)
}

pub(super) fn operation(ctx: &Ctx<'_>, message: &str) -> Error {
    named(ctx, "OperationError", message)
}

pub(super) fn data(ctx: &Ctx<'_>, message: &str) -> Error {
    named(ctx, "DataError", message)
}

pub(super) fn syntax(ctx: &Ctx<'_>, message: &str) -> Error {
    named(ctx, "SyntaxError", message)
}

pub(super) fn invalid_access(ctx: &Ctx<'_>, message: &str) -> Error {
    named(ctx, "InvalidAccessError", message)
}
