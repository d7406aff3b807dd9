//! The keys themselves: a tag for their family, and the facts they join.
//! Indexes store them: changing one is a new [`crate::KEYS_VERSION`].

use jiff::civil::Date;

use crate::hash::KeyHasher;
use crate::name::Sound;
use crate::postcode;

mod tag {
    pub(super) const DOB: u8 = b'D';
    pub(super) const DOB_INITIALS: u8 = b'E';
    pub(super) const NAME: u8 = b'F';
    pub(super) const NAME_DAY: u8 = b'M';
    pub(super) const NAME_MONTH: u8 = b'A';
    pub(super) const NAME_YEAR: u8 = b'Y';
    pub(super) const NAME_VAGUE_YEAR: u8 = b'V';
    pub(super) const TWO_NAMES: u8 = b'G';
    pub(super) const SLIP: u8 = b'N';
    pub(super) const INITIAL: u8 = b'I';
    pub(super) const ONLY_INITIAL: u8 = b'J';
    pub(super) const POSTCODE: u8 = b'P';
}

/// The whole birth date.
pub(super) fn dob(day: Date) -> u64 {
    dated(KeyHasher::new(tag::DOB).number(day.year()), day).finish()
}

/// The whole birth date beside the first letters of both names.
pub(super) fn dob_initials(day: Date, initials: (u8, u8)) -> u64 {
    let hasher = dated(KeyHasher::new(tag::DOB_INITIALS).number(day.year()), day);
    hasher.bytes([initials.0, initials.1]).finish()
}

/// The first letters of both names, whichever stands first.
pub(super) fn initials(given: &str, family: &str) -> Option<(u8, u8)> {
    let (a, b) = (given.bytes().next()?, family.bytes().next()?);
    Some((a.min(b), a.max(b)))
}

/// The whole postcode, unless only its outward part is known.
pub(super) fn postcode(postcode: &str) -> Option<u64> {
    postcode::parts(postcode).1?;
    Some(KeyHasher::new(tag::POSTCODE).text(postcode).finish())
}

/// One name alone.
pub(super) fn name(name: Sound) -> u64 {
    named(tag::NAME, name).finish()
}

/// One name and the day of birth in the year.
pub(super) fn name_day(name: Sound, day: Date) -> u64 {
    dated(named(tag::NAME_DAY, name), day).finish()
}

/// One name with year and month of birth.
pub(super) fn name_month(name: Sound, month: (i16, i8)) -> u64 {
    named(tag::NAME_MONTH, name).number(month.0).number(i16::from(month.1)).finish()
}

/// One name and the year of birth.
pub(super) fn name_year(name: Sound, year: i16) -> u64 {
    named(tag::NAME_YEAR, name).number(year).finish()
}

/// As [`name_year`], of records that know no more than the year.
pub(super) fn vague_year(name: Sound, year: i16) -> u64 {
    named(tag::NAME_VAGUE_YEAR, name).number(year).finish()
}

/// Two names of one person, whichever stands first.
pub(super) fn pair(a: Sound, b: Sound) -> u64 {
    named(tag::TWO_NAMES, a.min(b)).bytes(a.max(b).bytes()).finish()
}

/// A family name and the first letter of the given names.
pub(super) fn initial(family: Sound, initial: u8) -> u64 {
    named(tag::INITIAL, family).bytes([initial]).finish()
}

/// As [`initial`], of records that have initials alone.
pub(super) fn only_initial(family: Sound, initial: u8) -> u64 {
    named(tag::ONLY_INITIAL, family).bytes([initial]).finish()
}

/// The consonants of `name`, all and less each one, beside `other`: two names one slip apart share one of these.
pub(super) fn slips(name: Sound, other: Sound) -> impl Iterator<Item = u64> {
    let base = named(tag::SLIP, other);
    let consonants = name.consonants();
    let len = consonants.clone().count();
    // A name of two consonants less one is hardly a name.
    let shortened = if len < 3 { 0..0 } else { 0..len };
    let whole = std::iter::once(base.bytes(consonants.clone()).finish());
    whole.chain(shortened.map(move |left_out| {
        let rest = consonants.clone().zip(0..len).filter(|&(_, place)| place != left_out);
        base.bytes(rest.map(|(consonant, _)| consonant)).finish()
    }))
}

fn named(tag: u8, name: Sound) -> KeyHasher {
    KeyHasher::new(tag).bytes(name.bytes())
}

fn dated(hasher: KeyHasher, day: Date) -> KeyHasher {
    hasher.number(i16::from(day.month())).number(i16::from(day.day()))
}
