//! Interface `http`: requests of guests, carried out by `squall-net` and recorded here.

mod cookies;
mod pending;
mod response;

use std::rc::Rc;
use std::time::Duration;

use send_wrapper::SendWrapper;
use squall_net::auth::Credentials;
use squall_net::http_types::Method;
use squall_net::{
    BodyStream, Bytes, Call, CallCookie, Challenge, Client, Encoding, Failure, Header, HttpVersion,
    Leg, Outcome, Request, TIMEOUT_DEFAULT, Url,
};
use wasmtime::component::Resource;

use crate::bindings::squall::vu::http as wit;
use crate::recording::{Expected, HttpTags, masked};
use crate::state::VuState;
use crate::worker::context::WorkerContext;

#[expect(unreachable_pub, reason = "the generated bindings re-export them")]
pub use {cookies::CookieJar, pending::Pending, response::Response};

/// A call, ready to be carried out and recorded.
struct Prepared {
    call: Call,
    tags: HttpTags,
}

/// A call whose URL is none.
struct Refused {
    url: String,
    failure: Failure,
}

impl Refused {
    /// No metrics, as in k6.
    fn outcome(self) -> Outcome {
        Outcome::refused(&self.url, self.failure)
    }
}

/// A call, or why there is none.
type Preparing = Result<Prepared, Refused>;

impl VuState {
    fn prepare(&self, request: wit::Request) -> wasmtime::Result<Preparing> {
        let context = self.context();
        let (target, url_label) = match context.target(&request.url) {
            Ok(target) => target,
            Err(failure) => return Ok(Err(Refused { url: request.url, failure })),
        };
        let mut obstacle = None;
        let method = method_of(request.method).unwrap_or_else(|failure| {
            obstacle = Some(failure);
            Method::default()
        });
        let headers = request.headers.iter();
        let headers: Result<Vec<_>, _> =
            headers.map(|(name, value)| Header::new(name, value.as_bytes())).collect();
        let timeout = request.timeout_ms.map(|ms| Duration::from_millis(u64::from(ms)));
        let mut prepared = Request::new(method.clone(), target);
        prepared.headers = headers.unwrap_or_else(|failure| {
            obstacle = Some(failure);
            Vec::new()
        });
        prepared.has_empty_body = request.body.as_ref().is_some_and(Vec::is_empty);
        prepared.body = request.body.map(Bytes::from).unwrap_or_default();
        prepared.timeout = timeout.unwrap_or(TIMEOUT_DEFAULT);
        prepared.discard_body =
            request.discard_body.unwrap_or(context.shared.discard_response_bodies);
        prepared.obstacle = obstacle;
        let mut call = Call::from(prepared);
        if let Some(extras) = request.extras {
            self.add_extras(&mut call, extras)?;
        }
        // As in k6: who is asked first does not stand in the tags.
        let url_label = match call.challenge {
            None => url_label,
            Some(_) => context.name(&call.request.target.url().without_user().text()),
        };
        let tags = HttpTags {
            base: self.local().base_tags(&context),
            local: self.local(),
            url: url_label,
            name: request.name.map(|name| context.name(&name)),
            own: request.tags,
            expected: expected(request.expected),
        };
        Ok(Ok(Prepared { call, tags }))
    }

    fn add_extras(&self, call: &mut Call, extras: wit::RequestExtras) -> wasmtime::Result<()> {
        call.redirects_max = extras.redirects_max;
        let cookies = extras.cookies.into_iter();
        let cookie =
            |wit::RequestCookie { name, value, replaces }| CallCookie { name, value, replaces };
        call.cookies = cookies.map(cookie).collect();
        call.jar = extras.jar.map(|jar| self.shared_jar(&jar)).transpose()?;
        call.compression = extras.compression.into_iter().map(encoding).collect();
        call.request.version = version(extras.version);
        if let Some(wit::Auth { scheme, credentials }) = extras.auth {
            call.challenge = match scheme {
                wit::AuthScheme::Basic => None,
                wit::AuthScheme::Digest => Some(Challenge::Digest),
                wit::AuthScheme::Ntlm => Some(Challenge::Ntlm),
            };
            call.credentials =
                credentials.map(|(user, password)| Rc::new(Credentials { user, password }));
        }
        Ok(())
    }

    fn hand_over(&mut self, outcome: Outcome) -> wasmtime::Result<wit::Exchange> {
        let status = outcome.exchange.status;
        let error_code = outcome.exchange.error_code();
        let body_bytes = outcome.exchange.body_bytes;
        let response = self.table.push(Response(SendWrapper::new(outcome)))?;
        Ok(wit::Exchange { response, status, error_code, body_bytes })
    }
}

fn encoding(encoding: wit::ContentEncoding) -> Encoding {
    match encoding {
        wit::ContentEncoding::Gzip => Encoding::Gzip,
        wit::ContentEncoding::Deflate => Encoding::Deflate,
        wit::ContentEncoding::Br => Encoding::Brotli,
        wit::ContentEncoding::Zstd => Encoding::Zstd,
    }
}

fn version(version: wit::HttpVersion) -> HttpVersion {
    match version {
        wit::HttpVersion::Auto => HttpVersion::Auto,
        wit::HttpVersion::Http1 => HttpVersion::Http1,
        wit::HttpVersion::Http2 => HttpVersion::Http2,
        wit::HttpVersion::Http2PriorKnowledge => HttpVersion::Http2PriorKnowledge,
        wit::HttpVersion::Http3 => HttpVersion::Http3,
    }
}

fn expected(expected: wit::ExpectedStatuses) -> Expected {
    match expected {
        wit::ExpectedStatuses::Usual => Expected::usual(),
        wit::ExpectedStatuses::Between(ranges) => {
            Expected::Between(ranges.into_iter().map(|(first, last)| first..=last).collect())
        }
        wit::ExpectedStatuses::Unjudged => Expected::Unjudged,
    }
}

fn method_of(method: wit::Method) -> Result<Method, Failure> {
    Ok(match method {
        wit::Method::Get => Method::GET,
        wit::Method::Head => Method::HEAD,
        wit::Method::Post => Method::POST,
        wit::Method::Put => Method::PUT,
        wit::Method::Patch => Method::PATCH,
        wit::Method::Delete => Method::DELETE,
        wit::Method::Options => Method::OPTIONS,
        wit::Method::Other(name) => {
            Method::from_bytes(name.as_bytes()).map_err(|_| Failure::invalid_method(&name))?
        }
    })
}

/// Sends, waits, records.
async fn carry_out(context: Rc<WorkerContext>, client: Rc<Client>, prepared: Prepared) -> Outcome {
    let Prepared { call, tags } = prepared;
    let outcome = client.call(call, |leg| finish(&context, &tags, &leg)).await;
    remark(&context, &outcome);
    outcome
}

/// Sends, hands the body over as it comes, records.
async fn carry_out_streaming(
    context: Rc<WorkerContext>,
    client: Rc<Client>,
    prepared: Prepared,
    stream: Rc<BodyStream>,
) -> Outcome {
    let Prepared { call, tags } = prepared;
    let on_leg = |leg: Leg<'_>| finish(&context, &tags, &leg);
    let outcome = client.call_streaming(call, &stream, on_leg).await;
    remark(&context, &outcome);
    outcome
}

/// Records one exchange of a call.
fn finish(context: &WorkerContext, tags: &HttpTags, leg: &Leg<'_>) {
    let label = match (&tags.name, leg.hops) {
        (Some(name), _) => name.clone(),
        (None, 0) => tags.url.clone(),
        (None, _) => context.name(&masked(&leg.target.url().text())),
    };
    context.recording.http(tags, leg, &label);
    if let Some(failure) = &leg.exchange.failure
        && context.log_budget.allows()
    {
        let (method, url) = (leg.method, &label.text);
        tracing::warn!("Request Failed: {method} {url}: {failure}");
    }
}

/// What the person who runs the test should know about the end of a call.
fn remark(context: &WorkerContext, outcome: &Outcome) {
    if let Some(redirects) = outcome.stopped_after
        && context.log_budget.allows()
    {
        let url = masked(outcome.sent.target.asked());
        tracing::warn!(
            "Stopped after {redirects} redirects and returned the redirection; set how many are \
             followed for the request (in scripts: {{ redirects: n }}) or for all (maxRedirects) \
             to silence this: {url}"
        );
    }
}

impl wit::Host for VuState {
    async fn send(&mut self, request: wit::Request) -> wasmtime::Result<wit::Exchange> {
        self.require_running("an HTTP request")?;
        let sent = self.prepare(request)?.map(|prepared| {
            let client = Rc::clone(&self.local().client);
            let context = self.context();
            self.wait(move || carry_out(context, client, prepared))
        });
        let outcome = match sent {
            Ok(outcome) => outcome.await,
            Err(refused) => refused.outcome(),
        };
        self.hand_over(outcome)
    }

    async fn batch(&mut self, requests: Vec<wit::Request>) -> wasmtime::Result<Vec<wit::Exchange>> {
        self.require_running("an HTTP request")?;
        let sent = {
            let prepared = requests.into_iter().map(|request| self.prepare(request));
            let prepared = prepared.collect::<wasmtime::Result<Vec<_>>>()?;
            let client = Rc::clone(&self.local().client);
            let context = self.context();
            self.wait(move || send_batch(context, client, prepared))
        };
        let outcomes = sent.await;
        outcomes.into_iter().map(|outcome| self.hand_over(outcome)).collect()
    }

    fn start(&mut self, request: wit::Request) -> wasmtime::Result<Resource<Pending>> {
        self.launch(request, None)
    }

    fn open(&mut self, request: wit::Request) -> wasmtime::Result<Resource<Pending>> {
        self.launch(request, Some(Rc::default()))
    }

    async fn wait_any(
        &mut self,
        pending: Vec<Resource<Pending>>,
        timeout_ms: Option<u64>,
    ) -> wasmtime::Result<Option<u32>> {
        let Some(waited) = self.first_ready(&pending, timeout_ms)? else { return Ok(None) };
        Ok(waited.await)
    }

    async fn finish(&mut self, pending: Resource<Pending>) -> wasmtime::Result<wit::Exchange> {
        let outcome = self.outcome_of(pending)?.await;
        self.hand_over(outcome)
    }

    async fn await_head(
        &mut self,
        pending: Resource<Pending>,
    ) -> wasmtime::Result<Option<wit::ResponseHead>> {
        let head = self.head_of(&pending)?.await;
        Ok(head.as_ref().map(pending::head_shown))
    }

    async fn read_body(
        &mut self,
        pending: Resource<Pending>,
        bytes_max: u32,
        timeout_ms: Option<u64>,
    ) -> wasmtime::Result<wit::BodyPiece> {
        let piece = self.piece_of(&pending, bytes_max, timeout_ms)?.await;
        Ok(pending::piece_shown(piece))
    }

    fn vu_cookie_jar(&mut self) -> wasmtime::Result<Resource<CookieJar>> {
        self.require_running("the cookie jar of the VU")?;
        let jar = self.local().client.jar();
        self.push_jar(jar)
    }

    fn resolve_url(
        &mut self,
        base: String,
        reference: String,
    ) -> wasmtime::Result<Result<String, String>> {
        let resolved =
            Url::parse(&base).and_then(|base| Ok(base.resolve(&Url::parse(&reference)?).text()));
        Ok(resolved)
    }

    fn cookie_date(&mut self, text: String) -> wasmtime::Result<Result<i64, String>> {
        Ok(squall_net::cookie_date(&text))
    }
}

/// Sends all, or nothing where a URL is none; results keep the order of the guest's list.
async fn send_batch(
    context: Rc<WorkerContext>,
    client: Rc<Client>,
    prepared: Vec<Preparing>,
) -> Vec<Outcome> {
    if prepared.iter().any(Result::is_err) {
        return prepared.into_iter().map(unsent).collect();
    }
    let (calls, tags): (Vec<_>, Vec<_>) =
        prepared.into_iter().flatten().map(|prepared| (prepared.call, prepared.tags)).unzip();
    let on_leg = |index: usize, leg: Leg<'_>| finish(&context, &tags[index], &leg);
    let outcomes = client.batch(calls, context.shared.batch, on_leg).await;
    for outcome in &outcomes {
        remark(&context, outcome);
    }
    outcomes
}

/// A call of a batch that is not sent, because one of the batch cannot be.
fn unsent(prepared: Preparing) -> Outcome {
    prepared.map_or_else(Refused::outcome, |prepared| {
        let why = "not sent, because another URL of the batch is invalid";
        let failure = Failure::new(squall_net::ErrorCode::GENERIC, why);
        Outcome::refused(prepared.call.request.target.asked(), failure)
    })
}
