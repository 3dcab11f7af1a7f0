//! What the built-in modules are made of: modules `native:NAME` that only they can import.
//!
//! One file a module. Functions take what JavaScript has at hand (flat arrays of names and values,
//! numbers) and do no checking of users' input: the built-in modules do, in the users' words.

pub(crate) mod checks;
pub(crate) mod crypto;
pub(crate) mod csv;
pub(crate) mod data;
pub(crate) mod encoding;
pub(crate) mod execution;
pub(crate) mod html;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod script;
pub(crate) mod secrets;
pub(crate) mod text;
pub(crate) mod timers;
pub(crate) mod webcrypto;

use rquickjs::module::Declared;
use rquickjs::{ArrayBuffer, Ctx, Exception, Module, Result, TypedArray, Value};

/// Before the names of these modules.
pub(crate) const PREFIX: &str = "native:";

/// Declares the module of this name.
pub(crate) fn declare<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    native: &str,
) -> Result<Module<'js, Declared>> {
    let ctx = ctx.clone();
    match native {
        "checks" => Module::declare_def::<checks::Natives, _>(ctx, name),
        "crypto" => Module::declare_def::<crypto::Natives, _>(ctx, name),
        "csv" => Module::declare_def::<csv::Natives, _>(ctx, name),
        "data" => Module::declare_def::<data::Natives, _>(ctx, name),
        "encoding" => Module::declare_def::<encoding::Natives, _>(ctx, name),
        "execution" => Module::declare_def::<execution::Natives, _>(ctx, name),
        "html" => Module::declare_def::<html::Natives, _>(ctx, name),
        "http" => Module::declare_def::<http::Natives, _>(ctx, name),
        "log" => Module::declare_def::<log::Natives, _>(ctx, name),
        "metrics" => Module::declare_def::<metrics::Natives, _>(ctx, name),
        "script" => Module::declare_def::<script::Natives, _>(ctx, name),
        "secrets" => Module::declare_def::<secrets::Natives, _>(ctx, name),
        "text" => Module::declare_def::<text::Natives, _>(ctx, name),
        "timers" => Module::declare_def::<timers::Natives, _>(ctx, name),
        "webcrypto" => Module::declare_def::<webcrypto::Natives, _>(ctx, name),
        _ => Err(Exception::throw_message(&ctx, &format!("there is no module {name}"))),
    }
}

/// Defines `Natives`, the module of a file: its functions by the names that JavaScript uses.
macro_rules! natives {
    ($($name:literal => $function:expr),+ $(,)?) => {
        pub(crate) struct Natives;

        impl rquickjs::module::ModuleDef for Natives {
            fn declare(declarations: &rquickjs::module::Declarations<'_>) -> rquickjs::Result<()> {
                $(declarations.declare($name)?;)+
                Ok(())
            }

            fn evaluate<'js>(
                ctx: &rquickjs::Ctx<'js>,
                exports: &rquickjs::module::Exports<'js>,
            ) -> rquickjs::Result<()> {
                $(
                    let function = rquickjs::Function::new(ctx.clone(), $function)?;
                    exports.export($name, function.with_name($name)?)?;
                )+
                Ok(())
            }
        }
    };
}
pub(crate) use natives;

/// Bytes of a string (UTF-8), an `ArrayBuffer` or a view of one; `None` for anything else.
pub(crate) fn bytes_of(value: &Value<'_>) -> Result<Option<Vec<u8>>> {
    if let Some(text) = value.as_string() {
        return Ok(Some(text.to_string()?.into_bytes()));
    }
    if let Some(buffer) = ArrayBuffer::from_value(value.clone()) {
        return Ok(copied(&buffer, 0, buffer.len()));
    }
    let Some(object) = value.as_object() else { return Ok(None) };
    let Ok(buffer) = object.get::<_, ArrayBuffer>("buffer") else { return Ok(None) };
    Ok(copied(&buffer, object.get("byteOffset")?, object.get("byteLength")?))
}

#[expect(unsafe_code, reason = "reading a buffer that scripts can write to")]
fn copied(buffer: &ArrayBuffer<'_>, offset: usize, length: usize) -> Option<Vec<u8>> {
    // SAFETY: the bytes are copied before any script runs again.
    let bytes = unsafe { buffer.as_bytes() }?;
    bytes.get(offset..offset.checked_add(length)?).map(<[u8]>::to_vec)
}

/// `name, value, name, value` as pairs.
pub(crate) fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut pairs = Vec::with_capacity(flat.len() / 2);
    let mut texts = flat.into_iter();
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        pairs.push((name, value));
    }
    pairs
}

/// The object that `handleSummary` returned: contents by path.
pub(crate) fn summary_files(value: &Value<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let Some(object) = value.as_object() else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in object.props::<String, Value>() {
        let (path, content) = entry?;
        match bytes_of(&content)? {
            Some(bytes) => files.push((path, bytes)),
            None => {
                let message = format!(
                    "handleSummary(): the value for `{path}` is neither a string nor an \
                     ArrayBuffer, but {}",
                    content.type_name()
                );
                return Err(Exception::throw_type(value.ctx(), &message));
            }
        }
    }
    Ok(files)
}

/// A `Uint8Array`'s buffer.
pub(crate) fn array_buffer<'js>(ctx: &Ctx<'js>, bytes: Vec<u8>) -> Result<Value<'js>> {
    Ok(TypedArray::<u8>::new(ctx.clone(), bytes)?.arraybuffer()?.into_value())
}
