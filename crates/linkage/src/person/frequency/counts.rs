//! Counts under hashes, in bounded memory: keys gather, are sorted, and join a sorted table. Where there are too many, those seen
//! least are let go, as in the lossy counting of Manku and Motwani.

/// Entries of one table above which those seen least are let go: some 64 MB.
const ENTRIES_MAX: usize = 2_000_000;

/// Keys that gather before they are sorted.
const FRESH_MAX: usize = 1 << 20;

/// How often keys were seen, with a floor that rises when the table is full.
#[derive(Clone)]
pub(super) struct Counts<K> {
    /// In the order of the keys.
    table: Vec<(K, u32)>,
    fresh: Vec<K>,
    floor: u32,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self { table: Vec::new(), fresh: Vec::new(), floor: 0 }
    }
}

impl<K: Copy + Ord> Counts<K> {
    /// Counts one.
    pub(super) fn add(&mut self, key: K) {
        self.fresh.push(key);
        if self.fresh.len() >= FRESH_MAX {
            self.settle();
        }
    }

    /// Adds keys that were counted elsewhere, in any order.
    pub(super) fn add_counted(&mut self, counted: impl IntoIterator<Item = (K, u32)>) {
        let mut counted: Vec<(K, u32)> = counted.into_iter().collect();
        counted.sort_unstable_by_key(|&(key, _)| key);
        counted.dedup_by(|(key, more), (kept, count)| {
            let same = key == kept;
            *count = if same { count.saturating_add(*more) } else { *count };
            same
        });
        self.settle();
        self.join(counted);
    }

    /// Adds what another has counted.
    pub(super) fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        self.join(other.table);
    }

    /// What was counted `least` times or more, in the order of the keys.
    pub(super) fn at_least(mut self, least: u32) -> Vec<(K, u32)> {
        self.settle();
        self.table.retain(|&(_, count)| count >= least);
        self.table
    }

    /// Sorts what has gathered into the table.
    pub(super) fn settle(&mut self) {
        self.fresh.sort_unstable();
        let runs = self.fresh.chunk_by(|a, b| a == b);
        let counted: Vec<(K, u32)> = runs
            .filter_map(|run| Some((*run.first()?, u32::try_from(run.len()).unwrap_or(u32::MAX))))
            .collect();
        self.fresh.clear();
        self.join(counted);
    }

    /// Joins another table in the order of its keys.
    fn join(&mut self, other: Vec<(K, u32)>) {
        if other.is_empty() {
            return;
        }
        let mut joined = Vec::with_capacity(self.table.len() + other.len());
        let mut mine = std::mem::take(&mut self.table).into_iter().peekable();
        for (key, more) in other {
            while let Some(before) = mine.next_if(|(own, _)| *own < key) {
                joined.push(before);
            }
            let held = mine.next_if(|(own, _)| *own == key).map_or(0, |(_, count)| count);
            joined.push((key, held.saturating_add(more)));
        }
        joined.extend(mine);
        while joined.len() > ENTRIES_MAX {
            self.floor += 1;
            joined.retain(|(_, count)| *count > self.floor);
        }
        self.table = joined;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Counts;

    proptest! {
        #[test]
        fn each_key_is_counted_as_often_as_it_was_seen(
            parts in prop::collection::vec(prop::collection::vec(0..40_u64, 0..60), 0..4),
            least in 1..4_u32,
        ) {
            let (mut all, mut wanted) = (Counts::default(), BTreeMap::new());
            for part in &parts {
                let mut counts = Counts::default();
                for &key in part {
                    counts.add(key);
                    *wanted.entry(key).or_insert(0) += 1;
                }
                all.merge(counts);
                all.add(7);
                *wanted.entry(7).or_insert(0) += 1;
            }
            let wanted: Vec<(u64, u32)> = wanted.into_iter().filter(|&(_, count)| count >= least).collect();
            prop_assert_eq!(all.at_least(least), wanted);
        }
    }

    #[test]
    fn a_full_table_lets_go_of_what_was_seen_least() {
        let mut counts = Counts::default();
        for key in 0..2_300_000_u64 {
            counts.add(key);
            counts.add(key % 1_000);
        }
        let held = counts.at_least(1);
        assert!(held.len() < 2_000_000 && held.iter().filter(|(key, _)| *key < 1_000).count() == 1_000);
    }
}
