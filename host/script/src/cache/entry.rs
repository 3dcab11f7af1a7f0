//! The file format of a cache entry, and its key. Pure.
//!
//! ```text
//! 0   magic            8 bytes
//! 8   format version   u32, little endian
//! 12  key              32 bytes: an entry that was renamed is not taken for another
//! 44  payload length   u64, little endian
//! 52  payload CRC-32   u32, little endian
//! 56  payload          what wasmtime serialised
//! ```
//!
//! The checksum is against damage; against people there is the rule about who may have written the
//! folder. A stronger one takes longer than all else that is done with an entry.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

const MAGIC: [u8; 8] = *b"squallmc";
const FORMAT_VERSION: u32 = 2;
pub(super) const HEADER_BYTES: usize = 56;

/// SHA-256 of a component, or of what it is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ComponentDigest([u8; 32]);

impl ComponentDigest {
    pub(crate) fn of(component: &[u8]) -> ComponentDigest {
        ComponentDigest(Sha256::digest(component).into())
    }
}

/// What an entry is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// Everything that machine code depends on. `digest` stands for the component.
    pub(super) fn new(engine: &Engine, digest: &ComponentDigest) -> Key {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update([0]);
        let mut settings = HashInto(hash);
        engine.precompile_compatibility_hash().hash(&mut settings);
        let mut hash = settings.0;
        hash.update(digest.0);
        Key(hash.finalize().into())
    }

    /// Hexadecimal, with the ending of compiled Wasm.
    pub(super) fn file_name(&self) -> String {
        let mut name = String::with_capacity(FILE_NAME_LEN);
        for byte in self.0 {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name + FILE_NAME_END
    }

    #[cfg(test)]
    pub(super) fn of(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }
}

const FILE_NAME_END: &str = ".cwasm";
const FILE_NAME_LEN: usize = 64 + FILE_NAME_END.len();

/// True for names that [`Key::file_name`] makes: nothing else in the folder is ever removed.
pub(super) fn is_file_name(name: &str) -> bool {
    name.len() == FILE_NAME_LEN
        && name.strip_suffix(FILE_NAME_END).is_some_and(|hex| {
            hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        })
}

/// Feeds what a type hashes into SHA-256.
struct HashInto(Sha256);

impl Hasher for HashInto {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        // Asked for by nobody: the digest is taken instead. Any value would do.
        0
    }
}

/// What precedes the payload in the file.
pub(super) fn header(key: &Key, payload: &[u8]) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    header[12..44].copy_from_slice(&key.0);
    header[44..52].copy_from_slice(&(payload.len() as u64).to_le_bytes());
    header[52..].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
    header
}

/// How an entry is broken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Damage {
    #[error("is cut off at byte {0}")]
    CutOff(usize),
    #[error("is not a cache entry")]
    Magic,
    #[error("has format version {0}, expected {FORMAT_VERSION}")]
    Version(u32),
    #[error("belongs to another script or another version of squall")]
    Key,
    #[error("has {found} bytes of code, its header says {expected}")]
    Length { found: u64, expected: u64 },
    #[error("has a wrong checksum")]
    Checksum,
}

/// The payload of an entry, when everything about it is right.
pub(super) fn payload<'a>(bytes: &'a [u8], key: &Key) -> Result<&'a [u8], Damage> {
    let Some((header, payload)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(Damage::CutOff(bytes.len()));
    };
    let (magic, rest) = header.split_first_chunk::<8>().ok_or(Damage::Magic)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(Damage::Magic)?;
    let (found_key, rest) = rest.split_first_chunk::<32>().ok_or(Damage::Magic)?;
    let (length, checksum) = rest.split_first_chunk::<8>().ok_or(Damage::Magic)?;
    if *magic != MAGIC {
        return Err(Damage::Magic);
    }
    let version = u32::from_le_bytes(*version);
    if version != FORMAT_VERSION {
        return Err(Damage::Version(version));
    }
    if *found_key != key.0 {
        return Err(Damage::Key);
    }
    let expected = u64::from_le_bytes(*length);
    let found = payload.len() as u64;
    if found != expected {
        return Err(Damage::Length { found, expected });
    }
    if crc32fast::hash(payload).to_le_bytes()[..] != *checksum {
        return Err(Damage::Checksum);
    }
    Ok(payload)
}

#[cfg(test)]
mod tests;
