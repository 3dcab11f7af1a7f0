//! A fact is a condition, and its name is a constant.

use squall_sdk::prelude::*;

fn main() {
    let response = http::get("http://shop/").send();
    check!(response, "no condition" => |r| r.status());
    let name = String::from("known at run time");
    check!(response, &name => true);
}
