//! Setup data can be written and read as JSON.

use squall_sdk::prelude::*;

struct Plain;

#[setup]
fn setup() -> Result<Plain> {
    Ok(Plain)
}

#[teardown]
fn teardown(data: &Plain) {
    let _ = data;
}

fn main() {}
