//! `native:script`: phases of the script, its environment, and what must not be the same in all
//! VUs.

use std::cell::{Cell, RefCell};

use rquickjs::{Ctx, Exception, Function, Object, Persistent, Result};

use crate::exception;
use crate::go_random::GoRandom;
use crate::host::execution::{self, VuInfo};
use crate::host::{script, timers};
use crate::loader;

super::natives! {
    "phase" => phase,
    "differsByVu" => differs_by_vu,
    "onAwake" => on_awake,
    "onFrozen" => on_frozen,
    "vuNumber" => vu_number,
    "iterationNumber" => iteration_number,
    "random" => random,
    "seedRandom" => seed_random,
    "stackText" => stack_text,
}

/// Where the script is in its life.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Built-in modules are set up.
    Start,
    Init,
    Setup,
    Teardown,
    /// Iterations and `handleSummary`.
    Running,
}

/// Where random numbers come from.
enum Random {
    /// Another sequence in each VU and run.
    Own(fastrand::Rng),
    /// The script gave a seed; when it did so in init code, all VUs have the same sequence.
    Seeded(Box<GoRandom>),
}

thread_local! {
    static PHASE: Cell<Phase> = const { Cell::new(Phase::Start) };
    /// Whether `__ENV` has variables of a scenario.
    static HAS_SCENARIO_ENV: Cell<bool> = const { Cell::new(false) };
    static RANDOM: RefCell<Random> =
        const { RefCell::new(Random::Own(fastrand::Rng::with_seed(0))) };
    static AWAKE: Callbacks = const { RefCell::new(Vec::new()) };
    static FROZEN: Callbacks = const { RefCell::new(Vec::new()) };
    /// What `__VU` and `__ITER` are.
    static VU_NUMBER: Cell<u64> = const { Cell::new(0) };
    static ITERATION: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A function of a built-in module.
pub(crate) type Callback = Persistent<Function<'static>>;

type Callbacks = RefCell<Vec<Callback>>;

/// `init` while the script's modules are evaluated, `setup` and `teardown`, else `running`.
fn phase() -> &'static str {
    match PHASE.get() {
        Phase::Start | Phase::Init => "init",
        Phase::Setup => "setup",
        Phase::Teardown => "teardown",
        Phase::Running => "running",
    }
}

/// Init code of the script has read something that each VU has of its own.
fn differs_by_vu(reason: String) {
    if PHASE.get() == Phase::Init {
        script::differs_by_vu(&reason);
    }
}

fn test_env(ctx: Ctx<'_>) -> Result<Object<'_>> {
    object_of(&ctx, execution::test_env())
}

fn object_of<'js>(ctx: &Ctx<'js>, pairs: Vec<(String, String)>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for (name, value) in pairs {
        object.set(name, value)?;
    }
    Ok(object)
}

/// From 0 to 1, without 1.
fn random() -> f64 {
    RANDOM.with_borrow_mut(|random| match random {
        Random::Own(random) => {
            if PHASE.get() == Phase::Init {
                script::differs_by_vu("it calls Math.random()");
            }
            random.f64()
        }
        Random::Seeded(random) => random.unit(),
    })
}

/// Makes the sequence of random numbers the same in every run.
fn seed_random(seed: f64) {
    // As k6 does on most processors: what is too large for a 64-bit integer is the smallest one.
    let fits = seed.abs() < i64::MAX as f64 || seed.is_nan();
    let seed = if fits { seed as i64 } else { i64::MIN };
    RANDOM.set(Random::Seeded(Box::new(GoRandom::with_seed(seed))));
}

/// Calls `callback` in each VU before its first iteration.
fn on_awake<'js>(ctx: Ctx<'js>, callback: Function<'js>) {
    let callback = Persistent::save(&ctx, callback);
    AWAKE.with_borrow_mut(|callbacks| callbacks.push(callback));
}

/// Calls `callback` once, when init is done: what it makes, and no more, is what VUs write to
/// without a copy of a page of the image for it.
fn on_frozen<'js>(ctx: Ctx<'js>, callback: Function<'js>) {
    let callback = Persistent::save(&ctx, callback);
    FROZEN.with_borrow_mut(|callbacks| callbacks.push(callback));
}

/// `__VU`. Whoever looks at it in init code wants something else in each VU: then each VU runs init
/// code by itself, and sees its own.
fn vu_number() -> f64 {
    if PHASE.get() == Phase::Init {
        script::differs_by_vu("it reads __VU");
        return execution::vu().id_in_instance as f64;
    }
    VU_NUMBER.get() as f64
}

/// `__ITER`, in iterations.
fn iteration_number() -> Option<f64> {
    if PHASE.get() == Phase::Init {
        script::differs_by_vu("it reads __ITER");
    }
    ITERATION.get().map(|number| number as f64)
}

/// The stack of an error as people read it.
fn stack_text(headline: String, frames: String) -> String {
    exception::stack_text(headline, &frames)
}

/// The script's modules come next.
pub(crate) fn begin_init(ctx: &Ctx<'_>, main: &str) -> Result<()> {
    let globals = ctx.globals();
    globals.set("__ENV", test_env(ctx.clone())?)?;
    globals.set("require", loader::require_for(ctx, main)?)?;
    PHASE.set(Phase::Init);
    Ok(())
}

/// The script's modules are evaluated.
pub(crate) fn end_init() {
    PHASE.set(Phase::Running);
}

/// What is made from now on is of each VU.
pub(crate) fn frozen(ctx: &Ctx<'_>) -> Result<()> {
    let callbacks = FROZEN.take();
    callbacks.into_iter().try_for_each(|callback| callback.restore(ctx)?.call(()))
}

/// What to call in each VU before its first iteration.
pub(crate) fn take_awake() -> Vec<Callback> {
    AWAKE.take()
}

/// The export of this name is about to be called.
pub(crate) fn begin_export(name: &str) {
    PHASE.set(match name {
        "setup" => Phase::Setup,
        "teardown" => Phase::Teardown,
        _ => Phase::Running,
    });
}

/// The first call of a VU.
pub(crate) fn awake(ctx: &Ctx<'_>, callbacks: &[Callback]) -> Result<()> {
    let vu = execution::vu();
    RANDOM.with_borrow_mut(|random| {
        if let Random::Own(random) = random {
            random.seed(random_seed(&vu));
        }
    });
    VU_NUMBER.set(vu.id_in_instance);
    callbacks.iter().try_for_each(|callback| callback.clone().restore(ctx)?.call(()))
}

/// The scenario has changed, and with it the environment.
pub(crate) fn enter_scenario(ctx: &Ctx<'_>) -> Result<()> {
    let own = execution::scenario_env();
    let had_own = HAS_SCENARIO_ENV.replace(!own.is_empty());
    if own.is_empty() && !had_own {
        return Ok(());
    }
    let env = test_env(ctx.clone())?;
    for (name, value) in own {
        env.set(name, value)?;
    }
    ctx.globals().set("__ENV", env)
}

pub(crate) fn begin_iteration(vu: &VuInfo) {
    ITERATION.set(Some(vu.iteration_in_instance));
}

/// Another number for each VU and run: the clock tells runs apart, the id VUs.
fn random_seed(vu: &VuInfo) -> u64 {
    timers::wall_clock() ^ vu.id_in_test.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Refuses what only init code may do.
pub(crate) fn in_init(ctx: &Ctx<'_>, what: &str) -> Result<()> {
    if !matches!(PHASE.get(), Phase::Start | Phase::Init) {
        let reason = format!(
            "the \"{what}\" function is only available in the init stage (i.e. the global scope): \
             call it outside of all functions"
        );
        return Err(Exception::throw_message(ctx, &reason));
    }
    Ok(())
}
