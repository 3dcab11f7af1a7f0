//! A check has facts, and every fact a name.

use squall_sdk::prelude::*;

fn main() {
    let response = http::get("http://shop/").send();
    check!(response);
    check!(response, |r| r.is_ok());
}
