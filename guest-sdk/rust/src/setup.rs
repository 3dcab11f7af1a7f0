//! Setup data: what `#[setup]` returns goes through the host as JSON and comes to every VU.
//!
//! A VU reads it once and hands the same value to all its iterations; `#[teardown]` has an instance
//! of its own and so reads it anew.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::fmt::Display;

use crate::host;
use crate::report::error_text;

/// Setup data as the JSON text itself, for scripts that do without `serde`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawJson(pub String);

/// What `#[setup]` may return: anything that `serde` can serialize, or [`RawJson`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be setup data",
    label = "`#[setup]` returns this",
    note = "derive `serde::Serialize` for it, or return `RawJson`"
)]
pub trait Produce {
    /// The JSON text; `None` for nothing.
    fn produce(&self) -> Result<Option<String>, String>;
}

/// What a scenario and `#[teardown]` may take by reference: anything that `serde` can deserialize,
/// or [`RawJson`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be setup data",
    label = "setup data is read into this",
    note = "derive `serde::Deserialize` for it, or take `&RawJson`"
)]
pub trait Consume: Sized + 'static {
    /// The value; `json` is `null` when there is none.
    fn consume(json: &str) -> Result<Self, String>;
}

impl Produce for RawJson {
    fn produce(&self) -> Result<Option<String>, String> {
        Ok(Some(self.0.clone()))
    }
}

impl Consume for RawJson {
    fn consume(json: &str) -> Result<Self, String> {
        Ok(Self(json.to_owned()))
    }
}

#[cfg(feature = "json")]
impl<T: serde::Serialize> Produce for T {
    fn produce(&self) -> Result<Option<String>, String> {
        match serde_json::to_string(self) {
            Ok(json) if json == "null" => Ok(None),
            Ok(json) => Ok(Some(json)),
            Err(error) => Err(format!("setup data has no JSON form: {error}")),
        }
    }
}

#[cfg(feature = "json")]
impl<T: serde::de::DeserializeOwned + 'static> Consume for T {
    fn consume(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| {
            if json == "null" {
                "there is no setup data: #[setup] did not run, or it returned nothing; take \
                 `Option<&T>` if that may be"
                    .to_owned()
            } else {
                format!(
                    "setup data does not fit `{}`: {error}; #[setup] returned {json}",
                    std::any::type_name::<T>()
                )
            }
        })
    }
}

#[cfg(not(feature = "json"))]
impl Produce for () {
    fn produce(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
}

/// The end of a `#[setup]` that returns a value.
pub fn produced<T: Produce>(value: &T) -> Result<Option<String>, String> {
    value.produce()
}

/// The end of a `#[setup]` that returns a `Result`.
pub fn produced_or_failed<T: Produce, E: Display>(
    result: Result<T, E>,
) -> Result<Option<String>, String> {
    match result {
        Ok(value) => value.produce(),
        Err(error) => Err(error_text(&error)),
    }
}

thread_local! {
    /// One value for each type that functions ask for; in practice that is one.
    static READ: RefCell<Vec<(TypeId, &'static dyn Any)>> = const { RefCell::new(Vec::new()) };
}

/// The setup data of this VU, read when a function first asks for it. It lives as long as the
/// instance does.
pub fn consumed<T: Consume>() -> Result<&'static T, String> {
    let known = READ.with_borrow(|read| {
        read.iter()
            .find(|(id, _)| *id == TypeId::of::<T>())
            .and_then(|(_, value)| value.downcast_ref::<T>())
    });
    if let Some(value) = known {
        return Ok(value);
    }
    let json = host::execution::setup_data();
    let value: &'static T = Box::leak(Box::new(T::consume(json.as_deref().unwrap_or("null"))?));
    READ.with_borrow_mut(|read| read.push((TypeId::of::<T>(), value)));
    Ok(value)
}

/// As [`consumed`], but no setup data is no error.
pub fn consumed_if_any<T: Consume>() -> Result<Option<&'static T>, String> {
    Ok(consumed::<IfAny<T>>()?.0.as_ref())
}

/// Setup data that may be missing; kept like any other, so that the host is asked once.
struct IfAny<T>(Option<T>);

impl<T: Consume> Consume for IfAny<T> {
    fn consume(json: &str) -> Result<Self, String> {
        Ok(Self(if json == "null" { None } else { Some(T::consume(json)?) }))
    }
}

/// Forgets what was read, for the next test on this thread.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn forget() {
    READ.with_borrow_mut(Vec::clear);
}

#[cfg(test)]
mod tests;
