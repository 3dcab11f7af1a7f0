//! The `json` output: one line for each sample, as k6 writes them.
//!
//! | file | what |
//! |---|---|
//! | `config` | `json=out.json.gz`: where to, and in which time zone |
//! | `encode` | samples to text; the hot part, without a tree in between |
//! | `sink` | the file, standard output or gzip stream behind it; counts and failures |
//!
//! The first time that a metric is seen, a `Metric` line tells its type, thresholds and submetrics;
//! each sample is a `Point` line.

mod config;
mod encode;
mod sink;

#[cfg(test)]
mod tests;

pub use config::{Config, Target};
pub use sink::JsonOutput;
