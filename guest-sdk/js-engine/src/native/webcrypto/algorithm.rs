//! What scripts name: algorithms with their parameters, and hash functions.

use rquickjs::{Coerced, Ctx, Object, Result, Value};

use super::error;
use crate::native::bytes_of;
use crate::native::crypto::hash::Hasher;

const AES: &[&str] = &["encrypt", "decrypt", "generateKey", "importKey"];
const HASH: &[&str] = &["digest"];

/// Which operations algorithms have.
const KNOWN: &[(&str, &[&str])] = &[
    ("AES-CBC", AES),
    ("AES-CTR", AES),
    ("AES-GCM", AES),
    ("AES-KW", &["generateKey", "importKey"]),
    ("HMAC", &["sign", "verify", "generateKey", "importKey"]),
    ("PBKDF2", &["importKey", "deriveBits"]),
    ("SHA-1", HASH),
    ("SHA-256", HASH),
    ("SHA-384", HASH),
    ("SHA-512", HASH),
];

/// Of WebCrypto, and not there yet.
const MISSING: &[&str] = &["ECDH", "ECDSA", "RSA-OAEP", "RSA-PSS", "RSASSA-PKCS1-V1_5", "HKDF"];

/// An algorithm as a script gave it: its name, and the object with its parameters.
pub(super) struct Algorithm<'js> {
    pub(super) name: &'static str,
    params: Option<Object<'js>>,
}

/// The name and parameters of an algorithm that is to do `operation`.
pub(super) fn read<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Value<'js>,
    operation: &str,
) -> Result<Algorithm<'js>> {
    let (name, params) = split(ctx, algorithm)?;
    let name = name.to_ascii_uppercase();
    let known = KNOWN.iter().find(|(known, _)| *known == name);
    if let Some(&(name, operations)) = known
        && operations.contains(&operation)
    {
        return Ok(Algorithm { name, params });
    }
    let message = if MISSING.contains(&name.as_str()) {
        format!("algorithm \"{name}\" is not there yet; use HMAC, AES-CBC, AES-CTR or AES-GCM")
    } else {
        format!("algorithm \"{name}\" doesn't support operation \"{operation}\"")
    };
    Err(error::not_supported(ctx, &message))
}

fn split<'js>(ctx: &Ctx<'js>, algorithm: &Value<'js>) -> Result<(String, Option<Object<'js>>)> {
    if algorithm.is_string() {
        return Ok((algorithm.get()?, None));
    }
    let Some(object) = algorithm.as_object() else {
        let message = "algorithm cannot be interpreted as a string or an object";
        return Err(error::syntax(ctx, message));
    };
    let name: Option<Coerced<String>> = object.get("name")?;
    Ok((name.map(|name| name.0).unwrap_or_default(), Some(object.clone())))
}

impl<'js> Algorithm<'js> {
    fn param(&self, ctx: &Ctx<'js>, key: &str) -> Result<Value<'js>> {
        match &self.params {
            Some(params) => params.get(key),
            None => Ok(Value::new_undefined(ctx.clone())),
        }
    }

    /// Bytes of a parameter; `None` when it is missing.
    pub(super) fn bytes(&self, ctx: &Ctx<'js>, key: &str) -> Result<Option<Vec<u8>>> {
        bytes_of(&self.param(ctx, key)?)
    }

    /// A number that may be missing.
    pub(super) fn number(&self, ctx: &Ctx<'js>, key: &str) -> Result<Option<f64>> {
        let number: Option<Coerced<f64>> = self.param(ctx, key)?.get()?;
        Ok(number.map(|number| number.0))
    }

    pub(super) fn hash(&self, ctx: &Ctx<'js>) -> Result<Hash> {
        let hash = self.param(ctx, "hash")?;
        if hash.is_undefined() || hash.is_null() {
            return Err(error::syntax(ctx, "could not get hash from algorithm parameter"));
        }
        Hash::named(read(ctx, &hash, "digest")?.name)
            .ok_or_else(|| error::not_supported(ctx, "the hash is none of SHA-1 to SHA-512"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        let all = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];
        all.into_iter().find(|hash| hash.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The digits in names such as `HS256`.
    pub(super) fn digits(self) -> &'static str {
        self.name().strip_prefix("SHA-").unwrap_or_default()
    }

    /// Length of a key that HMAC uses as it is.
    pub(super) fn block_bits(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha256 => 512,
            Self::Sha384 | Self::Sha512 => 1024,
        }
    }

    /// Its name in `native:crypto`.
    pub(super) fn function(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The hash of these bytes; with a key, their HMAC.
    pub(super) fn of(self, key: Option<&[u8]>, bytes: &[u8]) -> Vec<u8> {
        let hasher = match key {
            None => Hasher::new(self.function()),
            Some(key) => Hasher::keyed(self.function(), key),
        };
        // All four functions are there.
        let Some(mut hasher) = hasher else { return Vec::new() };
        hasher.update(bytes);
        hasher.digest()
    }
}

/// The hash of `digest`.
pub(super) fn hash_of<'js>(ctx: &Ctx<'js>, algorithm: &Value<'js>) -> Result<Hash> {
    let name = read(ctx, algorithm, "digest")?.name;
    Hash::named(name).ok_or_else(|| error::not_supported(ctx, name))
}
