//! JSON texts: their faults, and gjson paths.
//!
//! | file | what |
//! |---|---|
//! | `check` | what is wrong with a text, in the words of Go, which are k6's |
//! | `gjson` | what a path finds: `path` and `query` read it, `modifiers` are `@keys` and so on |
//! | `walk` | the parts of a text that is known to be JSON |

mod check;
mod gjson;
mod modifiers;
mod path;
mod query;
#[cfg(test)]
mod tests;
mod walk;

use std::borrow::Cow;

pub use check::{Fault, check};

/// What a gjson path finds in a text that is JSON (see [`check`]); of any other text it finds
/// nothing, or something without sense. What it finds is JSON.
///
/// ```
/// use squall_web::json_path;
///
/// let text = r#"{"orders": [{"id": 7, "open": true}, {"id": 8, "open": false}]}"#;
/// assert_eq!(json_path::get(text, "orders.#(open==true).id").as_deref(), Some("7"));
/// assert_eq!(json_path::get(text, "orders.2"), None);
/// ```
pub fn get<'t>(json: &'t str, path: &str) -> Option<Cow<'t, str>> {
    // A literal in the path may be anything.
    gjson::get(json, path).filter(|found| check(found.as_bytes()).is_ok())
}
