//! What functions may return.

use squall_sdk::prelude::*;

struct NotPrintable;

#[scenario]
fn a_number() -> u32 {
    7
}

#[scenario]
fn unprintable() -> std::result::Result<(), NotPrintable> {
    Ok(())
}

#[options]
fn options() -> u32 {
    7
}

#[handle_summary]
fn handle_summary(summary: Summary) -> String {
    summary.json().to_owned()
}

fn main() {}
