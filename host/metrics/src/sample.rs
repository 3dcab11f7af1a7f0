//! Single samples, for outputs that want each one.
//!
//! Only recorded when an output asks for it. Batches are bounded: a batch that is full before it is
//! taken counts what it had to leave out; the sinks have those samples all the same.

use std::sync::Arc;

use crate::metric::MetricId;
use crate::tag::{Metadata, TagSet};

/// One value of one metric at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The metric.
    pub metric: MetricId,
    /// The value; milliseconds for times, bytes for data.
    pub value: f64,
    /// Nanoseconds since 1970-01-01 UTC.
    pub time_unix_ns: u64,
    /// Indexed tags.
    pub tags: Arc<TagSet>,
    /// What is not indexed: `vu`, `iter` and what the script attached.
    pub metadata: Option<Arc<Metadata>>,
}

/// Samples of one worker in the order in which they were added.
#[derive(Clone, Debug)]
pub struct SampleBatch {
    samples: Vec<Sample>,
    samples_max: usize,
    dropped: u64,
}

impl SampleBatch {
    /// An empty batch that takes up to `samples_max` samples.
    pub fn new(samples_max: usize) -> Self {
        Self { samples: Vec::new(), samples_max, dropped: 0 }
    }

    /// Adds a sample, or counts it as dropped when the batch is full.
    pub fn push(&mut self, sample: Sample) {
        if self.is_full() {
            self.dropped += 1;
        } else {
            self.samples.push(sample);
        }
    }

    /// The batch as it is; an empty one with the same bound and space stays.
    pub(crate) fn take(&mut self) -> Self {
        let samples = Vec::with_capacity(self.samples.len());
        Self {
            samples: std::mem::replace(&mut self.samples, samples),
            samples_max: self.samples_max,
            dropped: std::mem::take(&mut self.dropped),
        }
    }

    /// The samples.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// True if nothing was added and nothing was dropped.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty() && self.dropped == 0
    }

    /// True if the next sample would be dropped.
    pub fn is_full(&self) -> bool {
        self.samples.len() >= self.samples_max
    }

    /// Samples that did not fit.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_batch_counts_what_it_drops() {
        let mut batch = SampleBatch::new(2);
        assert!(batch.is_empty());
        for index in 0..5 {
            batch.push(Sample {
                metric: MetricId(0),
                value: f64::from(index),
                time_unix_ns: 7,
                tags: Arc::default(),
                metadata: None,
            });
        }
        assert_eq!((batch.len(), batch.dropped(), batch.is_full()), (2, 3, true));
        assert_eq!(batch.samples()[1].value, 1.0);
    }
}
