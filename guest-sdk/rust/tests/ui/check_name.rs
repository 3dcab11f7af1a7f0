//! The name of a check has no `::`.

use squall_sdk::prelude::*;

fn main() {
    let response = http::get("http://shop/").send();
    check!(response, "a::b" => |r| r.is_ok());
}
