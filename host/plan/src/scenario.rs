//! A valid scenario: an executor, when it runs, and what its iterations get.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::duration::format_duration;
use crate::executor::{Executor, GRACEFUL_STOP};
use crate::load::{Load, nanos};
use crate::options::ScenarioOptions;
use crate::problem::Problem;
use crate::segment::{Numbering, Share};

/// The function that is an iteration, unless set.
pub const DEFAULT_EXEC: &str = "default";

/// A valid scenario. Immutable: it is what the options came to.
#[derive(Debug, Clone)]
pub struct ScenarioPlan {
    /// Its name: digits, latin letters, `_` and `-`.
    pub name: String,
    /// How iterations are started.
    pub executor: Executor,
    /// When it starts, from the start of the test (after setup).
    pub start_time: Duration,
    /// How long iterations may still run when their time is over.
    pub graceful_stop: Duration,
    /// The exported function that is an iteration.
    pub exec: String,
    /// Environment of its VUs, over that of the test.
    pub env: BTreeMap<String, String>,
    /// Tags of all its samples.
    pub tags: BTreeMap<String, String>,
    /// Options that belong to others (`browser`), as written.
    pub options: Map<String, Value>,
}

impl ScenarioPlan {
    /// The scenario, or all that is wrong with its options.
    pub(crate) fn new(name: &str, options: &ScenarioOptions) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if name.is_empty() {
            problems.push(Problem::NameEmpty);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if name.is_empty() || !name.bytes().all(allowed) {
            problems.push(Problem::NameCharacters);
        }
        if options.exec.as_deref() == Some("") {
            problems.push(Problem::ExecEmpty);
        }
        let start_time = options.start_time.unwrap_or_default();
        if start_time.is_negative() {
            problems.push(Problem::StartTimeNegative);
        }
        let graceful_stop = options.graceful_stop.unwrap_or_else(|| GRACEFUL_STOP.into());
        if graceful_stop.is_negative() {
            problems.push(Problem::GracefulStopNegative);
        }
        let executor = match options.executor.validate() {
            Ok(executor) => executor,
            Err(of_executor) => {
                problems.extend(of_executor);
                return Err(problems);
            }
        };
        let scenario = Self {
            name: name.to_owned(),
            executor,
            start_time: start_time.to_duration_or_zero(),
            graceful_stop: graceful_stop.to_duration_or_zero(),
            exec: options.exec.clone().unwrap_or_else(|| DEFAULT_EXEC.to_owned()),
            env: options.env.clone().unwrap_or_default(),
            tags: options.tags.clone().unwrap_or_default(),
            options: options.options.clone().unwrap_or_default(),
        };
        let end = scenario.start_time.saturating_add(scenario.duration_max());
        if i64::try_from(end.as_nanos()).is_err() {
            problems.push(Problem::TooLong);
        }
        if problems.is_empty() { Ok(scenario) } else { Err(problems) }
    }

    /// From its start: no iteration starts after this.
    pub fn duration_regular(&self) -> Duration {
        self.executor.duration_regular()
    }

    /// From its start: no iteration runs after this (it is `duration_regular` and `graceful_stop`).
    pub fn duration_max(&self) -> Duration {
        self.duration_regular().saturating_add(self.graceful_stop)
    }

    /// What a share has to do; times in it count from the start of the scenario.
    pub fn load(&self, share: &Share) -> Load {
        self.executor.load(share, self.graceful_stop)
    }

    /// The most VUs of a share at any time.
    pub fn vus_max(&self, share: &Share) -> u64 {
        self.executor.vus_max(share)
    }

    /// How the iterations of a share are numbered, for `iterationInTest`; `None` for a share
    /// without VUs. Give the process's share for iterations that are counted for the process.
    pub fn numbering(&self, share: &Share) -> Option<Numbering> {
        self.executor.numbering(share)
    }

    /// Number of iterations of a share, where that is known beforehand. For shared-iterations it is
    /// that of the whole process.
    pub fn iterations_total(&self, share: &Share) -> Option<u64> {
        self.executor.iterations_total(share)
    }

    /// How far it has come, between 0 and 1: by iterations where their number is known and nothing
    /// else ends the scenario, else by time.
    ///
    /// `elapsed` is since its start, `iterations` are those of `share` that have been completed.
    pub fn progress(&self, share: &Share, elapsed: Duration, iterations: u64) -> f64 {
        let total = match &self.executor {
            Executor::SharedIterations(_) | Executor::PerVuIterations(_) => {
                self.iterations_total(share)
            }
            _ => None,
        };
        let (part, whole) = match total {
            Some(total) => (iterations as f64, total as f64),
            None => (nanos(elapsed) as f64, nanos(self.duration_regular()) as f64),
        };
        if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// Its line of the start banner, without its name, such as
    /// `1.00 iterations/s for 30s (maxVUs: 10, gracefulStop: 30s)`.
    pub fn describe(&self, share: &Share) -> String {
        let description = self.executor.describe(share);
        let mut details = description.details;
        if self.exec != DEFAULT_EXEC {
            details.push(format!("exec: {}", self.exec));
        }
        if self.start_time > Duration::ZERO {
            details.push(format!("startTime: {}", format_duration(self.start_time)));
        }
        if self.graceful_stop > Duration::ZERO {
            details.push(format!("gracefulStop: {}", format_duration(self.graceful_stop)));
        }
        match details.as_slice() {
            [] => description.sentence,
            details => format!("{} ({})", description.sentence, details.join(", ")),
        }
    }
}
