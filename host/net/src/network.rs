//! What the clients of one worker share: settings, DNS cache, TLS configuration, counters.
//!
//! Everything that costs something is made when it is first needed: a plain test with IP addresses
//! reads neither certificates nor DNS settings.

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use thiserror::Error;

use crate::connect::Destination;
use crate::dns::Dns;
use crate::error_kind::{ErrorCode, Failure};
use crate::http::coding::Encoding;
use crate::http::compress::Compressed;
use crate::http::header_case::HeaderCase;
use crate::http::request::Origin;
use crate::http::route::Via;
use crate::proxy::{ProxyRules, Which};
use crate::settings::Settings;
use crate::tls::{self, Tls};

/// A network that cannot be set up.
#[derive(Debug, Error)]
pub enum NetworkError {
    /// One of [`crate::TlsRoots::Only`] is not a certificate.
    #[error("root certificate number {number} of the run's own authorities is not usable")]
    Root {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        source: rustls::Error,
    },
    /// The option `userAgent` cannot be a header.
    #[error("`{found}` cannot be sent as User-Agent: expected text without control characters")]
    UserAgent {
        /// What was given.
        found: String,
        /// What is wrong with it.
        source: http::header::InvalidHeaderValue,
    },
}

/// What the clients of one worker thread share.
#[derive(Debug)]
pub struct Network {
    settings: Arc<Settings>,
    user_agent: Option<HeaderValue>,
    dns: Rc<Dns>,
    /// The proxies of the run, if it has any.
    proxies: Option<Proxies>,
    tls: Tls,
    header_case: HeaderCase,
    compressed: Compressed,
    #[cfg(feature = "http3")]
    endpoints: crate::http::h3::endpoint::Endpoints,
    pub(crate) counts: Counts,
}

/// Proxies, by the scheme of the target.
#[derive(Debug)]
struct Proxies {
    http: Option<Via>,
    https: Option<Via>,
}

impl Proxies {
    fn new(rules: &ProxyRules) -> Option<Self> {
        let via = |proxy: &Option<_>| proxy.as_ref().map(Via::new);
        (!rules.is_empty()).then(|| Self { http: via(&rules.http), https: via(&rules.https) })
    }
}

/// Events that a run should show when they happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections that were opened.
    pub connections_opened: u64,
    /// Questions that went to DNS.
    pub dns_lookups: u64,
    /// Requests that were sent again because a connection turned out to be closed.
    pub retries: u64,
    /// Bodies over [`Settings::body_bytes_max`], as they came or decompressed.
    pub bodies_over_max: u64,
    /// DNS answers that were not kept, because the cache was full.
    pub dns_cache_overflows: u64,
}

/// The counters that the client moves.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) connections_opened: Cell<u64>,
    pub(crate) retries: Cell<u64>,
    pub(crate) bodies_over_max: Cell<u64>,
}

/// Adds one.
pub(crate) fn count(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
}

impl Network {
    /// Makes the shared part of a worker's clients. Cheap: nothing is read or connected before it
    /// is needed.
    pub fn new(settings: Arc<Settings>) -> Result<Rc<Self>, NetworkError> {
        tls::check_roots(&settings.tls_roots)?;
        let user_agent = match settings.user_agent.as_str() {
            "" => None,
            text => Some(HeaderValue::from_str(text).map_err(|source| {
                NetworkError::UserAgent { found: text.escape_debug().to_string(), source }
            })?),
        };
        let dns = Rc::new(Dns::new(settings.dns.clone()));
        let proxies = Proxies::new(&settings.proxies);
        let tls = Tls::new(Arc::clone(&settings));
        Ok(Rc::new(Self {
            settings,
            user_agent,
            dns,
            proxies,
            tls,
            header_case: HeaderCase::default(),
            compressed: Compressed::default(),
            #[cfg(feature = "http3")]
            endpoints: crate::http::h3::endpoint::Endpoints::default(),
            counts: Counts::default(),
        }))
    }

    /// The settings that it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What has happened so far.
    pub fn counters(&self) -> Counters {
        let (dns_lookups, dns_cache_overflows) = self.dns.counts();
        Counters {
            connections_opened: self.counts.connections_opened.get(),
            dns_lookups,
            retries: self.counts.retries.get(),
            bodies_over_max: self.counts.bodies_over_max.get(),
            dns_cache_overflows,
        }
    }

    /// A request's body with these encodings applied, from left to right; see [`crate::compress`].
    /// What was compressed lately is remembered, and other tasks of the thread run in between.
    pub async fn compressed(&self, body: &Bytes, encodings: &[Encoding]) -> Bytes {
        self.compressed.of(body, encodings).await
    }

    pub(crate) fn user_agent(&self) -> Option<&HeaderValue> {
        self.user_agent.as_ref()
    }

    pub(crate) fn header_case(&self) -> &HeaderCase {
        &self.header_case
    }

    pub(crate) fn tls(&self) -> &Tls {
        &self.tls
    }

    #[cfg(feature = "http3")]
    pub(crate) fn endpoints(&self) -> &crate::http::h3::endpoint::Endpoints {
        &self.endpoints
    }

    /// The proxy for requests to this origin, if they go through one.
    pub(crate) fn via(&self, origin: &Origin) -> Result<Option<&Via>, Failure> {
        let Some(proxies) = &self.proxies else { return Ok(None) };
        if self.settings.unix_sockets.find(&origin.host).is_some() {
            return Ok(None);
        }
        Ok(match self.settings.proxies.find(origin)? {
            None => None,
            Some(Which::Http) => proxies.http.as_ref(),
            Some(Which::Https) => proxies.https.as_ref(),
        })
    }

    /// Where a connection to the origin goes: blocked names, Unix sockets, the option `hosts`, then
    /// DNS, and the blacklist over all addresses.
    pub(crate) async fn destination(&self, origin: &Origin) -> Result<Destination, Failure> {
        let settings = &self.settings;
        self.check_hostname(origin)?;
        if let Some(path) = settings.unix_sockets.find(&origin.host) {
            return Ok(Destination::Unix(Arc::clone(path)));
        }
        let address = match (settings.hosts.find(&origin.host, origin.port), origin.ip) {
            (Some(to), _) => SocketAddr::new(to.ip, to.port.unwrap_or(origin.port)),
            (None, Some(ip)) => SocketAddr::new(ip, origin.port),
            (None, None) if settings.dns.happy_eyeballs => return self.any_address(origin).await,
            (None, None) => SocketAddr::new(self.dns.resolve(&origin.host).await?, origin.port),
        };
        self.check_blacklist(address.ip())?;
        Ok(Destination::Tcp(address))
    }

    /// All addresses of a name that may be called, in the order in which they are tried.
    async fn any_address(&self, origin: &Origin) -> Result<Destination, Failure> {
        let found = self.dns.resolve_all(&origin.host).await?;
        let allowed = |ip: &IpAddr| self.check_blacklist(*ip).is_ok();
        let to = |ip: IpAddr| SocketAddr::new(ip, origin.port);
        let addresses: Vec<_> = found.iter().copied().filter(allowed).map(to).collect();
        match (addresses.as_slice(), found.first()) {
            // Then the first one's failure says why.
            ([], Some(&first)) => self.check_blacklist(first).map(|()| Destination::Tcp(to(first))),
            ([only], _) => Ok(Destination::Tcp(*only)),
            _ => Ok(Destination::Any(addresses)),
        }
    }

    /// Refuses the names of the option `blockHostnames`.
    pub(crate) fn check_hostname(&self, origin: &Origin) -> Result<(), Failure> {
        if origin.ip.is_none()
            && let Some(pattern) = self.settings.block_hostnames.find(&origin.host)
        {
            let message = format!(
                "hostname `{}` is blocked by `{pattern}` in the option `blockHostnames`",
                origin.host
            );
            return Err(Failure::new(ErrorCode::BLOCKED_HOSTNAME, message));
        }
        Ok(())
    }

    /// Refuses the addresses of the option `blacklistIPs`.
    pub(crate) fn check_blacklist(&self, ip: IpAddr) -> Result<(), Failure> {
        match self.settings.blacklist_ips.iter().find(|range| range.contains(ip)) {
            None => Ok(()),
            Some(range) => {
                let message = format!("{ip} is in `{range}` of the option `blacklistIPs`");
                Err(Failure::new(ErrorCode::BLACKLISTED_IP, message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::TlsRoots;

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let settings = Settings {
            tls_roots: TlsRoots::Only(vec![vec![1, 2, 3].into()]),
            ..Settings::default()
        };
        let error = Network::new(Arc::new(settings)).unwrap_err();
        assert!(error.to_string().contains("number 1"), "{error}");
        let settings = Settings { user_agent: "a\nb".into(), ..Settings::default() };
        let error = Network::new(Arc::new(settings)).unwrap_err();
        assert!(error.to_string().contains("`a\\nb`"), "{error}");
    }
}
