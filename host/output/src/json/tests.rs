//! Lines compared with what k6 writes, and what becomes of samples when a sink fails.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::read::GzDecoder;
use jiff::tz::{self, TimeZone};
use proptest::prelude::*;
use squall_metrics::{
    Catalog, CatalogOptions, Contains, Kind, Metadata, MetricId, Registry, Sample, SampleBatch,
    TagSet, ThresholdInput, ThresholdSpec, builtin,
};

use super::encode::{Encoder, TimeText, number_go, string};
use super::{Config, JsonOutput, Target};
use crate::{Counts, Output, OutputError, Runner};

/// 2026-11-23T11:39:08.088053989Z
const TIME_UNIX_NS: u64 = 1_795_433_948_088_053_989;

fn sample(metric: MetricId, value: f64, tags: &[(&str, &str)]) -> Sample {
    Sample {
        metric,
        value,
        time_unix_ns: TIME_UNIX_NS,
        tags: Arc::new(TagSet::new(tags.iter().copied())),
        metadata: None,
    }
}

fn batch(samples: impl IntoIterator<Item = Sample>) -> SampleBatch {
    let mut batch = SampleBatch::new(1_000_000);
    for sample in samples {
        batch.push(sample);
    }
    batch
}

fn plain_catalog() -> Catalog {
    Catalog::without_thresholds(Registry::new())
}

fn lines(catalog: &Catalog, samples: &[Sample]) -> String {
    let mut encoder = Encoder::new(catalog, TimeZone::UTC);
    let mut out = Vec::new();
    for sample in samples {
        assert!(encoder.sample(&mut out, sample));
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn a_metric_is_introduced_once_and_samples_follow() {
    let tags = [("status", "200"), ("group", "::outer"), ("scenario", "a")];
    let samples = [
        sample(builtin::HTTP_REQS, 1.0, &tags),
        sample(builtin::HTTP_REQ_BLOCKED, 0.155_892, &tags),
        sample(builtin::HTTP_REQS, 1.0, &[]),
    ];
    let expected = "\
{\"type\":\"Metric\",\"data\":{\"name\":\"http_reqs\",\"type\":\"counter\",\
\"contains\":\"default\",\"thresholds\":[],\"submetrics\":null},\"metric\":\"http_reqs\"}
{\"metric\":\"http_reqs\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-23T11:39:08.088053989Z\",\
\"value\":1,\"tags\":{\"group\":\"::outer\",\"scenario\":\"a\",\"status\":\"200\"}}}
{\"type\":\"Metric\",\"data\":{\"name\":\"http_req_blocked\",\"type\":\"trend\",\
\"contains\":\"time\",\"thresholds\":[],\"submetrics\":null},\"metric\":\"http_req_blocked\"}
{\"metric\":\"http_req_blocked\",\"type\":\"Point\",\
\"data\":{\"time\":\"2026-11-23T11:39:08.088053989Z\",\"value\":0.155892,\
\"tags\":{\"group\":\"::outer\",\"scenario\":\"a\",\"status\":\"200\"}}}
{\"metric\":\"http_reqs\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-23T11:39:08.088053989Z\",\
\"value\":1,\"tags\":{}}}
";
    assert_eq!(lines(&plain_catalog(), &samples), expected);
}

#[test]
fn thresholds_and_submetrics_stand_in_the_metric_line() {
    let mut registry = Registry::new();
    let gauge = registry.register("my_g", Kind::Gauge, Contains::Default).unwrap();
    let abort = |source: &str, delay_s: Option<u64>| ThresholdSpec {
        source: source.to_owned(),
        abort_on_fail: true,
        delay_abort_eval: delay_s.map(Duration::from_secs),
    };
    let late = ThresholdSpec { abort_on_fail: false, ..abort("value<6", Some(10)) };
    let input = |metric: &str, thresholds| ThresholdInput { metric: metric.to_owned(), thresholds };
    let thresholds = [
        input("my_g", vec![abort("value<5", None), late, abort("value<7", Some(90))]),
        input("my_g{a:b,c:d}", vec![]),
        input("my_g{q:\"z w\"}", vec![ThresholdSpec::new("value > 1")]),
    ];
    let catalog = Catalog::new(registry, &thresholds, CatalogOptions::default()).unwrap();
    let expected = "\
{\"type\":\"Metric\",\"data\":{\"name\":\"my_g\",\"type\":\"gauge\",\"contains\":\"default\",\
\"thresholds\":[{\"threshold\":\"value\\u003c5\",\"abortOnFail\":true,\"delayAbortEval\":null},\
\"value\\u003c6\",\
{\"threshold\":\"value\\u003c7\",\"abortOnFail\":true,\"delayAbortEval\":\"1m30s\"}],\
\"submetrics\":[\
{\"name\":\"my_g{a:b,c:d}\",\"suffix\":\"a:b,c:d\",\"tags\":{\"a\":\"b\",\"c\":\"d\"}},\
{\"name\":\"my_g{q:\\\"z w\\\"}\",\"suffix\":\"q:\\\"z w\\\"\",\"tags\":{\"q\":\"z w\"}}]},\
\"metric\":\"my_g\"}\n";
    let text = lines(&catalog, &[sample(gauge, 1.0, &[])]);
    assert_eq!(text.split_inclusive('\n').next().unwrap(), expected);
}

#[test]
fn metadata_is_there_only_if_there_is_some() {
    let mut with = sample(builtin::VUS, 1.0, &[]);
    with.metadata = Some(Arc::new(Metadata::new([("vu", "1"), ("iter", "0")])));
    let mut empty = with.clone();
    empty.metadata = Some(Arc::default());
    let text = lines(&plain_catalog(), &[with, empty]);
    let points: Vec<&str> = text.lines().skip(1).collect();
    assert!(points[0].ends_with(r#""tags":{},"metadata":{"iter":"0","vu":"1"}}}"#), "{text}");
    assert!(points[1].ends_with(r#""tags":{}}}"#), "{text}");
}

fn number(value: f64) -> String {
    let mut out = Vec::new();
    number_go(&mut out, value);
    String::from_utf8(out).unwrap()
}

#[test]
fn numbers_are_written_as_observed() {
    let observed = [
        (0.0, "0"),
        (-0.0, "-0"),
        (-1.0, "-1"),
        (1.5, "1.5"),
        (1e5, "100000"),
        (123_456.0, "123456"),
        (999_999.0, "999999"),
        (1e6, "1e+06"),
        (1_234_567.5, "1.2345675e+06"),
        (12_345_678.9, "1.23456789e+07"),
        (1e20, "1e+20"),
        (1e22, "1e+22"),
        (0.001, "0.001"),
        (0.0001, "0.0001"),
        (0.000_123_45, "0.00012345"),
        (0.000_01, "1e-05"),
        (1e-7, "1e-07"),
        (1e-10, "1e-10"),
        (1.0 / 3.0, "0.3333333333333333"),
        (1_200.293_17, "1200.29317"),
        (f64::MAX, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
    ];
    for (value, text) in observed {
        assert_eq!(number(value), text, "{value}");
    }
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(number(odd), "null");
    }
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    string(&mut out, text);
    String::from_utf8(out).unwrap()
}

#[test]
fn strings_are_escaped_as_observed() {
    assert_eq!(
        quoted("\"<>&\u{2028}\u{2029} é \t\n\u{1}\\/ \u{7f} 🙂 ‧\r"),
        "\"\\\"\\u003c\\u003e\\u0026\\u2028\\u2029 é \\t\\n\\u0001\\\\/ \u{7f} 🙂 ‧\\r\""
    );
    assert_eq!(quoted(""), "\"\"");
}

fn time(zone: TimeZone, time_unix_ns: u64) -> String {
    let mut out = Vec::new();
    TimeText::new(zone).append(&mut out, time_unix_ns);
    String::from_utf8(out).unwrap()
}

#[test]
fn times_have_a_zone_and_no_trailing_zeros() {
    let at = TIME_UNIX_NS;
    assert_eq!(time(TimeZone::UTC, at), "2026-11-23T11:39:08.088053989Z");
    assert_eq!(time(tz::offset(-5).to_time_zone(), at), "2026-11-23T06:39:08.088053989-05:00");
    let nepal = tz::Offset::from_seconds(5 * 3_600 + 45 * 60).unwrap().to_time_zone();
    assert_eq!(time(nepal, at), "2026-11-23T17:24:08.088053989+05:45");
    assert_eq!(time(TimeZone::UTC, at / 1_000 * 1_000), "2026-11-23T11:39:08.088053Z");
    assert_eq!(time(TimeZone::UTC, 1_500_000_000), "1970-01-01T00:00:01.5Z");
    assert_eq!(time(TimeZone::UTC, 0), "1970-01-01T00:00:00Z");
    assert_eq!(time(TimeZone::UTC, u64::MAX), "2554-07-21T23:34:33.709551615Z");
}

#[test]
fn a_reused_address_is_not_taken_for_the_old_set() {
    let mut encoder = Encoder::new(&plain_catalog(), TimeZone::UTC);
    let mut out = Vec::new();
    for index in 0..10_000 {
        let value = index.to_string();
        out.clear();
        assert!(encoder.sample(&mut out, &sample(builtin::VUS, 1.0, &[("n", &value)])));
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(text.ends_with(&format!("{{\"n\":\"{index}\"}}}}}}\n")), "{text}");
    }
}

proptest! {
    #[test]
    fn numbers_read_back(value in any::<f64>()) {
        prop_assume!(value.is_finite());
        let text = number(value);
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{}", text);
        prop_assert!(serde_json::from_str::<f64>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn strings_read_back(text in any::<String>()) {
        prop_assert_eq!(serde_json::from_str::<String>(&quoted(&text)).unwrap(), text);
    }

    #[test]
    fn seconds_come_and_go(times in prop::collection::vec(0u64..3_000, 1..50)) {
        let mut texts = TimeText::new(TimeZone::UTC);
        for ms in times {
            let mut out = Vec::new();
            texts.append(&mut out, ms * 1_000_000);
            let expected: jiff::Timestamp = String::from_utf8(out).unwrap().parse().unwrap();
            prop_assert_eq!(expected.as_millisecond() as u64, ms);
        }
    }
}

/// A writer that takes `room` bytes and is full then.
#[derive(Clone)]
struct Disk {
    taken: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Disk {
    fn with_room(room: usize) -> Self {
        Self { taken: Arc::default(), room }
    }

    fn text(&self) -> Vec<u8> {
        self.taken.lock().unwrap().clone()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = self.taken.lock().unwrap();
        let fits = bytes.len().min(self.room - taken.len());
        if fits == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        taken.extend_from_slice(&bytes[..fits]);
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn config(name: &str) -> Config {
    Config { target: Target::File(name.into()), time_zone: TimeZone::UTC }
}

fn samples(count: u64) -> SampleBatch {
    batch((0..count).map(|index| sample(builtin::ITERATIONS, index as f64, &[("scenario", "a")])))
}

fn points(text: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(text);
    text.lines().filter(|line| line.starts_with("{\"metric\"") && line.ends_with("}}}")).count()
        as u64
}

const PLAIN: &str = "x.json";

#[test]
fn what_is_written_and_what_is_dropped_is_all_there_was() {
    for room in [0, 1, 100, 150, 333, 20_000, 131_000, 140_000, 1_000_000] {
        for name in [PLAIN, "x.json.gz"] {
            let disk = Disk::with_room(room);
            let mut output = JsonOutput::new(config(name), &plain_catalog());
            output.open(Box::new(disk.clone()));
            let mut failures = 0;
            for _ in 0..20 {
                failures += u32::from(output.write(&samples(100)).is_err());
                failures += u32::from(output.flush().is_err());
            }
            failures += u32::from(output.write(&samples(7)).is_err());
            failures += u32::from(output.stop().is_err());
            let counts = output.counts();
            assert_eq!(counts.written + counts.dropped, 2_007, "{name} {room}");
            assert_eq!(counts.bytes, disk.text().len() as u64, "{name} {room}");
            assert_eq!(failures, u32::from(counts.dropped > 0), "{name} {room}");
            if name == PLAIN {
                assert_eq!(counts.written, points(&disk.text()), "{name} {room}");
            }
        }
    }
}

#[test]
fn a_full_disk_is_one_error_and_says_where() {
    let mut output = JsonOutput::new(config("big.json"), &plain_catalog());
    output.open(Box::new(Disk::with_room(10)));
    assert!(output.write(&samples(1)).is_ok());
    let error = output.flush().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the json output to \"big.json\" failed; the run goes on without it and counts its samples \
         as dropped"
    );
    assert!(matches!(
        error,
        OutputError::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull
    ));
    for _ in 0..3 {
        assert!(output.write(&samples(5)).is_ok());
        assert!(output.flush().is_ok());
    }
    assert!(output.stop().is_ok());
    assert_eq!(output.counts(), Counts { written: 0, dropped: 16, bytes: 10 });
}

#[test]
fn samples_that_did_not_fit_into_a_batch_are_counted() {
    let mut small = SampleBatch::new(2);
    for _ in 0..5 {
        small.push(sample(builtin::VUS, 1.0, &[]));
    }
    let mut output = JsonOutput::new(config("x.json"), &plain_catalog());
    output.open(Box::new(Disk::with_room(10_000)));
    output.write(&small).unwrap();
    output.write(&batch([sample(MetricId(u32::MAX), 1.0, &[])])).unwrap();
    output.stop().unwrap();
    let counts = output.counts();
    assert_eq!((counts.written, counts.dropped), (2, 4));
}

#[test]
fn files_are_made_new_and_compressed_by_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for name in ["out.json", "out.json.gz"] {
        let path = folder.path().join(name);
        std::fs::write(&path, "old").unwrap();
        let mut output = JsonOutput::new(config(path.to_str().unwrap()), &plain_catalog());
        output.start().unwrap();
        output.write(&samples(3_000)).unwrap();
        output.flush().unwrap();
        // Even a compressed file can be read up to the last flush while the run goes on.
        assert_eq!(points(&read(&path, true)), 3_000, "{name}");
        output.write(&samples(1)).unwrap();
        output.stop().unwrap();
        assert_eq!(output.counts().bytes, std::fs::metadata(&path).unwrap().len());
        texts.push(read(&path, false));
    }
    assert_eq!(points(&texts[0]), 3_001);
    assert_eq!(texts[0], texts[1]);
    for line in texts[0].split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
    }
}

/// The text of a file; a compressed one may still lack its end.
fn read(path: &std::path::Path, unfinished: bool) -> Vec<u8> {
    let mut text = Vec::new();
    let mut file = File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let result = GzDecoder::new(file).read_to_end(&mut text);
        assert_eq!(result.is_err(), unfinished);
    } else {
        file.read_to_end(&mut text).unwrap();
    }
    text
}

#[test]
fn a_file_that_cannot_be_made_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("out.json");
    let mut output = JsonOutput::new(config(path.to_str().unwrap()), &plain_catalog());
    let error = output.start().unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot create \"") && text.contains("out.json"), "{text}");
    assert!(matches!(error, OutputError::Create { .. }));
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_room_is_survived() {
    let (told, failures) = crossbeam_channel::bounded(10);
    let output = JsonOutput::new(config("/dev/full"), &plain_catalog());
    let on_failure = move |error: &OutputError| told.send(error.to_string()).unwrap();
    let runner = Runner::start(Box::new(output), 100, on_failure).unwrap();
    let feed = runner.feed();
    for _ in 0..50 {
        assert!(feed.offer(Arc::new(samples(100))));
    }
    let report = runner.stop();
    assert_eq!(report.counts, Counts { written: 0, dropped: 5_000, bytes: 0 });
    assert!(report.failure.is_some());
    assert_eq!(failures.iter().count(), 1);
}

#[test]
fn a_file_has_what_the_account_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.json");
    let output = JsonOutput::new(config(path.to_str().unwrap()), &plain_catalog());
    let runner = Runner::start(Box::new(output), 8, |_| {}).unwrap();
    let feed = runner.feed();
    for _ in 0..200 {
        feed.offer(Arc::new(samples(50)));
    }
    let counts = runner.stop().counts;
    assert_eq!(counts.written + counts.dropped, 10_000);
    let text = read(&path, false);
    assert_eq!((points(&text), text.len() as u64), (counts.written, counts.bytes));
}
