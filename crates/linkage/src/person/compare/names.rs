//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::Memo;
use crate::name::GivenLevels;
use crate::person::frequency::{Name, Place};
use crate::person::record::{NameForm, PersonView};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, Part, slip};

/// Compares the names of one subject, and remembers.
pub(super) struct Names<'s> {
    subject: &'s PersonSubject,
    usual: Order,
    exchanged: Order,
}

/// What came of names in one order: family names, and given names with what further ones add.
struct Order {
    level: Level,
    family: Memo<Found>,
    given: Memo<(Found, Level)>,
}

/// What came of one name.
#[derive(Clone, Copy)]
struct Found {
    level: Level,
    weight: f64,
    /// The record's name.
    name: Name,
}

type Parts = [Part; 4];

const NONE: Parts = [Part { field: Field::Order, level: Level::Missing, weight: 0.0 }; 4];

impl<'s> Names<'s> {
    pub(super) fn new(subject: &'s PersonSubject) -> Self {
        let order = |level| Order { level, family: Memo::new(), given: Memo::new() };
        Self { subject, usual: order(Level::Missing), exchanged: order(Level::Swapped) }
    }

    /// The parts of the form that fits best.
    pub(super) fn best(&mut self, record: PersonView<'_>) -> Parts {
        let forms = record.name_forms().map(|form| self.form(form));
        forms.max_by(|a, b| total(a).total_cmp(&total(b))).unwrap_or(NONE)
    }

    /// In the usual order or exchanged, whichever fits better.
    fn form(&mut self, form: NameForm<'_>) -> Parts {
        let subject = self.subject;
        let usual = self.usual.parts(subject, (form.family, Place::Family), (form.given, Place::Given));
        let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
        if usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given)).any(found) {
            return usual;
        }
        let exchanged =
            self.exchanged.parts(subject, (form.given, Place::Given), (form.family, Place::Family));
        if total(&exchanged) > total(&usual) { exchanged } else { usual }
    }
}

impl Order {
    /// Compares the subject's family name with one name of a record, and its given names with the other.
    fn parts(&mut self, subject: &PersonSubject, for_family: Named<'_>, for_given: Named<'_>) -> Parts {
        let family = self.family.get(for_family.0, |name| family(subject, (name, for_family.1)));
        let (mut given, middle) = self.given.get(for_given.0, |name| given(subject, (name, for_given.1)));
        if agrees(family.level) && agrees(given.level) && given.weight > 0.0 {
            let (given_name, family_name) = match for_given.1 {
                Place::Given => (given.name, family.name),
                Place::Family => (family.name, given.name),
            };
            given.weight = (given.weight - tie(subject, given_name, family_name)).max(0.0);
        }
        let confidence = &subject.confidence;
        let part = |field, level| Part { field, level, weight: confidence.bits(field, level) };
        [
            Part { field: Field::Family, level: family.level, weight: family.weight },
            Part { field: Field::Given, level: given.level, weight: given.weight },
            part(Field::Middle, middle),
            part(Field::Order, self.level),
        ]
    }
}

/// A name of a record, and its place there.
type Named<'a> = (&'a str, Place);

fn total(parts: &Parts) -> f64 {
    parts.iter().map(|part| part.weight).sum()
}

/// Bits by which two names that go together say less than each alone: by the subject's names or by the record's.
fn tie(subject: &PersonSubject, given: Name, family: Name) -> f64 {
    let counts = subject.confidence.counts();
    subject.lift.max(counts.lift(given, family)).log2()
}

fn family(subject: &PersonSubject, (text, place): Named<'_>) -> Found {
    let (counts, name) = (subject.confidence.counts(), Name::of(text));
    let level = subject.family.family_level(text);
    let weight = match level {
        Level::Part => {
            let shared = subject.family.shared_part(text);
            let share = shared.and_then(|part| counts.name(Name::of(part), place));
            subject.confidence.part_bits(Field::Family, share)
        }
        _ => {
            let shares = (counts.name(subject.names.family, place), counts.name(name, place));
            let whole = subject.family.whole().map_or("", |whole| whole.text.as_str());
            subject.confidence.name_bits(Field::Family, level, shares, choices(level, whole, text))
        }
    };
    Found { level, weight, name }
}

fn given(subject: &PersonSubject, (text, place): Named<'_>) -> (Found, Level) {
    let (counts, name) = (subject.confidence.counts(), Name::of(text));
    let GivenLevels { first: mut level, mut rest } = subject.given.given_levels(text);
    if level == Level::Exact && text.split(' ').next().is_some_and(|first| first.len() == 1) {
        // The same letters, and no more than letters.
        level = Level::Initial;
        rest = if rest == Level::Exact { Level::Initial } else { rest };
    }
    let weight = match level {
        Level::Initial => {
            let letter = text.bytes().next();
            subject.confidence.initial_bits(letter.and_then(|letter| counts.initial(letter)))
        }
        level => {
            let shares = (counts.name(subject.names.given, place), counts.name(name, place));
            let first = subject.given.tokens().first().map_or("", |first| first.text.as_str());
            let other = text.split(' ').next().unwrap_or_default();
            subject.confidence.name_bits(Field::Given, level, shares, choices(level, first, other))
        }
    };
    (Found { level, weight, name }, rest)
}

/// Among how many other names, as likely as `b`, one that agrees with `a` at `level` is chosen.
fn choices(level: Level, a: &str, b: &str) -> f64 {
    match level {
        Level::Nickname => 5.0,
        Level::Phonetic => 10.0,
        Level::Typo if b.contains(' ') => slip::choices(a, &b.replace(' ', "")),
        Level::Typo => slip::choices(a, b),
        _ => 400.0,
    }
}
