//! How common names, birth years and districts are among the records to be searched: agreement on a rare one says
//! more. Counted while an index is built, then kept beside it.

mod bytes;
mod counter;
mod tradition;

pub use bytes::BadCounts;
pub use counter::NameCounter;

use jiff::civil::Date;
use tradition::Traditions;

use crate::hash::KeyHasher;
use crate::name::is_particle;

/// The years whose births are counted one by one.
const YEARS: std::ops::Range<i16> = 1900..2100;

/// How often given and family name stand in each other's place.
const EXCHANGED: f64 = 0.02;

/// Names that seldom meet are let count for a little more, not for much: they may be of a tradition too small to see.
const LIFT_MIN: f64 = 0.25;

/// Births in one year: of all days, and of the first of January, which many systems write for an unknown day.
type Births = (u32, u32);

/// Counts of a force's records, fixed. Holds no name: each stands under a hash.
///
/// A share lies between 0 and 1. Names seen at most once count as seen once, which is what a name never seen is worth
/// too, and are not kept.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct NameCounts {
    records: u32,
    given: Table,
    family: Table,
    /// Classes of the names of both tables, in their order.
    traditions: Traditions,
    districts: Table,
    /// Given names by their first letter, then those that begin otherwise.
    initials: [u32; 27],
    births: Vec<Births>,
}

/// Counts under hashes, sorted by hash.
type Table = Vec<(u64, u32)>;

impl NameCounts {
    /// How many records were counted.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// The share of records with this first given name; nothing where no records were counted.
    pub(super) fn given(&self, name: u64) -> Option<f64> {
        self.share(find(&self.given, name), find(&self.family, name), 0.01)
    }

    /// The share of records with this family name.
    pub(super) fn family(&self, name: u64) -> Option<f64> {
        self.share(find(&self.family, name), find(&self.given, name), 0.001)
    }

    /// The share of records whose postcode lies in this district, the outward part of a postcode.
    pub(super) fn district(&self, outward: &str) -> Option<f64> {
        self.smoothed(f64::from(find(&self.districts, district(outward)).max(1)), 0.006)
    }

    /// The share of records whose first given name begins with this letter.
    pub(super) fn initial(&self, letter: u8) -> Option<f64> {
        let count = self.initials.get(initial(letter)).copied().unwrap_or(0);
        self.smoothed(f64::from(count), 1.0 / 13.0)
    }

    /// How much more often these two names stand together than if they were drawn apart; 1 where that is not known.
    pub(super) fn lift(&self, given: u64, family: u64) -> f64 {
        let places = (place(&self.given, given), place(&self.family, family));
        let lift = places.0.zip(places.1).and_then(|(given, family)| self.traditions.lift(given, family));
        lift.map_or(1.0, |lift| lift.max(LIFT_MIN))
    }

    /// The share of birth dates that fall on `date`.
    pub(super) fn day(&self, date: Date) -> Option<f64> {
        let (all, new_year) = self.births(date.year())?;
        let day =
            if date.month() == 1 && date.day() == 1 { new_year } else { (all - new_year).max(0.0) / 364.25 };
        Some(day)
    }

    /// The share of birth dates that fall in `year`.
    pub(super) fn year(&self, year: i16) -> Option<f64> {
        self.births(year).map(|(all, _)| all)
    }

    /// Shares of birth dates in `year`: all, and the first of January.
    fn births(&self, year: i16) -> Option<(f64, f64)> {
        let total: u64 = self.births.iter().map(|births| u64::from(births.0)).sum();
        let (all, new_year) =
            match usize::try_from(year - YEARS.start).ok().and_then(|at| self.births.get(at)) {
                Some(&(all, new_year)) => (f64::from(all), f64::from(new_year)),
                None => (0.0, 0.0),
            };
        // As if sixty years' births, spread evenly, had been seen before.
        let total = total as f64 + 60.0;
        (self.records > 0).then(|| ((all + 1.0) / total, (new_year + 1.0 / 365.25) / total))
    }

    /// The share of a name seen `count` times in its place, and `elsewhere` times in the other name's.
    fn share(&self, count: u32, elsewhere: u32, average: f64) -> Option<f64> {
        self.smoothed(f64::from(count.max(1)) + EXCHANGED * f64::from(elsewhere), average)
    }

    /// As if a record with an average name had been seen before: few records can't say that a name is rare.
    fn smoothed(&self, count: f64, average: f64) -> Option<f64> {
        (self.records > 0).then(|| count / (f64::from(self.records) + 1.0 / average).max(count))
    }
}

fn place(table: &Table, hash: u64) -> Option<usize> {
    table.binary_search_by_key(&hash, |&(hash, _)| hash).ok()
}

fn find(table: &Table, hash: u64) -> u32 {
    place(table, hash).and_then(|place| table.get(place)).map_or(0, |&(_, count)| count)
}

/// The hash of a name: of its letters without spaces or particles, as these do not matter in a family name.
pub(super) fn hash(name: &str) -> u64 {
    let tokens = || name.split(' ').filter(|token| !token.is_empty());
    let only_particles = tokens().all(is_particle);
    let core = tokens().filter(|token| only_particles || !is_particle(token));
    KeyHasher::new(b'n').bytes(core.flat_map(str::bytes)).finish()
}

/// The first of given names, by which they are counted.
pub(super) fn first(given_names: &str) -> &str {
    given_names.split(' ').next().unwrap_or_default()
}

fn district(outward: &str) -> u64 {
    KeyHasher::new(b'd').text(outward).finish()
}

fn initial(letter: u8) -> usize {
    usize::from(letter.wrapping_sub(b'a')).min(26)
}

impl std::fmt::Debug for NameCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameCounts({} records)", self.records)
    }
}

#[cfg(test)]
mod tests {
    use super::{NameCounter, NameCounts, hash};
    use crate::person::{PersonRecord, RawPerson};

    fn counter(names: &[(&str, &str, &str, u32)]) -> NameCounter {
        let mut counter = NameCounter::new();
        for (given_names, family_name, dob, times) in names {
            let dob = dob.parse().ok();
            let raw =
                RawPerson { given_names, family_name, dob, postcode: Some("M1 1AE"), ..RawPerson::default() };
            let record = PersonRecord::read(&raw);
            (0..*times).for_each(|_| counter.add(record.view()));
        }
        counter
    }

    #[test]
    fn shares_are_smoothed_and_names_that_go_together_are_known() {
        let counts = counter(&[
            ("John", "Smith", "1984-01-01", 300),
            ("John", "van der Berg", "1984-03-02", 300),
            ("Mohammed", "Khan", "1990-01-02", 300),
            ("Anna", "Smith", "1984-03-02", 99_100),
        ])
        .finish();
        let near = |found: Option<f64>, wanted: f64| {
            let found = found.unwrap_or_default();
            assert!((found / wanted - 1.0).abs() < 0.02, "{found} for {wanted}");
        };
        near(counts.given(hash("john")), 0.006);
        near(counts.family(hash("berg")), 0.003);
        near(counts.family(hash("al berg")), 0.003);
        near(counts.family(hash("nobody")), 1.0 / 101_000.0);
        near(counts.initial(b'a'), 0.991);
        near(counts.district("M1"), 1.0);
        near(counts.year(1984), 0.996);
        near("1984-01-01".parse().ok().and_then(|day| counts.day(day)), 0.003);
        near("1990-07-07".parse().ok().and_then(|day| counts.day(day)), 0.003 / 364.25);
        assert!(counts.lift(hash("mohammed"), hash("khan")) > 100.0);
        assert!(counts.lift(hash("mohammed"), hash("smith")) < 1.0);
        near(Some(counts.lift(hash("anna"), hash("smith"))), 1.0);
        near(Some(counts.lift(hash("zoe"), hash("nobody"))), 1.0);
        assert_eq!(NameCounts::default().given(hash("john")), None);
    }

    #[test]
    fn counting_apart_and_together_is_the_same() {
        let names = [("John", "Smith", "1984-01-01", 3), ("Mo", "Khan", "1990-05-01", 7), ("", "Lee", "", 2)];
        let (mut first, second) = (counter(&names[..1]), counter(&names[1..]));
        first.merge(&second);
        assert_eq!(first.finish(), counter(&names).finish());
    }
}
