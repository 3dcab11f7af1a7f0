//! Medians and what is said of a set of values. Pure.

/// The middle value, or the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// `value / base`, where both are there and the quotient is a number.
pub fn ratio(value: Option<f64>, base: Option<f64>) -> Option<f64> {
    Some(value? / base?).filter(|ratio| ratio.is_finite())
}

/// The median of the quotients of values that were measured one after the other: what slowed both
/// falls out. Values without a partner do not count.
pub fn paired_ratio(values: &[f64], bases: &[f64]) -> Option<f64> {
    let pairs = values.iter().zip(bases);
    median(pairs.filter_map(|(value, base)| ratio(Some(*value), Some(*base))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0]), Some(2.5));
    }

    #[test]
    fn ratios() {
        assert_eq!(ratio(Some(1.0), Some(4.0)), Some(0.25));
        assert_eq!(ratio(Some(1.0), Some(0.0)), None);
        assert_eq!(ratio(None, Some(4.0)), None);
        assert_eq!(ratio(Some(1.0), None), None);
    }

    #[test]
    fn pairs_are_compared_before_the_median_is_taken() {
        // The machine became three times slower for the second round and the third.
        assert_eq!(paired_ratio(&[10.0, 30.0, 33.0], &[20.0, 60.0, 60.0]), Some(0.5));
        assert_eq!(paired_ratio(&[10.0, 30.0], &[20.0]), Some(0.5));
        assert_eq!(paired_ratio(&[], &[20.0]), None);
    }
}
