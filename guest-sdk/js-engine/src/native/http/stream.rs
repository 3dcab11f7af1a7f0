//! Responses that a script reads while they come: what `squall/http` is made of.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rquickjs::class::Trace;
use rquickjs::{
    ArrayBuffer, Class, Ctx, Exception, Function, IntoJs, JsLifetime, Null, Object, Persistent,
    Result, Undefined, Value,
};
use squall_event_stream::{Event, Reader};

use super::call::{BodyType, Call, Sent, method_of};
use super::{Arg, check_running, end, params};
use crate::event_loop;
use crate::host::http::{self, BodyPiece, Pending};
use crate::native::data::Handle;

/// What is asked of the host at a time when events are read.
const READ_BYTES: u32 = 64 * 1024;

/// A request whose response is read while it comes.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct Opened {
    #[qjs(skip_trace)]
    state: Handle<State>,
}

struct State {
    /// Nothing once it is closed.
    pending: RefCell<Option<Rc<Pending>>>,
    sent: Cell<Option<Sent>>,
    events: RefCell<Reader>,
}

/// `open(method, url, body, params)`.
pub(crate) fn open<'js>(
    ctx: Ctx<'js>,
    method: Arg<'js>,
    url: Arg<'js>,
    body: Arg<'js>,
    params: Arg<'js>,
) -> Result<Class<'js, Opened>> {
    check_running(&ctx)?;
    let method = method_of(method.0.as_ref())?;
    match Call::prepare(method, url.0.as_ref(), body.0.as_ref(), params.0.as_ref())? {
        Ok(mut call) => {
            // It was read by then.
            call.manner.body_type = BodyType::None;
            let (pending, sent) = call.hand_over(http::open);
            let state = State {
                pending: RefCell::new(Some(Rc::new(pending))),
                sent: Cell::new(Some(sent)),
                events: RefCell::default(),
            };
            Class::instance(ctx, Opened { state: Handle(state) })
        }
        Err(refused) => Err(Exception::throw_message(&ctx, &refused.reason)),
    }
}

/// A time to wait, as scripts write it; nothing is as long as it takes.
fn timeout_ms(ctx: &Ctx<'_>, value: &Arg<'_>) -> Result<Option<u64>> {
    let Some(value) = value.0.as_ref().filter(|value| !value.is_undefined()) else {
        return Ok(None);
    };
    match params::duration_of(value)? {
        Ok(ms) => Ok(Some(ms.max(0.0) as u64)),
        Err(reason) => {
            Err(Exception::throw_message(ctx, &format!("invalid timeout value: {reason}")))
        }
    }
}

impl Opened {
    fn pending(&self) -> Option<Rc<Pending>> {
        self.state.0.pending.borrow().clone()
    }

    fn piece(&self, bytes_max: u32, timeout_ms: Option<u64>) -> BodyPiece {
        match self.pending() {
            Some(pending) => http::read_body(&pending, bytes_max, timeout_ms),
            None => BodyPiece::End,
        }
    }
}

#[rquickjs::methods]
impl Opened {
    /// `[status, headers]`, once they are there; `null` when no response came.
    pub(crate) fn head<'js>(&self, ctx: Ctx<'js>) -> Result<Value<'js>> {
        let head = self.pending().and_then(|pending| http::await_head(&pending));
        let Some(head) = head else { return Null.into_js(&ctx) };
        let headers = Object::new(ctx.clone())?;
        for (name, value) in head.headers {
            let name = params::canonical(name);
            let value = match headers.get::<_, Option<String>>(&name)? {
                Some(before) => format!("{before}, {value}"),
                None => value,
            };
            headers.set(name, value)?;
        }
        let known = rquickjs::Array::new(ctx)?;
        known.set(0, head.status)?;
        known.set(1, headers)?;
        Ok(known.into_value())
    }

    /// Bytes; `null` at the end, `undefined` when nothing came in time.
    pub(crate) fn read<'js>(
        &self,
        ctx: Ctx<'js>,
        timeout: Arg<'js>,
        bytes_max: u32,
    ) -> Result<Value<'js>> {
        match self.piece(bytes_max, timeout_ms(&ctx, &timeout)?) {
            BodyPiece::Bytes(bytes) => Ok(ArrayBuffer::new(ctx, bytes)?.into_value()),
            BodyPiece::End => Null.into_js(&ctx),
            BodyPiece::TimedOut => Undefined.into_js(&ctx),
        }
    }

    /// An event, `[type, data, lastEventId]`; `null` at the end, `undefined` when none came in
    /// time.
    #[qjs(rename = "nextEvent")]
    pub(crate) fn next_event<'js>(&self, ctx: Ctx<'js>, timeout: Arg<'js>) -> Result<Value<'js>> {
        let timeout_ms = timeout_ms(&ctx, &timeout)?;
        let until_ns = timeout_ms.map(|ms| crate::host::timers::now() + ms * 1_000_000);
        loop {
            if let Some(Event { kind, data, last_id }) = self.state.0.events.borrow_mut().pop() {
                return vec![kind, data, last_id].into_js(&ctx);
            }
            let left_ms = until_ns
                .map(|until| until.saturating_sub(crate::host::timers::now()).div_ceil(1_000_000));
            match self.piece(READ_BYTES, left_ms) {
                BodyPiece::Bytes(bytes) => {
                    let fed = self.state.0.events.borrow_mut().feed(&bytes);
                    fed.map_err(|error| Exception::throw_message(&ctx, &error.to_string()))?;
                }
                BodyPiece::End => return Null.into_js(&ctx),
                BodyPiece::TimedOut => return Undefined.into_js(&ctx),
            }
        }
    }

    /// True when the next event is here.
    #[qjs(rename = "hasEvent")]
    pub(crate) fn has_event(&self) -> bool {
        self.state.0.events.borrow().has_complete()
    }

    /// How long the server wants clients to wait before they connect again, in milliseconds.
    #[qjs(rename = "retryMs")]
    pub(crate) fn retry_ms(&self) -> Option<f64> {
        self.state.0.events.borrow().retry_ms().map(|ms| ms as f64)
    }

    #[qjs(rename = "isOpen")]
    pub(crate) fn is_open(&self) -> bool {
        self.state.0.pending.borrow().is_some()
    }

    /// Calls `callback` once reading would not wait.
    #[qjs(rename = "whenReady")]
    pub(crate) fn when_ready<'js>(&self, ctx: Ctx<'js>, callback: Function<'js>) -> Result<()> {
        match self.pending() {
            Some(pending) => {
                event_loop::await_news(pending, Persistent::save(&ctx, callback));
                Ok(())
            }
            None => callback.call(()),
        }
    }

    /// Takes no more; the response, without a body. Nothing when it was closed before.
    pub(crate) fn close<'js>(&self, ctx: Ctx<'js>) -> Result<Value<'js>> {
        let (Some(pending), Some(sent)) = (self.state.0.pending.take(), self.state.0.sent.take())
        else {
            return Undefined.into_js(&ctx);
        };
        for callback in event_loop::forget_news(&pending) {
            callback.restore(&ctx)?.call::<_, ()>(())?;
        }
        let Some(pending) = Rc::into_inner(pending) else {
            return Err(Exception::throw_message(&ctx, "the response is being read"));
        };
        end(&ctx, sent, http::finish(pending))
    }
}
