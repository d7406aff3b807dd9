//! A set of a force's entities, as the node's numbers for them that hold across data epochs. Written by the node, read
//! by this crate alone: `Debug` shows nothing, and there are no getters outside.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use roaring::{MultiOps, RoaringBitmap};

mod few;
mod sets;

pub use sets::EntitySets;

/// Words whose bits one container of a bitmap holds.
const CONTAINER_WORDS: usize = (1 << 16) / 64;
/// Most entities that stand in a list. In a bitmap every 65,536 numbers with anybody take a piece of memory of their own, which is more
/// than a few entities that are scattered over millions are worth.
const FEW: usize = 1 << 10;

/// Distinct entities of one dataset. Cheap to clone where they are few.
#[derive(Clone, PartialEq)]
pub struct EntitySet(Held);

/// How many there are says how they are held, so that equal sets are held alike.
#[derive(Clone, PartialEq)]
enum Held {
    /// Rising, each once, no more than [`FEW`].
    Few(Stretch),
    /// More.
    Many(RoaringBitmap),
}

/// A stretch of a list, of which other sets may hold others.
#[derive(Clone, Default)]
struct Stretch {
    /// None of an empty one.
    list: Option<Arc<Vec<u32>>>,
    of: Range<usize>,
}

impl Stretch {
    fn numbers(&self) -> &[u32] {
        self.list.as_ref().and_then(|list| list.get(self.of.clone())).unwrap_or_default()
    }
}

impl From<Vec<u32>> for Stretch {
    fn from(list: Vec<u32>) -> Self {
        let of = 0..list.len();
        Self { list: Some(Arc::new(list)), of }
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.numbers() == other.numbers()
    }
}

enum Numbers<'s> {
    Few(std::slice::Iter<'s, u32>),
    Many(roaring::bitmap::Iter<'s>),
}

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Few(numbers) => numbers.next().copied(),
            Self::Many(bitmap) => bitmap.next(),
        }
    }
}

impl Default for EntitySet {
    fn default() -> Self {
        Self(Held::Few(Stretch::default()))
    }
}

/// Most numbers that are sorted one by one sooner than run by run.
const RUNS_FROM: usize = 256;

/// Sorts numbers that come in a few ascending runs mostly, which a stable sort takes as they are where they are many.
fn sort_runs(numbers: &mut [u32]) {
    if numbers.len() < RUNS_FROM { numbers.sort_unstable() } else { numbers.sort() }
}

impl EntitySet {
    /// The entities with these numbers, in any order and any number of times.
    pub fn of(mut numbers: Vec<u32>) -> Self {
        if !numbers.is_sorted_by(|one, next| one < next) {
            sort_runs(&mut numbers);
            numbers.dedup();
        }
        Self::sorted(numbers)
    }

    /// Of rising numbers, each once.
    fn sorted(numbers: Vec<u32>) -> Self {
        match numbers.len() {
            ..=FEW => Self(Held::Few(numbers.into())),
            _ => Self(Held::Many(RoaringBitmap::from_sorted_iter(numbers).unwrap_or_default())),
        }
    }

    fn many(bitmap: RoaringBitmap) -> Self {
        match bitmap.len() {
            few if few <= FEW as u64 => Self(Held::Few(bitmap.iter().collect::<Vec<u32>>().into())),
            _ => Self(Held::Many(bitmap)),
        }
    }

    /// The entities whose bits are set: number n is bit n % 64 of word n / 64.
    pub fn of_bits(words: &[u64]) -> Self {
        let mut set = RoaringBitmap::new();
        // A container at a time, so that the bytes of all words need not lie beside each other.
        for (words, first) in words.chunks(CONTAINER_WORDS).zip((0_u32..).step_by(CONTAINER_WORDS * 64)) {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            set |= RoaringBitmap::from_lsb0_bytes(first, &bytes);
        }
        Self::many(set)
    }

    /// The entities that stand in any of these.
    pub(crate) fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for set in sets {
            match &set.0 {
                Held::Few(list) => few.extend_from_slice(list.numbers()),
                Held::Many(bitmap) => many.push(bitmap),
            }
        }
        sort_runs(&mut few);
        few.dedup();
        if many.is_empty() {
            return Self::sorted(few);
        }
        let mut all = many.union();
        if !few.is_empty() {
            all |= RoaringBitmap::from_sorted_iter(few).unwrap_or_default();
        }
        Self(Held::Many(all))
    }

    pub(crate) fn len(&self) -> u64 {
        match &self.0 {
            Held::Few(list) => list.numbers().len() as u64,
            Held::Many(bitmap) => bitmap.len(),
        }
    }

    /// Rising.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        match &self.0 {
            Held::Few(list) => Numbers::Few(list.numbers().iter()),
            Held::Many(bitmap) => Numbers::Many(bitmap.iter()),
        }
    }

    /// Those within a range, in front of which so many stand.
    pub(crate) fn within(&self, before: usize, range: RangeInclusive<u32>, each: impl FnMut(u32)) {
        match &self.0 {
            Held::Few(list) => {
                let rest = list.numbers().get(before..).unwrap_or_default().iter().copied();
                rest.take_while(|number| number <= range.end()).for_each(each);
            }
            Held::Many(bitmap) => bitmap.range(range).for_each(each),
        }
    }

    /// The largest.
    pub(crate) fn last(&self) -> Option<u32> {
        match &self.0 {
            Held::Few(list) => list.numbers().last().copied(),
            Held::Many(bitmap) => bitmap.max(),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        *self = Self::union([&*self, other]);
    }

    /// How many of this set are not in `other`.
    pub(crate) fn without(&self, other: &Self) -> u64 {
        let outside = |number: &u32| match &other.0 {
            Held::Few(list) => list.numbers().binary_search(number).is_err(),
            Held::Many(bitmap) => !bitmap.contains(*number),
        };
        match (&self.0, &other.0) {
            (Held::Few(list), _) => list.numbers().iter().filter(|number| outside(number)).count() as u64,
            (Held::Many(one), Held::Few(list)) => {
                one.len() - list.numbers().iter().filter(|number| one.contains(**number)).count() as u64
            }
            (Held::Many(one), Held::Many(two)) => one.difference_len(two),
        }
    }

    /// Writes them: few as a list, more in the form in which all programs write such bitmaps.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        match &self.0 {
            Held::Few(list) => few::write(list.numbers(), bytes),
            Held::Many(bitmap) => bitmap.serialize_into(bytes)?,
        }
        Ok(())
    }

    /// Reads what [`EntitySet::write`] wrote, and any such bitmap.
    pub(crate) fn read(bytes: &mut &[u8]) -> std::io::Result<Self> {
        match few::read(bytes) {
            Some((numbers, rest)) => {
                *bytes = rest;
                Ok(Self(Held::Few(numbers.into())))
            }
            None => RoaringBitmap::deserialize_from(bytes).map(Self::many),
        }
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
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use roaring::RoaringBitmap;

    use super::EntitySet;

    /// A few here and there, or more than stand in a list.
    fn numbers() -> impl Strategy<Value = BTreeSet<u32>> {
        let scattered = prop::collection::btree_set(prop_oneof![0_u32..100, 60_000_u32..200_000], 0..200);
        (scattered, prop_oneof![Just(0_u32), Just(900), Just(5_000)], 0_u32..70_000)
            .prop_map(|(some, run, from)| some.into_iter().chain(from..from + run).collect())
    }

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

        #[test]
        fn sets_are_those_of_plain_ones(one in numbers(), other in numbers()) {
            let [first, second] = [&one, &other].map(|numbers| numbers.iter().copied().collect::<EntitySet>());
            prop_assert_eq!(first.len(), one.len() as u64);
            prop_assert!(first.iter().eq(one.iter().copied()));
            prop_assert_eq!(first.without(&second), one.difference(&other).count() as u64);
            let all: EntitySet = one.union(&other).copied().collect();
            prop_assert_eq!(EntitySet::union([&first, &second]), all.clone());
            let mut sum = first.clone();
            sum.add(&second);
            prop_assert_eq!(sum, all);
        }

        /// However they are written, they are read back, and so are bitmaps of few, which stand in stores of before.
        #[test]
        fn sets_are_read_as_they_were_written(numbers in numbers(), behind in prop::collection::vec(any::<u8>(), 0..4)) {
            let set: EntitySet = numbers.iter().copied().collect();
            let (mut bytes, mut bitmap) = (Vec::new(), Vec::new());
            set.write(&mut bytes).unwrap();
            numbers.iter().copied().collect::<RoaringBitmap>().serialize_into(&mut bitmap).unwrap();
            prop_assert!(bytes.len() <= bitmap.len() || numbers.len() < 2, "{} {}", bytes.len(), bitmap.len());
            for mut bytes in [bytes, bitmap] {
                bytes.extend(&behind);
                let mut rest = bytes.as_slice();
                prop_assert_eq!(EntitySet::read(&mut rest).unwrap(), set.clone());
                prop_assert_eq!(rest, behind.as_slice());
            }
        }

        /// Damage is an error or another set, and never more.
        #[test]
        fn damaged_bytes_are_read_without_harm(numbers in numbers(), at: prop::sample::Index, with: u8, cut: prop::sample::Index) {
            let mut bytes = Vec::new();
            numbers.iter().copied().collect::<EntitySet>().write(&mut bytes).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= with;
            bytes.truncate(cut.index(bytes.len() + 1));
            let _whatever = EntitySet::read(&mut bytes.as_slice());
        }
    }
}
