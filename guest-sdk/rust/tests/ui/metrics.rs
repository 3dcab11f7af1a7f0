//! What `#[metric]` is for, and which names a metric can have.

use squall_sdk::prelude::*;

#[metric]
static BAD_NAME: Trend = Trend::new("no good");

#[metric]
static NO_METRIC: u32 = 7;

#[metric]
static mut MUTABLE: Rate = Rate::new("mutable");

#[metric]
const CONSTANT: Rate = Rate::new("constant");

fn main() {}
