//! The body of a response as a page: what is on it, its forms, its links.

use std::borrow::Cow;
use std::collections::BTreeMap;

use squall_web::html::{Value, url_encoded};

use super::{Method, Request, Response, get, request};
use crate::error::{Error, Result};
use crate::host::http as host;
use crate::html::Document;

/// Which form is submitted, and with what: for [`Response::submit_form`]. What is not said is as in
/// k6: the first form of the page, its own values, its submit button.
#[derive(Clone, Debug)]
pub struct FormSubmission<'a> {
    selector: Cow<'a, str>,
    submit_selector: Cow<'a, str>,
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Default for FormSubmission<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> FormSubmission<'a> {
    /// The first form of the page as it is.
    #[must_use]
    pub fn new() -> Self {
        Self {
            selector: "form".into(),
            submit_selector: r#"[type="submit"]"#.into(),
            fields: Vec::new(),
        }
    }

    /// Finds the form.
    #[must_use]
    pub fn selector(mut self, css: impl Into<Cow<'a, str>>) -> Self {
        self.selector = css.into();
        self
    }

    /// Finds the button in the form: its name and value are sent, too.
    #[must_use]
    pub fn submit_selector(mut self, css: impl Into<Cow<'a, str>>) -> Self {
        self.submit_selector = css.into();
        self
    }

    /// Fills in a field, in the place of what the page says; the form need not have it. Several
    /// values of one field are all sent.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }
}

impl Response {
    /// The body, parsed as HTML: what is on the page is found with CSS selectors.
    ///
    /// An error is a failed request, and a page that would take too long to parse.
    ///
    /// ```no_run
    /// use squall_sdk::prelude::*;
    ///
    /// # fn iteration() -> Result<()> {
    /// let page = http::get("http://shop.example/").send().html()?;
    /// ensure!(page.find("h1").text() == "Welcome", "this is another page");
    /// for product in page.find("ul.products > li") {
    ///     info!("{} at {:?}", product.text(), product.attr("data-price"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn html(&self) -> Result<Document> {
        let text = self.text();
        if self.status() == 0 && text.is_empty() {
            let why = self.error();
            return Err(Error::new(format_args!("there is no page, the request failed: {why}")));
        }
        Document::parse(&text)
    }

    /// The request that submitting a form on this page makes: with the method and to the address
    /// that the form says, with the values of its fields, in the way of k6. Files and
    /// `multipart/form-data` are left out, as there.
    ///
    /// ```no_run
    /// use squall_sdk::http::FormSubmission;
    /// use squall_sdk::prelude::*;
    ///
    /// # fn iteration() -> Result<()> {
    /// let page = http::get("http://shop.example/login").send();
    /// let login = FormSubmission::new().selector("#login").field("user", "ada");
    /// let home = page.submit_form(login)?.name("POST /login").send().ok()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When a selector is none.
    #[track_caller]
    pub fn submit_form(&self, form: FormSubmission<'_>) -> Result<Request<'static>> {
        let page = self.html()?;
        let Some(sent) = page.submission(&form.selector, &form.submit_selector) else {
            return Err(self.not_found("form", &form.selector));
        };
        let url = match &sent.action {
            Some(action) => self.resolve(action)?,
            None => self.url(),
        };
        let mut fields = sent.fields;
        let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form.fields {
            own.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        fields.extend(own.into_iter().map(|(name, values)| (name, Some(Value::Many(values)))));
        let text = url_encoded(&fields);
        if matches!(sent.method.as_str(), "" | "GET") {
            let page = url.split(['?', '#']).next().unwrap_or_default();
            return Ok(get(format!("{page}?{text}")));
        }
        let method = match Method::from(sent.method.as_str()) {
            Method::Other(name) => Method::Other(Cow::Owned(name.into_owned())),
            Method::Get => Method::Get,
            Method::Head => Method::Head,
            Method::Post => Method::Post,
            Method::Put => Method::Put,
            Method::Patch => Method::Patch,
            Method::Delete => Method::Delete,
            Method::Options => Method::Options,
        };
        Ok(request(method, url).form_text(text))
    }

    /// The request that a link on this page makes: the `nth` of those that the selector finds, from
    /// 0. k6's own selector is `a[href]`.
    ///
    /// ```no_run
    /// use squall_sdk::prelude::*;
    ///
    /// # fn iteration() -> Result<()> {
    /// let page = http::get("http://shop.example/").send();
    /// let third = page.click_link("ul.products a", 2)?.name("GET /product/:id").send();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When that is no selector.
    #[track_caller]
    pub fn click_link(&self, selector: &str, nth: usize) -> Result<Request<'static>> {
        let page = self.html()?;
        let found = page.find(selector);
        let Some(link) = found.get(nth) else {
            let what = format!("link {nth} (there are {})", found.len());
            return Err(self.not_found(&what, selector));
        };
        let Some(href) = link.attr("href") else {
            return Err(Error::new(format_args!(
                "`{selector}` finds {link:?} on the page {}, which has no `href`",
                self.url()
            )));
        };
        Ok(get(self.resolve(href)?))
    }

    /// What a link on this page points to.
    #[track_caller]
    fn resolve(&self, link: &str) -> Result<String> {
        match host::resolve_url(&self.url(), link) {
            Ok(url) => Ok(url),
            Err(reason) => Err(Error::new(reason)),
        }
    }

    #[track_caller]
    fn not_found(&self, what: &str, selector: &str) -> Error {
        let (url, status) = (self.url(), self.status());
        Error::new(format_args!("`{selector}` finds no {what} on the page {url} (status {status})"))
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
