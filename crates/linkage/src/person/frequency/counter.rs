//! Counts names while an index is built, in bounded memory.
//! Pairs of names are too many to keep: those seen least are let go, as in the lossy counting of Manku and Motwani.

use std::collections::HashMap;
use std::hash::Hash;

use model::vocabulary::DobPrecision;

use super::tradition::Traditions;
use super::{Births, DECADES, Name, NameCounts, YEARS, decade, district, initial, parts, place};
use crate::person::PersonView;
use crate::postcode;

/// Entries of one table above which those seen least are let go: some 64 MB.
const ENTRIES_MAX: usize = 2_000_000;

/// Counts names, birth years and districts, record by record.
#[derive(Clone, Default)]
pub struct NameCounter {
    records: u32,
    given: Counts<u64>,
    family: Counts<u64>,
    /// Under the hashes of given and family name.
    pairs: Counts<(u64, u64)>,
    /// Under the hash of a given name and a decade of birth.
    decades: Counts<(u64, usize)>,
    districts: Counts<u64>,
    initials: [u32; 27],
    births: Vec<Births>,
}

impl NameCounter {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one record under its own name, not its aliases.
    pub fn add(&mut self, record: PersonView<'_>) {
        self.records = self.records.saturating_add(1);
        if let Some(form) = record.name_forms().next() {
            let first = form.given.split(' ').next().unwrap_or_default();
            let (given, family) = (Name::of(form.given).first, Name::of(form.family).whole);
            if let Some(letter) = first.bytes().next() {
                add(self.initials.get_mut(initial(letter)));
            }
            if first.len() > 1 {
                self.given.add(given, 1);
                if let Some(decade) = record.dob.and_then(|dob| decade(dob.year())) {
                    self.decades.add((given, decade), 1);
                }
            }
            if !form.family.is_empty() {
                self.family.add(family, 1);
            }
            if first.len() > 1 && !form.family.is_empty() {
                self.pairs.add((given, family), 1);
            }
        }
        if let Some(postcode) = record.postcode {
            self.districts.add(district(postcode::parts(postcode).0), 1);
        }
        if let Some(dob) = record.dob.filter(|_| record.dob_precision == DobPrecision::Day)
            && let Ok(at) = usize::try_from(dob.year() - YEARS.start)
            && at < YEARS.len()
        {
            if self.births.is_empty() {
                self.births = vec![(0, 0); YEARS.len()];
            }
            if let Some((all, new_year)) = self.births.get_mut(at) {
                add(Some(all));
                add((dob.month() == 1 && dob.day() == 1).then_some(new_year));
            }
        }
    }

    /// Adds what another counter has counted.
    pub fn merge(&mut self, other: &Self) {
        self.records = self.records.saturating_add(other.records);
        self.given.merge(&other.given);
        self.family.merge(&other.family);
        self.pairs.merge(&other.pairs);
        self.decades.merge(&other.decades);
        self.districts.merge(&other.districts);
        for (mine, others) in self.initials.iter_mut().zip(other.initials) {
            *mine = mine.saturating_add(others);
        }
        if self.births.is_empty() {
            self.births.clone_from(&other.births);
        } else {
            for (mine, others) in self.births.iter_mut().zip(&other.births) {
                *mine = (mine.0.saturating_add(others.0), mine.1.saturating_add(others.1));
            }
        }
    }

    /// The counts, fixed.
    pub fn finish(self) -> NameCounts {
        let (given, family) = (self.given.at_least(2), self.family.at_least(2));
        let mut pairs = Vec::with_capacity(self.pairs.counts.len());
        for ((given_name, family_name), times) in self.pairs.at_least(1) {
            pairs.extend(
                place(&given, given_name).zip(place(&family, family_name)).map(|(g, f)| (g, f, times)),
            );
        }
        let mut decades = vec![[0_u32; DECADES]; given.len()];
        let mut of_all = [0_u32; DECADES];
        for ((name, decade), times) in self.decades.at_least(1) {
            let slot = place(&given, name).and_then(|place| decades.get_mut(place)?.get_mut(decade));
            for count in slot.into_iter().chain(of_all.get_mut(decade)) {
                *count = count.saturating_add(times);
            }
        }
        let all: u32 = of_all.iter().fold(0, |all, &count| all.saturating_add(count));
        let shares = of_all.map(|count| f64::from(count) / f64::from(all.max(1)));
        let spread = |counts: &[u32; DECADES]| {
            let seen: u32 = counts.iter().fold(0, |seen, &count| seen.saturating_add(count));
            let mut spread = [0; DECADES];
            for (slot, (&count, share)) in spread.iter_mut().zip(counts.iter().zip(shares)) {
                // As if twenty bearers, born as all are, had been seen before.
                *slot = parts((f64::from(count) + 20.0 * share) / (f64::from(seen) + 20.0));
            }
            spread
        };
        NameCounts {
            decades: decades.iter().map(spread).collect(),
            decades_of_all: shares.map(parts),
            records: self.records,
            traditions: Traditions::learn(given.len(), family.len(), &pairs),
            given,
            family,
            districts: self.districts.at_least(2),
            initials: self.initials,
            births: self.births,
        }
    }
}

fn add(count: Option<&mut u32>) {
    if let Some(count) = count {
        *count = count.saturating_add(1);
    }
}

/// Counts under hashes, with a floor that rises when the table is full.
#[derive(Clone)]
struct Counts<K> {
    counts: HashMap<K, u32>,
    floor: u32,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self { counts: HashMap::new(), floor: 0 }
    }
}

impl<K: Copy + Ord + Hash> Counts<K> {
    fn add(&mut self, key: K, more: u32) {
        let count = self.counts.entry(key).or_insert(0);
        *count = count.saturating_add(more);
        while self.counts.len() > ENTRIES_MAX {
            self.floor += 1;
            let floor = self.floor;
            self.counts.retain(|_, count| *count > floor);
        }
    }

    fn merge(&mut self, other: &Self) {
        other.at_least(1).into_iter().for_each(|(key, count)| self.add(key, count));
    }

    /// What was counted `least` times or more, in the order of the keys.
    fn at_least(&self, least: u32) -> Vec<(K, u32)> {
        let seen = self.counts.iter().map(|(&key, &count)| (key, count));
        let mut table: Vec<(K, u32)> = seen.filter(|&(_, count)| count >= least).collect();
        table.sort_unstable();
        table
    }
}
