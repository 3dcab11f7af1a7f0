//! Single steps of the engine for benches: making an instance, running an iteration. Not part of
//! the product.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tokio::runtime::Runtime as EventLoop;
use tokio::task::LocalSet;
use wasmtime::component::Component;

use crate::capability::data::Folders;
use crate::capability::secrets::Secrets;
use crate::error::EngineError;
use crate::runtime::{Guest, Runtime, Template};
use crate::shared::Limits;
use crate::solo::{self, SoloInput};
use crate::state::Phase;
use crate::vu::{CallEnd, Interrupt, Vu, VuIds};
use crate::worker::context::WorkerContext;
use crate::worker::event_loop;

/// One VU outside of a run.
pub struct Bench {
    event_loop: EventLoop,
    tasks: LocalSet,
    context: Rc<WorkerContext>,
    template: Arc<Template>,
    vu: Option<Vu>,
}

impl Bench {
    /// Sets up a VU of `component` that sees `environment`.
    pub fn new(
        runtime: &Runtime,
        component: &Component,
        environment: BTreeMap<String, String>,
    ) -> Result<Self, EngineError> {
        let event_loop = event_loop()?;
        let tasks = LocalSet::new();
        let folders = Folders { script: std::env::temp_dir(), others: Vec::new() };
        let template =
            Arc::new(Template::new(runtime, &Guest::compiled(component.clone()), folders.clone())?);
        let input = SoloInput {
            environment,
            folders,
            limits: Limits::default(),
            options_json: String::new(),
            secrets: Secrets::default(),
            setup_data: None,
        };
        let context = tasks.block_on(&event_loop, async { solo::context(input, &template) })?;
        let mut bench = Self { event_loop, tasks, context, template, vu: None };
        bench.vu = Some(bench.instantiate()?);
        Ok(bench)
    }

    fn instantiate(&self) -> Result<Vu, EngineError> {
        let (context, template) = (Rc::clone(&self.context), Arc::clone(&self.template));
        let vu = Vu::new(context, template, VuIds::default());
        let vu = self.tasks.block_on(&self.event_loop, vu)?;
        vu.enter_phase(Phase::Iteration);
        Ok(vu)
    }

    /// Makes an instance and drops it again.
    pub fn instantiate_and_drop(&self) -> Result<(), EngineError> {
        self.instantiate().map(drop)
    }

    /// Runs `count` iterations, one after the other, on the same VU; returns how many ended well.
    pub fn iterate(&mut self, count: u64) -> u64 {
        let Some(vu) = &mut self.vu else { return 0 };
        let never = Interrupt::default();
        self.tasks.block_on(&self.event_loop, async {
            let mut well = 0;
            for _ in 0..count {
                let end = vu.run(0, &never).await;
                well += u64::from(end == CallEnd::Returned(Ok(())));
            }
            well
        })
    }
}
