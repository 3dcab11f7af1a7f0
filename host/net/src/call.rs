//! One call of a guest: a request, and what follows on its responses. Cookies are kept, redirects
//! are followed, by the rules of Go's client, which are k6's. Each request of a call is an exchange
//! of its own, measured by itself: a leg.
//!
//! The usual call has one leg and needs nothing of this but two looks at the response.
//!
//! | file | what |
//! |---|---|
//! | `challenged` | questions of servers who is there, and the answers |
//! | `redirect` | what a redirect makes of a request |
//! | `sign` | the headers that cookies and the URL's user add |

mod challenged;
mod redirect;
mod sign;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use http::header::{CONTENT_ENCODING, SET_COOKIE};
use http::{HeaderValue, Method};

use crate::auth::Credentials;
use crate::clock;
use crate::cookies::{Jar, SetCookie};
use crate::error_kind::Failure;
use crate::http::client::Client;
use crate::http::coding::Encoding;
use crate::http::headers::Headers;
use crate::http::request::{Header, Request, Target};
use crate::http::response::Exchange;
pub use challenged::Challenge;
pub(crate) use challenged::Sessions;
use redirect::Next;

/// How many redirects are followed where nobody says.
const REDIRECTS_MAX_DEFAULT: u32 = 10;

const NS_PER_MS: u64 = 1_000_000;

/// A cookie jar that several calls use.
pub type SharedJar = Rc<RefCell<Jar>>;

/// A cookie of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Instead of the jar's cookie of this name, not beside it.
    pub replaces: bool,
}

/// What a guest asks for.
#[derive(Clone, Debug)]
pub struct Call {
    /// The first request; its timeout is for the whole call.
    pub request: Request,
    /// How many redirects are followed. Unset: [`crate::Settings::redirects_max`].
    pub redirects_max: Option<u32>,
    /// Sent beside those of the jar.
    pub cookies: Vec<CallCookie>,
    /// Unset: the client's own.
    pub jar: Option<SharedJar>,
    /// Instead of user and password of the URL.
    pub credentials: Option<Rc<Credentials>>,
    /// How they are proven. Unset: by saying them in each request.
    pub challenge: Option<Challenge>,
    /// How the body is compressed, from left to right.
    pub compression: Vec<Encoding>,
}

impl From<Request> for Call {
    fn from(request: Request) -> Self {
        Self {
            request,
            redirects_max: None,
            cookies: Vec::new(),
            jar: None,
            credentials: None,
            challenge: None,
            compression: Vec::new(),
        }
    }
}

/// One exchange of a call.
#[derive(Debug)]
pub struct Leg<'c> {
    /// Its request's method.
    pub method: &'c Method,
    /// Where it went.
    pub target: &'c Target,
    /// How many redirects led to it.
    pub hops: u32,
    /// How it went.
    pub exchange: &'c Exchange,
    /// The server asks who is there, as was expected, and will be answered.
    pub is_question: bool,
}

/// The end of a call.
#[derive(Debug)]
pub struct Outcome {
    /// The last exchange.
    pub exchange: Exchange,
    /// What the first request was.
    pub sent: Sent,
    /// Where the last request went, when it was not the first, as text.
    pub last_url: Option<String>,
    /// Redirects that were not followed because there were more than the default allows, which
    /// somebody may not know.
    pub stopped_after: Option<u32>,
}

/// The first request of a call.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where it went.
    pub target: Rc<Target>,
    /// Those of the caller, and cookies.
    pub headers: Vec<Header>,
}

impl Outcome {
    /// A call whose URL is none: nothing was sent.
    #[must_use]
    pub fn refused(url: &str, failure: Failure) -> Self {
        let target = Rc::new(Target::nowhere(url));
        Self {
            exchange: Exchange::failed(failure, clock::now_ns()),
            sent: Sent { target, headers: Vec::new() },
            last_url: None,
            stopped_after: None,
        }
    }

    /// The last request's URL: as it was asked for where no response came, as it is written
    /// otherwise.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.last_url {
            Some(url) => url.clone(),
            None if self.exchange.status == 0 => self.sent.target.asked().to_owned(),
            None => self.sent.target.url().text(),
        }
    }
}

/// The cookies that a response sets.
#[must_use]
pub fn set_cookies(headers: &Headers) -> Vec<SetCookie> {
    let lines = headers.get_all(SET_COOKIE.as_str());
    lines.filter_map(|line| SetCookie::parse(&String::from_utf8_lossy(line))).collect()
}

/// The clock of cookies: milliseconds since 1970.
fn now_ms() -> i64 {
    (clock::unix_ns() / NS_PER_MS) as i64
}

/// What is remembered from one leg to the next.
struct Journey {
    start_ns: u64,
    timeout: Duration,
    /// Redirects that were followed.
    hops: u32,
    /// `Authorization` is the URL's user, which the caller did not write.
    is_signed: bool,
    /// Secrets in headers have been left behind.
    has_left_host: bool,
}

impl Journey {
    /// One timeout is for all requests of a call.
    fn time_left(&self) -> Duration {
        let spent = Duration::from_nanos(clock::now_ns() - self.start_ns);
        self.timeout.saturating_sub(spent)
    }

    fn tell(
        &self,
        call: &Call,
        exchange: &Exchange,
        is_question: bool,
        on_leg: &mut impl FnMut(Leg<'_>),
    ) {
        let Request { method, target, .. } = &call.request;
        on_leg(Leg { method, target, hops: self.hops, exchange, is_question });
    }
}

impl Client {
    /// Carries out a call. `on_leg` hears of each exchange when it is over, in order.
    pub async fn call(&self, mut call: Call, mut on_leg: impl FnMut(Leg<'_>)) -> Outcome {
        let mut journey = Journey {
            start_ns: clock::now_ns(),
            timeout: call.request.timeout,
            hops: 0,
            is_signed: false,
            has_left_host: false,
        };
        if !call.compression.is_empty() {
            Box::pin(self.compress(&mut call)).await;
        }
        self.add_cookies(&mut call);
        let unsigned = sign::add_user(&mut call);
        journey.is_signed = unsigned.is_some();
        let exchange = self.request(&mut call, &mut journey, &mut on_leg).await;
        let target = Rc::clone(&call.request.target);
        if redirect::location(&exchange).is_none() {
            let headers = unsigned.unwrap_or(call.request.headers);
            let sent = Sent { target, headers };
            return Outcome { exchange, sent, last_url: None, stopped_after: None };
        }
        let headers = unsigned.unwrap_or_else(|| call.request.headers.clone());
        let sent = Sent { target, headers };
        // Rare, and large: not worth a place in every call's future.
        Box::pin(self.follow(call, exchange, sent, journey, on_leg)).await
    }

    /// One request of the call: usually one leg.
    async fn request(
        &self,
        call: &mut Call,
        journey: &mut Journey,
        on_leg: &mut impl FnMut(Leg<'_>),
    ) -> Exchange {
        let exchange = if let Some(wanted) = challenged::wanted(call) {
            Box::pin(self.challenged(call, wanted, journey, on_leg)).await
        } else {
            let exchange = self.send(&call.request).await;
            let exchange = redirect::readable(&call.request.target, exchange);
            call.request.continues = true;
            journey.tell(call, &exchange, false, on_leg);
            exchange
        };
        self.keep_cookies(call, &exchange);
        exchange
    }

    async fn follow(
        &self,
        mut call: Call,
        mut exchange: Exchange,
        sent: Sent,
        mut journey: Journey,
        mut on_leg: impl FnMut(Leg<'_>),
    ) -> Outcome {
        let chosen = call.redirects_max.or(self.settings().redirects_max);
        let redirects_max = chosen.unwrap_or(REDIRECTS_MAX_DEFAULT);
        let mut last_url = None;
        let mut stopped_after = None;
        while let Some(location) = redirect::location(&exchange) {
            // What cannot be read is no response, and has no location.
            let Ok(next) = Next::of(&call.request.target, &location) else { break };
            if journey.hops == redirects_max {
                stopped_after = chosen.is_none().then_some(redirects_max + 1);
                break;
            }
            redirect::go_on(&mut call, &exchange, next, &sent, &mut journey);
            self.add_cookies(&mut call);
            journey.is_signed = sign::add_user(&mut call).is_some();
            call.request.timeout = journey.time_left();
            exchange = self.request(&mut call, &mut journey, &mut on_leg).await;
            last_url = Some(call.request.target.url().text());
        }
        Outcome { exchange, sent, last_url, stopped_after }
    }

    /// Compresses the body, and says so unless the caller says something else.
    async fn compress(&self, call: &mut Call) {
        let request = &mut call.request;
        request.body = self.network().compressed(&request.body, &call.compression).await;
        request.has_empty_body = request.body.is_empty();
        let name = CONTENT_ENCODING;
        let is_said = request.headers.iter().any(|header| header.name() == name.as_str());
        if let Ok(value) = HeaderValue::try_from(Encoding::header_value(&call.compression))
            && !is_said
        {
            sign::insert(&mut request.headers, name, value);
        }
    }

    /// The jar whose cookies are sent; none when there is no cookie in it.
    fn jar_to_send(&self, call: &Call) -> Option<SharedJar> {
        let jar = call.jar.clone().or_else(|| self.known_jar())?;
        let is_empty = jar.borrow().is_empty();
        (!is_empty).then_some(jar)
    }

    fn add_cookies(&self, call: &mut Call) {
        let jar = self.jar_to_send(call);
        if jar.is_some() || !call.cookies.is_empty() {
            sign::add_cookies(&mut call.request, &call.cookies, jar.as_ref());
        }
    }

    fn keep_cookies(&self, call: &Call, exchange: &Exchange) {
        if exchange.headers.contains(SET_COOKIE) {
            let cookies = set_cookies(&exchange.headers);
            let jar = call.jar.clone().unwrap_or_else(|| self.jar());
            jar.borrow_mut().set(call.request.target.url(), &cookies, now_ms());
        }
    }
}
