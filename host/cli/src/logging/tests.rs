//! What lines look like, where they go, and that a full queue loses lines by count only.

use std::fs;

use tracing_subscriber::layer::SubscriberExt as _;

use super::format::{Format, Line, Look, Stamp};
use squall_engine::Secrets;

use super::*;

const STAMP: Stamp = Stamp { unix_ns: 1_700_000_000_123_456_789, elapsed_ns: 12_900_000_000 };

/// The line that `write` logs, in the given format.
fn line_of(format: Format, look: Look, write: impl FnOnce()) -> String {
    #[derive(Clone)]
    struct Capture(std::sync::Arc<std::sync::Mutex<String>>, Format, Look);
    impl<S: Subscriber> Layer<S> for Capture {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let line = Line::of(event).write(self.1, self.2, &STAMP);
            self.0.lock().unwrap().push_str(&line);
        }
    }
    let text = std::sync::Arc::default();
    let capture = Capture(std::sync::Arc::clone(&text), format, look);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(capture), write);
    text.lock().unwrap().clone()
}

fn guest_line() {
    let (vu, iteration, scenario) = (3_u64, 7_u64, "a b");
    tracing::warn!(target: "squall::vu", vu, iteration, scenario, "two\nlines");
}

#[test]
fn plain_text_is_logfmt_with_the_guest_s_place() {
    assert_eq!(
        line_of(Format::Text, Look::Plain, guest_line),
        "time=\"2023-11-14T22:13:20.123Z\" level=warning msg=\"two\\nlines\" source=console vu=3 \
         iteration=7 scenario=\"a b\"\n"
    );
    let bare = line_of(Format::Text, Look::Plain, || tracing::info!("hi"));
    assert!(bare.ends_with("level=info msg=hi\n"), "{bare}");
    let empty = line_of(Format::Text, Look::Plain, || tracing::info!(""));
    assert!(empty.ends_with("msg=\"\"\n"), "{empty}");
}

#[test]
fn a_guest_outside_of_a_scenario_names_none() {
    let line = line_of(Format::Text, Look::Plain, || {
        tracing::info!(target: "squall::vu", vu = 0_u64, scenario = "", "from setup");
    });
    assert!(line.ends_with("msg=\"from setup\" source=console vu=0\n"), "{line}");
}

#[test]
fn a_terminal_gets_the_seconds_since_the_start() {
    let line = line_of(Format::Text, Look::Terminal, guest_line);
    let plain = anstream::adapter::strip_str(&line).to_string();
    assert_eq!(plain, "WARN [0012] two\nlines source=console vu=3 iteration=7 scenario=\"a b\"\n");
    assert_ne!(line, plain);
}

#[test]
fn json_keeps_the_types_of_fields() {
    let line = line_of(Format::Json, Look::Terminal, guest_line);
    assert_eq!(
        line,
        "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warning\",\"msg\":\"two\\nlines\",\
         \"source\":\"console\",\"vu\":3,\"iteration\":7,\"scenario\":\"a b\"}\n"
    );
}

#[test]
fn raw_is_the_message() {
    assert_eq!(line_of(Format::Raw, Look::Plain, guest_line), "two\nlines\n");
}

#[test]
fn targets_are_read_with_a_level() {
    let parse = |text: &str| text.parse::<Output>();
    assert_eq!(parse("stderr"), Ok(Output::default()));
    assert_eq!(parse("none"), Ok(Output { target: Target::None, level: None }));
    assert_eq!(
        parse("file=a/b.log,level=error"),
        Ok(Output { target: Target::File("a/b.log".into()), level: Some(LevelFilter::ERROR) })
    );
    assert_eq!(
        parse("stdout,level=warning"),
        Ok(Output { target: Target::Stdout, level: Some(LevelFilter::WARN) })
    );
    assert_eq!(parse("loki"), Err(OutputError::UnknownTarget));
    assert_eq!(parse(""), Err(OutputError::UnknownTarget));
    assert_eq!(parse("file"), Err(OutputError::NoPath));
    assert_eq!(parse("file="), Err(OutputError::NoPath));
    assert_eq!(parse("stderr,x=1"), Err(OutputError::UnknownSetting("x=1".into())));
    assert_eq!(parse("stderr,level=loud"), Err(OutputError::UnknownLevel("loud".into())));
}

#[test]
fn guests_can_have_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (log, console) = (folder.path().join("log"), folder.path().join("console"));
    let config = Config {
        output: Output { target: Target::File(log.clone()), level: None },
        console_output: Some(console.clone()),
        ..Config::default()
    };
    let (writer, layer) = build(&config, Secrets::default()).unwrap();
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter(&config)));
    tracing::subscriber::with_default(subscriber, || {
        guest_line();
        tracing::info!("host");
        tracing::debug!("not asked for");
        tracing::warn!(target: "hyper::client", "a library's");
        tracing::error!(target: "hyper::client", "a library's error");
    });
    writer.flush();
    let log_text = fs::read_to_string(&log).unwrap();
    let messages: Vec<&str> =
        log_text.lines().filter_map(|line| line.split("msg=").nth(1)).collect();
    assert_eq!(messages, ["host", "\"a library's error\""]);
    assert_eq!(fs::read_to_string(&console).unwrap().lines().count(), 1);
    assert_eq!(writer.close(), 0);
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let config = Config {
        output: Output { target: Target::File("/nowhere/at/all.log".into()), level: None },
        ..Config::default()
    };
    let error = build(&config, Secrets::default()).err().unwrap();
    assert!(error.to_string().contains("/nowhere/at/all.log"));
}

#[test]
fn a_full_queue_counts_what_it_loses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let destination = writer::Destination::open(&path).unwrap();
    let (writer, sender) = LogWriter::start_with(Some(destination), None, 4);
    let sent = 10_000;
    for number in 0..sent {
        sender.send(false, format!("{number}\n"));
    }
    let dropped = writer.close();
    let written = fs::read_to_string(&path).unwrap().lines().count() as u64;
    assert_eq!(written + dropped, sent);
}

#[test]
fn the_pause_surrounds_a_write_to_a_stream() {
    let (writer, sender) =
        LogWriter::start(Some(writer::Destination::Stderr(format::Look::Plain)), None);
    let calls = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counter = std::sync::Arc::clone(&calls);
    writer.set_pause(Some(std::sync::Arc::new(move |_write: &mut dyn FnMut()| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    })));
    sender.send(false, "never shown, since the pause does not call it\n".to_owned());
    writer.flush();
    assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 1);
    writer.set_pause(None);
}
