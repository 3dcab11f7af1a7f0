//! The samples of one HTTP exchange: ten, with the same tags.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;
use squall_metrics::{MetricId, Recorder, SeriesId, SystemTag, TagSetId, builtin};
use squall_net::http_types::Method;
use squall_net::{Exchange, Leg, OcspStatus, Proto, TlsVersion};

use super::{BaseTags, Recording, TagPairs, borrowed, ms};
use crate::state::Local;
use crate::worker::context::Label;

/// Combinations of tags whose series are kept at hand. Those beyond cost a look into the recorder's
/// own table.
const COMBINATIONS_MAX: usize = 4_096;

/// The metrics of an exchange, in the order in which [`values`] gives their values.
const METRICS: [MetricId; 10] = [
    builtin::HTTP_REQS,
    builtin::HTTP_REQ_FAILED,
    builtin::HTTP_REQ_DURATION,
    builtin::HTTP_REQ_BLOCKED,
    builtin::HTTP_REQ_LOOKING_UP,
    builtin::HTTP_REQ_CONNECTING,
    builtin::HTTP_REQ_TLS_HANDSHAKING,
    builtin::HTTP_REQ_SENDING,
    builtin::HTTP_REQ_WAITING,
    builtin::HTTP_REQ_RECEIVING,
];

type HttpSeries = [SeriesId; METRICS.len()];

/// What the tags of all exchanges of a call are made from.
pub(crate) struct HttpTags {
    pub(crate) local: Rc<Local>,
    pub(crate) base: Rc<BaseTags>,
    /// The URL of the call's first request.
    pub(crate) url: Label,
    /// What the guest wants to be called instead of URLs.
    pub(crate) name: Option<Label>,
    pub(crate) own: TagPairs,
    pub(crate) expected: Expected,
}

/// One exchange, with all that its tags are made from.
struct About<'e> {
    tags: &'e HttpTags,
    method: &'e Method,
    label: &'e Label,
    exchange: &'e Exchange,
    is_expected: Option<bool>,
}

/// Which statuses are a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Any of these, inclusive.
    Between(Vec<RangeInclusive<u16>>),
    /// Not judged: no `http_req_failed`, no tag.
    Unjudged,
}

impl Expected {
    /// 200 to 399.
    pub(crate) fn usual() -> Self {
        Self::Between(vec![200..=399])
    }

    /// `None` when nobody judges.
    fn judge(&self, exchange: &Exchange) -> Option<bool> {
        match self {
            Self::Unjudged => None,
            Self::Between(ranges) => {
                let is_between = ranges.iter().any(|range| range.contains(&exchange.status));
                // A status of 0, which failures have, can be expected, too.
                Some(is_between)
            }
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    base: TagSetId,
    own: TagSetId,
    label: u32,
    method: Method,
    is_expected: Option<bool>,
    status: u16,
    error_code: u16,
    proto: Proto,
    tls_version: Option<TlsVersion>,
    ocsp_status: Option<OcspStatus>,
    ip: Option<IpAddr>,
}

/// Series of known combinations of tags.
#[derive(Default)]
pub(super) struct HttpSeriesCache(RefCell<HashMap<Key, HttpSeries, FxBuildHasher>>);

fn values(exchange: &Exchange, is_expected: Option<bool>) -> [f64; METRICS.len()] {
    let timings = &exchange.timings;
    [
        1.0,
        f64::from(u8::from(is_expected == Some(false))),
        ms(timings.duration_ns()),
        ms(timings.blocked_ns),
        ms(timings.looking_up_ns),
        ms(timings.connecting_ns),
        ms(timings.tls_handshaking_ns),
        ms(timings.sending_ns),
        ms(timings.waiting_ns),
        ms(timings.receiving_ns),
    ]
}

impl Recording {
    /// Records a finished exchange; `label` stands for its URL.
    pub(crate) fn http(&self, tags: &HttpTags, leg: &Leg<'_>, label: &Label) {
        let mut recorder = self.recorder.borrow_mut();
        self.set_metadata(&mut recorder, &tags.local);
        let &Leg { method, exchange, is_question, .. } = leg;
        // A question that will be answered is no failure, as in k6.
        let is_expected = tags.expected.judge(exchange).map(|yes| yes || is_question);
        let about = About { tags, method, label, exchange, is_expected };
        let series = self.http_series(&mut recorder, &about);
        recorder.set_time(self.unix_ns(exchange.end_ns));
        let samples = METRICS.into_iter().zip(series).zip(values(exchange, is_expected));
        for ((metric, series), value) in samples {
            if metric != builtin::HTTP_REQ_FAILED || is_expected.is_some() {
                recorder.add(series, value);
            }
        }
    }

    fn http_series(&self, recorder: &mut Recorder, about: &About<'_>) -> HttpSeries {
        let &About { tags, method, label, exchange, is_expected } = about;
        let has_ip = self.system.has(SystemTag::Ip);
        let has_ocsp_status = self.system.has(SystemTag::OcspStatus);
        let key = Key {
            base: tags.base.id,
            own: if tags.own.is_empty() {
                TagSetId::EMPTY
            } else {
                recorder.intern(TagSetId::EMPTY, &borrowed(&tags.own))
            },
            label: label.id,
            method: method.clone(),
            is_expected,
            status: exchange.status,
            error_code: exchange.error_code(),
            proto: exchange.proto,
            tls_version: tls_version(exchange),
            ocsp_status: ocsp_status(exchange).filter(|_| has_ocsp_status),
            ip: exchange.remote_address.filter(|_| has_ip).map(|address| address.ip()),
        };
        if let Some(known) = self.http.0.borrow().get(&key) {
            return *known;
        }
        let series = self.make_series(recorder, about);
        let mut cache = self.http.0.borrow_mut();
        if cache.len() == COMBINATIONS_MAX {
            cache.clear();
        }
        cache.insert(key, series);
        series
    }

    fn make_series(&self, recorder: &mut Recorder, about: &About<'_>) -> HttpSeries {
        let &About { tags, method, label, exchange, is_expected } = about;
        let id = recorder.intern(tags.base.id, &borrowed(&tags.own));
        // A tag `name` of whatever layer names the request.
        let name = recorder.tags(id).get(SystemTag::Name.as_str());
        let name = name.map_or_else(|| label.text.to_string(), str::to_owned);
        let status = exchange.status.to_string();
        let error_code = exchange.error_code().to_string();
        let ip = exchange.remote_address.map(|address| address.ip().to_string());
        // The code's constant words: a message with ports in it would be a new series each time.
        let failure = exchange.failure.as_ref().map(|failure| failure.code.text());
        let expected = is_expected.map(|yes| if yes { "true" } else { "false" });
        let all = [
            (SystemTag::Method, Some(method.as_str())),
            (SystemTag::Url, Some(name.as_str())),
            (SystemTag::Name, Some(name.as_str())),
            (SystemTag::Status, Some(status.as_str())),
            (SystemTag::Proto, Some(exchange.proto.as_str()).filter(|proto| !proto.is_empty())),
            (SystemTag::ExpectedResponse, expected),
            (SystemTag::Error, failure),
            (SystemTag::ErrorCode, Some(error_code.as_str()).filter(|code| *code != "0")),
            (SystemTag::TlsVersion, tls_version(exchange).map(TlsVersion::as_str)),
            (SystemTag::OcspStatus, ocsp_status(exchange).map(OcspStatus::as_str)),
            (SystemTag::Ip, ip.as_deref()),
        ];
        let wanted = all.into_iter().filter(|(tag, _)| self.system.has(*tag));
        let wanted: Vec<_> =
            wanted.filter_map(|(tag, value)| Some((tag.as_str(), value?))).collect();
        let id = recorder.intern(id, &wanted);
        METRICS.map(|metric| recorder.series(metric, id))
    }
}

/// The connection's version of TLS; none of requests that failed, as in k6.
fn tls_version(exchange: &Exchange) -> Option<TlsVersion> {
    exchange.tls_version().filter(|_| exchange.failure.is_none())
}

/// What the server's OCSP response says; only of TLS connections, and none of requests that failed.
fn ocsp_status(exchange: &Exchange) -> Option<OcspStatus> {
    let tls = exchange.tls.as_ref().filter(|_| exchange.failure.is_none());
    tls.map(|tls| tls.ocsp_status())
}

/// The URL as a tag: without the password that may be in it.
pub(crate) fn masked(url: &str) -> Rc<str> {
    let Some((scheme, rest)) = url.split_once("://") else { return url.into() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://****:****@{}", &rest[at + 1..]).into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked() {
        assert_eq!(&*masked("http://me:secret@host/a@b"), "http://****:****@host/a@b");
        assert_eq!(&*masked("http://host/a@b?c=d@e"), "http://host/a@b?c=d@e");
        assert_eq!(&*masked("not a url"), "not a url");
    }
}
