//! What can be wrong with an option, and where.

use std::fmt;
use std::ops::Deref;

use thiserror::Error;

use crate::duration::DurationError;
use crate::segment::SegmentError;

/// Longest part of an offending line that is shown.
const EXCERPT_CHARS_MAX: usize = 100;

/// A value that is of the right type but means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Not a duration.
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// Not a segment or sequence.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// Text that should be a whole number.
    #[error("{found:?} is not a whole number")]
    Integer {
        /// What was found.
        found: String,
    },
    /// Text that should be a whole number that is not negative.
    #[error("{found:?} is not a whole number of 0 or more")]
    Natural {
        /// What was found.
        found: String,
    },
    /// Text that should be a truth value.
    #[error("{found:?} is neither true nor false")]
    Boolean {
        /// What was found.
        found: String,
    },
    /// A stage without the part before the colon.
    #[error("stage {stage:?} doesn't have a specified duration; write it like 10s:5")]
    StageWithoutDuration {
        /// What was found.
        stage: String,
    },
    /// A stage whose duration is none.
    #[error("error for stage {stage:?}: {error}")]
    StageDuration {
        /// What was found.
        stage: String,
        /// What is wrong with its duration.
        error: DurationError,
    },
    /// A stage whose target is no number.
    #[error("error for stage {stage:?}: the target {target:?} is not a whole number")]
    StageTarget {
        /// What was found.
        stage: String,
        /// The part after the colon.
        target: String,
    },
    /// A tag without a name.
    #[error("error parsing tag '{tag}': invalid tag, empty name")]
    TagWithoutName {
        /// What was found.
        tag: String,
    },
    /// A tag without a value.
    #[error("error parsing tag '{tag}': invalid tag, empty value")]
    TagWithoutValue {
        /// What was found.
        tag: String,
    },
    /// A pair of a list `name:value,name:value` that is none.
    #[error("invalid map item: {item:?}; write it like name:value or name=value")]
    MapItem {
        /// What was found.
        item: String,
    },
    /// A part of the DNS settings that does not exist.
    #[error(
        "unknown DNS configuration field: {field}; \
         there are ttl, select, policy and happyEyeballs"
    )]
    DnsField {
        /// What was found.
        field: String,
    },
    /// A part of the DNS settings without a value.
    #[error("no value for key {field}; write it like {field}=...")]
    DnsFieldWithoutValue {
        /// What was found.
        field: String,
    },
    /// Not a time to live.
    #[error("invalid DNS TTL: {found}; use a duration such as 5m, 0, or inf")]
    DnsTtl {
        /// What was found.
        found: String,
    },
    /// Not a way to select an address.
    #[error("{found} does not belong to DNSSelect values; use first, random or roundRobin")]
    DnsSelect {
        /// What was found.
        found: String,
    },
    /// Not an address family policy.
    #[error(
        "{found} does not belong to DNSPolicy values; \
         use preferIPv4, preferIPv6, onlyIPv4, onlyIPv6 or any"
    )]
    DnsPolicy {
        /// What was found.
        found: String,
    },
    /// Not an address range.
    #[error("invalid CIDR address: {found}; write it like 10.0.0.0/8 or 1.2.3.4/32")]
    Cidr {
        /// What was found.
        found: String,
    },
    /// Not an address, range of addresses or CIDR.
    #[error("{found} is not a valid IP, IP range or CIDR")]
    IpRange {
        /// What was found.
        found: String,
    },
    /// A range of addresses that has no address on one of its sides.
    #[error("wrong IP range format: {found}")]
    IpRangeFormat {
        /// What was found.
        found: String,
    },
    /// A range of addresses from one family to the other.
    #[error("mixed IP range format: {found}")]
    IpRangeMixed {
        /// What was found.
        found: String,
    },
    /// Not a CIDR, where addresses and ranges are allowed as well.
    #[error("parseCIDR() failed parsing {found}: invalid CIDR address: {found}")]
    IpRangeCidr {
        /// What was found.
        found: String,
    },
    /// A range of addresses that runs backwards.
    #[error("negative IP range: {found}")]
    IpRangeBackwards {
        /// What was found.
        found: String,
    },
    /// Not a pattern for host names that are blocked.
    #[error("invalid hostname pattern '{found}'; a * may only be at the start")]
    HostnamePattern {
        /// What was found.
        found: String,
    },
    /// Not a pattern for host names that are mapped.
    #[error("invalid host pattern '{found}'; write it like name, name:port or *.name")]
    HostPattern {
        /// What was found.
        found: String,
    },
    /// Not an address that a host name can be mapped to.
    #[error("invalid host address '{found}'; write it like 1.2.3.4, 1.2.3.4:8080 or [::1]:8080")]
    HostAddress {
        /// What was found.
        found: String,
    },
    /// Not a name with the path of a Unix socket.
    #[error("invalid Unix socket '{found}'; write it like app.test=/run/app.sock")]
    UnixSocket {
        /// What was found.
        found: String,
    },
    /// Not a version of HTTP.
    #[error("invalid HTTP version '{found}'; use auto, 1.1, 2, 2-prior-knowledge or 3")]
    HttpVersion {
        /// What was found.
        found: String,
    },
    /// Not what may become of late arrivals.
    #[error("invalid value '{found}' for late arrivals; use drop or queue")]
    Late {
        /// What was found.
        found: String,
    },
    /// Not a way to space arrivals.
    #[error("invalid arrivals '{found}'; use uniform or poisson")]
    ArrivalProcess {
        /// What was found.
        found: String,
    },
    /// Not a TLS version.
    #[error("invalid TLS version '{found}'; use tls1.0, tls1.1, tls1.2 or tls1.3")]
    TlsVersion {
        /// What was found.
        found: String,
    },
    /// Not a cipher suite.
    #[error(
        "unknown cipher suite '{found}'; names are those of RFCs, such as TLS_AES_128_GCM_SHA256"
    )]
    CipherSuite {
        /// What was found.
        found: String,
    },
    /// Client certificates that are not written as JSON.
    #[error("client certificates are written as JSON: [{{\"cert\": \"...\", \"key\": \"...\"}}]")]
    TlsAuth,
    /// Not a column of the summary.
    #[error("invalid trend stat '{found}', unknown format; use avg, min, med, max, count or p(N)")]
    TrendStat {
        /// What was found.
        found: String,
    },
    /// A percentile outside 0..100.
    #[error("invalid percentile trend stat value '{found}', provide a number between 0 and 100")]
    TrendStatPercentile {
        /// What was found.
        found: String,
    },
    /// Not a unit of the summary.
    #[error("invalid summary time unit '{found}', use 's', 'ms' or 'us'")]
    TimeUnit {
        /// What was found.
        found: String,
    },
    /// A scenario without `executor`.
    #[error("scenario '{scenario}' doesn't have a specified executor type")]
    NoExecutor {
        /// The scenario's name.
        scenario: String,
    },
    /// An `executor` that does not exist.
    #[error("unknown executor type '{found}'")]
    UnknownExecutor {
        /// What was found.
        found: String,
    },
    /// A key that does not exist, where that is no mere warning.
    #[error("unknown field \"{field}\"")]
    UnknownField {
        /// What was found.
        field: String,
    },
    /// There is no option of that name.
    #[error("there is no option {option:?}")]
    UnknownOption {
        /// What was asked for.
        option: String,
    },
    /// Text that should be JSON and is not, or JSON of the wrong shape.
    #[error("{0}")]
    Json(OptionsError),
}

/// Options that cannot be read. Its fields are those of [`OptionsErrorDetails`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionsError(Box<OptionsErrorDetails>);

/// What was found in options, what was expected, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionsErrorDetails {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line; of a long one the part around the column.
    pub offending_line: String,
    /// Where `column` is in `offending_line`, in characters from 0.
    pub offending_offset: usize,
    /// The value's place in the JSON, such as `scenarios.a.stages[1].target`; empty for the whole.
    pub path: String,
    /// What was found there.
    pub found: String,
    /// What would have been right.
    pub expected: String,
    /// Why what was found is wrong, when its type is not the reason.
    pub reason: Option<ValueError>,
}

impl Deref for OptionsError {
    type Target = OptionsErrorDetails;

    fn deref(&self) -> &OptionsErrorDetails {
        &self.0
    }
}

impl OptionsError {
    /// An error at byte `offset` of `text`.
    pub(super) fn at(text: &str, offset: usize, path: String, what: What) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = 1 + before.bytes().filter(|&byte| byte == b'\n').count();
        let column = 1 + before[line_start..].chars().count();
        let whole_line = text[line_start..].lines().next().unwrap_or_default();
        let (offending_line, offending_offset) = excerpt(whole_line, column - 1);
        let What { found, expected, reason } = what;
        Self(Box::new(OptionsErrorDetails {
            line,
            column,
            offending_line,
            offending_offset,
            path,
            found,
            expected,
            reason,
        }))
    }
}

/// The part of an error that has no place.
pub(super) struct What {
    pub(super) found: String,
    pub(super) expected: String,
    pub(super) reason: Option<ValueError>,
}

impl std::error::Error for OptionsError {}

impl fmt::Display for OptionsError {
    /// One sentence, then the line and a mark below the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str("the options")?,
            path => write!(f, "option `{path}`")?,
        }
        write!(f, " (line {}, column {}): ", self.line, self.column)?;
        if let Some(reason) = &self.reason {
            write!(f, "{reason}; ")?;
        }
        writeln!(f, "expected {}, found {}", self.expected, self.found)?;
        writeln!(f, "  | {}", self.offending_line)?;
        write!(f, "  | {:offset$}^", "", offset = self.offending_offset)
    }
}

/// At most [`EXCERPT_CHARS_MAX`] characters of `line` around `offset`, and where that is in them.
fn excerpt(line: &str, offset: usize) -> (String, usize) {
    let line = line.trim_end();
    let chars = line.chars().count();
    if chars <= EXCERPT_CHARS_MAX {
        return (line.to_owned(), offset);
    }
    let first = offset.saturating_sub(EXCERPT_CHARS_MAX / 2).min(chars - EXCERPT_CHARS_MAX);
    let cut: String = line.chars().skip(first).take(EXCERPT_CHARS_MAX).collect();
    let head = if first > 0 { "..." } else { "" };
    let tail = if first + EXCERPT_CHARS_MAX < chars { "..." } else { "" };
    (format!("{head}{cut}{tail}"), head.len() + offset - first)
}
