//! When arrivals are due: the inverse of the area under a piecewise linear rate.
//!
//! The area is kept exactly, as an integer in units of 1/(2·timeUnit) iterations, so that
//! fractions carry over from ramp to ramp without drift. Within a ramp a float gives the estimate
//! and integers settle the nanosecond: an arrival is due at the first nanosecond at which the area
//! has reached its number. (Where those integers would not fit 128 bits, which takes rates near one
//! per nanosecond over days, the estimate stands.)

use std::sync::Arc;
use std::time::Duration;

use super::{Ramp, nanos};

/// A piecewise linear rate, in iterations per `time_unit_ns`. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct RateCurve {
    time_unit_ns: u64,
    start_rate: u64,
    pieces: Arc<[Piece]>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    start_ns: u64,
    duration_ns: u64,
    from: u64,
    to: u64,
    /// Area before this piece, in 1/(2·timeUnit) iterations.
    area_before: u128,
}

impl Piece {
    fn area(&self) -> u128 {
        (u128::from(self.from) + u128::from(self.to)) * u128::from(self.duration_ns)
    }

    fn area_end(&self) -> u128 {
        self.area_before.saturating_add(self.area())
    }

    fn end_ns(&self) -> u64 {
        self.start_ns.saturating_add(self.duration_ns)
    }

    fn rate_at(&self, offset_ns: u64) -> f64 {
        let (from, to) = (self.from as f64, self.to as f64);
        if self.duration_ns == 0 {
            return to;
        }
        from + (to - from) * (offset_ns as f64 / self.duration_ns as f64)
    }

    /// The first offset at which this piece has covered `area` (more than 0, at most all of it).
    fn offset_ns(&self, area: u128) -> u64 {
        if self.from == self.to {
            return area.div_ceil(2 * u128::from(self.from.max(1))) as u64;
        }
        let estimate = self.estimate_ns(area);
        // Doubling steps away from the estimate, then halves: a few checks when it is good.
        let Some(reached) = self.has_reached(estimate, area) else { return estimate };
        let (mut low, mut high) = (0, self.duration_ns);
        let mut width = 1;
        if reached {
            high = estimate;
            while high > 0 {
                let lower = high.saturating_sub(width);
                if self.has_reached(lower, area) != Some(true) {
                    low = lower + 1;
                    break;
                }
                high = lower;
                width = width.saturating_mul(2);
            }
        } else {
            low = estimate + 1;
            while low < high {
                let upper = low.saturating_add(width).min(high);
                if self.has_reached(upper, area) != Some(false) {
                    high = upper;
                    break;
                }
                low = upper + 1;
                width = width.saturating_mul(2);
            }
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.has_reached(middle, area) == Some(true) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        high
    }

    /// The offset as a float gives it. This form of the quadratic's root does not cancel.
    fn estimate_ns(&self, area: u128) -> u64 {
        let (from, to) = (self.from as f64, self.to as f64);
        let (area, duration) = (area as f64, self.duration_ns as f64);
        let discriminant = from * from + (to - from) * (area / duration);
        let offset = area / (from + discriminant.max(0.0).sqrt());
        (offset.ceil() as u64).min(self.duration_ns)
    }

    /// Whether `area` has been covered at `offset_ns`: 2·from·x·d + (to-from)·x² >= area·d.
    /// `None` when that does not fit 128 bits.
    fn has_reached(&self, offset_ns: u64, area: u128) -> Option<bool> {
        let x = i128::from(offset_ns);
        let duration = i128::from(self.duration_ns);
        let (from, to) = (i128::from(self.from), i128::from(self.to));
        let straight = (2 * from).checked_mul(x)?.checked_mul(duration)?;
        let bend = (to - from).checked_mul(x)?.checked_mul(x)?;
        let wanted = i128::try_from(area).ok()?.checked_mul(duration)?;
        Some(straight.checked_add(bend)? >= wanted)
    }
}

impl RateCurve {
    /// `start_rate` and the ramps' targets are iterations per `time_unit`.
    pub(crate) fn new(start_rate: u64, time_unit: Duration, ramps: &[Ramp]) -> Self {
        let mut pieces = Vec::with_capacity(ramps.len());
        let (mut start_ns, mut area_before, mut from) = (0_u64, 0_u128, start_rate);
        for ramp in ramps {
            let duration_ns = ramp.duration_ns();
            let piece = Piece { start_ns, duration_ns, from, to: ramp.target, area_before };
            start_ns = piece.end_ns();
            area_before = piece.area_end();
            from = ramp.target;
            pieces.push(piece);
        }
        let time_unit_ns = nanos(time_unit).max(1);
        Self { time_unit_ns, start_rate, pieces: pieces.into() }
    }

    /// When the last ramp ends.
    pub(crate) fn duration_ns(&self) -> u64 {
        self.pieces.last().map_or(0, Piece::end_ns)
    }

    /// How many arrivals there are: whole iterations under the curve.
    pub(crate) fn arrivals(&self) -> u64 {
        let area = self.pieces.last().map_or(0, Piece::area_end);
        u64::try_from(area / self.area_of_one()).unwrap_or(u64::MAX)
    }

    /// When arrival `index` (from 0) is due; it must be below [`Self::arrivals`].
    pub(crate) fn due_ns(&self, index: u64) -> u64 {
        self.reached_ns((u128::from(index) + 1).saturating_mul(self.area_of_one()))
    }

    /// When this part of all the area, from 0 to 1, has been covered.
    pub(crate) fn due_at_ns(&self, part: f64) -> u64 {
        let area = self.pieces.last().map_or(0, Piece::area_end);
        self.reached_ns(((part * area as f64) as u128).clamp(1, area.max(1)))
    }

    /// The first nanosecond at which `area` has been covered.
    fn reached_ns(&self, area: u128) -> u64 {
        let piece = self.pieces.partition_point(|piece| piece.area_end() < area);
        let Some(piece) = self.pieces.get(piece) else { return self.duration_ns() };
        piece.start_ns.saturating_add(piece.offset_ns(area - piece.area_before))
    }

    /// The rate at an instant, in iterations per second; after the last ramp, what that ended at.
    pub(crate) fn rate_per_s_at(&self, at_ns: u64) -> f64 {
        let piece = self.pieces.partition_point(|piece| piece.end_ns() <= at_ns);
        let per_unit = match (self.pieces.get(piece), self.pieces.last()) {
            (Some(piece), _) => piece.rate_at(at_ns - piece.start_ns),
            (None, Some(last)) => last.to as f64,
            (None, None) => self.start_rate as f64,
        };
        per_unit * 1e9 / self.time_unit_ns as f64
    }

    fn area_of_one(&self) -> u128 {
        2 * u128::from(self.time_unit_ns)
    }
}
