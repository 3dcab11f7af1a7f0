//! A good answer, before any protocol has framed it.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;

/// A good answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
}

/// The body of a [`Reply`].
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Bytes(Bytes),
    /// So many bytes of the alphabet over and over.
    Pattern(u64),
}

impl Body {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pattern(bytes) => *bytes,
        }
    }
}

/// Whole alphabets, so that blocks can follow one another.
pub(crate) const PATTERN: &[u8; 26 * 630] = &{
    let mut block = [0; 26 * 630];
    let mut index = 0;
    while index < block.len() {
        block[index] = b'a' + (index % 26) as u8;
        index += 1;
    }
    block
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

impl Reply {
    /// The answer to `GET /`.
    pub(crate) fn small() -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Body::Bytes(Bytes::from_static(crate::SMALL_BODY.as_bytes())),
        }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Body::Bytes(Bytes::new()) }
    }

    pub(crate) fn text(status: StatusCode, text: String) -> Self {
        Self {
            status,
            headers: vec![(http::header::CONTENT_TYPE, TEXT)],
            body: Body::Bytes(text.into()),
        }
    }

    pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Self {
        Self {
            status,
            headers: vec![(http::header::CONTENT_TYPE, JSON)],
            body: Body::Bytes(value.to_string().into()),
        }
    }

    /// An error with a text that says what was wrong.
    pub(crate) fn error(status: StatusCode, text: &str) -> Self {
        Self::json(status, &json!({ "error": text }))
    }
}
