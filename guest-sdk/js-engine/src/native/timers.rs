//! `native:timers`: sleeping, timers of the event loop.

use rquickjs::function::Rest;
use rquickjs::{Ctx, Function, Persistent, Value};

use crate::event_loop::{self, Callback};
use crate::host::timers;

super::natives! {
    "sleep" => sleep,
    "setTimer" => set_timer,
    "clearTimer" => event_loop::clear_timer,
}

const NS_PER_S: f64 = 1e9;
const NS_PER_MS: f64 = 1e6;

fn sleep(seconds: f64) {
    // NaN and negative times are none; the cast saturates.
    timers::sleep((seconds.max(0.0) * NS_PER_S) as u64);
}

/// Calls `callback` with `args` after a delay, once or again and again.
fn set_timer<'js>(
    ctx: Ctx<'js>,
    callback: Function<'js>,
    delay_ms: f64,
    repeats: bool,
    args: Rest<Value<'js>>,
) -> u32 {
    let delay_ns = delay_ms * NS_PER_MS;
    // No number and a negative one are no delay, and so is, as in k6, more than there is.
    let delay_ns = if delay_ns < i64::MAX as f64 { delay_ns as u64 } else { 0 };
    let args = args.0.into_iter().map(|arg| Persistent::save(&ctx, arg)).collect();
    let callback = Callback { function: Persistent::save(&ctx, callback), args };
    event_loop::set_timer(callback, delay_ns, repeats)
}
