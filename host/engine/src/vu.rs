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
use crate::memory::image::Place;
use crate::memory::linear::{self, Next};
use crate::op::{OpSlot, drive};
use crate::runtime::{Start, Template};
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

    /// The value, or why there is none, for a call outside of iterations.
    pub(crate) fn returned(self, export: &'static str) -> Result<T, EngineError> {
        match self {
            Self::Returned(value) => Ok(value),
            Self::Trapped(reason) => Err(EngineError::Export { export, reason }),
            Self::Aborted(reason) => Err(EngineError::Aborted { export, reason }),
            Self::Interrupted => {
                Err(EngineError::Export { export, reason: "it was interrupted".to_owned() })
            }
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
    /// Makes an instance that init runs in; `place` is where its memory will be.
    pub(crate) async fn original(
        context: Rc<WorkerContext>,
        template: Arc<Template>,
        place: Arc<Place>,
    ) -> Result<Self, EngineError> {
        let mut vu = Self::without_instance(context, template, VuIds::default());
        let store = vu.store();
        vu.instantiate_filled(store, Some(place)).await?;
        Ok(vu)
    }

    /// What the guest has said about itself, and whether it holds anything of the host.
    pub(crate) fn state(&self) -> Option<&VuState> {
        self.body.as_ref().map(|body| body.store.data())
    }

    fn without_instance(context: Rc<WorkerContext>, template: Arc<Template>, ids: VuIds) -> Self {
        let ops = Rc::new(OpSlot::default());
        let local = Rc::new(Local::new(&context, ids, Rc::clone(&ops)));
        Self { context, template, ops, body: None, local }
    }

    /// Makes a VU with a live instance.
    pub(crate) async fn new(
        context: Rc<WorkerContext>,
        template: Arc<Template>,
        ids: VuIds,
    ) -> Result<Self, EngineError> {
        let mut vu = Self::without_instance(context, template, ids);
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
        let store = self.store();
        match &self.template.start {
            Start::Plain => self.instantiate(store, Next::Zeroed).await,
            Start::Image(image) => self.instantiate(store, Next::Image(Arc::clone(image))).await,
            Start::InitEach => {
                self.instantiate_filled(store, None).await?;
                self.init().await
            }
        }
    }

    /// Makes an instance as the component itself would, whether it is bare or not.
    async fn instantiate_filled(
        &mut self,
        store: Store<VuState>,
        watcher: Option<Arc<Place>>,
    ) -> Result<(), EngineError> {
        let Some(bare) = self.template.bare.clone() else {
            return self.instantiate(store, Next::Zeroed).await;
        };
        self.instantiate(store, Next::Filled(Arc::clone(&bare), watcher)).await?;
        let none = Interrupt::default();
        for start in &bare.starts {
            let end: Option<CallEnd<()>> = self.call_start(start, &none).await;
            end.map_or(Ok(()), |end| end.returned("start"))?;
        }
        Ok(())
    }

    fn store(&self) -> Store<VuState> {
        let state = VuState::new(Rc::clone(&self.context), Rc::clone(&self.local));
        let mut store = Store::new(self.template.pre.engine(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut store| store.data_mut().on_epoch());
        store.set_epoch_deadline(1);
        store
    }

    /// Makes an instance whose memory is what `next` says.
    async fn instantiate(
        &mut self,
        mut store: Store<VuState>,
        next: Next,
    ) -> Result<(), EngineError> {
        let instance = {
            let mut instantiate =
                pin!(drive(&self.ops, self.template.pre.instantiate_async(&mut store)));
            // The memory is made before any code of the guest runs: in the first poll.
            let mut next = Some(next);
            poll_fn(|context| match next.take() {
                Some(next) => linear::with_next(next, || instantiate.as_mut().poll(context)),
                None => instantiate.as_mut().poll(context),
            })
            .await
            .map_err(EngineError::Instantiate)?
        };
        self.body = Some(Body { store, instance, run: None });
        Ok(())
    }

    /// Runs the init code of a script in this instance.
    async fn init(&mut self) -> Result<(), EngineError> {
        let phase = self.local.phase();
        self.local.set_phase(Phase::Init);
        let exports = self.template.exports.clone();
        let none = Interrupt::default();
        let end = self.call_export::<_, String>(exports.options.as_ref(), (), &none).await;
        self.local.set_phase(phase);
        end.map_or(Ok(()), |end| end.returned("options").map(drop))
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

    /// An export that is not one of the world's.
    pub(crate) async fn call_named_export<P, R>(
        &mut self,
        name: &str,
        params: P,
        interrupt: &Interrupt,
    ) -> Option<CallEnd<R>>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: Send + Sync + 'static,
        (R,): ComponentNamedList + Lift,
    {
        let index = self.template.pre.component().get_export_index(None, name);
        self.call_export(index.as_ref(), params, interrupt).await
    }

    /// A start function: an export without parameters and results.
    async fn call_start(&mut self, name: &str, interrupt: &Interrupt) -> Option<CallEnd<()>> {
        let index = self.template.pre.component().get_export_index(None, name)?;
        let mut body = self.body.take()?;
        let func = match body.instance.get_typed_func::<(), ()>(&mut body.store, index) {
            Ok(func) => func,
            Err(error) => return Some(CallEnd::Trapped(describe(&error))),
        };
        body.store.data_mut().cpu.reset();
        let call = drive(&self.ops, func.call_async(&mut body.store, ()));
        let end = interrupt.or(call).await.map(|end| end.map(|()| ((),)));
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
    fn settle<R>(&mut self, mut body: Body, end: Option<wasmtime::Result<(R,)>>) -> CallEnd<R> {
        let left_message = self.local.take_failure();
        let refusal = body.store.data_mut().memory.take_refusal();
        match end {
            Some(Ok((value,))) => {
                self.body = Some(body);
                CallEnd::Returned(value)
            }
            Some(Err(error)) => {
                if let Some(GuestStop::Aborted { reason }) = error.downcast_ref() {
                    return CallEnd::Aborted(reason.clone());
                }
                let reason = left_message.unwrap_or_else(|| describe(&error));
                CallEnd::Trapped(match refusal {
                    Some(refusal) => format!("{refusal}; {reason}"),
                    None => reason,
                })
            }
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
