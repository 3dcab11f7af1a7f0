//! Interface `timers`: sleeping and clocks.

use std::time::Duration;

use crate::bindings::squall::vu::timers::Host;
use crate::clock;
use crate::state::VuState;

/// Sleeps up to this long use the worker's precise timer; longer ones tokio's wheel, whose
/// millisecond ticks do not matter there and which holds a hundred thousand sleepers at no cost.
const PRECISE_SLEEP_MAX: Duration = Duration::from_millis(20);

impl Host for VuState {
    async fn sleep(&mut self, duration_ns: u64) -> wasmtime::Result<()> {
        let duration = Duration::from_nanos(duration_ns);
        let context = self.context();
        self.wait(move || async move {
            if duration <= PRECISE_SLEEP_MAX {
                context.timer.wait_until(clock::now_ns() + duration_ns).await;
            } else {
                tokio::time::sleep(duration).await;
            }
        })
        .await;
        Ok(())
    }

    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(clock::now_ns())
    }

    fn wall_clock(&mut self) -> wasmtime::Result<u64> {
        Ok(clock::unix_ns())
    }
}
