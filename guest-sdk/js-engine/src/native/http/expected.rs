//! Which statuses count as a success: `http.expectedStatuses` and `http.setResponseCallback`.

use std::cell::RefCell;

use rquickjs::class::Trace;
use rquickjs::function::{Opt, Rest};
use rquickjs::{Class, Ctx, Exception, JsLifetime, Result, Value};

use super::call::same;
use super::go_value::is_integer;
use crate::host::http::ExpectedStatuses;

thread_local! {
    /// What counts where a request does not say; without it, the usual. Behind a pointer, so that
    /// it is zero at first, and lies beside what VUs write to: looking at it is writing, too.
    static OF_VU: RefCell<Option<Box<ExpectedStatuses>>> = const { RefCell::new(None) };
}

pub(crate) fn of_vu() -> ExpectedStatuses {
    OF_VU.with_borrow(|expected| expected.as_deref().map_or(ExpectedStatuses::Usual, same))
}

/// What `http.expectedStatuses` gives.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct Statuses {
    /// First and last, inclusive.
    #[qjs(skip_trace)]
    ranges: Vec<(u16, u16)>,
}

#[rquickjs::methods]
impl Statuses {}

pub(crate) fn expected_statuses<'js>(
    ctx: Ctx<'js>,
    args: Rest<Value<'js>>,
) -> Result<Class<'js, Statuses>> {
    if args.0.is_empty() {
        return Err(Exception::throw_message(&ctx, "no arguments"));
    }
    let ranges: Result<Vec<(u16, u16)>> =
        args.0.iter().enumerate().map(|(index, arg)| range(&ctx, index + 1, arg)).collect();
    Class::instance(ctx, Statuses { ranges: ranges? })
}

fn range(ctx: &Ctx<'_>, number: usize, value: &Value<'_>) -> Result<(u16, u16)> {
    if let Some(status) = integer(value) {
        return Ok((status, status));
    }
    if value.is_null() || value.is_undefined() {
        return Err(Exception::throw_type(ctx, "Cannot convert undefined or null to object"));
    }
    let bound = |name: &str| -> Result<Option<Value<'_>>> {
        let Some(object) = value.as_object() else { return Ok(None) };
        let bound: Value = object.get(name)?;
        Ok(Some(bound).filter(|bound| !bound.is_undefined()))
    };
    let (Some(min), Some(max)) = (bound("min")?, bound("max")?) else {
        let reason = format!(
            "argument number {number} to expectedStatuses was neither an integer nor an object \
             like {{min:100, max:329}}"
        );
        return Err(Exception::throw_message(ctx, &reason));
    };
    match (integer(&min), integer(&max)) {
        (Some(min), Some(max)) => Ok((min, max)),
        _ => {
            let reason =
                format!("both min and max need to be integers for argument number {number}");
            Err(Exception::throw_message(ctx, &reason))
        }
    }
}

/// A whole number; those that no status can be become the nearest that fits.
fn integer(value: &Value<'_>) -> Option<u16> {
    value.as_number().filter(|number| is_integer(*number)).map(|number| number as u16)
}

/// Reads a callback; nothing when it is not one.
pub(crate) fn read(value: &Value<'_>) -> Option<ExpectedStatuses> {
    if value.is_null() || value.is_undefined() {
        return Some(ExpectedStatuses::Unjudged);
    }
    let statuses = Class::<Statuses>::from_object(value.as_object()?)?;
    Some(ExpectedStatuses::Between(statuses.borrow().ranges.clone()))
}

pub(crate) fn set_response_callback<'js>(ctx: Ctx<'js>, callback: Opt<Value<'js>>) -> Result<()> {
    let expected = match &callback.0 {
        None => Some(ExpectedStatuses::Unjudged),
        Some(value) if value.is_undefined() => None,
        Some(value) => read(value),
    };
    let Some(expected) = expected else {
        let reason = "unsupported argument, expected http.expectedStatuses";
        return Err(Exception::throw_message(&ctx, reason));
    };
    OF_VU.set(Some(Box::new(expected)));
    Ok(())
}
