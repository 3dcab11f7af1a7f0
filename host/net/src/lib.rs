//! The measured network client: HTTP with phase timings, DNS, TLS and a connection pool per virtual
//! user.
//!
//! Knows nothing of Wasm, scenarios or metrics. A worker thread makes one [`Network`] (DNS cache,
//! TLS configuration) and each of its virtual users one [`Client`] (its own connections); a
//! [`Request`] becomes an [`Exchange`], which is data whether it failed or not. Everything runs on
//! one thread, inside a tokio `LocalSet`.
//!
//! Folders' order is the order of a request: `settings`, `hosts`, `proxy` and `local_ips` say what
//! is wanted, `dns` finds the address, `connect`, `tunnel` and `tls` open the connection, `stream`
//! counts and stamps its bytes, `pool` keeps it, `http` speaks over it, `timings` and `error_kind`
//! say how it went. `auth` answers servers that ask who is there. `call` is above all that: it
//! makes one call of a guest of as many requests as `cookies`, `auth` and redirects want, with URLs
//! as `url` reads them.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::{rc::Rc, sync::Arc};
//! use squall_net::{Client, Network, Request, Settings, Target, http_types::Method};
//!
//! let network = Network::new(Arc::new(Settings::default()))?; // one a worker thread
//! let client = Client::new(network); // one a virtual user
//! let target = Rc::new(Target::parse("https://example.com/")?); // one a URL
//! let exchange = client.execute(Request::new(Method::GET, target)).await;
//! println!("{} after {} ns", exchange.status, exchange.timings.duration_ns());
//! # Ok(())
//! # }
//! ```
//!
//! Invariants: nothing panics or hangs on what a server, a name server or a script does; every wait
//! ends at the request's timeout; every bound that is reached is a failure with a clear text or a
//! count in [`Counters`].

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test may panic"))]

pub mod auth;
mod call;
pub mod clock;
mod connect;
mod cookies;
mod dns;
mod error_kind;
/// Fuzz targets; there is no such module in an ordinary build.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod hosts;
mod http;
mod limits;
mod local_ips;
mod network;
mod pool;
mod proxy;
mod settings;
mod stream;
mod timings;
mod tls;
mod tunnel;
mod url;

pub use crate::call::{Call, CallCookie, Challenge, Leg, Outcome, Sent, SharedJar, set_cookies};
pub use crate::cookies::text::{parse_header as parse_cookies, parse_set_date as cookie_date};
pub use crate::cookies::{Jar, SetCookie};
pub use crate::error_kind::{ErrorCode, Failure};
pub use crate::hosts::{
    HostOverride, HostOverrides, HostRuleError, HostnamePatterns, IpRange, UnixSockets,
};
pub use crate::http::client::{Client, Traffic};
pub use crate::http::coding::{Encoding, UnknownEncoding};
pub use crate::http::compress::compress;
pub use crate::http::headers::Headers;
pub use crate::http::request::{ConnectionUse, Header, Request, TIMEOUT_DEFAULT, Target};
pub use crate::http::response::{Exchange, Proto};
pub use crate::http::stream::{BodyStream, Piece, StreamHead};
pub use crate::limits::{BatchLimits, RateLimit};
pub use crate::local_ips::LocalIps;
pub use crate::network::{Counters, Network, NetworkError};
pub use crate::pool::held::HeldConnection;
pub use crate::proxy::{ProxyError, ProxyRules};
pub use crate::settings::{
    DnsPolicy, DnsSelect, DnsSettings, DnsTtl, HTTP3_BUILT_IN, Http1Client, HttpDebug, HttpVersion,
    Settings, TlsAuth, TlsRoots,
};
pub use crate::timings::Timings;
pub use crate::tls::{
    Ocsp, OcspStatus, TlsCertificate, TlsCipherSuite, TlsIdentity, TlsIdentityError, TlsInfo,
    TlsKeyLog, TlsOverrides, TlsProfile, TlsProfileError, TlsRootsError, TlsServerName,
    TlsServerNameError, TlsVersion, TlsVersions, check_tls_offer,
};
pub use crate::url::Url;
/// The HTTP types of this interface: methods.
pub use ::http as http_types;
pub use bytes::Bytes;
