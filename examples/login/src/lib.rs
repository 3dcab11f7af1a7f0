//! What a visitor of pages does: logs in through a form, looks at what is on the next page, follows
//! a link there. The pages are parsed in the VU.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ export TARGET=http://127.0.0.1:8080 PASSWORD=secret
//! $ squall run --vus 5 --duration 10s target/wasm32-wasip2/release/login.wasm
//! ```
//!
//! The target needs `/login` with a form `#login` that has the fields `user` and `password` and
//! leads to a page with links in `#orders`.

use squall_sdk::http::FormSubmission;
use squall_sdk::prelude::*;

#[options]
fn options() -> Options {
    Options::new().vus(1).iterations(1).threshold("checks", "rate==1")
}

#[scenario]
fn default() -> Result<()> {
    let target = execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned());
    let password = execution::env("PASSWORD").unwrap_or_default();

    // The form's other fields, a token against forgery for example, are sent as the page says.
    let login = http::get(format!("{target}/login")).send().ok()?;
    let form =
        FormSubmission::new().selector("#login").field("user", "joe").field("password", password);
    let account = login.submit_form(form)?.send();
    check!(account, "logged in" => |r| r.status() == 200);

    // The server has answered with a redirect and a cookie: this is the page behind it.
    let page = account.ok()?;
    let orders = page.html()?.find("#orders a").len();
    check!(orders, "there are orders" => |orders| *orders > 0);
    if orders > 0 {
        let turn = execution::vu().iteration_in_instance % orders as u64;
        let nth = usize::try_from(turn).unwrap_or_default();
        let product = page.click_link("#orders a", nth)?.name("GET /products/:id").send();
        check!(product, "the product is there" => |r| r.status() == 200);
    }

    sleep_s(random::between(0.5..1.5)); // think time
    Ok(())
}
