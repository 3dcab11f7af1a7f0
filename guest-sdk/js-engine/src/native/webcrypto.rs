//! `native:webcrypto`: the operations of `crypto.subtle`, which check what scripts give them and
//! throw; `squall:webcrypto` makes promises of them.
//!
//! | part | what it does |
//! |---|---|
//! | `algorithm` | names and parameters of algorithms |
//! | `key` | `CryptoKey` |
//! | `format` | keys in, out, and new |
//! | `derive` | keys and bits from passwords |
//! | `aes` | encryption |
//! | `random` | random bytes |
//! | `error` | errors with names |

mod aes;
mod algorithm;
mod derive;
mod error;
mod format;
mod key;
pub(crate) mod random;

use rquickjs::{Ctx, Object, Result, Value};

use super::{array_buffer, bytes_of};
use algorithm::Algorithm;
use key::KeyData;

super::natives! {
    "decrypt" => decrypt,
    "deriveBits" => derive::bits,
    "deriveKey" => derive::key,
    "digest" => digest,
    "encrypt" => encrypt,
    "exportKey" => format::export,
    "fillRandom" => random::fill_view,
    "generateKey" => format::generate,
    "importKey" => format::import,
    "isIntegers" => is_integers,
    "randomUUID" => random::uuid,
    "refuse" => refuse,
    "sign" => sign,
    "verify" => verify,
}

fn is_integers(value: Value<'_>) -> bool {
    random::is_integers(&value)
}

/// Throws.
fn refuse(ctx: Ctx<'_>, name: String, message: String) -> Result<()> {
    Err(error::named(&ctx, &name, &message))
}

/// Compares in a time that depends on the lengths alone.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (left, right)| all | left ^ right);
    left.len() == right.len() && difference == 0
}

/// The bytes of what a script wants to have encrypted, signed and so on. No `DataView`, as in k6.
fn data_bytes(ctx: &Ctx<'_>, data: &Value<'_>) -> Result<Vec<u8>> {
    if data.is_undefined() || data.is_null() {
        return Err(format::missing(ctx));
    }
    let bytes = match data.as_object() {
        Some(object) if !is_data_view(object)? => bytes_of(data)?,
        _ => None,
    };
    bytes.ok_or_else(|| error::operation(ctx, "data is neither an ArrayBuffer nor a TypedArray"))
}

fn is_data_view(object: &Object<'_>) -> Result<bool> {
    let class: Object = object.ctx().globals().get("DataView")?;
    Ok(object.is_instance_of(class))
}

fn digest<'js>(ctx: Ctx<'js>, algorithm: Value<'js>, data: Value<'js>) -> Result<Value<'js>> {
    let hash = algorithm::hash_of(&ctx, &algorithm)?;
    array_buffer(&ctx, hash.of(None, &data_bytes(&ctx, &data)?))
}

fn sign<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    data: Value<'js>,
) -> Result<Value<'js>> {
    let signature = signature(&ctx, &algorithm, &key, &data, "sign")?;
    array_buffer(&ctx, signature)
}

fn signature<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Value<'js>,
    key: &Value<'js>,
    data: &Value<'js>,
    usage: &str,
) -> Result<Vec<u8>> {
    let algorithm = algorithm::read(ctx, algorithm, usage)?;
    let key = key::of_value(ctx, key)?;
    key.check(ctx, algorithm.name, usage)?;
    let data = data_bytes(ctx, data)?;
    Ok(key.hash.map(|hash| hash.of(Some(&key.bytes), &data)).unwrap_or_default())
}

fn verify<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    found: Value<'js>,
    data: Value<'js>,
) -> Result<bool> {
    let expected = signature(&ctx, &algorithm, &key, &data, "verify")?;
    Ok(is_equal(&expected, &data_bytes(&ctx, &found)?))
}

fn encrypt<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    data: Value<'js>,
) -> Result<Value<'js>> {
    cipher(&ctx, &algorithm, &key, &data, "encrypt")
}

fn decrypt<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    data: Value<'js>,
) -> Result<Value<'js>> {
    cipher(&ctx, &algorithm, &key, &data, "decrypt")
}

fn cipher<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Value<'js>,
    key: &Value<'js>,
    data: &Value<'js>,
    usage: &str,
) -> Result<Value<'js>> {
    let algorithm = algorithm::read(ctx, algorithm, usage)?;
    let key = key::of_value(ctx, key)?;
    key.check(ctx, algorithm.name, usage)?;
    let data = data_bytes(ctx, data)?;
    let is_encryption = usage == "encrypt";
    let done = match algorithm.name {
        "AES-CBC" => cbc(ctx, &algorithm, &key, &data, is_encryption)?,
        "AES-CTR" => ctr(ctx, &algorithm, &key, &data)?,
        _ => gcm(ctx, &algorithm, &key, &data, is_encryption)?,
    };
    array_buffer(ctx, done)
}

fn cbc<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Algorithm<'js>,
    key: &KeyData,
    data: &[u8],
    is_encryption: bool,
) -> Result<Vec<u8>> {
    let iv = algorithm.bytes(ctx, "iv")?.unwrap_or_default();
    if iv.len() != aes::BLOCK_BYTES {
        let message = format!("iv length is {} bytes, should be 16 bytes", iv.len());
        return Err(error::operation(ctx, &message));
    }
    if is_encryption {
        return aes::cbc_encrypt(&key.bytes, &iv, data)
            .ok_or_else(|| error::operation(ctx, "could not encrypt"));
    }
    aes::cbc_decrypt(&key.bytes, &iv, data).ok_or_else(|| {
        error::operation(ctx, "invalid padding: the key, the iv or the ciphertext is wrong")
    })
}

fn ctr<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Algorithm<'js>,
    key: &KeyData,
    data: &[u8],
) -> Result<Vec<u8>> {
    let counter = algorithm.bytes(ctx, "counter")?.unwrap_or_default();
    if counter.len() != aes::BLOCK_BYTES {
        let message = format!("counter length is {} bytes, should be 16 bytes", counter.len());
        return Err(error::operation(ctx, &message));
    }
    let length = algorithm.number(ctx, "length")?.unwrap_or_default();
    if !(1.0..=128.0).contains(&length) {
        let length = length as i64;
        let message = format!("invalid counter length {length}, should be from 1 to 128 bits");
        return Err(error::operation(ctx, &message));
    }
    aes::ctr(&key.bytes, &counter, length as u32, data)
        .ok_or_else(|| error::operation(ctx, "the data is longer than the counter can count"))
}

fn gcm<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Algorithm<'js>,
    key: &KeyData,
    data: &[u8],
    is_encryption: bool,
) -> Result<Vec<u8>> {
    let iv = algorithm.bytes(ctx, "iv")?.unwrap_or_default();
    if iv.len() != aes::NONCE_BYTES {
        return Err(error::not_supported(ctx, "only 12 bytes long iv are supported"));
    }
    let more = algorithm.bytes(ctx, "additionalData")?.unwrap_or_default();
    let tag_bytes = match algorithm.number(ctx, "tagLength")?.unwrap_or_default() as u32 {
        0 => 16,
        bits @ (96 | 104 | 112 | 120 | 128) => bits as usize / 8,
        bits @ (32 | 64) => {
            let message = format!("tag length {bits} is not supported; use 96 to 128");
            return Err(error::not_supported(ctx, &message));
        }
        bits => {
            let message =
                format!("invalid tag length {bits}, should be one of 96, 104, 112, 120, 128");
            return Err(error::operation(ctx, &message));
        }
    };
    if is_encryption {
        return aes::gcm_encrypt(&key.bytes, &iv, &more, tag_bytes, data)
            .ok_or_else(|| error::operation(ctx, "could not encrypt"));
    }
    if data.len() < tag_bytes {
        return Err(error::operation(ctx, "ciphertext is too short"));
    }
    aes::gcm_decrypt(&key.bytes, &iv, &more, tag_bytes, data)
        .ok_or_else(|| error::operation(ctx, "could not decrypt ciphertext"))
}
