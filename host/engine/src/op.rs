//! What a guest waits for, carried out off its fiber.
//!
//! A fiber's stack is small and counts towards the memory of its VU, and code behind an import is
//! polled on it. So an import that has to wait only leaves an [`Op`] in the VU's [`OpSlot`] and
//! suspends; [`drive`], which polls the fiber from the worker's own stack, carries the operation
//! out there and then resumes the fiber. No task, channel or waker of its own is needed.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use crate::clock;

/// An operation to be polled on the worker's stack. It keeps its result where the import finds it.
type Op = Pin<Box<dyn Future<Output = ()>>>;

/// Makes an operation. Called by the driver: the future of a request has some kilobytes, and made
/// on the fiber it would cost every VU as many of stack.
type MakeOp = Box<dyn FnOnce() -> Op>;

/// The hand-over place between the imports of one VU and its driver.
#[derive(Default)]
pub(crate) struct OpSlot {
    submitted: RefCell<Option<MakeOp>>,
    done: Cell<bool>,
    /// When the fiber was last resumed; the epoch callback reads it to see how long the guest has
    /// computed.
    resumed_ns: Cell<u64>,
}

impl OpSlot {
    /// When the guest last started to run.
    pub(crate) fn resumed_ns(&self) -> u64 {
        self.resumed_ns.get()
    }

    /// Called on the fiber: has the driver make and carry out an operation, and suspends until it
    /// is done.
    pub(crate) fn run<T, M, F>(self: Rc<Self>, make: M) -> impl Future<Output = T> + use<T, M, F>
    where
        T: 'static,
        M: FnOnce() -> F + 'static,
        F: Future<Output = T> + 'static,
    {
        let result = Rc::new(Cell::new(None));
        let place = Rc::clone(&result);
        let make: MakeOp = Box::new(move || {
            let op = make();
            Box::pin(async move { place.set(Some(op.await)) })
        });
        async move {
            self.done.set(false);
            *self.submitted.borrow_mut() = Some(make);
            poll_fn(|_| if self.done.get() { Poll::Ready(()) } else { Poll::Pending }).await;
            result.take().unwrap_or_else(|| unreachable!("the driver sets `done` after the result"))
        }
    }
}

/// Polls a guest call to its end, carrying out what it waits for. Dropping the future cancels both.
pub(crate) async fn drive<F: Future>(slot: &OpSlot, call: F) -> F::Output {
    let mut call = pin!(call);
    let mut current: Option<Op> = None;
    poll_fn(move |context| {
        loop {
            if let Some(op) = &mut current {
                if op.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                current = None;
                slot.done.set(true);
            }
            slot.resumed_ns.set(clock::now_ns());
            if let Poll::Ready(output) = call.as_mut().poll(context) {
                return Poll::Ready(output);
            }
            let submitted = slot.submitted.borrow_mut().take();
            current = submitted.map(|make| make());
            if current.is_none() {
                // The guest yielded after computing for a while; its waker is already called.
                return Poll::Pending;
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn an_operation_runs_in_the_driver_and_its_result_comes_back() {
        let slot = Rc::new(OpSlot::default());
        let inner = Rc::clone(&slot);
        let sum = block_on(drive(&slot, async move {
            let first = Rc::clone(&inner).run(|| async { 20 }).await;
            let second = inner
                .run(|| async {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                    22
                })
                .await;
            first + second
        }));
        assert_eq!(sum, 42);
    }

    #[test]
    fn a_cancelled_call_drops_its_operation() {
        struct Flag(Rc<Cell<bool>>);
        impl Drop for Flag {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let dropped = Rc::new(Cell::new(false));
        let flag = Flag(Rc::clone(&dropped));
        let slot = Rc::new(OpSlot::default());
        let inner = Rc::clone(&slot);
        block_on(async {
            let call = async move {
                inner
                    .run(|| async move {
                        let _flag = flag;
                        std::future::pending::<()>().await;
                    })
                    .await;
            };
            let timeout = std::time::Duration::from_millis(1);
            assert!(tokio::time::timeout(timeout, drive(&slot, call)).await.is_err());
        });
        assert!(dropped.get());
    }
}
