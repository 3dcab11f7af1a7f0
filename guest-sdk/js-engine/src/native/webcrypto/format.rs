//! Keys in and out: raw bytes and JSON Web Keys, and new keys.

use rquickjs::{Coerced, Ctx, Exception, Object, Result, Value};

use super::algorithm::{self, Algorithm};
use super::key::{self, KeyData};
use super::{data_bytes, error, random};
use crate::native::array_buffer;
use crate::native::encoding::{Variant, from_base64, to_base64, wrong_base64};

/// `importKey`.
pub(super) fn import<'js>(
    ctx: Ctx<'js>,
    format: Value<'js>,
    data: Value<'js>,
    algorithm: Value<'js>,
    is_extractable: Coerced<bool>,
    wanted: Value<'js>,
) -> Result<Value<'js>> {
    let format = text_of(&format)?;
    if !matches!(format.as_str(), "raw" | "jwk" | "spki" | "pkcs8") {
        let message = format!("unsupported format {format}; use raw or jwk");
        return Err(error::named(&ctx, "ImplementationError", &message));
    }
    let algorithm = algorithm::read(&ctx, &algorithm, "importKey")?;
    let bytes = match format.as_str() {
        "raw" => data_bytes(&ctx, &data)?,
        "jwk" if algorithm.name != "PBKDF2" => jwk_bytes(&ctx, &data)?,
        _ => return Err(unsupported_format(&ctx, &format)),
    };
    key_of_bytes(&ctx, &algorithm, bytes, is_extractable.0, &wanted)?.into_object(&ctx)
}

/// A key of raw bytes, when they fit the algorithm.
pub(super) fn key_of_bytes<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Algorithm<'js>,
    bytes: Vec<u8>,
    is_extractable: bool,
    wanted: &Value<'js>,
) -> Result<KeyData> {
    let usages = key::usages(ctx, algorithm.name, wanted)?;
    let mut hash = None;
    match algorithm.name {
        "HMAC" => {
            hash = Some(algorithm.hash(ctx)?);
            let length = algorithm.number(ctx, "length")?;
            #[expect(clippy::float_cmp, reason = "a number of bits is a whole number")]
            let differs = length.is_some_and(|length| length != (bytes.len() * 8) as f64);
            if bytes.is_empty() {
                return Err(error::data(ctx, "key length cannot be 0"));
            }
            if differs {
                let message = format!(
                    "key length cannot be different from the length of the imported data, {} bits",
                    bytes.len() * 8
                );
                return Err(error::data(ctx, &message));
            }
        }
        "PBKDF2" if is_extractable => {
            return Err(error::syntax(ctx, "keys for PBKDF2 cannot be extractable"));
        }
        "PBKDF2" => {}
        _ if !matches!(bytes.len(), 16 | 24 | 32) => {
            let length = bytes.len();
            let message = format!("invalid key length {length} bytes, expected 16, 24 or 32");
            return Err(error::data(ctx, &message));
        }
        _ => {}
    }
    Ok(KeyData { algorithm: algorithm.name, hash, bytes, is_extractable, usages })
}

fn text_of(value: &Value<'_>) -> Result<String> {
    if value.is_undefined() || value.is_null() {
        return Ok(String::new());
    }
    Ok(value.get::<Coerced<String>>()?.0)
}

fn unsupported_format(ctx: &Ctx<'_>, format: &str) -> rquickjs::Error {
    error::not_supported(ctx, &format!("unsupported key format {format}"))
}

/// The bytes of a symmetric key.
fn jwk_bytes(ctx: &Ctx<'_>, jwk: &Value<'_>) -> Result<Vec<u8>> {
    let Some(jwk) = jwk.as_object() else {
        return Err(error::data(ctx, "failed to parse symmetric JWK: it is not an object"));
    };
    let kty = text_of(&jwk.get("kty")?)?;
    if kty != "oct" {
        let message = format!("invalid symmetric JWK: invalid key type: {kty}, expected oct");
        return Err(error::data(ctx, &message));
    }
    let encoded: Value = jwk.get("k")?;
    match encoded.get::<String>() {
        Ok(text) if !text.is_empty() => {
            from_base64(text.as_bytes(), Variant::RawUrl).map_err(|at| {
                let reason = wrong_base64(at);
                error::data(ctx, &format!("failed to decode symmetric key: {reason}"))
            })
        }
        _ => Err(error::data(ctx, "invalid symmetric JWK: key (k) is required, a string")),
    }
}

/// `exportKey`.
pub(super) fn export<'js>(
    ctx: Ctx<'js>,
    format: Value<'js>,
    key: Value<'js>,
) -> Result<Value<'js>> {
    let key = key::of_value(&ctx, &key)?;
    let format = text_of(&format)?;
    if key.algorithm == "AES-KW" {
        return Err(error::not_supported(&ctx, "unsupported algorithm AES-KW"));
    }
    if !key.is_extractable {
        return Err(error::invalid_access(&ctx, "the key is not extractable"));
    }
    match format.as_str() {
        "raw" => array_buffer(&ctx, key.bytes),
        "jwk" => Ok(jwk_of(&ctx, &key)?.into_value()),
        _ => Err(unsupported_format(&ctx, &format)),
    }
}

fn jwk_of<'js>(ctx: &Ctx<'js>, key: &KeyData) -> Result<Object<'js>> {
    let alg = match key.hash {
        Some(hash) => format!("HS{}", hash.digits()),
        None => {
            let mode = key.algorithm.strip_prefix("AES-").unwrap_or_default();
            format!("A{}{mode}", key.bytes.len() * 8)
        }
    };
    let jwk = Object::new(ctx.clone())?;
    jwk.set("kty", "oct")?;
    jwk.set("k", to_base64(&key.bytes, Variant::RawUrl))?;
    jwk.set("alg", alg)?;
    jwk.set("ext", key.is_extractable)?;
    jwk.set("key_ops", key.usages.clone())?;
    Ok(jwk)
}

/// `generateKey`.
pub(super) fn generate<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    is_extractable: Coerced<bool>,
    wanted: Value<'js>,
) -> Result<Value<'js>> {
    let algorithm = algorithm::read(&ctx, &algorithm, "generateKey")?;
    let usages = key::usages(&ctx, algorithm.name, &wanted)?;
    let bits = length_bits(&ctx, &algorithm)?;
    let hash = if algorithm.name == "HMAC" { Some(algorithm.hash(&ctx)?) } else { None };
    let bytes = random::bytes(&ctx, bits.div_ceil(8))?;
    let is_extractable = is_extractable.0;
    KeyData { algorithm: algorithm.name, hash, bytes, is_extractable, usages }.into_object(&ctx)
}

/// Longest key for HMAC, in bits: a wrong number should not fill the memory.
const HMAC_BITS_MAX: f64 = (1 << 20) as f64;

/// How long a key for this algorithm is to be.
pub(super) fn length_bits<'js>(ctx: &Ctx<'js>, algorithm: &Algorithm<'js>) -> Result<usize> {
    let length = algorithm.number(ctx, "length")?;
    if algorithm.name == "HMAC" {
        let hash = algorithm.hash(ctx)?;
        return match length {
            None => Ok(hash.block_bits()),
            Some(length) if (1.0..=HMAC_BITS_MAX).contains(&length) => Ok(length as usize),
            Some(_) => Err(error::operation(
                ctx,
                "algorithm's length has to be from 1 to 1048576 bits and cannot be 0",
            )),
        };
    }
    match length {
        Some(128.0) => Ok(128),
        Some(192.0) => Ok(192),
        Some(256.0) => Ok(256),
        Some(_) => Err(error::operation(ctx, "invalid key length, expected 128, 192 or 256 bits")),
        None => {
            let message = "could not get length from algorithm parameter";
            Err(error::syntax(ctx, message))
        }
    }
}

/// The type error for a missing value.
pub(super) fn missing(ctx: &Ctx<'_>) -> rquickjs::Error {
    Exception::throw_type(ctx, "data is null or undefined")
}
