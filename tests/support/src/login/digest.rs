//! The server's side of digest authentication.

use std::collections::VecDeque;
use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use serde_json::json;
use sha2::{Sha256, Sha512_256};

use super::{Known, Verdict, hex};
use crate::route::Request;

const REALM: &str = r#"squall "test""#;
const REALM_PLAIN: &str = "squall";
const OPAQUE: &str = "5ccc069c403ebaf9f0171e9517f40e41";

/// Nonces that are remembered.
const NONCES_MAX: usize = 10_000;

/// What is asked for: `/digest/QOP/ALGORITHM`; `none` leaves a part out, `both` is two protections.
pub(super) struct Wanted<'a> {
    pub(super) qop: &'a str,
    pub(super) algorithm: &'a str,
    /// Requests that a nonce is good for.
    pub(super) uses: Option<u32>,
    /// Nothing that is hard to read.
    pub(super) is_plain: bool,
}

impl Wanted<'_> {
    const fn realm(&self) -> &'static str {
        if self.is_plain { REALM_PLAIN } else { REALM }
    }
}

/// The nonces that were given out.
#[derive(Debug, Default)]
pub(super) struct Digests {
    given: VecDeque<Given>,
    count: u64,
}

#[derive(Debug)]
struct Given {
    nonce: String,
    /// The highest count that came with it.
    count: u32,
    uses: u32,
}

impl Digests {
    /// The error is a text for who asks for what there is not.
    pub(super) fn judge(
        &mut self,
        wanted: &Wanted<'_>,
        known: &Known,
        request: &Request<'_>,
    ) -> Result<Verdict, String> {
        let name = if wanted.algorithm == "none" { "MD5" } else { wanted.algorithm };
        let hash = hash_named(name.trim_end_matches("-sess"))
            .ok_or_else(|| format!("`{name}` is not an algorithm of this server"))?;
        let qop = match wanted.qop {
            "none" => "",
            "both" => "auth,auth-int",
            qop => qop,
        };
        let said = request.headers.get("authorization").unwrap_or_default();
        let Some(said) = said.strip_prefix("Digest ").map(Said) else {
            return Ok(self.ask(wanted, qop, false));
        };
        let is_session = name.ends_with("-sess");
        if !said.is_right(hash, is_session, qop, wanted.realm(), known, request) {
            return Ok(self.ask(wanted, qop, false));
        }
        let count = u32::from_str_radix(said.field("nc").unwrap_or("1"), 16).unwrap_or(0);
        let nonce = said.field("nonce").unwrap_or_default();
        let Some(given) = self.given.iter_mut().find(|given| given.nonce == nonce) else {
            return Ok(self.ask(wanted, qop, true));
        };
        // Without a protection there is no count, and nothing against saying it all again.
        if !qop.is_empty() && count <= given.count {
            return Ok(self.ask(wanted, qop, false));
        }
        given.count = count;
        given.uses += 1;
        if given.uses > wanted.uses.unwrap_or(u32::MAX) {
            return Ok(self.ask(wanted, qop, true));
        }
        let qop = said.field("qop").unwrap_or_default();
        Ok(Verdict::Welcome(json!({
            "scheme": "Digest", "user": known.user, "count": count, "qop": qop,
        })))
    }

    fn ask(&mut self, wanted: &Wanted<'_>, qop: &str, stale: bool) -> Verdict {
        self.count += 1;
        let nonce = hash_named("MD5").map(|hash| hash(format!("nonce {}", self.count).as_bytes()));
        let nonce = nonce.unwrap_or_default();
        if self.given.len() == NONCES_MAX {
            self.given.pop_front();
        }
        self.given.push_back(Given { nonce: nonce.clone(), count: 0, uses: 0 });
        let realm = wanted.realm().replace('"', "\\\"");
        let mut challenge =
            format!(r#"Digest realm="{realm}", nonce="{nonce}", opaque="{OPAQUE}""#);
        if !qop.is_empty() {
            let _ = write!(challenge, r#", qop="{qop}""#);
        }
        if wanted.algorithm != "none" {
            let _ = write!(challenge, ", algorithm={}", wanted.algorithm);
        }
        if stale {
            challenge += ", stale=true";
        }
        if wanted.is_plain {
            return Verdict::Ask(vec![challenge]);
        }
        // One that no client knows comes first.
        Verdict::Ask(vec!["Unheard of=\"it\"".to_owned(), challenge])
    }
}

type Hash = fn(&[u8]) -> String;

fn hash_named(name: &str) -> Option<Hash> {
    match name {
        "MD5" => Some(|bytes| hex(&Md5::digest(bytes))),
        "SHA-256" => Some(|bytes| hex(&Sha256::digest(bytes))),
        "SHA-512-256" => Some(|bytes| hex(&Sha512_256::digest(bytes))),
        _ => None,
    }
}

/// What a client says behind `Digest`.
struct Said<'a>(&'a str);

impl<'a> Said<'a> {
    /// The part as it stands, without its quotes.
    fn field(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.0;
        loop {
            let (found, behind) = rest.split_once('=')?;
            let (value, behind) = match behind.strip_prefix('"') {
                Some(quoted) => {
                    let mut escaped = false;
                    let end = quoted.find(|c| {
                        let is_end = c == '"' && !escaped;
                        escaped = c == '\\' && !escaped;
                        is_end
                    })?;
                    (&quoted[..end], &quoted[end + 1..])
                }
                None => behind.split_at(behind.find(',').unwrap_or(behind.len())),
            };
            if found.trim() == name {
                return Some(value.trim());
            }
            rest = behind.trim_start_matches([',', ' ']);
        }
    }

    fn is_right(
        &self,
        hash: Hash,
        is_session: bool,
        offered: &str,
        realm: &str,
        known: &Known,
        request: &Request<'_>,
    ) -> bool {
        let field = |name| self.field(name).unwrap_or_default();
        let unquoted = |name| field(name).replace("\\\"", "\"").replace("\\\\", "\\");
        let (nonce, cnonce, count, qop) =
            (field("nonce"), field("cnonce"), field("nc"), field("qop"));
        let mut key = hash(format!("{}:{realm}:{}", known.user, known.password).as_bytes());
        if is_session {
            key = hash(format!("{key}:{nonce}:{cnonce}").as_bytes());
        }
        let asked = match qop {
            "auth-int" => {
                format!("{}:{}:{}", request.method, request.target, hash(request.body))
            }
            _ => format!("{}:{}", request.method, request.target),
        };
        let asked = hash(asked.as_bytes());
        let response = if offered.is_empty() {
            hash(format!("{key}:{nonce}:{asked}").as_bytes())
        } else {
            hash(format!("{key}:{nonce}:{count}:{cnonce}:{qop}:{asked}").as_bytes())
        };
        field("response") == response
            && unquoted("username") == known.user
            && unquoted("realm") == realm
            && field("uri") == request.target
            && field("opaque") == OPAQUE
            && (offered.is_empty() == qop.is_empty())
            && (qop.is_empty() || (offered.split(',').any(|one| one == qop) && count.len() == 8))
    }
}
