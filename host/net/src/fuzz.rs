//! Fuzz targets: what holds for any bytes of a server, and any text of a script or an option. See
//! CONTRIBUTING.md.
//!
//! Bodies that need the insides of a module are beside it, in a module `check`.

mod auth;
mod cookies;
mod tls;
mod urls;

use bytes::Bytes;

use crate::http::coding::Encoding;
use crate::http::compress::compress;
use crate::http::decode::{self, Decoder};
use crate::http::h1::lean::reader;
use crate::tunnel;

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("challenges", auth::challenges),
    ("compressed_bodies", compressed_bodies),
    ("content_codings", decode::check::any_input),
    ("cookies", cookies::cookies),
    ("hosts", urls::hosts),
    ("http1_response", reader::check::any_input),
    ("proxies", urls::proxies),
    ("proxy_answers", tunnel::check::any_answer),
    ("tls_data", tls::tls_data),
    ("urls", urls::urls),
];

/// The first byte says by which codings the rest is compressed: it comes back, and not if it may
/// not be as long as it is.
fn compressed_bodies(input: &[u8]) {
    let Some((first, body)) = input.split_first() else { return };
    let coding = |shift: u8| Encoding::ALL[usize::from(first >> shift & 3)];
    let applied = [coding(0), coding(2), coding(4)];
    let applied = &applied[..usize::from(first >> 6).min(3)];
    let compressed = compress(&Bytes::copy_from_slice(body), applied);
    let decoded = |bytes_max: usize| {
        let mut decoder = Decoder::new(compressed.clone(), applied, bytes_max as u64);
        let end = loop {
            match decoder.step(4096) {
                Ok(false) => {}
                end => break end.is_ok(),
            }
        };
        (end, decoder.into_decoded())
    };
    let (is_decoded, whole) = decoded(body.len());
    assert!(is_decoded && *whole == *body, "{applied:?}");
    if !body.is_empty() && !applied.is_empty() {
        let (is_decoded, part) = decoded(body.len() - 1);
        assert!(!is_decoded && part.len() < body.len(), "{applied:?}");
    }
}

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(
        super::TARGETS;
        challenges,
        compressed_bodies,
        content_codings,
        cookies,
        hosts,
        http1_response,
        proxies,
        proxy_answers,
        tls_data,
        urls,
    );
}
