//! AES in the three modes of WebCrypto, for keys of 16, 24 and 32 bytes.
//!
//! The modes are written for any key, on top of the cipher of blocks: their generic versions would
//! be in here three times each.

use aes::cipher::array::ArraySize;
use aes::cipher::common::BlockSizeUser;
use aes::cipher::{
    Array, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, KeyInit, consts,
};
use aes::{Aes128, Aes192, Aes256};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

pub(super) const BLOCK_BYTES: usize = 16;
pub(super) const NONCE_BYTES: usize = 12;

type Block = Array<u8, consts::U16>;

/// Blocks of a key stream that are made at once.
const BATCH_BLOCKS: usize = 8;

enum Aes {
    Bits128(Aes128),
    Bits192(Aes192),
    Bits256(Aes256),
}

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Bits128),
            24 => Aes192::new_from_slice(key).ok().map(Self::Bits192),
            32 => Aes256::new_from_slice(key).ok().map(Self::Bits256),
            _ => None,
        }
    }

    fn encrypt(&self, blocks: &mut [Block]) {
        match self {
            Self::Bits128(cipher) => cipher.encrypt_with_backend(Run(blocks)),
            Self::Bits192(cipher) => cipher.encrypt_with_backend(Run(blocks)),
            Self::Bits256(cipher) => cipher.encrypt_with_backend(Run(blocks)),
        }
    }

    fn decrypt(&self, blocks: &mut [Block]) {
        match self {
            Self::Bits128(cipher) => cipher.decrypt_with_backend(Run(blocks)),
            Self::Bits192(cipher) => cipher.decrypt_with_backend(Run(blocks)),
            Self::Bits256(cipher) => cipher.decrypt_with_backend(Run(blocks)),
        }
    }

    /// Encrypts or decrypts with the key stream of the counters that `next` gives.
    fn apply_key_stream(&self, bytes: &mut [u8], mut next: impl FnMut() -> u128) {
        for part in bytes.chunks_mut(BATCH_BLOCKS * BLOCK_BYTES) {
            let mut stream = [Block::default(); BATCH_BLOCKS];
            let stream = &mut stream[..part.len().div_ceil(BLOCK_BYTES)];
            stream.fill_with(|| next().to_be_bytes().into());
            self.encrypt(stream);
            for (byte, key) in part.iter_mut().zip(stream.iter().flatten()) {
                *byte ^= key;
            }
        }
    }
}

/// Runs a cipher over blocks, as many at once as it can. A single one takes the same time as
/// all of these, since a second version for single blocks would double the code.
struct Run<'a>(&'a mut [Block]);

impl BlockSizeUser for Run<'_> {
    type BlockSize = consts::U16;
}

impl Run<'_> {
    fn by<P: ArraySize>(self, run: impl Fn(&mut Array<Block, P>)) {
        for part in self.0.chunks_mut(P::USIZE) {
            let mut blocks = Array::<Block, P>::default();
            blocks[..part.len()].copy_from_slice(part);
            run(&mut blocks);
            part.copy_from_slice(&blocks[..part.len()]);
        }
    }
}

impl BlockCipherEncClosure for Run<'_> {
    fn call<B: BlockCipherEncBackend<BlockSize = consts::U16>>(self, backend: &B) {
        self.by::<B::ParBlocksSize>(|blocks| backend.encrypt_par_blocks(blocks.into()));
    }
}

impl BlockCipherDecClosure for Run<'_> {
    fn call<B: BlockCipherDecBackend<BlockSize = consts::U16>>(self, backend: &B) {
        self.by::<B::ParBlocksSize>(|blocks| backend.decrypt_par_blocks(blocks.into()));
    }
}

fn xor(block: &mut Block, other: &[u8]) {
    for (byte, other) in block.iter_mut().zip(other) {
        *byte ^= other;
    }
}

/// Pads as in PKCS #7. `None` for keys and vectors of a wrong length, as everywhere in here.
pub(super) fn cbc_encrypt(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let aes = Aes::new(key)?;
    let mut last = Block::try_from(iv).ok()?;
    let padding = BLOCK_BYTES - plain.len() % BLOCK_BYTES;
    let mut buffer = plain.to_vec();
    buffer.resize(plain.len() + padding, padding as u8);
    for block in Block::slice_as_chunks_mut(&mut buffer).0 {
        xor(block, &last);
        aes.encrypt(std::slice::from_mut(block));
        last = *block;
    }
    Some(buffer)
}

/// `None` when the padding is not right, and so the key or the bytes are wrong.
pub(super) fn cbc_decrypt(key: &[u8], iv: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let aes = Aes::new(key)?;
    let mut last = Block::try_from(iv).ok()?;
    let mut buffer = secret.to_vec();
    let (blocks, rest) = Block::slice_as_chunks_mut(&mut buffer);
    if !rest.is_empty() {
        return None;
    }
    aes.decrypt(blocks);
    for (block, secret) in blocks.iter_mut().zip(secret.chunks_exact(BLOCK_BYTES)) {
        xor(block, &last);
        last.copy_from_slice(secret);
    }
    let padding = *buffer.last()?;
    let length = buffer.len().checked_sub(usize::from(padding))?;
    let is_padding = (1..=BLOCK_BYTES).contains(&usize::from(padding))
        && buffer[length..].iter().all(|byte| *byte == padding);
    buffer.truncate(length);
    is_padding.then_some(buffer)
}

/// Both directions. The last `length` bits of `counter` count; `None` when there are more blocks
/// than they can tell apart.
pub(super) fn ctr(key: &[u8], counter: &[u8], length: u32, bytes: &[u8]) -> Option<Vec<u8>> {
    let aes = Aes::new(key)?;
    let mut counter = u128::from_be_bytes(counter.try_into().ok()?);
    let mask = u128::MAX.checked_shr(128 - length).unwrap_or_default();
    let blocks = bytes.len().div_ceil(BLOCK_BYTES) as u128;
    if blocks.saturating_sub(1) > mask {
        return None;
    }
    let mut buffer = bytes.to_vec();
    aes.apply_key_stream(&mut buffer, || {
        let now = counter;
        counter = counter & !mask | counter.wrapping_add(1) & mask;
        now
    });
    Some(buffer)
}

/// AES-GCM with a key and a nonce of 12 bytes.
struct Gcm {
    aes: Aes,
    /// The first counter; that of the text is the next one.
    counter: u128,
}

impl Gcm {
    fn new(key: &[u8], nonce: &[u8]) -> Option<Self> {
        let mut counter = [0; BLOCK_BYTES];
        let nonce: &[u8; NONCE_BYTES] = nonce.try_into().ok()?;
        counter[..NONCE_BYTES].copy_from_slice(nonce);
        counter[BLOCK_BYTES - 1] = 1;
        Some(Self { aes: Aes::new(key)?, counter: u128::from_be_bytes(counter) })
    }

    fn apply_key_stream(&self, bytes: &mut [u8]) {
        let mask = u128::from(u32::MAX);
        let mut counter = self.counter;
        self.aes.apply_key_stream(bytes, || {
            counter = counter & !mask | counter.wrapping_add(1) & mask;
            counter
        });
    }

    /// The whole tag of the encrypted bytes and of `more`.
    fn tag(&self, more: &[u8], secret: &[u8]) -> Block {
        let mut blocks = [Block::default(), Block::from(self.counter.to_be_bytes())];
        self.aes.encrypt(&mut blocks);
        let [key, mask] = blocks;
        let mut hash = GHash::new(&key);
        hash.update_padded(more);
        hash.update_padded(secret);
        let bits = |bytes: &[u8]| bytes.len() as u128 * 8;
        let lengths = bits(more) << 64 | bits(secret);
        hash.update(&[lengths.to_be_bytes().into()]);
        let mut tag = hash.finalize();
        xor(&mut tag, &mask);
        tag
    }
}

/// Ends in the first `tag_bytes` of the tag.
pub(super) fn gcm_encrypt(
    key: &[u8],
    nonce: &[u8],
    more: &[u8],
    tag_bytes: usize,
    plain: &[u8],
) -> Option<Vec<u8>> {
    let gcm = Gcm::new(key, nonce)?;
    let mut buffer = plain.to_vec();
    gcm.apply_key_stream(&mut buffer);
    let tag = gcm.tag(more, &buffer);
    buffer.extend_from_slice(&tag[..tag_bytes]);
    Some(buffer)
}

/// `None` when the tag does not fit.
pub(super) fn gcm_decrypt(
    key: &[u8],
    nonce: &[u8],
    more: &[u8],
    tag_bytes: usize,
    secret: &[u8],
) -> Option<Vec<u8>> {
    let (secret, tag) = secret.split_at_checked(secret.len().checked_sub(tag_bytes)?)?;
    let gcm = Gcm::new(key, nonce)?;
    if !super::is_equal(&gcm.tag(more, secret)[..tag_bytes], tag) {
        return None;
    }
    let mut buffer = secret.to_vec();
    gcm.apply_key_stream(&mut buffer);
    Some(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digit = |byte: u8| (byte as char).to_digit(16).unwrap() as u8;
        text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    #[test]
    fn vectors_of_nist() {
        let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
        let plain = hex("6bc1bee22e409f96e93d7e117393172a");
        let iv = hex("000102030405060708090a0b0c0d0e0f");
        let cbc = cbc_encrypt(&key, &iv, &plain).unwrap();
        assert_eq!(cbc[..16], hex("7649abac8119b246cee98e9b12e9197d")[..]);
        assert_eq!(cbc_decrypt(&key, &iv, &cbc).unwrap(), plain);
        let counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        let secret = ctr(&key, &counter, 64, &plain).unwrap();
        assert_eq!(secret, hex("874d6191b620e3261bef6864990db6ce"));
        let zero = [0; 16];
        let gcm = gcm_encrypt(&zero, &[0; 12], b"", 16, &zero).unwrap();
        let known = "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf";
        assert_eq!(gcm, hex(known));
    }

    #[test]
    fn counters_start_again() {
        let key = [7; 32];
        let bytes = [0; 64];
        let mut counter = [0; 16];
        counter[15] = 0xff;
        counter[0] = 9;
        let eight = ctr(&key, &counter, 8, &bytes).unwrap();
        counter[15] = 0;
        let zero = ctr(&key, &counter, 8, &bytes).unwrap();
        assert_eq!(eight[16..], zero[..48]);
        assert!(ctr(&key, &counter, 1, &bytes).is_none());
        assert!(ctr(&key, &counter, 2, &bytes).is_some());
        assert!(ctr(&key, &counter, 128, &bytes).is_some());
    }

    #[test]
    fn what_was_changed_is_refused() {
        for key in [&[1; 16][..], &[1; 24], &[1; 32]] {
            for tag_bytes in 12..=16 {
                let mut secret = gcm_encrypt(key, &[2; 12], b"more", tag_bytes, b"text").unwrap();
                let plain = gcm_decrypt(key, &[2; 12], b"more", tag_bytes, &secret);
                assert_eq!(plain.unwrap(), b"text");
                assert!(gcm_decrypt(key, &[2; 12], b"less", tag_bytes, &secret).is_none());
                secret[0] ^= 1;
                assert!(gcm_decrypt(key, &[2; 12], b"more", tag_bytes, &secret).is_none());
            }
        }
        assert!(cbc_decrypt(&[0; 16], &[0; 16], &[0; 5]).is_none());
        assert!(cbc_encrypt(&[0; 5], &[0; 16], b"").is_none());
    }
}
