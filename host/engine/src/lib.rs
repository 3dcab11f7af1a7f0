//! The run itself: a control plane, one worker thread for each core, VUs that are Wasm instances,
//! and the imports that `wit/` promises them.
//!
//! | part | what it does | may see |
//! |---|---|---|
//! | [`run`](crate::run()) | starts workers and the control plane, takes them down | everything |
//! | `control` | owns plan, merged metrics, thresholds, outcome; one thread | messages, counters |
//! | `worker` | owns VUs, timer, connections, recorder; one thread each | its own, and counters |
//! | `worker::executor` | starts iterations as the plan says | a worker |
//! | `vu`, `op`, `state` | one instance, what it waits for, what its imports work on | a worker |
//! | `capability` | the host side of `wit/`, one file an interface | one VU |
//! | `recording` | from events to samples: metrics, values, tags | a worker's recorder |
//! | `runtime`, `memory` | wasmtime's set-up, slabs for memories and stacks | nothing of a run |
//!
//! Invariants: a VU never leaves its worker. A worker never waits for the control plane. Every
//! planned iteration ends as exactly one of completed, interrupted, dropped. The planned start of
//! an arrival is computed by `squall-plan` and replaced by nothing.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that fails to set up fails"))]

mod bindings;
mod capability;
mod clock;
mod control;
mod error;
#[cfg(feature = "measure")]
pub mod measure;
mod memory;
mod message;
mod op;
mod outcome;
mod recording;
mod run;
mod runtime;
mod shared;
mod solo;
mod state;
mod verdict;
mod vu;
mod worker;

pub use capability::data::Folders;
pub use capability::script::{ModuleText, Modules};
pub use capability::secrets::{SecretSource, Secrets};
pub use error::EngineError;
pub use outcome::{
    Ended, Observer, Outcome, Phase, Progress, ScenarioProgress, ScenarioState, Teardown,
};
pub use run::{RunInput, StopHandle, StopSignal, run};
pub use runtime::{BareGuest, Guest, GuestKind, Runtime, Template};
pub use shared::{Counts, Limits};
pub use solo::{Probe, SoloInput, SummaryFiles};
pub use verdict::{Figures, Verdict, Word};
