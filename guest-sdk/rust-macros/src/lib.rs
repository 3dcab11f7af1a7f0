//! The attribute macros of `squall-sdk`. Use them through that crate: what they write refers to it
//! by the name `squall_sdk`.
//!
//! Each macro leaves its item as it is and adds a constant without a name beside it, which
//! registers the item. All judgement about signatures is in `function`, so that every misuse is an
//! error at the place of the mistake; whether types fit is left to the compiler, with the spans of
//! the user's own types.

mod expand;
mod function;

use proc_macro::TokenStream;

/// Makes a function the source of the test's options. One in a script.
///
/// The function has no arguments and returns `Options`, JSON text, or a `Result` of either. It runs
/// once, before anything else, without network.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[options]
/// fn options() -> Options {
///     Options::new().stage("30s", 20).stage("1m", 20).stage("10s", 0)
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn options(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::options(&arguments.into(), item.into()))
}

/// Makes a function run once before the scenarios. One in a script.
///
/// The function has no arguments. What it returns (anything `serde` can serialize, or a `Result` of
/// it) is the setup data, which scenarios and teardown may take by reference. An `Err` ends the
/// test.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Session {
///     token: String,
/// }
///
/// #[setup]
/// fn setup() -> Result<Session> {
///     let response = http::post("http://127.0.0.1:8080/auth/token").send().ok()?;
///     Ok(Session { token: response.text() })
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn setup(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::setup(&arguments.into(), item.into()))
}

/// Makes a function an iteration. Any number in a script; `exec` of a scenario picks by name, and
/// without `exec` it is `default`.
///
/// The function takes nothing or the setup data, as `&T` or, where there may be none, as
/// `Option<&T>`. It returns nothing or a `Result<()>`. The name is the function's, or that of
/// `#[scenario(name = "...")]`.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[scenario]
/// fn default() {
///     http::get("http://127.0.0.1:8080/").send();
/// }
///
/// #[scenario(name = "admin-poll")]
/// fn admin_poll() -> Result<()> {
///     http::get("http://127.0.0.1:8080/admin").send().ok()?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn scenario(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::scenario(arguments.into(), item.into()))
}

/// Makes a function run once after the scenarios, also when the test was aborted. One in a script.
///
/// The function takes nothing or the setup data, as `&T` or `Option<&T>`, and returns nothing or a
/// `Result<()>`.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[teardown]
/// fn teardown() -> Result<()> {
///     http::delete("http://127.0.0.1:8080/auth/token").send().ok()?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn teardown(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::teardown(&arguments.into(), item.into()))
}

/// Makes a function write the summary in place of squall. One in a script.
///
/// The function takes a `&Summary` and returns a `Report` or a `Result` of one; an `Err` makes
/// squall print its own summary.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[handle_summary]
/// fn handle_summary(summary: &Summary) -> Report {
///     Report::new().file("summary.json", summary.json())
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn handle_summary(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::handle_summary(&arguments.into(), item.into()))
}

/// Makes a static of type `Counter`, `Gauge`, `Rate` or `Trend` known to the host before the test
/// starts.
///
/// ```
/// use squall_sdk::prelude::*;
///
/// #[metric]
/// static CHECKOUT_LATENCY: Trend = Trend::new("checkout_latency_ms").time();
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn metric(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::metric(&arguments.into(), item.into()))
}

/// Errors become errors of the compiler, at the place that they name.
fn finish(expanded: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}
