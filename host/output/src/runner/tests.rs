//! Accounts add up whatever the output does; producers never wait.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::{Receiver, Sender, bounded};
use squall_metrics::{MetricId, Sample};

use super::*;

fn batch(samples: usize, samples_max: usize) -> Arc<SampleBatch> {
    let mut batch = SampleBatch::new(samples_max);
    for _ in 0..samples {
        batch.push(Sample {
            metric: MetricId(0),
            value: 1.0,
            time_unix_ns: 0,
            tags: Arc::default(),
            metadata: None,
        });
    }
    Arc::new(batch)
}

/// Counts; waits at a gate before each batch if there is one; fails when told to.
#[derive(Default)]
struct Fake {
    counts: Counts,
    gate: Option<Receiver<()>>,
    fails_after: Option<u64>,
    failed: bool,
    refuses_to_start: bool,
    panics: bool,
    flushed: Option<Sender<()>>,
    stopped: Arc<AtomicBool>,
}

fn full() -> OutputError {
    let source = io::Error::from(io::ErrorKind::StorageFull);
    OutputError::Write { output: "fake", sink: "nowhere".to_owned(), source }
}

impl Output for Fake {
    fn description(&self) -> String {
        "fake".to_owned()
    }

    fn start(&mut self) -> Result<(), OutputError> {
        if self.refuses_to_start { Err(full()) } else { Ok(()) }
    }

    fn write(&mut self, batch: &SampleBatch) -> Result<(), OutputError> {
        assert!(!self.panics, "the fake output was told to panic");
        if let Some(gate) = &self.gate {
            gate.recv().unwrap();
        }
        self.counts.dropped += batch.dropped();
        let full_now = self.fails_after.is_some_and(|limit| self.counts.written >= limit);
        if !full_now {
            self.counts.written += batch.len() as u64;
            return Ok(());
        }
        self.counts.dropped += batch.len() as u64;
        if std::mem::replace(&mut self.failed, true) { Ok(()) } else { Err(full()) }
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        if let Some(flushed) = &self.flushed {
            let _ = flushed.try_send(());
        }
        Ok(())
    }

    fn stop(&mut self) -> Result<(), OutputError> {
        self.stopped.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

fn start(fake: Fake, queue_batches: usize) -> Runner {
    Runner::start(Box::new(fake), queue_batches, |_| {}).unwrap()
}

#[test]
fn everything_that_was_queued_is_written_before_the_end() {
    let runner = start(Fake::default(), 64);
    let feed = runner.feed();
    for _ in 0..50 {
        assert!(feed.offer(batch(10, 10)));
    }
    let report = runner.stop();
    assert_eq!((report.counts.written, report.counts.dropped), (500, 0));
    assert_eq!(report.description, "fake");
    assert!(report.failure.is_none());
}

#[test]
fn a_slow_output_costs_samples_and_no_time() {
    let (open, gate) = bounded(100);
    let runner = start(Fake { gate: Some(gate), ..Fake::default() }, 4);
    let feed = runner.feed();
    // Nothing passes the gate yet, so all but the queue and the batch in hand are refused.
    let taken = (0..100).filter(|_| feed.offer(batch(7, 5))).count() as u64;
    assert!((4..=5).contains(&taken), "{taken}");
    feed.count_dropped(3);
    for _ in 0..taken {
        open.send(()).unwrap();
    }
    let counts = runner.stop().counts;
    assert_eq!(counts.written, taken * 5);
    assert_eq!(counts.written + counts.dropped, 703);
}

#[test]
fn a_failure_is_told_once_and_the_account_adds_up() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let fake = Fake { fails_after: Some(20), ..Fake::default() };
    let on_failure = move |error: &OutputError| teller.lock().unwrap().push(error.to_string());
    let runner = Runner::start(Box::new(fake), 100, on_failure).unwrap();
    let feed = runner.feed();
    for _ in 0..30 {
        assert!(feed.offer(batch(10, 10)));
    }
    let report = runner.stop();
    assert_eq!((report.counts.written, report.counts.dropped), (20, 280));
    assert!(matches!(report.failure, Some(OutputError::Write { .. })));
    assert_eq!(told.lock().unwrap().len(), 1);
}

#[test]
fn many_producers_lose_nothing_from_the_account() {
    let runner = start(Fake::default(), 2);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let feed = runner.feed();
            thread::spawn(move || {
                for _ in 0..500 {
                    feed.offer(batch(3, 2));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let counts = runner.stop().counts;
    assert_eq!(counts.written + counts.dropped, 4 * 500 * 3);
}

#[test]
fn an_output_that_cannot_start_is_an_error_before_the_run() {
    let fake = Fake { refuses_to_start: true, ..Fake::default() };
    assert!(matches!(
        Runner::start(Box::new(fake), 1, |_| {}),
        Err(OutputError::Write { output: "fake", .. })
    ));
}

#[test]
fn flushes_come_without_samples_too() {
    let (flushed, flushes) = bounded(2);
    let runner = start(Fake { flushed: Some(flushed), ..Fake::default() }, 1);
    for _ in 0..2 {
        assert!(flushes.recv_timeout(Duration::from_secs(30)).is_ok());
    }
    drop(runner);
}

#[test]
fn a_runner_that_is_dropped_closes_its_output() {
    let stopped = Arc::new(AtomicBool::new(false));
    let runner = start(Fake { stopped: Arc::clone(&stopped), ..Fake::default() }, 1);
    let late = runner.feed();
    drop(runner);
    assert!(stopped.load(Ordering::SeqCst));
    assert!(!late.offer(batch(1, 1)));
}

#[test]
fn a_panic_in_an_output_ends_only_the_output() {
    let runner = start(Fake { panics: true, ..Fake::default() }, 4);
    runner.feed().offer(batch(1, 1));
    let report = runner.stop();
    assert!(matches!(report.failure, Some(OutputError::Panicked { .. })));
}
