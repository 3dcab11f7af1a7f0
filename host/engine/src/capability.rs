//! The host side of `wit/`: one file an interface, with the same name. Each translates and calls;
//! the work is done in `squall-net`, `squall-metrics` and [`crate::worker`].

pub(crate) mod checks;
pub(crate) mod data;
pub(crate) mod execution;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod script;
pub(crate) mod secrets;
pub(crate) mod timers;
pub(crate) mod wasi;
