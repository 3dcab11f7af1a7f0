//! `#[scenario]` knows one argument, a name that is not empty.

use squall_sdk::prelude::*;

#[scenario(nam = "browse")]
fn unknown_key() {}

#[scenario(name = "")]
fn empty_name() {}

#[scenario("browse")]
fn no_key() {}

fn main() {}
