//! Waiting for an instant, to some ten microseconds.
//!
//! Tokio's timer wheel has ticks of a millisecond and is late by more than one at the median, which
//! would show up as start lag of every arrival. So each worker has one kernel timer (`timerfd`)
//! armed for the earliest instant that anybody waits for. Where there is no timerfd, tokio's timers
//! serve.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::clock;

#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;

#[cfg(target_os = "linux")]
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
#[cfg(target_os = "linux")]
use tokio::io::unix::AsyncFd;

/// The timer of one worker. Must be made inside the worker's event loop.
pub(crate) struct Timer {
    #[cfg(target_os = "linux")]
    descriptor: AsyncFd<OwnedFd>,
    waiting: RefCell<BinaryHeap<Reverse<Waiting>>>,
    /// What the kernel timer is set to; 0 when it is not.
    armed_ns: Cell<u64>,
    next_sequence: Cell<u64>,
}

struct Waiting {
    due_ns: u64,
    /// First come, first served among equals.
    sequence: u64,
    waiter: Rc<Waiter>,
}

#[derive(Default)]
struct Waiter {
    fired: Cell<bool>,
    cancelled: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due_ns, self.sequence).cmp(&(other.due_ns, other.sequence))
    }
}

/// Takes a waiter out of the queue when nobody waits for it any more.
struct CancelOnDrop(Rc<Waiter>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancelled.set(true);
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "tokio wants it promised that the descriptor stays the same")]
fn register(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: the descriptor is owned, so it stays open and the same as long as it is registered.
    unsafe { AsyncFd::register(timer) }.map_err(Into::into)
}

impl Timer {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(target_os = "linux")]
            descriptor: register(timerfd_create(
                TimerfdClockId::Monotonic,
                TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
            )?)?,
            waiting: RefCell::default(),
            armed_ns: Cell::new(0),
            next_sequence: Cell::new(0),
        })
    }

    /// Waits until the clock shows `due_ns`; returns at once when it already does.
    pub(crate) async fn wait_until(&self, due_ns: u64) {
        if clock::now_ns() >= due_ns {
            return;
        }
        let waiter = CancelOnDrop(Rc::default());
        let sequence = self.next_sequence.get();
        self.next_sequence.set(sequence + 1);
        let entry = Waiting { due_ns, sequence, waiter: Rc::clone(&waiter.0) };
        self.waiting.borrow_mut().push(Reverse(entry));
        self.arm();
        poll_fn(|context| {
            if waiter.0.fired.get() {
                return Poll::Ready(());
            }
            waiter.0.waker.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    /// Serves the kernel timer for ever; one task of the worker runs it.
    #[cfg(target_os = "linux")]
    pub(crate) async fn serve(&self) -> io::Result<()> {
        loop {
            let mut ready = self.descriptor.readable().await?;
            let mut expirations = [0_u8; 8];
            match rustix::io::read(self.descriptor.get_ref(), &mut expirations) {
                Ok(_) => {}
                Err(rustix::io::Errno::AGAIN) => ready.clear_ready(),
                Err(error) => return Err(error.into()),
            }
            self.armed_ns.set(0);
            self.fire_due(clock::now_ns());
            self.arm();
        }
    }

    /// Without a kernel timer: looks every millisecond, the resolution of tokio's timers.
    #[cfg(not(target_os = "linux"))]
    pub(crate) async fn serve(&self) -> io::Result<()> {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            self.fire_due(clock::now_ns());
        }
    }

    fn fire_due(&self, now_ns: u64) {
        let mut waiting = self.waiting.borrow_mut();
        while let Some(Reverse(first)) = waiting.peek() {
            if first.due_ns > now_ns && !first.waiter.cancelled.get() {
                break;
            }
            if let Some(Reverse(entry)) = waiting.pop() {
                entry.waiter.fired.set(true);
                if let Some(waker) = entry.waiter.waker.take() {
                    waker.wake();
                }
            }
        }
    }

    /// Sets the kernel timer for the earliest waiter, unless it is set to that or earlier.
    #[cfg(target_os = "linux")]
    fn arm(&self) {
        let earliest_ns = match self.waiting.borrow().peek() {
            Some(Reverse(first)) => first.due_ns,
            None => return,
        };
        let armed_ns = self.armed_ns.get();
        if armed_ns != 0 && armed_ns <= earliest_ns {
            return;
        }
        // Zero would switch the timer off.
        let delay_ns = earliest_ns.saturating_sub(clock::now_ns()).max(1);
        let value = Itimerspec {
            it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: Timespec {
                tv_sec: (delay_ns / 1_000_000_000) as i64,
                tv_nsec: (delay_ns % 1_000_000_000) as i64,
            },
        };
        let set = timerfd_settime(self.descriptor.get_ref(), TimerfdTimerFlags::empty(), &value);
        debug_assert!(set.is_ok(), "a valid time for an own timer is never refused: {set:?}");
        self.armed_ns.set(earliest_ns);
    }

    #[cfg(not(target_os = "linux"))]
    fn arm(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn on_local_set<F: Future>(future: impl FnOnce(Rc<Timer>) -> F) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let timer = Rc::new(Timer::new().unwrap());
            let served = Rc::clone(&timer);
            tokio::task::spawn_local(async move { served.serve().await });
            future(timer).await;
        });
    }

    #[test]
    fn never_returns_early_and_keeps_the_order() {
        on_local_set(|timer| async move {
            let start_ns = clock::now_ns();
            let order = Rc::new(RefCell::new(Vec::new()));
            let tasks: Vec<_> = [3_u64, 1, 2]
                .map(|delay_ms| {
                    let (timer, order) = (Rc::clone(&timer), Rc::clone(&order));
                    tokio::task::spawn_local(async move {
                        let due_ns = start_ns + delay_ms * 1_000_000;
                        timer.wait_until(due_ns).await;
                        assert!(clock::now_ns() >= due_ns);
                        order.borrow_mut().push(delay_ms);
                    })
                })
                .into();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(*order.borrow(), [1, 2, 3]);
        });
    }

    #[test]
    fn cancelled_waiters_do_not_stay_in_the_queue() {
        on_local_set(|timer| async move {
            let far_ns = clock::now_ns() + 3_600_000_000_000;
            let wait = timer.wait_until(far_ns);
            assert!(tokio::time::timeout(Duration::from_millis(1), wait).await.is_err());
            timer.wait_until(clock::now_ns() + 1_000_000).await;
            timer.fire_due(clock::now_ns());
            assert!(timer.waiting.borrow().is_empty());
        });
    }
}
