//! Lifecycle functions take what the host gives them and nothing else.

use squall_sdk::prelude::*;

#[options]
fn options(vus: u64) -> Options {
    Options::new().vus(vus)
}

#[setup(timeout = "10s")]
fn setup() {}

#[handle_summary]
fn no_summary() -> Report {
    Report::new()
}

#[handle_summary]
fn other_argument(data: String) -> Report {
    Report::new().stdout(data)
}

fn main() {}
