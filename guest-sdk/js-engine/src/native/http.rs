//! `native:http`: what `k6/http` is made of. The path of a request without frills is all in here
//! and in the host: no JavaScript runs for it.
//!
//! | file | what |
//! |---|---|
//! | `call` | what a script asks for; `params`, `body` and `template` read its arguments |
//! | `reply` | the object that the script gets; `fields` its fields, `status_text` one of them |
//! | `batch` | many calls at once |
//! | `expected` | which statuses count as a success |
//! | `jar` | cookie jars of scripts |
//! | `go_value`, `quote` | values as Go prints them |
//! | `options` | options of the run |
//! | `page` | for the methods of a response that are about HTML |
//! | `stream` | responses that are read while they come |
//! | `marker` | objects that are known again when a script hands them back |

mod batch;
mod body;
mod call;
mod expected;
mod fields;
mod go_value;
mod jar;
mod marker;
mod options;
mod page;
mod params;
mod quote;
mod reply;
mod response_json;
mod status_text;
mod stream;
mod template;

use std::cell::{Cell, RefCell};

use rquickjs::class::Trace;
use rquickjs::function::{Constructor, Opt};
use rquickjs::{
    Class, Ctx, Exception, Function, JsLifetime, Object, Persistent, Promise, Result, Value,
};

use self::call::{Call, INVALID_URL, Refused, Sent, method_name, method_of};
use self::options::RunOptions;
use self::reply::Reply;
use crate::event_loop;
use crate::host::http::{self, Method};
use crate::host::log::{self, Level};

super::natives! {
    "get" => get,
    "head" => head,
    "post" => post,
    "put" => put,
    "patch" => patch,
    "del" => del,
    "options" => options_,
    "request" => request,
    "asyncRequest" => async_request,
    "batch" => batch::batch,
    "url" => template::url,
    "file" => body::file,
    "cookieJar" => jar::cookie_jar,
    "cookieJarClass" => cookie_jar_class,
    "expectedStatuses" => expected::expected_statuses,
    "setResponseCallback" => expected::set_response_callback,
    "defineResponse" => define_response,
    "open" => stream::open,
    "parseHtml" => page::parse_html,
    "formOn" => page::form_on,
    "linkOn" => page::link_on,
    "resolveUrl" => page::resolve_url,
    "formText" => page::form_text,
    "wake" => wake,
}

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// The VU is about to run: requests may be made from now on.
fn wake() {
    IS_RUNNING.set(true);
}

fn is_running() -> bool {
    IS_RUNNING.get()
}

fn check_running(ctx: &Ctx<'_>) -> Result<()> {
    if is_running() {
        return Ok(());
    }
    let reason = "Making http requests in the init context is not supported";
    Err(Exception::throw_message(ctx, reason))
}

type Arg<'js> = Opt<Value<'js>>;

fn get<'js>(ctx: Ctx<'js>, url: Arg<'js>, params: Arg<'js>) -> Result<Value<'js>> {
    send(&ctx, Method::Get, &url, None, params.0.as_ref())
}

fn head<'js>(ctx: Ctx<'js>, url: Arg<'js>, params: Arg<'js>) -> Result<Value<'js>> {
    send(&ctx, Method::Head, &url, None, params.0.as_ref())
}

/// Defines functions `(url, body, params)`.
macro_rules! with_body {
    ($($name:ident => $method:expr),+) => {
        $(
            fn $name<'js>(
                ctx: Ctx<'js>,
                url: Arg<'js>,
                body: Arg<'js>,
                params: Arg<'js>,
            ) -> Result<Value<'js>> {
                send(&ctx, $method, &url, body.0.as_ref(), params.0.as_ref())
            }
        )+
    };
}

with_body! {
    post => Method::Post,
    put => Method::Put,
    patch => Method::Patch,
    del => Method::Delete,
    options_ => Method::Options
}

fn request<'js>(
    ctx: Ctx<'js>,
    method: Arg<'js>,
    url: Arg<'js>,
    body: Arg<'js>,
    params: Arg<'js>,
) -> Result<Value<'js>> {
    let method = method_of(method.0.as_ref())?;
    send(&ctx, method, &url, body.0.as_ref(), params.0.as_ref())
}

fn send<'js>(
    ctx: &Ctx<'js>,
    method: Method,
    url: &Arg<'js>,
    body: Option<&Value<'js>>,
    params: Option<&Value<'js>>,
) -> Result<Value<'js>> {
    check_running(ctx)?;
    match Call::prepare(method, url.0.as_ref(), body, params)? {
        Ok(call) => {
            let (exchange, sent) = call.hand_over(http::send);
            end(ctx, sent, exchange)
        }
        Err(refused) => refuse(ctx, refused, "Request Failed"),
    }
}

/// What the script gets of a call that is over.
fn end<'js>(ctx: &Ctx<'js>, sent: Sent, exchange: http::Exchange) -> Result<Value<'js>> {
    if exchange.error_code == INVALID_URL {
        let reason = exchange.response.error();
        return refuse(ctx, Refused { reason, error_code: INVALID_URL }, "Request Failed");
    }
    let throws = sent.manner.throws;
    conclude(ctx, Reply::of(sent, exchange), throws)
}

/// The response of a call that could not be made, or an exception where the run asks for those.
fn refuse<'js>(ctx: &Ctx<'js>, refused: Refused, what: &str) -> Result<Value<'js>> {
    if RunOptions::of(ctx)?.throws {
        return Err(Exception::throw_message(ctx, &refused.reason));
    }
    warn(&format!("{what}: {}", refused.reason));
    reply::object(ctx, Reply::refused(refused.error_code, refused.reason))
}

/// The response of a call, or an exception where the call asks for those.
fn conclude<'js>(ctx: &Ctx<'js>, reply: Reply, throws: Option<bool>) -> Result<Value<'js>> {
    if reply.is_failed()
        && match throws {
            Some(throws) => throws,
            None => RunOptions::of(ctx)?.throws,
        }
    {
        return Err(Exception::throw_message(ctx, &failure(&reply)));
    }
    reply::object(ctx, reply)
}

/// The reason of a failed call with what it was about.
fn failure(reply: &Reply) -> String {
    let reason = fields::error(reply);
    let Some(sent) = &reply.sent else { return reason };
    let url = reply.response.as_ref().map(http::Response::url).unwrap_or_default();
    format!("{} {}: {reason}", operation(method_name(&sent.method)), quote::quoted(&url))
}

/// `Get` for `GET`.
fn operation(method: &str) -> String {
    let mut characters = method.chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    first + &characters.as_str().to_lowercase()
}

/// For the person who runs the test.
fn warn(message: &str) {
    log::remark(Level::Warn, message);
}

/// An exchange on its way from the event loop to the one who waits for it.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct Arrived {
    #[qjs(skip_trace)]
    exchange: super::data::Handle<RefCell<Option<http::Exchange>>>,
}

#[rquickjs::methods]
impl Arrived {}

pub(crate) fn exchange<'js>(
    ctx: &Ctx<'js>,
    exchange: http::Exchange,
) -> Result<Class<'js, Arrived>> {
    let exchange = super::data::Handle(RefCell::new(Some(exchange)));
    Class::instance(ctx.clone(), Arrived { exchange })
}

fn async_request<'js>(
    ctx: Ctx<'js>,
    method: Arg<'js>,
    url: Arg<'js>,
    body: Arg<'js>,
    params: Arg<'js>,
) -> Result<Promise<'js>> {
    check_running(&ctx)?;
    let method = method_of(method.0.as_ref())?;
    let (promise, resolve, reject) = ctx.promise()?;
    let settle =
        Settle { resolve: Persistent::save(&ctx, resolve), reject: Persistent::save(&ctx, reject) };
    match Call::prepare(method, url.0.as_ref(), body.0.as_ref(), params.0.as_ref()) {
        Ok(Ok(call)) => start(&ctx, call, settle)?,
        Ok(Err(refused)) => settle.with(&ctx, refuse(&ctx, refused, "Request Failed"))?,
        Err(error) => settle.with(&ctx, Err(error))?,
    }
    Ok(promise)
}

/// How a promise is settled.
struct Settle {
    resolve: Persistent<Function<'static>>,
    reject: Persistent<Function<'static>>,
}

impl Settle {
    fn with<'js>(self, ctx: &Ctx<'js>, outcome: Result<Value<'js>>) -> Result<()> {
        match outcome {
            Ok(value) => self.resolve.restore(ctx)?.call((value,)),
            Err(rquickjs::Error::Exception) => self.reject.restore(ctx)?.call((ctx.catch(),)),
            Err(error) => Err(error),
        }
    }
}

/// Sends the call's request and goes on; what comes back settles the promise.
fn start<'js>(ctx: &Ctx<'js>, call: Call, settle: Settle) -> Result<()> {
    let (pending, sent) = call.hand_over(http::start);
    let waiting = Cell::new(Some((sent, settle)));
    let arrive = move |ctx: Ctx<'js>, arrived: Class<'js, Arrived>| -> Result<()> {
        let exchange = arrived.borrow().exchange.0.take();
        let (Some((sent, settle)), Some(exchange)) = (waiting.take(), exchange) else {
            return Ok(());
        };
        settle.with(&ctx, end(&ctx, sent, exchange))
    };
    let callback = Function::new(ctx.clone(), arrive)?;
    event_loop::await_request(pending, Persistent::save(ctx, callback));
    Ok(())
}

fn cookie_jar_class(ctx: Ctx<'_>) -> Result<Option<Constructor<'_>>> {
    Class::<jar::CookieJar>::create_constructor(&ctx)
}

/// Makes the class of responses. `methods` are those that are JavaScript.
fn define_response<'js>(ctx: Ctx<'js>, methods: Object<'js>) -> Result<()> {
    methods.set("json", Function::new(ctx.clone(), response_json::json)?.with_name("json")?)?;
    reply::define_class(&ctx, &methods)
}
