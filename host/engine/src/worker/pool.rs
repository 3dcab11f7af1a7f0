//! The VUs of one worker that have nothing to do.
//!
//! Scenarios share them: a VU that one scenario gives back may next work for another, as in k6.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use squall_plan::Share;

use crate::error::EngineError;
use crate::runtime::Template;
use crate::vu::{Vu, VuIds};
use crate::worker::context::WorkerContext;

/// Idle VUs, the last used first: its memory is still in the caches.
pub(crate) struct VuPool {
    context: Rc<WorkerContext>,
    template: Arc<Template>,
    share: Share,
    idle: RefCell<Vec<Vu>>,
    made: Cell<u64>,
}

impl VuPool {
    pub(crate) fn new(context: Rc<WorkerContext>, template: Arc<Template>, share: Share) -> Self {
        Self { context, template, share, idle: RefCell::default(), made: Cell::new(0) }
    }

    /// Makes a VU and gives it the next ids of this worker's share.
    pub(crate) async fn make(&self) -> Result<Vu, EngineError> {
        let own_index = self.made.get();
        self.made.set(own_index + 1);
        let ids = VuIds {
            in_instance: self.share.nth_in_instance(own_index) + 1,
            in_test: self.share.nth_in_test(own_index) + 1,
        };
        let vu = Vu::new(Rc::clone(&self.context), Arc::clone(&self.template), ids).await?;
        self.context.shared.tallies[self.context.index].vus_initialized.increase();
        Ok(vu)
    }

    /// An idle VU, if there is one.
    pub(crate) fn take_idle(&self) -> Option<Vu> {
        self.idle.borrow_mut().pop()
    }

    /// An idle VU, or a new one.
    pub(crate) async fn take(&self) -> Result<Vu, EngineError> {
        match self.take_idle() {
            Some(vu) => Ok(vu),
            None => self.make().await,
        }
    }

    pub(crate) fn give_back(&self, vu: Vu) {
        self.idle.borrow_mut().push(vu);
    }
}
