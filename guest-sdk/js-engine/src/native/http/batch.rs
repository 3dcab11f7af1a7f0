//! `http.batch`: many calls at once.

use rquickjs::function::Opt;
use rquickjs::{Array, Ctx, Exception, Object, Result, Value};

use super::call::{Call, INVALID_URL, Prepared, Refused, Sent, method_named};
use super::reply::Reply;
use super::{conclude, go_value, refuse, template};
use crate::host::http::{self, Exchange, Method};

/// The responses, or which call has a URL that is none: then nothing was sent.
type Outcome<'js> = std::result::Result<Vec<Value<'js>>, (usize, Refused)>;

/// The responses have the shape of the requests: a list, or an object with the same keys.
pub(super) fn batch<'js>(ctx: Ctx<'js>, requests: Opt<Value<'js>>) -> Result<Value<'js>> {
    if !super::is_running() {
        let reason = "Using batch in the init context is not supported";
        return Err(Exception::throw_message(&ctx, reason));
    }
    let Some(requests) = requests.0 else {
        return Err(Exception::throw_message(&ctx, "no argument was provided to http.batch()"));
    };
    let type_name = go_value::type_name(&requests);
    let object = requests.as_object().cloned();
    match (type_name, object) {
        ("[]interface {}", Some(list)) => list_of(&ctx, &go_value::array_of(&ctx, list)?),
        ("map[string]interface {}", Some(object)) => object_of(&ctx, &object),
        _ => {
            let reason = format!("invalid http.batch() argument type {type_name}");
            Err(Exception::throw_message(&ctx, &reason))
        }
    }
}

fn list_of<'js>(ctx: &Ctx<'js>, list: &Array<'js>) -> Result<Value<'js>> {
    let mut calls = Vec::with_capacity(list.len());
    for (index, item) in list.iter::<Value>().enumerate() {
        match prepare(&index.to_string(), &item?)? {
            Ok(call) => calls.push(call),
            Err(refused) => return refused_list(ctx, list.len(), index, refused),
        }
    }
    match send_all(ctx, calls)? {
        Err((index, refused)) => refused_list(ctx, list.len(), index, refused),
        Ok(values) => {
            let responses = Array::new(ctx.clone())?;
            for (index, response) in values.into_iter().enumerate() {
                responses.set(index, response)?;
            }
            Ok(responses.into_value())
        }
    }
}

/// Nothing is sent when one call cannot be made, and nothing else has a response.
fn refused_list<'js>(
    ctx: &Ctx<'js>,
    length: usize,
    index: usize,
    refused: Refused,
) -> Result<Value<'js>> {
    let responses = Array::new(ctx.clone())?;
    for place in 0..length {
        responses.set(place, Value::new_null(ctx.clone()))?;
    }
    responses.set(index, refuse(ctx, refused, "A batch request failed")?)?;
    Ok(responses.into_value())
}

fn object_of<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Result<Value<'js>> {
    let (mut keys, mut calls) = (Vec::new(), Vec::new());
    let responses = Object::new(ctx.clone())?;
    for entry in object.props::<String, Value>() {
        let (key, item) = entry?;
        match prepare(&key, &item)? {
            Ok(call) => calls.push(call),
            Err(refused) => {
                responses.set(key, refuse(ctx, refused, "A batch request failed")?)?;
                return Ok(responses.into_value());
            }
        }
        keys.push(key);
    }
    match send_all(ctx, calls)? {
        Err((index, refused)) => {
            responses.set(&keys[index], refuse(ctx, refused, "A batch request failed")?)?;
        }
        Ok(values) => {
            for (key, response) in keys.into_iter().zip(values) {
                responses.set(key, response)?;
            }
        }
    }
    Ok(responses.into_value())
}

/// One of: a URL, `[method, url, body, params]`, `{ method, url, body, params }`.
fn prepare<'js>(key: &str, item: &Value<'js>) -> Result<Prepared> {
    if let Some(list) = item.as_array() {
        return prepare_list(list);
    }
    let is_plain = go_value::type_name(item) == "map[string]interface {}";
    match item.as_object().filter(|_| is_plain && !template::is_template(item)) {
        Some(object) => prepare_object(key, object),
        None => Call::prepare(Method::Get, Some(item), None, None),
    }
}

fn prepare_list<'js>(list: &Array<'js>) -> Result<Prepared> {
    let shown = |value: &Value<'js>| match value.as_string() {
        Some(_) => Ok(super::quote::quoted(&go_value::string_of(value)?)),
        None => go_value::text(value),
    };
    if list.len() < 2 {
        let items: Result<Vec<String>> = list.iter::<Value>().map(|item| shown(&item?)).collect();
        let reason = format!("invalid batch request '[]interface {{}}{{{}}}'", items?.join(", "));
        return Ok(Err(Refused::from(reason)));
    }
    let method: Value = list.get(0)?;
    if !method.is_string() {
        return Ok(Err(format!("invalid method type '{}'", shown(&method)?).into()));
    }
    let method = method_named(go_value::string_of(&method)?);
    let (url, body, params) = (list.get(1)?, list.get(2)?, list.get(3)?);
    Call::prepare(method, Some(&url), Some(&body), Some(&params))
}

fn prepare_object<'js>(key: &str, object: &Object<'js>) -> Result<Prepared> {
    let url: Value = object.get("url")?;
    if url.is_undefined() {
        return Ok(Err(format!("batch request {key} doesn't have a url key").into()));
    }
    let method: Value = object.get("method")?;
    let method = if method.is_string() {
        method_named(go_value::string_of(&method)?.to_uppercase())
    } else if method.is_undefined() {
        Method::Get
    } else {
        let found = go_value::text(&method)?;
        return Ok(Err(format!("invalid method type '{found}'").into()));
    };
    let (body, params) = (object.get("body")?, object.get("params")?);
    Call::prepare(method, Some(&url), Some(&body), Some(&params))
}

fn send_all<'js>(ctx: &Ctx<'js>, mut calls: Vec<Call>) -> Result<Outcome<'js>> {
    let manners: Vec<_> = calls.iter().map(|call| call.manner).collect();
    let requests: Vec<_> = calls.iter_mut().map(Call::wire).collect();
    let exchanges = http::batch(&requests);
    let is_refused = |exchange: &Exchange| exchange.error_code == INVALID_URL;
    if let Some(index) = exchanges.iter().position(is_refused) {
        let reason = exchanges[index].response.error();
        return Ok(Err((index, Refused { reason, error_code: INVALID_URL })));
    }
    // The first failure that is to be thrown is, but only now that all is over.
    let sent = requests.into_iter().zip(manners);
    let ended = sent.zip(exchanges).map(|((request, manner), exchange)| {
        conclude(ctx, Reply::of(Sent::of(request, manner), exchange), manner.throws)
    });
    Ok(Ok(ended.collect::<Result<_>>()?))
}
