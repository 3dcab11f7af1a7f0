//! The few HTTP/2 frames that are written by hand. Pure.

use bytes::{BufMut as _, Bytes, BytesMut};

const HEADERS: u8 = 0x1;
const GOAWAY: u8 = 0x7;
const CONTINUATION: u8 = 0x9;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(9 + payload.len());
    // The length has 24 bits.
    frame.put_uint(payload.len() as u64, 3);
    frame.put_u8(kind);
    frame.put_u8(flags);
    frame.put_u32(stream);
    frame.put_slice(payload);
    frame.freeze()
}

/// `GOAWAY`: streams after `last_stream` were not looked at.
pub(super) fn goaway(last_stream: u32, code: u32) -> Bytes {
    frame(GOAWAY, 0, 0, &[last_stream.to_be_bytes(), code.to_be_bytes()].concat())
}

/// The start of an answer whose headers go on: `:status 200` and no `END_HEADERS`.
pub(super) fn open_headers(stream: u32) -> Bytes {
    // 0x88 is `:status: 200` in the static table of HPACK.
    frame(HEADERS, 0, stream, &[0x88])
}

/// More headers, and still no `END_HEADERS`.
pub(super) fn continuation(stream: u32) -> Bytes {
    // A literal without indexing: `x-endless: more`.
    let literal = b"\x00\x09x-endless\x04more";
    frame(CONTINUATION, 0, stream, &literal.repeat(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_their_nine_byte_head() {
        assert_eq!(
            &goaway(1, 11)[..],
            b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0b"
        );
        assert_eq!(&open_headers(3)[..], b"\x00\x00\x01\x01\x00\x00\x00\x00\x03\x88");
        let continuation = continuation(3);
        assert_eq!(continuation.len(), 9 + 16_000);
        assert_eq!(&continuation[..9], b"\x00\x3e\x80\x09\x00\x00\x00\x00\x03");
    }
}
