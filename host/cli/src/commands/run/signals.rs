//! SIGINT and SIGTERM: once stops the test, twice ends the program.
//!
//! A signal that comes before the test has begun ends the program at once, since there is nothing
//! yet to tear down. The thread that waits for signals lives as long as the process.

use std::sync::{Arc, Mutex, PoisonError};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::exit_code::ExitCode;
use crate::stdio;

/// What the first signal does while a test runs.
type Stop = Box<dyn Fn() + Send>;

/// Where the process is, as far as signals are concerned.
#[derive(Default)]
enum Stage {
    /// Nothing has begun, or all is done.
    #[default]
    Idle,
    Running(Stop),
    Stopping,
}

/// The connection between signals and the test.
#[derive(Clone, Default)]
pub(super) struct SignalGuard {
    stage: Arc<Mutex<Stage>>,
}

/// What has to happen now.
#[derive(Debug, Eq, PartialEq)]
enum Reaction {
    Stopped,
    Exit,
}

impl SignalGuard {
    /// Takes over SIGINT and SIGTERM. Where that is refused, they keep their usual effect.
    pub(super) fn install() -> Self {
        let guard = Self::default();
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            let handler = guard.clone();
            // Without the thread the signals would be swallowed; nothing else can fail here.
            let _ =
                std::thread::Builder::new().name("squall-signals".to_owned()).spawn(move || {
                    for signal in signals.forever() {
                        handler.react_to(signal);
                    }
                });
        }
        guard
    }

    /// From now on the first signal calls `stop`.
    pub(super) fn running(&self, stop: impl Fn() + Send + 'static) {
        self.set(Stage::Running(Box::new(stop)));
    }

    /// From now on a signal ends the program.
    pub(super) fn idle(&self) {
        self.set(Stage::Idle);
    }

    fn set(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn next(&self) -> Reaction {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *stage, Stage::Stopping) {
            Stage::Running(stop) => {
                stop();
                Reaction::Stopped
            }
            Stage::Idle | Stage::Stopping => Reaction::Exit,
        }
    }

    fn react_to(&self, signal: i32) {
        let name = if signal == SIGTERM { "SIGTERM" } else { "SIGINT" };
        match self.next() {
            Reaction::Stopped => {
                tracing::warn!("{name}: stopping the test; a second one ends squall at once");
            }
            Reaction::Exit => {
                stdio::eprint(&format!("{name}: ended at once\n"));
                exit_now();
            }
        }
    }
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "asked for: no teardown, no summary")]
fn exit_now() {
    std::process::exit(i32::from(ExitCode::ExternalAbort.number()));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn once_stops_and_twice_ends() {
        let guard = SignalGuard::default();
        let stops = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&stops);
        guard.running(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(guard.next(), Reaction::Stopped);
        assert_eq!(guard.next(), Reaction::Exit);
        assert_eq!(stops.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn before_and_after_the_test_one_is_enough() {
        let guard = SignalGuard::default();
        assert_eq!(guard.next(), Reaction::Exit);
        guard.running(|| {});
        guard.idle();
        assert_eq!(guard.next(), Reaction::Exit);
    }
}
