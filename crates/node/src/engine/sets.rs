//! Who stands in each group: pairs of a group and a number, brought together as ascending numbers without repeats.
#![expect(
    clippy::indexing_slicing,
    reason = "groups and numbers are counted in this file and every list here is made with their number"
)]

use policy::EntitySet;

/// For each group the numbers in it, behind each other, ascending.
pub(super) struct Sets {
    ends: Vec<usize>,
    numbers: Vec<u32>,
    universe: usize,
}

/// Of so many numbers that there could be, one in a set makes a bit for each less work than a list.
const DENSE: usize = 64;

impl Sets {
    /// The sets of so many groups.
    pub(super) fn of(mut pairs: Vec<(u32, u32)>, groups: usize) -> Self {
        let universe = pairs.iter().map(|&(_, number)| number as usize + 1).max().unwrap_or(0);
        let mut ends = vec![0_usize; groups + 1];
        pairs.iter().for_each(|&(group, _)| ends[group as usize + 1] += 1);
        (0..groups).for_each(|group| ends[group + 1] += ends[group]);
        let (mut next, mut numbers) = (ends.clone(), vec![0; pairs.len()]);
        let mut put = |group: u32, number: u32| {
            let at = &mut next[group as usize];
            numbers[*at] = number;
            *at += 1;
        };
        // By their numbers first, so that every group has them ascending; rows mostly come so.
        if pairs.is_sorted_by_key(|&(_, number)| number) {
            pairs.iter().for_each(|&(group, number)| put(group, number));
        } else if pairs.len() < universe / DENSE {
            pairs.sort_unstable_by_key(|&(_, number)| number);
            pairs.iter().for_each(|&(group, number)| put(group, number));
        } else {
            let mut places = vec![0_usize; universe + 1];
            pairs.iter().for_each(|&(_, number)| places[number as usize + 1] += 1);
            (0..universe).for_each(|number| places[number + 1] += places[number]);
            let mut sorted = vec![0; pairs.len()];
            for (group, number) in pairs {
                let at = &mut places[number as usize];
                sorted[*at] = group;
                *at += 1;
            }
            // Each place has come to where the next number's groups begin.
            let mut from = 0;
            for (number, &to) in (0..).zip(&places[..universe]) {
                sorted[from..to].iter().for_each(|&group| put(group, number));
                from = to;
            }
        }
        Self { ends, numbers, universe }
    }

    fn group(&self, at: usize) -> &[u32] {
        &self.numbers[self.ends[at]..self.ends[at + 1]]
    }

    /// The numbers in any of these groups.
    pub(super) fn union(&self, groups: &[usize]) -> Union {
        if self.many(groups) > self.universe / DENSE {
            return Union::Bits(self.bits(groups));
        }
        let mut numbers: Vec<u32> = groups.iter().flat_map(|&at| self.group(at)).copied().collect();
        // Ascending already, group by group, which this sort takes as it is.
        numbers.sort();
        numbers.dedup();
        Union::List(numbers)
    }

    fn many(&self, groups: &[usize]) -> usize {
        groups.iter().map(|&at| self.group(at).len()).sum()
    }

    /// A bit for each number.
    fn bits(&self, groups: &[usize]) -> Vec<u64> {
        let mut bits = vec![0_u64; self.universe.div_ceil(64)];
        for &number in groups.iter().flat_map(|&at| self.group(at)) {
            bits[number as usize / 64] |= 1 << (number % 64);
        }
        bits
    }
}

/// Numbers, each once: a bit for each that there could be, or a list.
pub(super) enum Union {
    Bits(Vec<u64>),
    List(Vec<u32>),
}

impl Union {
    /// How many there are.
    pub(super) fn number(&self) -> u64 {
        match self {
            Self::Bits(bits) => bits.iter().map(|word| u64::from(word.count_ones())).sum(),
            Self::List(numbers) => numbers.len() as u64,
        }
    }

    /// The set of them.
    pub(super) fn set(self) -> EntitySet {
        match self {
            Self::Bits(bits) => EntitySet::of_bits(&bits),
            Self::List(numbers) => EntitySet::of(numbers),
        }
    }
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
            mut pairs in prop::collection::vec((0..6_u32, prop_oneof![0..40_u32, 0..2_000_u32, 0..100_000_u32]), 0..200),
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
            let sets = Sets::of(pairs, 6);
            prop_assert_eq!(sets.union(&groups).number(), plain.len() as u64);
            prop_assert_eq!(sets.union(&groups).set(), plain.into_iter().collect::<EntitySet>());
        }
    }
}
