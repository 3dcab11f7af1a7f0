//! From settings to what rustls wants, for each kind of host once.
//!
//! What differs between hosts (client certificates, [`TlsProfile`]s) makes a [`Choice`]; a worker
//! builds a [`Base`] for each choice, and a client takes a copy of it with sessions of its own,
//! else all virtual users would look like one returning visitor. A plain test has one choice.
//!
//! Invariants: at most [`BASES_MAX`] bases a worker and [`CONFIGS_MAX`] copies a client, the oldest
//! go first; a client's copy remembers [`SESSIONS_MAX`] sessions.

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;

use super::identity::{Choose, TlsIdentity};
use super::info::{Peers, TlsVersion};
use super::profile::{TlsProfile, TlsProfileError, TlsServerName, check_tls_offer};
use super::{suites, verify};
use crate::error_kind::{ErrorCode, Failure};
use crate::http::request::Origin;
use crate::settings::Settings;

/// Sessions that one copy of a configuration remembers. rustls counts eight for each host, so that
/// is four hosts; a session is a kilobyte or two.
const SESSIONS_MAX: usize = 32;
/// Kinds of hosts that a worker keeps a configuration for.
const BASES_MAX: usize = 64;
/// Kinds of hosts that a client keeps a configuration with sessions for.
const CONFIGS_MAX: usize = 8;

/// What a worker's clients share of TLS.
#[derive(Debug)]
pub(crate) struct Tls {
    settings: Arc<Settings>,
    /// For hosts without anything of their own.
    plain: OnceCell<Built>,
    others: RefCell<VecDeque<(Choice, Built)>>,
    pub(super) peers: Peers,
}

type Built = Result<Rc<Base>, Failure>;

/// What is different for a host or a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    host: Option<Arc<TlsProfile>>,
    request: Option<Arc<TlsProfile>>,
    /// Positions in [`Settings::tls_auth`], in the order in which they are tried; empty is all in
    /// theirs.
    identities: Vec<usize>,
}

impl Choice {
    fn of(settings: &Settings, origin: &Origin) -> Self {
        Self {
            host: settings.tls_by_host.find(&origin.host).cloned(),
            request: origin.tls.clone(),
            identities: identities(settings, &origin.host),
        }
    }

    fn is_plain(&self) -> bool {
        self.host.is_none() && self.request.is_none() && self.identities.is_empty()
    }

    /// What the closest profile says that says anything.
    fn closest<'c, T>(&'c self, field: impl Fn(&'c TlsProfile) -> Option<T>) -> Option<T> {
        let profiles = [self.request.as_deref(), self.host.as_deref()];
        profiles.into_iter().flatten().find_map(field)
    }
}

/// The certificates for a host come first, then those for any host. Those for others come last: k6
/// shows them to whoever would take them, and scripts rely on that.
fn identities(settings: &Settings, host: &str) -> Vec<usize> {
    let all = &settings.tls_auth;
    if all.iter().all(|auth| auth.domains.is_empty()) {
        return Vec::new();
    }
    let rank = |&index: &usize| {
        let domains = &all[index].domains;
        if domains.find(host).is_some() {
            0
        } else if domains.is_empty() {
            1
        } else {
            2
        }
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(rank);
    order
}

/// A configuration without sessions.
#[derive(Debug)]
pub(super) struct Base {
    choice: Choice,
    config: ClientConfig,
    resumption: bool,
    pub(super) server_name: Option<TlsServerName>,
}

impl Base {
    fn build(settings: &Settings, choice: Choice) -> Result<Self, Failure> {
        let versions = choice.closest(|p| p.versions).unwrap_or(settings.tls_versions);
        let wanted = choice.closest(|p| p.cipher_suites.as_deref());
        let wanted = wanted.unwrap_or(&settings.tls_cipher_suites);
        check_tls_offer(versions, wanted).map_err(refused)?;
        let (provider, versions) = suites::offer(wanted, versions)
            .ok_or_else(|| refused(TlsProfileError::CipherSuites(versions)))?;
        let versions: Vec<_> = versions.into_iter().map(supported).collect();
        let skip = choice.closest(|p| p.insecure_skip_verify);
        let skip = skip.unwrap_or(settings.insecure_skip_tls_verify);
        let roots = choice.closest(|p| p.roots.as_ref()).unwrap_or(&settings.tls_roots);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|error| Failure::new(ErrorCode::TLS, error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verify::verifier(skip, roots)?);
        let identities = identities_of(settings, &choice);
        let mut config = if identities.is_empty() {
            builder.with_no_client_auth()
        } else {
            builder.with_client_cert_resolver(Arc::new(Choose(identities)))
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.resumption = Resumption::disabled();
        if let Some(key_log) = &settings.tls_key_log {
            config.key_log = Arc::<super::key_log::TlsKeyLog>::clone(key_log);
        }
        let resumption = choice.closest(|p| p.resumption).unwrap_or(true);
        let server_name = choice.closest(|p| p.server_name.clone());
        Ok(Self { choice, config, resumption, server_name })
    }

    /// The configuration of one client.
    fn with_sessions(&self) -> Arc<ClientConfig> {
        let mut config = self.config.clone();
        if self.resumption {
            config.resumption = Resumption::in_memory_sessions(SESSIONS_MAX);
        }
        Arc::new(config)
    }
}

fn identities_of(settings: &Settings, choice: &Choice) -> Vec<Arc<TlsIdentity>> {
    if let Some(own) = choice.closest(|p| p.identity.clone()) {
        return vec![own];
    }
    let all = &settings.tls_auth;
    let identity = |index: usize| Arc::clone(&all[index].identity);
    if choice.identities.is_empty() {
        (0..all.len()).map(identity).collect()
    } else {
        choice.identities.iter().map(|&index| identity(index)).collect()
    }
}

fn supported(version: TlsVersion) -> &'static rustls::SupportedProtocolVersion {
    match version {
        TlsVersion::Tls12 => &rustls::version::TLS12,
        TlsVersion::Tls13 => &rustls::version::TLS13,
    }
}

fn refused(error: TlsProfileError) -> Failure {
    Failure::new(ErrorCode::TLS, format!("the TLS settings cannot work: {error}"))
}

impl Tls {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        let others = RefCell::default();
        Self { settings, plain: OnceCell::new(), others, peers: Peers::default() }
    }

    fn build(&self, choice: Choice) -> Built {
        Base::build(&self.settings, choice).map(Rc::new)
    }

    fn base(&self, choice: &Choice) -> Built {
        if choice.is_plain() {
            return self.plain.get_or_init(|| self.build(Choice::default())).clone();
        }
        let mut others = self.others.borrow_mut();
        if let Some((_, built)) = others.iter().find(|(known, _)| known == choice) {
            return built.clone();
        }
        let built = self.build(choice.clone());
        others.truncate(BASES_MAX - 1);
        others.push_front((choice.clone(), built.clone()));
        built
    }
}

/// One client's configurations, each with its own sessions; newest first.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RefCell<VecDeque<Session>>);

type Session = (Rc<Base>, Arc<ClientConfig>);

impl Sessions {
    /// The configuration for an origin.
    pub(super) fn config(&self, tls: &Tls, origin: &Origin) -> Result<Session, Failure> {
        let choice = Choice::of(&tls.settings, origin);
        let mut own = self.0.borrow_mut();
        if let Some((base, config)) = own.iter().find(|(base, _)| base.choice == choice) {
            return Ok((Rc::clone(base), Arc::clone(config)));
        }
        let base = tls.base(&choice)?;
        let config = base.with_sessions();
        own.truncate(CONFIGS_MAX - 1);
        own.push_front((Rc::clone(&base), Arc::clone(&config)));
        Ok((base, config))
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
