//! Sets of numbers, added up as the field of two elements does: what stands in both goes. Most numbers are missing: 64 of them stand in a
//! word, and words without any are left out, so that a set of few costs little and a full one no more than its bits.
#![expect(clippy::indexing_slicing, reason = "words are made for all numbers that there are")]

use std::cmp::Ordering;

/// Numbers in a word.
const BITS: u32 = 64;

/// A set: its words in their order, by their numbers, none of them zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row(Vec<(u32, u64)>);

impl Row {
    /// One number.
    pub(super) fn of(number: u32) -> Self {
        Self(vec![(number / BITS, 1 << (number % BITS))])
    }

    /// The numbers, rising.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|&(at, word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let place = left.checked_ilog2().map(|_| left.trailing_zeros())?;
                left &= left - 1;
                Some(at * BITS + place)
            })
        })
    }

    /// Adds another: what stands in exactly one of the two is left. `spare` keeps its room for the next sum.
    pub(super) fn add(&mut self, other: &Self, spare: &mut Self) {
        let (mut one, mut two) = (self.0.as_slice(), other.0.as_slice());
        let sum = &mut spare.0;
        sum.clear();
        while let (Some((first, ones)), Some((second, twos))) = (one.split_first(), two.split_first()) {
            match first.0.cmp(&second.0) {
                Ordering::Less => {
                    sum.push(*first);
                    one = ones;
                }
                Ordering::Greater => {
                    sum.push(*second);
                    two = twos;
                }
                Ordering::Equal => {
                    if first.1 != second.1 {
                        sum.push((first.0, first.1 ^ second.1));
                    }
                    (one, two) = (ones, twos);
                }
            }
        }
        sum.extend_from_slice(one);
        sum.extend_from_slice(two);
        std::mem::swap(&mut self.0, sum);
    }

    /// How many words it has.
    pub(super) fn length(&self) -> u64 {
        self.0.len() as u64
    }
}

/// A set with all its words, for one after another: whether a number stands in it takes one look.
#[derive(Debug, Clone)]
pub(super) struct Words(Vec<u64>);

impl Words {
    /// Nothing yet, of numbers below this.
    pub(super) fn new(numbers: usize) -> Self {
        Self(vec![0; numbers.div_ceil(BITS as usize)])
    }

    /// Adds a row: added again, it is gone.
    pub(super) fn add(&mut self, row: &Row) {
        row.0.iter().for_each(|&(at, word)| self.0[at as usize] ^= word);
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0[(number / BITS) as usize] >> (number % BITS) & 1 == 1
    }
}

/// The trace of one number: numbers that have nothing in common (SplitMix64, Steele, Lea and Flood 2014). The trace of a set
/// is the sum of theirs, and that of a sum of sets the sum of those (Zobrist's hashing, 1970).
pub(super) fn trace_of(number: u32) -> u64 {
    let mut mixed = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Row, Words};

    fn row(numbers: &BTreeSet<u32>) -> Row {
        let mut row = Row::default();
        numbers.iter().for_each(|&number| row.add(&Row::of(number), &mut Row::default()));
        row
    }

    proptest! {
        #[test]
        fn rows_add_up_as_sets_do(
            one in prop::collection::btree_set(0_u32..1_000, 0..40),
            other in prop::collection::btree_set(0_u32..1_000, 0..40),
        ) {
            let expected: Vec<u32> = one.symmetric_difference(&other).copied().collect();
            let (first, second) = (row(&one), row(&other));
            let mut sum = first.clone();
            sum.add(&second, &mut Row::default());
            prop_assert_eq!(sum.numbers().collect::<Vec<_>>(), expected.clone());
            let mut words = Words::new(1_000);
            [&first, &second].into_iter().for_each(|row| words.add(row));
            prop_assert!((0..1_000).all(|number| words.has(number) == expected.contains(&number)));
            words.add(&sum);
            prop_assert!((0..1_000).all(|number| !words.has(number)));
        }
    }
}
