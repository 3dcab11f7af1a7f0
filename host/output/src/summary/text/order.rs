//! The alphabet by which names are sorted: signs, then digits, then letters, small before capital.
//!
//! k6 sorts with the collation of the root locale; for the names that metrics can have, this is
//! the same.

use std::cmp::Ordering;

/// Compares two names.
pub(super) fn by_name(a: &str, b: &str) -> Ordering {
    let letters = a.chars().map(rank).cmp(b.chars().map(rank));
    // Only when nothing but the size of letters tells names apart, it decides.
    letters
        .then_with(|| a.chars().map(char::is_uppercase).cmp(b.chars().map(char::is_uppercase)))
        .then_with(|| a.cmp(b))
}

fn rank(letter: char) -> (u8, u32) {
    /// Signs of selectors in the order of the collation.
    const SIGNS: &str = "_-,;:!?./\\()[]{}@*&#%+<=>|~$";
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    if let Some(at) = SIGNS.find(letter) {
        (0, at as u32)
    } else if letter.is_alphabetic() {
        (2, lower as u32)
    } else if letter.is_numeric() {
        (1, letter as u32)
    } else {
        (0, SIGNS.len() as u32 + letter as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_observed() {
        let sorted = ["a_b", "A_c", "a1b", "aab", "aAc", "ab1", "bbb", "Zaa"];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, sorted);
    }

    #[test]
    fn a_metric_comes_before_its_submetrics() {
        assert_eq!(by_name("checks", "checks{group:::outer}"), Ordering::Less);
        assert_eq!(by_name("x{nosuch:tag}", "x{status:404}"), Ordering::Less);
        assert_eq!(by_name("my_counter{kind:x}", "my_counter_time"), Ordering::Greater);
    }

    #[test]
    fn only_the_same_name_is_equal() {
        assert_eq!(by_name("abc", "abc"), Ordering::Equal);
        assert_eq!(by_name("abc", "Abc"), Ordering::Less);
        assert_eq!(by_name("é", "e"), Ordering::Greater);
    }
}
