//! Answers to servers that ask who is there: digest and NTLM.
//!
//! Pure: text in, text out. What has to be random, and the time, are handed in; sending the
//! requests, in which order, over which connection, is the business of the caller.
//!
//! `challenge` reads `WWW-Authenticate`, `digest` and `ntlm` answer.

pub mod challenge;
pub mod digest;
pub mod ntlm;

/// Who says so.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Credentials {
    /// As it stands in a URL, without escapes; for NTLM it may name a domain: `DOMAIN\user`.
    pub user: String,
    /// Without escapes.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Credentials {
    /// The value of `Authorization` for the scheme `Basic`.
    #[must_use]
    pub fn basic(&self) -> String {
        use base64::Engine as _;
        let pair = format!("{}:{}", self.user, self.password);
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }
}
