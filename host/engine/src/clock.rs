//! The engine's clock: the one monotonic clock of the process, which `squall-net` owns.

pub(crate) use squall_net::clock::{now_ns, unix_ns};
