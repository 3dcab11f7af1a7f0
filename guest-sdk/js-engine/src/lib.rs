//! The JavaScript VU: QuickJS-NG as a component of world `squall:vu`.
//!
//! | part | what it does |
//! |---|---|
//! | `lib` | the exports of the world |
//! | `vu` | the script of one VU: init, iterations, setup and so on |
//! | `loader` | modules: from the host, natives, CommonJS |
//! | `event_loop` | promise jobs, timers, requests on their way |
//! | `exception` | exceptions as text |
//! | `csv` | records of CSV files |
//! | `go_random` | random numbers from a seed, as in k6 |
//! | `heap` | memory: what init leaves behind, and what a VU adds |
//! | `json` | JSON with the errors of k6, and gjson paths |
//! | `native` | what the built-in modules are made of: one file a module `native:...` |
//! | `platform` | the clock and the random numbers that libc and Rust ask for |
//!
//! The built-in modules (`k6`, `k6/http`, ...) are JavaScript and come from the host, like the
//! script. Init runs once, in the call of `options`; VUs are copies of the memory it leaves behind,
//! so nothing that belongs to one VU may be read before the first call after it (see
//! [`vu::Vu::awake`]).

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

#[allow(clippy::all, clippy::pedantic, missing_docs, reason = "the code in here is generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "vu",
        pub_export_macro: true,
        export_macro_name: "export",
    });
}

mod csv;
mod event_loop;
mod exception;
mod go_random;
#[cfg(target_family = "wasm")]
mod heap;
#[cfg(not(target_family = "wasm"))]
#[path = "heap/none.rs"]
mod heap;
mod json;
mod loader;
mod native;
#[cfg(target_family = "wasm")]
mod platform;
mod vu;

use bindings::Guest;
use bindings::squall::vu as host;

struct Engine;

impl Guest for Engine {
    fn options() -> String {
        vu::init().unwrap_or_else(|reason| stop(&reason))
    }

    fn entries() -> Vec<String> {
        vu::with(|vu| vu.entries())
    }

    fn setup() -> Result<Option<String>, String> {
        vu::with(vu::Vu::setup)
    }

    fn run(entry: u32) -> Result<(), String> {
        vu::with(|vu| vu.run(entry))
    }

    fn teardown() -> Result<(), String> {
        vu::with(vu::Vu::teardown)
    }

    fn handle_summary(data: String) -> Result<Vec<(String, Vec<u8>)>, String> {
        vu::with(|vu| vu.handle_summary(data))
    }
}

bindings::export!(Engine with_types_in bindings);

/// Ends the call with a reason that people see.
fn stop(reason: &str) -> ! {
    host::execution::fail_iteration(reason);
    std::process::abort()
}
