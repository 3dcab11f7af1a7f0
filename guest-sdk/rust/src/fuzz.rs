//! Fuzz targets: what holds for any text that a scenario sends. See CONTRIBUTING.md.

use crate::http::multipart;

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[("multipart", multipart::check::is_read_back)];

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(super::TARGETS; multipart);
}
