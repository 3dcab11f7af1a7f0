//! One virtual user: a wasmtime store with one instance of the component, owned by one worker for
//! life.
//!
//! A guest that traps or is interrupted cannot be entered again (the component model forbids it),
//! so its store is thrown away and a new instance is made before the next iteration. The VU's ids,
//! counters and connections stay.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};

use wasmtime::Store;
use wasmtime::component::{
    ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, TypedFunc,
};

use crate::error::{EngineError, GuestStop};
use crate::op::{OpSlot, drive};
use crate::runtime::Template;
use crate::state::{Local, Phase, VuState};
use crate::worker::context::WorkerContext;

/// Numbers of a VU, from 1; 0 outside of VUs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct VuIds {
    pub(crate) in_instance: u64,
    pub(crate) in_test: u64,
}

/// How a call into a guest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallEnd<T> {
    Returned(T),
    /// It trapped, or the host stopped it; the text says why and where.
    Trapped(String),
    /// The test was aborted from inside it.
    Aborted(String),
    /// It was cut short from outside.
    Interrupted,
}

impl<T> CallEnd<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> CallEnd<U> {
        match self {
            Self::Returned(value) => CallEnd::Returned(change(value)),
            Self::Trapped(reason) => CallEnd::Trapped(reason),
            Self::Aborted(reason) => CallEnd::Aborted(reason),
            Self::Interrupted => CallEnd::Interrupted,
        }
    }
}

/// Cuts a guest's call short from another task of the same worker.
#[derive(Default)]
pub(crate) struct Interrupt {
    requested: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Interrupt {
    pub(crate) fn request(&self) {
        self.requested.set(true);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.requested.get()
    }

    pub(crate) fn clear(&self) {
        self.requested.set(false);
    }

    /// Runs `future` until it ends (`Some`) or the interrupt comes (`None`).
    pub(crate) async fn or<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if self.requested.get() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            // The task may be polled with another waker each time.
            let mut waker = self.waker.borrow_mut();
            if !waker.as_ref().is_some_and(|known| known.will_wake(context.waker())) {
                *waker = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}

type RunFunc = TypedFunc<(u32,), (Result<(), String>,)>;

/// A store with a live instance in it.
struct Body {
    store: Store<VuState>,
    instance: Instance,
    run: Option<RunFunc>,
}

/// A virtual user.
pub(crate) struct Vu {
    context: Rc<WorkerContext>,
    template: Arc<Template>,
    ops: Rc<OpSlot>,
    /// `None` after a trap or an interruption, until the next call.
    body: Option<Body>,
    /// What outlives the instance.
    local: Rc<Local>,
}

impl Vu {
    /// Makes a VU with a live instance.
    pub(crate) async fn new(
        context: Rc<WorkerContext>,
        template: Arc<Template>,
        ids: VuIds,
    ) -> Result<Self, EngineError> {
        let ops = Rc::new(OpSlot::default());
        let local = Rc::new(Local::new(&context, ids, Rc::clone(&ops)));
        let mut vu = Self { context, template, ops, body: None, local };
        vu.ensure_instance().await?;
        Ok(vu)
    }

    /// The state that the VU's imports work on.
    pub(crate) fn local(&self) -> &Rc<Local> {
        &self.local
    }

    /// Makes a new instance if the last one was lost.
    pub(crate) async fn ensure_instance(&mut self) -> Result<(), EngineError> {
        if self.body.is_some() {
            return Ok(());
        }
        let state = VuState::new(Rc::clone(&self.context), Rc::clone(&self.local));
        let mut store = Store::new(self.template.pre.engine(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut store| store.data_mut().on_epoch());
        store.set_epoch_deadline(1);
        let instantiate = self.template.pre.instantiate_async(&mut store);
        let instance = drive(&self.ops, instantiate).await.map_err(EngineError::Instantiate)?;
        self.body = Some(Body { store, instance, run: None });
        Ok(())
    }

    /// One iteration: the export `run`. `Ok(Err(..))` inside is an error that the guest returned.
    pub(crate) async fn run(
        &mut self,
        entry: u32,
        interrupt: &Interrupt,
    ) -> CallEnd<Result<(), String>> {
        let Some(mut body) = self.body.take() else {
            return CallEnd::Trapped("the VU has no instance; this is a bug in squall".into());
        };
        let run = match self.run_func(&mut body) {
            Ok(run) => run,
            Err(error) => return CallEnd::Trapped(describe(&error)),
        };
        let end = self.call(&mut body, run, (entry,), interrupt).await;
        self.settle(body, end)
    }

    /// Any other export by its place in the component; `None` when the component does not have it.
    pub(crate) async fn call_export<P, R>(
        &mut self,
        index: Option<&ComponentExportIndex>,
        params: P,
        interrupt: &Interrupt,
    ) -> Option<CallEnd<R>>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: Send + Sync + 'static,
        (R,): ComponentNamedList + Lift,
    {
        let mut body = self.body.take()?;
        let Some(index) = index else {
            self.body = Some(body);
            return None;
        };
        let func = match body.instance.get_typed_func::<P, (R,)>(&mut body.store, index) {
            Ok(func) => func,
            Err(error) => return Some(CallEnd::Trapped(describe(&error))),
        };
        let end = self.call(&mut body, func, params, interrupt).await;
        Some(self.settle(body, end))
    }

    fn run_func(&self, body: &mut Body) -> wasmtime::Result<RunFunc> {
        if let Some(run) = body.run {
            return Ok(run);
        }
        let index = self
            .template
            .exports
            .run
            .as_ref()
            .ok_or_else(|| wasmtime::Error::msg("the component does not export `run`"))?;
        let run = body.instance.get_typed_func(&mut body.store, index)?;
        body.run = Some(run);
        Ok(run)
    }

    async fn call<P, R>(
        &self,
        body: &mut Body,
        func: TypedFunc<P, (R,)>,
        params: P,
        interrupt: &Interrupt,
    ) -> Option<wasmtime::Result<(R,)>>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: Send + Sync + 'static,
        (R,): ComponentNamedList + Lift,
    {
        body.store.data_mut().cpu.reset();
        let call = func.call_async(&mut body.store, params);
        interrupt.or(drive(&self.ops, call)).await
    }

    /// Keeps the instance only after a proper return.
    fn settle<R>(&mut self, body: Body, end: Option<wasmtime::Result<(R,)>>) -> CallEnd<R> {
        let left_message = self.local.take_failure();
        match end {
            Some(Ok((value,))) => {
                self.body = Some(body);
                CallEnd::Returned(value)
            }
            Some(Err(error)) => match error.downcast_ref::<GuestStop>() {
                Some(GuestStop::Aborted { reason }) => CallEnd::Aborted(reason.clone()),
                _ => CallEnd::Trapped(left_message.unwrap_or_else(|| describe(&error))),
            },
            None => CallEnd::Interrupted,
        }
    }
}

/// A trap for people: the reason first, then where in the guest it happened.
fn describe(error: &wasmtime::Error) -> String {
    let reason = match error.downcast_ref::<GuestStop>() {
        Some(stop) => stop.to_string(),
        None => error.root_cause().to_string(),
    };
    let Some(backtrace) = error.downcast_ref::<wasmtime::WasmBacktrace>() else {
        return reason;
    };
    let frames: Vec<String> = backtrace
        .frames()
        .iter()
        .filter_map(|frame| {
            let symbol = frame.symbols().first();
            let name = symbol.and_then(|symbol| symbol.name()).or(frame.func_name())?.to_owned();
            let place = symbol.and_then(|symbol| Some((symbol.file()?, symbol.line()?)));
            Some(match place {
                Some((file, line)) => format!("{name} ({file}:{line})"),
                None => name,
            })
        })
        .take(FRAMES_MAX)
        .collect();
    if frames.is_empty() { reason } else { format!("{reason}; at {}", frames.join(" < ")) }
}

/// Frames of a guest's stack that are shown with a trap.
const FRAMES_MAX: usize = 4;

impl Vu {
    /// Sets what the imports may do from now on.
    pub(crate) fn enter_phase(&self, phase: Phase) {
        self.local.set_phase(phase);
    }
}
