//! Striping: which elements of 0, 1, 2, ... belong to one segment of a sequence.
//!
//! The elements are dealt out in rounds of L, the least common denominator of all segment lengths.
//! In a round each element goes to the longest segment that is not ahead of its due: a segment of
//! length p may take element i if it has taken at most i·p before. So the elements of each segment
//! are spread as evenly as integers allow, and wherever a total ends, the counts add up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::fraction::gcd;
use super::{Fraction, Segment, SegmentError, Sequence};

/// Largest common denominator of a sequence that is given: bounds the table of a round.
const LCD_MAX: u64 = 1_000_000;

/// Largest round of a re-segmented tuple that gets a table of its own.
const RESEGMENT_LCD_MAX: u64 = 65_536;

/// One segment of a sequence, with its elements of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuple {
    sequence: Sequence,
    /// Lengths of all segments in units of 1/L; they add up to L.
    lengths: Vec<u64>,
    own: usize,
    lcd: u64,
    /// The own elements among 0..L, rising, at least one.
    positions: Box<[u32]>,
}

impl Tuple {
    /// The segment that is everything.
    pub fn whole() -> Self {
        Self {
            sequence: Sequence::around(Segment::WHOLE),
            lengths: vec![1],
            own: 0,
            lcd: 1,
            positions: Box::new([0]),
        }
    }

    /// `segment` among those of `sequence`. Without a sequence only the own segment is known, and
    /// what is left at either side counts as one segment each.
    pub fn new(segment: Segment, sequence: Option<&Sequence>) -> Result<Self, SegmentError> {
        let sequence = match sequence {
            None => Sequence::around(segment),
            Some(sequence) => {
                sequence.find(segment)?;
                sequence.filled()
            }
        };
        let own = sequence.find(segment)?;
        let too_fine =
            || SegmentError::TooFine { sequence: sequence.to_string(), lcd_max: LCD_MAX };
        let (lengths, lcd) = lengths(&sequence).ok_or_else(too_fine)?;
        let positions = positions(&lengths, own, lcd);
        Ok(Self { sequence, lengths, own, lcd, positions })
    }

    /// All segments, from 0 to 1.
    pub fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    /// The own segment.
    pub fn segment(&self) -> Segment {
        self.sequence.segments().nth(self.own).unwrap_or(Segment::WHOLE)
    }

    /// Least common denominator of all segment lengths: the length of a round.
    pub const fn lcd(&self) -> u64 {
        self.lcd
    }

    /// The first own element of a round.
    pub fn start(&self) -> u64 {
        u64::from(self.positions[0])
    }

    /// The gaps from each own element of a round to the next, the last one into the next round.
    pub fn offsets(&self) -> Vec<u64> {
        let next = self.positions.iter().skip(1).map(|&next| u64::from(next));
        let wrapped = std::iter::once(self.start() + self.lcd);
        let this = self.positions.iter().map(|&position| u64::from(position));
        this.zip(next.chain(wrapped)).map(|(this, next)| next - this).collect()
    }

    /// How many of the elements 0..`total` are own.
    pub fn scale(&self, total: u64) -> u64 {
        let rest = total % self.lcd;
        let of_round = self.positions.partition_point(|&position| u64::from(position) < rest);
        (total / self.lcd) * self.positions.len() as u64 + of_round as u64
    }

    /// The number, in the whole, of own element `own` (both from 0). Saturates.
    pub fn nth(&self, own: u64) -> u64 {
        let a_round = self.positions.len() as u64;
        let position = u64::from(self.positions[(own % a_round) as usize]);
        (own / a_round).saturating_mul(self.lcd).saturating_add(position)
    }

    /// The tuple in which each segment is as long as its part of `value`: so that work goes only to
    /// those that have VUs, when `value` is the number of VUs. Segments without any are dropped.
    ///
    /// `None` when the own segment is dropped, or when a round would be too long for a table.
    pub(super) fn resegment(&self, value: u64) -> Option<Self> {
        let parts = self.scale_all(value);
        if parts[self.own] == 0 {
            return None;
        }
        let divisor = parts.iter().fold(0, |divisor, &part| gcd(divisor, part));
        let lcd = value / divisor;
        if lcd > RESEGMENT_LCD_MAX {
            return None;
        }
        let own = parts[..self.own].iter().filter(|&&part| part > 0).count();
        let lengths: Vec<u64> =
            parts.iter().filter(|&&part| part > 0).map(|part| part / divisor).collect();
        let mut points = vec![Fraction::ZERO];
        let mut up_to = 0;
        for length in &lengths {
            up_to += length;
            points.push(Fraction::new(up_to, lcd)?);
        }
        let positions = positions(&lengths, own, lcd);
        Some(Self { sequence: Sequence::new(points).ok()?, lengths, own, lcd, positions })
    }

    /// The parts of `total` of all segments; they add up to `total`.
    fn scale_all(&self, total: u64) -> Vec<u64> {
        let rounds = total / self.lcd;
        let mut parts: Vec<u64> = self.lengths.iter().map(|length| rounds * length).collect();
        let mut dealer = Dealer::new(&self.lengths, self.lcd);
        for element in 0..total % self.lcd {
            parts[dealer.deal(element)] += 1;
        }
        parts
    }
}

/// The lengths of all segments in units of their least common denominator, and that.
fn lengths(sequence: &Sequence) -> Option<(Vec<u64>, u64)> {
    let fractions: Option<Vec<Fraction>> = sequence.segments().map(length).collect();
    let fractions = fractions?;
    let mut lcd: u64 = 1;
    for fraction in &fractions {
        let denominator = fraction.denominator();
        lcd = lcd.checked_mul(denominator / gcd(lcd, denominator))?;
        if lcd > LCD_MAX {
            return None;
        }
    }
    let lengths =
        fractions.iter().map(|fraction| fraction.numerator() * (lcd / fraction.denominator()));
    Some((lengths.collect(), lcd))
}

/// `to - from` exactly; `None` when it does not fit.
fn length(segment: Segment) -> Option<Fraction> {
    let (from, to) = (segment.from(), segment.to());
    let wide = |factor: u64, by: u64| u128::from(factor) * u128::from(by);
    let above = wide(to.numerator(), from.denominator()) - wide(from.numerator(), to.denominator());
    let below = wide(to.denominator(), from.denominator());
    let (mut a, mut b) = (above, below);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Fraction::new(u64::try_from(above / a).ok()?, u64::try_from(below / a).ok()?)
}

fn positions(lengths: &[u64], own: usize, lcd: u64) -> Box<[u32]> {
    let mut dealer = Dealer::new(lengths, lcd);
    let mut positions = Vec::with_capacity(lengths[own] as usize);
    for element in 0..lcd {
        if dealer.deal(element) == own {
            positions.push(element as u32);
        }
    }
    positions.into_boxed_slice()
}

/// Deals out the elements of one round in order.
struct Dealer<'a> {
    lengths: &'a [u64],
    lcd: u64,
    taken: Vec<u64>,
    /// Place of each segment when sorted by length, longest first, first in the sequence first.
    rank: Vec<usize>,
    by_rank: Vec<usize>,
    /// Segments that may take an element now, lowest rank first.
    ready: BinaryHeap<Reverse<usize>>,
    /// Segments that are ahead of their due: the element from which on they may, and their rank.
    waiting: BinaryHeap<Reverse<(u64, usize)>>,
}

impl<'a> Dealer<'a> {
    fn new(lengths: &'a [u64], lcd: u64) -> Self {
        let mut by_rank: Vec<usize> = (0..lengths.len()).collect();
        by_rank.sort_by_key(|&segment| Reverse(lengths[segment]));
        let mut rank = vec![0; lengths.len()];
        for (place, &segment) in by_rank.iter().enumerate() {
            rank[segment] = place;
        }
        let ready = (0..lengths.len()).map(Reverse).collect();
        let taken = vec![0; lengths.len()];
        Self { lengths, lcd, taken, rank, by_rank, ready, waiting: BinaryHeap::new() }
    }

    /// The segment that gets `element`. Must be asked for 0, 1, 2, ... up to L - 1.
    fn deal(&mut self, element: u64) -> usize {
        while let Some(&Reverse((from, rank))) = self.waiting.peek()
            && from <= element
        {
            self.waiting.pop();
            self.ready.push(Reverse(rank));
        }
        // Lengths add up to L, so not all segments can be ahead of their due at once.
        let place = self.ready.pop().map_or(0, |Reverse(rank)| rank);
        let segment = self.by_rank[place];
        self.taken[segment] += 1;
        let next = (self.taken[segment] * self.lcd).div_ceil(self.lengths[segment]);
        self.waiting.push(Reverse((next, self.rank[segment])));
        segment
    }
}
