//! Arrivals as if by chance: a Poisson process, given how many arrivals there are.
//!
//! What is known of a Poisson process when the number of its arrivals is known: each lies anywhere
//! under the rate, independently of the others. Taken in order, the first of n that are left lies
//! at `1 - u^(1/n)` of what is left, with u evenly from 0 to 1 (D. E. Knuth, The Art of Computer
//! Programming 3.4.1; L. Devroye, Non-Uniform Random Variate Generation, V.3.1). So gaps are those
//! of chance, while a plan has as many arrivals as it has evenly spaced, which keeps totals the
//! same from run to run.
//!
//! Every number comes from the seed and the index alone. All shares walk the same process and
//! take what is theirs.

/// The increment and the finalizer of `SplitMix64` (G. L. Steele, D. Lea, C. H. Flood, Fast
/// splittable pseudorandom number generators, 2014).
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A walk over the arrivals.
#[derive(Debug, Clone)]
pub(crate) struct Poisson {
    seed: u64,
    count: u64,
    /// Arrivals that have been walked over.
    walked: u64,
    /// What lies behind the last of them, from 1 to 0.
    left: f64,
}

impl Poisson {
    pub(crate) fn new(seed: u64, count: u64) -> Self {
        Self { seed: mix(seed), count, walked: 0, left: 1.0 }
    }

    /// Where arrival `index` lies, from 0 to 1. Indexes must rise from call to call and be below
    /// the count.
    pub(crate) fn position(&mut self, index: u64) -> f64 {
        while self.walked <= index {
            let remaining = self.count.saturating_sub(self.walked).max(1) as f64;
            self.left *= (chance(self.seed, self.walked).ln() / remaining).exp();
            self.walked += 1;
        }
        1.0 - self.left
    }
}

/// A number above 0 and at most 1.
fn chance(seed: u64, index: u64) -> f64 {
    let bits = mix(seed.wrapping_add(index.wrapping_add(1).wrapping_mul(GAMMA)));
    ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Anderson-Darling statistic of positions against "anywhere, evenly".
    fn anderson_darling(sorted: &[f64]) -> f64 {
        let n = sorted.len() as f64;
        let sum: f64 = (0..sorted.len())
            .map(|i| {
                let mirrored = sorted[sorted.len() - 1 - i];
                (2 * i + 1) as f64 * (sorted[i].ln() + (-mirrored).ln_1p())
            })
            .sum();
        -n - sum / n
    }

    fn positions(seed: u64, count: u64) -> Vec<f64> {
        let mut poisson = Poisson::new(seed, count);
        (0..count).map(|index| poisson.position(index)).collect()
    }

    #[test]
    fn positions_rise_and_lie_anywhere() {
        for seed in 0..20 {
            let all = positions(seed, 10_000);
            assert!(all.is_sorted() && all[0] > 0.0 && all[9_999] < 1.0);
            // 5 % of all samples are above 2.492; one in a million is above 12.
            let statistic = anderson_darling(&all);
            assert!(statistic < 12.0, "seed {seed}: {statistic}");
        }
        let above = (0..1_000).filter(|&seed| anderson_darling(&positions(seed, 500)) > 2.492);
        let above = above.count();
        // 50 are expected; 15 and 95 are more than six standard deviations away.
        assert!((15..95).contains(&above), "{above} of 1000");
    }

    #[test]
    fn gaps_are_exponential() {
        let all = positions(7, 100_000);
        let mut gaps: Vec<f64> = all.windows(2).map(|pair| (pair[1] - pair[0]) * 1e5).collect();
        gaps.sort_by(f64::total_cmp);
        let even: Vec<f64> = gaps.iter().map(|gap| -(-gap).exp_m1()).collect();
        let statistic = anderson_darling(&even);
        assert!(statistic < 12.0, "{statistic}");
    }

    #[test]
    fn what_is_skipped_changes_nothing() {
        let all = positions(3, 100);
        let mut skipping = Poisson::new(3, 100);
        for index in (1..100).step_by(7) {
            assert_eq!(skipping.position(index).to_bits(), all[index as usize].to_bits());
        }
        assert_ne!(positions(4, 100), all);
    }
}
