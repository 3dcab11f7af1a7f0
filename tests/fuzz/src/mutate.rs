//! From seeds to inputs nearby. Pure: the same name and number make the same input.

/// Bytes that parsers treat in a way of their own.
const ODD: &[u8] = b"\0\t\n\r \"#%&'()*+,-./0179:;<=>?@A[\\]^_`az{|}~\x7f\x80\xbf\xc3\xe2\xf0\xff";

/// Most bytes of an input; repeating stops there.
const BYTES_MAX: usize = 4 << 10;

/// Input number `number` of the target `name`.
pub(crate) fn input(name: &str, seeds: &[&[u8]], number: u64) -> Vec<u8> {
    let salt = name.bytes().fold(number, |hash, byte| mix(hash ^ u64::from(byte)));
    let mut chance = Chance(salt);
    let seed = |chance: &mut Chance| {
        seeds.get(chance.below(seeds.len())).map(|seed| seed.to_vec()).unwrap_or_default()
    };
    let mut input = seed(&mut chance);
    if chance.below(4) == 0 {
        let other = seed(&mut chance);
        let (cut, from) = (chance.below(input.len() + 1), chance.below(other.len() + 1));
        input.truncate(cut);
        input.extend_from_slice(&other[from..]);
    }
    for _ in 0..=chance.below(6) {
        damage(&mut input, &mut chance);
    }
    input.truncate(BYTES_MAX);
    input
}

fn damage(input: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let end = (at + 1 + chance.below(16)).min(input.len());
    match chance.below(7) {
        0 if at < input.len() => input[at] ^= 1 << chance.below(8),
        1 if at < input.len() => input[at] = ODD[chance.below(ODD.len())],
        2 => input.insert(at, ODD[chance.below(ODD.len())]),
        3 => {
            input.drain(at..end.max(at));
        }
        4 => {
            let piece = input[at..end.max(at)].to_vec();
            let times = 1 << chance.below(8);
            for _ in 0..times {
                if input.len() < BYTES_MAX {
                    input.splice(at..at, piece.iter().copied());
                }
            }
        }
        5 => input.truncate(at),
        _ => {
            let odd = [chance.next().to_le_bytes(), chance.next().to_le_bytes()].concat();
            let length = chance.below(odd.len() + 1);
            input.splice(at..at, odd[..length].iter().copied());
        }
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `limit`; 0 when that is 0.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn inputs_differ_and_come_again() {
        let seeds: &[&[u8]] = &[b"GET / HTTP/1.1\r\n\r\n", b"a=1; b=2"];
        let all: BTreeSet<Vec<u8>> = (0..1_000).map(|number| input("x", seeds, number)).collect();
        assert!(all.len() > 900, "{}", all.len());
        assert!(all.iter().all(|input| input.len() <= BYTES_MAX));
        assert_eq!(input("x", seeds, 7), input("x", seeds, 7));
        assert_ne!(input("x", seeds, 7), input("y", seeds, 7));
        assert!(input("x", &[], 0).len() <= BYTES_MAX);
    }
}
