//! Counts under hashes, in the order of the hashes. A filter turns away nearly all that a table does not hold: of the names that
//! somebody may have meant by a rare one, most are nobody's.

use std::ops::Deref;

/// Counts under hashes, sorted by hash.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    entries: Vec<(u64, u32)>,
    filter: Filter,
}

impl From<Vec<(u64, u32)>> for Table {
    fn from(entries: Vec<(u64, u32)>) -> Self {
        Self { filter: Filter::of(entries.iter().map(|&(hash, _)| hash)), entries }
    }
}

impl Deref for Table {
    type Target = [(u64, u32)];

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

/// Two bits of one word for each hash (Putze, Sanders and Singler's blocked Bloom filter): of a hash that is not held, both are set
/// once in some fifty times.
#[derive(Clone, PartialEq, Eq, Default)]
struct Filter {
    /// As many as a power of two, or none.
    words: Vec<u64>,
}

/// Hashes that share a word of a filter.
const HASHES_OF_A_WORD: usize = 4;

impl Filter {
    fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        if hashes.len() == 0 {
            return Self::default();
        }
        let words = (hashes.len() / HASHES_OF_A_WORD).max(1).next_power_of_two();
        let mut filter = Self { words: vec![0; words] };
        for hash in hashes {
            let (at, bits) = filter.place(hash);
            filter.words.iter_mut().skip(at).take(1).for_each(|word| *word |= bits);
        }
        filter
    }

    fn may_hold(&self, hash: u64) -> bool {
        let (at, bits) = self.place(hash);
        self.words.get(at).is_some_and(|word| word & bits == bits)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let last = self.words.len().saturating_sub(1) as u64;
        (usize::try_from((hash >> 12) & last).unwrap_or(0), 1 << (hash & 63) | 1 << ((hash >> 6) & 63))
    }
}

/// Entries looked at first on either side.
const NEAR: usize = 8;

/// How often a guess is mended by what stands there; each time it is off by about the root of what it was.
const MENDED: usize = 2;

/// Where a table has a hash. Hashes are spread evenly, so each stands near where it says.
pub(super) fn place(table: &Table, hash: u64) -> Option<usize> {
    if !table.filter.may_hold(hash) {
        return None;
    }
    let entries = |distance: u64| {
        usize::try_from((u128::from(distance) * table.len() as u128) >> u64::BITS).unwrap_or(0)
    };
    let (mut guess, mut reach) = (entries(hash), NEAR);
    for _ in 0..MENDED {
        let &(there, _) = table.get(guess)?;
        let off = entries(hash.abs_diff(there));
        guess = if there < hash { (guess + off).min(table.len() - 1) } else { guess.saturating_sub(off) };
    }
    loop {
        let (from, to) = (guess.saturating_sub(reach), guess.saturating_add(reach).min(table.len()));
        let near = table.get(from..to)?;
        let low = from == 0 || near.first().is_some_and(|(first, _)| *first <= hash);
        let high = to == table.len() || near.last().is_some_and(|(last, _)| hash <= *last);
        if low && high {
            return near.binary_search_by_key(&hash, |(hash, _)| *hash).ok().map(|at| from + at);
        }
        reach = reach.saturating_mul(4);
    }
}

/// What a table counted of a hash.
pub(super) fn find(table: &Table, hash: u64) -> u32 {
    place(table, hash).and_then(|place| table.get(place)).map_or(0, |&(_, count)| count)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Table, find, place};
    use crate::hash::KeyHasher;

    proptest! {
        #[test]
        fn every_hash_is_found_however_unevenly_they_are_spread(
            counts in prop::collection::btree_map(prop_oneof![any::<u64>(), 0..900_u64, u64::MAX - 900..], 1..9_u32, 0..600),
            others in prop::collection::vec(prop_oneof![any::<u64>(), 0..900_u64], 9),
        ) {
            let counts: BTreeMap<u64, u32> = counts;
            let table = Table::from(counts.clone().into_iter().collect::<Vec<_>>());
            for (at, (hash, count)) in counts.iter().enumerate() {
                prop_assert_eq!((place(&table, *hash), find(&table, *hash)), (Some(at), *count));
            }
            for hash in others.iter().filter(|hash| !counts.contains_key(hash)) {
                prop_assert_eq!((place(&table, *hash), find(&table, *hash)), (None, 0));
            }
        }
    }

    #[test]
    fn nearly_all_that_is_not_held_is_turned_away() {
        let hash = |number: u32| KeyHasher::new(b'n').bytes(number.to_le_bytes()).finish();
        for held in [1, 900, 50_000] {
            let mut entries: Vec<(u64, u32)> = (0..held).map(|number| (hash(number), 1)).collect();
            entries.sort_unstable();
            let table = Table::from(entries);
            let others = (held..held + 10_000).filter(|&number| table.filter.may_hold(hash(number))).count();
            assert!(others < 500, "{others} of 10,000 beside {held}");
        }
    }
}
