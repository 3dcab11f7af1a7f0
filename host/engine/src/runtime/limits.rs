//! What one VU may use: memory by wasmtime's limiter, CPU time by the epoch callback.

use std::time::Duration;

use wasmtime::{ResourceLimiter, UpdateDeadline};

use crate::clock;
use crate::error::GuestStop;
use crate::op::OpSlot;

/// Elements of one table. Real guests have some hundreds of indirect functions; a table of this
/// size is 8 MB.
const TABLE_ELEMENTS_MAX: usize = 1 << 20;

/// The memory that the linear memories of one VU may reach. What is in a memory image when the VU
/// starts is not counted: it is shared.
pub(crate) struct MemoryLimit {
    bytes_max: usize,
    bytes_used: usize,
    refusal: Option<GuestStop>,
}

impl MemoryLimit {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, bytes_used: 0, refusal: None }
    }

    /// What the guest was refused since the last call, if anything.
    pub(crate) fn take_refusal(&mut self) -> Option<GuestStop> {
        self.refusal.take()
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let bytes_used = self.bytes_used + (desired - current);
        if bytes_used > self.bytes_max {
            // Engines of scripts make an exception of it; most other guests trap, and nobody would
            // know why.
            self.refusal =
                Some(GuestStop::Memory { asked_bytes: bytes_used, bytes_max: self.bytes_max });
            return Ok(false);
        }
        self.bytes_used = bytes_used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
}

/// CPU time of the running iteration.
pub(crate) struct CpuLimit {
    max: Duration,
    used_ns: u64,
    /// End of the last stretch of computing that `used_ns` contains.
    counted_until_ns: u64,
}

impl CpuLimit {
    pub(crate) fn new(max: Duration) -> Self {
        Self { max, used_ns: 0, counted_until_ns: 0 }
    }

    /// A new iteration starts.
    pub(crate) fn reset(&mut self) {
        self.used_ns = 0;
    }

    /// What to do at an epoch check: go on, let others run, or end the iteration.
    ///
    /// A guest that was parked for long meets the check at once when it is resumed, without having
    /// computed; it goes on. Time spent computing in stretches shorter than a tick is not counted:
    /// such a guest yields by itself.
    pub(crate) fn on_epoch(&mut self, ops: &OpSlot) -> wasmtime::Result<UpdateDeadline> {
        let now_ns = clock::now_ns();
        let since_ns = ops.resumed_ns().max(self.counted_until_ns);
        let stretch_ns = now_ns.saturating_sub(since_ns);
        if stretch_ns < super::EPOCH_TICK.as_nanos() as u64 / 2 {
            return Ok(UpdateDeadline::Continue(1));
        }
        self.used_ns += stretch_ns;
        self.counted_until_ns = now_ns;
        if self.used_ns > self.max.as_nanos() as u64 {
            return Err(wasmtime::Error::new(GuestStop::Cpu { max: self.max }));
        }
        // Tokio wakes a yielded task only after it has looked at timers and sockets: the pacer
        // comes first.
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_limited_over_all_memories_of_a_vu() {
        let mut limit = MemoryLimit::new(300);
        assert!(limit.memory_growing(0, 200, None).unwrap());
        assert!(limit.memory_growing(0, 100, None).unwrap());
        assert_eq!(limit.take_refusal(), None);
        assert!(!limit.memory_growing(100, 101, None).unwrap());
        let stop = limit.take_refusal().unwrap();
        assert_eq!(stop.to_string(), "memory limit reached: 301 bytes wanted, 300 bytes allowed");
    }

    #[test]
    fn a_guest_that_just_resumed_goes_on() {
        let mut limit = CpuLimit::new(Duration::from_secs(1));
        let ops = OpSlot::default();
        futures_ready(crate::op::drive(&ops, async {}));
        assert!(matches!(limit.on_epoch(&ops).unwrap(), UpdateDeadline::Continue(1)));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "no VU waits behind this test")]
    fn a_guest_over_its_limit_is_stopped() {
        let mut limit = CpuLimit::new(Duration::ZERO);
        // The clock of a process starts with its first use.
        clock::now_ns();
        // `resumed_ns` is still 0, so all time since the process started counts as one stretch.
        std::thread::sleep(super::super::EPOCH_TICK);
        let error = limit.on_epoch(&OpSlot::default()).err().unwrap();
        assert!(matches!(error.downcast_ref(), Some(GuestStop::Cpu { .. })));
    }

    fn futures_ready<F: Future<Output = ()>>(future: F) {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(std::pin::pin!(future).poll(&mut context).is_ready());
    }
}
