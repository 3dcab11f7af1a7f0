//! Setup data comes as `&T` or not at all.

use squall_sdk::prelude::*;

#[scenario]
fn by_value(session: String) {
    let _ = session;
}

#[scenario]
fn mutable(session: &mut String) {
    session.clear();
}

#[scenario]
fn text(session: &str) {
    let _ = session;
}

#[scenario]
fn two(session: &String, more: &String) {
    let _ = (session, more);
}

fn main() {}
