//! The event loop of one call: promise jobs first, then whichever comes next of timers and
//! requests. The call is over when nothing is left that could happen, as in k6.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use rquickjs::function::Args;
use rquickjs::{Ctx, Function, Persistent, Runtime, Value};

use crate::exception;
use crate::host::http::{self, Pending};
use crate::host::timers;

type SavedFunction = Persistent<Function<'static>>;
type SavedValue = Persistent<Value<'static>>;

const NS_PER_MS: u64 = 1_000_000;

/// A timer that has not fired.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at_ns: u64,
    /// Timers that are due at the same time fire in the order in which they were set.
    number: u32,
}

/// A function of the script and what it is called with.
#[derive(Clone)]
pub(crate) struct Callback {
    pub(crate) function: SavedFunction,
    pub(crate) args: Vec<SavedValue>,
}

struct Timer {
    number: u32,
    callback: Callback,
    /// From the end of one call to the next; `None` for a timer that fires once.
    every_ns: Option<u64>,
}

struct Request {
    awaited: Awaited,
    callback: SavedFunction,
}

/// What a request is waited for.
enum Awaited {
    /// The callback gets the finished exchange.
    Exchange(Pending),
    /// There is something to be read; the callback gets nothing.
    News(Rc<Pending>),
}

impl Awaited {
    fn pending(&self) -> &Pending {
        match self {
            Self::Exchange(pending) => pending,
            Self::News(pending) => pending,
        }
    }
}

#[derive(Default)]
struct EventLoop {
    due: BinaryHeap<Reverse<Due>>,
    timers: Vec<Timer>,
    timers_made: u32,
    requests: Vec<Request>,
    /// Promises that were rejected and have no handler, with the reasons.
    rejections: Vec<(SavedValue, SavedValue)>,
}

thread_local! {
    static LOOP: RefCell<EventLoop> = RefCell::default();
}

/// Learns of rejected promises.
pub(crate) fn install(runtime: &Runtime) {
    runtime.set_host_promise_rejection_tracker(Some(Box::new(track_rejection)));
}

fn track_rejection<'js>(ctx: Ctx<'js>, promise: Value<'js>, reason: Value<'js>, is_handled: bool) {
    LOOP.with_borrow_mut(|state| {
        if is_handled {
            state.rejections.retain(|(known, _)| {
                known.clone().restore(&ctx).is_ok_and(|known| known != promise)
            });
        } else {
            let promise = Persistent::save(&ctx, promise);
            state.rejections.push((promise, Persistent::save(&ctx, reason)));
        }
    });
}

/// Calls `callback` after `delay_ns`, or every `delay_ns`; returns the number of the timer.
pub(crate) fn set_timer(callback: Callback, delay_ns: u64, repeats: bool) -> u32 {
    LOOP.with_borrow_mut(|state| {
        state.timers_made += 1;
        let number = state.timers_made;
        let at_ns = timers::now().saturating_add(delay_ns);
        state.due.push(Reverse(Due { at_ns, number }));
        state.timers.push(Timer { number, callback, every_ns: repeats.then_some(delay_ns) });
        number
    })
}

/// Forgets a timer; numbers that no timer has are fine.
pub(crate) fn clear_timer(number: u32) {
    LOOP.with_borrow_mut(|state| state.timers.retain(|timer| timer.number != number));
}

/// Calls `callback` with the exchange when the request is finished.
pub(crate) fn await_request(pending: Pending, callback: SavedFunction) {
    let awaited = Awaited::Exchange(pending);
    LOOP.with_borrow_mut(|state| state.requests.push(Request { awaited, callback }));
}

/// Calls `callback` when there is something to be read.
pub(crate) fn await_news(pending: Rc<Pending>, callback: SavedFunction) {
    let awaited = Awaited::News(pending);
    LOOP.with_borrow_mut(|state| state.requests.push(Request { awaited, callback }));
}

/// Nobody waits for it any more; who did, is to be called.
pub(crate) fn forget_news(pending: &Rc<Pending>) -> Vec<SavedFunction> {
    LOOP.with_borrow_mut(|state| {
        let is_it = |request: &mut Request| {
            matches!(&request.awaited, Awaited::News(known) if Rc::ptr_eq(known, pending))
        };
        state.requests.extract_if(.., is_it).map(|request| request.callback).collect()
    })
}

/// Runs `f`; what is rejected meanwhile is told by its error, if it has one.
pub(crate) fn with_rejections_told<T, E>(f: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = LOOP.with_borrow(|state| state.rejections.len());
    let result = f();
    if result.is_err() {
        LOOP.with_borrow_mut(|state| state.rejections.truncate(before));
    }
    result
}

/// Drops all that could still happen: the call has failed.
pub(crate) fn abandon() {
    LOOP.with_borrow_mut(|state| {
        let timers_made = state.timers_made;
        *state = EventLoop { timers_made, ..EventLoop::default() };
    });
}

/// Runs until nothing is left to happen. A promise gives what it was fulfilled with. A rejection
/// that nobody handles ends it all at once.
pub(crate) fn settle<'js>(ctx: &Ctx<'js>, value: Value<'js>) -> Result<Value<'js>, String> {
    settle_but(ctx, value, None)
}

/// As `settle`, for the promise of an import: that it is rejected is not told as a rejection.
pub(crate) fn settle_import<'js>(
    ctx: &Ctx<'js>,
    promise: Value<'js>,
) -> Result<Value<'js>, String> {
    settle_but(ctx, promise.clone(), Some(&promise))
}

fn settle_but<'js>(
    ctx: &Ctx<'js>,
    value: Value<'js>,
    import: Option<&Value<'js>>,
) -> Result<Value<'js>, String> {
    let settled = drain(ctx, import).and_then(|()| finished(ctx, value));
    if settled.is_err() {
        abandon();
    }
    settled
}

fn finished<'js>(ctx: &Ctx<'js>, value: Value<'js>) -> Result<Value<'js>, String> {
    let Some(promise) = value.as_promise() else { return Ok(value) };
    match promise.result::<Value>() {
        // Rejected and handled: it is the promise of an import, or someone caught it.
        Some(result) => result.map_err(|error| exception::describe(ctx, error)),
        // Nothing can settle it any more; k6 ends the iteration without an error, too.
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

fn drain<'js>(ctx: &Ctx<'js>, import: Option<&Value<'js>>) -> Result<(), String> {
    loop {
        while ctx.execute_pending_job() {}
        check_rejections(ctx, import)?;
        match next() {
            Next::Nothing => return Ok(()),
            Next::Call { callback, number } => {
                call(ctx, callback).map_err(|error| exception::describe(ctx, error))?;
                LOOP.with_borrow_mut(|state| state.rearm(number));
            }
            Next::Finished { exchange, callback } => {
                let callback = callback.restore(ctx).map_err(|error| error.to_string())?;
                let called: rquickjs::Result<()> = crate::native::http::exchange(ctx, exchange)
                    .and_then(|exchange| callback.call((exchange,)));
                called.map_err(|error| exception::describe(ctx, error))?;
            }
            Next::News(callback) => {
                let called: rquickjs::Result<()> =
                    callback.restore(ctx).and_then(|callback| callback.call(()));
                called.map_err(|error| exception::describe(ctx, error))?;
            }
            Next::Again => {}
        }
    }
}

fn call(ctx: &Ctx<'_>, callback: Callback) -> rquickjs::Result<()> {
    let mut args = Args::new(ctx.clone(), callback.args.len());
    args.this(ctx.globals())?;
    for arg in callback.args {
        args.push_arg(arg.restore(ctx)?)?;
    }
    callback.function.restore(ctx)?.call_arg(args)
}

/// A rejection that nobody handles ends the call.
fn check_rejections<'js>(ctx: &Ctx<'js>, import: Option<&Value<'js>>) -> Result<(), String> {
    if LOOP.with_borrow(|state| state.rejections.is_empty()) {
        return Ok(());
    }
    let rejections = LOOP.with_borrow_mut(|state| std::mem::take(&mut state.rejections));
    for (promise, reason) in rejections {
        let promise = promise.restore(ctx).map_err(|error| error.to_string())?;
        if import != Some(&promise) {
            let reason = reason.restore(ctx).map_err(|error| error.to_string())?;
            return Err(format!("Uncaught (in promise) {}", exception::describe_value(&reason)));
        }
    }
    Ok(())
}

/// What the loop does next.
enum Next {
    Nothing,
    /// A timer has fired.
    Call {
        callback: Callback,
        number: u32,
    },
    Finished {
        exchange: http::Exchange,
        callback: SavedFunction,
    },
    /// There is something to be read.
    News(SavedFunction),
    /// Time has passed.
    Again,
}

fn next() -> Next {
    LOOP.with_borrow_mut(|state| {
        let Some(at_ns) = state.next_due_ns() else {
            return if state.requests.is_empty() { Next::Nothing } else { state.wait(None) };
        };
        let now_ns = timers::now();
        if at_ns <= now_ns {
            return state.fire();
        }
        if state.requests.is_empty() {
            timers::sleep(at_ns - now_ns);
            return Next::Again;
        }
        // Rounded up: the timer must be due when the wait is over.
        state.wait(Some((at_ns - now_ns).div_ceil(NS_PER_MS)))
    })
}

impl EventLoop {
    /// When the next timer fires that was not cleared.
    fn next_due_ns(&mut self) -> Option<u64> {
        while let Some(Reverse(due)) = self.due.peek() {
            if self.timers.iter().any(|timer| timer.number == due.number) {
                return Some(due.at_ns);
            }
            self.due.pop();
        }
        None
    }

    fn fire(&mut self) -> Next {
        let Some(Reverse(Due { number, .. })) = self.due.pop() else { return Next::Again };
        let Some(index) = self.timers.iter().position(|timer| timer.number == number) else {
            return Next::Again;
        };
        let callback = match self.timers[index].every_ns {
            Some(_) => self.timers[index].callback.clone(),
            None => self.timers.swap_remove(index).callback,
        };
        Next::Call { callback, number }
    }

    /// Sets a repeating timer again, once its callback is through and has not cleared it.
    fn rearm(&mut self, number: u32) {
        let timer = self.timers.iter().find(|timer| timer.number == number);
        if let Some(every_ns) = timer.and_then(|timer| timer.every_ns) {
            let at_ns = timers::now().saturating_add(every_ns);
            self.due.push(Reverse(Due { at_ns, number }));
        }
    }

    fn wait(&mut self, timeout_ms: Option<u64>) -> Next {
        let pending: Vec<_> = self.requests.iter().map(|one| one.awaited.pending()).collect();
        let Some(index) = http::wait_any(&pending, timeout_ms) else { return Next::Again };
        let Request { awaited, callback } = self.requests.remove(index as usize);
        match awaited {
            Awaited::Exchange(pending) => {
                Next::Finished { exchange: http::finish(pending), callback }
            }
            Awaited::News(_) => Next::News(callback),
        }
    }
}
