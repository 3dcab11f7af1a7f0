//! Any bytes as a compressed body: the first says by which codings, nothing panics, and no more is
//! held than is allowed.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| squall_net::fuzz::content_codings(input));
