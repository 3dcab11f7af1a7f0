//! How many VUs a test needs, and when: the sum over scenarios that overlap.
//!
//! The sum is walked through once, lazily, with one cursor a scenario; only its highest points are
//! kept. What several scenarios change at one instant is changed in their order: VUs that one gives
//! back serve a later one that starts at that instant.

use std::collections::VecDeque;
use std::time::Duration;

use crate::duration::format_duration;
use crate::executor::{Reservation, ReservedSteps};
use crate::load::{VuStep, VuSteps, nanos};
use crate::plan::Plan;
use crate::scenario::ScenarioPlan;
use crate::segment::Share;

/// Most changes of a scenario that are walked through, which takes less than a tenth of a second;
/// beyond it, its peak is reserved for as long as it lasts, which is never too few.
const CHANGES_MAX: u64 = 500_000;

/// What a share of a test needs at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirements {
    /// Number of scenarios, those without work in this share too.
    pub scenarios: usize,
    /// The most VUs at a time that are made before the test starts.
    pub vus_planned_max: u64,
    /// The most VUs at a time, with those that may be made during the test.
    pub vus_max: u64,
    /// When the last VU is given back at the latest, from the start of the test.
    pub duration_max: Duration,
}

impl Requirements {
    pub(crate) fn new(plan: &Plan, share: &Share) -> Self {
        let mut requirements = Self {
            scenarios: plan.scenarios.len(),
            vus_planned_max: 0,
            vus_max: 0,
            duration_max: Duration::ZERO,
        };
        // A test without any VUs lasts until its first scenario would start, as in k6.
        let mut in_use = true;
        for change in ReservedVus::new(plan, share) {
            requirements.vus_planned_max = requirements.vus_planned_max.max(change.peak.planned);
            requirements.vus_max = requirements.vus_max.max(change.peak.all());
            let now_in_use = change.then.all() > 0;
            if in_use || now_in_use || change.peak.all() > 0 {
                requirements.duration_max = change.at;
            }
            in_use = now_in_use;
        }
        requirements
    }

    /// `2 scenarios, 15 max VUs, 1m30s max duration (incl. graceful stop)`. The duration is
    /// rounded to tenths of a second.
    pub fn text(&self) -> String {
        let plural = if self.scenarios == 1 { "" } else { "s" };
        format!(
            "{} scenario{plural}, {} max VUs, {} max duration (incl. graceful stop)",
            self.scenarios,
            self.vus_max,
            format_duration(rounded(self.duration_max))
        )
    }
}

/// To the nearest tenth of a second.
fn rounded(duration: Duration) -> Duration {
    const TENTH_NS: u64 = 100_000_000;
    let ns = nanos(duration).saturating_add(TENTH_NS / 2);
    Duration::from_nanos(ns - ns % TENTH_NS)
}

/// Numbers of VUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vus {
    /// Those that are made before the test starts.
    pub planned: u64,
    /// Those that may be made during the test.
    pub unplanned: u64,
}

impl Vus {
    /// Both together.
    pub const fn all(self) -> u64 {
        self.planned.saturating_add(self.unplanned)
    }

    fn minus(self, other: Self) -> Self {
        Self {
            planned: self.planned.saturating_sub(other.planned),
            unplanned: self.unplanned.saturating_sub(other.unplanned),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            planned: self.planned.saturating_add(other.planned),
            unplanned: self.unplanned.saturating_add(other.unplanned),
        }
    }
}

impl From<Reservation> for Vus {
    fn from(Reservation { planned, unplanned }: Reservation) -> Self {
        Self { planned, unplanned }
    }
}

/// A change of the VUs that are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VusChange {
    /// When, from the start of the test.
    pub at: Duration,
    /// The most that are needed at this very instant.
    pub peak: Vus,
    /// How many are needed from then on.
    pub then: Vus,
}

/// Lazy iterator over the changes of the VUs that a share of a test needs, in the order of time.
pub struct ReservedVus {
    scenarios: Vec<Cursor>,
    now: Vus,
}

struct Cursor {
    changes: Box<dyn Iterator<Item = ScenarioChange>>,
    next: Option<ScenarioChange>,
    now: Vus,
}

impl Cursor {
    /// The next change, if it is at `at_ns`.
    fn take_at(&mut self, at_ns: u64) -> Option<ScenarioChange> {
        let change = self.next.filter(|change| change.at_ns == at_ns)?;
        self.next = self.changes.next();
        Some(change)
    }
}

#[derive(Debug, Clone, Copy)]
struct ScenarioChange {
    at_ns: u64,
    vus: Vus,
}

impl ReservedVus {
    pub(crate) fn new(plan: &Plan, share: &Share) -> Self {
        let cursor = |scenario: &ScenarioPlan| {
            let mut changes = changes(scenario, share);
            let next = changes.next();
            Cursor { changes, next, now: Vus::default() }
        };
        Self { scenarios: plan.scenarios.iter().map(cursor).collect(), now: Vus::default() }
    }
}

impl Iterator for ReservedVus {
    type Item = VusChange;

    fn next(&mut self) -> Option<VusChange> {
        let times = self.scenarios.iter().filter_map(|cursor| cursor.next);
        let at_ns = times.map(|change| change.at_ns).min()?;
        let mut peak = Vus::default();
        for index in 0..self.scenarios.len() {
            while let Some(change) = self.scenarios[index].take_at(at_ns) {
                self.now = self.now.minus(self.scenarios[index].now).plus(change.vus);
                self.scenarios[index].now = change.vus;
                if self.now.all() >= peak.all() {
                    peak = self.now;
                }
            }
        }
        Some(VusChange { at: Duration::from_nanos(at_ns), peak, then: self.now })
    }
}

/// What one scenario needs over time. All times from the start of the test.
fn changes(scenario: &ScenarioPlan, share: &Share) -> Box<dyn Iterator<Item = ScenarioChange>> {
    let start_ns = nanos(scenario.start_time);
    let stop_ns = nanos(scenario.duration_max());
    let moved = move |(at_ns, vus)| ScenarioChange { at_ns: start_ns.saturating_add(at_ns), vus };
    let steps = scenario.executor.reserved_steps(share, scenario.graceful_stop);
    if let Some(steps) = steps.filter(|steps| steps.changes <= CHANGES_MAX) {
        return Box::new(Ramping::new(steps, stop_ns).map(moved));
    }
    let vus = Vus::from(scenario.executor.reservation(share));
    Box::new([(0, vus), (stop_ns, Vus::default())].into_iter().map(moved))
}

/// What ramping VUs need: those there are, and those that were taken away less than
/// `graceful_ramp_down` ago. At any instant that is the most there were within that time.
///
/// The highest number within a moving window is at its start, at its end, or at a summit between
/// them; summits are few, so they are what is kept.
struct Ramping {
    /// The steps at the end of the window, and (later by its length) at its start.
    leading: std::iter::Peekable<VuSteps>,
    trailing: std::iter::Peekable<VuSteps>,
    window_ns: u64,
    stop_ns: u64,
    leading_vus: u64,
    trailing_vus: u64,
    /// Numbers from which the way went down, and when, lowest last.
    summits: VecDeque<(u64, u64)>,
    was_rising: bool,
    done: bool,
}

impl Ramping {
    fn new(steps: ReservedSteps, stop_ns: u64) -> Self {
        Self {
            leading: steps.raw.clone().peekable(),
            trailing: steps.raw.peekable(),
            window_ns: nanos(steps.graceful_ramp_down),
            stop_ns,
            leading_vus: 0,
            trailing_vus: 0,
            summits: VecDeque::new(),
            was_rising: true,
            done: false,
        }
    }

    /// Takes the next leading step, and notes the summit that it leaves.
    fn lead(&mut self) {
        let Some(step) = self.leading.next() else { return };
        let rises = step.vus > self.leading_vus;
        if self.was_rising && !rises {
            let summit = self.leading_vus;
            while self.summits.back().is_some_and(|&(_, lower)| lower <= summit) {
                self.summits.pop_back();
            }
            self.summits.push_back((step.at_ns, summit));
        }
        self.was_rising = rises;
        self.leading_vus = step.vus;
    }

    /// The end; but VUs that are added at that very instant were there, for no time.
    fn end(&mut self) -> (u64, Vus) {
        while self.leading.peek().is_some_and(|step| step.at_ns <= self.stop_ns) {
            let before = self.leading_vus;
            self.lead();
            if self.leading_vus > before {
                return (self.stop_ns, Vus { planned: self.highest(self.stop_ns), unplanned: 0 });
            }
        }
        self.done = true;
        (self.stop_ns, Vus::default())
    }

    /// The most VUs within the window that ends at `at_ns`.
    fn highest(&mut self, at_ns: u64) -> u64 {
        while self
            .summits
            .front()
            .is_some_and(|&(left_at_ns, _)| left_at_ns.saturating_add(self.window_ns) <= at_ns)
        {
            self.summits.pop_front();
        }
        let summit = self.summits.front().map_or(0, |&(_, summit)| summit);
        self.leading_vus.max(self.trailing_vus).max(summit)
    }
}

impl Iterator for Ramping {
    type Item = (u64, Vus);

    fn next(&mut self) -> Option<(u64, Vus)> {
        if self.done {
            return None;
        }
        let leading = self.leading.peek().map(|step| step.at_ns);
        let trailing = self.trailing.peek().map(|step| step.at_ns.saturating_add(self.window_ns));
        let at_ns = leading.into_iter().chain(trailing).min().filter(|&at| at < self.stop_ns);
        let Some(at_ns) = at_ns else { return Some(self.end()) };
        let window_ns = self.window_ns;
        let leaves = |step: &VuStep| step.at_ns.saturating_add(window_ns) == at_ns;
        while let Some(step) = self.trailing.next_if(leaves) {
            self.trailing_vus = step.vus;
        }
        // One leading step at a time: a peak that lasts no time counts too.
        if leading == Some(at_ns) {
            self.lead();
        }
        Some((at_ns, Vus { planned: self.highest(at_ns), unplanned: 0 }))
    }
}
