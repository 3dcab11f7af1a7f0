//! The smallest VU: one GET of `TARGET` and one check. No options: one iteration.

use squall_sdk::prelude::*;

#[scenario]
fn default() {
    let target = execution::env("TARGET").unwrap_or("http://127.0.0.1:8080/".to_owned());
    let response = http::get(target).send();
    check!(response, "status is 200" => |r| r.status() == 200);
}
