//! Scenarios. The type parameter is the executor, so that only its own settings can be made.

use std::marker::PhantomData;

use super::json::{Object, array, quoted};
use super::{Span, span, stage};

/// The executors, as type parameters of [`Scenario`].
pub mod executor {
    /// A fixed number of VUs, each doing one iteration after the other.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ConstantVus;
    /// As constant VUs, but their number follows stages.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct RampingVus;
    /// A number of iterations that the VUs share.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct SharedIterations;
    /// A number of iterations for each VU.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct PerVuIterations;
    /// Iterations start at a fixed rate, however long they take.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ConstantArrivalRate;
    /// As constant arrival rate, but the rate follows stages.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct RampingArrivalRate;

    /// Executors that start iterations by the clock and take VUs from a pool.
    pub trait ArrivalRate {}
    impl ArrivalRate for ConstantArrivalRate {}
    impl ArrivalRate for RampingArrivalRate {}

    /// Executors that end with a number of iterations.
    pub trait Iterations {}
    impl Iterations for SharedIterations {}
    impl Iterations for PerVuIterations {}

    /// Executors that follow stages.
    pub trait Staged {}
    impl Staged for RampingVus {}
    impl Staged for RampingArrivalRate {}
}

use executor::{
    ArrivalRate, ConstantArrivalRate, ConstantVus, Iterations, PerVuIterations, RampingArrivalRate,
    RampingVus, SharedIterations, Staged,
};

/// One scenario: what is run (`exec`), by which executor, when. Made by the function that is named
/// like the executor; `E` follows from it.
#[must_use = "a scenario does something as a part of `Options`"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario<E> {
    fields: Object,
    stages: Vec<String>,
    env: Object,
    tags: Object,
    executor: PhantomData<E>,
}

impl Scenario<ConstantVus> {
    /// `vus` VUs for `duration`.
    pub fn constant_vus(vus: u64, duration: impl Into<Span>) -> Self {
        Self::new("constant-vus").set("vus", vus.to_string()).set("duration", span(duration))
    }
}

impl Scenario<RampingVus> {
    /// VUs that follow stages; add them with [`Scenario::stage`]. Starts with 1 VU unless told.
    pub fn ramping_vus() -> Self {
        Self::new("ramping-vus")
    }

    /// VUs at the start.
    pub fn start_vus(self, vus: u64) -> Self {
        self.set("startVUs", vus.to_string())
    }

    /// How long a VU may finish its iteration when the number of VUs falls. Default 30 s.
    pub fn graceful_ramp_down(self, duration: impl Into<Span>) -> Self {
        self.set("gracefulRampDown", span(duration))
    }
}

impl Scenario<SharedIterations> {
    /// `iterations` in all, done by `vus` VUs; the faster ones do more.
    pub fn shared_iterations(vus: u64, iterations: u64) -> Self {
        Self::new("shared-iterations")
            .set("vus", vus.to_string())
            .set("iterations", iterations.to_string())
    }
}

impl Scenario<PerVuIterations> {
    /// `vus` VUs that do `iterations` each.
    pub fn per_vu_iterations(vus: u64, iterations: u64) -> Self {
        Self::new("per-vu-iterations")
            .set("vus", vus.to_string())
            .set("iterations", iterations.to_string())
    }
}

impl Scenario<ConstantArrivalRate> {
    /// `rate` iterations a second for `duration`. Needs [`Scenario::pre_allocated_vus`].
    pub fn constant_arrival_rate(rate: u64, duration: impl Into<Span>) -> Self {
        Self::new("constant-arrival-rate")
            .set("rate", rate.to_string())
            .set("duration", span(duration))
    }
}

impl Scenario<RampingArrivalRate> {
    /// A rate that follows stages; add them with [`Scenario::stage`]. Needs
    /// [`Scenario::pre_allocated_vus`].
    pub fn ramping_arrival_rate() -> Self {
        Self::new("ramping-arrival-rate")
    }

    /// The rate at the start. Default 0.
    pub fn start_rate(self, rate: u64) -> Self {
        self.set("startRate", rate.to_string())
    }
}

impl<E: Staged> Scenario<E> {
    /// Adds a stage: over `duration`, go to `target` (VUs, or iterations per time unit).
    pub fn stage(mut self, duration: impl Into<Span>, target: u64) -> Self {
        self.stages.push(stage(duration, target));
        self
    }
}

impl<E: Iterations> Scenario<E> {
    /// When the scenario ends even if iterations are left. Default 10 min.
    pub fn max_duration(self, duration: impl Into<Span>) -> Self {
        self.set("maxDuration", span(duration))
    }
}

impl<E: ArrivalRate> Scenario<E> {
    /// The time that the rate counts for: rate 90 and time unit `"1m"` are 1.5 a second. Default 1
    /// s.
    pub fn time_unit(self, unit: impl Into<Span>) -> Self {
        self.set("timeUnit", span(unit))
    }

    /// VUs that are made before the scenario starts.
    pub fn pre_allocated_vus(self, vus: u64) -> Self {
        self.set("preAllocatedVUs", vus.to_string())
    }

    /// VUs that may be made at most. Default: as many as are pre-allocated.
    pub fn max_vus(self, vus: u64) -> Self {
        self.set("maxVUs", vus.to_string())
    }
}

impl<E> Scenario<E> {
    fn new(executor: &str) -> Self {
        Self {
            fields: Object::default(),
            stages: Vec::new(),
            env: Object::default(),
            tags: Object::default(),
            executor: PhantomData,
        }
        .set("executor", quoted(executor))
    }

    fn set(mut self, key: &str, json: String) -> Self {
        self.fields.set(key, json);
        self
    }

    /// The name of the scenario function. Default `default`.
    pub fn exec(self, function: &str) -> Self {
        self.set("exec", quoted(function))
    }

    /// When the scenario starts, from the start of the test.
    pub fn start_time(self, offset: impl Into<Span>) -> Self {
        self.set("startTime", span(offset))
    }

    /// How long iterations may go on after the end of the scenario. Default 30 s.
    pub fn graceful_stop(self, duration: impl Into<Span>) -> Self {
        self.set("gracefulStop", span(duration))
    }

    /// Sets a variable that `execution::env` gives in this scenario.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.set(name, quoted(value));
        self
    }

    /// Sets a tag on all samples of this scenario.
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.tags.set(name, quoted(value));
        self
    }

    pub(super) fn into_json(self) -> String {
        let mut all = self.fields;
        if !self.stages.is_empty() {
            all.set("stages", array(&self.stages));
        }
        if !self.env.is_empty() {
            all.set("env", self.env.to_json());
        }
        if !self.tags.is_empty() {
            all.set("tags", self.tags.to_json());
        }
        all.to_json()
    }
}
