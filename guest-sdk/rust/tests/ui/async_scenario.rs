//! A scenario function cannot be `async`.

use squall_sdk::prelude::*;

#[scenario]
async fn default() {}

fn main() {}
