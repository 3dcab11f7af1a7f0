//! HTML pages: what CSS selectors find on them, in the manner of k6's `Selection`. Parsing happens
//! in the VU, not in the host. Needs the feature `html`.
//!
//! ```
//! use squall_sdk::html::Document;
//!
//! # fn main() -> squall_sdk::Result<()> {
//! let page = Document::parse("<ul><li>Tea<li class=hot>Coffee</ul><a href='/next'>More</a>")?;
//! assert_eq!(page.find("li").len(), 2);
//! assert_eq!(page.find("li.hot").text(), "Coffee");
//! assert_eq!(page.find("a").attr("href"), Some("/next"));
//! for item in page.find("li") {
//!     assert_eq!(item.name(), "li");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Pages of responses: [`Response::html`](crate::http::Response::html).
//!
//! # Selectors
//!
//! CSS 3 with what k6 adds: `:has(...)`, `:contains(text)`, `:input`, `[name!=value]` and so on. As
//! in k6 there is no `:hover` and the like, nor pseudo-elements. Unlike there, a selector that is
//! wrong is a panic and not one that finds nothing, and there are no regular expressions in
//! selectors: [`Selection::filter_by`] takes a function.
//!
//! # Memory
//!
//! A parsed page takes several times the memory of its text, and the parser is some 550 KB of code,
//! which all VUs share.

mod selection;
#[cfg(test)]
mod tests;

use std::fmt;

use squall_web::html as web;

pub use selection::{Element, IntoIter, Selection};

use crate::error::{Error, Result};

/// A parsed page.
pub struct Document(web::Document);

impl Document {
    /// Parses a page. What is no HTML becomes text in it, as in a browser; an error are pages that
    /// would take too long or too much memory, such as those with thousands of tags that are never
    /// closed.
    #[track_caller]
    pub fn parse(text: &str) -> Result<Self> {
        // Not `map_err`: an error that is made in a closure has the closure's line.
        match web::Document::parse(text) {
            Ok(document) => Ok(Self(document)),
            Err(reason) => Err(Error::new(format_args!("this HTML cannot be parsed: {reason}"))),
        }
    }

    /// The elements of the page that a CSS selector finds, in the order of the page.
    ///
    /// # Panics
    ///
    /// When that is no selector.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Selection<'_> {
        self.root().find(selector)
    }

    /// All text of the page, also that of scripts and styles.
    pub fn text(&self) -> String {
        self.0.text(&[web::DOCUMENT])
    }

    /// The page as HTML again.
    pub fn html(&self) -> String {
        self.0.inner_html(web::DOCUMENT)
    }

    fn root(&self) -> Selection<'_> {
        Selection::new(&self.0, vec![web::DOCUMENT])
    }

    /// What submitting a form sends; nothing when there is no such form.
    #[track_caller]
    pub(crate) fn submission(&self, form: &str, submit: &str) -> Option<web::Submission> {
        self.0.submission(&selector(form), &selector(submit))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.html()).finish()
    }
}

/// A selector, which is part of the script.
#[track_caller]
fn selector(text: &str) -> web::SelectorList<'static> {
    match web::SelectorList::parse(text, &|_| None) {
        Some(list) => list,
        None => panic!(
            "`{text}` is no selector: expected is CSS such as `form#login input[name=user]`, \
             without pseudo-elements and regular expressions"
        ),
    }
}
