//! What a run says about its network use: plain values, made once and shared by all workers.
//!
//! Holds no state and checks nothing: whoever makes the values has checked them (names and ranges
//! are checked by their own types, in `hosts`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::CertificateDer;

use crate::hosts::{HostOverrides, HostnamePatterns, IpRange, UnixSockets};
use crate::limits::RateLimit;
use crate::local_ips::LocalIps;
use crate::proxy::ProxyRules;
use crate::tls::{TlsCipherSuite, TlsIdentity, TlsKeyLog, TlsOverrides, TlsVersions};

/// Process-wide settings of all clients; [`Settings::default`] is k6's behaviour without options.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of k6")]
#[derive(Clone, Debug)]
pub struct Settings {
    /// `userAgent`: sent by requests that have no `User-Agent` of their own; empty sends none.
    pub user_agent: String,
    /// `insecureSkipTLSVerify`: accept any certificate.
    pub insecure_skip_tls_verify: bool,
    /// Whose certificates are trusted.
    pub tls_roots: TlsRoots,
    /// `tlsVersion`: the versions of TLS that may be used.
    pub tls_versions: TlsVersions,
    /// `tlsCipherSuites`: what is offered, in this order; empty is all.
    pub tls_cipher_suites: Vec<TlsCipherSuite>,
    /// `tlsAuth`: client certificates; of those that a server would take it gets the first.
    pub tls_auth: Vec<TlsAuth>,
    /// Hosts with TLS settings of their own.
    pub tls_by_host: TlsOverrides,
    /// `SSLKEYLOGFILE`: where the secrets of connections go.
    pub tls_key_log: Option<Arc<TlsKeyLog>>,
    /// `noConnectionReuse`: one connection a request, `Connection: close`.
    pub no_connection_reuse: bool,
    /// `noVUConnectionReuse`: idle connections are closed at the end of an iteration.
    pub no_vu_connection_reuse: bool,
    /// Idle connections that one client keeps (k6: option `batch`); 0 is no bound.
    pub idle_connections_max: usize,
    /// Idle connections that one client keeps for one host (k6: option `batchPerHost`); 0 is no
    /// bound.
    pub idle_connections_per_host_max: usize,
    /// `dns`: how names are resolved and which address is taken.
    pub dns: DnsSettings,
    /// `hosts`: names that lead to fixed addresses.
    pub hosts: HostOverrides,
    /// `blockHostnames`: names that must not be requested.
    pub block_hostnames: HostnamePatterns,
    /// `blacklistIPs`: addresses that must not be connected to.
    pub blacklist_ips: Vec<IpRange>,
    /// Which requests go through a proxy.
    pub proxies: ProxyRules,
    /// `localIPs`: the addresses that clients send from, in turn; empty lets the system choose.
    pub local_ips: LocalIps,
    /// Names that lead to Unix sockets.
    pub unix_sockets: UnixSockets,
    /// `httpVersion`: the protocol of requests that do not choose one.
    pub http_version: HttpVersion,
    /// How long a TCP handshake may take; the request's timeout still bounds all.
    pub dial_timeout: Duration,
    /// Idle time after which TCP probes the server, and the time between probes.
    pub tcp_keepalive: Duration,
    /// The largest body that is accepted; a larger one fails its request and is counted.
    pub body_bytes_max: u64,
    /// `httpDebug`: requests and responses in the log.
    pub http_debug: HttpDebug,
    /// Which client speaks HTTP/1.
    pub http1_client: Http1Client,
    /// `maxRedirects`, as somebody has set it.
    pub redirects_max: Option<u32>,
    /// `noCookiesReset`: cookies outlive the iteration.
    pub no_cookies_reset: bool,
    /// `rps`: shared by all workers of the process. Unset: no limit.
    pub rate_limit: Option<Arc<RateLimit>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("squall/", env!("CARGO_PKG_VERSION")).to_owned(),
            insecure_skip_tls_verify: false,
            tls_roots: TlsRoots::System,
            tls_versions: TlsVersions::ALL,
            tls_cipher_suites: Vec::new(),
            tls_auth: Vec::new(),
            tls_by_host: TlsOverrides::default(),
            tls_key_log: None,
            no_connection_reuse: false,
            no_vu_connection_reuse: false,
            idle_connections_max: 20,
            idle_connections_per_host_max: 6,
            dns: DnsSettings::default(),
            hosts: HostOverrides::default(),
            block_hostnames: HostnamePatterns::default(),
            blacklist_ips: Vec::new(),
            proxies: ProxyRules::default(),
            local_ips: LocalIps::default(),
            unix_sockets: UnixSockets::default(),
            http_version: HttpVersion::Auto,
            dial_timeout: Duration::from_secs(30),
            tcp_keepalive: Duration::from_secs(30),
            body_bytes_max: 256 * 1024 * 1024,
            http_debug: HttpDebug::Off,
            http1_client: Http1Client::Lean,
            redirects_max: None,
            no_cookies_reset: false,
            rate_limit: None,
        }
    }
}

/// The protocol that a request is to be made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// HTTP/2 where TLS is used and the server chooses it, else HTTP/1.1; of a request: what the
    /// run says.
    #[default]
    Auto,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 only, as TLS negotiates it. A server that does not choose it, or a URL without TLS,
    /// is a failure.
    Http2,
    /// HTTP/2 only, without TLS from the first byte on (h2c); with TLS the same as
    /// [`HttpVersion::Http2`].
    Http2PriorKnowledge,
}

/// The authorities whose certificates are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TlsRoots {
    /// The system's store, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    #[default]
    System,
    /// These, and no others.
    Only(Vec<CertificateDer<'static>>),
}

/// An entry of the option `tlsAuth`.
#[derive(Clone, Debug)]
pub struct TlsAuth {
    /// The certificate.
    pub identity: Arc<TlsIdentity>,
    /// The hosts that it is meant for, which are shown it before others; empty is all.
    pub domains: HostnamePatterns,
}

/// The option `dns`.
#[derive(Clone, Debug, Default)]
pub struct DnsSettings {
    /// How long an answer is used again.
    pub ttl: DnsTtl,
    /// Which of several addresses a connection takes.
    pub select: DnsSelect,
    /// Which family of addresses is wanted.
    pub policy: DnsPolicy,
    /// `dns.happyEyeballs`: when the selected address does not answer soon, the others are tried
    /// beside it (RFC 8305). Otherwise the selected one is the only one.
    pub happy_eyeballs: bool,
    /// The name servers to ask; none are the system's (`/etc/resolv.conf`).
    pub servers: Vec<SocketAddr>,
}

/// `dns.ttl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsTtl {
    /// `inf`: for the whole run.
    Forever,
    /// This long; zero is a lookup for each connection.
    For(Duration),
}

impl Default for DnsTtl {
    fn default() -> Self {
        Self::For(Duration::from_mins(5))
    }
}

/// `dns.select`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsSelect {
    /// Always the first address.
    First,
    /// Any address, by chance.
    #[default]
    Random,
    /// One after the other, for all clients of a worker together.
    RoundRobin,
}

/// `dns.policy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DnsPolicy {
    /// IPv4 if the name has such an address, else IPv6.
    #[default]
    PreferIpv4,
    /// IPv6 if the name has such an address, else IPv4.
    PreferIpv6,
    /// Only IPv4.
    OnlyIpv4,
    /// Only IPv6.
    OnlyIpv6,
    /// All addresses.
    Any,
}

/// The option `httpDebug`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpDebug {
    /// Nothing is logged.
    #[default]
    Off,
    /// `headers`: everything but the bodies.
    Headers,
    /// `full`: the bodies too.
    Full,
}

/// Which of the two clients speaks HTTP/1. They do the same; the choice is there to tell whose
/// fault something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Http1Client {
    /// Our own: fewest instructions and least memory for a request.
    #[default]
    Lean,
    /// The library that HTTP/2 goes through as well.
    Hyper,
}
