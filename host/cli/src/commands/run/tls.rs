//! From options to the TLS settings of the HTTP client: versions, cipher suites, client
//! certificates, settings by host, the file of `SSLKEYLOGFILE`.
//!
//! Everything that no connection could be made with is an error here, before the test, and what
//! is left out of what was asked for is a warning.

use std::path::Path;
use std::sync::Arc;

use squall_net::{
    HostnamePatterns, Settings, TlsAuth, TlsCipherSuite, TlsIdentity, TlsKeyLog, TlsOverrides,
    TlsProfile, TlsRoots, TlsServerName, TlsVersion, TlsVersions, check_tls_offer,
};
use squall_plan::options::{self, CipherSuite, TlsHost};

use crate::diagnostics::Failure;
use crate::exit_code::ExitCode;
use crate::options::Merged;

/// Sets what the options say about TLS; returns what the user should know.
pub(super) fn apply(
    merged: &Merged,
    key_log: Option<&Path>,
    network: &mut Settings,
) -> Result<Vec<String>, Failure> {
    let mut tls = Tls { merged, warnings: Vec::new() };
    let options = &merged.options;
    if let Some(given) = options.tls_version {
        network.tls_versions = tls.versions("tlsVersion", given)?;
    }
    if let Some(given) = &options.tls_cipher_suites {
        network.tls_cipher_suites =
            tls.cipher_suites("tlsCipherSuites", given, network.tls_versions)?;
    }
    let all = options.tls_auth.iter().flatten().enumerate();
    network.tls_auth =
        all.map(|(index, given)| tls.auth(index, given)).collect::<Result<_, _>>()?;
    if let Some(given) = &options.tls_by_host {
        let profiles: Result<Vec<_>, Failure> =
            given.iter().map(|(host, of)| Ok((host, tls.profile(host, of, network)?))).collect();
        network.tls_by_host = TlsOverrides::new(profiles?)
            .map_err(|error| tls.refuse("tlsByHost", "tlsByHost", error))?;
    }
    if let Some(path) = key_log {
        network.tls_key_log = Some(open_key_log(path, &mut tls.warnings)?);
    }
    Ok(tls.warnings)
}

fn open_key_log(path: &Path, warnings: &mut Vec<String>) -> Result<Arc<TlsKeyLog>, Failure> {
    let path_text = path.display();
    let key_log = TlsKeyLog::append_to(path).map_err(|error| {
        let context = format!("cannot open `{path_text}`, the file of SSLKEYLOGFILE");
        Failure::new(ExitCode::Unclassified, error).context(context)
    })?;
    warnings
        .push(format!("SSLKEYLOGFILE is set: the secrets of TLS connections go to `{path_text}`"));
    Ok(Arc::new(key_log))
}

/// The options at work.
struct Tls<'m> {
    merged: &'m Merged,
    warnings: Vec<String>,
}

impl Tls<'_> {
    /// An error about the value at `place` of the option `key`.
    fn refuse(&self, key: &str, place: &str, problem: impl std::fmt::Display) -> Failure {
        let failure =
            Failure::message(ExitCode::InvalidConfig, format!("option `{place}`: {problem}"));
        match self.merged.origins_hint(&[key]) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    fn versions(
        &mut self,
        place: &str,
        given: options::TlsVersions,
    ) -> Result<TlsVersions, Failure> {
        let key = key_of(place);
        let offered = |version| match version {
            options::TlsVersion::Tls10 | options::TlsVersion::Tls11 => None,
            options::TlsVersion::Tls12 => Some(TlsVersion::Tls12),
            options::TlsVersion::Tls13 => Some(TlsVersion::Tls13),
        };
        let mut versions = TlsVersions::ALL;
        if let Some(max) = given.max {
            versions.max = offered(max).ok_or_else(|| {
                let problem = format!(
                    "nothing newer than {max} is allowed, and nothing older than tls1.2 is \
                     supported; allow tls1.2 or tls1.3"
                );
                self.refuse(key, place, problem)
            })?;
        }
        if let Some(min) = given.min {
            match offered(min) {
                Some(min) => versions.min = min,
                None => self.warnings.push(format!(
                    "option `{place}` allows {min}, which is not supported: tls1.2 is the oldest \
                     version that is offered"
                )),
            }
        }
        check_tls_offer(versions, &[]).map_err(|error| self.refuse(key, place, error))?;
        Ok(versions)
    }

    fn cipher_suites(
        &mut self,
        place: &str,
        given: &[CipherSuite],
        versions: TlsVersions,
    ) -> Result<Vec<TlsCipherSuite>, Failure> {
        let (mut suites, mut missing) = (Vec::new(), Vec::new());
        for name in given {
            match TlsCipherSuite::from_name(name.as_str()) {
                Some(suite) => suites.push(suite),
                None => missing.push(name.as_str()),
            }
        }
        if !missing.is_empty() {
            self.warnings.push(format!(
                "option `{place}` names cipher suites that are not supported and not offered: {}",
                missing.join(", ")
            ));
        }
        if suites.is_empty() && !missing.is_empty() {
            // An empty list would be all of them; what is left is what no list can take away.
            if versions.max == TlsVersion::Tls12 {
                let problem = "none of these cipher suites is supported, and tls1.3 is not allowed";
                return Err(self.refuse(key_of(place), place, problem));
            }
            suites.extend(TlsCipherSuite::all().filter(|s| s.version() == TlsVersion::Tls13));
        }
        check_tls_offer(versions, &suites)
            .map_err(|error| self.refuse(key_of(place), place, error))?;
        Ok(suites)
    }

    fn auth(&self, index: usize, given: &options::TlsAuth) -> Result<TlsAuth, Failure> {
        let place = format!("tlsAuth[{index}]");
        let identity = TlsIdentity::from_pem(&given.cert, &given.key, given.password.as_deref())
            .map_err(|error| self.refuse("tlsAuth", &place, error))?;
        let domains = given.domains.iter().map(options::HostnamePattern::as_str);
        let domains = HostnamePatterns::parse(domains)
            .map_err(|error| self.refuse("tlsAuth", &place, error))?;
        Ok(TlsAuth { identity: Arc::new(identity), domains })
    }

    /// What `tlsByHost` says about one host.
    fn profile(
        &mut self,
        host: &str,
        given: &TlsHost,
        network: &Settings,
    ) -> Result<TlsProfile, Failure> {
        let place = format!("tlsByHost.{host}");
        let part = |name: &str| format!("{place}.{name}");
        let versions =
            given.version.map(|given| self.versions(&part("version"), given)).transpose()?;
        let among = versions.unwrap_or(network.tls_versions);
        let cipher_suites = given
            .cipher_suites
            .as_ref()
            .map(|given| self.cipher_suites(&part("cipherSuites"), given, among))
            .transpose()?;
        check_tls_offer(among, cipher_suites.as_ref().unwrap_or(&network.tls_cipher_suites))
            .map_err(|error| self.refuse("tlsByHost", &place, error))?;
        let roots = given.ca.as_deref().map(TlsRoots::from_pem).transpose();
        let roots = roots.map_err(|error| self.refuse("tlsByHost", &part("ca"), error))?;
        let server_name = given.server_name.as_deref().map(TlsServerName::parse).transpose();
        let server_name =
            server_name.map_err(|error| self.refuse("tlsByHost", &part("serverName"), error))?;
        let identity = match (&given.cert, &given.key) {
            (None, None) => None,
            (cert, key) => {
                let text = |pem: &Option<String>| pem.clone().unwrap_or_default();
                let password = given.password.as_deref();
                let read = TlsIdentity::from_pem(&text(cert), &text(key), password);
                Some(Arc::new(read.map_err(|error| self.refuse("tlsByHost", &place, error))?))
            }
        };
        Ok(TlsProfile {
            versions,
            cipher_suites,
            insecure_skip_verify: given.insecure_skip_verify,
            server_name,
            roots,
            identity,
            resumption: given.session_resumption,
        })
    }
}

/// The option that a place is in.
fn key_of(place: &str) -> &str {
    place.split(['.', '[']).next().unwrap_or(place)
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
