//! Runs one fuzz target, the one that `SQUALL_FUZZ_TARGET` names, under libFuzzer. The targets are
//! the tables in the `fuzz` modules of the crates, which exist when this is built by
//! `cargo xtask fuzz`.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

type Target = (&'static str, fn(&[u8]));

/// By crate.
const TABLES: [&[Target]; 5] = [
    squall_event_stream::fuzz::TARGETS,
    squall_metrics::fuzz::TARGETS,
    squall_net::fuzz::TARGETS,
    squall_plan::fuzz::TARGETS,
    squall_web::fuzz::TARGETS,
];

static BODY: OnceLock<fn(&[u8])> = OnceLock::new();

fn find() -> fn(&[u8]) {
    let wanted = std::env::var("SQUALL_FUZZ_TARGET").unwrap_or_default();
    let mut all = TABLES.into_iter().flatten();
    match all.find(|(name, _)| *name == wanted) {
        Some((_, body)) => *body,
        None => panic!("SQUALL_FUZZ_TARGET is `{wanted}`, which is no fuzz target"),
    }
}

fuzz_target!(|input: &[u8]| {
    let body = BODY.get_or_init(find);
    body(input);
});
