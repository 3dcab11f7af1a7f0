//! The server's side of NTLM, version 2.

use std::collections::VecDeque;

use hmac::{Hmac, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;
use serde_json::{Value, json};

use super::{Known, Verdict, base64, from_base64};
use crate::route::Request;

/// Connections that are remembered.
const CONNECTIONS_MAX: usize = 10_000;

const DOMAIN: &str = "SQUALL";

/// Unicode, NTLM, the domain's name, extended security, information on the target.
const FLAGS: u32 = 0x0089_0205;

/// How far connections have come.
#[derive(Debug, Default)]
pub(super) struct Connections {
    known: VecDeque<(u64, State)>,
}

#[derive(Clone, Debug)]
enum State {
    Challenged([u8; 8]),
    In(Value),
}

impl Connections {
    pub(super) fn judge(&mut self, known: &Known, request: &Request<'_>) -> Verdict {
        let state = self.known.iter().find(|(id, _)| *id == request.connection);
        let state = state.map(|(_, state)| state.clone());
        let said = request.headers.get("authorization").unwrap_or_default();
        let message = said.strip_prefix("NTLM ").and_then(from_base64).unwrap_or_default();
        match (message.get(..12), state) {
            (None, Some(State::In(who))) => Verdict::Welcome(who),
            (Some(b"NTLMSSP\0\x01\0\0\0"), _) => {
                let nonce = (request.connection ^ 0x0123_4567_89ab_cdef).to_le_bytes();
                self.set(request.connection, State::Challenged(nonce));
                Verdict::Ask(vec![format!("NTLM {}", base64(&challenge(nonce)))])
            }
            (Some(b"NTLMSSP\0\x03\0\0\0"), Some(State::Challenged(nonce))) => {
                match proven(&message, nonce, known) {
                    Some(domain) => {
                        let who = json!({ "scheme": "NTLM", "user": known.user, "domain": domain });
                        self.set(request.connection, State::In(who.clone()));
                        Verdict::Welcome(who)
                    }
                    None => self.refuse(request),
                }
            }
            _ => self.refuse(request),
        }
    }

    fn refuse(&mut self, request: &Request<'_>) -> Verdict {
        self.known.retain(|(id, _)| *id != request.connection);
        Verdict::Ask(vec!["Negotiate".to_owned(), "NTLM".to_owned()])
    }

    fn set(&mut self, connection: u64, state: State) {
        self.known.retain(|(id, _)| *id != connection);
        if self.known.len() == CONNECTIONS_MAX {
            self.known.pop_front();
        }
        self.known.push_back((connection, state));
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Length twice, then the place.
fn field(length: usize, at: usize) -> Vec<u8> {
    let length = (length as u16).to_le_bytes();
    [&length[..], &length, &(at as u32).to_le_bytes()].concat()
}

fn challenge(nonce: [u8; 8]) -> Vec<u8> {
    let name = utf16(DOMAIN);
    let length = (name.len() as u16).to_le_bytes();
    let info = [&[2, 0], &length[..], &name, &[0; 4]].concat();
    let mut message = b"NTLMSSP\0\x02\0\0\0".to_vec();
    message.extend(field(name.len(), 48));
    message.extend(FLAGS.to_le_bytes());
    message.extend(nonce);
    message.extend([0; 8]);
    message.extend(field(info.len(), 48 + name.len()));
    message.extend(name);
    message.extend(info);
    message
}

/// The domain, when the third message proves that the client knows the password.
fn proven(message: &[u8], nonce: [u8; 8], known: &Known) -> Option<String> {
    let part = |at: usize| {
        let length = usize::from(u16::from_le_bytes(message.get(at..at + 2)?.try_into().ok()?));
        let start = u32::from_le_bytes(message.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        message.get(start..start.checked_add(length)?)
    };
    let (response, domain, user) = (part(20)?, part(28)?, part(36)?);
    let (proof, blob) = response.split_at_checked(16)?;
    if user != utf16(&known.user) || !blob.starts_with(&[1, 1]) {
        return None;
    }
    let secret = Md4::digest(utf16(&known.password));
    let key = hmac(&secret, &[utf16(&known.user.to_uppercase()), domain.to_vec()])?;
    if hmac(&key, &[nonce.to_vec(), blob.to_vec()])? != proof {
        return None;
    }
    let letters = domain.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Some(char::decode_utf16(letters).map(|letter| letter.unwrap_or('?')).collect())
}

fn hmac(key: &[u8], parts: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut mac = <Hmac<Md5> as hmac::Mac>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().to_vec())
}
