//! All that a response can tell, against the pages and the JSON of the test server at `TARGET`.
//!
//! `CASE`: `pages` (the default: logs in through a form, follows a link), `json`, or `connection`
//! (address, protocol, TLS).

use squall_sdk::http::FormSubmission;
use squall_sdk::prelude::*;

#[scenario]
fn default() -> Result<()> {
    let target = execution::env("TARGET").context("TARGET is not set")?;
    match execution::env("CASE").as_deref() {
        Some("json") => json_paths(&target),
        Some("connection") => connection(&target),
        _ => pages(&target),
    }
}

fn pages(target: &str) -> Result<()> {
    let login = http::get(format!("{target}/login")).send().ok()?;
    let page = login.html()?;
    check!(page,
        "the page has two forms" => |page| page.find("form").len() == 2,
        "the form knows its fields" => |page| {
            page.find("#login").serialize() == "password=&stay=on&token=t0ken+%26+more&user="
        },
        "the title is found" => |page| page.find("title").first().text() == "Log in",
    );
    let wrong = FormSubmission::new().selector("#login").field("user", "joe");
    let refused = login.submit_form(wrong)?.unjudged().send();
    check!(refused, "a wrong password is told" => |r| r.status() == 401);
    let form = FormSubmission::new()
        .selector("#login")
        .submit_selector("button")
        .field("user", "joe")
        .field("password", "secret");
    let account = login.submit_form(form)?.name("POST /login").send().ok()?;
    check!(account,
        "the URL is that after the redirect" => |r| r.url().ends_with("/account?from=login"),
        "the first request is told" => |r| r.sent().url.ends_with("/login"),
        "the cookie has come along" => |r| r.html().is_ok_and(|page| {
            page.find("h1").text() == "Hello joe"
        }),
        "the jar has it" => |r| http::CookieJar::of_vu().cookies(&r.url()).is_ok_and(|cookies| {
            cookies == [("session".to_owned(), "joe".to_owned())]
        }),
    );
    let mut ids = Vec::new();
    account
        .html()?
        .find("#orders li")
        .each(|_, item| ids.extend(item.attr("data-id").map(str::to_owned)));
    let product = account.click_link("#orders a", 1)?.name("GET /products/:id").send().ok()?;
    check!(product,
        "the orders are listed" => ids == ["7", "9"],
        "a link leads on" => |r| r.json_at::<u64>("id").is_ok_and(|id| id == 9),
        "the cookie is told" => |r| r.sent().cookies == [("session".to_owned(), "joe".to_owned())],
        "there is no third link" => account.click_link("#orders a", 2).is_err(),
    );
    let found = login.submit_form(FormSubmission::new().field("q", "tea & milk"))?.send();
    check!(found, "a search asks in the URL" => |r| {
        r.json_at::<String>("target").is_ok_and(|target| target.contains("q=tea+%26+milk&"))
    });
    Ok(())
}

fn json_paths(target: &str) -> Result<()> {
    let response = http::get(format!("{target}/json")).send().ok()?;
    let number: f64 = response.json_at("ratio")?;
    check!(response,
        "a value" => |r| r.json_at::<String>("name").is_ok_and(|name| name == "squall"),
        "a fraction" => (0.4..0.6).contains(&number),
        "how many" => |r| r.json_at::<usize>("items.#").is_ok_and(|count| count == 3),
        "of each" => |r| r.json_at::<Vec<u8>>("items.#.id").is_ok_and(|ids| ids == [1, 2, 3]),
        "a query" => |r| r.json_at::<u8>(r#"items.#(tags.0=="c").id"#).is_ok_and(|id| id == 3),
        "nothing" => |r| r.json_at::<Option<u8>>("nothing").is_ok_and(|none| none.is_none()),
        "not there" => |r| r.json_at::<u8>("items.7.id").is_err(),
        "no JSON" => http::get(target).send().json_at::<u8>("a").is_err(),
    );
    Ok(())
}

fn connection(target: &str) -> Result<()> {
    let response = http::get(format!("{target}/echo")).header("X-Own", "1").send().ok()?;
    let tls = response.tls();
    let sent = response.sent();
    let is_tls = target.starts_with("https:");
    check!(response,
        "the address is told" => |r| r.remote_address().starts_with("127.0.0.1:"),
        "the protocol is told" => |r| r.proto() == if is_tls { "HTTP/2.0" } else { "HTTP/1.1" },
        "so are the words of HTTP/1" => |r| r.reason().is_none() == is_tls,
        "headers go out" => sent.headers.contains(&("X-Own".to_owned(), "1".to_owned())),
        "TLS is told" => tls.is_some() == is_tls,
        "with its version" => tls.as_ref().is_none_or(|tls| tls.version == "tls1.3"),
        "and the certificate's state" => tls.is_none_or(|tls| tls.ocsp.status == "unknown"),
    );
    Ok(())
}
