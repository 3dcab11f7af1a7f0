//! Measurements of squall: what several programs of this crate share.
//!
//! `compare` runs squall beside other load generators against one server and puts the ratios in
//! a table. What it refuses: any target but a server of its own on loopback, and runs without an
//! end.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

// It reads `/proc` and gives out cores, which is Linux's way.
#[cfg(target_os = "linux")]
pub mod compare;
