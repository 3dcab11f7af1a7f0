//! The TLS handshake inside QUIC, for quinn.
//!
//! quinn brings a session of its own for rustls. It keeps to itself which cipher suite was agreed
//! on, whether a session was resumed, and the error of a certificate that is not good, all of which
//! an exchange says; so this is one more, made of the same calls.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead;
use quinn_proto::crypto::{
    ClientConfig, ExportKeyingMaterialError, HeaderKey, KeyPair, Keys, PacketKey, Session,
};
use quinn_proto::transport_parameters::TransportParameters;
use quinn_proto::{ConnectError, ConnectionId, Side, TransportError, TransportErrorCode};
use rustls::pki_types::ServerName;
use rustls::quic::{self, KeyChange, Secrets, Suite, Version};

use super::info::Handshake;
use super::verify;

/// The only version of QUIC that is spoken, RFC 9000's.
const VERSION: u32 = 1;

/// What one connection's handshake is made of.
pub(crate) struct QuicHandshake {
    pub(super) config: Arc<rustls::ClientConfig>,
    pub(super) server_name: ServerName<'static>,
    /// Keys of the first packets; theirs is a suite that everybody has.
    pub(super) initial: Suite,
    /// Why it failed, where TLS is to blame.
    pub(crate) failed: OnceLock<rustls::Error>,
}

impl ClientConfig for QuicHandshake {
    fn start_session(
        self: Arc<Self>,
        version: u32,
        _server_name: &str,
        params: &TransportParameters,
    ) -> Result<Box<dyn Session>, ConnectError> {
        if version != VERSION {
            return Err(ConnectError::UnsupportedVersion);
        }
        let mut encoded = Vec::new();
        params.write(&mut encoded);
        let (config, name) = (Arc::clone(&self.config), self.server_name.clone());
        match quic::ClientConnection::new(config, Version::V1, name, encoded) {
            Ok(tls) => Ok(Box::new(QuicSession {
                handshake: self,
                tls: tls.into(),
                agreed: false,
                staple: None,
                next_secrets: None,
            })),
            Err(error) => {
                let _ = self.failed.set(error);
                Err(ConnectError::UnsupportedVersion)
            }
        }
    }
}

struct QuicSession {
    handshake: Arc<QuicHandshake>,
    tls: quic::Connection,
    /// quinn was told that the protocol is agreed on.
    agreed: bool,
    staple: Option<Vec<u8>>,
    next_secrets: Option<Secrets>,
}

impl Session for QuicSession {
    fn initial_keys(&self, dst_cid: &ConnectionId, side: Side) -> Keys {
        let side = match side {
            Side::Client => rustls::Side::Client,
            Side::Server => rustls::Side::Server,
        };
        keys_of(self.handshake.initial.keys(dst_cid, side, Version::V1))
    }

    /// A [`Handshake`], once it is over.
    fn handshake_data(&self) -> Option<Box<dyn Any>> {
        if self.is_handshaking() {
            return None;
        }
        Some(Box::new(Handshake::of(&self.tls, self.staple.clone())))
    }

    fn peer_identity(&self) -> Option<Box<dyn Any>> {
        None
    }

    /// Nothing is sent before the handshake is over.
    fn early_crypto(&self) -> Option<(Box<dyn HeaderKey>, Box<dyn PacketKey>)> {
        None
    }

    fn early_data_accepted(&self) -> Option<bool> {
        Some(false)
    }

    fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    fn read_handshake(&mut self, buf: &[u8]) -> Result<bool, TransportError> {
        let read = self.tls.read_hs(buf);
        if let Some(staple) = verify::take_staple() {
            self.staple = Some(staple);
        }
        if let Err(error) = read {
            let reason = error.to_string();
            let code = match self.tls.alert() {
                Some(alert) => TransportErrorCode::crypto(alert.into()),
                None => TransportErrorCode::PROTOCOL_VIOLATION,
            };
            let _ = self.handshake.failed.set(error);
            return Err(TransportError { code, frame: None, reason });
        }
        let agrees = self.tls.alpn_protocol().is_some() || !self.is_handshaking();
        Ok(agrees && !std::mem::replace(&mut self.agreed, agrees))
    }

    fn transport_parameters(&self) -> Result<Option<TransportParameters>, TransportError> {
        let Some(mut encoded) = self.tls.quic_transport_parameters() else { return Ok(None) };
        Ok(Some(TransportParameters::read(Side::Client, &mut encoded)?))
    }

    fn write_handshake(&mut self, buf: &mut Vec<u8>) -> Option<Keys> {
        let keys = match self.tls.write_hs(buf)? {
            KeyChange::Handshake { keys } => keys,
            KeyChange::OneRtt { keys, next } => {
                self.next_secrets = Some(next);
                keys
            }
        };
        Some(keys_of(keys))
    }

    fn next_1rtt_keys(&mut self) -> Option<KeyPair<Box<dyn PacketKey>>> {
        let next = self.next_secrets.as_mut()?.next_packet_keys();
        Some(KeyPair { local: Box::new(next.local), remote: Box::new(next.remote) })
    }

    /// RFC 9001, section 5.8.
    fn is_valid_retry(&self, orig_dst_cid: &ConnectionId, header: &[u8], payload: &[u8]) -> bool {
        let Some(untagged) = payload.len().checked_sub(RETRY_TAG_BYTES) else { return false };
        let mut packet = vec![orig_dst_cid.len() as u8];
        packet.extend_from_slice(orig_dst_cid);
        packet.extend_from_slice(header);
        packet.extend_from_slice(&payload[..untagged]);
        let Ok(key) = aead::UnboundKey::new(&aead::AES_128_GCM, &RETRY_KEY) else { return false };
        let nonce = aead::Nonce::assume_unique_for_key(RETRY_NONCE);
        let mut tag = payload[untagged..].to_vec();
        let key = aead::LessSafeKey::new(key);
        key.open_in_place(nonce, aead::Aad::from(packet), &mut tag).is_ok()
    }

    fn export_keying_material(
        &self,
        output: &mut [u8],
        label: &[u8],
        context: &[u8],
    ) -> Result<(), ExportKeyingMaterialError> {
        let exported = self.tls.export_keying_material(output, label, Some(context));
        exported.map(|_| ()).map_err(|_| ExportKeyingMaterialError)
    }
}

const RETRY_TAG_BYTES: usize = 16;
/// Key and nonce of the tag of a Retry packet, which are no secrets: RFC 9001, section 5.8.
const RETRY_KEY: [u8; 16] = [
    0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e,
];
const RETRY_NONCE: [u8; 12] =
    [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb];

fn keys_of(keys: quic::Keys) -> Keys {
    Keys {
        header: KeyPair {
            local: Box::new(keys.local.header),
            remote: Box::new(keys.remote.header),
        },
        packet: KeyPair {
            local: Box::new(keys.local.packet),
            remote: Box::new(keys.remote.packet),
        },
    }
}
