//! What is found while a table is counted: its combinations of keys, and for each of them its rows, its sums, and who stands in it.

use std::collections::HashMap;

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

/// The combinations of keys, each with its place.
pub(super) struct Groups {
    pub(super) dense: bool,
    pub(super) places: HashMap<u64, u32>,
    pub(super) codes: Vec<u64>,
}

impl Groups {
    /// The places of these; nothing where there are more than `most`.
    pub(super) fn places(&mut self, groups: &[u64], most: usize) -> Option<Vec<u32>> {
        if self.dense {
            return Some(groups.iter().map(|&group| group as u32).collect());
        }
        let mut places = Vec::with_capacity(groups.len());
        for &group in groups {
            let next = self.codes.len();
            let place = *self.places.entry(group).or_insert_with(|| {
                self.codes.push(group);
                next as u32
            });
            places.push(place);
        }
        (self.codes.len() <= most).then_some(places)
    }
}

/// What was found so far, group by group or pair by pair.
pub(super) struct Found {
    pub(super) counts: Vec<u64>,
    pub(super) sums: Vec<Vec<Sum>>,
    pub(super) members: Vec<(u32, u32)>,
    pub(super) linked: Vec<(u32, u32)>,
    pub(super) referred: Vec<(u32, u32)>,
    pub(super) units: Vec<(u32, u32)>,
}

impl Found {
    pub(super) fn new(groups: usize, sums: usize) -> Self {
        let [members, linked, referred, units] = [(); 4].map(|()| Vec::new());
        Self {
            counts: vec![0; groups],
            sums: vec![vec![Sum::default(); groups]; sums],
            members,
            linked,
            referred,
            units,
        }
    }

    /// The memory that the pairs take, which is nearly all.
    pub(super) fn bytes(&self) -> usize {
        let pairs = [&self.members, &self.linked, &self.referred, &self.units].map(Vec::capacity);
        pairs.iter().sum::<usize>() * size_of::<(u32, u32)>()
    }

    pub(super) fn grow(&mut self, groups: usize) {
        self.counts.resize(groups, 0);
        self.sums.iter_mut().for_each(|sums| sums.resize(groups, Sum::default()));
    }
}
