//! `native:data`: files and rows that the host keeps once for all VUs.

use rquickjs::class::Trace;
use rquickjs::{Ctx, Exception, JsLifetime, Result, Value};

use super::array_buffer;
use crate::host::data::{self, File, Rows};

super::natives! {
    "openText" => open_text,
    "openBytes" => open_bytes,
    "openFile" => open_file,
    "shared" => shared,
    "publish" => publish,
}

/// Bytes of a file that are fetched in one call.
const CHUNK_BYTES: u32 = 8 << 20;

fn open(ctx: &Ctx<'_>, path: &str) -> Result<File> {
    data::open(path).map_err(|reason| Exception::throw_message(ctx, &reason))
}

fn read_all(file: &File) -> Vec<u8> {
    let size = file.size_bytes();
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    while (bytes.len() as u64) < size {
        let chunk = file.read(bytes.len() as u64, CHUNK_BYTES);
        if chunk.is_empty() {
            break;
        }
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

fn open_text(ctx: Ctx<'_>, path: String) -> Result<String> {
    let bytes = read_all(&open(&ctx, &path)?);
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn open_bytes<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    let file = open(&ctx, &path)?;
    array_buffer(&ctx, read_all(&file))
}

/// A file that is read piece by piece.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct NativeFile {
    #[qjs(skip_trace)]
    file: Handle<File>,
}

/// A handle of the host; it holds no JavaScript values.
pub(crate) struct Handle<T>(pub(crate) T);

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: there is no `'js` lifetime in a handle of the host.
unsafe impl<'js, T: 'static> JsLifetime<'js> for Handle<T> {
    type Changed<'to> = Handle<T>;
}

#[rquickjs::methods]
impl NativeFile {
    /// Length in bytes.
    #[qjs(rename = "sizeBytes")]
    pub(crate) fn size_bytes(&self) -> f64 {
        self.file.0.size_bytes() as f64
    }

    /// At most `bytes_max` bytes from `offset_bytes` on, as an `ArrayBuffer`.
    pub(crate) fn read<'js>(
        &self,
        ctx: Ctx<'js>,
        offset_bytes: f64,
        bytes_max: f64,
    ) -> Result<Value<'js>> {
        array_buffer(&ctx, self.file.0.read(offset_bytes as u64, bytes_max as u32))
    }
}

fn open_file(ctx: Ctx<'_>, path: String) -> Result<NativeFile> {
    Ok(NativeFile { file: Handle(open(&ctx, &path)?) })
}

/// Rows of JSON.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct NativeRows {
    #[qjs(skip_trace)]
    rows: Handle<Rows>,
}

#[rquickjs::methods]
impl NativeRows {
    /// How many rows there are.
    #[qjs(rename = "count")]
    pub(crate) fn count(&self) -> u32 {
        self.rows.0.len()
    }

    /// A row, parsed; undefined past the end.
    #[qjs(rename = "row")]
    pub(crate) fn row<'js>(&self, ctx: Ctx<'js>, index: u32) -> Result<Value<'js>> {
        match self.rows.0.get(index) {
            Some(json) => ctx.json_parse(json),
            None => Ok(Value::new_undefined(ctx)),
        }
    }
}

fn shared(name: String) -> Option<NativeRows> {
    data::shared(&name).map(|rows| NativeRows { rows: Handle(rows) })
}

/// `rows`: JSON texts.
fn publish(name: String, rows: Vec<String>) -> NativeRows {
    let rows: Vec<Vec<u8>> = rows.into_iter().map(String::into_bytes).collect();
    NativeRows { rows: Handle(data::publish(&name, &rows)) }
}
