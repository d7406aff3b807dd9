//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::Memo;
use crate::name::GivenLevels;
use crate::person::frequency::{Place, Seen};
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
    /// What was counted of the record's name.
    seen: Seen,
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
            let (given_seen, family_seen) = match for_given.1 {
                Place::Given => (given.seen, family.seen),
                Place::Family => (family.seen, given.seen),
            };
            given.weight = (given.weight - tie(subject, given_seen, family_seen)).max(0.0);
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
fn tie(subject: &PersonSubject, given: Seen, family: Seen) -> f64 {
    let counts = subject.confidence.counts();
    subject.lift.max(counts.lift(given, family)).log2()
}

fn family(subject: &PersonSubject, (text, place): Named<'_>) -> Found {
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
        let shares = (counts.share(subject.seen.family, place), counts.share(seen, place));
        let whole = subject.family.whole().map_or("", |whole| whole.text.as_str());
        confidence.name_bits(Field::Family, level, shares, choices(level, whole, text))
    };
    Found { level, weight, seen }
}

fn given(subject: &PersonSubject, (text, place): Named<'_>) -> (Found, Level) {
    let confidence = &subject.confidence;
    let GivenLevels { first: level, rest } = subject.given.given_levels(text);
    if !agrees(level) {
        return (Found { level, weight: confidence.bits(Field::Given, level), seen: Seen::default() }, rest);
    }
    let counts = confidence.counts();
    let seen = counts.seen(text);
    let first = text.split(' ').next().unwrap_or_default();
    let weight = if level == Level::Initial {
        confidence.initial_bits(first.bytes().next().and_then(|letter| counts.initial(letter)))
    } else {
        let shares = (counts.share(subject.seen.given, place), counts.share(seen, place));
        let own = subject.given.tokens().first().map_or("", |own| own.text.as_str());
        confidence.name_bits(Field::Given, level, shares, choices(level, own, first))
    };
    (Found { level, weight, seen }, rest)
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
