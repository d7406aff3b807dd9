//! How common names, birth years, places and nationalities are among the records to be searched: agreement on a rare one
//! says more. Counted while an index is built, then kept beside it.

mod bytes;
mod counter;
mod counts;
mod meant;
mod numbered;
mod table;
mod tradition;

pub(super) use meant::{Meant, Written};

pub use bytes::BadCounts;
pub use counter::NameCounter;
pub use numbered::NumberedCounter;

use jiff::civil::Date;
use table::{Table, find, place};
use tradition::{Spread, Traditions};

use crate::hash::KeyHasher;
use crate::name::is_particle;
use crate::nationality::Code;

/// The years whose births are counted one by one.
const YEARS: std::ops::Range<i16> = 1900..2100;

/// How often given and family name stand in each other's place.
const EXCHANGED: f64 = 0.02;

/// Names that seldom meet are let count for a little more, not for much: they may be of a tradition too small to see.
const LIFT_MIN: f64 = 0.25;

/// A name seen less often counts as seen so often. Most that stand in one record alone are slips of the pen, which
/// others may share, and not names that nobody else bears.
const SEEN_MIN: f64 = 2.0;

/// A name seen once or not at all is borne by so many, as one that is met by the rarer of two spellings: Good and Turing's
/// estimate for names, whose counts fall about as the square.
const BORNE_MIN: f64 = 0.5;

/// A postcode that fewer records bear counts as borne by so many: one that is met has the record that it was met in, in whose place one
/// may stand that was not seen.
const BEARERS_MIN: f64 = 1.0;

/// Decades of the years.
const DECADES: usize = 20;

/// Births in one year: of all days, and of the first of January, which many systems write for an unknown day.
type Births = (u32, u32);

/// Counts of a force's records, fixed. Holds no name: each stands under a hash.
///
/// A share lies between 0 and 1. Names seen once are not kept: they are worth as much as a name never seen.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct NameCounts {
    records: u32,
    given: Table,
    family: Table,
    /// Classes of the names of both tables, in their order.
    traditions: Traditions,
    /// In which decades the bearers of a given name were born, in parts of 255, in the order of its table.
    decades: Vec<[u8; DECADES]>,
    decades_of_all: [u8; DECADES],
    districts: Table,
    /// Records with a whole postcode, and how many bear each.
    addressed: u32,
    postcodes: Table,
    /// Records whose nationality is known, and how many are of each country, under its code.
    of_nations: u32,
    nations: Table,
    /// How the nationals of each country are spread over the classes of names, in the order of its table.
    nation_spreads: Vec<Spread>,
    /// Given names by their first letter, then those that begin otherwise.
    initials: [u32; 27],
    births: Vec<Births>,
    /// Records with further given names.
    further: u32,
}

impl NameCounts {
    /// How many records were counted.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// What was counted of a name in its normal form.
    pub(super) fn seen(&self, name: &str) -> Seen {
        let name = Name::of(name);
        let counted = |table: &Table, hash| {
            let at = place(table, hash);
            (at, at.and_then(|at| table.get(at)).map_or(0.0, |&(_, count)| f64::from(count)))
        };
        let ((given_at, given), (family_at, family)) =
            (counted(&self.given, name.first), counted(&self.family, name.whole));
        Seen { given_at, given, family_at, family }
    }

    /// How many records bear a name in its normal form, in either place.
    pub fn borne(&self, name: &str) -> Borne {
        let name = Name::of(name);
        Borne { given: find(&self.given, name.first), family: find(&self.family, name.whole) }
    }

    /// The share of records that have this name in this place; nothing where no records were counted. Names that stand
    /// in each other's place by mistake are counted in.
    pub(super) fn share(&self, seen: Seen, place: Place) -> Option<f64> {
        self.share_of(seen, place, SEEN_MIN)
    }

    /// As [`Self::share`], of a name that is weighed as another spelling of one that is alike. Unlike a slip that two records
    /// share, one that stands in a single record is hardly a name that others bear.
    pub(super) fn spelling_share(&self, seen: Seen, place: Place) -> Option<f64> {
        self.share_of(seen, place, BORNE_MIN)
    }

    fn share_of(&self, seen: Seen, place: Place, least: f64) -> Option<f64> {
        match place {
            Place::Given => self.smoothed(seen.given.max(least) + EXCHANGED * seen.family, 0.01),
            Place::Family => self.smoothed(seen.family.max(least) + EXCHANGED * seen.given, 0.001),
        }
    }

    /// The share of records whose postcode lies in this district, the outward part of a postcode.
    pub(super) fn district(&self, outward: &str) -> Option<f64> {
        self.smoothed(f64::from(find(&self.districts, district(outward)).max(1)), 0.006)
    }

    /// The share of records that bear this whole postcode. One borne by few counts as borne by a few: it may be a slip of
    /// the pen that others share.
    pub(super) fn postcode(&self, postcode: &str) -> Option<f64> {
        let bearers = f64::from(find(&self.postcodes, whole_postcode(postcode))).max(BEARERS_MIN);
        (self.records > 0).then(|| smoothed(self.addressed, bearers, 0.0004))
    }

    /// The share of records of this nationality among those that have this given and this family name.
    pub(super) fn nationality(&self, code: Code, given: Option<Seen>, family: Option<Seen>) -> Option<f64> {
        let at = place(&self.nations, code.into());
        let count = at.and_then(|at| self.nations.get(at)).map_or(1, |&(_, count)| count);
        let share = (self.records > 0).then(|| smoothed(self.of_nations, f64::from(count), 0.01))?;
        let (given, family) = (given.and_then(|seen| seen.given_at), family.and_then(|seen| seen.family_at));
        let lift = at
            .and_then(|at| self.nation_spreads.get(at))
            .and_then(|spread| self.traditions.lift_of(spread, given, family));
        Some((share * lift.map_or(1.0, |lift| lift.max(LIFT_MIN))).min(1.0))
    }

    /// The share of records whose first given name begins with this letter; where none does, as if a few did.
    pub(super) fn initial(&self, letter: u8) -> Option<f64> {
        let count = self.initials.get(initial(letter)).copied().unwrap_or(0);
        self.smoothed(f64::from(count).max(SEEN_MIN), 1.0 / 13.0)
    }

    /// The share of records with a given name that have further ones; nothing where no records were counted.
    pub(super) fn further(&self) -> Option<f64> {
        let named: u64 = self.initials.iter().map(|&count| u64::from(count)).sum();
        (named > 0).then(|| f64::from(self.further) / named as f64)
    }

    /// How much more often these two names stand together, each in its place, than if they were drawn apart; 1 where
    /// that is not known. Names that stand in each other's place do so together.
    pub(super) fn lift(&self, given: Seen, family: Seen) -> f64 {
        if self.records == 0 {
            return 1.0;
        }
        let (g, f) = (given.given.max(SEEN_MIN), family.family.max(SEEN_MIN));
        let usual = g * f * self.tie(given, family);
        let exchanged = if given.family > 0.0 && family.given > 0.0 {
            EXCHANGED * given.family * family.given * self.tie(family, given)
        } else {
            0.0
        };
        (usual + exchanged) / ((g + EXCHANGED * given.family) * (f + EXCHANGED * family.given))
    }

    /// How much more often these two given names stand beside each other than if they were drawn apart, by the traditions that they
    /// follow; 1 where that is not known, or where they seldom meet.
    pub(super) fn lift_of_given(&self, first: Seen, further: Seen) -> f64 {
        let places = first.given_at.zip(further.given_at);
        let lift = places.and_then(|(first, further)| self.traditions.lift_of_given(first, further));
        lift.filter(|lift| lift.is_finite()).map_or(1.0, |lift| lift.max(1.0))
    }

    fn tie(&self, given: Seen, family: Seen) -> f64 {
        let places = given.given_at.zip(family.family_at);
        let lift = places.and_then(|(given, family)| self.traditions.lift(given, family));
        lift.map_or(1.0, |lift| lift.max(LIFT_MIN))
    }

    /// How much more often bearers of this first given name are born in the decade of `year` than others are; 1 where
    /// that is not known. Names go in and out of fashion.
    pub(super) fn fashion(&self, given: Seen, year: i16) -> f64 {
        let decade = decade(year);
        let (Some(place), Some(decade)) = (given.given_at, decade) else { return 1.0 };
        let share = |spread: &[u8; DECADES]| {
            let all: u32 = spread.iter().map(|&part| u32::from(part)).sum();
            spread.get(decade).map(|&part| f64::from(part) / f64::from(all))
        };
        let lift = self
            .decades
            .get(place)
            .and_then(share)
            .zip(share(&self.decades_of_all))
            .map(|(of, all)| of / all);
        lift.filter(|lift| lift.is_finite()).map_or(1.0, |lift| lift.max(LIFT_MIN))
    }

    /// When those counted were born; nothing where no records were counted.
    pub(super) fn births(&self) -> Option<BirthShares<'_>> {
        let total: u64 = self.births.iter().map(|births| u64::from(births.0)).sum();
        // As if sixty years' births, spread evenly, had been seen before.
        (self.records > 0).then(|| BirthShares { births: &self.births, total: total as f64 + 60.0 })
    }

    fn smoothed(&self, count: f64, average: f64) -> Option<f64> {
        (self.records > 0).then(|| smoothed(self.records, count, average))
    }
}

/// The share that `count` is of `records`, as if one of an average share had been seen before: few records can't say that a
/// name is rare.
fn smoothed(records: u32, count: f64, average: f64) -> f64 {
    count / (f64::from(records) + 1.0 / average).max(count)
}

/// Shares of birth dates.
#[derive(Clone, Copy)]
pub(super) struct BirthShares<'a> {
    births: &'a [Births],
    total: f64,
}

impl BirthShares<'_> {
    /// The share that falls on `date`.
    pub(super) fn day(self, date: Date) -> f64 {
        let (all, new_year) = self.of(date.year());
        if date.month() == 1 && date.day() == 1 { new_year } else { (all - new_year).max(0.0) / 364.25 }
    }

    /// The share that falls in `year`.
    pub(super) fn year(self, year: i16) -> f64 {
        self.of(year).0
    }

    /// Shares in `year`: all, and the first of January.
    fn of(self, year: i16) -> (f64, f64) {
        let at = usize::try_from(year - YEARS.start).ok();
        let (all, new_year) = at.and_then(|at| self.births.get(at)).copied().unwrap_or((0, 0));
        ((f64::from(all) + 1.0) / self.total, (f64::from(new_year) + 1.0 / 365.25) / self.total)
    }
}

/// A name as it was counted: hashes of all its letters, without spaces or particles, and of its first word. The first
/// is how family names are counted, the second how given names are.
#[derive(Clone, Copy)]
struct Name {
    whole: u64,
    first: u64,
}

impl Name {
    /// The name that `text`, in its normal form, is counted as.
    fn of(text: &str) -> Self {
        if !text.contains(' ') {
            let hash = KeyHasher::new(b'n').bytes(text.bytes()).finish();
            return Self { whole: hash, first: hash };
        }
        let tokens = || text.split(' ').filter(|token| !token.is_empty());
        let only_particles = tokens().all(is_particle);
        let core = tokens().filter(|token| only_particles || !is_particle(token));
        let hash = |letters: &mut dyn Iterator<Item = u8>| KeyHasher::new(b'n').bytes(letters).finish();
        let whole = hash(&mut core.flat_map(str::bytes));
        Self { whole, first: hash(&mut tokens().next().unwrap_or_default().bytes()) }
    }
}

/// How many records bear a name: as their first given name, and as their family name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Borne {
    given: u32,
    family: u32,
}

impl Borne {
    /// What was counted of the name, but where tables have it.
    pub(super) fn seen(self) -> Seen {
        Seen { given: self.given.into(), family: self.family.into(), ..Seen::default() }
    }
}

/// What was counted of one name: how often it was seen in either place, and where its tables have it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    given: f64,
    given_at: Option<usize>,
    family: f64,
    family_at: Option<usize>,
}

/// The place of a name in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Given,
    Family,
}

fn decade(year: i16) -> Option<usize> {
    usize::try_from(year - YEARS.start).ok().map(|years| years / 10).filter(|&decade| decade < DECADES)
}

/// A share in parts of 255.
fn parts(share: f64) -> u8 {
    // Between 0 and 255 by construction, and clamped besides.
    (share * 255.0).round().clamp(0.0, 255.0) as u8
}

fn district(outward: &str) -> u64 {
    KeyHasher::new(b'd').text(outward).finish()
}

fn whole_postcode(postcode: &str) -> u64 {
    KeyHasher::new(b'p').text(postcode).finish()
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
    use super::{NameCounter, NameCounts, Place, Seen};
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
        near(counts.share(counts.seen("john"), Place::Given), 0.006);
        near(counts.share(counts.seen("berg"), Place::Family), 0.003);
        near(counts.share(counts.seen("al berg"), Place::Family), 0.003);
        near(counts.share(counts.seen("nobody"), Place::Family), 2.0 / 101_000.0);
        near(counts.initial(b'a'), 0.991);
        near(counts.district("M1"), 1.0);
        let births = counts.births().unwrap();
        near(Some(births.year(1984)), 0.996);
        near(Some(births.day("1984-01-01".parse().unwrap())), 0.003);
        near(Some(births.day("1990-07-07".parse().unwrap())), 0.003 / 364.25);
        assert!(counts.lift(counts.seen("mohammed"), counts.seen("khan")) > 100.0);
        assert!(counts.lift(counts.seen("mohammed"), counts.seen("smith")) < 1.0);
        near(Some(counts.lift(counts.seen("anna"), counts.seen("smith"))), 1.0);
        near(Some(counts.lift(counts.seen("zoe"), counts.seen("nobody"))), 1.0);
        assert_eq!(NameCounts::default().share(Seen::default(), Place::Given), None);
    }

    #[test]
    fn counting_apart_and_together_is_the_same() {
        let names = [("John", "Smith", "1984-01-01", 3), ("Mo", "Khan", "1990-05-01", 7), ("", "Lee", "", 2)];
        let (mut first, second) = (counter(&names[..1]), counter(&names[1..]));
        first.merge(second);
        assert_eq!(first.finish(), counter(&names).finish());
    }
}
