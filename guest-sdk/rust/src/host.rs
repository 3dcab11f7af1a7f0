//! The one seam to the host: every other module calls these functions and never the generated code.
//!
//! On Wasm they are the imports of the world `vu`; natively they are the in-memory host of
//! `testing`, which has the same names and types, so that scenarios and this crate can be tested
//! without a runtime.

#[cfg(target_family = "wasm")]
pub(crate) use crate::bindings::squall::vu::{checks, data, execution, http, log, metrics, timers};

#[cfg(not(target_family = "wasm"))]
pub(crate) use crate::testing::host::{checks, data, execution, http, log, metrics, timers};

/// Ends this iteration (or this lifecycle function) with a message of its own instead of a panic's.
/// The host reports the trap that follows with this message.
#[cold]
pub(crate) fn fail(message: &str) -> ! {
    #[cfg(target_family = "wasm")]
    {
        execution::fail_iteration(message);
        trap()
    }
    #[cfg(not(target_family = "wasm"))]
    panic!("{message}")
}

/// Ends the instance at once. For the case that the host gave control back where the contract says
/// it will not.
#[cold]
pub(crate) fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    panic!("the host returned from a function that does not return")
}
