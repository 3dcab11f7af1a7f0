//! Why a run could not be done, and why a guest was stopped.

use std::io;
use std::time::Duration;

/// A run that could not be started or finished.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// wasmtime refused its configuration.
    #[error("the Wasm runtime cannot be set up on this machine")]
    Runtime(#[source] wasmtime::Error),
    /// The operating system refused a thread.
    #[error("cannot start a thread; is the limit on processes reached (`ulimit -u`)?")]
    Thread(#[source] io::Error),
    /// A worker's event loop could not be made.
    #[error("cannot set up a worker's event loop; are file descriptors used up (`ulimit -n`)?")]
    EventLoop(#[source] io::Error),
    /// The HTTP client could not be set up.
    #[error("cannot set up the HTTP client")]
    Network(#[source] squall_net::NetworkError),
    /// The component asks for something that squall does not provide, or exports something of
    /// another type.
    #[error("the component does not fit the world `squall:vu/vu@0.1.0`")]
    World(#[source] wasmtime::Error),
    /// Instantiating the component failed.
    #[error("the component cannot be instantiated")]
    Instantiate(#[source] wasmtime::Error),
    /// The memory of the instance that ran init could not be copied.
    #[error("cannot keep the memory that the script's init code has left behind")]
    Image(#[source] io::Error),
    /// An export that is called outside of a run failed.
    #[error("{export}() failed: {reason}")]
    Export {
        /// Which export.
        export: &'static str,
        /// What happened, with the guest's own message if it left one.
        reason: String,
    },
    /// A guest aborted the test before it began.
    #[error("test aborted: {reason} (in {export}())")]
    Aborted {
        /// Which export.
        export: &'static str,
        /// The guest's reason.
        reason: String,
    },
    /// `handle-summary` took too long.
    #[error("handle-summary() took longer than handleSummaryTimeout ({timeout:?})")]
    SummaryTimedOut {
        /// What it was allowed.
        timeout: Duration,
    },
    /// A worker thread panicked: a bug in squall.
    #[error("worker {worker} ended unexpectedly; this is a bug in squall")]
    WorkerLost {
        /// Index of the worker, from 0.
        worker: usize,
    },
}

/// Why the host stopped a guest in the middle of its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GuestStop {
    #[error("memory limit reached: {asked_bytes} bytes wanted, {bytes_max} bytes allowed")]
    Memory { asked_bytes: usize, bytes_max: usize },
    #[error("CPU limit reached: the iteration computed for more than {max:?}")]
    Cpu { max: Duration },
    #[error("not allowed in {phase}: {what}")]
    Phase { what: &'static str, phase: &'static str },
    #[error("test aborted: {reason}")]
    Aborted { reason: String },
}
