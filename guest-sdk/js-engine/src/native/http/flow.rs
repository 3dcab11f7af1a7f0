//! What follows on a response: cookies are kept, redirects are followed, as Go's client and k6 do.

use rquickjs::{Ctx, Result};

use super::call::{Call, header_of, method_name, obstacle_of, same};
use super::cookie_text::SetCookie;
use super::cookies::is_within;
use super::jar;
use super::options::RunOptions;
use super::quote::quoted;
use super::reply::Reply;
use super::url::Url;
use crate::host::http::{Exchange, Method, Request, Response};

/// Where nobody sets a timeout, in milliseconds: k6's default.
const TIMEOUT_DEFAULT_MS: u32 = 60_000;

const US_PER_MS: u64 = 1_000;

/// Any failure without a code of its own.
const GENERIC: u16 = 1000;

/// Headers that another host must not see.
const SECRETS: [&str; 6] = [
    "Authorization",
    "Www-Authenticate",
    "Cookie",
    "Cookie2",
    "Proxy-Authorization",
    "Proxy-Authenticate",
];

/// What comes after a response.
pub(crate) enum Step {
    Done(Reply),
    /// The next request of the call is ready.
    Again(Call),
}

/// Takes the response of the call's request.
pub(crate) fn absorb(ctx: &Ctx<'_>, call: Call, exchange: Exchange) -> Result<Step> {
    if exchange.response.header("set-cookie").is_some() {
        keep_cookies(ctx, &call, &exchange.response)?;
    }
    let is_redirect = matches!(exchange.status, 301 | 302 | 303 | 307 | 308);
    let location = if is_redirect { exchange.response.header("location") } else { None };
    match location.filter(|location| !location.is_empty()) {
        Some(location) => follow(ctx, call, exchange, &location),
        None => Ok(Step::Done(Reply::of(call, exchange))),
    }
}

fn keep_cookies(ctx: &Ctx<'_>, call: &Call, response: &Response) -> Result<()> {
    let Ok(url) = Url::parse(&call.request.url) else { return Ok(()) };
    let cookies = set_cookies(response);
    if !cookies.is_empty() {
        let jar = call.jar_to_fill(ctx)?;
        jar.borrow_mut().set(&url, &cookies, jar::now_ms());
    }
    Ok(())
}

/// The cookies that a response sets.
pub(crate) fn set_cookies(response: &Response) -> Vec<SetCookie> {
    let headers = response.headers().into_iter();
    let lines = headers.filter(|(name, _)| name == "set-cookie");
    lines.filter_map(|(_, line)| SetCookie::parse(&line)).collect()
}

fn follow(ctx: &Ctx<'_>, call: Call, exchange: Exchange, location: &str) -> Result<Step> {
    let (current, target) = match (Url::parse(&call.request.url), Url::parse(location)) {
        (Ok(current), Ok(target)) => (current, target),
        (_, Err(reason)) | (Err(reason), _) => {
            let location = quoted(location);
            let reason = format!("failed to parse Location header {location}: {reason}");
            return Ok(Step::Done(failed(call, None, &reason)));
        }
    };
    let next = current.resolve(&target);
    let hops = call.course.hops + 1;
    let (redirects_max, is_chosen) = RunOptions::of(ctx)?.redirects_max(call.course.redirects_max);
    if i64::from(hops) > redirects_max {
        if !is_chosen {
            let first = call.course.first.as_ref().map_or(&call.request.url, |first| &first.url);
            super::warn(&format!(
                "Stopped after {hops} redirects and returned the redirection; pass {{ redirects: \
                 n }} in request params or set global maxRedirects to silence this: {first}"
            ));
        }
        return Ok(Step::Done(Reply::of(call, exchange)));
    }
    if let Some(reason) = obstacle_of(&next) {
        return Ok(Step::Done(failed(call, Some(next.text()), &reason)));
    }
    let keeps_host = !target.is_absolute();
    next_call(ctx, call, &exchange, &current, &next, keeps_host).map(Step::Again)
}

/// A failure before the first request, or between two. `url` is what could not be requested, where
/// that is not the call's.
pub(crate) fn failed(mut call: Call, url: Option<String>, reason: &str) -> Reply {
    let method = super::operation(method_name(&call.request.method));
    if let Some(url) = url {
        let first = call.course.first.take().unwrap_or_else(|| Box::new(call.sent()));
        call.course.first = Some(first);
        call.request.url = url;
    }
    // An exception says it all.
    if call.course.throws != Some(true) {
        super::warn(&format!("Request Failed: {method} {}: {reason}", quoted(&call.request.url)));
    }
    Reply::failed(call, GENERIC, reason.to_owned())
}

fn next_call(
    ctx: &Ctx<'_>,
    mut call: Call,
    exchange: &Exchange,
    current: &Url,
    next: &Url,
    keeps_host: bool,
) -> Result<Call> {
    let first = call.course.first.take().unwrap_or_else(|| Box::new(call.sent()));
    let first_host = Url::parse(&first.url).map(|url| url.host_name().to_lowercase());
    let host = next.host_name().to_lowercase();
    if !first_host.is_ok_and(|first_host| is_within(&host, &first_host)) {
        call.course.has_left_host = true;
    }
    let (method, keeps_body) = method_after(exchange.status, call.request.method);
    let mut headers = call.request.headers;
    if call.course.has_user {
        headers.retain(|(name, _)| name != "Authorization");
        call.course.has_user = false;
    }
    let has_left_host = call.course.has_left_host;
    let is_left = |name: &str| match name {
        // They come from the jar and the parameters again.
        "Cookie" => true,
        "Host" => !keeps_host,
        name => has_left_host && SECRETS.contains(&name),
    };
    headers.retain(|(name, _)| !is_left(name));
    set_referer(&mut headers, header_of(&first.headers, "Referer"), current, next);
    call.request = Request {
        method,
        url: next.text(),
        name: call.request.name,
        headers,
        body: call.request.body.filter(|_| keeps_body),
        tags: call.request.tags,
        timeout_ms: Some(time_left_ms(call.request.timeout_ms, &exchange.response)),
        discard_body: call.request.discard_body,
        expected: same(&call.request.expected),
    };
    call.course.first = Some(first);
    call.course.hops += 1;
    call.add_cookies(ctx)?;
    call.add_user(next);
    call.sort_headers();
    Ok(call)
}

/// What a redirect makes of the method, and whether the body is sent again.
fn method_after(status: u16, method: Method) -> (Method, bool) {
    match (status, method) {
        (307 | 308, method) => (method, true),
        (_, Method::Head) => (Method::Head, false),
        _ => (Method::Get, false),
    }
}

/// The page that led here, unless the script says another or it is a secret.
fn set_referer(
    headers: &mut Vec<(String, String)>,
    of_script: Option<&str>,
    current: &Url,
    next: &Url,
) {
    if of_script.is_some() {
        return;
    }
    headers.retain(|(name, _)| name != "Referer");
    if current.scheme == "https" && next.scheme == "http" {
        return;
    }
    let mut page = current.clone();
    page.user = None;
    headers.push(("Referer".to_owned(), page.text()));
}

/// One timeout is for the whole call.
fn time_left_ms(timeout_ms: Option<u32>, response: &Response) -> u32 {
    let timings = response.timings();
    let spent_ms = (timings.blocked_us + timings.duration_us) / US_PER_MS;
    let spent_ms = u32::try_from(spent_ms).unwrap_or(u32::MAX);
    timeout_ms.unwrap_or(TIMEOUT_DEFAULT_MS).saturating_sub(spent_ms)
}
