//! Tag sets by number, for one worker.
//!
//! The same tags give the same number, so that a series is found by two integers. Finding a known
//! set allocates nothing. The table is bounded: what no longer fits is mapped to a set that keeps
//! only the tags on which thresholds select (submetrics stay exact) and carries
//! [`OVERFLOW_TAG`](super::OVERFLOW_TAG); every such case is counted.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{OVERFLOW_TAG, TagSet, hash_of};
use crate::catalog::Limits;
use crate::delta::BoundsReached;

/// Number of a tag set; valid in the interner that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TagSetId(pub u32);

impl TagSetId {
    /// The set without tags.
    pub const EMPTY: Self = Self(0);
    /// The set of which nothing is left but the mark of an overflow.
    pub const OVERFLOW: Self = Self(1);
}

/// Sets that keep what thresholds select on, beyond the bound for all sets.
const OVERFLOW_SETS_MAX: usize = 1_024;

/// Pairs that fit without allocation.
type Pairs<'a> = SmallVec<[(&'a str, &'a str); 24]>;

/// Tag sets by number.
#[derive(Debug)]
pub struct TagInterner {
    sets: Vec<Arc<TagSet>>,
    by_hash: FxHashMap<u64, SmallVec<[TagSetId; 2]>>,
    /// Names and values, each kept once. Bounded with the sets.
    texts: FxHashSet<Arc<str>>,
    /// What stays of a set that no longer fits.
    kept: Vec<(Arc<str>, Arc<str>)>,
    sets_max: usize,
    tags_max: usize,
    value_bytes_max: usize,
    reached: BoundsReached,
}

impl TagInterner {
    /// An interner with these bounds. `kept` are the tags on which submetrics select.
    pub fn new<'a>(limits: &Limits, kept: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut interner = Self {
            sets: Vec::new(),
            by_hash: FxHashMap::default(),
            texts: FxHashSet::default(),
            kept: Vec::new(),
            sets_max: limits.tag_sets_max,
            tags_max: limits.tags_per_set_max,
            value_bytes_max: limits.tag_value_bytes_max,
            reached: BoundsReached::default(),
        };
        interner.insert(&[]);
        interner.insert(&[OVERFLOW_TAG]);
        interner.kept = kept.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
        interner
    }

    /// The set of `base` and `tags`. Tags win over those of the base, later ones over earlier ones.
    pub fn intern(&mut self, base: TagSetId, tags: &[(&str, &str)]) -> TagSetId {
        if tags.is_empty() {
            return base;
        }
        let base = Arc::clone(self.get(base));
        let mut own: SmallVec<[(&str, &str); 16]> = SmallVec::with_capacity(tags.len());
        for (name, value) in tags {
            let (clipped, clipped_value) = (self.clip(name), self.clip(value));
            self.reached.tag_values_clipped +=
                u64::from(clipped.len() < name.len() || clipped_value.len() < value.len());
            own.push((clipped, clipped_value));
        }
        // Stable, so that of equal names the last one stays last.
        own.sort_by_key(|pair| pair.0);
        let mut merged = Pairs::new();
        merge(base.iter(), &own, &mut merged);
        self.intern_sorted(&merged)
    }

    /// The set of `base` without one tag.
    pub fn remove(&mut self, base: TagSetId, name: &str) -> TagSetId {
        let base = Arc::clone(self.get(base));
        let rest: Pairs<'_> = base.iter().filter(|pair| pair.0 != name).collect();
        self.intern_sorted(&rest)
    }

    /// What stays of a set when a table further on is full.
    pub(crate) fn reduce(&mut self, set: TagSetId) -> TagSetId {
        let set = Arc::clone(self.get(set));
        let pairs: Pairs<'_> = set.iter().collect();
        self.intern_reduced(&pairs)
    }

    /// The set with this number; the overflow set for a number of another interner.
    pub fn get(&self, id: TagSetId) -> &Arc<TagSet> {
        self.sets.get(id.0 as usize).unwrap_or(&self.sets[TagSetId::OVERFLOW.0 as usize])
    }

    /// How many sets there are, the empty and the overflow sets included.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Never true: the empty set is always there.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Bounds reached since the last call.
    pub(crate) fn take_reached(&mut self) -> BoundsReached {
        std::mem::take(&mut self.reached)
    }

    fn intern_sorted(&mut self, pairs: &[(&str, &str)]) -> TagSetId {
        if let Some(known) = self.find(pairs) {
            return known;
        }
        if self.sets.len() < self.sets_max && pairs.len() <= self.tags_max {
            return self.insert(pairs);
        }
        self.reached.tag_sets += 1;
        self.intern_reduced(pairs)
    }

    fn intern_reduced(&mut self, pairs: &[(&str, &str)]) -> TagSetId {
        let kept = |pair: &&(&str, &str)| {
            self.kept.iter().any(|(name, value)| (name.as_ref(), value.as_ref()) == **pair)
        };
        let mut reduced: Pairs<'_> = pairs.iter().filter(kept).copied().collect();
        reduced.retain(|pair| pair.0 != OVERFLOW_TAG.0);
        let at = reduced.partition_point(|pair| pair.0 < OVERFLOW_TAG.0);
        reduced.insert(at, OVERFLOW_TAG);
        if let Some(known) = self.find(&reduced) {
            return known;
        }
        if self.sets.len() < self.sets_max + OVERFLOW_SETS_MAX {
            return self.insert(&reduced);
        }
        TagSetId::OVERFLOW
    }

    fn find(&self, pairs: &[(&str, &str)]) -> Option<TagSetId> {
        let candidates = self.by_hash.get(&hash_of(pairs.iter().copied()))?;
        let same = |id: &&TagSetId| self.get(**id).iter().eq(pairs.iter().copied());
        candidates.iter().find(same).copied()
    }

    fn insert(&mut self, pairs: &[(&str, &str)]) -> TagSetId {
        let id = TagSetId(self.sets.len() as u32);
        let pairs = pairs.iter().map(|(name, value)| (self.text(name), self.text(value))).collect();
        let set = TagSet::from_sorted(pairs);
        self.by_hash.entry(set.hash).or_default().push(id);
        self.sets.push(Arc::new(set));
        id
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn clip<'a>(&self, text: &'a str) -> &'a str {
        &text[..text.floor_char_boundary(self.value_bytes_max)]
    }
}

/// Merges two lists that are sorted by name; `own` wins, its last one of equal names.
fn merge<'a>(
    base: impl Iterator<Item = (&'a str, &'a str)>,
    own: &[(&'a str, &'a str)],
    merged: &mut Pairs<'a>,
) {
    let mut base = base.peekable();
    for (index, pair) in own.iter().enumerate() {
        if own.get(index + 1).is_some_and(|next| next.0 == pair.0) {
            continue;
        }
        while let Some(weaker) = base.next_if(|weaker| weaker.0 < pair.0) {
            merged.push(weaker);
        }
        base.next_if(|weaker| weaker.0 == pair.0);
        merged.push(*pair);
    }
    merged.extend(base);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn interner(tag_sets_max: usize) -> TagInterner {
        let limits = Limits { tag_sets_max, ..Limits::default() };
        TagInterner::new(&limits, [("status", "200"), ("expected_response", "true")])
    }

    fn tags(interner: &TagInterner, id: TagSetId) -> Vec<(&str, &str)> {
        interner.get(id).iter().collect()
    }

    #[test]
    fn layers_win_in_the_order_run_scenario_vu_call() {
        let mut interner = interner(100);
        let run = interner.intern(TagSetId::EMPTY, &[("a", "run"), ("b", "run"), ("z", "run")]);
        let scenario = interner.intern(run, &[("b", "scenario"), ("c", "scenario")]);
        let vu = interner.intern(scenario, &[("d", "vu"), ("c", "vu")]);
        let call = interner.intern(vu, &[("e", "1"), ("d", "call"), ("e", "2")]);
        let expected =
            [("a", "run"), ("b", "scenario"), ("c", "vu"), ("d", "call"), ("e", "2"), ("z", "run")];
        assert_eq!(tags(&interner, call), expected);
    }

    #[test]
    fn the_same_tags_have_the_same_number_however_they_came_about() {
        let mut interner = interner(100);
        let a = interner.intern(TagSetId::EMPTY, &[("x", "1"), ("y", "2")]);
        let b = interner.intern(TagSetId::EMPTY, &[("y", "2")]);
        assert_eq!(interner.intern(b, &[("x", "1")]), a);
        assert_eq!(interner.remove(a, "x"), b);
        assert_eq!(interner.remove(b, "y"), TagSetId::EMPTY);
        assert_eq!(interner.intern(a, &[]), a);
        assert_eq!(interner.len(), 4);
    }

    #[test]
    fn overflow_keeps_what_thresholds_select_on_and_is_counted() {
        let mut interner = interner(3);
        let fits = interner.intern(TagSetId::EMPTY, &[("url", "0")]);
        assert!(!interner.get(fits).is_overflow());
        for index in 1..50 {
            let url = index.to_string();
            let id = interner.intern(TagSetId::EMPTY, &[("url", &url), ("status", "200")]);
            assert_eq!(tags(&interner, id), [OVERFLOW_TAG, ("status", "200")]);
            let id = interner.intern(TagSetId::EMPTY, &[("url", &url), ("status", "500")]);
            assert_eq!(id, TagSetId::OVERFLOW);
        }
        assert_eq!(interner.take_reached().tag_sets, 98);
        assert_eq!(interner.take_reached().tag_sets, 0);
        assert_eq!(interner.len(), 4);
        // Known sets are still found.
        assert_eq!(interner.intern(TagSetId::EMPTY, &[("url", "0")]), fits);
    }

    #[test]
    fn sets_beyond_the_reserve_are_the_overflow_set() {
        let values: Vec<String> = (0..2_000).map(|n| n.to_string()).collect();
        let kept = values.iter().map(|value| ("k", value.as_str()));
        let mut interner = TagInterner::new(&Limits { tag_sets_max: 2, ..Limits::default() }, kept);
        let ids: Vec<TagSetId> =
            values.iter().map(|value| interner.intern(TagSetId::EMPTY, &[("k", value)])).collect();
        assert_eq!(interner.len(), 2 + OVERFLOW_SETS_MAX);
        assert_eq!(ids.last(), Some(&TagSetId::OVERFLOW));
        assert_eq!(interner.get(ids[0]).get("k"), Some("0"));
    }

    #[test]
    fn long_texts_are_clipped_at_a_letter_and_counted() {
        let limits = Limits { tag_value_bytes_max: 5, ..Limits::default() };
        let mut interner = TagInterner::new(&limits, []);
        let id = interner.intern(TagSetId::EMPTY, &[("k", "abcdä"), ("l", "12345")]);
        assert_eq!(tags(&interner, id), [("k", "abcd"), ("l", "12345")]);
        assert_eq!(interner.take_reached().tag_values_clipped, 1);
    }

    #[test]
    fn a_set_with_too_many_tags_overflows() {
        let names: Vec<String> = (0..200).map(|n| format!("t{n}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        let mut interner = interner(100);
        assert_eq!(interner.intern(TagSetId::EMPTY, &many), TagSetId::OVERFLOW);
        assert_eq!(interner.take_reached().tag_sets, 1);
    }

    #[test]
    fn a_foreign_number_is_the_overflow_set() {
        assert!(interner(100).get(TagSetId(77)).is_overflow());
    }

    proptest! {
        #[test]
        fn interning_layers_equals_one_set_of_all(
            layers in proptest::collection::vec(
                proptest::collection::vec(("[a-e]", "[x-z]{0,2}"), 0..6), 0..5)
        ) {
            let mut interner = interner(1_000);
            let mut id = TagSetId::EMPTY;
            for layer in &layers {
                let pairs: Vec<_> = layer.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                id = interner.intern(id, &pairs);
            }
            let whole = TagSet::new(layers.iter().flatten().map(|(n, v)| (n, v)));
            prop_assert_eq!(interner.get(id).as_ref(), &whole);
        }
    }
}
