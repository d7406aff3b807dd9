//! Blocking keys: a record is a candidate for a probe when they share one. Chosen for recall first.
//!
//! Each key joins facts that survive a common error in another: the sound of the family name with the birth year
//! survives a wrong day; with day and month, a wrong year; the whole birth date with an initial survives any mistake
//! in the names; letters left out of the family name, with the given name, survive a slip where no date is known.
//! Nicknames meet in their canonical form; a probe also asks with given and family name exchanged.

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use super::dob::ESTIMATE_YEARS;
use super::record::{PersonRecord, PersonView};
use super::subject::PersonSubject;
use crate::hash::KeyHasher;
use crate::keys::Keys;
use crate::name::{Prepared, canonical_forms};
use crate::postcode;

/// The most keys that a record is indexed under. Without aliases it has twenty to forty.
pub const RECORD_KEYS_MAX: usize = 64;

/// The most keys that a probe asks under.
pub const PROBE_KEYS_MAX: usize = 96;

/// Key families. Their bytes are stored in every index: changing one is a new [`crate::KEYS_VERSION`].
mod tag {
    pub(super) const FAMILY: u8 = b'F';
    pub(super) const FAMILY_INITIAL: u8 = b'I';
    pub(super) const FAMILY_INITIAL_UNDATED: u8 = b'J';
    pub(super) const FAMILY_GIVEN: u8 = b'G';
    pub(super) const FAMILY_YEAR: u8 = b'Y';
    pub(super) const FAMILY_DAY: u8 = b'M';
    pub(super) const DOB_INITIAL: u8 = b'D';
    pub(super) const GIVEN_MONTH: u8 = b'A';
    pub(super) const GIVEN_DAY: u8 = b'B';
    pub(super) const SPELLING_GIVEN: u8 = b'N';
    pub(super) const POSTCODE_FAMILY: u8 = b'P';
    pub(super) const POSTCODE_GIVEN: u8 = b'Q';
}

/// Letters of a family name in which a missing letter is looked for.
const SPELLING_LETTERS_MAX: usize = 12;

/// The keys that a record is indexed under.
pub fn record_keys(record: &PersonRecord) -> Vec<u64> {
    let record: PersonView<'_> = record.view();
    let mut keys = Keys::with_room_for(RECORD_KEYS_MAX);
    let forms: Vec<Form> = record.name_forms().map(|form| Form::new(form.given, form.family)).collect();
    let day = record.dob.filter(|_| record.dob_precision == DobPrecision::Day);
    for form in &forms {
        form.family_given(&mut keys);
        form.family_initial(tag::FAMILY_INITIAL, &mut keys);
        form.family_alone(&mut keys);
        if day.is_none() {
            form.family_initial(tag::FAMILY_INITIAL_UNDATED, &mut keys);
        }
        if let Some(dob) = record.dob {
            form.family_year(record_years(dob, record.dob_precision), &mut keys);
        }
        if let Some(day) = day {
            form.dated(day, &mut keys);
        }
    }
    for form in &forms {
        form.postcode(record.postcode, &mut keys);
        if let Some(dob) = record.dob.filter(|_| record.dob_precision == DobPrecision::Month) {
            form.given_month(dob, &mut keys);
        }
    }
    for form in &forms {
        form.spelling(&mut keys);
    }
    keys.into_vec()
}

/// The keys that a probe asks under.
pub fn probe_keys(subject: &PersonSubject) -> Vec<u64> {
    let mut keys = Keys::with_room_for(PROBE_KEYS_MAX);
    let usual = Form { given: subject.given.clone(), family: subject.family.clone() };
    let exchanged = Form { given: subject.family.clone(), family: subject.given.clone() };
    let postcode = subject.postcode.as_ref().map(crate::postcode::Postcode::as_str);
    for form in [&usual, &exchanged] {
        form.family_given(&mut keys);
        match subject.dob {
            Some(dob) => {
                form.family_year(dob.year()..=dob.year(), &mut keys);
                form.dated(dob, &mut keys);
                form.family_initial(tag::FAMILY_INITIAL_UNDATED, &mut keys);
            }
            None => form.family_initial(tag::FAMILY_INITIAL, &mut keys),
        }
        form.postcode(postcode, &mut keys);
    }
    // Common to half a city, so only where a probe says nothing else.
    if subject.given.is_empty() && subject.dob.is_none() {
        usual.family_alone(&mut keys);
    }
    usual.spelling(&mut keys);
    exchanged.spelling(&mut keys);
    keys.into_vec()
}

fn record_years(dob: Date, precision: DobPrecision) -> std::ops::RangeInclusive<i16> {
    let slack = if precision == DobPrecision::Estimated { ESTIMATE_YEARS } else { 0 };
    dob.year().saturating_sub(slack)..=dob.year().saturating_add(slack)
}

/// One name form as keys see it.
struct Form {
    given: Prepared,
    family: Prepared,
}

impl Form {
    fn new(given: &str, family: &str) -> Self {
        Self { given: Prepared::new(given.to_owned()), family: Prepared::new(family.to_owned()) }
    }

    /// Sounds of the family name: of each part that carries it, and of all its letters.
    fn sounds(&self) -> Vec<[u8; 4]> {
        let mut sounds: Vec<[u8; 4]> = Vec::with_capacity(4);
        for code in
            self.family.whole().into_iter().chain(self.family.core()).flat_map(|token| token.codes.keys())
        {
            if !sounds.contains(&code) {
                sounds.push(code);
            }
        }
        sounds
    }

    /// Canonical forms of the first given name.
    fn first_given(&self) -> impl Iterator<Item = &str> {
        self.given.tokens().first().into_iter().flat_map(|token| canonical_forms(&token.text))
    }

    fn family_given(&self, keys: &mut Keys) {
        for sound in self.sounds() {
            let base = KeyHasher::new(tag::FAMILY_GIVEN).bytes(sound);
            for token in self.given.tokens().iter().take(3) {
                canonical_forms(&token.text).for_each(|given| keys.add(base.text(given).finish()));
            }
        }
    }

    fn family_initial(&self, tag: u8, keys: &mut Keys) {
        let Some(initial) = self.given.text().bytes().next() else { return };
        for sound in self.sounds() {
            keys.add(KeyHasher::new(tag).bytes(sound).bytes([initial]).finish());
        }
    }

    fn family_alone(&self, keys: &mut Keys) {
        for sound in self.sounds() {
            keys.add(KeyHasher::new(tag::FAMILY).bytes(sound).finish());
        }
    }

    fn family_year(&self, years: std::ops::RangeInclusive<i16>, keys: &mut Keys) {
        for sound in self.sounds() {
            let base = KeyHasher::new(tag::FAMILY_YEAR).bytes(sound);
            years.clone().for_each(|year| keys.add(base.number(year).finish()));
        }
    }

    /// Keys over a birth date that is known to the day.
    fn dated(&self, dob: Date, keys: &mut Keys) {
        for name in [&self.given, &self.family] {
            if let Some(initial) = name.core().next().and_then(|token| token.text.bytes().next()) {
                keys.add(
                    day(KeyHasher::new(tag::DOB_INITIAL).number(dob.year()), dob).bytes([initial]).finish(),
                );
            }
        }
        for sound in self.sounds() {
            keys.add(day(KeyHasher::new(tag::FAMILY_DAY).bytes(sound), dob).finish());
        }
        self.given_month(dob, keys);
        for given in self.first_given() {
            keys.add(day(KeyHasher::new(tag::GIVEN_DAY).text(given), dob).finish());
        }
    }

    fn given_month(&self, dob: Date, keys: &mut Keys) {
        for given in self.first_given() {
            let base = KeyHasher::new(tag::GIVEN_MONTH).text(given);
            keys.add(base.number(dob.year()).number(i16::from(dob.month())).finish());
        }
    }

    fn postcode(&self, postcode: Option<&str>, keys: &mut Keys) {
        let Some(postcode) = postcode.filter(|postcode| postcode::parts(postcode).1.is_some()) else {
            return;
        };
        for sound in self.sounds() {
            keys.add(KeyHasher::new(tag::POSTCODE_FAMILY).text(postcode).bytes(sound).finish());
        }
        for given in self.first_given() {
            keys.add(KeyHasher::new(tag::POSTCODE_GIVEN).text(postcode).text(given).finish());
        }
    }

    /// The family name whole, and with each one of its letters left out: two spellings one slip apart share one.
    fn spelling(&self, keys: &mut Keys) {
        let Some(family) = self.family.whole().filter(|family| family.text.len() > 2) else { return };
        for given in self.first_given() {
            let base = KeyHasher::new(tag::SPELLING_GIVEN).text(given);
            keys.add(base.text(&family.text).finish());
            for left_out in 0..family.text.len().min(SPELLING_LETTERS_MAX) {
                let letters = family.text.bytes().enumerate().filter(|(place, _)| *place != left_out);
                keys.add(base.bytes(letters.map(|(_, byte)| byte)).finish());
            }
        }
    }
}

fn day(base: KeyHasher, dob: Date) -> KeyHasher {
    base.number(i16::from(dob.month())).number(i16::from(dob.day()))
}
