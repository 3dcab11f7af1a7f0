//! Tags: what sets one sample of a metric apart from another.
//!
//! A [`TagSet`] is immutable, sorted and shared; it is made once for each distinct set by the
//! [`TagInterner`] of a worker. Layers are merged by interning one on top of the other, from weak
//! to strong: run, scenario, VU, call. [`Metadata`] goes along with single samples to outputs, is
//! never part of a set and never selects a submetric: it is for values that differ from sample to
//! sample (`vu`, `iter`), which would make every set a new one.

mod interner;
mod system;

pub use interner::{TagInterner, TagSetId};
pub use system::{SystemTag, SystemTags};

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The tag that marks sets in which tags are missing because a bound was reached.
pub const OVERFLOW_TAG: (&str, &str) = ("squall_overflow", "true");

/// A set of tags: names and values, sorted by name, each name once.
#[derive(Clone, Debug, Default)]
pub struct TagSet {
    pairs: Box<[(Arc<str>, Arc<str>)]>,
    hash: u64,
}

impl TagSet {
    /// Makes a set; of pairs with the same name the last one counts.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter();
        let mut pairs: Vec<(Arc<str>, Arc<str>)> =
            pairs.map(|(name, value)| (name.as_ref().into(), value.as_ref().into())).collect();
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|later, first| later.0 == first.0);
        Self::from_sorted(pairs)
    }

    /// `pairs` are sorted by name and have each name once.
    fn from_sorted(pairs: Vec<(Arc<str>, Arc<str>)>) -> Self {
        debug_assert!(pairs.is_sorted_by(|a, b| a.0 < b.0));
        let hash = hash_of(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
        Self { pairs: pairs.into_boxed_slice(), hash }
    }

    /// The value of a tag.
    pub fn get(&self, name: &str) -> Option<&str> {
        let index = self.pairs.binary_search_by(|pair| pair.0.as_ref().cmp(name)).ok()?;
        Some(&self.pairs[index].1)
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// True for the set without tags.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// True if every one of these tags is in this set with this value.
    pub fn contains_all<'a>(&self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
        tags.into_iter().all(|(name, value)| self.get(name) == Some(value))
    }

    /// True if a bound was reached and tags are missing here.
    pub fn is_overflow(&self) -> bool {
        self.get(OVERFLOW_TAG.0) == Some(OVERFLOW_TAG.1)
    }
}

impl PartialEq for TagSet {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.pairs == other.pairs
    }
}

impl Eq for TagSet {}

impl Hash for TagSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Serialize for TagSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_pairs(self.iter(), serializer)
    }
}

/// Hash of pairs that are sorted by name.
fn hash_of<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> u64 {
    let mut hasher = FxHasher::default();
    for (name, value) in pairs {
        name.hash(&mut hasher);
        value.hash(&mut hasher);
    }
    hasher.finish()
}

/// Facts that go with a sample to outputs and are not indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pairs: Vec<(Arc<str>, Arc<str>)>,
}

impl Metadata {
    /// Makes metadata; of pairs with the same name the last one counts.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { pairs: TagSet::new(pairs).pairs.into_vec() }
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// True if there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_pairs(self.iter(), serializer)
    }
}

fn serialize_pairs<'a, S: Serializer>(
    pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (name, value) in pairs {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_sorted_and_the_last_value_counts() {
        let set = TagSet::new([("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert_eq!(set, TagSet::new([("a", "2"), ("b", "3")]));
        assert_eq!((set.get("b"), set.get("c"), set.len()), (Some("3"), None, 2));
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"{"a":"2","b":"3"}"#);
    }

    #[test]
    fn a_selector_matches_when_all_its_tags_do() {
        let set = TagSet::new([("status", "200"), ("name", "home"), ("group", "")]);
        assert!(set.contains_all([("status", "200")]));
        assert!(set.contains_all([("status", "200"), ("name", "home"), ("group", "")]));
        assert!(set.contains_all([]));
        assert!(!set.contains_all([("status", "2")]));
        assert!(!set.contains_all([("status", "200"), ("method", "GET")]));
    }

    #[test]
    fn names_and_values_are_not_run_together() {
        assert_ne!(TagSet::new([("ab", "c")]), TagSet::new([("a", "bc")]));
        assert_ne!(TagSet::new([("a", "b"), ("c", "d")]), TagSet::new([("a", "bc"), ("d", "")]));
    }

    #[test]
    fn metadata_serialises_as_a_map() {
        let metadata = Metadata::new([("vu", "7"), ("iter", "0")]);
        assert_eq!(serde_json::to_string(&metadata).unwrap(), r#"{"iter":"0","vu":"7"}"#);
        assert!(!metadata.is_empty());
        assert!(Metadata::default().is_empty());
    }
}
