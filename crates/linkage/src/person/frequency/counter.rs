//! Counts names and what else is compared while an index is built, in bounded memory.
//! Any part of the records may be counted by itself, and the counts put together.

use std::panic::resume_unwind;

use model::vocabulary::DobPrecision;

use super::counts::Counts;
use super::tradition::{Spread, Traditions};
use super::{
    Births, DECADES, Name, NameCounts, Table, YEARS, decade, district, initial, parts, place, whole_postcode,
};
use crate::name::has_further;
use crate::nationality::Nationality;
use crate::person::{Facts, NameForm, PersonView};
use crate::postcode;

/// Counts names, birth years and districts, record by record.
#[derive(Clone, Default)]
pub struct NameCounter {
    records: u32,
    pub(super) given: Counts<u64>,
    pub(super) family: Counts<u64>,
    /// Under the hashes of given and family name.
    pub(super) pairs: Counts<(u64, u64)>,
    /// Under the hash of a given name and a decade of birth.
    pub(super) decades: Counts<(u64, usize)>,
    pub(super) districts: Counts<u64>,
    pub(super) addressed: u32,
    pub(super) postcodes: Counts<u64>,
    of_nations: u32,
    nations: Counts<u64>,
    /// Under the hash of a family name and a country's code.
    pub(super) nationals: Counts<(u64, u64)>,
    initials: [u32; 27],
    births: Vec<Births>,
    further: u32,
}

impl NameCounter {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one record under its own name, not its aliases.
    pub fn add(&mut self, record: PersonView<'_>) {
        self.add_named(record.name_forms().next(), Facts::of(record));
    }

    /// As [`Self::add`], of a record that is stored as its facts and its own name.
    pub fn add_named(&mut self, own: Option<NameForm<'_>>, record: Facts) {
        if let Some(form) = own {
            let (given, family) = (GivenName::of(form.given), family_name(form.family));
            self.add_given(&given, 1);
            if let Some(given) = given.key {
                self.given.add(given);
                decade_of(record).into_iter().for_each(|decade| self.decades.add((given, decade)));
            }
            if let Some(family) = family {
                self.family.add(family);
                for code in record.nationality().into_iter().flat_map(Nationality::codes) {
                    self.nationals.add((family, code.into()));
                }
            }
            given.key.zip(family).into_iter().for_each(|pair| self.pairs.add(pair));
        }
        if let Some(postcode) = record.postcode() {
            let postcode = Postcode::of(&postcode);
            self.districts.add(postcode.district);
            if let Some(whole) = postcode.whole {
                self.addressed = self.addressed.saturating_add(1);
                self.postcodes.add(whole);
            }
        }
        self.add_rest(record);
    }

    /// Counts the record itself, and what of it is neither name nor postcode.
    pub(super) fn add_rest(&mut self, record: Facts) {
        self.records = self.records.saturating_add(1);
        if let Some(nationality) = record.nationality() {
            self.of_nations = self.of_nations.saturating_add(1);
            nationality.codes().for_each(|code| self.nations.add(code.into()));
        }
        if let Some(dob) = record.dob().filter(|_| record.dob_precision() == DobPrecision::Day)
            && let Ok(at) = usize::try_from(dob.year() - YEARS.start)
            && at < YEARS.len()
        {
            if self.births.is_empty() {
                self.births = vec![(0, 0); YEARS.len()];
            }
            if let Some((all, new_year)) = self.births.get_mut(at) {
                add(Some(all), 1);
                add((dob.month() == 1 && dob.day() == 1).then_some(new_year), 1);
            }
        }
    }

    /// Counts what given names that so many bear say besides which they are.
    pub(super) fn add_given(&mut self, given: &GivenName, times: u32) {
        add(given.initial.and_then(|at| self.initials.get_mut(at)), times);
        add(given.has_further.then_some(&mut self.further), times);
    }

    /// Sorts what has gathered, as [`Self::merge`] would: the thread that counted does so beside others.
    pub fn settle(&mut self) {
        for counts in
            [&mut self.given, &mut self.family, &mut self.districts, &mut self.postcodes, &mut self.nations]
        {
            counts.settle();
        }
        self.pairs.settle();
        self.decades.settle();
        self.nationals.settle();
    }

    /// Adds what another counter has counted.
    pub fn merge(&mut self, other: Self) {
        self.records = self.records.saturating_add(other.records);
        self.further = self.further.saturating_add(other.further);
        self.given.merge(other.given);
        self.family.merge(other.family);
        self.pairs.merge(other.pairs);
        self.decades.merge(other.decades);
        self.districts.merge(other.districts);
        self.addressed = self.addressed.saturating_add(other.addressed);
        self.postcodes.merge(other.postcodes);
        self.of_nations = self.of_nations.saturating_add(other.of_nations);
        self.nations.merge(other.nations);
        self.nationals.merge(other.nationals);
        for (mine, others) in self.initials.iter_mut().zip(other.initials) {
            *mine = mine.saturating_add(others);
        }
        if self.births.is_empty() {
            self.births = other.births;
        } else {
            for (mine, others) in self.births.iter_mut().zip(&other.births) {
                *mine = (mine.0.saturating_add(others.0), mine.1.saturating_add(others.1));
            }
        }
    }

    /// The counts, fixed.
    pub fn finish(self) -> NameCounts {
        let (given, family): (Table, Table) = (self.given.at_least(2).into(), self.family.at_least(2).into());
        let pairs = places_of(&self.pairs.at_least(1), &given, &family);
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
        let traditions = Traditions::learn(given.len(), family.len(), &pairs);
        let nations = self.nations.at_least(1).into();
        NameCounts {
            nation_spreads: nation_spreads(&nations, &family, &self.nationals.at_least(1), &traditions),
            nations,
            of_nations: self.of_nations,
            addressed: self.addressed,
            postcodes: self.postcodes.at_least(3).into(),
            decades: decades.iter().map(spread).collect(),
            decades_of_all: shares.map(parts),
            records: self.records,
            traditions,
            given,
            family,
            districts: self.districts.at_least(2).into(),
            initials: self.initials,
            births: self.births,
            further: self.further,
        }
    }
}

/// Where tables have the names of pairs, which are in the order of their given names, found out by two threads.
fn places_of(pairs: &[((u64, u64), u32)], given: &Table, family: &Table) -> Vec<(usize, usize, u32)> {
    let places = |pairs: &[((u64, u64), u32)]| {
        let mut places = Vec::with_capacity(pairs.len());
        for same in pairs.chunk_by(|a, b| a.0.0 == b.0.0) {
            let Some(at) = same.first().and_then(|pair| place(given, pair.0.0)) else { continue };
            places.extend(same.iter().filter_map(|pair| Some((at, place(family, pair.0.1)?, pair.1))));
        }
        places
    };
    let (one, other) = pairs.split_at(pairs.len() / 2);
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| places(other));
        let mut all = places(one);
        all.append(&mut beside.join().unwrap_or_else(|panic| resume_unwind(panic)));
        all
    })
}

/// How the nationals of each country are spread over the classes of their family names.
fn nation_spreads(
    nations: &Table,
    families: &Table,
    nationals: &[((u64, u64), u32)],
    traditions: &Traditions,
) -> Vec<Spread> {
    let mut bearers: Vec<Vec<(usize, u32)>> = vec![Vec::new(); nations.len()];
    for &((family, code), times) in nationals {
        let slot = place(nations, code).and_then(|at| bearers.get_mut(at));
        slot.into_iter().for_each(|slot| slot.extend(place(families, family).map(|family| (family, times))));
    }
    bearers.iter().map(|bearers| traditions.spread_of(bearers)).collect()
}

/// What is counted of given names.
pub(super) struct GivenName {
    /// The hash of the first, unless that is a mere letter.
    pub(super) key: Option<u64>,
    initial: Option<usize>,
    has_further: bool,
}

impl GivenName {
    pub(super) fn of(text: &str) -> Self {
        let first = text.split(' ').next().unwrap_or_default();
        Self {
            key: (first.len() > 1).then(|| Name::of(text).first),
            initial: first.bytes().next().map(initial),
            has_further: has_further(text),
        }
    }
}

/// The hash that a family name is counted under.
pub(super) fn family_name(text: &str) -> Option<u64> {
    (!text.is_empty()).then(|| Name::of(text).whole)
}

/// What is counted of a postcode.
pub(super) struct Postcode {
    pub(super) district: u64,
    pub(super) whole: Option<u64>,
}

impl Postcode {
    pub(super) fn of(text: &str) -> Self {
        let (outward, inward) = postcode::parts(text);
        Self { district: district(outward), whole: inward.map(|_| whole_postcode(text)) }
    }
}

/// The decade in which a record's person was born.
pub(super) fn decade_of(record: Facts) -> Option<usize> {
    record.dob().and_then(|dob| decade(dob.year()))
}

fn add(count: Option<&mut u32>, times: u32) {
    if let Some(count) = count {
        *count = count.saturating_add(times);
    }
}
