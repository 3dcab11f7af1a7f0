//! Runs an output on a thread of its own, behind a bounded queue.
//!
//! The data plane hands batches to a [`Feed`] and never waits. Refused here: growing the queue. A
//! batch that does not fit is counted as dropped, and so is everything that the output loses, so
//! that the account at the end adds up to what was produced.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select, tick};
use squall_metrics::SampleBatch;

use crate::{Counts, Output, OutputError, Report};

/// Longest time that samples stay in an output's buffer: k6's interval.
pub const FLUSH_INTERVAL: Duration = Duration::from_millis(200);

/// Batches that may wait in front of an output.
pub const QUEUE_BATCHES: usize = 256;

/// Hands batches to an output; made by [`Runner::feed`], cheap to clone.
#[derive(Clone, Debug)]
pub struct Feed {
    batches: Sender<Arc<SampleBatch>>,
    refused: Arc<AtomicU64>,
}

impl Feed {
    /// Queues a batch without waiting; false if there was no room and its samples are dropped.
    pub fn offer(&self, batch: Arc<SampleBatch>) -> bool {
        match self.batches.try_send(batch) {
            Ok(()) => true,
            Err(error) => {
                let batch = error.into_inner();
                self.count_dropped(batch.len() as u64 + batch.dropped());
                false
            }
        }
    }

    /// The bare channel, for a producer that queues by itself. What it cannot queue has to be told
    /// by [`Feed::count_dropped`].
    pub fn sender(&self) -> Sender<Arc<SampleBatch>> {
        self.batches.clone()
    }

    /// Counts samples that never came to the queue.
    pub fn count_dropped(&self, samples: u64) {
        self.refused.fetch_add(samples, Ordering::Relaxed);
    }
}

/// An output that is running.
#[derive(Debug)]
pub struct Runner {
    description: String,
    feed: Feed,
    stop: Sender<()>,
    thread: Option<thread::JoinHandle<(Counts, Option<OutputError>)>>,
}

impl Runner {
    /// Opens the output and starts its thread. `on_failure` is called there, once, if the sink
    /// fails while the run is going on.
    pub fn start(
        mut output: Box<dyn Output>,
        queue_batches: usize,
        on_failure: impl FnOnce(&OutputError) + Send + 'static,
    ) -> Result<Self, OutputError> {
        output.start()?;
        let description = output.description();
        let (batches, queued) = bounded(queue_batches);
        let (stop, stopped) = bounded(0);
        let worker = Worker { output, failure: None, on_failure: Some(Box::new(on_failure)) };
        let thread = thread::Builder::new()
            .name("squall-output".to_owned())
            .spawn(move || worker.run(&queued, &stopped))
            .map_err(|source| OutputError::Thread { description: description.clone(), source })?;
        let feed = Feed { batches, refused: Arc::default() };
        Ok(Self { description, feed, stop, thread: Some(thread) })
    }

    /// What the output says of itself.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// A way to hand batches to the output.
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// Writes what is queued, closes the sink and gives the account. Producers have finished by
    /// now: a batch that is offered later is dropped.
    pub fn stop(mut self) -> Report {
        let (mut counts, failure) = self.join();
        counts.dropped += self.feed.refused.load(Ordering::Relaxed);
        Report { description: std::mem::take(&mut self.description), counts, failure }
    }

    fn join(&mut self) -> (Counts, Option<OutputError>) {
        let (closed, _) = bounded(0);
        drop(std::mem::replace(&mut self.stop, closed));
        match self.thread.take().map(thread::JoinHandle::join) {
            Some(Ok(account)) => account,
            Some(Err(_)) => {
                let description = self.description.clone();
                (Counts::default(), Some(OutputError::Panicked { description }))
            }
            None => (Counts::default(), None),
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.join();
    }
}

type OnFailure = Box<dyn FnOnce(&OutputError) + Send>;

/// What lives on the output's thread.
struct Worker {
    output: Box<dyn Output>,
    failure: Option<OutputError>,
    on_failure: Option<OnFailure>,
}

impl Worker {
    fn run(
        mut self,
        queued: &Receiver<Arc<SampleBatch>>,
        stopped: &Receiver<()>,
    ) -> (Counts, Option<OutputError>) {
        let flushes = tick(FLUSH_INTERVAL);
        loop {
            select! {
                recv(queued) -> batch => match batch {
                    Ok(batch) => self.write(&batch),
                    Err(_) => break,
                },
                recv(flushes) -> _ => {
                    let result = self.output.flush();
                    self.note(result);
                }
                recv(stopped) -> _ => break,
            }
        }
        while let Ok(batch) = queued.try_recv() {
            self.write(&batch);
        }
        let result = self.output.stop();
        self.note(result);
        (self.output.counts(), self.failure)
    }

    fn write(&mut self, batch: &SampleBatch) {
        let result = self.output.write(batch);
        self.note(result);
    }

    /// Keeps the first failure and tells it.
    fn note(&mut self, result: Result<(), OutputError>) {
        if let Err(error) = result {
            if let Some(on_failure) = self.on_failure.take() {
                on_failure(&error);
            }
            self.failure.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests;
