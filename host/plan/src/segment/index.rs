//! A position in one share and the same position in the whole, kept together.

use super::Numbering;

/// Walks the own elements of a share. Both counters are 1-based, 0 is "before the first".
#[derive(Debug, Clone)]
pub struct SegmentedIndex {
    numbering: Numbering,
    scaled: u64,
    unscaled: u64,
}

impl SegmentedIndex {
    /// Before the first element.
    pub fn new(numbering: Numbering) -> Self {
        Self { numbering, scaled: 0, unscaled: 0 }
    }

    /// How many own elements there are up to here.
    pub const fn scaled(&self) -> u64 {
        self.scaled
    }

    /// Number, in the whole, of the own element that this is at.
    pub const fn unscaled(&self) -> u64 {
        self.unscaled
    }

    /// To the next own element.
    pub fn advance(&mut self) {
        self.set(self.scaled + 1);
    }

    /// To the own element before this one; stays before the first.
    pub fn retreat(&mut self) {
        self.set(self.scaled.saturating_sub(1));
    }

    /// To the last own element that is not after `unscaled`.
    pub fn go_to(&mut self, unscaled: u64) {
        self.set(self.numbering.scale(unscaled));
    }

    /// Number, in the whole, of the own element after this one.
    pub fn next_unscaled(&self) -> u64 {
        self.numbering.in_test(self.scaled).saturating_add(1)
    }

    fn set(&mut self, scaled: u64) {
        self.scaled = scaled;
        self.unscaled = match scaled.checked_sub(1) {
            None => 0,
            Some(own) => self.numbering.in_test(own).saturating_add(1),
        };
    }
}
