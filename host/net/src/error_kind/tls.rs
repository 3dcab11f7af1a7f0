//! From the errors of rustls to a [`Failure`]: what is wrong with a certificate, what an alert of
//! the server means, and what to do about it.
//!
//! Each text says what was found; what can be done follows behind a semicolon.

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};
use x509_cert::der::DateTime;

use super::{ErrorCode, Failure};

/// What to do about an authority that is not known.
const TRUST: &str =
    "add the authority to the system's store or SSL_CERT_FILE, or set insecureSkipTLSVerify";
/// How many names of a certificate are shown.
const NAMES_MAX: usize = 5;
/// What to do about a certificate that is bad.
const RENEW: &str = "renew it on the server, or set insecureSkipTLSVerify";

/// What went wrong, and the code for it.
pub(super) fn failure(error: &Error) -> Failure {
    let (code, text) = match error {
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload,
        ) => (ErrorCode::TLS_RECORD_HEADER, format!("{error}; does the port speak plain HTTP?")),
        Error::InvalidCertificate(error) => certificate(error),
        Error::AlertReceived(alert) => (ErrorCode::TLS, received(*alert)),
        Error::PeerIncompatible(
            PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        ) => {
            let text = "the server chose a version of TLS that the settings leave out; check \
                        tlsVersion and tlsCipherSuites";
            (ErrorCode::TLS, text.to_owned())
        }
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            let text = "the server has no TLS newer than 1.1, which is not supported";
            (ErrorCode::TLS, text.to_owned())
        }
        _ => (ErrorCode::TLS, error.to_string()),
    };
    Failure::new(code, format!("{}: {text}", code.text()))
}

fn certificate(error: &CertificateError) -> (ErrorCode, String) {
    use CertificateError as Cert;
    let text = match error {
        Cert::UnknownIssuer => {
            return unknown_authority(
                "the server's certificate is signed by none that is trusted here",
            );
        }
        // A self-signed certificate that says it is an authority, as `openssl req -x509` makes
        // them.
        Cert::Other(other)
            if matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity)) =>
        {
            return unknown_authority("the server's certificate is its own authority");
        }
        Cert::NotValidForName => {
            let text = "it is for another name; check the name in the URL";
            return (ErrorCode::TLS_HOSTNAME_MISMATCH, text.to_owned());
        }
        Cert::NotValidForNameContext { expected, presented } => {
            let whom = names(presented);
            let text = format!(
                "the server's certificate is for {whom}, not for `{}`; check the name in the URL",
                expected.to_str()
            );
            return (ErrorCode::TLS_HOSTNAME_MISMATCH, text);
        }
        Cert::Expired => format!("the server's certificate has expired; {RENEW}"),
        Cert::ExpiredContext { time, not_after } => format!(
            "the server's certificate has expired on {}, now is {}; {RENEW}",
            date(*not_after),
            date(*time)
        ),
        Cert::NotValidYet => format!("the server's certificate is not valid yet; {RENEW}"),
        Cert::NotValidYetContext { time, not_before } => format!(
            "the server's certificate is not valid before {}, now is {}; check this machine's \
             clock, or {RENEW}",
            date(*not_before),
            date(*time)
        ),
        Cert::InvalidPurpose | Cert::InvalidPurposeContext { .. } => {
            format!("the server's certificate is not meant for servers ({error}); {RENEW}")
        }
        Cert::Revoked => format!("the server's certificate was revoked; {RENEW}"),
        Cert::BadSignature => {
            format!("the server's certificate or handshake has a wrong signature; {RENEW}")
        }
        _ => format!("the server's certificate cannot be used ({error}); {RENEW}"),
    };
    (ErrorCode::TLS, text)
}

fn unknown_authority(what: &str) -> (ErrorCode, String) {
    (ErrorCode::TLS_UNKNOWN_AUTHORITY, format!("{what}; {TRUST}"))
}

/// The names of a certificate, as far as one wants to read them; the library writes
/// `DnsName("a.test")`.
fn names(presented: &[String]) -> String {
    let name = |text: &String| {
        let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        format!("`{}`", inner.unwrap_or(text).trim_matches('"'))
    };
    let shown: Vec<String> = presented.iter().take(NAMES_MAX).map(name).collect();
    match presented.len().saturating_sub(NAMES_MAX) {
        _ if presented.is_empty() => "no name at all".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The date, as ISO 8601 writes it.
fn date(time: UnixTime) -> String {
    let since_1970 = std::time::Duration::from_secs(time.as_secs());
    match DateTime::from_unix_duration(since_1970) {
        Ok(date) => date.to_string(),
        Err(_) => format!("second {}", time.as_secs()),
    }
}

/// What the server said when it gave up.
fn received(alert: AlertDescription) -> String {
    use AlertDescription as Alert;
    let meaning = match alert {
        Alert::CertificateRequired => {
            "it wants a client certificate; set tlsAuth (with one whose authority it trusts)"
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::NoCertificate
        | Alert::DecryptError
        | Alert::AccessDenied => "it does not take the client certificate; check tlsAuth",
        Alert::HandshakeFailure | Alert::InsufficientSecurity => {
            "it takes none of the cipher suites, or wants a client certificate; check \
             tlsCipherSuites, tlsVersion and tlsAuth"
        }
        Alert::ProtocolVersion => {
            "it does not speak the versions of TLS that are allowed; check tlsVersion (1.2 and \
             1.3 are supported)"
        }
        Alert::UnrecognisedName => "it has nothing under this host name; check the URL",
        Alert::NoApplicationProtocol => "it speaks neither HTTP/2 nor HTTP/1.1",
        Alert::InternalError => "it failed inside; look into its log",
        _ => "look into its log",
    };
    format!("the server ended the connection with the alert {}: {meaning}", name(alert))
}

/// The alert as RFC 8446 writes it.
fn name(alert: AlertDescription) -> String {
    let mut name = String::new();
    let text = match alert {
        AlertDescription::UnknownCA => "UnknownCa".to_owned(),
        AlertDescription::Unknown(number) => return format!("number {number}"),
        AlertDescription::UnrecognisedName => "UnrecognizedName".to_owned(),
        other => format!("{other:?}"),
    };
    for (index, letter) in text.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::OtherError;
    use std::sync::Arc;

    #[test]
    fn codes() {
        let certificate = |error| Error::InvalidCertificate(error);
        let other = |error: webpki::Error| CertificateError::Other(OtherError(Arc::new(error)));
        for (error, code) in [
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), 1301),
            (Error::InvalidMessage(InvalidMessage::InvalidCcs), 1300),
            (Error::AlertReceived(AlertDescription::HandshakeFailure), 1300),
            (Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13), 1300),
            (certificate(CertificateError::Expired), 1300),
            (certificate(CertificateError::Revoked), 1300),
            (certificate(CertificateError::UnknownIssuer), 1310),
            (certificate(other(webpki::Error::CaUsedAsEndEntity)), 1310),
            (certificate(other(webpki::Error::BadDer)), 1300),
            (certificate(CertificateError::NotValidForName), 1311),
        ] {
            assert_eq!(failure(&error).code.get(), code, "{error}");
        }
    }

    #[test]
    fn the_names_of_a_certificate_are_readable_and_not_too_many() {
        let dns = |name: &str| format!("DnsName(\"{name}\")");
        assert_eq!(names(&[dns("a.test"), "IpAddress(10.0.0.1)".into()]), "`a.test`, `10.0.0.1`");
        assert_eq!(names(&["DirectoryName".into()]), "`DirectoryName`");
        assert!(names(&vec![dns("a"); 7]).ends_with("`a` and 2 more"));
        assert_eq!(names(&[]), "no name at all");
    }

    #[test]
    fn every_alert_has_its_name_and_a_meaning() {
        for number in 0..=u8::MAX {
            let message = failure(&Error::AlertReceived(number.into())).message;
            assert!(message.contains("alert ") && message.contains(": "), "{message}");
        }
        assert_eq!(name(AlertDescription::UnknownCA), "unknown_ca");
        assert_eq!(name(AlertDescription::CertificateRequired), "certificate_required");
        assert_eq!(name(AlertDescription::Unknown(200)), "number 200");
    }

    #[test]
    fn dates_are_readable() {
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(978_307_201));
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::MAX));
        let error = CertificateError::ExpiredContext { time: now, not_after: time };
        let message = failure(&Error::InvalidCertificate(error)).message;
        assert!(message.contains("expired on 2001-01-01T00:00:01Z"), "{message}");
        assert!(message.contains(&u64::MAX.to_string()), "{message}");
    }
}
