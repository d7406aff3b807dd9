//! What weights are learned from, drawn by sums instead of chance: the same records give the same sample.
//! Candidates are what blocking brings up for some of the records; random pairs are of two persons, but for a few.

use std::collections::HashMap;

use crate::hash::KeyHasher;
use crate::person::{PersonRecord, PersonSubject, probe_keys, record_keys};

/// Candidates kept of one record.
const CANDIDATES_MAX: usize = 5_000;

/// A record of a sample, and the other records that share a blocking key with it, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateSet {
    /// The record.
    pub record: usize,
    /// The others, in order; of very many, the first.
    pub others: Vec<usize>,
}

/// The candidates of at most `sample` of the `records`, evenly spread.
pub fn candidate_sets(records: &[PersonRecord], sample: usize) -> Vec<CandidateSet> {
    let step = records.len().div_ceil(sample.max(1)).max(1);
    let mut asked: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut sets = Vec::new();
    for (record, view) in records.iter().map(PersonRecord::view).enumerate().step_by(step) {
        if let Some(subject) = PersonSubject::of_record(view) {
            probe_keys(&subject).into_iter().for_each(|key| asked.entry(key).or_default().push(sets.len()));
            sets.push(CandidateSet { record, others: Vec::new() });
        }
    }
    for (other, record) in records.iter().enumerate() {
        let mut met: Vec<usize> =
            record_keys(record).iter().filter_map(|key| asked.get(key)).flatten().copied().collect();
        met.sort_unstable();
        met.dedup();
        for place in met {
            if let Some(set) = sets.get_mut(place)
                && set.record != other
                && set.others.len() < CANDIDATES_MAX
            {
                set.others.push(other);
            }
        }
    }
    sets
}

/// `pairs` pairs of places among so many `records`, spread as if by chance. Pairs of one place stand together.
pub fn random_pairs(records: usize, pairs: usize) -> Vec<(usize, usize)> {
    /// Pairs of one place: comparing one record with many costs less.
    const RUN: usize = 100;
    if records < 2 {
        return Vec::new();
    }
    let draw = |tag: u8, number: usize| {
        let hash = KeyHasher::new(tag).bytes(number.to_le_bytes()).finish();
        usize::try_from(hash % records as u64).unwrap_or(0)
    };
    let pairs = (0..pairs).map(|number| (draw(b'1', number / RUN), draw(b'2', number)));
    pairs.filter(|(first, second)| first != second).collect()
}
