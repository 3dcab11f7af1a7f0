//! Goes wrong in the stage and in the way that the environment says.
//!
//! - `STAGE`: `options`, `setup`, `run` (the default), `teardown`, or anything else for nowhere.
//! - `HOW`: `panic` (the default), `error` (an `Err`), `index` (a bound that is checked),
//!   `overflow` (of the stack), `trap` (no message at all).
//!
//! Only even iterations go wrong in `run`; each iteration counts in `iterations_begun`, each that
//! ends well in `iterations_survived`.

use std::hint::black_box;

use squall_sdk::prelude::*;

#[metric]
static BEGUN: Counter = Counter::new("iterations_begun");

#[metric]
static SURVIVED: Counter = Counter::new("iterations_survived");

fn go_wrong_in(stage: &str) -> Result<()> {
    if execution::env("STAGE").unwrap_or("run".to_owned()) != stage {
        return Ok(());
    }
    match execution::env("HOW").as_deref() {
        Some("error") => bail!("an error in {stage}"),
        Some("index") => {
            let values = black_box([1, 2, 3]);
            let index = black_box(7);
            info!("{}", values[index]);
            Ok(())
        }
        Some("overflow") => {
            info!("{}", deeper(1));
            Ok(())
        }
        Some("trap") => std::process::abort(),
        _ => panic!("a panic in {stage}"),
    }
}

/// Ends when the stack does.
fn deeper(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if black_box(depth) == 0 { 0 } else { deeper(depth + 1) + room[7] }
}

#[options]
fn options() -> Result<Options> {
    go_wrong_in("options")?;
    Ok(Options::new().vus(1).iterations(4))
}

#[setup]
fn setup() -> Result<()> {
    go_wrong_in("setup")
}

#[scenario]
fn default() -> Result<()> {
    BEGUN.add(1);
    if execution::vu().iteration_in_instance.is_multiple_of(2) {
        go_wrong_in("run")?;
    }
    SURVIVED.add(1);
    Ok(())
}

#[teardown]
fn teardown() -> Result<()> {
    go_wrong_in("teardown")
}
