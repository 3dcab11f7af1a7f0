//! Hash functions by the names that scripts use, HMAC and PBKDF2 with each of them.

use sha2::digest::Digest;
use sha2::digest::block_api::BlockSizeUser;

/// The longest hash.
const BYTES_MAX: usize = 64;

/// A hash that is being computed; objects of it keep the code small, which for eight functions and
/// their HMACs matters more than a call.
trait State {
    fn update(&mut self, bytes: &[u8]);
    /// The hash of what came so far and of `more`; returns its length.
    fn finish_with(&self, more: &[u8], hash: &mut [u8; BYTES_MAX]) -> usize;
    fn block_bytes(&self) -> usize;
    fn boxed(&self) -> Box<dyn State>;
}

#[derive(Clone)]
struct Plain<D>(D);

impl<D: Digest + BlockSizeUser + Clone + 'static> State for Plain<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish_with(&self, more: &[u8], hash: &mut [u8; BYTES_MAX]) -> usize {
        let mut state = self.0.clone();
        state.update(more);
        let result = state.finalize();
        hash[..result.len()].copy_from_slice(&result);
        result.len()
    }

    fn block_bytes(&self) -> usize {
        <D as BlockSizeUser>::block_size()
    }

    fn boxed(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

fn plain(name: &str) -> Option<Box<dyn State>> {
    Some(match name {
        "md4" => Box::new(Plain(md4::Md4::new())),
        "md5" => Box::new(Plain(md5::Md5::new())),
        "ripemd160" => Box::new(Plain(ripemd::Ripemd160::new())),
        "sha1" => Box::new(Plain(sha1::Sha1::new())),
        "sha256" => Box::new(Plain(sha2::Sha256::new())),
        "sha384" => Box::new(Plain(sha2::Sha384::new())),
        "sha512" => Box::new(Plain(sha2::Sha512::new())),
        "sha512_224" => Box::new(Plain(sha2::Sha512_224::new())),
        "sha512_256" => Box::new(Plain(sha2::Sha512_256::new())),
        _ => return None,
    })
}

/// A hash or an HMAC that is being computed.
pub(crate) struct Hasher {
    state: Box<dyn State>,
    /// Of an HMAC: what hashes the hash once more, when it has read its half of the key.
    outer: Option<Box<dyn State>>,
}

impl Hasher {
    /// The hash function of this name.
    pub(crate) fn new(name: &str) -> Option<Self> {
        Some(Self { state: plain(name)?, outer: None })
    }

    /// HMAC with the hash function of this name.
    pub(crate) fn keyed(name: &str, key: &[u8]) -> Option<Self> {
        let mut state = plain(name)?;
        let mut outer = state.boxed();
        let mut block = vec![0; state.block_bytes()];
        if key.len() > block.len() {
            let mut hash = [0; BYTES_MAX];
            let length = state.finish_with(key, &mut hash);
            block[..length].copy_from_slice(&hash[..length]);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let pad = |state: &mut Box<dyn State>, byte: u8| {
            let padded: Vec<u8> = block.iter().map(|key| key ^ byte).collect();
            state.update(&padded);
        };
        pad(&mut state, 0x36);
        pad(&mut outer, 0x5c);
        Some(Self { state, outer: Some(outer) })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
    }

    /// The hash of what came so far; more may follow.
    pub(crate) fn digest(&self) -> Vec<u8> {
        let mut hash = [0; BYTES_MAX];
        let length = self.finish_with(&[], &mut hash);
        hash[..length].to_vec()
    }

    fn finish_with(&self, more: &[u8], hash: &mut [u8; BYTES_MAX]) -> usize {
        let length = self.state.finish_with(more, hash);
        let Some(outer) = &self.outer else { return length };
        let inner = *hash;
        outer.finish_with(&inner[..length], hash)
    }
}

/// PBKDF2 with the hash function of this name.
pub(crate) fn pbkdf2(
    name: &str,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Option<Vec<u8>> {
    let hasher = Hasher::keyed(name, password)?;
    let mut derived = Vec::with_capacity(length + BYTES_MAX);
    let mut number = 0_u32;
    while derived.len() < length {
        number += 1;
        let mut hash = [0; BYTES_MAX];
        let first = [salt, &number.to_be_bytes()].concat();
        let hash_bytes = hasher.finish_with(&first, &mut hash);
        let mut block = hash;
        for _ in 1..iterations {
            let last = hash;
            hasher.finish_with(&last[..hash_bytes], &mut hash);
            for (all, byte) in block.iter_mut().zip(hash) {
                *all ^= byte;
            }
        }
        derived.extend_from_slice(&block[..hash_bytes]);
    }
    derived.truncate(length);
    Some(derived)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mut hasher: Hasher, parts: &[&str]) -> String {
        for part in parts {
            hasher.update(part.as_bytes());
        }
        hex(&hasher.digest())
    }

    #[test]
    fn known_hashes() {
        for (name, hash) in [
            ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("md4", "a448017aaf21d8525fc10ae87aa6729d"),
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("ripemd160", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        ] {
            assert_eq!(of(Hasher::new(name).unwrap(), &["a", "bc"]), hash);
        }
        assert!(Hasher::new("sha3").is_none());
    }

    #[test]
    fn hmac_of_rfc_2202() {
        let what = "what do ya want for nothing?";
        let md5 = "750c783e6ab0b503eaa86e310a5db738";
        assert_eq!(of(Hasher::keyed("md5", b"Jefe").unwrap(), &[what]), md5);
        let sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert_eq!(of(Hasher::keyed("sha1", b"Jefe").unwrap(), &[what]), sha1);
        let long = Hasher::keyed("sha1", &[0xaa; 80]).unwrap();
        let text = "Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(of(long, &[text]), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }

    #[test]
    fn pbkdf2_of_rfc_6070() {
        let derived = pbkdf2("sha1", b"password", b"salt", 4096, 20).unwrap();
        assert_eq!(hex(&derived), "4b007901b765489abead49d926f721d065a429c1");
        let password = b"passwordPASSWORDpassword";
        let salt = b"saltSALTsaltSALTsaltSALTsaltSALTsalt";
        let derived = pbkdf2("sha1", password, salt, 4096, 25).unwrap();
        assert_eq!(hex(&derived), "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
    }

    #[test]
    fn a_digest_does_not_end_it() {
        let mut hasher = Hasher::new("sha1").unwrap();
        hasher.update(b"a");
        assert_eq!(hasher.digest(), hasher.digest());
        hasher.update(b"b");
        assert_eq!(hex(&hasher.digest()), of(Hasher::new("sha1").unwrap(), &["ab"]));
    }
}
