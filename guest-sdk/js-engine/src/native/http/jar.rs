//! `http.cookieJar()` and `http.CookieJar`; the jar of the VU.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::class::Trace;
use rquickjs::function::{Opt, Rest};
use rquickjs::{Class, Coerced, Ctx, Exception, JsLifetime, Object, Result, Value};

use super::cookie_text::{SetCookie, parse_set_date};
use super::cookies::Jar;
use super::go_value::string_of;
use super::options::RunOptions;
use super::url::Url;
use crate::host::{execution, timers};

const NS_PER_MS: u64 = 1_000_000;

pub(crate) type SharedJar = Rc<RefCell<Jar>>;

/// The jar of the VU, made when there is a first cookie.
struct VuJar {
    jar: SharedJar,
    /// It is empty again in the next iteration.
    iteration: u64,
}

thread_local! {
    static VU_JAR: RefCell<Option<VuJar>> = const { RefCell::new(None) };
}

/// The jar of the VU, if any cookie was put into it in this iteration.
pub(crate) fn known(ctx: &Ctx<'_>) -> Result<Option<SharedJar>> {
    // The way of nearly all requests: no cookie was ever seen.
    if VU_JAR.with_borrow(Option::is_none) {
        return Ok(None);
    }
    let keeps = RunOptions::of(ctx)?.keeps_cookies;
    let iteration = execution::vu().iteration_in_instance;
    Ok(VU_JAR.with_borrow_mut(|known| {
        if known.as_ref().is_some_and(|known| !keeps && known.iteration != iteration) {
            *known = None;
        }
        known.as_ref().map(|known| Rc::clone(&known.jar))
    }))
}

/// The jar of the VU.
pub(crate) fn of_vu(ctx: &Ctx<'_>) -> Result<SharedJar> {
    if let Some(jar) = known(ctx)? {
        return Ok(jar);
    }
    let jar = SharedJar::default();
    let iteration = execution::vu().iteration_in_instance;
    VU_JAR.set(Some(VuJar { jar: Rc::clone(&jar), iteration }));
    Ok(jar)
}

pub(crate) fn now_ms() -> i64 {
    (timers::wall_clock() / NS_PER_MS) as i64
}

/// A jar in the hands of a script.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct CookieJar {
    #[qjs(skip_trace)]
    pub(super) jar: Handle,
}

/// It holds no JavaScript values.
pub(crate) struct Handle(pub(super) SharedJar);

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: there is no `'js` lifetime in a jar.
unsafe impl<'js> JsLifetime<'js> for Handle {
    type Changed<'to> = Handle;
}

fn url_of(ctx: &Ctx<'_>, url: &Opt<Value<'_>>) -> Result<Url> {
    let text = text_of(url.0.as_ref())?;
    Url::parse(&text).map_err(|reason| Exception::throw_message(ctx, &reason))
}

/// As text; nothing is empty.
fn text_of(value: Option<&Value<'_>>) -> Result<String> {
    match value {
        Some(value) if !value.is_undefined() && !value.is_null() => string_of(value),
        _ => Ok(String::new()),
    }
}

#[rquickjs::methods]
impl CookieJar {
    #[qjs(constructor)]
    pub(crate) fn new() -> Self {
        Self { jar: Handle(SharedJar::default()) }
    }

    /// `name: [values]` of what is sent to the URL.
    #[qjs(rename = "cookiesForURL")]
    pub(crate) fn cookies_for_url<'js>(
        &self,
        ctx: Ctx<'js>,
        url: Opt<Value<'js>>,
    ) -> Result<Object<'js>> {
        let url = url_of(&ctx, &url)?;
        let mut jar = self.jar.0.borrow_mut();
        let by_name = Object::new(ctx.clone())?;
        for (name, value) in jar.cookies(&url, now_ms()) {
            let known: Option<rquickjs::Array> = by_name.get(name)?;
            let values = known.map_or_else(|| rquickjs::Array::new(ctx.clone()), Ok)?;
            values.set(values.len(), value)?;
            by_name.set(name, values)?;
        }
        Ok(by_name)
    }

    /// `url, name, value, { path, domain, expires, max_age, secure, http_only }`.
    pub(crate) fn set<'js>(&self, ctx: Ctx<'js>, args: Rest<Value<'js>>) -> Result<bool> {
        let url = url_of(&ctx, &Opt(args.0.first().cloned()))?;
        let mut cookie = SetCookie {
            name: text_of(args.0.get(1))?,
            value: text_of(args.0.get(2))?,
            ..SetCookie::default()
        };
        if let Some(attributes) = args.0.get(3).and_then(Value::as_object) {
            for entry in attributes.props::<String, Value>() {
                let (name, value) = entry?;
                set_attribute(&ctx, &mut cookie, &name.to_lowercase(), &value)?;
            }
        }
        self.jar.0.borrow_mut().set(&url, &[cookie], now_ms());
        Ok(true)
    }

    /// Removes what is sent to the URL.
    pub(crate) fn clear<'js>(&self, ctx: Ctx<'js>, url: Opt<Value<'js>>) -> Result<()> {
        let url = url_of(&ctx, &url)?;
        self.jar.0.borrow_mut().clear(&url, now_ms());
        Ok(())
    }

    /// Removes one cookie.
    pub(crate) fn delete<'js>(
        &self,
        ctx: Ctx<'js>,
        url: Opt<Value<'js>>,
        name: Opt<Value<'js>>,
    ) -> Result<()> {
        let url = url_of(&ctx, &url)?;
        self.jar.0.borrow_mut().delete(&url, &text_of(name.0.as_ref())?);
        Ok(())
    }
}

fn set_attribute(
    ctx: &Ctx<'_>,
    cookie: &mut SetCookie,
    name: &str,
    value: &Value<'_>,
) -> Result<()> {
    match name {
        "path" => cookie.path = text_of(Some(value))?,
        "domain" => cookie.domain = text_of(Some(value))?,
        "expires" => {
            let text = text_of(Some(value))?;
            if !text.is_empty() {
                let expires = parse_set_date(&text).map_err(|reason| {
                    let reason =
                        format!("unable to parse \"expires\" date string \"{text}\": {reason}");
                    Exception::throw_message(ctx, &reason)
                })?;
                cookie.expires_ms = Some(expires);
            }
        }
        "max_age" => cookie.max_age = value.get::<Coerced<f64>>()?.0 as i64,
        "secure" => cookie.secure = value.get::<Coerced<bool>>()?.0,
        "http_only" => cookie.http_only = value.get::<Coerced<bool>>()?.0,
        _ => {}
    }
    Ok(())
}

/// `http.cookieJar()`: the jar of the VU.
pub(crate) fn cookie_jar(ctx: Ctx<'_>) -> Result<Class<'_, CookieJar>> {
    if !super::is_running() {
        let reason = "Making cookie jars in the init context is not supported";
        return Err(Exception::throw_message(&ctx, reason));
    }
    let jar = of_vu(&ctx)?;
    Class::instance(ctx, CookieJar { jar: Handle(jar) })
}
