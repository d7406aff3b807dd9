//! Who stands in each group, gathered as rows are met: a list of numbers where they are few, and a bit for each number that there
//! could be where that takes less room. Either way a set is made of them without sorting, since rows mostly come in their order.
//!
//! Lists lie in one piece of memory, each in parts of which the next is as long as all before it: none is moved as it grows.
#![expect(
    clippy::indexing_slicing,
    reason = "groups, numbers and parts are counted in this file and every list here is made with their number"
)]

use policy::{EntitySet, EntitySets};

/// A number in a list takes as much room as so many bits.
const NUMBER_BITS: usize = u32::BITS as usize;

/// Sorting a number takes as long as going through so many bits.
const SORTED_BITS: usize = 512;

/// Numbers in the first part of a list. Behind each part stands where the next one begins.
const FIRST_PART: u32 = 6;

/// The numbers of each group.
pub(super) struct Sets {
    /// All numbers are below this.
    universe: usize,
    groups: Vec<Numbers>,
    /// The parts of all lists.
    parts: Vec<u32>,
    /// Words of bits that all take.
    words: usize,
    /// Held ready for the numbers of several groups.
    list: Vec<u32>,
    bits: Vec<u64>,
}

/// The numbers of one group.
enum Numbers {
    /// A bit for each that there could be.
    Bits(Vec<u64>),
    List(List),
}

/// Numbers as they were met, some maybe twice.
#[derive(Clone, Copy, Default)]
struct List {
    length: u32,
    /// Where its first part begins; where the next number goes, and where the part ends that it goes to.
    first: u32,
    next: u32,
    end: u32,
    last: u32,
    /// Whether one is smaller than the one before.
    unsorted: bool,
}

/// The distinct numbers of some groups.
enum Union<'s> {
    Bits(&'s [u64]),
    /// Rising.
    List(&'s [u32]),
}

impl Sets {
    /// No groups yet.
    pub(super) fn new(universe: usize) -> Self {
        let (groups, parts, list, bits) = Default::default();
        Self { universe, groups, parts, words: 0, list, bits }
    }

    /// Makes room for so many groups.
    pub(super) fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups, || Numbers::List(List::default()));
    }

    /// Puts a number into a group.
    pub(super) fn put(&mut self, group: u32, number: u32) {
        let of = &mut self.groups[group as usize];
        match of {
            Numbers::Bits(bits) => set(bits, number),
            Numbers::List(list) => {
                if list.length > 0 {
                    if list.last == number {
                        return;
                    }
                    list.unsorted |= list.last > number;
                }
                if list.next == list.end {
                    // With the next part, as long as all before it, it has room for twice as many.
                    if list.length as usize * 2 > self.universe / NUMBER_BITS {
                        let mut bits = vec![0; self.universe.div_ceil(64)];
                        list.each(&self.parts, |numbers| {
                            numbers.iter().for_each(|number| set(&mut bits, *number))
                        });
                        set(&mut bits, number);
                        self.words += bits.len();
                        *of = Numbers::Bits(bits);
                        return;
                    }
                    list.lengthen(&mut self.parts);
                }
                self.parts[list.next as usize] = number;
                (list.next, list.length, list.last) = (list.next + 1, list.length + 1, number);
            }
        }
    }

    /// The memory that all take, or a little more.
    pub(super) fn bytes(&self) -> usize {
        self.parts.len() * size_of::<u32>() + self.words * size_of::<u64>()
    }

    /// Adds the set of the numbers in any of these groups, and says how many they are.
    pub(super) fn add(&mut self, groups: &[usize], to: &mut EntitySets) -> u64 {
        let union = self.union(groups);
        match union {
            Union::Bits(bits) => to.push_set(EntitySet::of_bits(bits)),
            Union::List(list) => to.push(list),
        }
        union.number()
    }

    /// How many numbers are in any of these groups.
    pub(super) fn number(&mut self, groups: &[usize]) -> u64 {
        self.union(groups).number()
    }

    fn union(&mut self, groups: &[usize]) -> Union<'_> {
        let Self { universe, groups: all, parts, list, bits, .. } = self;
        if let [group] = groups
            && let Numbers::Bits(bits) = &all[*group]
        {
            return Union::Bits(bits);
        }
        let of = || groups.iter().map(|group| &all[*group]);
        let many: usize = of().map(Numbers::most).sum();
        let is_sorted = matches!(groups, [group] if all[*group].is_sorted());
        // So many are sorted sooner by a bit for each that there could be.
        if many > *universe / NUMBER_BITS || !is_sorted && many > *universe / SORTED_BITS {
            bits.clear();
            bits.resize(universe.div_ceil(64), 0);
            of().for_each(|numbers| numbers.add_to(parts, bits));
            return Union::Bits(bits);
        }
        list.clear();
        of().for_each(|numbers| numbers.append_to(parts, list));
        if !is_sorted {
            list.sort();
            list.dedup();
        }
        Union::List(list)
    }
}

impl Union<'_> {
    fn number(&self) -> u64 {
        match self {
            Self::Bits(bits) => bits.iter().map(|word| u64::from(word.count_ones())).sum(),
            Self::List(list) => list.len() as u64,
        }
    }
}

impl Numbers {
    /// At most so many.
    fn most(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.len() * 64,
            Self::List(list) => list.length as usize,
        }
    }

    fn is_sorted(&self) -> bool {
        matches!(self, Self::List(list) if !list.unsorted)
    }

    fn add_to(&self, parts: &[u32], all: &mut [u64]) {
        match self {
            Self::Bits(bits) => all.iter_mut().zip(bits).for_each(|(all, bits)| *all |= bits),
            Self::List(list) => {
                list.each(parts, |numbers| numbers.iter().for_each(|number| set(all, *number)))
            }
        }
    }

    fn append_to(&self, parts: &[u32], all: &mut Vec<u32>) {
        // Where all are few, none of them is written as bits.
        if let Self::List(list) = self {
            list.each(parts, |numbers| all.extend_from_slice(numbers));
        }
    }
}

impl List {
    /// Adds a part to a list whose last one is full.
    fn lengthen(&mut self, parts: &mut Vec<u32>) {
        let begin = parts.len() as u32;
        match self.length {
            0 => self.first = begin,
            _ => parts[self.end as usize] = begin,
        }
        (self.next, self.end) = (begin, begin + self.length.max(FIRST_PART));
        parts.resize(self.end as usize + 1, 0);
    }

    /// Its numbers, part by part.
    fn each(&self, parts: &[u32], mut each: impl FnMut(&[u32])) {
        let (mut begin, mut before) = (self.first as usize, 0);
        while before < self.length {
            let length = before.max(FIRST_PART);
            let held = length.min(self.length - before);
            each(&parts[begin..begin + held as usize]);
            begin = parts[begin + length as usize] as usize;
            before += length;
        }
    }
}

fn set(bits: &mut [u64], number: u32) {
    bits[number as usize / 64] |= 1 << (number % 64);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use policy::{EntitySet, EntitySets};
    use proptest::prelude::*;

    use super::Sets;

    proptest! {
        #[test]
        fn unions_are_those_of_plain_sets(
            mut pairs in prop::collection::vec((0..6_u32, prop_oneof![0..40_u32, 0..2_000_u32, 0..100_000_u32]), 0..300),
            most in prop_oneof![Just(40_u32), Just(2_000), Just(100_000)],
            ascending: bool,
            groups in prop::collection::btree_set(0..6_usize, 0..6),
        ) {
            pairs.retain(|(_, number)| *number < most);
            if ascending {
                pairs.sort_unstable_by_key(|(_, number)| *number);
            }
            let plain: BTreeSet<u32> =
                pairs.iter().filter(|(group, _)| groups.contains(&(*group as usize))).map(|(_, number)| *number).collect();
            let groups: Vec<usize> = groups.into_iter().collect();
            let mut sets = Sets::new(most as usize);
            sets.grow(6);
            pairs.iter().for_each(|&(group, number)| sets.put(group, number));
            prop_assert_eq!(sets.number(&groups), plain.len() as u64);
            let mut made = EntitySets::default();
            prop_assert_eq!(sets.add(&groups, &mut made), plain.len() as u64);
            prop_assert_eq!(made.finish(), [plain.into_iter().collect::<EntitySet>()]);
        }
    }
}
