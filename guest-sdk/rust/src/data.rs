//! Data that all VUs read and the host keeps once: files beside the script, and rows made by the
//! script.
//!
#![cfg_attr(feature = "json", doc = "```no_run")]
#![cfg_attr(not(feature = "json"), doc = "```ignore")]
//! use squall_sdk::prelude::*;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct User {
//!     name: String,
//! }
//!
//! #[scenario]
//! fn default() -> Result<()> {
//!     let users = data::shared("users", || {
//!         let text = data::open("users.csv")?.text()?;
//!         Ok(text.lines().map(|line| User { name: line.to_owned() }).collect())
//!     })?;
//!     let user: User = users.random()?;
//!     let url = format!("http://shop.example/users/{}", user.name);
//!     http::get(url).name("GET /users/:name").send();
//!     Ok(())
//! }
//! # fn main() {}
//! ```

use crate::error::{Error, Result};
use crate::host::data as host;

/// A file that the host has read once for all VUs.
#[derive(Debug)]
pub struct File(host::File);

/// How much of a file one crossing copies.
const CHUNK_BYTES: u32 = 64 * 1024;

/// Opens a file under the folder of the script, where relative paths start, or under one that
/// `squall run --allow-read` names.
#[track_caller]
pub fn open(path: &str) -> Result<File> {
    match host::open(path) {
        Ok(file) => Ok(File(file)),
        Err(message) => Err(Error::new(message)),
    }
}

impl File {
    /// How long the file is.
    pub fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    /// At most `bytes_max` bytes from `offset_bytes` on; fewer at the end of the file.
    pub fn read(&self, offset_bytes: u64, bytes_max: u32) -> Vec<u8> {
        self.0.read(offset_bytes, bytes_max)
    }

    /// The whole file. Every VU that calls this has a copy of its own then; for large files that
    /// all VUs read, [`File::read`] and [`shared`] take less memory.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let chunk = self.read(bytes.len() as u64, CHUNK_BYTES);
            if chunk.is_empty() {
                return bytes;
            }
            bytes.extend_from_slice(&chunk);
        }
    }

    /// The whole file as text.
    #[track_caller]
    pub fn text(&self) -> Result<String> {
        match String::from_utf8(self.bytes()) {
            Ok(text) => Ok(text),
            Err(error) => Err(Error::new(format_args!(
                "the file is not UTF-8 text, from byte {} on",
                error.utf8_error().valid_up_to()
            ))),
        }
    }
}

/// Rows of bytes that one VU has made and all VUs read.
#[derive(Debug)]
pub struct Rows(host::Rows);

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len() as usize
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of one row; `None` past the end.
    pub fn get(&self, index: usize) -> Option<Vec<u8>> {
        u32::try_from(index).ok().and_then(|index| self.0.get(index))
    }
}

/// The rows of this name; the first VU that asks makes them.
pub fn rows(name: &str, make: impl FnOnce() -> Result<Vec<Vec<u8>>>) -> Result<Rows> {
    if let Some(rows) = host::shared(name) {
        return Ok(Rows(rows));
    }
    let made = make()?;
    let borrowed: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
    Ok(Rows(host::publish(name, &borrowed)))
}

/// Rows of a type of one's own; kept as JSON in the host, read row by row. k6's `SharedArray`.
#[cfg(feature = "json")]
#[derive(Debug)]
pub struct Shared<T> {
    rows: Rows,
    row: std::marker::PhantomData<fn() -> T>,
}

/// The rows of this name; the first VU that asks makes them.
#[cfg(feature = "json")]
pub fn shared<T>(name: &str, make: impl FnOnce() -> Result<Vec<T>>) -> Result<Shared<T>>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let rows = rows(name, || {
        let mut rows = Vec::new();
        for row in make()? {
            rows.push(serde_json::to_vec(&row)?);
        }
        Ok(rows)
    })?;
    Ok(Shared { rows, row: std::marker::PhantomData })
}

#[cfg(feature = "json")]
impl<T: serde::de::DeserializeOwned> Shared<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One row; an error past the end.
    #[track_caller]
    pub fn get(&self, index: usize) -> Result<T> {
        let Some(row) = self.rows.get(index) else {
            return Err(Error::new(format_args!("there is no row {index} of {}", self.len())));
        };
        match serde_json::from_slice(&row) {
            Ok(row) => Ok(row),
            Err(error) => Err(Error::new(format_args!("row {index}: {error}"))),
        }
    }

    /// A row by chance; an error when there are none.
    #[track_caller]
    pub fn random(&self) -> Result<T> {
        self.get(crate::random::below(self.len() as u64) as usize)
    }
}

#[cfg(test)]
mod tests;
