//! The sink of the `json` output: a file, standard output, or a gzip stream into a file.
//!
//! Lines are gathered in one buffer and handed over in large pieces. A sample counts as written
//! once the operating system has taken its whole line (for gzip: once a flush after it succeeded),
//! and as dropped otherwise; there is no third state. The first failure closes the sink for good:
//! a file with a hole in it would be worse than one that ends.

use std::fs::File;
use std::io::{self, Write};
use std::mem;

use flate2::Compression;
use flate2::write::GzEncoder;
use squall_metrics::{Catalog, SampleBatch};

use super::config::{Config, Target};
use super::encode::{Encoder, POINT};
use crate::{Counts, Output, OutputError};

/// The name of the output on the command line.
const NAME: &str = "json";

/// Bytes that are gathered before they are handed over, if no flush comes first.
const BUFFER_BYTES: usize = 128 * 1024;

/// A place for bytes.
type Writer = Box<dyn Write + Send>;

/// One line of JSON for each sample.
pub struct JsonOutput {
    config: Config,
    encoder: Encoder,
    buffer: Vec<u8>,
    /// Samples in the buffer.
    buffered: u64,
    /// Samples that the compressor has and the sink may not have.
    compressing: u64,
    stage: Stage,
    counts: Counts,
}

/// What the lines go through.
enum Stage {
    /// Not opened yet, or given up.
    Closed,
    Plain(CountingWriter),
    Gzip(Box<GzEncoder<CountingWriter>>),
}

impl std::fmt::Debug for JsonOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonOutput").field("config", &self.config).finish_non_exhaustive()
    }
}

impl JsonOutput {
    /// Nothing is opened yet.
    pub fn new(config: Config, catalog: &Catalog) -> Self {
        let encoder = Encoder::new(catalog, config.time_zone.clone());
        Self {
            config,
            encoder,
            buffer: Vec::with_capacity(BUFFER_BYTES + BUFFER_BYTES / 8),
            buffered: 0,
            compressing: 0,
            stage: Stage::Closed,
            counts: Counts::default(),
        }
    }

    /// Sends lines to `writer` instead of what the configuration names.
    pub(crate) fn open(&mut self, writer: Writer) {
        let writer = CountingWriter { inner: writer, bytes: 0 };
        self.stage = if self.config.is_gzip() {
            Stage::Gzip(Box::new(GzEncoder::new(writer, Compression::fast())))
        } else {
            Stage::Plain(writer)
        };
    }

    fn sink_name(&self) -> String {
        match &self.config.target {
            Target::Stdout => "standard output".to_owned(),
            Target::File(path) => format!("\"{}\"", path.display()),
        }
    }

    /// Hands the buffer over to the stage.
    fn hand_over(&mut self) -> Result<(), OutputError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let samples = mem::take(&mut self.buffered);
        let result = match &mut self.stage {
            Stage::Closed => {
                self.counts.dropped += samples;
                Ok(())
            }
            Stage::Plain(writer) => {
                let (taken, result) = write_counted(writer, &self.buffer);
                let written = if result.is_ok() { samples } else { points(&self.buffer[..taken]) };
                self.counts.written += written;
                self.counts.dropped += samples - written;
                result
            }
            Stage::Gzip(encoder) => {
                self.compressing += samples;
                encoder.write_all(&self.buffer)
            }
        };
        self.buffer.clear();
        self.settle(result)
    }

    /// Hands over what the stage itself holds back; `last` ends a compressed stream.
    fn push_through(&mut self, last: bool) -> Result<(), OutputError> {
        let result = match &mut self.stage {
            Stage::Closed => Ok(()),
            Stage::Plain(writer) => writer.flush(),
            Stage::Gzip(encoder) if last => {
                encoder.try_finish().and_then(|()| encoder.get_mut().flush())
            }
            // A flush of nothing would still cost bytes.
            Stage::Gzip(_) if self.compressing == 0 => Ok(()),
            Stage::Gzip(encoder) => encoder.flush(),
        };
        if result.is_ok() {
            self.counts.written += mem::take(&mut self.compressing);
        }
        self.settle(result)
    }

    /// Gives the sink up if it failed.
    fn settle(&mut self, result: io::Result<()>) -> Result<(), OutputError> {
        self.counts.bytes = self.bytes();
        let Err(source) = result else { return Ok(()) };
        self.counts.dropped += mem::take(&mut self.compressing);
        self.stage = Stage::Closed;
        Err(OutputError::Write { output: NAME, sink: self.sink_name(), source })
    }

    fn bytes(&self) -> u64 {
        match &self.stage {
            Stage::Closed => self.counts.bytes,
            Stage::Plain(writer) => writer.bytes,
            Stage::Gzip(encoder) => encoder.get_ref().bytes,
        }
    }
}

impl Output for JsonOutput {
    fn description(&self) -> String {
        self.config.description()
    }

    fn start(&mut self) -> Result<(), OutputError> {
        let writer: Writer = match &self.config.target {
            Target::Stdout => Box::new(io::stdout()),
            Target::File(path) => Box::new(File::create(path).map_err(|source| {
                OutputError::Create { output: NAME, path: path.clone(), source }
            })?),
        };
        self.open(writer);
        Ok(())
    }

    fn write(&mut self, batch: &SampleBatch) -> Result<(), OutputError> {
        self.counts.dropped += batch.dropped();
        if matches!(self.stage, Stage::Closed) {
            self.counts.dropped += batch.len() as u64;
            return Ok(());
        }
        let mut result = Ok(());
        for sample in batch.samples() {
            if !self.encoder.sample(&mut self.buffer, sample) {
                self.counts.dropped += 1;
                continue;
            }
            self.buffered += 1;
            if self.buffer.len() >= BUFFER_BYTES {
                let handed_over = self.hand_over();
                result = result.and(handed_over);
            }
        }
        result
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.hand_over()?;
        self.push_through(false)
    }

    fn stop(&mut self) -> Result<(), OutputError> {
        self.hand_over()?;
        self.push_through(true)?;
        self.stage = Stage::Closed;
        Ok(())
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

/// A writer that knows how many bytes were taken.
struct CountingWriter {
    inner: Writer,
    bytes: u64,
}

impl Write for CountingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(bytes)?;
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Like `write_all`, and says how much was taken before a failure.
fn write_counted(writer: &mut dyn Write, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut taken = 0;
    while taken < bytes.len() {
        match writer.write(&bytes[taken..]) {
            Ok(0) => return (taken, Err(io::ErrorKind::WriteZero.into())),
            Ok(count) => taken += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (taken, Err(error)),
        }
    }
    (taken, Ok(()))
}

/// Complete `Point` lines in a piece of text that begins with a line.
fn points(text: &[u8]) -> u64 {
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    lines.filter(|line| line.ends_with(b"\n") && line.starts_with(POINT)).count() as u64
}
