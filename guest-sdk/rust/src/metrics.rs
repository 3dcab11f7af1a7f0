//! Metrics of one's own: counters, gauges, rates and trends.
//!
//! ```no_run
//! use squall_sdk::prelude::*;
//!
//! /// What a customer waits for.
//! #[metric]
//! static CHECKOUT_LATENCY: Trend = Trend::new("checkout_latency_ms").time();
//!
//! #[metric]
//! static CHECKOUT_ERRORS: Rate = Rate::new("checkout_error_rate");
//!
//! #[scenario]
//! fn default() {
//!     let response = http::post("http://shop.example/checkout").send();
//!     CHECKOUT_LATENCY.add(response.timings().duration);
//!     CHECKOUT_ERRORS.add(response.status() != 200);
//! }
//! # fn main() {}
//! ```
//!
//! `#[metric]` makes the host know the metric before the test starts, so that thresholds can name
//! it; a static without it is refused at its first sample. Names match
//! `^[a-zA-Z_][a-zA-Z0-9_]{1,128}$`, which is checked when the script is compiled.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::host::metrics as host_metrics;
use crate::tags::Tags;
use crate::{Error, Result, host};

const UNREGISTERED: u32 = u32::MAX;

/// What a metric keeps of its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Adds up.
    Counter,
    /// Keeps the last value, the smallest and the largest.
    Gauge,
    /// Share of values that are not zero.
    Rate,
    /// Distribution.
    Trend,
}

/// What the values of a metric are, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contains {
    /// Plain numbers.
    Default,
    /// Milliseconds.
    Time,
    /// Bytes.
    Data,
}

/// What the four kinds share: a name, a kind, and the number that the host gave.
pub struct Metric {
    name: &'static str,
    kind: Kind,
    contains: Contains,
    id: AtomicU32,
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Metric {
    const fn new(name: &'static str, kind: Kind) -> Self {
        assert!(
            is_valid(name),
            "the name of a metric has 2 to 129 letters, digits or underscores, no digit first"
        );
        Self { name, kind, contains: Contains::Default, id: AtomicU32::new(UNREGISTERED) }
    }

    const fn containing(self, contains: Contains) -> Self {
        Self { contains, ..self }
    }

    fn add(&self, value: f64, tags: u32) -> bool {
        host::metrics::add(self.id(), value, tags)
    }

    fn id(&self) -> u32 {
        match self.id.load(Ordering::Relaxed) {
            UNREGISTERED => self.register().unwrap_or_else(|message| {
                host::fail(&format!(
                    "metric `{}`: {message}; is its static declared with #[metric]?",
                    self.name
                ))
            }),
            id => id,
        }
    }

    fn register(&self) -> Result<u32, String> {
        let id = register_in_host(self.name, self.kind, self.contains)?;
        self.id.store(id, Ordering::Relaxed);
        Ok(id)
    }
}

/// What can be a sample: numbers, `bool` (1 or 0), and `Duration` (in milliseconds).
pub trait Value {
    /// The sample.
    fn value(self) -> f64;
}

macro_rules! value_of_numbers {
    ($($number:ty),*) => {$(
        impl Value for $number {
            #[inline]
            fn value(self) -> f64 {
                self as f64
            }
        }
    )*};
}

value_of_numbers!(u64, i64, usize);

macro_rules! value_of_exact_numbers {
    ($($number:ty),*) => {$(
        impl Value for $number {
            #[inline]
            fn value(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}

value_of_exact_numbers!(f64, f32, u8, u16, u32, i32, bool);

impl Value for Duration {
    #[inline]
    fn value(self) -> f64 {
        self.as_secs_f64() * 1_000.0
    }
}

macro_rules! metric_type {
    ($(#[$doc:meta])* $name:ident, $kind:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(Metric);

        impl $name {
            /// A metric with this name.
            ///
            /// # Panics
            ///
            /// When the name is not valid; in a `static` that is a compile error.
            #[must_use]
            pub const fn new(name: &'static str) -> Self {
                Self(Metric::new(name, Kind::$kind))
            }

            /// Shows the values as times; samples are milliseconds.
            #[must_use]
            pub const fn time(self) -> Self {
                Self(self.0.containing(Contains::Time))
            }

            /// Shows the values as amounts of data; samples are bytes.
            #[must_use]
            pub const fn data(self) -> Self {
                Self(self.0.containing(Contains::Data))
            }

            /// Adds a sample with the tags of the VU, the scenario and the run. False, and a
            /// warning in the log, when the value is not a number.
            #[inline]
            pub fn add(&self, value: impl Value) -> bool {
                self.0.add(value.value(), 0)
            }

            /// As `add`, with more tags.
            pub fn add_with(&self, value: impl Value, tags: &Tags) -> bool {
                self.0.add(value.value(), tags.id())
            }

            /// For `#[metric]`.
            #[doc(hidden)]
            #[must_use]
            pub const fn metric(&self) -> &Metric {
                &self.0
            }
        }
    };
}

metric_type!(
    /// Adds up; in the summary: the sum and its rate per second.
    Counter,
    Counter
);
metric_type!(
    /// Keeps the last value, the smallest and the largest.
    Gauge,
    Gauge
);
metric_type!(
    /// The share of samples that are not zero or `false`.
    Rate,
    Rate
);
metric_type!(
    /// A distribution: average, smallest, largest, percentiles.
    Trend,
    Trend
);

/// Registers a metric whose name is known only at run time, and returns a handle to it. A new name
/// must be registered by the time `#[options]` returns, so call this there as well as where the
/// handle is used.
#[track_caller]
pub fn register(name: &str, kind: Kind, contains: Contains) -> Result<Handle> {
    match register_in_host(name, kind, contains) {
        Ok(id) => Ok(Handle(id)),
        Err(message) => Err(Error::new(message)),
    }
}

fn register_in_host(name: &str, kind: Kind, contains: Contains) -> Result<u32, String> {
    let kind = match kind {
        Kind::Counter => host_metrics::Kind::Counter,
        Kind::Gauge => host_metrics::Kind::Gauge,
        Kind::Rate => host_metrics::Kind::Rate,
        Kind::Trend => host_metrics::Kind::Trend,
    };
    let contains = match contains {
        Contains::Default => host_metrics::Contains::Default,
        Contains::Time => host_metrics::Contains::Time,
        Contains::Data => host_metrics::Contains::Data,
    };
    host_metrics::register(name, kind, contains)
}

/// A metric that [`register`] has made.
#[derive(Debug, PartialEq, Eq)]
pub struct Handle(u32);

impl Handle {
    /// Adds a sample; see [`Trend::add`].
    pub fn add(&self, value: impl Value) -> bool {
        host::metrics::add(self.0, value.value(), 0)
    }

    /// Adds a sample with more tags.
    pub fn add_with(&self, value: impl Value, tags: &Tags) -> bool {
        host::metrics::add(self.0, value.value(), tags.id())
    }
}

/// A static with `#[metric]`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Declaration {
    pub metric: &'static Metric,
    pub place: &'static str,
}

inventory::collect!(Declaration);

impl Declaration {
    /// Makes all metrics of the script known. A refused one ends the test before it has begun.
    pub(crate) fn register_all() {
        for declaration in inventory::iter::<Declaration> {
            if let Err(message) = declaration.metric.register() {
                host::fail(&format!(
                    "metric `{}`: {message} (at {})",
                    declaration.metric.name, declaration.place
                ));
            }
        }
    }
}

const fn is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.len() < 2 || bytes.len() > 129 || bytes[0].is_ascii_digit() {
        return false;
    }
    let mut index = 0;
    while index < bytes.len() {
        if !(bytes[index].is_ascii_alphanumeric() || bytes[index] == b'_') {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests;
