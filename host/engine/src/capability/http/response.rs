//! Responses that guests hold: what they ask of them is copied into the guest then.

use std::borrow::Cow;

use send_wrapper::SendWrapper;
use squall_net::{Header, Headers, Ocsp, Outcome, TlsInfo, parse_cookies, set_cookies};
use wasmtime::component::Resource;

use super::{cookies, wit};
use crate::recording::TagPairs;
use crate::state::VuState;

/// The end of a call that a guest holds.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Response(pub(super) SendWrapper<Outcome>);

const NS_PER_US: u64 = 1_000;

fn text(bytes: &[u8]) -> String {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

pub(super) fn shown_headers(headers: &Headers) -> TagPairs {
    headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect()
}

/// `content-type` as `Content-Type`, if that is how it goes out.
fn sent_header(header: &Header) -> (String, String) {
    (text(&header.spelled()), text(header.value()))
}

fn tls_shown(tls: &TlsInfo) -> wit::TlsInfo {
    let ocsp = tls.ocsp();
    let time = |of: fn(&Ocsp) -> Option<i64>| ocsp.and_then(of).unwrap_or_default();
    wit::TlsInfo {
        version: tls.version.as_str().to_owned(),
        cipher_suite: tls.cipher_suite.name().to_owned(),
        alpn: tls.alpn.as_deref().unwrap_or_default().to_owned(),
        resumed: tls.resumed,
        certificate: tls.certificate().map(|certificate| wit::TlsCertificate {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            serial_number: certificate.serial_number.clone(),
            not_before_s: certificate.not_before_s,
            not_after_s: certificate.not_after_s,
            names: certificate.subject_alt_names.clone(),
        }),
        ocsp: wit::Ocsp {
            status: tls.ocsp_status().as_str().to_owned(),
            revocation_reason: ocsp.map_or("", |ocsp| ocsp.revocation_reason).to_owned(),
            produced_at_s: time(|ocsp| Some(ocsp.produced_at_s)),
            this_update_s: time(|ocsp| Some(ocsp.this_update_s)),
            next_update_s: time(|ocsp| ocsp.next_update_s),
            revoked_at_s: time(|ocsp| ocsp.revoked_at_s),
        },
    }
}

impl VuState {
    fn outcome(&self, response: &Resource<Response>) -> wasmtime::Result<&Outcome> {
        Ok(&self.table.get(response)?.0)
    }
}

impl wit::HostResponse for VuState {
    fn timings(&mut self, response: Resource<Response>) -> wasmtime::Result<wit::Timings> {
        let timings = &self.outcome(&response)?.exchange.timings;
        Ok(wit::Timings {
            duration_us: timings.duration_ns() / NS_PER_US,
            blocked_us: timings.blocked_ns / NS_PER_US,
            looking_up_us: timings.looking_up_ns / NS_PER_US,
            connecting_us: timings.connecting_ns / NS_PER_US,
            tls_handshaking_us: timings.tls_handshaking_ns / NS_PER_US,
            sending_us: timings.sending_ns / NS_PER_US,
            waiting_us: timings.waiting_ns / NS_PER_US,
            receiving_us: timings.receiving_ns / NS_PER_US,
        })
    }

    fn header(
        &mut self,
        response: Resource<Response>,
        name: String,
    ) -> wasmtime::Result<Option<String>> {
        let value = self.outcome(&response)?.exchange.headers.get(name.as_str());
        Ok(value.map(text))
    }

    fn headers(&mut self, response: Resource<Response>) -> wasmtime::Result<TagPairs> {
        Ok(shown_headers(&self.outcome(&response)?.exchange.headers))
    }

    fn body(&mut self, response: Resource<Response>) -> wasmtime::Result<Vec<u8>> {
        Ok(self.outcome(&response)?.exchange.body.to_vec())
    }

    fn proto(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        Ok(self.outcome(&response)?.exchange.proto.as_str().to_owned())
    }

    fn remote_address(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        let address = self.outcome(&response)?.exchange.remote_address;
        Ok(address.map_or_else(String::new, |address| address.to_string()))
    }

    fn error(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        let failure = self.outcome(&response)?.exchange.failure.as_ref();
        Ok(failure.map_or_else(String::new, ToString::to_string))
    }

    fn reason(&mut self, response: Resource<Response>) -> wasmtime::Result<Option<String>> {
        let reason = self.outcome(&response)?.exchange.reason.as_ref();
        Ok(reason.map(|reason| text(reason)))
    }

    fn url(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        Ok(self.outcome(&response)?.url())
    }

    fn tls(&mut self, response: Resource<Response>) -> wasmtime::Result<Option<wit::TlsInfo>> {
        let tls = self.outcome(&response)?.exchange.tls.as_deref();
        Ok(tls.map(tls_shown))
    }

    fn cookies(&mut self, response: Resource<Response>) -> wasmtime::Result<Vec<wit::SetCookie>> {
        let cookies = set_cookies(&self.outcome(&response)?.exchange.headers);
        Ok(cookies.into_iter().map(cookies::shown).collect())
    }

    fn sent(&mut self, response: Resource<Response>) -> wasmtime::Result<wit::SentRequest> {
        let sent = &self.outcome(&response)?.sent;
        let cookies = sent.headers.iter().find(|header| header.name() == "cookie");
        let cookies = cookies.map_or_else(String::new, |header| text(header.value()));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(wit::SentRequest {
            url: sent.target.url().text(),
            headers: sent.headers.iter().map(sent_header).collect(),
            cookies: parse_cookies(&cookies).into_iter().map(owned).collect(),
        })
    }

    fn drop(&mut self, response: Resource<Response>) -> wasmtime::Result<()> {
        self.table.delete(response)?;
        Ok(())
    }
}
