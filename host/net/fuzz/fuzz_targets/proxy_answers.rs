//! Any bytes as what a proxy answers to CONNECT, or in the dialogue of SOCKS: nothing panics, and
//! every failure names the proxy.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| squall_net::fuzz::proxy_answers(input));
