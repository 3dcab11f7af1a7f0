//! One request for a module, with bounds on everything.
//!
//! Certificates are checked as the system says; `HTTPS_PROXY` and `NO_PROXY` are honoured.
//! Redirects are followed, to https only.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls_pki_types::CertificateDer;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Error, Proxy, Timeout};
use url::Url;

/// Why there is no module.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no use in asking this host again.
    Unreachable(String),
    /// The host answered, but not with a module.
    Answer(String),
}

/// The bounds, and whom to trust.
#[derive(Debug, Clone)]
pub(in crate::javascript) struct Settings {
    /// Each for looking up the name, and for connecting including TLS.
    pub(in crate::javascript) connect: Duration,
    /// For all of it.
    pub(in crate::javascript) whole: Duration,
    pub(in crate::javascript) bytes_max: u64,
    /// Instead of those of the system.
    pub(in crate::javascript) roots: Option<Vec<CertificateDer<'static>>>,
    pub(in crate::javascript) proxy: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Who is not there should not hold up the start: there are stand-ins.
            connect: Duration::from_secs(3),
            // As k6.
            whole: Duration::from_mins(1),
            bytes_max: 10 * 1024 * 1024,
            roots: None,
            proxy: true,
        }
    }
}

/// The client, made when it is needed first.
#[derive(Debug, Default)]
pub(super) struct Network {
    settings: Settings,
    agent: OnceLock<Agent>,
}

impl Network {
    #[cfg(test)]
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, agent: OnceLock::new() }
    }

    /// Asks as k6 does: first with `?_k6=1`, so that a server can tell who asks; then, because some
    /// servers do not like that, without.
    pub(super) fn get_module(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        if url.query().is_none() {
            let mut marked = url.clone();
            marked.set_query(Some("_k6=1"));
            match self.get(&marked) {
                Err(Failure::Answer(reason)) => {
                    tracing::debug!("{marked}: {reason}; asking without the query");
                }
                result => return result,
            }
        }
        self.get(url)
    }

    fn get(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        let agent = self.agent.get_or_init(|| agent(&self.settings));
        let bytes_max = self.settings.bytes_max;
        let mut response =
            agent.get(url.as_str()).call().map_err(|error| self.failure(&error, url))?;
        let status = response.status();
        if !status.is_success() {
            return Err(Failure::Answer(format!("the server answered {status}")));
        }
        let body = response.body_mut().with_config().limit(bytes_max).read_to_vec();
        let bytes = body.map_err(|error| self.failure(&error, url))?;
        let beginning = bytes.trim_ascii_start();
        if beginning.is_empty() {
            return Err(Failure::Answer(format!("the server answered {status} without content")));
        }
        // What a login page or a proxy answers; it would be a puzzling syntax error.
        if beginning.starts_with(b"<") {
            return Err(Failure::Answer("the server answered with a web page".to_owned()));
        }
        Ok(bytes)
    }

    fn failure(&self, error: &Error, url: &Url) -> Failure {
        let host = url.host_str().unwrap_or_default();
        let Settings { connect, whole, bytes_max, .. } = self.settings;
        match error {
            Error::HostNotFound => Failure::Unreachable(format!("there is no host {host}")),
            Error::Timeout(Timeout::Resolve) => {
                Failure::Unreachable(format!("the name {host} was not found within {connect:?}"))
            }
            Error::Timeout(Timeout::Connect) => {
                Failure::Unreachable(format!("no connection to {host} within {connect:?}"))
            }
            Error::Timeout(_) => {
                Failure::Unreachable(format!("{host} did not answer in full within {whole:?}"))
            }
            Error::Io(error) if is_tls(error) => {
                Failure::Unreachable(format!("no secure connection to {host}: {error}"))
            }
            Error::Io(error) if is_connect(error.kind()) => {
                Failure::Unreachable(format!("no connection to {host}: {error}"))
            }
            Error::ConnectionFailed => Failure::Unreachable(format!("no connection to {host}")),
            Error::ConnectProxyFailed(reason) => {
                Failure::Unreachable(format!("no connection through the proxy: {reason}"))
            }
            Error::Rustls(error) => {
                Failure::Unreachable(format!("no secure connection to {host}: {error}"))
            }
            Error::Tls(reason) => {
                Failure::Unreachable(format!("no secure connection to {host}: {reason}"))
            }
            Error::BodyExceedsLimit(_) => {
                Failure::Answer(format!("it is larger than {bytes_max} bytes"))
            }
            Error::RequireHttpsOnly(_) => {
                Failure::Answer("the server leads away from https".to_owned())
            }
            Error::TooManyRedirects => {
                Failure::Answer("the server leads from address to address".to_owned())
            }
            other => Failure::Answer(format!("the answer of {host} makes no sense: {other}")),
        }
    }
}

/// True for errors of the handshake, which come as errors of reading.
fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

/// Errors after which the host need not be asked again.
fn is_connect(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::ConnectionRefused
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::TimedOut
            | Kind::AddrNotAvailable
            | Kind::PermissionDenied
    )
}

fn agent(settings: &Settings) -> Agent {
    let roots = match &settings.roots {
        Some(roots) => roots
            .iter()
            .map(|root| Certificate::from_der(root).to_owned())
            .collect::<Vec<_>>()
            .into(),
        None => RootCerts::PlatformVerifier,
    };
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .build();
    let proxy = if settings.proxy { Proxy::try_from_env() } else { None };
    Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .https_only(true)
        // A status is an answer, not an error.
        .http_status_as_error(false)
        .user_agent(concat!("squall/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(settings.connect))
        .timeout_connect(Some(settings.connect))
        .timeout_global(Some(settings.whole))
        .build()
        .new_agent()
}
