//! Counts records whose names are stored once each, under numbers: a name is read once, however many records bear it, and so
//! is a postcode. Any part of the records may be counted by itself, and the counts put together.

use std::panic::resume_unwind;

use super::NameCounter;
use super::counter::{GivenName, Postcode, decade_of, family_name};
use super::counts::Counts;
use crate::nationality::Nationality;
use crate::person::Facts;
use crate::postcode::Code;

/// Counts what a [`NameCounter`] does, record by record.
#[derive(Default)]
pub struct NumberedCounter {
    /// What is neither name nor postcode.
    rest: NameCounter,
    /// How many records have each name as their given names, and as their family name.
    given: Vec<u32>,
    family: Vec<u32>,
    /// Given and family name.
    pairs: Counts<u64>,
    /// Given name, and decade of birth.
    decades: Counts<u64>,
    /// Family name, and a country's code.
    nationals: Counts<u64>,
    postcodes: Counts<u32>,
}

impl NumberedCounter {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a record under the numbers of its own given and family name.
    pub fn add(&mut self, own: Option<[u32; 2]>, record: Facts) {
        if let Some([given, family]) = own {
            add(&mut self.given, given, 1);
            add(&mut self.family, family, 1);
            self.pairs.add(pair(given, family));
            let decade = decade_of(record).and_then(|decade| u32::try_from(decade).ok());
            decade.into_iter().for_each(|decade| self.decades.add(pair(given, decade)));
            for code in record.nationality().into_iter().flat_map(Nationality::codes) {
                self.nationals.add(pair(family, code.into()));
            }
        }
        if let Some(postcode) = record.code() {
            self.postcodes.add(Code::to_bits(Some(postcode)));
        }
        self.rest.add_rest(record);
    }

    /// Sorts what has gathered, as [`Self::merge`] would: the thread that counted does so beside others.
    pub fn settle(&mut self) {
        self.rest.settle();
        [&mut self.pairs, &mut self.decades, &mut self.nationals].into_iter().for_each(Counts::settle);
        self.postcodes.settle();
    }

    /// Adds what another has counted under the same numbers.
    pub fn merge(&mut self, other: Self) {
        self.rest.merge(other.rest);
        for (mine, others) in [(&mut self.given, other.given), (&mut self.family, other.family)] {
            (0..).zip(others).for_each(|(number, times)| add(mine, number, times));
        }
        self.pairs.merge(other.pairs);
        self.decades.merge(other.decades);
        self.nationals.merge(other.nationals);
        self.postcodes.merge(other.postcodes);
    }

    /// The same counts under the names themselves, which `text` tells by their numbers. Pairs, which are the most, are brought into
    /// their new order beside all others.
    pub fn named<'n>(self, text: impl Fn(u32) -> &'n str) -> NameCounter {
        let Self { rest: mut all, given, family, pairs, decades, nationals, postcodes } = self;
        let mut given_keys: Vec<Option<u64>> = Vec::with_capacity(given.len());
        for (number, &times) in (0..).zip(&given) {
            let name = (times > 0).then(|| GivenName::of(text(number)));
            name.iter().for_each(|name| all.add_given(name, times));
            given_keys.push(name.and_then(|name| name.key));
        }
        let family_keys: Vec<Option<u64>> = (0..)
            .zip(&family)
            .map(|(number, &times)| if times > 0 { family_name(text(number)) } else { None })
            .collect();
        let counted = |keys: &[Option<u64>], times: Vec<u32>| -> Vec<(u64, u32)> {
            keys.iter().zip(times).filter_map(|(key, times)| Some(((*key)?, times))).collect()
        };
        let mut named_pairs = std::mem::take(&mut all.pairs);
        all.pairs = std::thread::scope(|scope| {
            let naming = scope.spawn(|| {
                named_pairs.add_counted(named_pairs_of(&pairs.at_least(1), &given_keys, &family_keys));
                named_pairs
            });
            all.decades.add_counted(decades.at_least(1).into_iter().filter_map(|(key, times)| {
                let (given, decade) = parted(key);
                Some(((under(&given_keys, given)?, usize::try_from(decade).ok()?), times))
            }));
            all.nationals.add_counted(nationals.at_least(1).into_iter().filter_map(|(key, times)| {
                let (family, code) = parted(key);
                Some(((under(&family_keys, family)?, code.into()), times))
            }));
            all.given.add_counted(counted(&given_keys, given));
            all.family.add_counted(counted(&family_keys, family));
            all.add_postcodes(postcodes.at_least(1));
            naming.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        all
    }
}

impl NameCounter {
    /// Adds postcodes that so many records have.
    fn add_postcodes(&mut self, counted: Vec<(u32, u32)>) {
        let (mut districts, mut whole) = (Vec::new(), Vec::new());
        for (bits, times) in counted {
            let Some(text) = Code::from_bits(bits).and_then(Code::text) else { continue };
            let postcode = Postcode::of(&text);
            districts.push((postcode.district, times));
            if let Some(key) = postcode.whole {
                self.addressed = self.addressed.saturating_add(times);
                whole.push((key, times));
            }
        }
        self.districts.add_counted(districts);
        self.postcodes.add_counted(whole);
    }
}

/// What a name is counted under.
fn under(keys: &[Option<u64>], number: u32) -> Option<u64> {
    keys.get(usize::try_from(number).ok()?).copied()?
}

/// Pairs in the order of what their names are counted under. Those of one given name stand together under its number already, so that
/// few are put in order at once.
fn named_pairs_of(
    pairs: &[(u64, u32)],
    given_keys: &[Option<u64>],
    family_keys: &[Option<u64>],
) -> Vec<((u64, u64), u32)> {
    let groups = pairs.chunk_by(|a, b| parted(a.0).0 == parted(b.0).0);
    let under_given = |group: &'_ [(u64, u32)]| under(given_keys, parted(group.first()?.0).0);
    let mut groups: Vec<_> = groups.filter_map(|group| Some((under_given(group)?, group))).collect();
    groups.sort_unstable_by_key(|(given, _)| *given);
    let mut named = Vec::with_capacity(pairs.len());
    let mut some = Vec::new();
    for same in groups.chunk_by(|a, b| a.0 == b.0) {
        for &(given, group) in same {
            some.extend(
                group
                    .iter()
                    .filter_map(|&(pair, times)| Some(((given, under(family_keys, parted(pair).1)?), times))),
            );
        }
        some.sort_unstable_by_key(|((_, family), _)| *family);
        named.append(&mut some);
    }
    named
}

fn add(counts: &mut Vec<u32>, number: u32, times: u32) {
    let Ok(at) = usize::try_from(number) else { return };
    if counts.len() <= at {
        counts.resize(at + 1, 0);
    }
    if let Some(count) = counts.get_mut(at) {
        *count = count.saturating_add(times);
    }
}

/// Two numbers in one, which stand in the order of the first.
fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

fn parted(pair: u64) -> (u32, u32) {
    let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    (half(pair >> 32), half(pair))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::NumberedCounter;
    use crate::person::{Facts, NameCounter, NameTable, PersonRecord, RawPerson};

    proptest! {
        #[test]
        fn under_numbers_the_same_is_counted(
            records in prop::collection::vec(
                (
                    "(jo|j|mary ann|ann|al)?",
                    "(smith|van der berg|berg|o|khan)?",
                    prop::option::of(0..40_i16),
                    prop::sample::select(vec![None, Some("M1 1AE"), Some("M1"), Some("SW1A 2AA")]),
                    prop::sample::select(vec![None, Some("British"), Some("Congolese, Irish")]),
                ),
                0..60,
            ),
        ) {
            let (mut names, mut plain) = (NameTable::new(), NameCounter::new());
            let mut parts = [NumberedCounter::new(), NumberedCounter::new()];
            for (at, (given_names, family_name, year, postcode, nationality)) in records.iter().enumerate() {
                let record = PersonRecord::read(&RawPerson {
                    given_names,
                    family_name,
                    dob: year.and_then(|year| jiff::civil::Date::new(1950 + year, 1 + i8::try_from(year % 2).unwrap(), 1).ok()),
                    postcode: *postcode,
                    nationality: *nationality,
                    ..RawPerson::default()
                });
                plain.add(record.view());
                let own = record.name_forms().next();
                let own = own.map(|form| [form.given, form.family].map(|name| names.number(name).unwrap()));
                parts[at % 2].add(own, Facts::of(record.view()));
            }
            let [mut all, other] = parts;
            all.settle();
            all.merge(other);
            prop_assert_eq!(all.named(|number| names.name(number)).finish(), plain.finish());
        }
    }
}
