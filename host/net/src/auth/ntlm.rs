//! NTLM, version 2 (MS-NLMP): the three messages and their headers.
//!
//! A connection is logged in, not a request. The client says hello (type 1) in a request, the
//! server answers 401 with a challenge (type 2), and the client sends the request again with its
//! proof (type 3) over the same connection.
//!
//! As k6 has it: no signing, no sealing, no message integrity code; Unicode only. Refuses the older
//! versions, which prove little.
//!
//! Invariant: a challenge is data of a stranger; nothing in it is believed that its length does not
//! cover.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;
use thiserror::Error;

use crate::auth::Credentials;
use crate::auth::challenge::{Challenge, challenges};

const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

/// Windows 6.1, revision 15 of NTLM: what k6 says that it is.
const VERSION: [u8; 8] = [6, 1, 0xb1, 0x1d, 0, 0, 0, 15];

const NEGOTIATE_UNICODE: u32 = 1;
const DOMAIN_SUPPLIED: u32 = 1 << 12;
const EXTENDED_SECURITY: u32 = 1 << 19;
const TARGET_INFO: u32 = 1 << 23;
const NEGOTIATE_VERSION: u32 = 1 << 25;
const NEGOTIATE_128: u32 = 1 << 29;
const KEY_EXCHANGE: u32 = 1 << 30;
const NEGOTIATE_56: u32 = 1 << 31;

/// What the first message offers, as k6 does.
const OFFERED: u32 =
    NEGOTIATE_UNICODE | EXTENDED_SECURITY | TARGET_INFO | NEGOTIATE_128 | NEGOTIATE_56;

/// Length of the fixed part of a message of type 1, 2 and 3.
const NEGOTIATE_BYTES: usize = 40;
const CHALLENGE_BYTES: usize = 48;
const AUTHENTICATE_BYTES: usize = 64;

/// The entry of the target's information that ends it, and the one that holds the server's time.
const AV_END: u16 = 0;
const AV_TIMESTAMP: u16 = 7;

/// Under which name a server offers NTLM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `NTLM`
    Ntlm,
    /// `Negotiate`, which may be NTLM or Kerberos: we say that it is NTLM.
    Negotiate,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Ntlm => "NTLM",
            Self::Negotiate => "Negotiate",
        }
    }

    /// What these lines of `WWW-Authenticate` offer; `NTLM` where both are there.
    pub fn offered<'v>(www_authenticate: impl IntoIterator<Item = &'v [u8]>) -> Option<Self> {
        let all = challenges(www_authenticate);
        let offers = |scheme: &Self| all.iter().any(|challenge| challenge.is(scheme.name()));
        [Self::Ntlm, Self::Negotiate].into_iter().find(offers)
    }
}

/// A server's challenge that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NtlmError {
    /// There is none.
    #[error("NTLM: the server refused, or did not answer with a challenge")]
    NoChallenge,
    /// It is not what it should be.
    #[error("NTLM: the server's challenge is not one: {0}")]
    Malformed(&'static str),
    /// It asks for what is not there.
    #[error("NTLM: the server asks for {0}, which is not supported")]
    Unsupported(&'static str),
}

/// The value of `Authorization` that begins: type 1.
#[must_use]
pub fn negotiate(scheme: Scheme, credentials: &Credentials) -> String {
    let (_, domain) = user_and_domain(&credentials.user);
    let domain = domain.unwrap_or_default().to_uppercase().into_bytes();
    let mut message = Message::new(1);
    let flags = if domain.is_empty() { OFFERED } else { OFFERED | DOMAIN_SUPPLIED };
    message.u32(flags);
    let mut payload = Payload::after(NEGOTIATE_BYTES);
    // The domain, in the letters of the machine, then no name of the machine.
    payload.add(&mut message, &domain);
    payload.add(&mut message, &[]);
    message.bytes(&VERSION);
    message.bytes(&payload.bytes);
    message.header(scheme)
}

/// The value of `Authorization` that proves who it is: type 3. `entropy` is random; `time` is now,
/// for servers that do not tell their own, in 100 ns since the year 1601 (see [`file_time`]).
pub fn authenticate<'v>(
    scheme: Scheme,
    credentials: &Credentials,
    www_authenticate: impl IntoIterator<Item = &'v [u8]>,
    entropy: [u8; 8],
    time: u64,
) -> Result<String, NtlmError> {
    let all = challenges(www_authenticate);
    let is_answer = |one: &&Challenge| one.is(scheme.name()) && !one.token.is_empty();
    let token = &all.iter().find(is_answer).ok_or(NtlmError::NoChallenge)?.token;
    let bytes = BASE64.decode(token).map_err(|_| NtlmError::Malformed("it is not base64"))?;
    let challenge = ServerChallenge::read(&bytes)?;
    let (user, domain) = user_and_domain(&credentials.user);
    // A name like `user@host` is whole by itself.
    let domain = match domain {
        Some(domain) => utf16(domain),
        None if user.contains('@') => Vec::new(),
        None => challenge.target.clone(),
    };
    let key = owner_key(user, &domain, &credentials.password);
    let response = proof(&key, &challenge, entropy, time);
    let mut message = Message::new(3);
    let mut payload = Payload::after(AUTHENTICATE_BYTES);
    payload.add(&mut message, &[]);
    payload.add(&mut message, &response);
    payload.add(&mut message, &domain);
    payload.add(&mut message, &utf16(user));
    payload.add(&mut message, &[]);
    // No key for a session.
    message.bytes(&[0; 8]);
    message.u32(challenge.flags & !NEGOTIATE_VERSION);
    message.bytes(&payload.bytes);
    Ok(message.header(scheme))
}

/// NTLM's time: 100 ns since the year 1601, of nanoseconds since 1970.
#[must_use]
pub const fn file_time(unix_ns: u64) -> u64 {
    const UNIX_EPOCH: u64 = 116_444_736_000_000_000;
    UNIX_EPOCH + unix_ns / 100
}

/// `DOMAIN\user`, or a user without one.
fn user_and_domain(user: &str) -> (&str, Option<&str>) {
    match user.split_once('\\') {
        Some((domain, user)) => (user, Some(domain)),
        None => (user, None),
    }
}

/// `NTOWFv2`: what stands for the password.
fn owner_key(user: &str, domain: &[u8], password: &str) -> [u8; 16] {
    let password = Md4::digest(utf16(password));
    hmac_md5(&password, &[&utf16(&user.to_uppercase()), domain])
}

/// `NTLMv2_RESPONSE`: the proof, then what it is a proof of.
fn proof(key: &[u8; 16], challenge: &ServerChallenge, entropy: [u8; 8], time: u64) -> Vec<u8> {
    let time = challenge.time.unwrap_or_else(|| time.to_le_bytes());
    let mut blob = vec![1, 1, 0, 0, 0, 0, 0, 0];
    blob.extend_from_slice(&time);
    blob.extend_from_slice(&entropy);
    blob.extend_from_slice(&[0; 4]);
    blob.extend_from_slice(&challenge.target_info);
    blob.extend_from_slice(&[0; 4]);
    let mut response = hmac_md5(key, &[&challenge.nonce, &blob]).to_vec();
    response.append(&mut blob);
    response
}

fn hmac_md5(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let Ok(mut mac) = <Hmac<Md5> as hmac::Mac>::new_from_slice(key) else {
        unreachable!("any length is a key")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Type 2.
#[derive(Debug)]
struct ServerChallenge {
    flags: u32,
    nonce: [u8; 8],
    /// The name of its domain or machine, in UTF-16.
    target: Vec<u8>,
    /// Echoed as it came.
    target_info: Vec<u8>,
    time: Option<[u8; 8]>,
}

impl ServerChallenge {
    fn read(bytes: &[u8]) -> Result<Self, NtlmError> {
        let too_short = NtlmError::Malformed("it is too short");
        let fixed: &[u8; CHALLENGE_BYTES] = bytes.first_chunk().ok_or(too_short.clone())?;
        if !fixed.starts_with(SIGNATURE) || fixed[8..12] != 2_u32.to_le_bytes() {
            return Err(NtlmError::Malformed("it has another signature or type"));
        }
        let flags = u32_at(fixed, 20);
        if flags & NEGOTIATE_UNICODE == 0 {
            return Err(NtlmError::Unsupported("letters that are not Unicode"));
        }
        if flags & KEY_EXCHANGE != 0 {
            return Err(NtlmError::Unsupported("an exchange of keys"));
        }
        let target = part(bytes, fixed, 12).ok_or(too_short.clone())?;
        let target_info = part(bytes, fixed, 40).ok_or(too_short)?;
        if target_info.is_empty() {
            return Err(NtlmError::Unsupported("version 1"));
        }
        let mut nonce = [0; 8];
        nonce.copy_from_slice(&fixed[24..32]);
        let time = time_of(target_info);
        let (target, target_info) = (target.to_vec(), target_info.to_vec());
        Ok(Self { flags, nonce, target, target_info, time })
    }
}

/// The part that is described at `at` in the fixed ones: length, room, place.
fn part<'b>(bytes: &'b [u8], fixed: &[u8; CHALLENGE_BYTES], at: usize) -> Option<&'b [u8]> {
    let length = usize::from(u16::from_le_bytes([fixed[at], fixed[at + 1]]));
    if length == 0 {
        return Some(&[]);
    }
    let start = usize::try_from(u32_at(fixed, at + 4)).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

fn u32_at(bytes: &[u8; CHALLENGE_BYTES], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The server's time, in its list of (id, length, value).
fn time_of(mut target_info: &[u8]) -> Option<[u8; 8]> {
    while let Some(([id_low, id_high, low, high], rest)) = target_info.split_first_chunk() {
        let (id, length) = (u16::from_le_bytes([*id_low, *id_high]), [*low, *high]);
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(length)))?;
        match id {
            AV_END => return None,
            AV_TIMESTAMP => return value.try_into().ok(),
            _ => target_info = rest,
        }
    }
    None
}

/// A message that is being written; all numbers are little-endian.
struct Message(Vec<u8>);

impl Message {
    fn new(kind: u32) -> Self {
        let mut message = Self(SIGNATURE.to_vec());
        message.u32(kind);
        message
    }

    fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn header(&self, scheme: Scheme) -> String {
        format!("{} {}", scheme.name(), BASE64.encode(&self.0))
    }
}

/// What stands behind the fixed part of a message.
struct Payload {
    start: usize,
    bytes: Vec<u8>,
}

impl Payload {
    fn after(start: usize) -> Self {
        Self { start, bytes: Vec::new() }
    }

    /// Adds a part, and to the message where it is. No field holds more than 64 KiB: names and
    /// passwords of that length prove nothing.
    fn add(&mut self, message: &mut Message, part: &[u8]) {
        let part = &part[..part.len().min(usize::from(u16::MAX))];
        let length = (part.len() as u16).to_le_bytes();
        message.bytes(&length);
        message.bytes(&length);
        message.u32((self.start + self.bytes.len()) as u32);
        self.bytes.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests;
