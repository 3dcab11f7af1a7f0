//! Parsed HTML documents.
//!
//! | file | what |
//! |---|---|
//! | `parse` | text becomes a `document` |
//! | `selector_parser`, `selector`, `matching` | CSS selectors: grammar, meaning, test of a node |
//! | `walk` | from nodes to other nodes |
//! | `render` | nodes become text |
//! | `form` | what a browser would send |
//!
//! ```
//! use squall_web::html::{DOCUMENT, Document, SelectorList};
//!
//! let page = Document::parse("<ul><li>One<li class=b>Two</ul>").unwrap();
//! let selector = SelectorList::parse("li.b", &|_| None).unwrap();
//! let found = page.find(&[DOCUMENT], &selector);
//! assert_eq!(page.text(&found), "Two");
//! ```

mod document;
mod form;
mod matching;
mod parse;
mod render;
mod selector;
mod selector_parser;
#[cfg(test)]
mod tests;
mod walk;

pub use document::{DOCUMENT, Document, NodeId};
pub use form::{Fields, Submission, Value, url_encoded};
pub use selector::{Compile, SelectorList, Test};
pub use walk::{Axis, Target};
