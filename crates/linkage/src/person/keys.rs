//! Blocking keys: a record is a candidate for a probe when they share one. Chosen for recall first.
//!
//! Each key joins facts that survive an error in the others: the birth date survives anything in the names; a name with
//! the year, a wrong day; a name with day and month, a wrong year; two names, anything in the birth date; one name
//! and the other less one consonant, a slip besides; the postcode, nearly everything else. Names enter by their
//! [`Sound`], and keys do not say which is given and which is family, so that exchanged names meet. What is uncertain
//! is spelled out on the probe's side: nicknames, readings of one letter in several languages, exchanged digits.

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use super::dob::ESTIMATE_YEARS;
use super::record::{PersonRecord, PersonView};
use super::subject::PersonSubject;
use crate::hash::KeyHasher;
use crate::keys::Keys;
use crate::name::Sound;
use crate::name::Sounds;
use crate::postcode;

/// The most keys that a record is indexed under. Without aliases it has about twenty.
pub const RECORD_KEYS_MAX: usize = 96;

/// The most keys that a probe asks under.
pub const PROBE_KEYS_MAX: usize = 256;

/// Key families. Their bytes are stored in every index: changing one is a new [`crate::KEYS_VERSION`].
mod tag {
    pub(super) const DOB: u8 = b'D';
    pub(super) const TWO_NAMES: u8 = b'G';
    pub(super) const NAME_YEAR: u8 = b'Y';
    pub(super) const NAME_VAGUE_YEAR: u8 = b'V';
    pub(super) const NAME_MONTH: u8 = b'A';
    pub(super) const NAME_DAY: u8 = b'M';
    pub(super) const SLIP: u8 = b'N';
    pub(super) const NAME: u8 = b'F';
    pub(super) const INITIAL: u8 = b'I';
    pub(super) const ONLY_INITIAL: u8 = b'J';
    pub(super) const POSTCODE: u8 = b'P';
}

/// The keys that a record is indexed under.
pub fn record_keys(record: &PersonRecord) -> Vec<u64> {
    let record: PersonView<'_> = record.view();
    let mut keys = Keys::with_room_for(RECORD_KEYS_MAX);
    let dates = Dates::of_record(record.dob, record.dob_precision);
    if let Some(day) = dates.day {
        keys.add(dob_key(day));
    }
    if let Some(postcode) = record.postcode {
        postcode_key(postcode, &mut keys);
    }
    for form in record.name_forms() {
        let (given, family) = (Sounds::of_given(form.given), Sounds::of_family(form.family));
        let initial = form.given.bytes().next();
        for &f in family.iter() {
            for &g in given.iter() {
                keys.add(pair(f, g));
            }
        }
        for &name in family.iter().chain(given.iter()) {
            keys.add(alone(name));
            dates.with(name, &mut keys);
        }
        for &f in family.iter() {
            for &g in given.iter().take(1) {
                slips(f, g, &mut keys);
                slips(g, f, &mut keys);
            }
            if let Some(initial) = initial {
                keys.add(with_initial(tag::INITIAL, f, initial));
                if given.is_empty() {
                    keys.add(with_initial(tag::ONLY_INITIAL, f, initial));
                }
            }
        }
    }
    keys.into_vec()
}

/// The keys that a probe asks under, the most telling first. An index walks them in order and may pass over a key
/// that leads to more records than it has room for: what follows says less.
pub fn probe_keys(subject: &PersonSubject) -> Vec<u64> {
    let mut keys = Keys::with_room_for(PROBE_KEYS_MAX);
    let (given, family) = (subject.given.text(), subject.family.text());
    let given_sounds = Sounds::asked_given(given);
    let family_sounds = Sounds::asked_family(family);
    let initial = given.bytes().next();
    let dates = Dates::of_probe(subject.dob);
    if let Some(day) = dates.day {
        keys.add(dob_key(day));
    }
    for &f in family_sounds.iter() {
        for &g in given_sounds.iter() {
            keys.add(pair(f, g));
        }
    }
    if let Some(postcode) = subject.postcode.as_ref() {
        postcode_key(postcode.as_str(), &mut keys);
    }
    if let Some(swapped) = dates.swapped {
        keys.add(dob_key(swapped));
    }
    for &f in family_sounds.iter() {
        if let Some(initial) = initial {
            keys.add(with_initial(tag::ONLY_INITIAL, f, initial));
        }
    }
    for &name in family_sounds.iter().chain(given_sounds.iter()) {
        if let Some((year, month, day)) = dates.parts {
            keys.add(name_day(name, month, day));
            keys.add(name_month(name, year, month));
            keys.add(vague_year(name, year));
        }
    }
    for &f in family_sounds.iter() {
        if let Some((year, _, _)) = dates.parts {
            keys.add(name_year(f, year));
        }
    }
    for &f in family_sounds.iter() {
        for &g in given_sounds.iter() {
            slips(f, g, &mut keys);
        }
    }
    for &g in given_sounds.iter().take(1) {
        for &f in family_sounds.iter() {
            slips(g, f, &mut keys);
        }
    }
    for &name in family_sounds.iter().chain(given_sounds.iter().take(1)) {
        keys.add(alone(name));
    }
    for &g in given_sounds.iter() {
        if let Some((year, _, _)) = dates.parts {
            keys.add(name_year(g, year));
        }
    }
    for &f in family_sounds.iter() {
        if let Some(initial) = initial {
            keys.add(with_initial(tag::INITIAL, f, initial));
        }
    }
    keys.into_vec()
}

/// What is known of a birth date, as keys use it.
#[derive(Default)]
struct Dates {
    /// To the day, and not the first of January, which stands for unknown days.
    day: Option<Date>,
    /// Day and month exchanged, where that is a date.
    swapped: Option<Date>,
    /// Year, month and day of a probe.
    parts: Option<(i16, i8, i8)>,
    years: Option<std::ops::RangeInclusive<i16>>,
    month: Option<(i16, i8)>,
    vague: bool,
}

impl Dates {
    fn of_record(dob: Option<Date>, precision: DobPrecision) -> Self {
        let Some(dob) = dob else { return Self::default() };
        let slack = if precision == DobPrecision::Estimated { ESTIMATE_YEARS } else { 0 };
        let vague = is_new_year(dob) || matches!(precision, DobPrecision::Estimated | DobPrecision::Year);
        let month = matches!(precision, DobPrecision::Month) || (precision == DobPrecision::Day && !vague);
        Self {
            day: (precision == DobPrecision::Day && !vague).then_some(dob),
            years: Some(dob.year().saturating_sub(slack)..=dob.year().saturating_add(slack)),
            month: month.then_some((dob.year(), dob.month())),
            vague,
            ..Self::default()
        }
    }

    fn of_probe(dob: Option<Date>) -> Self {
        let Some(dob) = dob else { return Self::default() };
        let vague = is_new_year(dob);
        let swapped = Date::new(dob.year(), dob.day(), dob.month()).ok().filter(|other| *other != dob);
        Self {
            day: (!vague).then_some(dob),
            swapped,
            parts: Some((dob.year(), dob.month(), dob.day())),
            ..Self::default()
        }
    }

    fn with(&self, name: Sound, keys: &mut Keys) {
        if let Some(day) = self.day {
            keys.add(name_day(name, day.month(), day.day()));
        }
        if let Some((year, month)) = self.month {
            keys.add(name_month(name, year, month));
        }
        for year in self.years.clone().into_iter().flatten() {
            keys.add(name_year(name, year));
            if self.vague {
                keys.add(vague_year(name, year));
            }
        }
    }
}

fn is_new_year(date: Date) -> bool {
    date.month() == 1 && date.day() == 1
}

fn dob_key(day: Date) -> u64 {
    KeyHasher::new(tag::DOB)
        .number(day.year())
        .number(i16::from(day.month()))
        .number(i16::from(day.day()))
        .finish()
}

fn postcode_key(postcode: &str, keys: &mut Keys) {
    if postcode::parts(postcode).1.is_some() {
        keys.add(KeyHasher::new(tag::POSTCODE).text(postcode).finish());
    }
}

/// Two names of one person, whichever stands first.
fn pair(a: Sound, b: Sound) -> u64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    KeyHasher::new(tag::TWO_NAMES).bytes(a.bytes()).bytes(b.bytes()).finish()
}

fn alone(name: Sound) -> u64 {
    KeyHasher::new(tag::NAME).bytes(name.bytes()).finish()
}

fn name_year(name: Sound, year: i16) -> u64 {
    KeyHasher::new(tag::NAME_YEAR).bytes(name.bytes()).number(year).finish()
}

fn vague_year(name: Sound, year: i16) -> u64 {
    KeyHasher::new(tag::NAME_VAGUE_YEAR).bytes(name.bytes()).number(year).finish()
}

fn name_month(name: Sound, year: i16, month: i8) -> u64 {
    KeyHasher::new(tag::NAME_MONTH).bytes(name.bytes()).number(year).number(i16::from(month)).finish()
}

fn name_day(name: Sound, month: i8, day: i8) -> u64 {
    KeyHasher::new(tag::NAME_DAY).bytes(name.bytes()).number(i16::from(month)).number(i16::from(day)).finish()
}

fn with_initial(tag: u8, name: Sound, initial: u8) -> u64 {
    KeyHasher::new(tag).bytes(name.bytes()).bytes([initial]).finish()
}

/// `name` less each of its consonants, beside `other` whole: a slip in one name, whichever it is.
fn slips(name: Sound, other: Sound, keys: &mut Keys) {
    let base = KeyHasher::new(tag::SLIP).bytes(other.bytes());
    let len = name.len();
    if len < 3 {
        return;
    }
    for left_out in 0..len {
        let rest = name.bytes().zip(0..len).filter(|&(_, place)| place != left_out).map(|(byte, _)| byte);
        keys.add(base.bytes(rest).finish());
    }
}
