//! The changes of a [`VuCurve`] that concern one share, one after the other.

use std::time::Duration;

use super::nanos;
use super::vu_curve::{VuCurve, VuRamp};
use crate::segment::Numbering;

/// From an instant on, this many VUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VuStep {
    /// When, in nanoseconds from the start of the scenario.
    pub at_ns: u64,
    /// How many VUs of this share from then on.
    pub vus: u64,
    /// When the VUs that this step takes away are interrupted, should their iteration still run; in
    /// nanoseconds from the start of the scenario. Without meaning when the step takes none away.
    pub stop_by_ns: u64,
}

/// Lazy iterator over the steps of one share. The first is at 0, the last leaves no VUs; in between
/// the number changes with every step. Two steps are at the same instant only at the very end,
/// where the last ramp arrives and then everything that is left ends.
#[derive(Debug, Clone)]
pub struct VuSteps {
    curve: VuCurve,
    numbering: Numbering,
    graceful_ramp_down_ns: u64,
    stop_ns: u64,
    detail: Detail,
    stage: Stage,
    vus: u64,
}

/// What is wanted of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// What to do: one step for an instant, and none left at the end.
    Net,
    /// What to reserve: each jump by itself, so that a peak that lasts no time is seen too, and no
    /// step at the end.
    Raw,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Before,
    /// In ramp `index`, which starts at `start_ns` with `from` VUs of the whole.
    Ramp {
        index: usize,
        start_ns: u64,
        from: u64,
    },
    Done,
}

impl VuSteps {
    pub(crate) fn new(
        curve: VuCurve,
        numbering: Numbering,
        graceful_ramp_down: Duration,
        graceful_stop: Duration,
    ) -> Self {
        let stop_ns = curve.duration_ns().saturating_add(nanos(graceful_stop));
        Self {
            curve,
            numbering,
            graceful_ramp_down_ns: nanos(graceful_ramp_down),
            stop_ns,
            detail: Detail::Net,
            stage: Stage::Before,
            vus: 0,
        }
    }

    /// For planning: every jump is a step of its own, so that several may be at one instant, and
    /// what the last ramp has left stays.
    pub(crate) fn raw(mut self) -> Self {
        self.detail = Detail::Raw;
        self
    }

    fn step(&mut self, at_ns: u64, vus: u64) -> VuStep {
        self.vus = vus;
        let stop_by_ns = at_ns.saturating_add(self.graceful_ramp_down_ns).min(self.stop_ns);
        VuStep { at_ns, vus, stop_by_ns }
    }

    /// Enters ramp `index` at `start_ns`, or what follows the jumps there. Returns the VUs of the
    /// whole test then.
    fn pass_jumps(&mut self, index: usize, start_ns: u64, from: u64) -> u64 {
        let jumps = match self.detail {
            Detail::Raw => 0,
            Detail::Net => {
                let ramps = self.curve.ramps().iter().skip(index);
                ramps.take_while(|ramp| ramp.duration_ns() == 0).count()
            }
        };
        let index = index + jumps;
        let from = if jumps == 0 { from } else { self.curve.ramps()[index - 1].target };
        self.stage = Stage::Ramp { index, start_ns, from };
        from
    }

    /// The next change within a ramp: its instant, and the VUs of the whole from then on.
    fn change_in(&self, ramp: &VuRamp) -> Option<(u64, u64)> {
        let at_ns = if ramp.to > ramp.from {
            let next = self.numbering.in_test(self.vus).saturating_add(1);
            (next <= ramp.to).then(|| ramp.starts_at_ns(next))
        } else {
            let last = self.numbering.in_test(self.vus.checked_sub(1)?).saturating_add(1);
            (last > ramp.to).then(|| ramp.stops_at_ns(last))
        }?;
        Some((at_ns, ramp.vus_at(at_ns)))
    }
}

impl Iterator for VuSteps {
    type Item = VuStep;

    fn next(&mut self) -> Option<VuStep> {
        loop {
            let (index, start_ns, from) = match self.stage {
                Stage::Done => return None,
                Stage::Before => {
                    let whole = self.pass_jumps(0, 0, self.curve.start_vus());
                    let vus = self.numbering.scale(whole);
                    return Some(self.step(0, vus));
                }
                Stage::Ramp { index, start_ns, from } => (index, start_ns, from),
            };
            let Some(ramp) = self.curve.ramps().get(index).copied() else {
                self.stage = Stage::Done;
                if self.vus == 0 || self.detail == Detail::Raw {
                    return None;
                }
                self.vus = 0;
                return Some(VuStep { at_ns: start_ns, vus: 0, stop_by_ns: self.stop_ns });
            };
            let end_ns = start_ns.saturating_add(ramp.duration_ns());
            let placed = VuRamp { end_ns, duration_ns: ramp.duration_ns(), from, to: ramp.target };
            if let Some((at_ns, whole)) = self.change_in(&placed)
                && at_ns < end_ns
            {
                let vus = self.numbering.scale(whole);
                return Some(self.step(at_ns, vus));
            }
            // What happens at the end of this ramp happens together with the jumps that follow it.
            let whole = self.pass_jumps(index + 1, end_ns, ramp.target);
            let vus = self.numbering.scale(whole);
            if vus != self.vus {
                return Some(self.step(end_ns, vus));
            }
        }
    }
}
