//! What is found while a table is counted: its combinations of keys, and for each of them its rows, its sums, and who stands in it.

use std::collections::HashMap;

use crate::engine::sets::Sets;

/// What a group's values come to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) sum: i64,
    pub(super) squares: u128,
    pub(super) over: u64,
    pub(super) largest: [u64; 2],
}

impl Sum {
    pub(super) fn add(&mut self, value: i64) {
        let size = value.unsigned_abs();
        self.sum = self.sum.saturating_add(value);
        self.squares = self.squares.saturating_add(u128::from(size) * u128::from(size));
        self.over += 1;
        let [first, second] = self.largest;
        if size > first {
            self.largest = [size, first];
        } else if size > second {
            self.largest = [first, size];
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
        self.over += other.over;
        let mut all = [self.largest, other.largest].concat();
        all.sort_unstable();
        self.largest = [all.last().copied().unwrap_or(0), all.iter().rev().nth(1).copied().unwrap_or(0)];
    }
}

pub(super) fn whole(sums: &[Sum], of: &[usize]) -> Sum {
    let mut whole = Sum::default();
    of.iter().filter_map(|&at| sums.get(at)).for_each(|sum| whole.merge(sum));
    whole
}

/// Most combinations of keys that have a place of their own before any is met: a few megabytes.
const DENSE: u64 = 1 << 22;
/// The place of a combination that was not met.
const UNMET: u32 = u32::MAX;

/// The combinations of keys that were met, each with its place, in the order in which they were met.
pub(super) struct Groups {
    /// The place of each combination that there could be; none where these are too many.
    dense: Vec<u32>,
    places: HashMap<u64, u32>,
    pub(super) codes: Vec<u64>,
}

impl Groups {
    /// No combination yet, of so many that there could be.
    pub(super) fn new(combinations: u64) -> Self {
        // So few fit a length.
        let dense = if combinations <= DENSE { vec![UNMET; combinations as usize] } else { Vec::new() };
        Self { dense, places: HashMap::new(), codes: Vec::new() }
    }

    /// Writes the places of these; nothing where there are more than `most`.
    pub(super) fn places(&mut self, groups: &[u64], most: usize, places: &mut Vec<u32>) -> Option<()> {
        places.clear();
        for &group in groups {
            let next = self.codes.len() as u32;
            let place = match self.dense.get_mut(group as usize) {
                Some(place) => {
                    if *place == UNMET {
                        *place = next;
                    }
                    *place
                }
                None => *self.places.entry(group).or_insert(next),
            };
            if place == next {
                self.codes.push(group);
            }
            places.push(place);
        }
        (self.codes.len() <= most).then_some(())
    }
}

/// What was found so far, group by group.
pub(super) struct Found {
    pub(super) counts: Vec<u64>,
    pub(super) sums: Vec<Vec<Sum>>,
    pub(super) members: Sets,
    pub(super) linked: Sets,
    pub(super) referred: Sets,
    pub(super) units: Sets,
}

impl Found {
    /// About the memory that it takes: nearly all of it tells who stands in each group.
    pub(super) fn bytes(&self) -> usize {
        let sets = [&self.members, &self.linked, &self.referred, &self.units].map(Sets::bytes);
        sets.iter().sum::<usize>()
    }

    pub(super) fn grow(&mut self, groups: usize) {
        if groups > self.counts.len() {
            self.counts.resize(groups, 0);
            self.sums.iter_mut().for_each(|sums| sums.resize(groups, Sum::default()));
            let sets = [&mut self.members, &mut self.linked, &mut self.referred, &mut self.units];
            sets.into_iter().for_each(|set| set.grow(groups));
        }
    }
}
