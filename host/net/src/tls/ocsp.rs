//! OCSP responses that servers staple to their certificates, as data.
//!
//! They are reported, not judged: like k6, squall takes a certificate that is said to be revoked,
//! and does not check who signed the response.

use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::CrlReason;
use x509_ocsp::{
    BasicOcspResponse, CertStatus, OcspGeneralizedTime, OcspResponse, OcspResponseStatus,
};

/// What an OCSP response says about a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OcspStatus {
    /// It is valid.
    Good,
    /// It was withdrawn.
    Revoked,
    /// The responder does not know it, there was no response, or none that can be read.
    #[default]
    Unknown,
}

impl OcspStatus {
    /// k6's name for it, as in the tag `ocsp_status`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// An OCSP response; times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ocsp {
    /// What it says.
    pub status: OcspStatus,
    /// Why the certificate was revoked, in k6's words; `unspecified` also when it was not.
    pub revocation_reason: &'static str,
    /// When it was signed.
    pub produced_at_s: i64,
    /// When it was known to be true.
    pub this_update_s: i64,
    /// When there will be a newer one, if that is said.
    pub next_update_s: Option<i64>,
    /// When the certificate was revoked, if it was.
    pub revoked_at_s: Option<i64>,
}

impl Ocsp {
    /// Reads a response. `None` when it says nothing: it is damaged, an error, or about several
    /// certificates.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Self> {
        let response = OcspResponse::from_der(der).ok()?;
        if response.response_status != OcspResponseStatus::Successful {
            return None;
        }
        let basic = response.response_bytes?;
        let data = BasicOcspResponse::from_der(basic.response.as_bytes()).ok()?.tbs_response_data;
        let [about] = data.responses.as_slice() else { return None };
        let (status, revoked) = match &about.cert_status {
            CertStatus::Good(_) => (OcspStatus::Good, None),
            CertStatus::Revoked(revoked) => (OcspStatus::Revoked, Some(revoked)),
            CertStatus::Unknown(_) => (OcspStatus::Unknown, None),
        };
        Some(Self {
            status,
            revocation_reason: reason(revoked.and_then(|revoked| revoked.revocation_reason)),
            produced_at_s: seconds(data.produced_at),
            this_update_s: seconds(about.this_update),
            next_update_s: about.next_update.map(seconds),
            revoked_at_s: revoked.map(|revoked| seconds(revoked.revocation_time)),
        })
    }
}

fn seconds(time: OcspGeneralizedTime) -> i64 {
    time.0.to_unix_duration().as_secs() as i64
}

const fn reason(reason: Option<CrlReason>) -> &'static str {
    match reason {
        None | Some(CrlReason::Unspecified) => "unspecified",
        Some(CrlReason::KeyCompromise) => "key_compromise",
        Some(CrlReason::CaCompromise) => "ca_compromise",
        Some(CrlReason::AffiliationChanged) => "affiliation_changed",
        Some(CrlReason::Superseded) => "superseded",
        Some(CrlReason::CessationOfOperation) => "cessation_of_operation",
        Some(CrlReason::CertificateHold) => "certificate_hold",
        Some(CrlReason::RemoveFromCRL) => "remove_from_crl",
        Some(CrlReason::PrivilegeWithdrawn) => "privilege_withdrawn",
        Some(CrlReason::AaCompromise) => "aa_compromise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Made by `openssl ocsp` for certificates of a throw-away authority.
    const GOOD: &[u8] = include_bytes!("testdata/good.ocsp");
    const REVOKED: &[u8] = include_bytes!("testdata/revoked.ocsp");

    #[test]
    fn a_good_certificate() {
        let ocsp = Ocsp::parse(GOOD).unwrap();
        assert_eq!((ocsp.status, ocsp.revocation_reason), (OcspStatus::Good, "unspecified"));
        assert_eq!(ocsp.this_update_s, ocsp.produced_at_s);
        assert_eq!(ocsp.next_update_s, Some(ocsp.this_update_s + 3 * 86_400));
        assert_eq!(ocsp.revoked_at_s, None);
    }

    #[test]
    fn a_revoked_certificate() {
        let ocsp = Ocsp::parse(REVOKED).unwrap();
        assert_eq!((ocsp.status, ocsp.revocation_reason), (OcspStatus::Revoked, "key_compromise"));
        // 2025-01-02T03:04:05Z
        assert_eq!(ocsp.revoked_at_s, Some(1_735_787_045));
    }

    #[test]
    fn what_says_nothing_is_none() {
        assert_eq!(Ocsp::parse(b""), None);
        assert_eq!(Ocsp::parse(&GOOD[..GOOD.len() - 1]), None);
        // tryLater: an ENUMERATED of 3, and no more.
        assert_eq!(Ocsp::parse(&[0x30, 3, 0x0a, 1, 3]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer(
            bytes in proptest::collection::vec(any::<u8>(), 0..64),
            at in 0..GOOD.len(),
            value: u8,
        ) {
            let _ = Ocsp::parse(&bytes);
            let mut damaged = GOOD.to_vec();
            damaged[at] = value;
            let _ = Ocsp::parse(&damaged);
        }
    }
}
