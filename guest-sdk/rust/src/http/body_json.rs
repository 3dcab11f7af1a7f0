//! The body of a response as JSON: all of it, or what a path finds in it.

use std::fmt;

use super::Response;
use crate::error::{Error, Result};

/// How much of a body is shown in an error.
const SHOWN_BYTES_MAX: usize = 80;

impl Response {
    /// The body, read as JSON.
    ///
    /// ```no_run
    /// use squall_sdk::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Order {
    ///     order_id: String,
    /// }
    ///
    /// # fn iteration() -> Result<()> {
    /// let order: Order = http::get("http://shop.example/orders/1").send().json()?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let body = self.body();
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(value),
            Err(error) => Err(json_error(error, &body)),
        }
    }

    /// What a [gjson path](https://github.com/tidwall/gjson/blob/master/SYNTAX.md) finds in the
    /// body, as `res.json(selector)` of k6 does: `order.items.0.id`, `items.#`, `items.#.id`,
    /// `items.#(price>10)#.name` and so on. A body that is no JSON, a path that finds
    /// nothing, and a
    /// value of another type are errors.
    ///
    /// Each call reads the body anew: for many values of one body a type of your own and
    /// [`Response::json`] cost less.
    ///
    /// ```no_run
    /// use squall_sdk::prelude::*;
    ///
    /// # fn iteration() -> Result<()> {
    /// let orders = http::get("http://shop.example/orders").send();
    /// let newest: u64 = orders.json_at("orders.0.id")?;
    /// let open: Vec<u64> = orders.json_at("orders.#(open==true)#.id")?;
    /// check!(orders, "has a next page" => |r| r.json_at::<JsonValue>("links.next").is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "json-path")]
    #[track_caller]
    pub fn json_at<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        use squall_web::json_path;

        let body = self.body();
        if let Err(fault) = json_path::check(&body) {
            return Err(json_error(fault.describe(&body), &body));
        }
        let text = String::from_utf8_lossy(&body);
        let Some(found) = json_path::get(&text, path) else {
            return Err(json_error(format_args!("there is nothing at `{path}`"), &body));
        };
        match serde_json::from_str(&found) {
            Ok(value) => Ok(value),
            Err(error) => Err(json_error(format_args!("at `{path}`: {error}"), found.as_bytes())),
        }
    }
}

/// Shows the start of the text: most often it is an error page, and that is the news.
#[cold]
#[track_caller]
fn json_error(error: impl fmt::Display, body: &[u8]) -> Error {
    if body.is_empty() {
        return Error::new("the body is empty, no JSON to read");
    }
    let shown = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES_MAX)]);
    let more = if body.len() > SHOWN_BYTES_MAX { "..." } else { "" };
    Error::new(format_args!("the body is not the expected JSON: {error}; it reads `{shown}{more}`"))
}
