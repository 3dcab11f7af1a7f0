//! Any bytes as an HTTP/1 response, in pieces and as a whole: nothing panics, and the pieces make
//! no difference.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| squall_net::fuzz::http1_response(input));
