//! `http.cookieJar()` and `http.CookieJar`: jars that the host keeps.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::class::Trace;
use rquickjs::function::{Opt, Rest};
use rquickjs::{Class, Coerced, Ctx, Exception, JsLifetime, Object, Result, Value};

use super::go_value::string_of;
use crate::host::http::{self, SetCookie};

/// A jar in the hands of a script.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct CookieJar {
    /// Made when it is first used: what init leaves behind must not hold on to the host.
    #[qjs(skip_trace)]
    jar: Handle,
}

/// It holds no JavaScript values.
struct Handle(RefCell<Option<Rc<http::CookieJar>>>);

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: there is no `'js` lifetime in a jar.
unsafe impl<'js> JsLifetime<'js> for Handle {
    type Changed<'to> = Handle;
}

impl CookieJar {
    fn of(jar: Option<Rc<http::CookieJar>>) -> Self {
        Self { jar: Handle(RefCell::new(jar)) }
    }

    /// The host's jar.
    pub(crate) fn host(&self) -> Rc<http::CookieJar> {
        let mut jar = self.jar.0.borrow_mut();
        Rc::clone(jar.get_or_insert_with(|| Rc::new(http::CookieJar::new())))
    }
}

/// The host's answer; what is wrong with a URL is an exception.
fn told<T>(ctx: &Ctx<'_>, answer: std::result::Result<T, String>) -> Result<T> {
    answer.map_err(|reason| Exception::throw_message(ctx, &reason))
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
        Self::of(None)
    }

    /// `name: [values]` of what is sent to the URL.
    #[qjs(rename = "cookiesForURL")]
    pub(crate) fn cookies_for_url<'js>(
        &self,
        ctx: Ctx<'js>,
        url: Opt<Value<'js>>,
    ) -> Result<Object<'js>> {
        let cookies = told(&ctx, self.host().cookies(&text_of(url.0.as_ref())?))?;
        let by_name = Object::new(ctx.clone())?;
        for (name, value) in cookies {
            let known: Option<rquickjs::Array> = by_name.get(&name)?;
            let values = known.map_or_else(|| rquickjs::Array::new(ctx.clone()), Ok)?;
            values.set(values.len(), value)?;
            by_name.set(&name, values)?;
        }
        Ok(by_name)
    }

    /// `url, name, value, { path, domain, expires, max_age, secure, http_only }`.
    pub(crate) fn set<'js>(&self, ctx: Ctx<'js>, args: Rest<Value<'js>>) -> Result<bool> {
        let url = text_of(args.0.first())?;
        // A bad URL is told before a bad attribute.
        told(&ctx, http::resolve_url(&url, ""))?;
        let mut cookie = SetCookie {
            name: text_of(args.0.get(1))?,
            value: text_of(args.0.get(2))?,
            domain: String::new(),
            path: String::new(),
            max_age_s: 0,
            expires_ms: None,
            secure: false,
            http_only: false,
        };
        if let Some(attributes) = args.0.get(3).and_then(Value::as_object) {
            for entry in attributes.props::<String, Value>() {
                let (name, value) = entry?;
                set_attribute(&ctx, &mut cookie, &name.to_lowercase(), &value)?;
            }
        }
        told(&ctx, self.host().set(&url, &cookie))?;
        Ok(true)
    }

    /// Removes what is sent to the URL.
    pub(crate) fn clear<'js>(&self, ctx: Ctx<'js>, url: Opt<Value<'js>>) -> Result<()> {
        told(&ctx, self.host().clear(&text_of(url.0.as_ref())?))
    }

    /// Removes one cookie.
    pub(crate) fn delete<'js>(
        &self,
        ctx: Ctx<'js>,
        url: Opt<Value<'js>>,
        name: Opt<Value<'js>>,
    ) -> Result<()> {
        let (url, name) = (text_of(url.0.as_ref())?, text_of(name.0.as_ref())?);
        told(&ctx, self.host().delete(&url, &name))
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
                let expires = http::cookie_date(&text).map_err(|reason| {
                    let reason =
                        format!("unable to parse \"expires\" date string \"{text}\": {reason}");
                    Exception::throw_message(ctx, &reason)
                })?;
                cookie.expires_ms = Some(expires);
            }
        }
        "max_age" => cookie.max_age_s = value.get::<Coerced<f64>>()?.0 as i64,
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
    Class::instance(ctx, CookieJar::of(Some(Rc::new(http::vu_cookie_jar()))))
}
