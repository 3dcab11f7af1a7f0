//! `CryptoKey`: the bytes of a key, out of reach of scripts, and what they may see of it.

use rquickjs::class::Trace;
use rquickjs::object::Property;
use rquickjs::{Array, Class, Coerced, Ctx, Exception, JsLifetime, Object, Result, Value};

use super::algorithm::Hash;
use super::error;
use crate::native::data::Handle;

const USAGES: [&str; 8] =
    ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

/// What a key is; it never changes.
#[derive(Clone)]
pub(super) struct KeyData {
    pub(super) algorithm: &'static str,
    /// Of keys for HMAC.
    pub(super) hash: Option<Hash>,
    pub(super) bytes: Vec<u8>,
    pub(super) is_extractable: bool,
    /// In the order in which the script gave them.
    pub(super) usages: Vec<&'static str>,
}

/// The object that scripts hold.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct CryptoKey {
    #[qjs(skip_trace)]
    data: Handle<KeyData>,
}

impl KeyData {
    /// The object for it. Its properties are for reading only: operations ask the data.
    pub(super) fn into_object<'js>(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        let algorithm = Object::new(ctx.clone())?;
        algorithm.set("name", self.algorithm)?;
        if let Some(hash) = self.hash {
            let object = Object::new(ctx.clone())?;
            object.set("name", hash.name())?;
            algorithm.set("hash", object)?;
        }
        if self.algorithm != "PBKDF2" {
            algorithm.set("length", self.bytes.len() * 8)?;
        }
        let (is_extractable, usages) = (self.is_extractable, self.usages.clone());
        let key = Class::instance(ctx.clone(), CryptoKey { data: Handle(self) })?;
        key.prop("type", Property::from("secret").enumerable())?;
        key.prop("extractable", Property::from(is_extractable).enumerable())?;
        key.prop("algorithm", Property::from(algorithm).enumerable())?;
        key.prop("usages", Property::from(usages).enumerable())?;
        Ok(key.into_value())
    }

    /// Refuses keys that are for something else.
    pub(super) fn check(&self, ctx: &Ctx<'_>, algorithm: &str, usage: &str) -> Result<()> {
        if self.algorithm != algorithm {
            let message =
                format!("the algorithm is {algorithm}, but the key is one for {}", self.algorithm);
            return Err(error::invalid_access(ctx, &message));
        }
        if !self.usages.contains(&usage) {
            let message = format!("key does not contain the '{usage}' usage");
            return Err(error::invalid_access(ctx, &message));
        }
        Ok(())
    }
}

/// The key that a script gave as `what`.
pub(super) fn of_value(ctx: &Ctx<'_>, key: &Value<'_>) -> Result<KeyData> {
    match key.as_object().and_then(Object::as_class::<CryptoKey>) {
        Some(key) => Ok(key.borrow().data.0.clone()),
        None if key.is_undefined() || key.is_null() => {
            Err(Exception::throw_type(ctx, "the key is null or undefined, expected a CryptoKey"))
        }
        None => Err(error::invalid_access(ctx, "key argument does not hold a valid CryptoKey")),
    }
}

/// The usages that a script wants for a new key of this algorithm.
pub(super) fn usages(
    ctx: &Ctx<'_>,
    algorithm: &str,
    wanted: &Value<'_>,
) -> Result<Vec<&'static str>> {
    let mut usages = Vec::new();
    if !wanted.is_undefined() && !wanted.is_null() {
        let Ok(list) = wanted.get::<Array>() else {
            return Err(Exception::throw_type(ctx, "key usages are not an array of strings"));
        };
        for usage in list.iter::<Coerced<String>>() {
            let usage = usage?.0;
            let allowed = allowed_usages(algorithm);
            let Some(known) = USAGES.into_iter().find(|known| *known == usage) else {
                return Err(error::syntax(ctx, &format!("invalid key usage: {usage}")));
            };
            if !allowed.contains(&known) {
                let message = format!(
                    "invalid key usage: {usage}; for {algorithm} use {}",
                    allowed.join(", ")
                );
                return Err(error::syntax(ctx, &message));
            }
            if !usages.contains(&known) {
                usages.push(known);
            }
        }
    }
    if usages.is_empty() {
        let message = "usages cannot be empty for a secret or private CryptoKey";
        return Err(error::syntax(ctx, message));
    }
    Ok(usages)
}

fn allowed_usages(algorithm: &str) -> &'static [&'static str] {
    match algorithm {
        "HMAC" => &["sign", "verify"],
        "PBKDF2" => &["deriveKey", "deriveBits"],
        "AES-KW" => &["wrapKey", "unwrapKey"],
        _ => &["encrypt", "decrypt", "wrapKey", "unwrapKey"],
    }
}
