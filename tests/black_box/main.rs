//! Black-box tests: the built `squall` binary, real components, a real server on loopback.
//!
//! | file | what |
//! |---|---|
//! | `squall` | runs the binary and reads what it says and writes |
//! | `k6` | runs the real k6, where there is one |
//! | `first_steps` | the commands that people try first: run, inspect, version |
//! | `demo_and_new` | what needs nothing but squall: the demo, a script to start from |
//! | `lesson` | the scripts of examples/lesson, beside k6 where there is one |
//! | `executors` | every executor does what its options say |
//! | `lifecycle` | setup, teardown, abort, signals, exit codes |
//! | `metrics` | built-in and custom metrics, thresholds, summaries, outputs |
//! | `bad_input` | every wrong input has a clear error |
//! | `bad_servers` | every failure is counted and coded, and the run goes on |
//! | `network` | proxies, Unix sockets and protocols that the run chooses |
//! | `scripts` | JavaScript that misbehaves, and what squall does otherwise than k6 |
//! | `tls` | TLS as a user sets it, and what is refused before the test |
//! | `sandbox` | runaways are ended and their neighbours keep their schedule |
//!
//! Needs the binary and the guests to be built, which `cargo xtask test` does first.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up fails")]
#![expect(clippy::float_cmp, reason = "counts are whole, and exact as floats")]

mod bad_input;
mod bad_servers;
mod demo_and_new;
mod executors;
mod first_steps;
mod k6;
mod lesson;
mod lifecycle;
mod metrics;
mod network;
mod responses;
mod sandbox;
mod scripts;
mod squall;
mod streams;
mod tls;
