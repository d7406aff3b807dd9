//! Keys by their ranks: each key as its place among all keys of its dimension, so that lists of keys are put in order by numbers. A table
//! has few keys and many rows that bear them.

use std::collections::HashMap;

use crate::tabulation::DIMENSIONS_MAX;

/// A key of a group: none where its records have none.
pub type Key = Option<String>;

/// Keys in their order, each once, and for each that was given its place among them.
pub struct Ranks<'k> {
    /// In their order, each once.
    pub keys: Vec<&'k Key>,
    /// For each that was given its place among them.
    pub of: Vec<u32>,
}

impl<'k> Ranks<'k> {
    /// Of these keys, each any number of times.
    pub fn of(given: impl Iterator<Item = &'k Key>) -> Self {
        let (mut met, mut keys) = (HashMap::new(), Vec::new());
        let mut last = None;
        let of = given.map(|key| {
            // Where things come in some order, most of them bear the key of the one before.
            if let Some((_, at)) = last.filter(|(known, _)| *known == key) {
                return at;
            }
            let at = *met.entry(key).or_insert_with(|| {
                keys.push(key);
                keys.len() - 1
            });
            last = Some((key, at));
            at
        });
        let of: Vec<usize> = of.collect();
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by_key(|&at| keys.get(at));
        let mut ranks = vec![0; keys.len()];
        for (rank, at) in (0..).zip(&order) {
            ranks.get_mut(*at).into_iter().for_each(|place| *place = rank);
        }
        let keys = order.into_iter().filter_map(|at| keys.get(at).copied()).collect();
        Self { keys, of: of.into_iter().filter_map(|at| ranks.get(at).copied()).collect() }
    }
}

/// Puts things in order: by what comes before their keys, and by these.
pub fn sorted<T, B: Ord>(
    things: Vec<T>,
    before: impl Fn(&T) -> B,
    keys: impl Fn(&T) -> &[Key] + Copy,
) -> Vec<T> {
    let ranks = ranked(things.iter().map(keys));
    let mut order: Vec<usize> = (0..things.len()).collect();
    order.sort_by_cached_key(|&at| (things.get(at).map(&before), ranks.get(at)));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| things.get_mut(at)?.take()).collect()
}

/// For each of some lists of keys of the same dimensions what stands to others as the list does to theirs.
pub fn ranked<'k>(lists: impl Iterator<Item = &'k [Key]> + Clone) -> Vec<[u32; DIMENSIONS_MAX]> {
    let mut ranked = vec![[0; DIMENSIONS_MAX]; lists.clone().count()];
    for place in 0..DIMENSIONS_MAX {
        let keys = lists.clone().filter_map(|keys| keys.get(place));
        let given = ranked.iter_mut().zip(lists.clone()).filter(|(_, keys)| place < keys.len());
        for ((of, _), rank) in given.zip(Ranks::of(keys).of) {
            of.get_mut(place).into_iter().for_each(|of| *of = rank + 1);
        }
    }
    ranked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, Ranks, ranked};

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![Just(None), "[ab]{0,3}".prop_map(Some)]
    }

    proptest! {
        #[test]
        fn ranks_stand_to_each_other_as_keys_do(lists in prop::collection::vec(prop::collection::vec(key(), 2..3), 0..20)) {
            let ranked = ranked(lists.iter().map(Vec::as_slice));
            for (one, first) in ranked.iter().zip(&lists) {
                for (other, second) in ranked.iter().zip(&lists) {
                    prop_assert_eq!(one.cmp(other), first.cmp(second));
                }
            }
            let keys: Vec<&Key> = lists.iter().flatten().collect();
            let ranks = Ranks::of(keys.iter().copied());
            prop_assert!(ranks.keys.is_sorted_by(|one, next| one < next));
            let found = ranks.of.iter().map(|rank| ranks.keys[*rank as usize]);
            prop_assert!(found.eq(keys));
        }
    }
}
