//! A set of a force's entities, as the node's numbers for them that hold across data epochs. Written by the node, read
//! by this crate alone: `Debug` shows nothing, and there are no getters outside.

use std::fmt;

use roaring::{MultiOps, RoaringBitmap};

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
