//! Execution segments: how several machines, and the cores of each, divide one test exactly.
//!
//! - [`Fraction`]: an exact rational between 0 and 1.
//! - [`Segment`] and [`Sequence`]: the part of the test that this instance runs, and all cuts.
//! - [`Tuple`]: one segment of a sequence, and which of the elements 0, 1, 2, ... of anything
//!   countable (VUs, iterations, arrivals) belong to it.
//! - [`Share`] and [`Numbering`]: a segment and, inside it, one worker of several.
//! - [`SegmentedIndex`]: a position in one share, and the same position in the whole.
//!
//! Invariants: over all segments of a sequence (and all workers of each) the parts of any total add
//! up to exactly that total; a part never shrinks when the total grows; every element belongs to
//! exactly one share. All arithmetic is on integers.

mod fraction;
mod index;
mod sequence;
mod share;
#[cfg(test)]
pub(crate) mod tests;
mod tuple;

use thiserror::Error;

pub use fraction::Fraction;
pub use index::SegmentedIndex;
pub use sequence::{Segment, Sequence};
pub use share::{Numbering, Share};
pub use tuple::Tuple;

/// Why a segment or a sequence cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// Neither percentage, decimal, fraction nor interval.
    #[error("'{text}' is not a valid percentage, decimal, fraction or interval value")]
    Malformed {
        /// What was found.
        text: String,
    },
    /// A percentage that is no whole number.
    #[error("'{text}' is not a valid percentage")]
    Percentage {
        /// What was found.
        text: String,
    },
    /// The segment starts below 0.
    #[error("segment start value must be at least 0 but was {from}")]
    BelowZero {
        /// The start, with two decimals.
        from: String,
    },
    /// The segment ends above 1.
    #[error("segment end value can't be more than 1 but was {to}")]
    AboveOne {
        /// The end, with two decimals.
        to: String,
    },
    /// The segment is empty, or runs backwards.
    #[error("segment start({from}) must be less than its end({to})")]
    NotRising {
        /// The start, with two decimals.
        from: String,
        /// The end, with two decimals.
        to: String,
    },
    /// A sequence with fewer than two points.
    #[error("at least 2 points are needed for an execution segment sequence, {points} given")]
    TooFewPoints {
        /// How many were found.
        points: usize,
    },
    /// The segment is not one of the sequence.
    #[error("provided segment {segment} can't be found in sequence {sequence}")]
    NotInSequence {
        /// The segment, reduced.
        segment: String,
        /// The sequence, reduced.
        sequence: String,
    },
    /// The cut points have no common denominator of a reasonable size.
    #[error(
        "the execution segments {sequence} have no common denominator up to {lcd_max}; \
         use simpler cut points, such as 1/3 instead of 0.3333333"
    )]
    TooFine {
        /// The sequence, reduced.
        sequence: String,
        /// The largest common denominator that is supported.
        lcd_max: u64,
    },
}
