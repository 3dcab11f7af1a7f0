//! The data plane: one thread, one event loop, its own VUs, timer, connections and recorder.
//! Nothing here is shared with another worker but counters; it talks to the control plane by
//! [`crate::message`] only.

pub(crate) mod context;
pub(crate) mod executor;
mod iteration;
pub(crate) mod log_budget;
pub(crate) mod pool;
mod report;
pub(crate) mod scenario;
pub(crate) mod timer;

pub(crate) use iteration::IterationTimes;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use squall_metrics::{Delta, SampleBatch};
use squall_net::{Network, Settings};
use squall_plan::Share;
use tokio::runtime::{Builder, Runtime as EventLoop};
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

use crate::error::EngineError;
use crate::message::{Command, Event, LifecycleCall, LifecycleEnd, LifecycleResult};
use crate::recording::Recording;
use crate::runtime::Template;
use crate::shared::{Shared, Start};
use crate::state::Phase;
use crate::vu::{CallEnd, Interrupt, Vu, VuIds};
use context::WorkerContext;
use pool::VuPool;
use report::Reporter;
use scenario::ScenarioContext;

/// How many tasks a worker polls before it looks at timers and sockets again. Tokio's default of 61
/// would make arrivals late by that many iterations' worth of work.
const EVENT_INTERVAL: u32 = 13;

/// Everything a worker is made from.
pub(crate) struct WorkerSetup {
    pub(crate) index: usize,
    pub(crate) shared: Arc<Shared>,
    pub(crate) template: Arc<Template>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) share: Share,
    pub(crate) events: Sender<Event>,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) sample_sinks: Vec<Sender<Arc<SampleBatch>>>,
    pub(crate) recycled: Receiver<Delta>,
}

/// Starts a worker's thread.
pub(crate) fn spawn(setup: WorkerSetup) -> Result<JoinHandle<()>, EngineError> {
    let name = format!("squall-worker-{}", setup.index);
    std::thread::Builder::new()
        .name(name)
        .spawn(move || {
            let events = setup.events.clone();
            let worker = setup.index;
            let lost = LostOnDrop { events: &events, worker, armed: true };
            sharpen_timers();
            match run(setup) {
                Ok(()) => lost.disarm(),
                Err(error) => {
                    // Nobody waits for anything else of this worker now.
                    let _ = events.send(Event::Initialized { result: Err(error) });
                    lost.disarm();
                }
            }
        })
        .map_err(EngineError::Thread)
}

/// Lets the kernel wake this thread when a wait is over, and not up to 50 us later together with
/// others. Where it does not, waits are a little longer.
fn sharpen_timers() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

/// Tells the control plane when the thread panics.
struct LostOnDrop<'a> {
    events: &'a Sender<Event>,
    worker: usize,
    armed: bool,
}

impl LostOnDrop<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for LostOnDrop<'_> {
    fn drop(&mut self) {
        if self.armed {
            let _ = self.events.send(Event::Lost { worker: self.worker });
        }
    }
}

/// An event loop such as workers use.
pub(crate) fn event_loop() -> Result<EventLoop, EngineError> {
    Builder::new_current_thread()
        .enable_all()
        .event_interval(EVENT_INTERVAL)
        .build()
        .map_err(EngineError::EventLoop)
}

fn run(setup: WorkerSetup) -> Result<(), EngineError> {
    set_timer_slack();
    let event_loop = event_loop()?;
    LocalSet::new().block_on(&event_loop, Worker::serve(setup))
}

/// Lets the kernel fire this thread's timers on time; by default it may bundle them within 50 us.
fn set_timer_slack() {
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "prctl has no safe form for this option")]
    // SAFETY: sets a number of the calling thread, touches no memory. A refusal only costs
    // precision.
    unsafe {
        libc::prctl(libc::PR_SET_TIMERSLACK, 1_u64);
    }
}

struct Worker {
    context: Rc<WorkerContext>,
    template: Arc<Template>,
    pool: Rc<VuPool>,
    share: Share,
    scenarios: RefCell<Vec<Rc<ScenarioContext>>>,
    /// Cuts short setup or teardown.
    lifecycle_interrupt: Rc<Interrupt>,
}

impl Worker {
    async fn serve(setup: WorkerSetup) -> Result<(), EngineError> {
        let WorkerSetup { index, shared, template, settings, share, events, commands, .. } = setup;
        let network = Network::new(settings).map_err(EngineError::Network)?;
        let keeps_samples = !setup.sample_sinks.is_empty();
        let recording = Recording::new(&shared.catalog, index, &shared.tags, keeps_samples);
        let registry = shared.catalog.registry().clone();
        let context =
            WorkerContext::new(index, shared, network, recording, registry, Some(events))?;
        tokio::task::spawn_local(Rc::clone(&context).serve_timer());
        let pool = VuPool::new(Rc::clone(&context), Arc::clone(&template), share.clone());
        let worker = Rc::new(Self {
            context,
            template,
            pool: Rc::new(pool),
            share,
            scenarios: RefCell::default(),
            lifecycle_interrupt: Rc::default(),
        });
        let context = Rc::clone(&worker.context);
        let reporter = Reporter::new(context, setup.sample_sinks, setup.recycled);
        worker.obey(commands, Rc::new(reporter)).await;
        Ok(())
    }

    async fn obey(self: &Rc<Self>, mut commands: mpsc::Receiver<Command>, reporter: Rc<Reporter>) {
        let reporting = tokio::task::spawn_local(Rc::clone(&reporter).report_every_second());
        while let Some(command) = commands.recv().await {
            match command {
                Command::Initialize => {
                    let worker = Rc::clone(self);
                    tokio::task::spawn_local(async move { worker.initialize().await });
                }
                Command::Call { call, timeout, reply } => {
                    let worker = Rc::clone(self);
                    tokio::task::spawn_local(async move {
                        worker.call(call, timeout, reply).await;
                    });
                }
                Command::Start(start) => self.start(start),
                Command::Interrupt => self.interrupt(),
                Command::Finish => break,
            }
        }
        reporting.abort();
        reporter.report_last().await;
        self.context.tell_surely(Event::Finished).await;
    }

    /// Makes the VUs that the plan needs at most at once on this worker.
    async fn initialize(&self) {
        let wanted = self.context.shared.plan.requirements(&self.share).vus_planned_max;
        let result = self.make_vus(wanted).await;
        self.context.tell_surely(Event::Initialized { result }).await;
    }

    async fn make_vus(&self, wanted: u64) -> Result<(), EngineError> {
        let mut made = Vec::new();
        for _ in 0..wanted {
            if self.lifecycle_interrupt.is_requested() {
                break;
            }
            made.push(self.pool.make().await?);
            tokio::task::yield_now().await;
        }
        // The first VU made is the first one used.
        for vu in made.into_iter().rev() {
            self.pool.give_back(vu);
        }
        Ok(())
    }

    /// Calls setup or teardown in a fresh VU with the number 0.
    async fn call(
        &self,
        call: LifecycleCall,
        timeout: Duration,
        reply: oneshot::Sender<LifecycleEnd>,
    ) {
        let interrupt = &self.lifecycle_interrupt;
        if call == LifecycleCall::Teardown {
            // The end of the test must not keep its teardown from running.
            interrupt.clear();
        }
        let end = self.call_in_fresh_vu(call, timeout).await;
        // The control plane waits for this; if it is gone, so is the run.
        let _ = reply.send(end);
    }

    async fn call_in_fresh_vu(&self, call: LifecycleCall, timeout: Duration) -> LifecycleEnd {
        let template = Arc::clone(&self.template);
        let made = Vu::new(Rc::clone(&self.context), template, VuIds::default()).await;
        let mut vu = match made {
            Ok(vu) => vu,
            Err(error) => return LifecycleEnd::failed(&error),
        };
        let called = tokio::time::timeout(timeout, self.call_export(&mut vu, call)).await;
        let local = vu.local();
        let end_ns = crate::clock::now_ns();
        local.end_groups(&self.context, end_ns);
        let base = local.base_tags(&self.context);
        self.context.recording.traffic(local, &base, end_ns);
        let end = called.map_or(LifecycleEnd::TimedOut, LifecycleEnd::of);
        match &self.context.shared.modules {
            Some(modules) => end.map_reason(|reason| modules.original_positions(&reason)),
            None => end,
        }
    }

    async fn call_export(&self, vu: &mut Vu, call: LifecycleCall) -> Option<LifecycleResult> {
        let exports = &self.template.exports;
        let interrupt = &self.lifecycle_interrupt;
        match call {
            LifecycleCall::Setup => {
                vu.enter_phase(Phase::Setup);
                vu.call_export(exports.setup.as_ref(), (), interrupt).await
            }
            LifecycleCall::Teardown => {
                vu.enter_phase(Phase::Teardown);
                let end: Option<CallEnd<Result<(), String>>> =
                    vu.call_export(exports.teardown.as_ref(), (), interrupt).await;
                end.map(|end| end.map(|result| result.map(|()| None)))
            }
        }
    }

    fn start(self: &Rc<Self>, start: Start) {
        self.context.recording.start(start.at_ns);
        let plan = &self.context.shared.plan;
        let scenarios: Vec<_> = (0..plan.scenarios.len())
            .map(|index| ScenarioContext::new(&self.context, index, start))
            .collect();
        self.scenarios.borrow_mut().clone_from(&scenarios);
        if self.lifecycle_interrupt.is_requested() {
            self.interrupt();
        }
        let tasks: Vec<_> = scenarios
            .into_iter()
            .map(|scenario| {
                let load = plan.scenarios[scenario.index].load(&self.share);
                let pool = Rc::clone(&self.pool);
                tokio::task::spawn_local(executor::run(scenario, pool, load))
            })
            .collect();
        let context = Rc::clone(&self.context);
        tokio::task::spawn_local(async move {
            for task in tasks {
                // A panic of a scenario is a bug and has been printed; the counts will show it.
                let _ = task.await;
            }
            context.tell_surely(Event::ScenariosEnded).await;
        });
    }

    fn interrupt(&self) {
        self.lifecycle_interrupt.request();
        for scenario in &*self.scenarios.borrow() {
            scenario.interrupt_all();
        }
    }
}
