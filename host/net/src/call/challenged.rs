//! Calls of users who have to prove who they are: a request, the server's challenge, and the
//! request again with the answer. Each is a leg.

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use super::{Call, Journey, Leg, redirect, sign};
use crate::auth::digest::Ask;
use crate::auth::ntlm::{self, Scheme};
use crate::auth::{Credentials, digest};
use crate::clock;
use crate::http::client::Client;
use crate::http::headers::Headers;
use crate::http::request::{ConnectionUse, Header, Request};
use crate::http::response::Exchange;

/// How user and password are proven, when the server asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// RFC 7616
    Digest,
    /// Windows' challenge and response
    Ntlm,
}

/// What servers have asked of one virtual user.
pub(crate) type Sessions = digest::Sessions;

fn challenges(headers: &Headers) -> impl Iterator<Item = &[u8]> {
    headers.get_all(WWW_AUTHENTICATE.as_str())
}

fn authorize(request: &mut Request, value: &str) {
    // Names may hold anything; what cannot be a header is not sent, and refused.
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        request.headers.retain(|header| header.name() != AUTHORIZATION.as_str());
        sign::insert(&mut request.headers, AUTHORIZATION, value);
    }
}

/// A digest answer to the last request, if it was a question.
fn digest_answer(
    client: &Client,
    request: &Request,
    credentials: &Credentials,
    asked: Option<&Headers>,
) -> Option<String> {
    let target = &request.target;
    let origin = format!("{}://{}", target.url().scheme, target.url().host);
    let cnonce = format!("{:032x}", fastrand::u128(..));
    let ask = Ask {
        origin: &origin,
        method: request.method.as_str(),
        uri: target.path_and_query(),
        body: &request.body,
        credentials,
        cnonce: &cnonce,
    };
    let mut sessions = client.digest_sessions().borrow_mut();
    match asked {
        None => sessions.answer_ahead(&ask),
        Some(headers) => sessions.answer(&ask, challenges(headers)),
    }
}

impl Client {
    /// One request of a call, with the questions and answers that lead to it. The request's own
    /// headers stay as they are.
    pub(super) async fn challenged(
        &self,
        call: &mut Call,
        (scheme, credentials): (Challenge, Credentials),
        journey: &mut Journey,
        on_leg: &mut impl FnMut(Leg<'_>),
    ) -> Exchange {
        let own: Vec<Header> = call.request.headers.clone();
        let exchange = match scheme {
            Challenge::Digest => self.digest(call, &credentials, journey, on_leg).await,
            Challenge::Ntlm => self.ntlm(call, &credentials, journey, on_leg).await,
        };
        call.request.headers = own;
        call.request.connection = ConnectionUse::Any;
        exchange
    }

    async fn digest(
        &self,
        call: &mut Call,
        credentials: &Credentials,
        journey: &mut Journey,
        on_leg: &mut impl FnMut(Leg<'_>),
    ) -> Exchange {
        if let Some(value) = digest_answer(self, &call.request, credentials, None) {
            authorize(&mut call.request, &value);
        }
        let exchange = self.leg(call, journey).await;
        let answer = is_question(&exchange)
            .then(|| digest_answer(self, &call.request, credentials, Some(&exchange.headers)))
            .flatten();
        let Some(value) = answer else {
            journey.tell(call, &exchange, false, on_leg);
            return exchange;
        };
        journey.tell(call, &exchange, true, on_leg);
        authorize(&mut call.request, &value);
        let exchange = self.leg(call, journey).await;
        journey.tell(call, &exchange, false, on_leg);
        exchange
    }

    async fn ntlm(
        &self,
        call: &mut Call,
        credentials: &Credentials,
        journey: &mut Journey,
        on_leg: &mut impl FnMut(Leg<'_>),
    ) -> Exchange {
        let exchange = self.leg(call, journey).await;
        let offered = is_question(&exchange)
            .then(|| Scheme::offered(challenges(&exchange.headers)))
            .flatten();
        journey.tell(call, &exchange, offered.is_some(), on_leg);
        let Some(scheme) = offered else { return exchange };
        authorize(&mut call.request, &ntlm::negotiate(scheme, credentials));
        call.request.connection = ConnectionUse::Hold;
        let exchange = self.leg(call, journey).await;
        let entropy = fastrand::u64(..).to_ne_bytes();
        let time = ntlm::file_time(clock::unix_ns());
        let asked = challenges(&exchange.headers);
        let answer = is_question(&exchange)
            .then(|| ntlm::authenticate(scheme, credentials, asked, entropy, time).ok())
            .flatten();
        journey.tell(call, &exchange, answer.is_some(), on_leg);
        let Some(value) = answer else { return exchange };
        authorize(&mut call.request, &value);
        call.request.connection = exchange.held.map_or(ConnectionUse::Any, ConnectionUse::Held);
        let exchange = self.leg(call, journey).await;
        journey.tell(call, &exchange, false, on_leg);
        exchange
    }

    /// Sends the request of a call, within what is left of its time.
    pub(super) async fn leg(&self, call: &mut Call, journey: &mut Journey) -> Exchange {
        call.request.timeout = journey.time_left();
        let exchange = self.send(&call.request).await;
        call.request.continues = true;
        redirect::readable(&call.request.target, exchange)
    }
}

fn is_question(exchange: &Exchange) -> bool {
    exchange.status == StatusCode::UNAUTHORIZED.as_u16()
}

/// Who asks, where that is proven by answers.
pub(super) fn wanted(call: &Call) -> Option<(Challenge, Credentials)> {
    let challenge = call.challenge?;
    let credentials = if let Some(credentials) = &call.credentials {
        Credentials::clone(credentials)
    } else {
        let (user, password) = call.request.target.url().user.clone()?;
        Credentials { user, password: password.unwrap_or_default() }
    };
    Some((challenge, credentials))
}
