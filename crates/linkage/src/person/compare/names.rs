//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::Memo;
use crate::name::GivenLevels;
use crate::person::record::{NameForm, PersonView};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, Part, frequency};

/// Compares the names of one subject, and remembers.
pub(super) struct Names<'s> {
    subject: &'s PersonSubject,
    family: Memo<Found>,
    given: Memo<(Found, Level)>,
}

/// What came of one name.
#[derive(Clone, Copy)]
struct Found {
    level: Level,
    weight: f64,
    /// The hash of the record's name.
    name: u64,
}

type Parts = [Part; 4];

const NONE: Parts = [Part { field: Field::Order, level: Level::Missing, weight: 0.0 }; 4];

impl<'s> Names<'s> {
    pub(super) fn new(subject: &'s PersonSubject) -> Self {
        Self { subject, family: Memo::new(), given: Memo::new() }
    }

    /// The parts of the form that fits best.
    pub(super) fn best(&mut self, record: PersonView<'_>) -> Parts {
        let forms = record.name_forms().map(|form| self.form(form));
        forms.max_by(|a, b| total(a).total_cmp(&total(b))).unwrap_or(NONE)
    }

    /// In the usual order or exchanged, whichever fits better.
    fn form(&mut self, form: NameForm<'_>) -> Parts {
        let usual = self.in_order(form, Level::Missing);
        let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
        if usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given)).any(found) {
            return usual;
        }
        let exchanged = self.in_order(NameForm { given: form.family, family: form.given }, Level::Swapped);
        if total(&exchanged) > total(&usual) { exchanged } else { usual }
    }

    fn in_order(&mut self, form: NameForm<'_>, order: Level) -> Parts {
        let subject = self.subject;
        let family = self.family.get(form.family, |name| family(subject, name));
        let (mut given, middle) = self.given.get(form.given, |name| given(subject, name));
        if agrees(family.level) && agrees(given.level) && given.weight > 0.0 {
            given.weight = (given.weight - tie(subject, given.name, family.name)).max(0.0);
        }
        let confidence = &subject.confidence;
        let part = |field, level| Part { field, level, weight: confidence.bits(field, level) };
        [
            Part { field: Field::Family, level: family.level, weight: family.weight },
            Part { field: Field::Given, level: given.level, weight: given.weight },
            part(Field::Middle, middle),
            part(Field::Order, order),
        ]
    }
}

fn total(parts: &Parts) -> f64 {
    parts.iter().map(|part| part.weight).sum()
}

/// Bits by which two names that go together say less than each alone: by the subject's names or by the record's.
fn tie(subject: &PersonSubject, given: u64, family: u64) -> f64 {
    let counts = subject.confidence.counts();
    subject.lift.max(counts.lift(given, family)).log2()
}

fn family(subject: &PersonSubject, name: &str) -> Found {
    let level = subject.family.family_level(name);
    let hash = frequency::family(name);
    let counts = subject.confidence.counts();
    let weight = match level {
        Level::Part => {
            let shared =
                subject.family.shared_part(name).and_then(|part| counts.family(frequency::family(part)));
            subject.confidence.part_bits(Field::Family, shared)
        }
        _ => subject.confidence.name_bits(Field::Family, level, subject.family_share, counts.family(hash)),
    };
    Found { level, weight, name: hash }
}

fn given(subject: &PersonSubject, name: &str) -> (Found, Level) {
    let levels: GivenLevels = subject.given.given_levels(name);
    let first = name.split(' ').next().unwrap_or_default();
    let hash = frequency::given(first);
    let counts = subject.confidence.counts();
    let weight = match levels.first {
        Level::Initial => {
            let share = first.bytes().next().and_then(|letter| counts.initial(letter));
            subject.confidence.initial_bits(share)
        }
        level => subject.confidence.name_bits(Field::Given, level, subject.given_share, counts.given(hash)),
    };
    (Found { level: levels.first, weight, name: hash }, levels.rest)
}
