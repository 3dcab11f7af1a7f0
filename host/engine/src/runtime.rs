//! The Wasm runtime of a process: one wasmtime engine, set up for very many small instances, and
//! its epoch ticker.

mod limits;
mod linker;
mod ticker;

use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Config, Engine, OptLevel};

pub(crate) use limits::{CpuLimit, MemoryLimit};
pub(crate) use linker::Template;

use crate::error::EngineError;
use crate::memory::linear::SlabMemories;
use crate::memory::stack::SlabStacks;
use ticker::Ticker;

/// Distance between two fiber stacks. Only touched pages use memory; one touched page in a 256 KiB
/// slot costs 0.5 KB of page tables (measured: guide figures of 513 bytes at 256 KiB spacing).
const STACK_SLOT_BYTES: usize = 256 << 10;

/// How much of a fiber stack guest code may use; the rest is for the imports that are called on it.
const WASM_STACK_BYTES: usize = 160 << 10;

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
    pub fn new() -> Result<Self, EngineError> {
        let engine = Engine::new(&config()).map_err(EngineError::Runtime)?;
        let ticker = Arc::new(Ticker::start(engine.clone()).map_err(EngineError::Thread)?);
        Ok(Self { engine, _ticker: ticker })
    }

    /// The wasmtime engine, for compiling components and for the compiled-code cache.
    pub fn wasmtime(&self) -> &Engine {
        &self.engine
    }
}

fn config() -> Config {
    let stacks = SlabStacks::new(STACK_SLOT_BYTES);
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
    config.max_wasm_stack(WASM_STACK_BYTES);
    config.with_host_stack(Arc::new(stacks));
    // All imports are synchronous for the guest: task bookkeeping for each call would be paid for
    // nothing.
    config.concurrency_support(false);
    config.gc_support(false);
    config.epoch_interruption(true);
    config
}
