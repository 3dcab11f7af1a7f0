//! What a person sees while the test runs: a bar a scenario on a terminal, a line every few seconds
//! otherwise.
//!
//! The run hands over a [`View`] and never waits: a thread of the display's own draws the newest
//! one, so that a stopped terminal or a full pipe cannot hold up the control plane. Text is made by
//! pure functions (`progress/text.rs`) from the view alone.

mod text;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use squall_net::clock::now_ns;

use crate::logging::{LogWriter, Pause};
use crate::stdio;

/// Time between two lines, where there is no terminal.
const LINE_INTERVAL_NS: u64 = 3_000_000_000;

/// Drawings a second on a terminal.
const DRAWS_PER_S: u8 = 10;

/// Where the run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// What goes on: `setup`, `running`, `teardown`.
    pub(crate) phase: &'static str,
    /// Since the test's start.
    pub(crate) elapsed: Duration,
    pub(crate) vus_active: u64,
    pub(crate) vus_max: u64,
    pub(crate) iterations_completed: u64,
    pub(crate) iterations_interrupted: u64,
    pub(crate) iterations_dropped: u64,
    pub(crate) scenarios: Vec<ScenarioView>,
}

/// Where one scenario is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ScenarioView {
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) vus_active: u64,
    pub(crate) vus_max: u64,
    pub(crate) iterations_completed: u64,
    /// `None` where the number is not known before the end.
    pub(crate) iterations_total: Option<u64>,
    pub(crate) iterations_dropped: u64,
    /// Since the scenario's start.
    pub(crate) elapsed: Duration,
    pub(crate) duration: Duration,
}

/// The states of a scenario, as far as its bar shows them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum State {
    #[default]
    Waiting,
    Running,
    Done,
    Interrupted,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    None,
    /// Bars, redrawn in place.
    Bars,
    /// Plain lines on stderr.
    Lines,
    /// The same lines, as log lines: stderr has a machine's format.
    Log,
}

impl Mode {
    pub(crate) fn choose(quiet: bool, log_is_json: bool) -> Self {
        match (quiet, log_is_json, stdio::stderr_is_terminal()) {
            (true, ..) => Self::None,
            (false, true, _) => Self::Log,
            (false, false, true) => Self::Bars,
            (false, false, false) => Self::Lines,
        }
    }
}

/// The display; it ends with [`Display::finish`].
pub(crate) struct Display {
    slot: Arc<Slot>,
    thread: Option<JoinHandle<()>>,
}

/// Holds the newest view only: what was not drawn in time is not worth drawing.
#[derive(Default)]
struct Slot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

#[derive(Default)]
struct SlotState {
    newest: Option<View>,
    closed: bool,
    /// Whether the drawing thread has drawn what there was and waits for more.
    waiting: bool,
}

impl Slot {
    fn change(&self, change: impl FnOnce(&mut SlotState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }

    /// Waits for a view; `None` when the display is closed and all was seen.
    fn take(&self) -> Option<View> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(view) = state.newest.take() {
                state.waiting = false;
                return Some(view);
            }
            if state.closed {
                return None;
            }
            state.waiting = true;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
impl Slot {
    /// Whether the newest view has been drawn.
    fn is_drawn(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.newest.is_none() && state.waiting
    }
}

impl Display {
    /// Starts to show progress; on a terminal the log makes room for the bars.
    pub(crate) fn start(mode: Mode, log: &LogWriter) -> Self {
        let slot = Arc::new(Slot::default());
        let shared = Arc::clone(&slot);
        let spawn = |draw: Box<dyn FnOnce(&Slot) + Send>| {
            // Without a thread there is no progress to see; the run itself is fine.
            std::thread::Builder::new()
                .name("squall-progress".to_owned())
                .spawn(move || draw(&shared))
                .ok()
        };
        let thread = match mode {
            Mode::None => None,
            Mode::Bars => {
                let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_S);
                let bars = ProgressBar::with_draw_target(None, target).with_style(message_only());
                log.set_pause(Some(pause_for(&bars)));
                spawn(Box::new(move |slot| draw_bars(slot, &bars)))
            }
            Mode::Lines => spawn(Box::new(|slot| {
                draw_lines(slot, now_ns, |line| stdio::eprint(&format!("{line}\n")));
            })),
            Mode::Log => spawn(Box::new(|slot| {
                draw_lines(slot, now_ns, |line| tracing::info!(source = "progress", "{line}"));
            })),
        };
        Self { slot, thread }
    }

    /// Shows a newer view. Never waits.
    pub(crate) fn update(&self, view: View) {
        if self.thread.is_some() {
            self.slot.change(|state| state.newest = Some(view));
        }
    }

    /// Shows the last view and ends.
    pub(crate) fn finish(mut self, log: &LogWriter) {
        self.slot.change(|state| state.closed = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        log.set_pause(None);
    }
}

/// All text is ours; the library only keeps it in its place on the screen.
fn message_only() -> ProgressStyle {
    ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn pause_for(bars: &ProgressBar) -> Pause {
    let bars = bars.clone();
    Arc::new(move |write| bars.suspend(write))
}

/// Writes a view every [`LINE_INTERVAL_NS`], and the last one.
fn draw_lines(slot: &Slot, now_ns: impl Fn() -> u64, mut write: impl FnMut(&str)) {
    let mut due_ns = now_ns() + LINE_INTERVAL_NS;
    let mut unwritten = None;
    while let Some(view) = slot.take() {
        if now_ns() >= due_ns {
            write(&text::header(&view));
            due_ns = now_ns() + LINE_INTERVAL_NS;
            unwritten = None;
        } else {
            unwritten = Some(view);
        }
    }
    if let Some(view) = unwritten {
        write(&text::header(&view));
    }
}

fn draw_bars(slot: &Slot, bars: &ProgressBar) {
    while let Some(view) = slot.take() {
        bars.set_message(text::screen(&view));
    }
    // What is on the screen now stays there.
    bars.abandon();
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;

    fn view(elapsed_ms: u64) -> View {
        View { phase: "running", elapsed: Duration::from_millis(elapsed_ms), ..View::default() }
    }

    /// The lines for views that are each seen before the next one comes; the clock goes with them.
    fn lines_for(elapsed_ms: &[u64]) -> Vec<String> {
        let (slot, clock) = (Arc::new(Slot::default()), Arc::new(AtomicU64::new(0)));
        let (shared, time) = (Arc::clone(&slot), Arc::clone(&clock));
        let (ready, started) = std::sync::mpsc::sync_channel(1);
        let drawer = std::thread::spawn(move || {
            let mut lines = Vec::new();
            let read = || {
                let _ = ready.try_send(());
                time.load(Ordering::SeqCst)
            };
            draw_lines(&shared, read, |line| lines.push(line.to_owned()));
            lines
        });
        started.recv().unwrap();
        for &elapsed_ms in elapsed_ms {
            clock.store(elapsed_ms * 1_000_000, Ordering::SeqCst);
            slot.change(|state| state.newest = Some(view(elapsed_ms)));
            while !slot.is_drawn() {
                std::thread::yield_now();
            }
        }
        slot.change(|state| state.closed = true);
        drawer.join().unwrap()
    }

    #[test]
    fn lines_come_every_interval_and_at_the_end() {
        let lines = lines_for(&[0, 1000, 2999, 3100, 4000, 6200, 6300]);
        let times: Vec<&str> =
            lines.iter().filter_map(|line| line.split(['(', ')']).nth(1)).collect();
        assert_eq!(times, ["03.1s", "06.2s", "06.3s"]);
    }

    #[test]
    fn the_last_view_is_not_written_twice() {
        assert_eq!(lines_for(&[0, 3000]).len(), 1);
        assert!(lines_for(&[]).is_empty());
    }

    #[test]
    fn only_the_newest_view_is_kept() {
        let slot = Slot::default();
        slot.change(|state| state.newest = Some(view(1)));
        slot.change(|state| state.newest = Some(view(2)));
        slot.change(|state| state.closed = true);
        assert_eq!(slot.take(), Some(view(2)));
        assert_eq!(slot.take(), None);
    }

    #[test]
    fn quiet_wins_over_everything() {
        assert_eq!(Mode::choose(true, true), Mode::None);
        assert_eq!(Mode::choose(true, false), Mode::None);
        assert_eq!(Mode::choose(false, true), Mode::Log);
    }
}
