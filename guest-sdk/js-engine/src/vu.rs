//! One VU: its script, evaluated once by [`init`], and the calls into it.

use std::cell::RefCell;

use rquickjs::context::intrinsic;
use rquickjs::function::IntoArgs;
use rquickjs::{
    Context, Ctx, Exception, Function, Module, Object, Persistent, Result, Runtime, Value, qjs,
};

use crate::event_loop;
use crate::exception;
use crate::heap::{self, Frozen};
use crate::host::{execution, script};
use crate::loader;
use crate::native;

/// Stack that JavaScript may use, in bytes of linear memory. The machine stack that belongs to it
/// is larger; see `runtime` in the host for the sizes.
const STACK_BYTES: usize = 256 << 10;

/// Once init is done, a collection waits for this much garbage: it would write to every object
/// that VUs share with the image.
const GARBAGE_BYTES_MAX: usize = 512 << 10;

/// The language: `Context::full` without what k6 has not, `performance` and `DOMException`, by
/// which libraries take an environment for a browser.
type Intrinsics = (
    intrinsic::Date,
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::Proxy,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Promise,
    intrinsic::WeakRef,
);

/// The export that runs before the test.
const SETUP: &str = "setup";

/// Exports that squall calls by itself.
const LIFECYCLE: [&str; 3] = [SETUP, "teardown", "handleSummary"];

/// What came of a call; errors are the text for people.
pub(crate) type Outcome<T> = std::result::Result<T, String>;

thread_local! {
    // Made when init is done, so that it lies where VUs write.
    static VU: RefCell<Option<Box<Vu>>> = const { RefCell::new(None) };
}

/// Exported functions by name.
type Entries = Vec<(String, Persistent<Function<'static>>)>;

/// The evaluated script.
pub(crate) struct Vu {
    // Dropped never: the instance ends as a whole.
    _runtime: Runtime,
    context: Context,
    entries: Entries,
    /// Makes JSON of what `setup` returns, for scripts that have it.
    to_setup_data: Option<Persistent<Function<'static>>>,
    /// Given to iterations; one object for all iterations of the VU.
    setup_data: Option<Persistent<Value<'static>>>,
    /// The number of the scenario's environment that `__ENV` shows.
    activation: u32,
    is_awake: bool,
    /// Called before the first iteration.
    on_awake: Vec<native::script::Callback>,
}

unsafe extern "C" {
    /// See `patches/`.
    fn JS_PrepareFreeze(runtime: *mut qjs::JSRuntime) -> i32;
    fn JS_FreezeRuntime(runtime: *mut qjs::JSRuntime, start: usize, end: usize) -> i32;
}

/// Everything that is on the heap now becomes part of the image. What scripts' modules make
/// afterwards is what every VU writes to.
fn freeze(runtime: &Runtime, context: &Context) -> Outcome<()> {
    runtime.run_gc();
    let used_bytes = usize::try_from(runtime.memory_usage().malloc_size).unwrap_or(usize::MAX);
    runtime.set_gc_threshold(used_bytes.saturating_add(GARBAGE_BYTES_MAX));
    context.with(|ctx| {
        let full = || "there is no memory left for what VUs write to".to_owned();
        // SAFETY: the runtime is alive, and nothing of it is in use.
        let raw = unsafe { qjs::JS_GetRuntime(ctx.as_raw().as_ptr()) };
        // SAFETY: as above.
        if unsafe { JS_PrepareFreeze(raw) } != 0 {
            return Err(full());
        }
        let Frozen { start, end } = heap::HEAP.freeze();
        // SAFETY: as above, and blocks from now on lie elsewhere.
        if unsafe { JS_FreezeRuntime(raw, start, end) } != 0 {
            return Err(full());
        }
        native::script::frozen(&ctx).map_err(|error| exception::describe(&ctx, error))
    })
}

/// Evaluates the script and returns its options as JSON.
pub(crate) fn init() -> Outcome<String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.set_max_stack_size(STACK_BYTES);
    loader::install(&runtime);
    event_loop::install(&runtime);
    let context = Context::custom::<Intrinsics>(&runtime).map_err(|error| error.to_string())?;
    let (options, entries, to_setup_data) = context.with(|ctx| {
        let (options, entries) = evaluate(&ctx)?;
        let to_setup_data = converter(&ctx, &entries)?;
        native::script::end_init();
        Ok::<_, String>((options, entries, to_setup_data))
    })?;
    native::data::close();
    loader::close();
    freeze(&runtime, &context)?;
    let vu = Box::new(Vu {
        _runtime: runtime,
        context,
        entries,
        to_setup_data,
        setup_data: None,
        activation: 0,
        is_awake: false,
        on_awake: native::script::take_awake(),
    });
    VU.set(Some(vu));
    Ok(options)
}

fn evaluate(ctx: &Ctx<'_>) -> Outcome<(String, Entries)> {
    let described = |error| exception::describe(ctx, error);
    import(ctx, "squall:globals")?;
    let main = script::main();
    native::script::begin_init(ctx, &main).map_err(described)?;
    let module = import(ctx, &main)?;
    if loader::uses_html() {
        // Once here is once for all VUs.
        import(ctx, loader::HTML)?;
    }
    // A CommonJS script exports what it has put into `module.exports`.
    let exports = loader::common_js_exports(ctx, &main).map_err(described)?;
    let exports = exports.and_then(Value::into_object).unwrap_or(module);
    read_exports(ctx, &exports).map_err(described)
}

/// The function that makes JSON of setup data.
fn converter(
    ctx: &Ctx<'_>,
    entries: &Entries,
) -> Outcome<Option<Persistent<Function<'static>>>> {
    if !entries.iter().any(|(name, _)| name == SETUP) {
        return Ok(None);
    }
    let module = import(ctx, "squall:setup-data")?;
    let function: Function = module.get("toJson").map_err(|error| exception::describe(ctx, error))?;
    Ok(Some(Persistent::save(ctx, function)))
}

fn read_exports<'js>(ctx: &Ctx<'js>, exports: &Object<'js>) -> Result<(String, Entries)> {
    let options: Value = exports.get("options")?;
    let options = ctx.json_stringify(options)?.map(|text| text.to_string()).transpose()?;
    let mut entries = Vec::new();
    for key in exports.keys::<String>() {
        let key = key?;
        if let Ok(function) = exports.get::<_, Function>(key.as_str()) {
            entries.push((key, Persistent::save(ctx, function)));
        } else if LIFECYCLE.contains(&key.as_str()) {
            let reason = format!("exported '{key}' must be a function");
            return Err(Exception::throw_type(ctx, &reason));
        }
    }
    Ok((options.unwrap_or_else(|| "{}".to_owned()), entries))
}

/// Imports a module and waits for it.
fn import<'js>(ctx: &Ctx<'js>, name: &str) -> Outcome<Object<'js>> {
    let promise =
        Module::import(ctx, name).map_err(|error| exception::describe(ctx, error))?;
    let namespace = event_loop::settle_import(ctx, promise.into_value())?;
    namespace.into_object().ok_or_else(|| {
        format!("{name}: its top-level await waits for something that never happens")
    })
}

/// Calls into the VU; init comes first where the host did not ask for options.
pub(crate) fn with<T>(call: impl FnOnce(&mut Vu) -> T) -> T {
    VU.with_borrow_mut(|vu| match vu {
        Some(vu) => call(vu),
        None => crate::stop("the script was not evaluated; this is a bug in squall"),
    })
}

impl Vu {
    pub(crate) fn entries(&self) -> Vec<String> {
        self.entries.iter().map(|(name, _)| name.clone()).collect()
    }

    /// As `Context::with`, which would write to pages of the image: it locks the runtime and counts
    /// who has the context.
    #[expect(unsafe_code, reason = "the context is entered without its lock")]
    fn enter<T>(&mut self, work: impl for<'js> FnOnce(&mut Self, Ctx<'js>) -> T) -> T {
        let raw = self.context.as_raw();
        // SAFETY: the context is alive as long as the VU is, there is one thread, and calls into
        // the VU do not nest, so nobody else is inside.
        let ctx = unsafe {
            qjs::JS_UpdateStackTop(qjs::JS_GetRuntime(raw.as_ptr()));
            Ctx::from_raw(raw)
        };
        work(self, ctx)
    }

    /// What belongs to one VU and not to the image: called at the start of every call.
    fn awake(&mut self, ctx: &Ctx<'_>) -> Result<()> {
        if !self.is_awake {
            self.is_awake = true;
            native::script::awake(ctx, &self.on_awake)?;
        }
        Ok(())
    }

    pub(crate) fn run(&mut self, entry: u32) -> Outcome<()> {
        self.enter(|this, ctx| {
            let (function, data) =
                this.begin(&ctx, entry).map_err(|error| exception::describe(&ctx, error))?;
            call(&ctx, &function, (data,)).map(drop)
        })
    }

    /// Prepares an iteration: what to call, and with what.
    fn begin<'js>(&mut self, ctx: &Ctx<'js>, entry: u32) -> Result<(Function<'js>, Value<'js>)> {
        self.awake(ctx)?;
        let vu = execution::vu();
        if vu.activation != self.activation {
            self.activation = vu.activation;
            native::script::enter_scenario(ctx)?;
        }
        native::script::begin_iteration(&vu);
        let data = match &self.setup_data {
            Some(data) => data.clone().restore(ctx)?,
            None => {
                let data = parse(ctx, execution::setup_data())?;
                self.setup_data = Some(Persistent::save(ctx, data.clone()));
                data
            }
        };
        let (_, function) = self
            .entries
            .get(entry as usize)
            .ok_or_else(|| Exception::throw_message(ctx, "there is no such entry"))?;
        Ok((function.clone().restore(ctx)?, data))
    }

    pub(crate) fn setup(&mut self) -> Outcome<Option<String>> {
        let to_json = self.to_setup_data.clone();
        let to_json = |value: &Value<'_>| match to_json {
            Some(function) => function.restore(value.ctx())?.call((value.clone(),)),
            None => Ok(None),
        };
        self.call_named(SETUP, None, to_json).map(Option::flatten)
    }

    pub(crate) fn teardown(&mut self) -> Outcome<()> {
        self.call_named("teardown", execution::setup_data(), |_| Ok(())).map(drop)
    }

    pub(crate) fn handle_summary(&mut self, data: String) -> Outcome<Vec<(String, Vec<u8>)>> {
        let files = self.call_named("handleSummary", Some(data), native::summary_files);
        files.map(Option::unwrap_or_default)
    }

    /// Calls an export with a JSON value, if the script has it.
    fn call_named<T>(
        &mut self,
        name: &str,
        argument: Option<String>,
        read: impl FnOnce(&Value<'_>) -> Result<T>,
    ) -> Outcome<Option<T>> {
        let Some((_, function)) = self.entries.iter().find(|(known, _)| known == name) else {
            return Ok(None);
        };
        let function = function.clone();
        self.enter(|this, ctx| {
            let described = |error| exception::describe(&ctx, error);
            native::script::begin_export(name);
            this.awake(&ctx).map_err(described)?;
            let function = function.restore(&ctx).map_err(described)?;
            let argument = parse(&ctx, argument).map_err(described)?;
            let value = call(&ctx, &function, (argument,))?;
            read(&value).map(Some).map_err(described)
        })
    }
}

fn parse<'js>(ctx: &Ctx<'js>, json: Option<String>) -> Result<Value<'js>> {
    match json {
        Some(json) => ctx.json_parse(json),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

/// Calls a function and runs the event loop until nothing is left to do.
fn call<'js>(
    ctx: &Ctx<'js>,
    function: &Function<'js>,
    args: impl IntoArgs<'js>,
) -> Outcome<Value<'js>> {
    match function.call(args) {
        Ok(value) => event_loop::settle(ctx, value),
        Err(error) => {
            let reason = exception::describe(ctx, error);
            event_loop::abandon();
            Err(reason)
        }
    }
}
