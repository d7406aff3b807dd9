//! What comes of one name of a record, in whatever place it stands: how far it agrees with the subject's, and what that weighs by how
//! common it is.

use super::agrees;
use crate::name::{GivenLevels, Heard, Likeness, Prepared, may_have_slipped};
use crate::person::confidence::NICKNAMES;
use crate::person::frequency::{Meant, Place, Seen};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, slip};

/// What came of one name.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) level: Level,
    pub(super) weight: f64,
    /// What was counted of the record's name.
    pub(super) seen: Seen,
}

/// What came of given names: of the first, and of further ones.
pub(super) type Given = (Found, Further);

/// What came of further given names.
#[derive(Clone, Copy)]
pub(super) struct Further {
    pub(super) level: Level,
    pub(super) weight: f64,
    /// What was counted of one that both have.
    pub(super) seen: Seen,
}

/// Bits that further given names say at most where the first ones differ: then these are not one person's names, written in two ways, but
/// two names that share a part.
pub(super) const FURTHER_BITS_BESIDE_ANOTHER: f64 = 2.0;

/// Bits that a further given name says at most: how common first names are says little of rare further ones.
pub(super) const FURTHER_BITS_MAX: f64 = 8.0;

/// Among how many names that are as likely one is chosen: spellings that sound like it, places where it is cut off, and others that are
/// much like it.
const SPELLINGS: f64 = 10.0;
const CUTS: f64 = 6.0;
const OTHERS: f64 = 400.0;

/// A name of a record, and its place there.
pub(super) type Named<'a> = (&'a str, Place);

/// What comes of names that have nothing to do with the subject's, in either place.
pub(super) fn strange(subject: &PersonSubject) -> (Found, Given) {
    let found = |field, own: &Prepared| {
        let level = if own.is_empty() { Level::Missing } else { Level::Differ };
        Found { level, weight: subject.confidence.bits(field, level), seen: Seen::default() }
    };
    let further = Further { level: Level::Missing, weight: 0.0, seen: Seen::default() };
    (found(Field::Family, &subject.family), (found(Field::Given, &subject.given), further))
}

/// What comes of a name that stands for a family name.
pub(super) fn family(subject: &PersonSubject, (text, place): Named<'_>) -> Found {
    let confidence = &subject.confidence;
    let level = subject.family.family_level(text);
    if !agrees(level) {
        return Found { level, weight: confidence.bits(Field::Family, level), seen: Seen::default() };
    }
    let counts = confidence.counts();
    let seen = counts.seen(text);
    let weight = if level == Level::Part {
        let shared = subject.family.shared_part(text);
        confidence.part_bits(Field::Family, shared.and_then(|part| counts.share(counts.seen(part), place)))
    } else {
        let shares = shares(subject, level, (subject.seen.family, seen), place);
        let whole = subject.family.whole().map_or("", |whole| whole.text.as_str());
        let told = (choices(level, whole, text), subject.meant.family.otherwise);
        let bits = confidence.name_bits(Field::Family, level, shares, told);
        let bits =
            if is_uncounted(level, shares, whole, text) { differ(subject, Field::Family) } else { bits };
        meant(level, bits, subject.meant.family)
    };
    Found { level, weight, seen }
}

/// What comes of a name that stands for given names.
pub(super) fn given(subject: &PersonSubject, (text, place): Named<'_>) -> Given {
    let confidence = &subject.confidence;
    let GivenLevels { first: level, rest } = subject.given.given_levels(text);
    let rest = further(subject, (text, place), rest);
    if !agrees(level) {
        return (Found { level, weight: confidence.bits(Field::Given, level), seen: Seen::default() }, rest);
    }
    let counts = confidence.counts();
    let seen = counts.seen(text);
    let first = text.split(' ').next().unwrap_or_default();
    let weight = if level == Level::Initial {
        confidence.initial_bits(first.bytes().next().and_then(|letter| counts.initial(letter)))
    } else {
        let shares = shares(subject, level, (subject.seen.given, seen), place);
        let own = subject.given.tokens().first().map_or("", |own| own.text.as_str());
        let told = (choices(level, own, first), subject.meant.given.otherwise);
        let bits = confidence.name_bits(Field::Given, level, shares, told);
        let bits = if is_uncounted(level, shares, own, first) { differ(subject, Field::Given) } else { bits };
        let bits = meant(level, bits, subject.meant.given);
        if level == Level::Exact { with_joined(subject, (text, seen), place, bits) } else { bits }
    };
    (Found { level, weight, seen }, rest)
}

/// The weight of given names whose first one weighs so many `bits`, where one side writes as one what the other writes apart: `Mary Ann`
/// beside `Maryann` agrees in both names, and says no more than the name does that is written as one.
fn with_joined(subject: &PersonSubject, (text, seen): (&str, Seen), place: Place, bits: f64) -> f64 {
    let confidence = &subject.confidence;
    let counts = confidence.counts();
    let Some(joined) = subject.given.joined_further(text) else { return bits };
    let exact = |field, share| confidence.name_bits(field, Level::Exact, (share, share), (1.0, 0.0));
    let further =
        exact(Field::Middle, counts.share(counts.seen(joined.further), Place::Given)).min(FURTHER_BITS_MAX);
    let whole = if joined.is_own { subject.seen.given } else { seen };
    let most = exact(Field::Given, counts.share(whole, place));
    (bits + further).min(most).max(bits)
}

/// What further given names say that agree at `level`: by how common a shared one is.
fn further(subject: &PersonSubject, (text, place): Named<'_>, level: Level) -> Further {
    let confidence = &subject.confidence;
    if matches!(level, Level::OneSided | Level::Neither) {
        // What stands in the other name's place has words for other reasons.
        let bits = confidence.silence_bits(level, subject.given.has_further());
        let bits = bits.filter(|_| place == Place::Given);
        let level = bits.map_or(Level::Missing, |_| level);
        return Further { level, weight: bits.unwrap_or(0.0), seen: Seen::default() };
    }
    if level == Level::Initial {
        let letter = subject.given.shared_further_initial(text);
        let weight = letter.map_or(0.0, |letter| confidence.further_initial_bits(letter));
        return Further { level, weight, seen: Seen::default() };
    }
    let usual = confidence.bits(Field::Middle, level);
    let shared = subject.given.shared_further(text).filter(|_| level == Level::Exact);
    let Some(shared) = shared else { return Further { level, weight: usual, seen: Seen::default() } };
    let seen = confidence.counts().seen(shared);
    let share = confidence.counts().share(seen, Place::Given);
    let weight = confidence.name_bits(Field::Middle, level, (share, share), (1.0, 0.0)).min(FURTHER_BITS_MAX);
    Further { level, weight, seen }
}

/// The shares of records that bear two names that agree at `level`.
fn shares(
    subject: &PersonSubject,
    level: Level,
    (own, other): (Seen, Seen),
    place: Place,
) -> (Option<f64>, Option<f64>) {
    let counts = subject.confidence.counts();
    let share = |seen| {
        if level == Level::Exact { counts.share(seen, place) } else { counts.spelling_share(seen, place) }
    };
    (share(own), share(other))
}

/// Whether two names are close for nothing but a letter that may have slipped, and nobody knows how many bear either: then they are
/// two.
fn is_uncounted(level: Level, shares: (Option<f64>, Option<f64>), a: &str, b: &str) -> bool {
    level == Level::Close
        && (shares.0.is_none() || shares.1.is_none())
        && Likeness::of(a, &Heard::of(a), &b.replace(' ', "")) == Likeness::Differ
}

fn differ(subject: &PersonSubject, field: Field) -> f64 {
    subject.confidence.bits(field, Level::Differ)
}

/// The weight of names that agree, less what a slip or a nickname of the subject's, met again by chance, takes from it.
fn meant(level: Level, bits: f64, meant: Meant) -> f64 {
    if level == Level::Exact { (bits + meant.so.log2()).max(0.0) } else { bits }
}

/// Among how many other names, as likely as `b`, one that agrees with `a` at `level` is chosen.
fn choices(level: Level, a: &str, b: &str) -> f64 {
    match level {
        Level::Nickname => NICKNAMES,
        Level::Phonetic => SPELLINGS,
        Level::Typo if b.contains(' ') => slip::choices(a, &b.replace(' ', "")),
        Level::Typo => slip::choices(a, b),
        // Cut off where a field ended.
        Level::Close if is_cut(a, b) || is_cut(b, a) => CUTS,
        // A letter that may have slipped, in a name too short to tell by itself.
        Level::Close if may_have_slipped(a, &b.replace(' ', "")) => slip::choices(a, &b.replace(' ', "")),
        _ => OTHERS,
    }
}

/// The fewest of the [`choices`] at `level` from a name of so many letters.
pub(super) fn fewest_choices(level: Level, letters: usize) -> f64 {
    match level {
        Level::Nickname => NICKNAMES,
        Level::Phonetic => SPELLINGS,
        Level::Typo => slip::CHOICES_OF_A_LETTER * letters as f64,
        Level::Close => CUTS,
        _ => OTHERS,
    }
}

/// Whether `short` is `long` cut off, with enough left to tell.
fn is_cut(short: &str, long: &str) -> bool {
    const LETTERS_MIN: usize = 5;
    short.len() >= LETTERS_MIN && short.len() < long.len() && long.starts_with(short)
}
