//! The number of VUs over time, in closed form: straight ramps, rounded to whole VUs.
//!
//! On the way up VU k (from 1) of a ramp that ends at `target` starts `duration·(target-k)/height`
//! before its end, on the way down it stops `duration·(k-1-target)/height` before its end, both in
//! whole nanoseconds, cut. A ramp of length zero is a jump. Values hold from their instant on.

use std::sync::Arc;

use super::Ramp;

/// Ramps between numbers of VUs. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VuCurve {
    start_vus: u64,
    ramps: Arc<[Ramp]>,
}

/// One ramp at its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct VuRamp {
    pub(super) end_ns: u64,
    pub(super) duration_ns: u64,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl VuRamp {
    /// When VU `k` starts, on the way up: `from < k <= to`.
    pub(super) fn starts_at_ns(&self, k: u64) -> u64 {
        self.end_ns - self.part_ns(self.to - k, self.to - self.from)
    }

    /// When VU `k` stops, on the way down: `to < k <= from`.
    pub(super) fn stops_at_ns(&self, k: u64) -> u64 {
        self.end_ns - self.part_ns(k - 1 - self.to, self.from - self.to)
    }

    /// `duration · steps / height`, cut.
    fn part_ns(&self, steps: u64, height: u64) -> u64 {
        (u128::from(self.duration_ns) * u128::from(steps) / u128::from(height)) as u64
    }

    /// VUs at an instant within the ramp.
    pub(super) fn vus_at(&self, at_ns: u64) -> u64 {
        if self.duration_ns == 0 || at_ns >= self.end_ns {
            return self.to;
        }
        let left_ns = u128::from((self.end_ns - at_ns).min(self.duration_ns));
        let height = u128::from(self.from.abs_diff(self.to));
        let left = (left_ns * height).div_ceil(u128::from(self.duration_ns)) as u64;
        if self.to > self.from { self.to - left } else { self.to + left }
    }
}

impl VuCurve {
    pub(crate) fn new(start_vus: u64, ramps: Vec<Ramp>) -> Self {
        Self { start_vus, ramps: ramps.into() }
    }

    pub(super) fn start_vus(&self) -> u64 {
        self.start_vus
    }

    pub(super) fn ramps(&self) -> &[Ramp] {
        &self.ramps
    }

    /// All ramps with their places.
    fn placed(&self) -> impl Iterator<Item = VuRamp> + '_ {
        let mut end_ns: u64 = 0;
        let mut from = self.start_vus;
        self.ramps.iter().map(move |ramp| {
            let duration_ns = ramp.duration_ns();
            end_ns = end_ns.saturating_add(duration_ns);
            let placed = VuRamp { end_ns, duration_ns, from, to: ramp.target };
            from = ramp.target;
            placed
        })
    }

    /// When the last ramp ends.
    pub(crate) fn duration_ns(&self) -> u64 {
        self.ramps.iter().fold(0, |sum, ramp| sum.saturating_add(ramp.duration_ns()))
    }

    /// The most VUs at any time.
    pub(crate) fn peak(&self) -> u64 {
        self.ramps.iter().map(|ramp| ramp.target).fold(self.start_vus, u64::max)
    }

    /// The VUs that are left when the last ramp has ended.
    pub(crate) fn end_vus(&self) -> u64 {
        self.ramps.last().map_or(self.start_vus, |ramp| ramp.target)
    }

    /// The VUs at an instant; after the last ramp, what that ended at.
    pub(crate) fn vus_at(&self, at_ns: u64) -> u64 {
        self.placed()
            .find(|ramp| at_ns < ramp.end_ns)
            .map_or_else(|| self.end_vus(), |ramp| ramp.vus_at(at_ns))
    }

    /// How often the number changes by one: a bound on the number of steps.
    pub(crate) fn changes(&self) -> u64 {
        let heights = self.placed().map(|ramp| ramp.from.abs_diff(ramp.to));
        heights.fold(self.start_vus, u64::saturating_add)
    }
}
