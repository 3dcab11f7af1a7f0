//! What all VUs of one worker share: network, timer, recording, and the run's settings.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use crossbeam_channel::{Sender, TrySendError};
use rustc_hash::FxBuildHasher;
use squall_metrics::Registry;
use squall_net::{Failure, Network, Target};

use crate::error::EngineError;
use crate::message::Event;
use crate::recording::{Recording, masked};
use crate::shared::Shared;
use crate::worker::log_budget::LogBudget;
use crate::worker::timer::Timer;

/// Distinct URLs and names that are kept ready. A guest that makes up a new URL for each request
/// pays for parsing it.
const LABELS_MAX: usize = 8_192;

/// What the tags `url` and `name` of a request say. Equal numbers mean equal texts.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) id: u32,
    pub(crate) text: Rc<str>,
}

/// URLs and names that were seen lately.
#[derive(Default)]
struct Labels {
    targets: HashMap<String, (Rc<Target>, Label), FxBuildHasher>,
    names: HashMap<String, Label, FxBuildHasher>,
    made: u32,
}

impl Labels {
    /// A new label. Makes room first when there are too many.
    fn make(&mut self, text: Rc<str>) -> Label {
        if self.targets.len() + self.names.len() >= LABELS_MAX {
            self.targets.clear();
            self.names.clear();
        }
        self.made = self.made.wrapping_add(1);
        Label { id: self.made, text }
    }
}

/// Shared by the tasks of one worker thread.
pub(crate) struct WorkerContext {
    pub(crate) index: usize,
    pub(crate) shared: Arc<Shared>,
    pub(crate) network: Rc<Network>,
    pub(crate) timer: Timer,
    pub(crate) recording: Recording,
    /// Open while options are read: guests declare their metrics then. Frozen afterwards.
    pub(crate) registry: RefCell<Registry>,
    pub(crate) log_budget: LogBudget,
    events: Option<Sender<Event>>,
    labels: RefCell<Labels>,
}

impl WorkerContext {
    /// Must be called inside the worker's event loop. Without `events` (while options are read)
    /// nobody is told anything.
    pub(crate) fn new(
        index: usize,
        shared: Arc<Shared>,
        network: Rc<Network>,
        recording: Recording,
        registry: Registry,
        events: Option<Sender<Event>>,
    ) -> Result<Rc<Self>, EngineError> {
        let timer = Timer::new().map_err(EngineError::EventLoop)?;

        Ok(Rc::new(Self {
            index,
            shared,
            network,
            timer,
            recording,
            registry: RefCell::new(registry),
            log_budget: LogBudget::default(),
            events,
            labels: RefCell::default(),
        }))
    }

    /// The parsed form of a URL, and what stands for it in tags.
    pub(crate) fn target(&self, url: &str) -> Result<(Rc<Target>, Label), Failure> {
        if let Some((target, label)) = self.labels.borrow().targets.get(url) {
            return Ok((Rc::clone(target), label.clone()));
        }
        let target = Rc::new(Target::parse(url)?);
        let mut labels = self.labels.borrow_mut();
        let label = labels.make(masked(&target.url().text()));
        let entry = (Rc::clone(&target), label.clone());
        labels.targets.insert(url.to_owned(), entry);
        Ok((target, label))
    }

    /// The label for a name that a guest gives a request.
    pub(crate) fn name(&self, name: &str) -> Label {
        if let Some(label) = self.labels.borrow().names.get(name) {
            return label.clone();
        }
        let mut labels = self.labels.borrow_mut();
        let label = labels.make(name.into());
        labels.names.insert(name.to_owned(), label.clone());
        label
    }

    /// Tells the control plane. A full queue means that it has a thousand events to read first;
    /// what matters is sent again by [`Self::tell_surely`].
    pub(crate) fn tell(&self, event: Event) -> Result<(), Event> {
        match &self.events {
            Some(events) => match events.try_send(event) {
                Err(TrySendError::Full(event)) => Err(event),
                // Nobody is left to be told: the run is over.
                Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Tells the control plane, waiting for room without holding up the worker.
    pub(crate) async fn tell_surely(&self, mut event: Event) {
        while let Err(unsent) = self.tell(event) {
            event = unsent;
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    /// Serves the worker's timer until the worker ends.
    pub(crate) async fn serve_timer(self: Rc<Self>) -> io::Result<()> {
        self.timer.serve().await
    }
}
