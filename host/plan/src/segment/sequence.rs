//! Segments and sequences as people write them. Refuses what is empty, backwards or outside 0..1.

use std::fmt;
use std::str::FromStr;

use super::{Fraction, SegmentError};

/// A half-open part `from:to` of the whole test, `0 <= from < to <= 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Segment {
    from: Fraction,
    to: Fraction,
}

impl Segment {
    /// The whole test, `0:1`.
    pub const WHOLE: Self = Self { from: Fraction::ZERO, to: Fraction::ONE };

    /// The part from `from` (included) to `to` (excluded).
    pub fn new(from: Fraction, to: Fraction) -> Result<Self, SegmentError> {
        if from >= to {
            let (from, to) = (format!("{from:.2}"), format!("{to:.2}"));
            return Err(SegmentError::NotRising { from, to });
        }
        if to > Fraction::ONE {
            return Err(SegmentError::AboveOne { to: format!("{to:.2}") });
        }
        Ok(Self { from, to })
    }

    /// Where it starts.
    pub const fn from(self) -> Fraction {
        self.from
    }

    /// Where it ends.
    pub const fn to(self) -> Fraction {
        self.to
    }

    /// Its length as a float between 0 and 1, for people.
    pub fn ratio(self) -> f64 {
        self.to.as_f64() - self.from.as_f64()
    }
}

impl Default for Segment {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl FromStr for Segment {
    type Err = SegmentError;

    /// Reads `1/4:1/2`, `20%:0.5`, or one value for a segment from 0 (`20%` is `0:1/5`); nothing
    /// at all is the whole.
    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let text = text.trim();
        match text.split_once(':') {
            _ if text.is_empty() => Ok(Self::WHOLE),
            None => Self::new(Fraction::ZERO, Fraction::parse(text)?),
            Some((from, to)) => Self::new(Fraction::parse(from)?, Fraction::parse(to)?),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.from, self.to)
    }
}

/// The cut points of a test, strictly rising, at least two. All instances of a test must be given
/// the same sequence for their parts to add up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    points: Vec<Fraction>,
}

impl Sequence {
    /// From cut points.
    pub fn new(points: Vec<Fraction>) -> Result<Self, SegmentError> {
        if points.len() < 2 {
            return Err(SegmentError::TooFewPoints { points: points.len() });
        }
        for pair in points.windows(2) {
            Segment::new(pair[0], pair[1])?;
        }
        Ok(Self { points })
    }

    /// The cut points, rising.
    pub fn points(&self) -> &[Fraction] {
        &self.points
    }

    /// The segments between the cut points, in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.points.windows(2).map(|pair| Segment { from: pair[0], to: pair[1] })
    }

    /// Where `segment` is in this sequence.
    pub fn find(&self, segment: Segment) -> Result<usize, SegmentError> {
        self.segments().position(|candidate| candidate == segment).ok_or_else(|| {
            let (segment, sequence) = (segment.to_string(), self.to_string());
            SegmentError::NotInSequence { segment, sequence }
        })
    }

    /// The same, with what is missing at the ends of 0..1 added as one segment each.
    #[must_use]
    pub fn filled(&self) -> Self {
        let mut points = self.points.clone();
        if points.first() != Some(&Fraction::ZERO) {
            points.insert(0, Fraction::ZERO);
        }
        if points.last() != Some(&Fraction::ONE) {
            points.push(Fraction::ONE);
        }
        Self { points }
    }

    /// The sequence that an instance assumes when it knows its own segment only.
    pub fn around(segment: Segment) -> Self {
        Self { points: vec![segment.from, segment.to] }.filled()
    }
}

impl FromStr for Sequence {
    type Err = SegmentError;

    /// Reads `0,1/4,1/2,1`.
    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SegmentError::TooFewPoints { points: 0 });
        }
        Self::new(text.split(',').map(Fraction::parse).collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, point) in self.points.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{point}")?;
        }
        Ok(())
    }
}
