//! `native:script`: phases of the script, its environment, and what must not be the same in all
//! VUs.

use std::cell::{Cell, RefCell};

use rquickjs::object::Property;
use rquickjs::{Ctx, Exception, Function, Object, Persistent, Result, Value};

use crate::exception;
use crate::go_random::GoRandom;
use crate::host::execution::{self, VuInfo};
use crate::host::{script, timers};
use crate::loader;

super::natives! {
    "phase" => phase,
    "differsByVu" => differs_by_vu,
    "onAwake" => on_awake,
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
    static AWAKE: RefCell<Vec<Persistent<Function<'static>>>> = const { RefCell::new(Vec::new()) };
}

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

/// Nobody watches who reads the ids any more: they are plain values from here on, and of the image,
/// so that a VU writes to them and not to their shape.
pub(crate) fn end_init(ctx: &Ctx<'_>) -> Result<()> {
    PHASE.set(Phase::Running);
    for name in ["__VU", "__ITER"] {
        let value = Property::from(Value::new_undefined(ctx.clone()));
        ctx.globals().prop(name, value.writable().enumerable().configurable())?;
    }
    ctx.globals().set("__VU", 0)
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
pub(crate) fn awake(ctx: &Ctx<'_>) -> Result<()> {
    let vu = execution::vu();
    RANDOM.with_borrow_mut(|random| {
        if let Random::Own(random) = random {
            random.seed(random_seed(&vu));
        }
    });
    ctx.globals().set("__VU", vu.id_in_instance as f64)?;
    let callbacks = AWAKE.with_borrow(Clone::clone);
    callbacks.into_iter().try_for_each(|callback| callback.restore(ctx)?.call(()))
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

pub(crate) fn begin_iteration(ctx: &Ctx<'_>, vu: &VuInfo) -> Result<()> {
    ctx.globals().set("__ITER", vu.iteration_in_instance as f64)
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
