//! What guests do with forms and with the bodies of responses, in their own sandbox: scripts in
//! JavaScript through the engine, scenarios in Rust through `squall-sdk`. Both have the rules of k6
//! from here.
//!
//! | module | feature | what |
//! |---|---|---|
//! | `form` | | fields as `application/x-www-form-urlencoded` |
//! | `multipart` | | forms with files as `multipart/form-data` |
//! | `json_path` | `json-path` | whether a text is JSON, and what a gjson path finds in it |
//! | `html` | `html` | documents: parsing, CSS selectors, walks, forms |
//!
//! What comes in here was written by servers that are not trusted: nothing recurses as deep as its
//! input, and what would take too long is refused.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

pub mod form;
/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(all(any(test, fuzzing), feature = "html", feature = "json-path"))]
#[doc(hidden)]
pub mod fuzz;
#[cfg(feature = "html")]
pub mod html;
#[cfg(feature = "json-path")]
pub mod json_path;
pub mod multipart;
