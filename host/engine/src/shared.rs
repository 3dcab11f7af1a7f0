//! What the control plane and all workers of a run see: settings, counters, data of the guests.
//!
//! Counters are plain atomics, one set for each worker and scenario and written by that worker
//! alone, so that counting an iteration costs an uncontended store and the control plane can look
//! at any time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use squall_metrics::Catalog;
use squall_plan::Plan;

use crate::capability::data::SharedData;
use crate::capability::script::Modules;
use crate::capability::secrets::Secrets;
use crate::recording::RunTags;

/// Bounds on what guests use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Linear memory of one VU, in bytes.
    pub vu_memory_bytes_max: usize,
    /// CPU time of one iteration (also of setup, teardown and the other exports).
    pub iteration_cpu_max: Duration,
}

impl Default for Limits {
    /// 256 MiB and 10 s: far above what VUs need, low enough that a runaway is found before it
    /// hurts.
    fn default() -> Self {
        Self { vu_memory_bytes_max: 256 << 20, iteration_cpu_max: Duration::from_secs(10) }
    }
}

/// Everything that workers read.
pub(crate) struct Shared {
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) options_json: String,
    /// Spin for the last microseconds before each arrival.
    pub(crate) precise: bool,
    pub(crate) limits: Limits,
    pub(crate) min_iteration_duration: Duration,
    pub(crate) discard_response_bodies: bool,
    pub(crate) batch: squall_net::BatchLimits,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) tags: RunTags,
    pub(crate) data: Arc<SharedData>,
    pub(crate) secrets: Secrets,
    /// The modules of the script, when the guest is a script engine.
    pub(crate) modules: Option<Arc<dyn Modules>>,
    pub(crate) setup_data: OnceLock<Option<String>>,
    pub(crate) plan: Plan,
    pub(crate) scenarios: Vec<ScenarioShared>,
    pub(crate) tallies: Vec<WorkerTally>,
    pub(crate) start: OnceLock<Start>,
    /// A guest has aborted the test: no iteration starts any more.
    pub(crate) is_aborted: AtomicBool,
    /// Why a guest marked the test as failed.
    pub(crate) marked_as_failed: OnceLock<String>,
}

/// The instant from which all start times count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) at_ns: u64,
    pub(crate) at_unix_ns: u64,
}

/// What all workers share of one scenario.
pub(crate) struct ScenarioShared {
    /// Position of its `exec` in the component's entries.
    pub(crate) entry: u32,
    /// Started iterations: numbers `iteration-in-instance`, and deals out the iterations of
    /// shared-iterations.
    pub(crate) iterations: AtomicU64,
}

/// The counters of one worker.
pub(crate) struct WorkerTally {
    pub(crate) scenarios: Vec<ScenarioTally>,
    pub(crate) vus_initialized: Count,
}

/// The counters of one scenario on one worker. A cache line of its own.
#[derive(Default)]
#[repr(align(128))]
pub(crate) struct ScenarioTally {
    /// Iterations that the plan called for: arrivals that came due, or starts of the other
    /// executors.
    pub(crate) planned: Count,
    pub(crate) started: Count,
    pub(crate) completed: Count,
    pub(crate) interrupted: Count,
    pub(crate) dropped: Count,
    /// Arrivals that had to wait for a VU.
    pub(crate) queued: Count,
    /// Arrivals that the worker came to more than a millisecond late, whether a VU was free or not.
    pub(crate) released_late: Count,
    /// Completed iterations that ended with an error or a trap.
    pub(crate) failed: Count,
    /// VUs that are running an iteration, or are between two of a VU executor.
    pub(crate) vus_active: Count,
    /// VUs that this scenario has on this worker, whether they run or not.
    pub(crate) vus: Count,
    /// Workers that have finished this scenario: 0 or 1.
    pub(crate) finished: Count,
}

/// A counter with one writer.
#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, more: u64) {
        self.set(self.get() + more);
    }

    pub(crate) fn increase(&self) {
        self.add(1);
    }

    pub(crate) fn decrease(&self) {
        self.set(self.get() - 1);
    }
}

impl WorkerTally {
    pub(crate) fn new(scenarios: usize) -> Self {
        let scenarios = (0..scenarios).map(|_| ScenarioTally::default()).collect();
        Self { scenarios, vus_initialized: Count::default() }
    }
}

/// Iterations of a scenario, or of a run, over all workers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// What the plan called for.
    pub planned: u64,
    /// Those that a VU began.
    pub started: u64,
    /// Those that ran to their end, well or badly.
    pub completed: u64,
    /// Those that were cut short.
    pub interrupted: u64,
    /// Those for which no VU was free.
    pub dropped: u64,
    /// Completed ones that ended with an error or a trap.
    pub failed: u64,
}

impl Counts {
    fn plus(self, tally: &ScenarioTally) -> Self {
        Self {
            planned: self.planned + tally.planned.get(),
            started: self.started + tally.started.get(),
            completed: self.completed + tally.completed.get(),
            interrupted: self.interrupted + tally.interrupted.get(),
            dropped: self.dropped + tally.dropped.get(),
            failed: self.failed + tally.failed.get(),
        }
    }

    /// The laws that hold when no iteration is on its way: every planned iteration was started or
    /// dropped, every started one completed or interrupted.
    pub fn is_conserved(&self) -> bool {
        self.planned == self.started + self.dropped
            && self.started == self.completed + self.interrupted
    }
}

impl Shared {
    /// Counts of one scenario.
    pub(crate) fn counts_of(&self, scenario: usize) -> Counts {
        let tallies = self.tallies.iter().map(|worker| &worker.scenarios[scenario]);
        tallies.fold(Counts::default(), Counts::plus)
    }

    /// Counts of the whole run.
    pub(crate) fn counts(&self) -> Counts {
        let tallies = self.tallies.iter().flat_map(|worker| &worker.scenarios);
        tallies.fold(Counts::default(), Counts::plus)
    }

    /// Sum of one figure over workers and scenarios.
    pub(crate) fn sum(&self, figure: impl Fn(&ScenarioTally) -> &Count) -> u64 {
        self.tallies
            .iter()
            .flat_map(|worker| &worker.scenarios)
            .map(|tally| figure(tally).get())
            .sum()
    }

    pub(crate) fn vus_initialized(&self) -> u64 {
        self.tallies.iter().map(|worker| worker.vus_initialized.get()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conservation_names_both_laws() {
        let counts =
            Counts { planned: 10, started: 8, dropped: 2, completed: 7, interrupted: 1, failed: 3 };
        assert!(counts.is_conserved());
        assert!(!Counts { dropped: 1, ..counts }.is_conserved());
        assert!(!Counts { completed: 8, ..counts }.is_conserved());
    }
}
