//! The sets of one table, made one after another: small ones lie side by side in one list, so that going through all of them goes
//! through memory once, and no set takes a piece of its own.

use std::ops::Range;
use std::sync::Arc;

use super::{EntitySet, FEW, Held, Stretch};

/// Makes the sets of a table.
#[derive(Default)]
pub struct EntitySets {
    list: Vec<u32>,
    made: Vec<Made>,
}

enum Made {
    /// A stretch of the list.
    Few(Range<usize>),
    Many(EntitySet),
}

impl EntitySets {
    /// Adds the set of the entities with these numbers, in any order and any number of times.
    pub fn push(&mut self, numbers: &[u32]) {
        match numbers.len() <= FEW && numbers.is_sorted_by(|one, next| one < next) {
            true => self.push_few(numbers),
            false => self.push_set(EntitySet::of(numbers.to_vec())),
        }
    }

    /// Adds a set of its own.
    pub fn push_set(&mut self, set: EntitySet) {
        match &set.0 {
            Held::Few(few) => self.push_few(few.numbers()),
            Held::Many(_) => self.made.push(Made::Many(set)),
        }
    }

    /// The sets, in the order in which they were added.
    pub fn finish(self) -> Vec<EntitySet> {
        let list = Arc::new(self.list);
        let set = |made| match made {
            Made::Few(of) => EntitySet(Held::Few(Stretch { list: Some(list.clone()), of })),
            Made::Many(set) => set,
        };
        self.made.into_iter().map(set).collect()
    }

    /// Adds rising numbers, each once, no more than [`FEW`].
    fn push_few(&mut self, numbers: &[u32]) {
        let from = self.list.len();
        self.list.extend_from_slice(numbers);
        self.made.push(Made::Few(from..self.list.len()));
    }
}

impl FromIterator<EntitySet> for EntitySets {
    fn from_iter<I: IntoIterator<Item = EntitySet>>(sets: I) -> Self {
        let mut all = Self::default();
        sets.into_iter().for_each(|set| all.push_set(set));
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EntitySet, EntitySets};

    proptest! {
        #[test]
        fn sets_of_a_table_are_those_made_one_by_one(
            lists in prop::collection::vec(
                (prop::collection::vec(0_u32..5_000, 0..40), prop_oneof![Just(0_u32), Just(3_000)], any::<bool>()),
                0..8,
            ),
        ) {
            let lists = lists.into_iter().map(|(mut some, run, sorted)| {
                some.extend(0..run);
                if sorted {
                    some.sort_unstable();
                    some.dedup();
                }
                some
            });
            let lists: Vec<Vec<u32>> = lists.collect();
            let mut sets = EntitySets::default();
            lists.iter().for_each(|list| sets.push(list));
            let sets = sets.finish();
            let expected: Vec<EntitySet> = lists.into_iter().map(EntitySet::of).collect();
            prop_assert!(sets == expected);
            prop_assert!(sets.iter().cloned().collect::<EntitySets>().finish() == expected);
        }
    }
}
