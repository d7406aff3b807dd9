//! Who stands in each group, gathered as rows are met: a list of numbers where they are few, and a bit for each number that there
//! could be where that takes less room. Either way a set is made of them without sorting, since rows mostly come in their order.
#![expect(
    clippy::indexing_slicing,
    reason = "groups and numbers are counted in this file and every list here is made with their number"
)]

use policy::EntitySet;

/// A number in a list takes as much room as so many bits.
const NUMBER_BITS: usize = u32::BITS as usize;

/// Sorting a number takes as long as going through so many bits.
const SORTED_BITS: usize = 512;

/// The numbers of each group.
pub(super) struct Sets {
    /// All numbers are below this.
    universe: usize,
    groups: Vec<Numbers>,
    bytes: usize,
}

/// The numbers of one group.
#[derive(Clone)]
pub(super) enum Numbers {
    /// A bit for each that there could be.
    Bits(Vec<u64>),
    /// As they were met; whether one is smaller than the one before, and some may stand there twice.
    List(Vec<u32>, bool),
}

impl Sets {
    /// No groups yet.
    pub(super) fn new(universe: usize) -> Self {
        Self { universe, groups: Vec::new(), bytes: 0 }
    }

    /// Makes room for so many groups.
    pub(super) fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups, Numbers::default);
    }

    /// Puts a number into a group.
    pub(super) fn put(&mut self, group: u32, number: u32) {
        let of = &mut self.groups[group as usize];
        match of {
            Numbers::Bits(bits) => bits[number as usize / 64] |= 1 << (number % 64),
            Numbers::List(list, unsorted) => {
                if let Some(&last) = list.last() {
                    if last == number {
                        return;
                    }
                    *unsorted |= last > number;
                }
                if list.len() == list.capacity() {
                    // Grown, it has room for twice as many.
                    if list.len() * 2 > self.universe / NUMBER_BITS {
                        let mut bits = bits(self.universe, list);
                        bits[number as usize / 64] |= 1 << (number % 64);
                        self.bytes += self.universe / 8;
                        *of = Numbers::Bits(bits);
                        return;
                    }
                    self.bytes += list.len() * size_of::<u32>();
                }
                list.push(number);
            }
        }
    }

    /// The memory that all take, or a little more.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The numbers in any of these groups. Those of one group alone are taken out of it, unless they are wanted `again`.
    pub(super) fn union(&mut self, groups: &[usize], again: bool) -> Numbers {
        let union = match groups {
            [group] if again => self.groups[*group].clone(),
            [group] => std::mem::take(&mut self.groups[*group]),
            groups => {
                let many: usize = groups.iter().map(|&at| self.groups[at].most()).sum();
                if many > self.universe / NUMBER_BITS {
                    let mut all = vec![0; self.universe.div_ceil(64)];
                    groups.iter().for_each(|&at| self.groups[at].add_to(&mut all));
                    Numbers::Bits(all)
                } else {
                    let mut all = Vec::with_capacity(many);
                    groups.iter().for_each(|&at| self.groups[at].append_to(&mut all));
                    Numbers::List(all, true)
                }
            }
        };
        union.sorted(self.universe)
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self::List(Vec::new(), false)
    }
}

impl Numbers {
    /// The same, a list without repeats and rising.
    fn sorted(self, universe: usize) -> Self {
        match self {
            // So many are sorted sooner by a bit for each that there could be.
            Self::List(list, true) if list.len() > universe / SORTED_BITS => {
                Self::Bits(bits(universe, &list))
            }
            Self::List(mut list, true) => {
                policy::sort_runs(&mut list);
                list.dedup();
                Self::List(list, false)
            }
            sorted => sorted,
        }
    }

    /// At most so many.
    fn most(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.len() * 64,
            Self::List(list, _) => list.len(),
        }
    }

    fn add_to(&self, all: &mut [u64]) {
        match self {
            Self::Bits(bits) => all.iter_mut().zip(bits).for_each(|(all, bits)| *all |= bits),
            Self::List(list, _) => {
                list.iter().for_each(|&number| all[number as usize / 64] |= 1 << (number % 64))
            }
        }
    }

    fn append_to(&self, all: &mut Vec<u32>) {
        // Where all are few, none of them is written as bits.
        if let Self::List(list, _) = self {
            all.extend_from_slice(list);
        }
    }

    /// How many there are.
    pub(super) fn number(&self) -> u64 {
        match self {
            Self::Bits(bits) => bits.iter().map(|word| u64::from(word.count_ones())).sum(),
            Self::List(list, _) => list.len() as u64,
        }
    }

    /// The set of them.
    pub(super) fn set(self) -> EntitySet {
        match self {
            Self::Bits(bits) => EntitySet::of_bits(&bits),
            Self::List(list, _) => EntitySet::of(list),
        }
    }
}

/// A bit for each number below `universe`, set for these.
fn bits(universe: usize, numbers: &[u32]) -> Vec<u64> {
    let mut bits = vec![0; universe.div_ceil(64)];
    numbers.iter().for_each(|&number| bits[number as usize / 64] |= 1 << (number % 64));
    bits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use policy::EntitySet;
    use proptest::prelude::*;

    use super::Sets;

    proptest! {
        #[test]
        fn unions_are_those_of_plain_sets(
            mut pairs in prop::collection::vec((0..6_u32, prop_oneof![0..40_u32, 0..2_000_u32, 0..100_000_u32]), 0..300),
            most in prop_oneof![Just(40_u32), Just(2_000), Just(100_000)],
            ascending: bool,
            again: bool,
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
            let union = sets.union(&groups, again);
            prop_assert_eq!(union.number(), plain.len() as u64);
            let expected: EntitySet = plain.into_iter().collect();
            prop_assert_eq!(union.set(), expected.clone());
            if again || groups.len() != 1 {
                prop_assert_eq!(sets.union(&groups, false).set(), expected);
            }
        }
    }
}
