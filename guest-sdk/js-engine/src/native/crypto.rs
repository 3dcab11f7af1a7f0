//! `native:crypto`: hashes, HMAC and random bytes for `k6/crypto`.

pub(crate) mod hash;

use rquickjs::class::Trace;
use rquickjs::function::Opt;
use rquickjs::{Coerced, Ctx, Exception, JsLifetime, Result, Value};

use super::array_buffer;
use super::data::Handle;
use super::encoding::{self, Variant, input, to_base64};
use hash::Hasher;

super::natives! {
    "hash" => hash_once,
    "hmac" => hmac,
    "createHash" => create_hash,
    "createHmac" => create_hmac,
    "hexEncode" => hex_encode,
    "randomBytes" => random_bytes,
}

/// A name that may be left out.
fn name_of(value: &Value<'_>) -> Result<String> {
    if value.is_undefined() || value.is_null() {
        return Ok(String::new());
    }
    Ok(value.get::<Coerced<String>>()?.0)
}

fn known(ctx: &Ctx<'_>, algorithm: &str, key: Option<&[u8]>) -> Result<Hasher> {
    let hasher = match key {
        None => Hasher::new(algorithm),
        Some(key) => Hasher::keyed(algorithm, key),
    };
    hasher.ok_or_else(|| {
        Exception::throw_message(
            ctx,
            &format!(
                "invalid algorithm: {algorithm}; use md4, md5, sha1, sha256, sha384, sha512, \
                 sha512_224, sha512_256 or ripemd160"
            ),
        )
    })
}

/// Bytes in the encoding that the script asks for.
fn encoded<'js>(ctx: &Ctx<'js>, bytes: Vec<u8>, encoding: &Value<'js>) -> Result<Value<'js>> {
    let encoding = name_of(encoding)?;
    let text = match encoding.as_str() {
        "hex" => hash::hex(&bytes),
        "base64" => to_base64(&bytes, Variant::Std),
        "base64url" => to_base64(&bytes, Variant::Url),
        "base64rawurl" => to_base64(&bytes, Variant::RawUrl),
        "binary" => return array_buffer(ctx, bytes),
        _ => {
            let message = format!(
                "invalid output encoding: {encoding}; use hex, base64, base64url, base64rawurl \
                 or binary"
            );
            return Err(Exception::throw_message(ctx, &message));
        }
    };
    Ok(rquickjs::String::from_str(ctx.clone(), &text)?.into_value())
}

fn hash_once<'js>(
    ctx: Ctx<'js>,
    algorithm: String,
    bytes: Value<'js>,
    encoding: Value<'js>,
) -> Result<Value<'js>> {
    let mut hasher = known(&ctx, &algorithm, None)?;
    hasher.update(&encoding::input(&ctx, &bytes)?);
    encoded(&ctx, hasher.digest(), &encoding)
}

fn hmac<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    bytes: Value<'js>,
    encoding: Value<'js>,
) -> Result<Value<'js>> {
    let key = input(&ctx, &key)?;
    let mut hasher = known(&ctx, &name_of(&algorithm)?, Some(&key))?;
    hasher.update(&input(&ctx, &bytes)?);
    encoded(&ctx, hasher.digest(), &encoding)
}

/// What `createHash` and `createHMAC` give.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Hasher")]
pub(crate) struct NativeHasher {
    #[qjs(skip_trace)]
    hasher: Handle<Hasher>,
}

#[rquickjs::methods]
impl NativeHasher {
    #[qjs(rename = "update")]
    pub(crate) fn update<'js>(&mut self, ctx: Ctx<'js>, bytes: Opt<Value<'js>>) -> Result<()> {
        let bytes = given(&ctx, bytes);
        self.hasher.0.update(&input(&ctx, &bytes)?);
        Ok(())
    }

    #[qjs(rename = "digest")]
    pub(crate) fn digest<'js>(
        &self,
        ctx: Ctx<'js>,
        encoding: Opt<Value<'js>>,
    ) -> Result<Value<'js>> {
        let encoding = given(&ctx, encoding);
        encoded(&ctx, self.hasher.0.digest(), &encoding)
    }
}

/// What scripts leave out is undefined.
fn given<'js>(ctx: &Ctx<'js>, value: Opt<Value<'js>>) -> Value<'js> {
    value.0.unwrap_or_else(|| Value::new_undefined(ctx.clone()))
}

fn create_hash<'js>(ctx: Ctx<'js>, algorithm: Value<'js>) -> Result<NativeHasher> {
    let hasher = known(&ctx, &name_of(&algorithm)?, None)?;
    Ok(NativeHasher { hasher: Handle(hasher) })
}

fn create_hmac<'js>(ctx: Ctx<'js>, algorithm: Value<'js>, key: Value<'js>) -> Result<NativeHasher> {
    let key = input(&ctx, &key)?;
    let hasher = known(&ctx, &name_of(&algorithm)?, Some(&key))?;
    Ok(NativeHasher { hasher: Handle(hasher) })
}

fn hex_encode<'js>(ctx: Ctx<'js>, bytes: Value<'js>) -> Result<String> {
    Ok(hash::hex(&input(&ctx, &bytes)?))
}

fn random_bytes<'js>(ctx: Ctx<'js>, size: f64) -> Result<Value<'js>> {
    let mut bytes = vec![0; size as usize];
    super::webcrypto::random::fill(&ctx, &mut bytes)?;
    array_buffer(&ctx, bytes)
}
