//! Numbers of a run: what is measured, how samples are kept, merged, judged and summed up.
//!
//! Pure arithmetic. This crate knows no clock, no thread, no file and no network: times come in as
//! arguments, and what crosses threads are plain values ([`Delta`], [`SampleBatch`]).
//!
//! The way of a sample, in the order of the modules:
//!
//! | step | where | type |
//! |---|---|---|
//! | a metric is declared, in the options phase | [`metric`], [`builtin`] | [`Registry`] |
//! | thresholds name submetrics; everything is frozen | [`catalog`], [`threshold`] | [`Catalog`] |
//! | tags are interned, once for each distinct set and worker | [`tag`] | [`TagInterner`] |
//! | a worker adds values, without locks or allocation | [`recorder`] | [`Recorder`] |
//! | once a second the worker's sinks are handed over | [`delta`] | [`Delta`] |
//! | the control plane merges them | [`aggregate`] | [`Aggregate`] |
//! | thresholds are judged every two seconds and at the end | [`threshold`] | [`Evaluation`] |
//! | everything a summary can show | [`summary`] | [`Summary`] |
//!
//! Invariants:
//! - A sample is recorded once, into the sink of its *class* (its metric and the submetrics that it
//!   matches). Totals and submetrics are merges of classes, so they can never disagree.
//! - Merging is exact: counts of a merge equal those of one recorder that saw everything, in any
//!   order; percentiles come from histograms that merge cell by cell.
//! - Every table is bounded. What no longer fits is counted in [`BoundsReached`] and its samples
//!   are kept in a visible overflow series; a sample is never lost from the totals.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]
#![cfg_attr(test, expect(clippy::float_cmp, reason = "tests compare values that must be exact"))]

pub mod aggregate;
pub mod builtin;
pub mod catalog;
pub mod check;
pub mod counter;
pub mod delta;
/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
pub mod gauge;
pub mod metric;
pub mod rate;
pub mod recorder;
pub mod sample;
pub mod sink;
pub mod stat;
pub mod summary;
pub mod tag;
pub mod threshold;
pub mod trend;

#[cfg(test)]
mod properties;

pub use aggregate::Aggregate;
pub use catalog::{Apart, Catalog, CatalogError, CatalogOptions, Limits, Submetric, SubmetricId};
pub use check::{CheckSeries, GroupId, NameError, check_name};
pub use counter::Counter;
pub use delta::{BoundsReached, Delta};
pub use gauge::Gauge;
pub use metric::{Contains, Kind, Metric, MetricId, RegisterError, Registry};
pub use rate::Rate;
pub use recorder::{Recorder, SeriesId};
pub use sample::{Sample, SampleBatch};
pub use sink::{Sink, Total};
pub use stat::{Stat, StatError, TrendStat};
pub use summary::{
    CheckSummary, GroupSummary, MetricSummary, Snapshot, Summary, ThresholdSummary, TrendValues,
    Values,
};
pub use tag::{Metadata, SystemTag, SystemTags, TagInterner, TagSet, TagSetId};
pub use threshold::{
    Evaluation, FailedThreshold, Moment, ThresholdError, ThresholdInput, ThresholdSpec,
};
pub use trend::{Trend, TrendDelta, TrendTotal};
