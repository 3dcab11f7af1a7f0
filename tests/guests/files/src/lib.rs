//! Files beside the script, and rows that are made once for all VUs.
//!
//! `FILE` (default `words.txt`) is opened in each iteration; one that cannot be opened is an error
//! of the iteration. With `ROWS=1` its lines become shared rows; how often they were made is
//! counted in `rows_made`.

use serde::{Deserialize, Serialize};
use squall_sdk::prelude::*;

#[metric]
static FILE_BYTES: Gauge = Gauge::new("file_bytes").data();

#[metric]
static ROWS_MADE: Counter = Counter::new("rows_made");

#[derive(Serialize, Deserialize)]
struct Word {
    number: usize,
    text: String,
}

#[scenario]
fn default() -> Result<()> {
    let path = execution::env("FILE").unwrap_or("words.txt".to_owned());
    let file = data::open(&path)?;
    FILE_BYTES.add(file.size_bytes());
    let text = file.text()?;
    check!(text, "the file is read whole" => |t| t.len() as u64 == file.size_bytes());
    check!(file, "the end is the end" => |f| f.read(f.size_bytes(), 10).is_empty());

    if execution::env("ROWS").is_some() {
        let words = data::shared("words", || {
            ROWS_MADE.add(1);
            let lines = text.lines().enumerate();
            Ok(lines.map(|(number, text)| Word { number, text: text.to_owned() }).collect())
        })?;
        let last = words.len().checked_sub(1).context("no words")?;
        let word = words.get(last)?;
        check!(word, "the last row is the last line" => |w| {
            w.number == last && text.lines().last() == Some(w.text.as_str())
        });
        check!(words, "no row behind it" => |w| w.get(last + 1).is_err());
    }
    Ok(())
}
