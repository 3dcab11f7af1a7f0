//! What can be asked for below `/misbehave/`: the names, their arguments, and a table that
//! documents them.
//!
//! Parsing only; [`crate::h1`] and [`crate::h2`] do the deeds. A name that is unknown or has a
//! bad argument is an error text, never a guess.

use std::time::Duration;

use crate::arrival::Protocol;

/// One kind of misbehaviour, as it is shown by `GET /misbehave`.
#[derive(Debug, Clone, Copy)]
pub struct MisbehaviourDoc {
    /// The path below `/misbehave/`, with arguments in capitals.
    pub pattern: &'static str,
    /// The protocols that it exists for: `h1`, `h2` or `h1 h2`.
    pub protocols: &'static str,
    /// What happens.
    pub doc: &'static str,
}

macro_rules! docs {
    ($($pattern:literal, $protocols:literal, $doc:literal;)*) => {
        &[$(MisbehaviourDoc { pattern: $pattern, protocols: $protocols, doc: $doc },)*]
    };
}

/// Every misbehaviour. The canned answers (see there) are HTTP/1 bytes that are sent as they stand,
/// after which the connection is closed.
pub const MISBEHAVIOURS: &[MisbehaviourDoc] = docs! {
    "reset", "h1 h2", "TCP RST before any byte of an answer";
    "reset-mid-body", "h1 h2", "head and 1 000 of 100 000 bytes, then TCP RST";
    "close", "h1 h2", "orderly close before any byte of an answer";
    "close-mid-head", "h1", "half a header line, then an orderly close";
    "close-mid-body", "h1 h2", "head and 500 of 1 000 bytes, then an orderly close";
    "close-after", "h1 h2", "a whole keep-alive answer, then an orderly close at once";
    "close-after/MS", "h1 h2", "the same with MS milliseconds between answer and close";
    "garbage", "h1 h2", "bytes that are no HTTP, then an orderly close";
    "wrong-length/short", "h1 h2", "content-length 5 for a body of 10 bytes; kept alive";
    "wrong-length/long", "h1 h2", "content-length 100 for a body of 50 bytes; HTTP/1 hangs then";
    "slow-bytes/MS", "h1 h2", "a body of 16 bytes, one every MS milliseconds";
    "slow-bytes/MS/N", "h1 h2", "a body of N bytes, one every MS milliseconds";
    "slow-head/MS", "h1", "the head too comes one byte every MS milliseconds";
    "hang", "h1 h2", "no answer, the connection stays open";
    "hang-mid-body", "h1 h2", "head and 500 of 1 000 bytes, then nothing; stays open";
    "endless-headers", "h1 h2", "header lines (HTTP/2: CONTINUATION frames) without end";
    "endless-body", "h1 h2", "a body without end (HTTP/1: chunked)";
    "huge-header/N", "h1 h2", "a header value of N bytes";
    "one-xx-flood", "h1", "interim answers (103) without end";
    "one-xx-flood/N", "h1 h2", "N interim answers (103), then a good one";
    "extra-response", "h1", "a good answer and another that nobody asked for; kept alive";
    "chunked-overflow", "h1", "canned: a chunk size that does not fit 64 bits";
    "bad-chunk", "h1", "canned: a chunk size that is no number";
    "chunked-and-length", "h1", "canned: transfer-encoding and content-length together";
    "two-lengths", "h1", "canned: two content-lengths that differ";
    "negative-length", "h1", "canned: content-length -1";
    "bad-status", "h1", "canned: a status that is no number";
    "bad-version", "h1", "canned: HTTP/7.3";
    "nul-in-header", "h1", "canned: a NUL byte in a header value";
    "body-on-204", "h1", "canned: status 204 with a body";
    "no-reason", "h1", "canned: a status line without a reason phrase (legal)";
    "goaway", "h2", "a good answer with GOAWAY (NO_ERROR); the connection takes no further request";
    "goaway/CODE", "h2", "GOAWAY with error code CODE instead of an answer, then a close";
    "rst/CODE", "h2", "RST_STREAM with error code CODE instead of an answer";
    "h2-garbage", "h2", "bytes that are no HTTP/2 frames, then an orderly close";
};

/// A misbehaviour with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misbehaviour {
    Reset,
    ResetMidBody,
    Close,
    CloseMidHead,
    CloseMidBody,
    CloseAfter(Duration),
    Garbage,
    LengthShort,
    LengthLong,
    SlowBytes { gap: Duration, bytes: u64 },
    SlowHead { gap: Duration },
    Hang,
    HangMidBody,
    EndlessHeaders,
    EndlessBody,
    HugeHeader { bytes: u64 },
    OneXxFlood { count: Option<u64> },
    ExtraResponse,
    Canned(&'static [u8]),
    Goaway,
    GoawayCode(u32),
    Rst(u32),
    H2Garbage,
}

/// Bytes that no parser of HTTP/1 or HTTP/2 takes: as frames they announce 13 MB of an unknown
/// type.
pub(crate) const GARBAGE: &[u8] = b"\xCA\xFE\x00\xFF\x13\x37 this is not HTTP \x00\x01\x02\r\n\r\n";

impl Misbehaviour {
    /// Reads what stands behind `/misbehave/`.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        let mut segments = path.split('/');
        let name = segments.next().unwrap_or_default();
        let arguments: Vec<&str> = segments.collect();
        let parsed = match arguments.as_slice() {
            [] => Self::plain(name),
            ["short"] if name == "wrong-length" => Some(Self::LengthShort),
            ["long"] if name == "wrong-length" => Some(Self::LengthLong),
            [argument] => Self::with_number(name, number(argument)?),
            [first, second] if name == "slow-bytes" => Some(Self::SlowBytes {
                gap: Duration::from_millis(number(first)?),
                bytes: number(second)?,
            }),
            _ => None,
        };
        parsed.ok_or_else(|| {
            format!(
                "`/misbehave/{path}` is not a misbehaviour of this server; \
                 `GET /misbehave` lists them"
            )
        })
    }

    /// Whether it exists for a protocol.
    pub(crate) fn is_for(self, protocol: Protocol) -> bool {
        match self {
            Self::Goaway | Self::GoawayCode(_) | Self::Rst(_) | Self::H2Garbage => {
                protocol == Protocol::Http2
            }
            Self::CloseMidHead
            | Self::SlowHead { .. }
            | Self::ExtraResponse
            | Self::Canned(_)
            | Self::OneXxFlood { count: None } => protocol == Protocol::Http1,
            _ => true,
        }
    }

    fn plain(name: &str) -> Option<Self> {
        Some(match name {
            "reset" => Self::Reset,
            "reset-mid-body" => Self::ResetMidBody,
            "close" => Self::Close,
            "close-mid-head" => Self::CloseMidHead,
            "close-mid-body" => Self::CloseMidBody,
            "close-after" => Self::CloseAfter(Duration::ZERO),
            "garbage" => Self::Garbage,
            "hang" => Self::Hang,
            "hang-mid-body" => Self::HangMidBody,
            "endless-headers" => Self::EndlessHeaders,
            "endless-body" => Self::EndlessBody,
            "one-xx-flood" => Self::OneXxFlood { count: None },
            "extra-response" => Self::ExtraResponse,
            "goaway" => Self::Goaway,
            "h2-garbage" => Self::H2Garbage,
            _ => return canned(name).map(Self::Canned),
        })
    }

    fn with_number(name: &str, value: u64) -> Option<Self> {
        Some(match name {
            "close-after" => Self::CloseAfter(Duration::from_millis(value)),
            "slow-bytes" => Self::SlowBytes { gap: Duration::from_millis(value), bytes: 16 },
            "slow-head" => Self::SlowHead { gap: Duration::from_millis(value) },
            "huge-header" => Self::HugeHeader { bytes: value },
            "one-xx-flood" => Self::OneXxFlood { count: Some(value) },
            "goaway" => Self::GoawayCode(u32::try_from(value).ok()?),
            "rst" => Self::Rst(u32::try_from(value).ok()?),
            _ => return None,
        })
    }
}

/// A number from a path segment; says what was found when it is none.
pub(crate) fn number(segment: &str) -> Result<u64, String> {
    segment.parse().map_err(|_| {
        format!("`{segment}` in the path is not a whole number from 0 to {}", u64::MAX)
    })
}

/// Answers that are sent byte by byte as they stand here.
fn canned(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "chunked-overflow" => {
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
              FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"
        }
        "bad-chunk" => {
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
              5\r\nhello\r\nzz\r\nhello\r\n0\r\n\r\n"
        }
        "chunked-and-length" => {
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n\
              5\r\nhello\r\n0\r\n\r\n"
        }
        "two-lengths" => {
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nhello w"
        }
        "negative-length" => b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nhello",
        "bad-status" => b"HTTP/1.1 2x0 OK\r\ncontent-length: 5\r\n\r\nhello",
        "bad-version" => b"HTTP/7.3 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        "nul-in-header" => b"HTTP/1.1 200 OK\r\nx-nul: a\0b\r\ncontent-length: 5\r\n\r\nhello",
        "body-on-204" => b"HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello",
        "no-reason" => b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_documented_pattern_is_understood() {
        for one in MISBEHAVIOURS {
            let path = one.pattern.replace("MS", "10").replace("CODE", "2").replace('N', "3");
            assert!(Misbehaviour::parse(&path).is_ok(), "{}", one.pattern);
        }
    }

    #[test]
    fn the_table_tells_the_protocols() {
        for one in MISBEHAVIOURS {
            let path = one.pattern.replace("MS", "10").replace("CODE", "2").replace('N', "3");
            let misbehaviour = Misbehaviour::parse(&path).unwrap();
            let protocols = [("h1", Protocol::Http1), ("h2", Protocol::Http2)];
            for (name, protocol) in protocols {
                let documented = one.protocols.contains(name);
                assert_eq!(misbehaviour.is_for(protocol), documented, "{} {name}", one.pattern);
            }
        }
    }

    #[test]
    fn arguments_arrive() {
        assert_eq!(
            Misbehaviour::parse("slow-bytes/20/3"),
            Ok(Misbehaviour::SlowBytes { gap: Duration::from_millis(20), bytes: 3 })
        );
        assert_eq!(Misbehaviour::parse("rst/8"), Ok(Misbehaviour::Rst(8)));
        assert_eq!(
            Misbehaviour::parse("close-after/250"),
            Ok(Misbehaviour::CloseAfter(Duration::from_millis(250)))
        );
    }

    #[test]
    fn errors_name_what_was_found() {
        assert!(Misbehaviour::parse("politely").unwrap_err().contains("`/misbehave/politely`"));
        assert!(Misbehaviour::parse("slow-head/soon").unwrap_err().contains("`soon`"));
        assert!(Misbehaviour::parse("slow-head").is_err());
        assert!(Misbehaviour::parse("rst/4294967296").is_err());
        assert!(Misbehaviour::parse("reset/1/2/3").is_err());
        assert!(Misbehaviour::parse("").is_err());
    }

    proptest! {
        #[test]
        fn no_path_panics(path in ".{0,60}") {
            drop(Misbehaviour::parse(&path));
        }
    }
}
