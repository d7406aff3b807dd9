//! Who stands in each group: pairs of a group and a number, brought together as ascending numbers without repeats.

/// For each group the numbers in it, behind each other.
pub(super) struct Sets {
    ends: Vec<usize>,
    numbers: Vec<u32>,
    universe: usize,
}

impl Sets {
    /// The sets of so many groups.
    pub(super) fn of(pairs: Vec<(u32, u32)>, groups: usize) -> Self {
        // Counting sort: how many in each group, where each begins, then every number to its place.
        let mut ends = vec![0_usize; groups + 1];
        let mut universe = 0;
        for &(group, number) in &pairs {
            if let Some(count) = ends.get_mut(group as usize + 1) {
                *count += 1;
            }
            universe = universe.max(number as usize + 1);
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let (mut next, mut numbers) = (ends.clone(), vec![0; sum]);
        for (group, number) in pairs {
            if let Some(at) = next.get_mut(group as usize) {
                if let Some(place) = numbers.get_mut(*at) {
                    *place = number;
                }
                *at += 1;
            }
        }
        Self { ends, numbers, universe }
    }

    fn group(&self, at: usize) -> &[u32] {
        match (self.ends.get(at), self.ends.get(at + 1)) {
            (Some(&from), Some(&to)) => self.numbers.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The numbers in any of these groups, ascending, each once.
    pub(super) fn union(&self, groups: &[usize]) -> Vec<u32> {
        let many: usize = groups.iter().map(|&at| self.group(at).len()).sum();
        let all = groups.iter().flat_map(|&at| self.group(at)).copied();
        // A bit for each number there could be is less work than sorting, unless few are there.
        if many > self.universe / 64 {
            let mut bits = vec![0_u64; self.universe.div_ceil(64)];
            for number in all {
                if let Some(word) = bits.get_mut(number as usize / 64) {
                    *word |= 1 << (number % 64);
                }
            }
            return ascending(&bits);
        }
        let mut numbers: Vec<u32> = all.collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn ascending(bits: &[u64]) -> Vec<u32> {
    let many: u32 = bits.iter().map(|word| word.count_ones()).sum();
    let mut numbers = Vec::with_capacity(many as usize);
    for (&word, at) in bits.iter().zip((0_u32..).step_by(64)) {
        let mut left = word;
        while left != 0 {
            numbers.push(at + left.trailing_zeros());
            left &= left - 1;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Sets;

    proptest! {
        #[test]
        fn unions_are_those_of_plain_sets(
            pairs in prop::collection::vec((0..6_u32, prop_oneof![0..40_u32, 0..100_000_u32]), 0..200),
            groups in prop::collection::btree_set(0..6_usize, 0..6),
        ) {
            let plain: BTreeSet<u32> =
                pairs.iter().filter(|(group, _)| groups.contains(&(*group as usize))).map(|(_, number)| *number).collect();
            let groups: Vec<usize> = groups.into_iter().collect();
            prop_assert_eq!(Sets::of(pairs, 6).union(&groups), plain.into_iter().collect::<Vec<_>>());
        }
    }
}
