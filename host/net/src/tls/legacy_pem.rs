//! Keys that OpenSSL encrypted before PKCS#8: PEM with a `DEK-Info` header.
//!
//! The key of the cipher comes from one round of MD5, so that this protects little; it is read
//! because such files are in use, and never written.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, BlockSizeUser, KeyInit, KeyIvInit, KeySizeUser};
use des::{Des, TdesEde3};
use md5::{Digest as _, Md5};

use super::identity::TlsIdentityError;

/// Bytes of the initial vector that are the salt of the password as well.
const SALT_BYTES: usize = 8;

/// Decrypts the contents of a block; `info` is the header's value, `CIPHER,VECTOR`.
pub(super) fn decrypt(
    contents: &[u8],
    info: &str,
    password: &str,
) -> Result<Vec<u8>, TlsIdentityError> {
    let unknown = || TlsIdentityError::Encryption { found: format!("`{}`", info.escape_debug()) };
    let (cipher, vector) = info.split_once(',').ok_or_else(unknown)?;
    let vector = unhex(vector.trim()).ok_or_else(unknown)?;
    let decrypt = match cipher.trim() {
        "AES-128-CBC" => with::<Aes128>,
        "AES-192-CBC" => with::<Aes192>,
        "AES-256-CBC" => with::<Aes256>,
        "DES-EDE3-CBC" => with::<TdesEde3>,
        "DES-CBC" => with::<Des>,
        _ => return Err(unknown()),
    };
    let plain = decrypt(contents, &vector, password.as_bytes()).map_err(|failed| match failed {
        Failed::Vector => unknown(),
        Failed::Padding => TlsIdentityError::PasswordWrong,
    })?;
    // Every key is a SEQUENCE; a wrong password gives a right padding once in 256 times.
    if plain.first() == Some(&0x30) { Ok(plain) } else { Err(TlsIdentityError::PasswordWrong) }
}

/// Why nothing comes out.
enum Failed {
    /// The vector is not as long as the cipher wants it.
    Vector,
    /// What comes out does not end as it must.
    Padding,
}

fn with<C>(contents: &[u8], vector: &[u8], password: &[u8]) -> Result<Vec<u8>, Failed>
where
    C: BlockCipher + BlockDecryptMut + KeyInit + BlockSizeUser + KeySizeUser,
{
    let salt = vector.get(..SALT_BYTES).ok_or(Failed::Vector)?;
    let key = key(password, salt, C::key_size());
    let decryptor =
        cbc::Decryptor::<C>::new_from_slices(&key, vector).map_err(|_| Failed::Vector)?;
    decryptor.decrypt_padded_vec_mut::<Pkcs7>(contents).map_err(|_| Failed::Padding)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
fn key(password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
    let mut key = Vec::new();
    let mut block = Vec::new();
    while key.len() < length {
        let mut hash = Md5::new();
        hash.update(&block);
        hash.update(password);
        hash.update(salt);
        block = hash.finalize().to_vec();
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_header_and_contents_are_an_answer(
            contents in proptest::collection::vec(any::<u8>(), 0..80),
            cipher in "(AES-(128|192|256)-CBC|DES-EDE3-CBC|DES-CBC|X)?",
            vector in "[0-9A-Fa-fg]{0,34}",
            password in ".*",
        ) {
            let _ = decrypt(&contents, &format!("{cipher},{vector}"), &password);
            let _ = decrypt(&contents, &cipher, &password);
        }
    }
}
