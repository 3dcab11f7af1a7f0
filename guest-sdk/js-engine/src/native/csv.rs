//! `native:csv`: records of CSV files.

use std::fmt::Write as _;

use rquickjs::{Array, Ctx, Exception, Result, Value};

use super::data::{publish, read_part};
use crate::csv::{CsvError, Cursor, Step};

super::natives! {
    "nextRecord" => next_record,
    "publishRecords" => publish_records,
}

/// What is read first of a file for one record, in bytes; doubled while the record goes on.
const PART_BYTES: u32 = 1 << 10;

/// Bytes that are read at once when all records are wanted.
const ALL_PART_BYTES: u32 = 1 << 20;

/// Largest record, in bytes.
const RECORD_BYTES_MAX: u32 = 64 << 20;

/// A file that is read record by record.
struct Source<'a, 'js> {
    ctx: &'a Ctx<'js>,
    file: usize,
    offset_bytes: u64,
    cursor: Cursor,
    part_bytes: u32,
    /// What was read from `part_at` on and is not done with.
    part: Vec<u8>,
    done_bytes: usize,
    is_last: bool,
}

impl<'a, 'js> Source<'a, 'js> {
    fn new(ctx: &'a Ctx<'js>, file: usize, offset: u64, cursor: Cursor, part_bytes: u32) -> Self {
        Self {
            ctx,
            file,
            offset_bytes: offset,
            cursor,
            part_bytes,
            part: Vec::new(),
            done_bytes: 0,
            is_last: false,
        }
    }

    fn next(&mut self) -> Result<Option<Vec<Vec<u8>>>> {
        loop {
            let rest = &self.part[self.done_bytes..];
            let (step, bytes) =
                self.cursor.step(rest, self.is_last).map_err(|error| thrown(self.ctx, &error))?;
            self.done_bytes += bytes;
            self.offset_bytes += bytes as u64;
            match step {
                Step::Record(fields) => return Ok(Some(fields)),
                Step::End => return Ok(None),
                Step::MoreWanted => self.read_on()?,
            }
        }
    }

    fn read_on(&mut self) -> Result<()> {
        if self.done_bytes == 0 && !self.part.is_empty() {
            if self.part_bytes >= RECORD_BYTES_MAX {
                let reason = format!("a record has more than {RECORD_BYTES_MAX} bytes");
                return Err(Exception::throw_message(self.ctx, &reason));
            }
            self.part_bytes *= 2;
        }
        self.part = read_part(self.ctx, self.file, self.offset_bytes, self.part_bytes)?;
        self.done_bytes = 0;
        self.is_last = self.part.len() < self.part_bytes as usize;
        Ok(())
    }
}

fn thrown(ctx: &Ctx<'_>, error: &CsvError) -> rquickjs::Error {
    Exception::throw_message(ctx, &error.to_string())
}

fn lossy(field: Vec<u8>) -> String {
    match String::from_utf8(field) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// `place`: `[offset in bytes, lines, fields of a record]`, moved past the record. Returns the
/// record's fields, or undefined at the end.
fn next_record<'js>(
    ctx: Ctx<'js>,
    file: usize,
    place: Array<'js>,
    delimiter: u8,
) -> Result<Value<'js>> {
    let mut cursor = Cursor::new(delimiter);
    cursor.lines = place.get::<f64>(1)? as u64;
    cursor.fields = place.get(2)?;
    let offset: f64 = place.get(0)?;
    let mut source = Source::new(&ctx, file, offset as u64, cursor, PART_BYTES);
    let record = source.next()?;
    place.set(0, source.offset_bytes as f64)?;
    place.set(1, source.cursor.lines as f64)?;
    place.set(2, source.cursor.fields)?;
    let Some(record) = record else { return Ok(Value::new_undefined(ctx)) };
    let fields = Array::new(ctx.clone())?;
    for (index, field) in record.into_iter().enumerate() {
        fields.set(index, lossy(field))?;
    }
    Ok(fields.into_value())
}

/// Publishes the records that follow `place` as rows and returns their number. With a `header` they
/// are objects with its names. `records_max`: how many, at most.
fn publish_records<'js>(
    ctx: Ctx<'js>,
    name: String,
    file: usize,
    place: Array<'js>,
    delimiter: u8,
    header: Option<Vec<String>>,
    records_max: f64,
) -> Result<usize> {
    let mut cursor = Cursor::new(delimiter);
    cursor.lines = place.get::<f64>(1)? as u64;
    cursor.fields = place.get(2)?;
    let offset: f64 = place.get(0)?;
    let mut source = Source::new(&ctx, file, offset as u64, cursor, ALL_PART_BYTES);
    let header: Option<Vec<String>> = header.map(|names| {
        let quoted = |name: &String| {
            let mut text = String::new();
            push_json(&mut text, name);
            text
        };
        names.iter().map(quoted).collect()
    });
    let mut rows = Vec::new();
    while (rows.len() as f64) < records_max
        && let Some(record) = source.next()?
    {
        rows.push(json_of(record, header.as_deref()).into_bytes());
    }
    Ok(publish(name, rows))
}

fn json_of(record: Vec<Vec<u8>>, header: Option<&[String]>) -> String {
    let mut json = String::from(if header.is_some() { "{" } else { "[" });
    for (index, field) in record.into_iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        if let Some(names) = header {
            json.push_str(&names[index]);
            json.push(':');
        }
        push_json(&mut json, &lossy(field));
    }
    json.push(if header.is_some() { '}' } else { ']' });
    json
}

/// Text as a JSON string.
fn push_json(json: &mut String, text: &str) {
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}
