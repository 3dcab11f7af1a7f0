//! Digest authentication (RFC 7616, and RFC 2617 where servers are of that age).
//!
//! Algorithms: MD5, SHA-256, SHA-512-256, each also as `-sess`; protection: `auth`, `auth-int` and
//! none. Of several challenges the first that can be answered is, since servers name the best one
//! first. Names are not hashed (`userhash`).
//!
//! [`Sessions`] remembers what servers have asked, so that a nonce that comes again is counted on,
//! and so that a request can answer before it is asked. It belongs to one virtual user.
//!
//! Invariant: at most `SESSIONS_MAX` sessions are kept; the one that was not used for the longest
//! time goes first.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512_256};

use crate::auth::Credentials;
use crate::auth::challenge::{Challenge, challenges};

/// Servers that one virtual user talks to.
const SESSIONS_MAX: usize = 16;

/// The request that has to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// `http://host:port`: whom the answer is for.
    pub origin: &'a str,
    /// As it is sent.
    pub method: &'a str,
    /// Path and query, as they are sent.
    pub uri: &'a str,
    /// Hashed where the server wants that (`auth-int`).
    pub body: &'a [u8],
    /// Whose name and password.
    pub credentials: &'a Credentials,
    /// Random text; 32 hexadecimal digits are usual.
    pub cnonce: &'a str,
}

/// What servers have asked for, of one virtual user.
#[derive(Debug, Default)]
pub struct Sessions {
    /// The last one was used last.
    known: Vec<Session>,
}

/// What one server has asked for.
#[derive(Clone, Debug)]
struct Session {
    origin: String,
    user: String,
    realm: String,
    nonce: String,
    /// Echoed as it came.
    opaque: Option<String>,
    algorithm: Algorithm,
    /// The algorithm's name as the server wrote it.
    algorithm_text: Option<String>,
    protection: Protection,
    /// Requests that were signed with this nonce.
    count: u32,
    /// Stays the same with `-sess`, where it is part of the key.
    cnonce: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Algorithm {
    hash: Hash,
    is_session: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha256,
    Sha512Of256,
}

/// `qop`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    None,
    Auth,
    AuthInt,
}

impl Sessions {
    /// The value of `Authorization` for a request that was answered with these lines of
    /// `WWW-Authenticate`; none when none of them is a digest challenge that can be answered.
    pub fn answer<'v>(
        &mut self,
        ask: &Ask<'_>,
        www_authenticate: impl IntoIterator<Item = &'v [u8]>,
    ) -> Option<String> {
        let all = challenges(www_authenticate);
        let mut session = all.iter().find_map(|challenge| Session::of(ask, challenge))?;
        let known = self.known.iter().position(|known| {
            known.origin == session.origin
                && known.user == session.user
                && known.realm == session.realm
        });
        if let Some(known) = known.map(|at| self.known.remove(at))
            && known.nonce == session.nonce
            && known.algorithm == session.algorithm
        {
            session.count = known.count;
            session.cnonce = known.cnonce;
        }
        Some(self.sign(session, ask))
    }

    /// The value of `Authorization` for a request to a server that has asked before, so that it
    /// need not ask again. A server that has had enough of the nonce asks again.
    pub fn answer_ahead(&mut self, ask: &Ask<'_>) -> Option<String> {
        let known = self
            .known
            .iter()
            .rposition(|known| known.origin == ask.origin && known.user == ask.credentials.user)?;
        let session = self.known.remove(known);
        Some(self.sign(session, ask))
    }

    fn sign(&mut self, mut session: Session, ask: &Ask<'_>) -> String {
        let value = session.sign(ask);
        if self.known.len() == SESSIONS_MAX {
            self.known.remove(0);
        }
        self.known.push(session);
        value
    }
}

impl Session {
    /// The session that a challenge opens, if it is one that can be answered.
    fn of(ask: &Ask<'_>, challenge: &Challenge) -> Option<Self> {
        if !challenge.is("Digest") {
            return None;
        }
        let algorithm_text = challenge.parameter("algorithm");
        Some(Self {
            origin: ask.origin.to_owned(),
            user: ask.credentials.user.clone(),
            realm: challenge.parameter("realm").unwrap_or_default().to_owned(),
            nonce: challenge.parameter("nonce")?.to_owned(),
            opaque: challenge.parameter("opaque").map(str::to_owned),
            algorithm: Algorithm::named(algorithm_text.unwrap_or("MD5"))?,
            algorithm_text: algorithm_text.map(str::to_owned),
            protection: Protection::offered(challenge.parameter("qop").unwrap_or_default())?,
            count: 0,
            cnonce: String::new(),
        })
    }

    fn sign(&mut self, ask: &Ask<'_>) -> String {
        self.count = self.count.wrapping_add(1);
        if self.cnonce.is_empty() || !self.algorithm.is_session {
            ask.cnonce.clone_into(&mut self.cnonce);
        }
        let (hash, credentials) = (self.algorithm.hash, ask.credentials);
        let (nonce, cnonce) = (&self.nonce, &self.cnonce);
        let mut key = hash.of([&credentials.user, &self.realm, &credentials.password]);
        if self.algorithm.is_session {
            key = hash.of([&key, nonce, cnonce]);
        }
        let request = match self.protection {
            Protection::AuthInt => hash.of([ask.method, ask.uri, &hash.of_bytes(ask.body)]),
            _ => hash.of([ask.method, ask.uri]),
        };
        let count = format!("{:08x}", self.count);
        let protection = self.protection.name();
        let response = match protection {
            None => hash.of([&key, nonce, &request]),
            Some(name) => hash.of([&key, nonce, &count, cnonce, name, &request]),
        };
        let mut value = format!(
            r#"Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{response}""#,
            escaped(&credentials.user),
            escaped(&self.realm),
            escaped(nonce),
            escaped(ask.uri),
        );
        // Writing to a string cannot fail.
        if let Some(name) = protection {
            let _ = write!(value, r#", qop={name}, nc={count}, cnonce="{}""#, escaped(cnonce));
        } else if self.algorithm.is_session {
            let _ = write!(value, r#", cnonce="{}""#, escaped(cnonce));
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(value, r#", opaque="{}""#, escaped(opaque));
        }
        if let Some(algorithm) = &self.algorithm_text {
            let _ = write!(value, ", algorithm={algorithm}");
        }
        value
    }
}

impl Algorithm {
    fn named(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let (name, is_session) = match text.strip_suffix("-SESS") {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        let hash = match name {
            "MD5" => Hash::Md5,
            "SHA-256" => Hash::Sha256,
            "SHA-512-256" => Hash::Sha512Of256,
            _ => return None,
        };
        Some(Self { hash, is_session })
    }
}

impl Protection {
    /// The one to take of those in a list: `auth`, since hashing bodies costs more than it says.
    /// Nothing when all are unknown.
    fn offered(list: &str) -> Option<Self> {
        let has = |name: &str| list.split(',').any(|one| one.trim().eq_ignore_ascii_case(name));
        if list.trim().is_empty() {
            Some(Self::None)
        } else if has("auth") {
            Some(Self::Auth)
        } else if has("auth-int") {
            Some(Self::AuthInt)
        } else {
            None
        }
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Auth => Some("auth"),
            Self::AuthInt => Some("auth-int"),
        }
    }
}

impl Hash {
    /// The hash of these with colons between, in hexadecimal.
    fn of<const N: usize>(self, parts: [&str; N]) -> String {
        self.of_bytes(parts.join(":").as_bytes())
    }

    fn of_bytes(self, bytes: &[u8]) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(bytes)),
            Self::Sha256 => hex(&Sha256::digest(bytes)),
            Self::Sha512Of256 => hex(&Sha512_256::digest(bytes)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// For use between quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests;
