//! Random numbers for think times and for picking test data. Every VU has its own sequence.
//!
//! The generator is fast and small (`wyrand`), good for spreading load and for nothing secret.
//! [`seed`] makes a sequence repeatable, as k6's `randomSeed` does.

use std::cell::Cell;
use std::ops::Range;

use crate::{execution, timers};

thread_local! {
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Starts the sequence of this VU over, from this seed.
pub fn seed(seed: u64) {
    STATE.set(Some(seed));
}

/// Any number.
#[must_use]
pub fn number() -> u64 {
    // Not at the start of the instance: VUs may be copies of one that has started.
    let mut state = STATE.get().unwrap_or_else(fresh_seed);
    let number = next(&mut state);
    STATE.set(Some(state));
    number
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0xa076_1d64_78bd_642f);
    let product = u128::from(*state) * u128::from(*state ^ 0xe703_7ed1_a0b4_28db);
    (product >> 64) as u64 ^ product as u64
}

/// Numbers for the crate's own use, apart from the sequence that a script may have seeded.
pub(crate) fn apart() -> impl FnMut() -> u64 {
    let mut state = fresh_seed();
    move || next(&mut state)
}

/// A number from 0 up to, but not including, `end`; 0 when `end` is 0.
#[must_use]
pub fn below(end: u64) -> u64 {
    ((u128::from(number()) * u128::from(end)) >> 64) as u64
}

/// A number in a range: `random::between(0.5..2.5)`.
#[must_use]
pub fn between(range: Range<f64>) -> f64 {
    // 53 bits are what an f64 holds.
    let unit = (number() >> 11) as f64 / (1_u64 << 53) as f64;
    range.start + (range.end - range.start) * unit
}

/// One of these, each as likely as the others.
///
/// # Panics
///
/// When there is nothing to pick from.
#[must_use]
#[track_caller]
pub fn item<T>(items: &[T]) -> &T {
    assert!(!items.is_empty(), "random::item: nothing to pick from");
    &items[below(items.len() as u64) as usize]
}

fn fresh_seed() -> u64 {
    let vu = execution::vu().id_in_test.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    vu ^ timers::wall_clock().as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Host;

    #[test]
    fn a_seed_repeats_the_sequence() {
        seed(7);
        let first: Vec<u64> = (0..5).map(|_| number()).collect();
        seed(7);
        let second: Vec<u64> = (0..5).map(|_| number()).collect();
        assert_eq!(first, second);
        seed(8);
        assert_ne!(first[0], number());
    }

    #[test]
    fn numbers_stay_in_their_range_and_fill_it() {
        seed(1);
        let mut seen = [0_u32; 7];
        for _ in 0..7_000 {
            seen[below(7) as usize] += 1;
            let pause = between(0.5..2.5);
            assert!((0.5..2.5).contains(&pause), "{pause}");
        }
        assert!(seen.iter().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
        assert_eq!(below(0), 0);
    }

    #[test]
    fn vus_differ() {
        let host = Host::new();
        host.set_vu(1, 0);
        STATE.set(None);
        let one = number();
        host.set_vu(2, 0);
        STATE.set(None);
        assert_ne!(one, number());
    }

    #[test]
    fn item_picks_from_all() {
        seed(3);
        let mut picked: Vec<&str> = (0..100).map(|_| *item(&["a", "b", "c"])).collect();
        picked.sort_unstable();
        picked.dedup();
        assert_eq!(picked, ["a", "b", "c"]);
    }
}
