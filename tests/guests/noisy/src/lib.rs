//! Writes to the log: `LINES` messages (default 3) of each level in each iteration, and one in
//! every other stage. With `STDIO=1` it also writes to standard output and standard error.

use squall_sdk::prelude::*;

#[options]
fn options() -> Options {
    info!("from options");
    Options::new()
}

#[setup]
fn setup() {
    info!("from setup");
}

#[scenario]
fn default() -> Result<()> {
    let lines: u32 = match execution::env("LINES") {
        Some(text) => text.parse().context("LINES")?,
        None => 3,
    };
    for line in 0..lines {
        debug!("debug {line}");
        info!("info {line}: \"quoted\", ünder, tab\there");
        warn!("warn {line}");
        error!("error {line}");
    }
    if execution::env("STDIO").is_some() {
        println!("to standard output");
        eprintln!("to standard error");
    }
    Ok(())
}

#[teardown]
fn teardown() {
    info!("from teardown");
}
