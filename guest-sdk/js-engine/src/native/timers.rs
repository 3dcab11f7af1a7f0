//! `native:timers`: sleeping, clocks, timers of the event loop.

use rquickjs::function::Opt;
use rquickjs::{Ctx, Function, Persistent};

use crate::event_loop;
use crate::host::timers;

super::natives! {
    "sleep" => sleep,
    "now" => now,
    "setTimer" => set_timer,
    "clearTimer" => event_loop::clear_timer,
}

const NS_PER_S: f64 = 1e9;

fn sleep(seconds: f64) {
    // NaN and negative times are none; the cast saturates.
    timers::sleep((seconds.max(0.0) * NS_PER_S) as u64);
}

/// Milliseconds on a clock that never steps back.
fn now() -> f64 {
    timers::now() as f64 / 1e6
}

fn set_timer<'js>(
    ctx: Ctx<'js>,
    callback: Function<'js>,
    delay_ms: f64,
    repeats: Opt<bool>,
) -> u32 {
    let callback = Persistent::save(&ctx, callback);
    event_loop::set_timer(callback, delay_ms, repeats.0.unwrap_or(false))
}
