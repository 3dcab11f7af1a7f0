//! What a worker tells the control plane once a second: its metrics, its CPU time, its arrivals.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use rustix::time::{ClockId, clock_gettime};
use squall_metrics::{Delta, SampleBatch};

use crate::clock;
use crate::message::{self, Event, Report};
use crate::worker::context::WorkerContext;

/// How often metrics go to the control plane.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// How often single samples go to the outputs that want them.
const SAMPLES_INTERVAL: Duration = Duration::from_millis(100);

/// Makes and sends the reports of one worker.
pub(super) struct Reporter {
    context: Rc<WorkerContext>,
    /// Emptied buffers that come back from the control plane.
    recycled: Receiver<Delta>,
    sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
    samples_dropped: Cell<u64>,
    cpu_ns: Cell<u64>,
    wall_ns: Cell<u64>,
    /// A report that did not fit into the queue; the next one waits behind it.
    unsent: RefCell<Option<Event>>,
}

impl Reporter {
    pub(super) fn new(
        context: Rc<WorkerContext>,
        sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
        recycled: Receiver<Delta>,
    ) -> Self {
        Self {
            context,
            recycled,
            sample_sinks,
            samples_dropped: Cell::new(0),
            cpu_ns: Cell::new(thread_cpu_ns()),
            wall_ns: Cell::new(clock::now_ns()),
            unsent: RefCell::default(),
        }
    }

    pub(super) async fn report_every_second(self: Rc<Self>) {
        let mut next_report_ns = clock::now_ns();
        loop {
            next_report_ns += REPORT_INTERVAL.as_nanos() as u64;
            while clock::now_ns() < next_report_ns {
                tokio::time::sleep(SAMPLES_INTERVAL).await;
                self.send_samples();
            }
            self.report();
        }
    }

    /// Reports what is left, waiting until it is taken.
    pub(super) async fn report_last(&self) {
        self.send_samples();
        if let Some(event) = self.unsent.take() {
            self.context.tell_surely(event).await;
        }
        let event = self.make();
        self.context.tell_surely(event).await;
    }

    /// Never waits: a full queue keeps this report back, and what comes after it stays in the
    /// recorder.
    fn report(&self) {
        if let Some(event) = self.unsent.take() {
            *self.unsent.borrow_mut() = self.context.tell(event).err();
        }
        if self.unsent.borrow().is_none() {
            *self.unsent.borrow_mut() = self.context.tell(self.make()).err();
        }
    }

    fn make(&self) -> Event {
        let (cpu_ns, wall_ns) = (thread_cpu_ns(), clock::now_ns());
        let suppressed = self.context.log_budget.take_suppressed();
        if suppressed > 0 {
            tracing::warn!("{suppressed} more messages about failures were not logged");
        }
        while let Ok(empty) = self.recycled.try_recv() {
            self.context.recording.recycle(empty);
        }
        Event::Report(Box::new(Report {
            worker: self.context.index,
            delta: self.context.recording.take_delta(),
            cpu_ns: cpu_ns - self.cpu_ns.replace(cpu_ns),
            wall_ns: wall_ns - self.wall_ns.replace(wall_ns),
            arrivals: self.context.recording.take_arrivals(),
            samples_dropped: self.samples_dropped.take(),
        }))
    }

    fn send_samples(&self) {
        let Some(batch) = self.context.recording.take_samples() else { return };
        let dropped = message::offer(batch, &self.sample_sinks);
        self.samples_dropped.set(self.samples_dropped.get() + dropped);
    }
}

fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
