//! Rows of zeros and ones over classes, the arithmetic of the field of two elements. Most are zero: 64 of them stand in a word, and
//! words without any one are left out, so that a row of few classes costs little and a full one no more than its bits.
#![expect(clippy::indexing_slicing, reason = "words are made for the number of classes there are")]

use std::cmp::Ordering;

/// Classes in a word.
const BITS: u32 = 64;

/// A row: its words in their order, by their numbers, none of them zero.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    words: Vec<(u32, u64)>,
    trace: u64,
}

impl Row {
    /// The classes at which the row is one, rising.
    pub(super) fn classes(&self) -> impl Iterator<Item = u32> {
        self.words.iter().flat_map(|&(at, word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let place = left.checked_ilog2().map(|_| left.trailing_zeros())?;
                left &= left - 1;
                Some(at * BITS + place)
            })
        })
    }

    pub(super) fn has(&self, class: u32) -> bool {
        let held = self.words.binary_search_by_key(&(class / BITS), |&(at, _)| at);
        held.is_ok_and(|place| self.words[place].1 >> (class % BITS) & 1 == 1)
    }

    /// The sum of two rows: one where exactly one of them is.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let (mut one, mut two) = (self.words.as_slice(), other.words.as_slice());
        let mut sum = Vec::with_capacity(one.len() + two.len());
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
        sum.extend(one.iter().chain(two));
        Self { words: sum, trace: self.trace ^ other.trace }
    }

    /// A number that equal rows share, and others hardly ever: that of a sum is the sum of theirs (Zobrist's hashing, 1970).
    pub(super) fn trace(&self) -> u64 {
        self.trace
    }

    /// How many words it has.
    pub(super) fn length(&self) -> u64 {
        self.words.len() as u64
    }

    /// The numbers of the words that another row does not have.
    pub(super) fn words_beyond(&self, other: &Self) -> impl Iterator<Item = u32> {
        let mut held = other.words.iter().peekable();
        let lacks = move |&&(at, _): &&(u32, u64)| {
            while held.next_if(|(other, _)| *other < at).is_some() {}
            held.next_if(|(other, _)| *other == at).is_none()
        };
        self.words.iter().filter(lacks).map(|&(at, _)| at)
    }
}

/// The number of the word in which a class stands.
pub(super) fn word_of(class: u32) -> usize {
    (class / BITS) as usize
}

/// The trace of a row of one class: numbers that have nothing in common (SplitMix64, Steele, Lea and Flood 2014).
pub(super) fn trace_of(class: u32) -> u64 {
    let mut mixed = (u64::from(class) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// A row that is being put together, with all its words, for one row after another.
#[derive(Debug, Clone)]
pub(super) struct Words {
    all: Vec<u64>,
    /// The numbers of words that were touched, some more than once.
    touched: Vec<u32>,
}

impl Words {
    /// Zeros over so many classes.
    pub(super) fn new(classes: usize) -> Self {
        Self { all: vec![0; classes.div_ceil(BITS as usize)], touched: Vec::new() }
    }

    pub(super) fn set(&mut self, class: u32) {
        self.put(class / BITS, |word| word | 1 << (class % BITS));
    }

    pub(super) fn add(&mut self, row: &Row) {
        row.words.iter().for_each(|&(at, other)| self.put(at, |word| word ^ other));
    }

    fn put(&mut self, at: u32, change: impl Fn(u64) -> u64) {
        let word = &mut self.all[at as usize];
        if *word == 0 {
            self.touched.push(at);
        }
        *word = change(*word);
    }

    /// What was put together, which leaves zeros.
    pub(super) fn take(&mut self) -> Row {
        self.touched.sort_unstable();
        self.touched.dedup();
        let words = self.touched.drain(..).map(|at| (at, std::mem::take(&mut self.all[at as usize])));
        let mut row = Row { words: words.filter(|(_, word)| *word != 0).collect(), trace: 0 };
        row.trace = row.classes().fold(0, |trace, class| trace ^ trace_of(class));
        row
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Row, Words, trace_of, word_of};

    fn row(classes: &BTreeSet<u32>) -> Row {
        let mut words = Words::new(1_000);
        classes.iter().for_each(|&class| words.set(class));
        words.take()
    }

    proptest! {
        #[test]
        fn rows_add_up_as_sets_of_classes_do(
            one in prop::collection::btree_set(0_u32..1_000, 0..40),
            other in prop::collection::btree_set(0_u32..1_000, 0..40),
        ) {
            let expected: Vec<u32> = one.symmetric_difference(&other).copied().collect();
            let (first, second) = (row(&one), row(&other));
            let sum = first.plus(&second);
            prop_assert_eq!(sum.classes().collect::<Vec<_>>(), expected.clone());
            prop_assert!((0..1_000).all(|class| sum.has(class) == expected.contains(&class)));
            prop_assert_eq!(sum.trace(), expected.iter().fold(0, |trace, &class| trace ^ trace_of(class)));
            let mut words = Words::new(1_000);
            [&first, &second].into_iter().for_each(|row| words.add(row));
            prop_assert_eq!(words.take().classes().collect::<Vec<_>>(), expected);
            let words = |of: &BTreeSet<u32>| of.iter().map(|&class| word_of(class)).collect::<BTreeSet<usize>>();
            let beyond: Vec<usize> = words(&one).difference(&words(&other)).copied().collect();
            prop_assert_eq!(first.words_beyond(&second).map(|at| at as usize).collect::<Vec<_>>(), beyond);
        }
    }
}
