//! Inputs out of inputs: changed bytes, pieces of other seeds, repeats, cuts. The same seeds give
//! the same inputs, in the same order, on every machine.

use fastrand::Rng;

/// The most changes to one input.
const CHANGES_MAX: usize = 6;

/// Bytes of an input beyond which nothing is added to it; seeds may be longer.
const GROWN_BYTES_MAX: usize = 4_096;

/// The most repeats of one piece: what recurses is to get somewhere.
const REPEATS_MAX: usize = 64;

/// What parsers of all kinds trip over.
const TOKENS: [&[u8]; 30] = [
    b"\0",
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"\\",
    b"%",
    b"%00",
    b"%ff",
    b"/",
    b"..",
    b":",
    b";",
    b",",
    b"=",
    b"-",
    b"0",
    b"-1",
    b"65536",
    b"4294967296",
    b"18446744073709551616",
    b"1e309",
    b"\x7f",
    b"\xff",
    "\u{fc}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{1f30a}".as_bytes(),
];

/// Makes inputs of seeds.
pub(crate) struct Mutator<'s> {
    rng: Rng,
    seeds: &'s [Vec<u8>],
}

impl<'s> Mutator<'s> {
    /// There must be a seed; the name decides which inputs come.
    pub(crate) fn new(name: &str, seeds: &'s [Vec<u8>]) -> Self {
        let number = name.bytes().fold(7, |sum: u64, byte| sum * 31 % (1 << 50) + u64::from(byte));
        Self { rng: Rng::with_seed(number), seeds }
    }

    /// A seed with one or a few changes.
    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        for _ in 0..self.rng.usize(1..=CHANGES_MAX) {
            self.change(&mut input);
        }
        input
    }

    fn seed(&mut self) -> &'s [u8] {
        &self.seeds[self.rng.usize(..self.seeds.len())]
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let place = self.rng.usize(..=input.len());
        let may_grow = input.len() < GROWN_BYTES_MAX;
        match self.rng.u8(..10) {
            0 => {
                if let Some(byte) = input.get_mut(place) {
                    *byte ^= 1 << self.rng.u8(..8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(place) {
                    *byte = self.rng.u8(..);
                }
            }
            2 | 3 if may_grow => {
                let token = TOKENS[self.rng.usize(..TOKENS.len())];
                input.splice(place..place, token.iter().copied());
            }
            4 => {
                let token = TOKENS[self.rng.usize(..TOKENS.len())];
                let end = (place + token.len()).min(input.len());
                input.splice(place..end, token.iter().copied());
            }
            5 => {
                let end = self.end_of_piece(place, input.len());
                input.drain(place..end);
            }
            6 => input.truncate(place),
            7 if may_grow => {
                let end = self.end_of_piece(place, input.len());
                let piece = input[place..end].repeat(self.rng.usize(1..=REPEATS_MAX));
                input.splice(place..place, piece);
            }
            _ if may_grow => {
                let other = self.seed();
                let start = self.rng.usize(..=other.len());
                let end = self.end_of_piece(start, other.len());
                input.splice(place..place, other[start..end].iter().copied());
            }
            _ => {}
        }
    }

    /// Most often a short piece, now and then all the rest.
    fn end_of_piece(&mut self, start: usize, length: usize) -> usize {
        let longest = [4, 16, usize::MAX][self.rng.usize(..3)];
        start + self.rng.usize(..=(length - start).min(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_differ_and_come_again() {
        let seeds = vec![b"GET / HTTP/1.1".to_vec(), Vec::new()];
        let inputs = |name| {
            let mut mutator = Mutator::new(name, &seeds);
            (0..500).map(|_| mutator.next_input()).collect::<Vec<_>>()
        };
        let first = inputs("one");
        assert_eq!(first, inputs("one"));
        assert_ne!(first, inputs("two"));
        let mut distinct = first.clone();
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() > first.len() / 2, "{}", distinct.len());
        let longest = first.iter().map(Vec::len).max();
        assert!(longest < Some(2 * REPEATS_MAX * GROWN_BYTES_MAX), "{longest:?}");
    }
}
