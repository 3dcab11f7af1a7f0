//! `native:data`: files and rows that the host keeps once for all VUs.
//!
//! JavaScript has numbers of them, which mean the same in all VUs. The host's handles belong to one
//! instance: those of init are dropped before its memory becomes the image of the VUs, and each VU
//! opens what it uses.

use std::cell::RefCell;

use rquickjs::{Ctx, Exception, JsLifetime, Object, Result, Value, qjs};

use super::array_buffer;
use crate::host::data::{self, File, Rows};
use crate::host::script;

super::natives! {
    "openText" => open_text,
    "openBytes" => open_bytes,
    "openFile" => open_file,
    "fileBytes" => file_bytes,
    "readFile" => read_file,
    "absolutePath" => absolute_path,
    "pathFromHere" => path_from_here,
    "findRows" => find_rows,
    "publishRows" => publish_rows,
    "rowCount" => row_count,
    "row" => row,
}

const FILE_SCHEME: &str = "file://";

/// How deep the stack is looked at for modules.
const STACK_LEVELS_MAX: isize = 128;

/// Bytes of a file that are fetched in one call.
const CHUNK_BYTES: u32 = 8 << 20;

/// A handle of the host; it holds no JavaScript values.
pub(crate) struct Handle<T>(pub(crate) T);

#[expect(unsafe_code, reason = "the trait is unsafe to implement")]
// SAFETY: there is no `'js` lifetime in a handle of the host.
unsafe impl<'js, T: 'static> JsLifetime<'js> for Handle<T> {
    type Changed<'to> = Handle<T>;
}

struct OpenFile {
    path: String,
    size_bytes: u64,
    file: Option<File>,
}

struct OpenRows {
    name: String,
    count: u32,
    rows: Option<Rows>,
}

thread_local! {
    static FILES: RefCell<Vec<OpenFile>> = const { RefCell::new(Vec::new()) };
    static ROWS: RefCell<Vec<OpenRows>> = const { RefCell::new(Vec::new()) };
}

/// Gives the host's handles back; they are opened again when they are needed.
pub(crate) fn close() {
    FILES.with_borrow_mut(|files| files.iter_mut().for_each(|file| file.file = None));
    ROWS.with_borrow_mut(|all| all.iter_mut().for_each(|rows| rows.rows = None));
}

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

/// The number of a file that is read piece by piece.
fn open_file(ctx: Ctx<'_>, path: String) -> Result<usize> {
    let known = FILES.with_borrow(|files| files.iter().position(|file| file.path == path));
    if let Some(number) = known {
        return Ok(number);
    }
    let file = open(&ctx, &path)?;
    Ok(FILES.with_borrow_mut(|files| {
        files.push(OpenFile { path, size_bytes: file.size_bytes(), file: Some(file) });
        files.len() - 1
    }))
}

/// Length of a file.
fn file_bytes(number: usize) -> f64 {
    FILES.with_borrow(|files| files.get(number).map_or(0, |file| file.size_bytes)) as f64
}

/// At most `bytes_max` bytes of a file.
pub(crate) fn read_part(
    ctx: &Ctx<'_>,
    number: usize,
    offset_bytes: u64,
    bytes_max: u32,
) -> Result<Vec<u8>> {
    FILES.with_borrow_mut(|files| {
        let Some(entry) = files.get_mut(number) else { return Ok(Vec::new()) };
        let file = match entry.file.take() {
            Some(file) => file,
            None => open(ctx, &entry.path)?,
        };
        let bytes = file.read(offset_bytes, bytes_max);
        entry.file = Some(file);
        Ok(bytes)
    })
}

fn read_file<'js>(
    ctx: Ctx<'js>,
    number: usize,
    offset_bytes: f64,
    bytes_max: f64,
) -> Result<Value<'js>> {
    let bytes = read_part(&ctx, number, offset_bytes as u64, bytes_max as u32)?;
    array_buffer(&ctx, bytes)
}

/// The path as people know it: from the root on, when it was relative to the main script.
fn absolute_path(path: String) -> String {
    join(folder_of(&script::main()), &path)
}

/// The path for the host, which starts at the main script's folder. In the script, paths start at
/// the folder of the module whose code runs: the outermost one, for functions that it calls.
fn path_from_here(ctx: Ctx<'_>, path: String) -> Result<String> {
    let main = script::main();
    let module = first_module(&ctx)?;
    let folder = folder_of(module.as_deref().unwrap_or(&main));
    if folder == folder_of(&main) { Ok(path) } else { Ok(join(folder, &path)) }
}

/// Path of the folder that a module lies in.
fn folder_of(module: &str) -> &str {
    let path = module.strip_prefix(FILE_SCHEME).unwrap_or(module);
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The outermost module of the script on the stack, which has natives on it, too.
fn first_module(ctx: &Ctx<'_>) -> Result<Option<String>> {
    let mut first = None;
    for level in 0..STACK_LEVELS_MAX {
        let Some(name) = ctx.script_or_module_name(level) else { continue };
        let name = name.to_string()?;
        if name.starts_with(FILE_SCHEME) {
            first = Some(name);
        }
    }
    Ok(first)
}

/// A path from the root on; a relative one starts at `folder`.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

fn keep_rows(name: String, rows: Rows) -> usize {
    ROWS.with_borrow_mut(|all| {
        all.push(OpenRows { name, count: rows.len(), rows: Some(rows) });
        all.len() - 1
    })
}

/// The number of rows that were published under this name, by this VU or another.
fn find_rows(name: String) -> Option<usize> {
    let known = ROWS.with_borrow(|all| all.iter().position(|rows| rows.name == name));
    known.or_else(|| data::shared(&name).map(|rows| keep_rows(name, rows)))
}

/// `texts`: JSON, a row each. Returns the number of the rows.
fn publish_rows(name: String, texts: Vec<String>) -> usize {
    publish(name, texts.into_iter().map(String::into_bytes).collect())
}

pub(crate) fn publish(name: String, rows: Vec<Vec<u8>>) -> usize {
    let rows = data::publish(&name, &rows);
    keep_rows(name, rows)
}

fn row_count(number: usize) -> u32 {
    ROWS.with_borrow(|all| all.get(number).map_or(0, |rows| rows.count))
}

/// A row, parsed, and frozen with all that is in it; undefined past the end.
fn row<'js>(ctx: Ctx<'js>, number: usize, index: u32) -> Result<Value<'js>> {
    let json = ROWS.with_borrow_mut(|all| {
        let entry = all.get_mut(number)?;
        if entry.rows.is_none() {
            entry.rows = data::shared(&entry.name);
        }
        entry.rows.as_ref()?.get(index)
    });
    let Some(json) = json else { return Ok(Value::new_undefined(ctx)) };
    let value = ctx.json_parse(json)?;
    freeze(&value)?;
    Ok(value)
}

/// Only for values fresh from JSON: they have neither cycles nor getters.
#[expect(unsafe_code, reason = "rquickjs has no function that freezes")]
fn freeze(value: &Value<'_>) -> Result<()> {
    let Some(object) = value.as_object() else { return Ok(()) };
    match value.as_array() {
        Some(array) => array.iter::<Value>().try_for_each(|item| freeze(&item?))?,
        None => freeze_properties(object)?,
    }
    // SAFETY: context and value belong together and are alive; the value is only borrowed.
    let frozen = unsafe { qjs::JS_FreezeObject(value.ctx().as_raw().as_ptr(), value.as_raw()) };
    if frozen < 0 { Err(rquickjs::Error::Exception) } else { Ok(()) }
}

fn freeze_properties(object: &Object<'_>) -> Result<()> {
    object.values::<Value>().try_for_each(|item| freeze(&item?))
}
