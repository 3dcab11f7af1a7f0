//! The chunked transfer coding of a request's body: a decoder that carries on where it stopped.
//! Pure.

/// Bytes of one chunk-size or trailer line; more is refused.
const LINE_BYTES_MAX: usize = 4 << 10;

/// A decoder over a buffer that grows at its end.
#[derive(Debug)]
pub(super) struct Chunked {
    body: Vec<u8>,
    body_bytes_max: usize,
    /// What of the buffer is decoded.
    taken: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Size,
    Data { left: usize },
    DataEnd,
    Trailers,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Error {
    #[error("the chunk size `{0}` is not a hexadecimal number")]
    Size(String),
    #[error("a chunk does not end where its size says")]
    ChunkEnd,
    #[error("a line of the chunked body is longer than {LINE_BYTES_MAX} bytes")]
    Line,
    #[error("the chunked body is longer than allowed")]
    TooLong,
}

impl Chunked {
    pub(super) fn new(body_bytes_max: usize) -> Self {
        Self { body: Vec::new(), body_bytes_max, taken: 0, state: State::Size }
    }

    /// Decodes what has come. `buffer` is everything since the start of the body; once the body
    /// is complete, the answer is how much of the buffer it took.
    pub(super) fn advance(&mut self, buffer: &[u8]) -> Result<Option<usize>, Error> {
        loop {
            let rest = &buffer[self.taken..];
            match self.state {
                State::Size => {
                    let Some(line) = line(rest)? else { return Ok(None) };
                    let bytes = size(line)?;
                    if bytes > self.body_bytes_max - self.body.len() {
                        return Err(Error::TooLong);
                    }
                    self.taken += line.len() + 2;
                    self.state =
                        if bytes == 0 { State::Trailers } else { State::Data { left: bytes } };
                }
                State::Data { left } => {
                    let bytes = left.min(rest.len());
                    if bytes == 0 {
                        return Ok(None);
                    }
                    self.body.extend_from_slice(&rest[..bytes]);
                    self.taken += bytes;
                    let left = left - bytes;
                    self.state = if left == 0 { State::DataEnd } else { State::Data { left } };
                }
                State::DataEnd => match rest {
                    [b'\r', b'\n', ..] => {
                        self.taken += 2;
                        self.state = State::Size;
                    }
                    [] | [b'\r'] => return Ok(None),
                    _ => return Err(Error::ChunkEnd),
                },
                State::Trailers => {
                    let Some(line) = line(rest)? else { return Ok(None) };
                    self.taken += line.len() + 2;
                    if line.is_empty() {
                        return Ok(Some(self.taken));
                    }
                }
            }
        }
    }

    pub(super) fn into_body(self) -> Vec<u8> {
        self.body
    }
}

/// The first line without its end; `None` while it has none.
fn line(bytes: &[u8]) -> Result<Option<&[u8]>, Error> {
    match bytes.windows(2).take(LINE_BYTES_MAX).position(|pair| pair == b"\r\n") {
        Some(end) => Ok(Some(&bytes[..end])),
        None if bytes.len() > LINE_BYTES_MAX => Err(Error::Line),
        None => Ok(None),
    }
}

fn size(line: &[u8]) -> Result<usize, Error> {
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let bad = || Error::Size(String::from_utf8_lossy(digits).into_owned());
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(bad());
    }
    let text = std::str::from_utf8(digits).map_err(|_| bad())?;
    usize::from_str_radix(text, 16).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, Error> {
        let mut chunked = Chunked::new(1_000);
        let taken = chunked.advance(bytes)?;
        Ok(taken.map(|taken| (chunked.into_body(), taken)))
    }

    #[test]
    fn chunks_extensions_and_trailers() {
        let wire = b"5;a=b\r\nhello\r\n1 \r\n!\r\n0\r\nx-t: 1\r\n\r\nNEXT";
        assert_eq!(decode(wire), Ok(Some((b"hello!".to_vec(), wire.len() - 4))));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(decode(b"zz\r\n"), Err(Error::Size("zz".into())));
        assert_eq!(decode(b"\r\n"), Err(Error::Size(String::new())));
        assert_eq!(decode(b"2\r\nabc\r\n"), Err(Error::ChunkEnd));
        assert_eq!(decode(b"3E9\r\n"), Err(Error::TooLong));
        assert_eq!(decode(b"3E8\r\n"), Ok(None));
        assert!(matches!(decode(b"fffffffffffffffffff\r\n"), Err(Error::Size(_))));
        assert_eq!(decode(&[b'1'; 5_000]), Err(Error::Line));
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..6),
            step in 1_usize..50,
        ) {
            let mut wire = Vec::new();
            for chunk in &chunks {
                wire.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                wire.extend_from_slice(chunk);
                wire.extend_from_slice(b"\r\n");
            }
            wire.extend_from_slice(b"0\r\n\r\n");
            let mut chunked = Chunked::new(1_000);
            let mut end = 0;
            while end < wire.len() {
                prop_assert_eq!(chunked.advance(&wire[..end]), Ok(None));
                end = (end + step).min(wire.len());
            }
            prop_assert_eq!(chunked.advance(&wire), Ok(Some(wire.len())));
            prop_assert_eq!(chunked.into_body(), chunks.concat());
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            drop(decode(&bytes));
        }
    }
}
