//! A set of a force's entities, as the node's numbers for them that hold across data epochs. Written by the node, read
//! by this crate alone: `Debug` shows nothing, and there are no getters outside.

use std::fmt;

use roaring::{MultiOps, RoaringBitmap};

/// Words whose bits one container of a bitmap holds.
const CONTAINER_WORDS: usize = (1 << 16) / 64;

/// Distinct entities of one dataset.
#[derive(Clone, Default, PartialEq)]
pub struct EntitySet(RoaringBitmap);

impl EntitySet {
    /// The entities with these numbers, in any order and any number of times.
    pub fn of(mut numbers: Vec<u32>) -> Self {
        // Numbers come in a few ascending runs, which this sort takes as they are.
        numbers.sort();
        numbers.dedup();
        Self(RoaringBitmap::from_sorted_iter(numbers).unwrap_or_default())
    }

    /// The entities whose bits are set: number n is bit n % 64 of word n / 64.
    pub fn of_bits(words: &[u64]) -> Self {
        let mut set = RoaringBitmap::new();
        // A container at a time, so that the bytes of all words need not lie beside each other.
        for (words, first) in words.chunks(CONTAINER_WORDS).zip((0_u32..).step_by(CONTAINER_WORDS * 64)) {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            set |= RoaringBitmap::from_lsb0_bytes(first, &bytes);
        }
        Self(set)
    }

    /// The entities that stand in any of these.
    pub(crate) fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        Self(sets.into_iter().map(|set| &set.0).union())
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    /// How many of this set are not in `other`.
    pub(crate) fn without(&self, other: &Self) -> u64 {
        self.0.difference_len(&other.0)
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        self.0.serialize_into(bytes)
    }

    pub(crate) fn read(bytes: &mut &[u8]) -> std::io::Result<Self> {
        RoaringBitmap::deserialize_from(bytes).map(Self)
    }
}

impl fmt::Debug for EntitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntitySet(…)")
    }
}

impl FromIterator<u32> for EntitySet {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        Self::of(numbers.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::EntitySet;

    proptest! {
        #[test]
        fn bits_are_the_numbers_that_they_stand_for(
            numbers in prop::collection::vec(prop_oneof![0_u32..100, 60_000_u32..70_000, 131_000_u32..131_200], 0..300),
            full: bool,
        ) {
            let numbers: Vec<u32> = numbers.into_iter().chain((0..9_000).filter(|_| full)).collect();
            let mut words = vec![0_u64; numbers.iter().max().map_or(0, |most| *most as usize / 64 + 1)];
            numbers.iter().for_each(|number| words[*number as usize / 64] |= 1 << (number % 64));
            prop_assert_eq!(EntitySet::of_bits(&words), EntitySet::of(numbers));
        }
    }
}
