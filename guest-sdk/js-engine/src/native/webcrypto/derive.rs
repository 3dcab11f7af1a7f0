//! `deriveBits` and `deriveKey`, with PBKDF2.

use rquickjs::{Coerced, Ctx, Result, Value};

use super::algorithm::{self, Algorithm};
use super::key::{self, KeyData};
use super::{error, format};
use crate::native::array_buffer;
use crate::native::crypto::hash;

/// `deriveBits`.
pub(super) fn bits<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    length: Value<'js>,
) -> Result<Value<'js>> {
    let algorithm = algorithm::read(&ctx, &algorithm, "deriveBits")?;
    let key = key::of_value(&ctx, &key)?;
    key.check(&ctx, algorithm.name, "deriveBits")?;
    let length: Option<Coerced<f64>> = length.get()?;
    let length = length.map_or(0.0, |length| length.0);
    if length <= 0.0 || length % 8.0 != 0.0 || length > BITS_MAX {
        let length = length as i64;
        let message = format!("length is {length} bits, expected a multiple of 8 above 0");
        return Err(error::operation(&ctx, &message));
    }
    array_buffer(&ctx, derive(&ctx, &algorithm, &key, length as usize / 8)?)
}

/// Most bits that are derived at once: a wrong number should not fill the memory.
const BITS_MAX: f64 = (1 << 24) as f64;

/// `deriveKey`.
pub(super) fn key<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    base: Value<'js>,
    derived: Value<'js>,
    is_extractable: Coerced<bool>,
    wanted: Value<'js>,
) -> Result<Value<'js>> {
    let algorithm = algorithm::read(&ctx, &algorithm, "deriveBits")?;
    let base = key::of_value(&ctx, &base)?;
    base.check(&ctx, algorithm.name, "deriveKey")?;
    let derived = algorithm::read(&ctx, &derived, "generateKey")?;
    let bits = format::length_bits(&ctx, &derived)?;
    let bytes = derive(&ctx, &algorithm, &base, bits.div_ceil(8))?;
    format::key_of_bytes(&ctx, &derived, bytes, is_extractable.0, &wanted)?.into_object(&ctx)
}

fn derive<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Algorithm<'js>,
    key: &KeyData,
    length: usize,
) -> Result<Vec<u8>> {
    let function = algorithm.hash(ctx)?.function();
    let Some(salt) = algorithm.bytes(ctx, "salt")? else {
        return Err(error::syntax(ctx, "could not get salt from algorithm parameter"));
    };
    match algorithm.number(ctx, "iterations")? {
        Some(iterations) if (1.0..=f64::from(u32::MAX)).contains(&iterations) => {
            hash::pbkdf2(function, &key.bytes, &salt, iterations as u32, length)
                .ok_or_else(|| error::not_supported(ctx, function))
        }
        Some(_) => Err(error::operation(ctx, "iterations has to be 1 or more")),
        None => Err(error::syntax(ctx, "could not get iterations from algorithm parameter")),
    }
}
