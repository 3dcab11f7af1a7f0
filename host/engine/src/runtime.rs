//! The Wasm runtime of a process: one wasmtime engine, set up for very many small instances, and
//! its epoch ticker.

mod limits;
mod template;
mod ticker;

use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Config, Engine, OptLevel};

pub(crate) use limits::{CpuLimit, MemoryLimit};
pub use template::{BareGuest, Guest, Template};
pub(crate) use template::{Exports, Start};

use crate::error::EngineError;
use crate::memory::linear::SlabMemories;
use crate::memory::stack::SlabStacks;
use ticker::Ticker;

/// What kind of guest a process runs; it decides how large stacks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestKind {
    /// Code that was compiled to Wasm.
    Compiled,
    /// A script on an engine: an interpreter needs several frames of its own for each of the
    /// script's.
    Script,
}

/// Sizes of fiber stacks, in bytes.
struct StackSizes {
    /// Distance between two stacks. Only touched pages use memory; one touched page in a slot of
    /// 256 KiB costs 0.5 KB of page tables, in one of 1 MiB 2 KB.
    slot_bytes: usize,
    /// How much guest code may use; the rest is for the imports that are called on it.
    wasm_bytes: usize,
}

impl GuestKind {
    fn stack_sizes(self) -> StackSizes {
        match self {
            Self::Compiled => StackSizes { slot_bytes: 256 << 10, wasm_bytes: 160 << 10 },
            Self::Script => StackSizes { slot_bytes: 1 << 20, wasm_bytes: 900 << 10 },
        }
    }
}

/// How often computing guests are asked to yield, and the unit in which their CPU time is watched.
pub(crate) const EPOCH_TICK: Duration = Duration::from_millis(1);

/// The engine that compiles and runs guests. One for a process; cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    engine: Engine,
    _ticker: Arc<Ticker>,
}

impl Runtime {
    /// Sets the engine up. Errors when this machine cannot run compiled Wasm.
    pub fn new(kind: GuestKind) -> Result<Self, EngineError> {
        let engine = Engine::new(&config(kind)).map_err(EngineError::Runtime)?;
        let ticker = Arc::new(Ticker::start(engine.clone()).map_err(EngineError::Thread)?);
        Ok(Self { engine, _ticker: ticker })
    }

    /// The wasmtime engine, for compiling components and for the compiled-code cache.
    pub fn wasmtime(&self) -> &Engine {
        &self.engine
    }
}

fn config(kind: GuestKind) -> Config {
    let sizes = kind.stack_sizes();
    let stacks = SlabStacks::new(sizes.slot_bytes);
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::Speed);
    // Memory comes from our slabs: no reservation and no guard, hence explicit bounds checks, and
    // memories may move to a larger slot. Copy-on-write images would cost a mapping for each VU.
    config.with_host_memory(Arc::new(SlabMemories::new()));
    config.memory_init_cow(false);
    config.memory_reservation(0);
    config.memory_reservation_for_growth(0);
    config.memory_guard_size(0);
    config.guard_before_linear_memory(false);
    config.memory_may_move(true);
    config.async_stack_size(stacks.stack_bytes());
    config.async_stack_zeroing(false);
    config.max_wasm_stack(sizes.wasm_bytes);
    config.with_host_stack(Arc::new(stacks));
    // All imports are synchronous for the guest: task bookkeeping for each call would be paid for
    // nothing.
    config.concurrency_support(false);
    config.gc_support(false);
    config.epoch_interruption(true);
    // Places in the engine's own code tell a script's author nothing, and the map of them is an
    // eighth of what is read when a test starts.
    config.generate_address_map(kind == GuestKind::Compiled);
    config
}
