//! A scenario function is a plain function.

use squall_sdk::prelude::*;

#[scenario]
fn generic<T>() {}

#[scenario]
unsafe fn not_safe() {}

#[scenario]
extern "C" fn foreign() {}

struct Shop;

impl Shop {
    #[scenario]
    fn method(&self) {}
}

#[scenario]
struct NoFunction;

fn main() {}
