//! The option `localIPs`: the addresses of this machine that virtual users send from.
//!
//! Pure arithmetic: ranges become one long list that is never written out, and each virtual user
//! has its place in it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Local addresses, dealt out to virtual users in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalIps {
    /// First address and how many there are, in the order in which they were given.
    blocks: Vec<(IpAddr, u128)>,
}

impl LocalIps {
    /// A pool of ranges, `first` to `last` with both included. Ranges that run backwards or change
    /// the family are empty.
    #[must_use]
    pub fn new(ranges: impl IntoIterator<Item = (IpAddr, IpAddr)>) -> Self {
        let block = |(first, last)| match (first, last) {
            (IpAddr::V4(from), IpAddr::V4(to)) if from <= to => {
                Some((first, u128::from(to.to_bits() - from.to_bits()) + 1))
            }
            (IpAddr::V6(from), IpAddr::V6(to)) if from <= to => {
                Some((first, (to.to_bits() - from.to_bits()).saturating_add(1)))
            }
            _ => None,
        };
        Self { blocks: ranges.into_iter().filter_map(block).collect() }
    }

    /// The address at this place, over and over again; none when the pool is empty.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<IpAddr> {
        let total = self.blocks.iter().fold(0, |sum: u128, (_, count)| sum.saturating_add(*count));
        let mut index = u128::from(index).checked_rem(total)?;
        for &(first, count) in &self.blocks {
            if index < count {
                return Some(match first {
                    IpAddr::V4(first) => {
                        Ipv4Addr::from_bits(first.to_bits().wrapping_add(index as u32)).into()
                    }
                    IpAddr::V6(first) => {
                        Ipv6Addr::from_bits(first.to_bits().wrapping_add(index)).into()
                    }
                });
            }
            index -= count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pool(ranges: &[(&str, &str)]) -> LocalIps {
        LocalIps::new(ranges.iter().map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap())))
    }

    #[test]
    fn addresses_go_round_in_the_order_of_the_ranges() {
        let pool = pool(&[("10.0.0.9", "10.0.0.10"), ("::5", "::5"), ("127.0.0.255", "127.0.1.0")]);
        let all: Vec<_> = (0..7).map(|index| pool.get(index).unwrap().to_string()).collect();
        let one_round = ["10.0.0.9", "10.0.0.10", "::5", "127.0.0.255", "127.0.1.0"];
        assert_eq!(all[..5], one_round);
        assert_eq!(all[5..], one_round[..2]);
    }

    #[test]
    fn a_pool_may_be_empty_or_everything() {
        assert_eq!(LocalIps::default().get(3), None);
        assert_eq!(pool(&[("10.0.0.9", "10.0.0.8"), ("1.1.1.1", "::1")]).get(0), None);
        let most = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        let everything = pool(&[("::", most), ("::", most)]);
        assert_eq!(everything.get(u64::MAX).unwrap().to_string(), "::ffff:ffff:ffff:ffff");
    }

    proptest! {
        #[test]
        fn every_address_is_in_its_range(first: u32, count in 0_u32..1000, index: u64) {
            let last = first.saturating_add(count);
            let (first, last) = (IpAddr::V4(first.into()), IpAddr::V4(last.into()));
            let ip = LocalIps::new([(first, last)]).get(index).unwrap();
            prop_assert!(first <= ip && ip <= last);
        }
    }
}
