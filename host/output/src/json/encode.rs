//! Samples to lines of JSON, byte for byte as k6 writes them.
//!
//! Nothing here allocates for a sample once the buffers have grown: what a metric or a tag set
//! looks like is written once and copied afterwards. Numbers are written as Go's `%g` does
//! (`1e+06`), times to the nanosecond in the zone of the configuration. What JSON cannot say (a
//! number that is not finite) becomes `null`.

use std::io::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use squall_metrics::{Catalog, Metric, MetricId, Sample, Submetric, TagSet, ThresholdSpec};

/// Tag sets whose text is kept. More than this many at a time are written anew each time.
const TAG_TEXTS: usize = 1_024;

/// Writes lines into a buffer; remembers what it has already said.
#[derive(Debug)]
pub(crate) struct Encoder {
    metrics: Vec<MetricText>,
    times: TimeText,
    tags: Vec<Option<TagText>>,
}

#[derive(Debug)]
struct MetricText {
    /// The `Metric` line, until it has been written.
    header: Option<Vec<u8>>,
    /// The beginning of every `Point` line, up to the time.
    point: Vec<u8>,
}

#[derive(Debug)]
struct TagText {
    /// Kept alive, so that its address means this set and no other.
    tags: Arc<TagSet>,
    text: Vec<u8>,
}

/// How a `Point` line begins.
pub(crate) const POINT: &[u8] = b"{\"metric\":";

impl Encoder {
    pub(crate) fn new(catalog: &Catalog, time_zone: TimeZone) -> Self {
        let metrics = catalog.registry().iter().map(|metric| {
            let mut header = Vec::new();
            metric_line(&mut header, metric, catalog);
            let mut point = POINT.to_vec();
            string(&mut point, &metric.name);
            point.extend_from_slice(b",\"type\":\"Point\",\"data\":{\"time\":\"");
            MetricText { header: Some(header), point }
        });
        let tags = std::iter::repeat_with(|| None).take(TAG_TEXTS).collect();
        Self { metrics: metrics.collect(), times: TimeText::new(time_zone), tags }
    }

    /// Appends the line of a sample, and before it the one of its metric if that is new. False if
    /// there is no such metric; then nothing is written.
    pub(crate) fn sample(&mut self, out: &mut Vec<u8>, sample: &Sample) -> bool {
        let MetricId(number) = sample.metric;
        let Some(metric) = self.metrics.get_mut(number as usize) else { return false };
        if let Some(header) = metric.header.take() {
            out.extend_from_slice(&header);
        }
        out.extend_from_slice(&metric.point);
        self.times.append(out, sample.time_unix_ns);
        out.extend_from_slice(b"\",\"value\":");
        number_go(out, sample.value);
        out.extend_from_slice(b",\"tags\":");
        out.extend_from_slice(tag_text(&mut self.tags, &sample.tags));
        if let Some(metadata) = sample.metadata.as_deref()
            && !metadata.is_empty()
        {
            out.extend_from_slice(b",\"metadata\":");
            object(out, metadata.iter());
        }
        out.extend_from_slice(b"}}\n");
        true
    }
}

/// The text of a tag set, from its slot if it is the one that was there last.
fn tag_text<'a>(slots: &'a mut [Option<TagText>], tags: &Arc<TagSet>) -> &'a [u8] {
    // Allocations are aligned, so the lowest bits say nothing.
    let slot = (Arc::as_ptr(tags) as usize >> 4) % slots.len();
    let known = slots[slot].take();
    let text = match known {
        Some(text) if Arc::ptr_eq(&text.tags, tags) => text,
        other => {
            let mut text = other.map(|old| old.text).unwrap_or_default();
            text.clear();
            object(&mut text, tags.iter());
            TagText { tags: Arc::clone(tags), text }
        }
    };
    &slots[slot].insert(text).text
}

fn object<'a>(out: &mut Vec<u8>, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    out.push(b'{');
    for (index, (name, value)) in pairs.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        string(out, name);
        out.push(b':');
        string(out, value);
    }
    out.push(b'}');
}

fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (index, each) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item(out, each);
    }
    out.push(b']');
}

/// The line that introduces a metric.
fn metric_line(out: &mut Vec<u8>, metric: &Metric, catalog: &Catalog) {
    out.extend_from_slice(b"{\"type\":\"Metric\",\"data\":{\"name\":");
    string(out, &metric.name);
    out.extend_from_slice(b",\"type\":");
    string(out, metric.kind.as_str());
    out.extend_from_slice(b",\"contains\":");
    string(out, metric.contains.as_str());
    out.extend_from_slice(b",\"thresholds\":");
    list(out, catalog.thresholds_of(metric.id), threshold);
    out.extend_from_slice(b",\"submetrics\":");
    if catalog.submetrics_of(metric.id).next().is_none() {
        out.extend_from_slice(b"null");
    } else {
        list(out, catalog.submetrics_of(metric.id), submetric);
    }
    out.extend_from_slice(b"},\"metric\":");
    string(out, &metric.name);
    out.extend_from_slice(b"}\n");
}

/// A plain string, or an object if it can end the test: k6's two forms.
fn threshold(out: &mut Vec<u8>, spec: &ThresholdSpec) {
    if !spec.abort_on_fail {
        string(out, &spec.source);
        return;
    }
    out.extend_from_slice(b"{\"threshold\":");
    string(out, &spec.source);
    out.extend_from_slice(b",\"abortOnFail\":true,\"delayAbortEval\":");
    match spec.delay_abort_eval {
        Some(delay) => string(out, &squall_plan::format_duration(delay)),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}

fn submetric(out: &mut Vec<u8>, submetric: &Submetric) {
    out.extend_from_slice(b"{\"name\":");
    string(out, &submetric.name);
    out.extend_from_slice(b",\"suffix\":");
    string(out, suffix(&submetric.name));
    out.extend_from_slice(b",\"tags\":");
    let selector = submetric.selector.iter();
    object(out, selector.map(|(name, value)| (name.as_str(), value.as_str())));
    out.push(b'}');
}

/// What stands between the braces of a submetric's name.
fn suffix(name: &str) -> &str {
    let inner = name.split_once('{').map_or(name, |(_, rest)| rest);
    inner.strip_suffix('}').unwrap_or(inner)
}

/// A string with the escapes that k6's encoder uses: those that JSON asks for, and `<`, `>`, `&`
/// and the two line separators of JavaScript.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        let separator = byte == 0xe2
            && bytes.get(index + 1) == Some(&0x80)
            && matches!(bytes.get(index + 2), Some(0xa8 | 0xa9));
        let plain = byte >= 0x20 && !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
        if plain && !separator {
            continue;
        }
        out.extend_from_slice(&bytes[copied..index]);
        copied = index + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0xe2 => {
                out.extend_from_slice(b"\\u202");
                out.push(if bytes[index + 2] == 0xa8 { b'8' } else { b'9' });
                copied = index + 3;
            }
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(DIGITS[usize::from(byte >> 4)]);
                out.push(DIGITS[usize::from(byte & 0xf)]);
            }
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

/// A number as Go's shortest `%g` has it: below 1e-4 and from 1e6 on with an exponent of at least
/// two digits.
pub(crate) fn number_go(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        // Whole numbers are the common case, and integers are written faster than floats.
        if value.fract() == 0.0 && (value != 0.0 || value.is_sign_positive()) {
            write_to(out, format_args!("{}", value as i64));
        } else {
            write_to(out, format_args!("{value}"));
        }
        return;
    }
    let start = out.len();
    write_to(out, format_args!("{value:e}"));
    let Some(at) = out[start..].iter().position(|&byte| byte == b'e') else { return };
    let mut digits = start + at + 1;
    if out[digits] == b'-' {
        digits += 1;
    } else {
        out.insert(digits, b'+');
        digits += 1;
    }
    if out.len() - digits == 1 {
        out.insert(digits, b'0');
    }
}

/// Writing to a vector cannot fail.
fn write_to(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let result = out.write_fmt(text);
    debug_assert!(result.is_ok());
}

const NS_PER_S: u64 = 1_000_000_000;

/// Times in RFC 3339 with as many decimals as there are; what a second looks like is kept.
#[derive(Debug)]
pub(crate) struct TimeText {
    time_zone: TimeZone,
    second_unix: Option<u64>,
    date: String,
    offset: String,
}

impl TimeText {
    pub(crate) fn new(time_zone: TimeZone) -> Self {
        Self { time_zone, second_unix: None, date: String::new(), offset: String::new() }
    }

    /// Appends a time without quotes: `2026-11-23T11:39:08.088053989Z`.
    pub(crate) fn append(&mut self, out: &mut Vec<u8>, time_unix_ns: u64) {
        let second_unix = time_unix_ns / NS_PER_S;
        if self.second_unix != Some(second_unix) {
            self.set_second(second_unix);
        }
        out.extend_from_slice(self.date.as_bytes());
        let mut ns = time_unix_ns % NS_PER_S;
        if ns > 0 {
            let mut fraction = [b'0'; 9];
            for digit in fraction.iter_mut().rev() {
                *digit = b'0' + (ns % 10) as u8;
                ns /= 10;
            }
            let used = fraction.iter().rposition(|&digit| digit != b'0').map_or(0, |at| at + 1);
            out.push(b'.');
            out.extend_from_slice(&fraction[..used]);
        }
        out.extend_from_slice(self.offset.as_bytes());
    }

    fn set_second(&mut self, second_unix: u64) {
        // Nanoseconds in 64 bits end in the year 2554, which is long before the last timestamp.
        let timestamp = Timestamp::from_second(second_unix as i64).unwrap_or(Timestamp::MAX);
        let zoned = timestamp.to_zoned(self.time_zone.clone());
        self.date = zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let offset_min = zoned.offset().seconds() / 60;
        self.offset = if offset_min == 0 {
            "Z".to_owned()
        } else {
            let sign = if offset_min < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset_min.abs() / 60, offset_min.abs() % 60);
            format!("{sign}{hours:02}:{minutes:02}")
        };
        self.second_unix = Some(second_unix);
    }
}
