//! What the imports of one VU work on: [`VuState`] lives and dies with an instance, [`Local`] with
//! the VU.

use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use send_wrapper::SendWrapper;
use squall_metrics::GroupId;
use squall_net::Client;
use wasmtime::UpdateDeadline;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::WasiCtx;

use crate::error::GuestStop;
use crate::op::OpSlot;
use crate::recording::{BaseTags, CheckEntry, TagPairs};
use crate::runtime::{CpuLimit, MemoryLimit};
use crate::vu::VuIds;
use crate::worker::context::WorkerContext;
use crate::worker::scenario::ScenarioContext;

/// Which part of a run a guest's code is called in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `options` and `entries`, and instantiation: nothing is sent, nothing is measured, metrics
    /// are declared.
    #[default]
    Init,
    Setup,
    Iteration,
    Teardown,
    Summary,
}

impl Phase {
    /// As users call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Init => "the init context (options)",
            Self::Setup => "setup",
            Self::Iteration => "an iteration",
            Self::Teardown => "teardown",
            Self::Summary => "handle-summary",
        }
    }
}

/// Numbers of the running iteration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct IterationIds {
    /// Of this VU, over all scenarios.
    pub(crate) in_instance: u64,
    /// Of this VU, in the scenario.
    pub(crate) in_scenario: u64,
    /// Of the scenario, in this process.
    pub(crate) of_scenario_in_instance: u64,
    /// Of the scenario, over all processes.
    pub(crate) of_scenario_in_test: u64,
}

/// The part of a VU's state that survives a new instance.
pub(crate) struct Local {
    pub(crate) ids: VuIds,
    pub(crate) ops: Rc<OpSlot>,
    pub(crate) client: Rc<Client>,
    phase: Cell<Phase>,
    iteration: Cell<IterationIds>,
    scenario: RefCell<Option<Rc<ScenarioContext>>>,
    /// How often the VU was put to work for another scenario.
    activation: Cell<u32>,
    /// Iterations so far, for each scenario that this VU has worked for.
    iterations_by_scenario: RefCell<Vec<(usize, u64)>>,
    iterations: Cell<u64>,
    /// Set by the guest with `execution.set-tag`.
    vu_tags: RefCell<Vec<(String, Option<String>)>>,
    /// Set by the guest with `execution.set-metadata`.
    vu_metadata: RefCell<TagPairs>,
    /// Open groups: path and start.
    groups: RefCell<Vec<(GroupId, u64)>>,
    /// Tags that all samples carry now; made when first needed after a change.
    base_tags: RefCell<Option<Rc<BaseTags>>>,
    failure: RefCell<Option<String>>,
}

/// The VU's own client. As in k6, the first VU has the first of the local addresses, and so has the
/// one that runs setup.
fn client(context: &WorkerContext, ids: VuIds) -> Client {
    Client::new(Rc::clone(&context.network)).at_place(ids.in_instance.saturating_sub(1))
}

impl Local {
    pub(crate) fn new(context: &Rc<WorkerContext>, ids: VuIds, ops: Rc<OpSlot>) -> Self {
        Self {
            ids,
            ops,
            client: Rc::new(client(context, ids)),
            phase: Cell::default(),
            iteration: Cell::default(),
            scenario: RefCell::default(),
            activation: Cell::default(),
            iterations_by_scenario: RefCell::default(),
            iterations: Cell::default(),
            vu_tags: RefCell::default(),
            vu_metadata: RefCell::default(),
            groups: RefCell::default(),
            base_tags: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.set(phase);
        self.base_tags.take();
    }

    pub(crate) fn iteration(&self) -> IterationIds {
        self.iteration.get()
    }

    pub(crate) fn scenario(&self) -> Option<Rc<ScenarioContext>> {
        self.scenario.borrow().clone()
    }

    pub(crate) fn activation(&self) -> u32 {
        self.activation.get()
    }

    /// Puts the VU to work for a scenario. Tags that the guest set are forgotten when it is another
    /// one.
    pub(crate) fn activate(&self, scenario: &Rc<ScenarioContext>) {
        let same = self.scenario.borrow().as_ref().is_some_and(|now| Rc::ptr_eq(now, scenario));
        if !same {
            *self.scenario.borrow_mut() = Some(Rc::clone(scenario));
            self.activation.set(self.activation.get() + 1);
            self.vu_tags.borrow_mut().clear();
            self.vu_metadata.borrow_mut().clear();
            self.base_tags.take();
        }
        self.phase.set(Phase::Iteration);
    }

    /// Counts a new iteration and gives it its numbers.
    pub(crate) fn begin_iteration(&self, scenario: usize, in_instance: u64, in_test: u64) {
        let mut counts = self.iterations_by_scenario.borrow_mut();
        let position = counts.iter().position(|(index, _)| *index == scenario);
        let position = position.unwrap_or_else(|| {
            counts.push((scenario, 0));
            counts.len() - 1
        });
        self.iteration.set(IterationIds {
            in_instance: self.iterations.get(),
            in_scenario: counts[position].1,
            of_scenario_in_instance: in_instance,
            of_scenario_in_test: in_test,
        });
        counts[position].1 += 1;
        self.iterations.set(self.iterations.get() + 1);
        self.failure.take();
    }

    /// What the guest said about its own failure, if it did.
    pub(crate) fn take_failure(&self) -> Option<String> {
        self.failure.take()
    }

    pub(crate) fn set_failure(&self, message: String) {
        *self.failure.borrow_mut() = Some(message);
    }

    /// Without a value the tag is left out, also where the run or the scenario has it.
    pub(crate) fn set_tag(&self, name: String, value: Option<String>) {
        let mut tags = self.vu_tags.borrow_mut();
        tags.retain(|(known, _)| *known != name);
        tags.push((name, value));
        self.base_tags.take();
    }

    pub(crate) fn set_metadata(&self, name: String, value: Option<String>) {
        let mut pairs = self.vu_metadata.borrow_mut();
        pairs.retain(|(known, _)| *known != name);
        pairs.extend(value.map(|value| (name, value)));
    }

    pub(crate) fn vu_metadata(&self) -> Ref<'_, TagPairs> {
        self.vu_metadata.borrow()
    }

    /// What the guest has set, and what it has removed.
    pub(crate) fn vu_tags(&self) -> Ref<'_, Vec<(String, Option<String>)>> {
        self.vu_tags.borrow()
    }

    /// The innermost open group.
    pub(crate) fn open_group(&self) -> Option<GroupId> {
        self.groups.borrow().last().map(|(group, _)| *group)
    }

    pub(crate) fn enter_group(&self, group: GroupId, now_ns: u64) {
        self.groups.borrow_mut().push((group, now_ns));
        self.base_tags.take();
    }

    /// Leaves the innermost group, if there is one, and records how long it took.
    pub(crate) fn end_group(&self, context: &WorkerContext, now_ns: u64) -> bool {
        // The tags are asked for before the group is left: its duration belongs to it.
        let base = self.base_tags(context);
        let Some((_, start_ns)) = self.groups.borrow_mut().pop() else { return false };
        context.recording.group_ended(&base, start_ns, now_ns);
        self.base_tags.take();
        true
    }

    /// Ends groups that a guest has left open.
    pub(crate) fn end_groups(&self, context: &WorkerContext, now_ns: u64) {
        while self.end_group(context, now_ns) {}
    }

    /// The tags of all samples of this VU at this moment.
    pub(crate) fn base_tags(&self, context: &WorkerContext) -> Rc<BaseTags> {
        if let Some(tags) = &*self.base_tags.borrow() {
            return Rc::clone(tags);
        }
        let tags = context.recording.base_tags(self);
        *self.base_tags.borrow_mut() = Some(Rc::clone(&tags));
        tags
    }
}

/// The data of a wasmtime store.
///
/// wasmtime wants it to be `Send`; a VU never leaves its worker, and the wrapper would panic if it
/// did.
pub(crate) struct VuState {
    local: SendWrapper<(Rc<WorkerContext>, Rc<Local>)>,
    pub(crate) table: ResourceTable,
    pub(crate) memory: MemoryLimit,
    pub(crate) cpu: CpuLimit,
    pub(crate) wasi: Option<Box<WasiCtx>>,
    /// Check names by `check-id`.
    pub(crate) checks: SendWrapper<Vec<Rc<CheckEntry>>>,
    /// Tag sets by `tags-id` - 1.
    pub(crate) tag_sets: Vec<TagPairs>,
    /// Why the init code of a script gives each VU something else, if it does.
    pub(crate) differs_by_vu: Option<String>,
}

impl VuState {
    pub(crate) fn new(context: Rc<WorkerContext>, local: Rc<Local>) -> Self {
        let limits = &context.shared.limits;
        Self {
            table: ResourceTable::new(),
            memory: MemoryLimit::new(limits.vu_memory_bytes_max),
            cpu: CpuLimit::new(limits.iteration_cpu_max),
            wasi: None,
            checks: SendWrapper::new(Vec::new()),
            tag_sets: Vec::new(),
            differs_by_vu: None,
            local: SendWrapper::new((context, local)),
        }
    }

    pub(crate) fn context(&self) -> Rc<WorkerContext> {
        Rc::clone(&self.local.0)
    }

    pub(crate) fn local(&self) -> Rc<Local> {
        Rc::clone(&self.local.1)
    }

    pub(crate) fn ids(&self) -> VuIds {
        self.local.1.ids
    }

    pub(crate) fn iteration(&self) -> IterationIds {
        self.local.1.iteration()
    }

    pub(crate) fn scenario_name(&self) -> String {
        let scenario = self.local.1.scenario();
        scenario.map_or_else(String::new, |scenario| scenario.name.clone())
    }

    /// The guest's environment: the scenario's over the test's.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let mut all = self.local.0.shared.environment.clone();
        if let Some(scenario) = self.local.1.scenario() {
            all.extend(scenario.environment.clone());
        }
        all
    }

    /// Refuses what must not happen while options are read.
    pub(crate) fn require_running(&self, what: &'static str) -> wasmtime::Result<()> {
        match self.local.1.phase() {
            Phase::Init => {
                let phase = Phase::Init.name();
                Err(wasmtime::Error::new(GuestStop::Phase { what, phase }))
            }
            Phase::Setup | Phase::Iteration | Phase::Teardown | Phase::Summary => Ok(()),
        }
    }

    /// Suspends the guest until the operation that `make` makes is done; it is made and polled on
    /// the worker's stack.
    pub(crate) fn wait<T, M, F>(&self, make: M) -> impl Future<Output = T> + Send + use<T, M, F>
    where
        T: 'static,
        M: FnOnce() -> F + 'static,
        F: Future<Output = T> + 'static,
    {
        SendWrapper::new(Rc::clone(&self.local.1.ops).run(make))
    }

    pub(crate) fn on_epoch(&mut self) -> wasmtime::Result<UpdateDeadline> {
        let Self { cpu, local, .. } = self;
        cpu.on_epoch(&local.1.ops)
    }
}
