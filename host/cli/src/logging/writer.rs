//! The thread that writes log lines, and the bounded queue in front of it.
//!
//! The writer also is the place where log lines and the progress display share a terminal:
//! [`Pause`] is called round every write to a standard stream, so that a bar is taken away and put
//! back.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::format::Look;

/// Lines that may wait to be written. At 200 bytes a line that is a few megabytes.
const QUEUE_LINES_MAX: usize = 16_384;

/// A log file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the log file `{}`", path.display())]
pub(crate) struct OpenError {
    path: PathBuf,
    source: io::Error,
}

/// Where one kind of lines ends up.
#[derive(Debug)]
pub(super) enum Destination {
    Stderr(Look),
    Stdout(Look),
    File(BufWriter<File>),
}

impl Destination {
    /// Opens a file to append to.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        File::options()
            .create(true)
            .append(true)
            .open(path)
            .map(|file| Self::File(BufWriter::new(file)))
            .map_err(|source| OpenError { path: path.to_owned(), source })
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Stderr(Look::Terminal) => {
                crate::stdio::eprint(text);
                Ok(())
            }
            Self::Stdout(Look::Terminal) => crate::stdio::print(text),
            // What looks like a colour is the guest's own, and is not to be stripped.
            Self::Stderr(Look::Plain) => {
                // A stderr that does not take it leaves nobody to tell.
                let _ = crate::stdio::eprint_bytes(text.as_bytes());
                Ok(())
            }
            Self::Stdout(Look::Plain) => crate::stdio::print_bytes(text.as_bytes()),
            Self::File(file) => file.write_all(text.as_bytes()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stderr(_) | Self::Stdout(_) => Ok(()),
            Self::File(file) => file.flush(),
        }
    }

    fn is_stream(&self) -> bool {
        !matches!(self, Self::File(_))
    }
}

enum Message {
    Line { to_console: bool, text: String },
    Flush(Sender<()>),
    Close,
}

/// Hands lines to the writer; never waits.
pub(super) struct LineSender {
    queue: Sender<Message>,
    dropped: Arc<AtomicU64>,
}

impl LineSender {
    pub(super) fn send(&self, to_console: bool, text: String) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(Message::Line { to_console, text })
        {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Something that has to make room on the terminal while a line is written.
pub(crate) type Pause = Arc<dyn Fn(&mut dyn FnMut()) + Send + Sync>;

/// The log's thread. Closing it writes what still waits.
pub(crate) struct LogWriter {
    queue: Sender<Message>,
    dropped: Arc<AtomicU64>,
    pause: Arc<Mutex<Option<Pause>>>,
    thread: Option<JoinHandle<()>>,
}

impl LogWriter {
    pub(super) fn start(
        main: Option<Destination>,
        console: Option<Destination>,
    ) -> (Self, LineSender) {
        Self::start_with(main, console, QUEUE_LINES_MAX)
    }

    pub(super) fn start_with(
        main: Option<Destination>,
        console: Option<Destination>,
        queue_lines_max: usize,
    ) -> (Self, LineSender) {
        let (queue, receiver) = bounded(queue_lines_max);
        let dropped = Arc::new(AtomicU64::new(0));
        let pause = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&pause);
        let thread = std::thread::Builder::new()
            .name("squall-log".to_owned())
            .spawn(move || write_lines(&receiver, main, console, &shared))
            // Without a thread the queue fills and lines are counted as dropped.
            .ok();
        let sender = LineSender { queue: queue.clone(), dropped: Arc::clone(&dropped) };
        (Self { queue, dropped, pause, thread }, sender)
    }

    /// Sets or removes what has to make room on the terminal.
    pub(crate) fn set_pause(&self, pause: Option<Pause>) {
        if let Ok(mut slot) = self.pause.lock() {
            *slot = pause;
        }
    }

    /// Waits until every line that was sent before is written.
    pub(crate) fn flush(&self) {
        let (done, wait) = bounded(1);
        if self.queue.send(Message::Flush(done)).is_ok() {
            // An error means that the thread has ended: nothing is left to wait for.
            let _ = wait.recv();
        }
    }

    /// Writes what still waits and ends the thread. Gives the number of lines that were lost.
    pub(crate) fn close(mut self) -> u64 {
        let _ = self.queue.send(Message::Close);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.dropped.load(Ordering::Relaxed)
    }
}

fn write_lines(
    queue: &Receiver<Message>,
    mut main: Option<Destination>,
    mut console: Option<Destination>,
    pause: &Mutex<Option<Pause>>,
) {
    while let Ok(message) = queue.recv() {
        match message {
            Message::Line { to_console, text } => {
                let destination = if to_console { &mut console } else { &mut main };
                if let Some(destination) = destination {
                    write_line(destination, &text, pause);
                }
            }
            Message::Flush(done) => {
                flush(&mut main, &mut console);
                let _ = done.send(());
            }
            Message::Close => break,
        }
        if queue.is_empty() {
            flush(&mut main, &mut console);
        }
    }
    flush(&mut main, &mut console);
}

/// Writing can fail only when nobody reads any more, or the disk is full; there is no better
/// place than this log to say so.
fn write_line(destination: &mut Destination, text: &str, pause: &Mutex<Option<Pause>>) {
    if !destination.is_stream() {
        drop(destination.write(text));
        return;
    }
    let pause = pause.lock().ok().and_then(|slot| slot.clone());
    let mut write = || {
        let _ = destination.write(text);
    };
    match pause {
        Some(pause) => pause(&mut write),
        None => write(),
    }
}

fn flush(main: &mut Option<Destination>, console: &mut Option<Destination>) {
    for destination in [main, console].into_iter().flatten() {
        let _ = destination.flush();
    }
}
