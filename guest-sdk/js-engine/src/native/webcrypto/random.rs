//! Random bytes from the host, new ones at every call: nothing of them is kept in memory, which all
//! VUs have from one image.

use rquickjs::{ArrayBuffer, Ctx, Object, Result, Value};

use super::error;

/// Fills all of it.
pub(crate) fn fill(ctx: &Ctx<'_>, bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|reason| {
        error::operation(ctx, &format!("the system gave no random numbers: {reason}"))
    })
}

/// Fills a view of an `ArrayBuffer`.
#[expect(unsafe_code, reason = "writing to a buffer that scripts can see")]
pub(super) fn fill_view<'js>(ctx: Ctx<'js>, view: Object<'js>) -> Result<()> {
    let buffer: ArrayBuffer = view.get("buffer")?;
    let (offset, length): (usize, usize) = (view.get("byteOffset")?, view.get("byteLength")?);
    let mut random = vec![0; length];
    fill(&ctx, &mut random)?;
    if let Some(raw) = buffer.as_raw()
        && offset.checked_add(length).is_some_and(|end| end <= raw.len())
    {
        // SAFETY: the range is inside of the buffer, which no script can change meanwhile, and
        // `random` is another one.
        unsafe { raw.cast::<u8>().add(offset).as_ptr().copy_from(random.as_ptr(), length) };
    }
    Ok(())
}

/// A version 4 UUID.
pub(super) fn uuid(ctx: Ctx<'_>) -> Result<String> {
    let mut bytes = [0; 16];
    fill(&ctx, &mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::native::crypto::hash::hex(&bytes);
    let mut uuid = String::with_capacity(36);
    for (index, digit) in hex.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    Ok(uuid)
}

/// The value of a random key or parameter of this length.
pub(super) fn bytes<'js>(ctx: &Ctx<'js>, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    fill(ctx, &mut bytes)?;
    Ok(bytes)
}

/// Whether it is a view that random numbers may fill: integers only.
pub(super) fn is_integers(value: &Value<'_>) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.is_typed_array::<i8>()
        || object.is_typed_array::<u8>()
        || object.is_typed_array::<i16>()
        || object.is_typed_array::<u16>()
        || object.is_typed_array::<i32>()
        || object.is_typed_array::<u32>()
}
