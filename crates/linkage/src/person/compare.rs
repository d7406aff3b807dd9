//! Compares a subject with records: the best of a record's name forms, birth date, postcode, sex.
//! Candidates of one search share most of their names, so a comparer remembers those it has met.

mod memo;
mod names;

use model::vocabulary::Sex as SexWord;

use super::record::{PersonRecord, PersonView};
use super::subject::PersonSubject;
use super::{Field, Level, Part, Score, born, dob};
use crate::postcode;
use names::Names;

/// How well a record fits a subject.
pub fn compare(subject: &PersonSubject, record: &PersonRecord) -> Score {
    compare_view(subject, record.view())
}

/// How well a stored record fits a subject. For many records, [`Comparer`] is faster.
pub fn compare_view(subject: &PersonSubject, record: PersonView<'_>) -> Score {
    Comparer::new(subject).compare(record)
}

/// Compares one subject with many records.
pub struct Comparer<'s> {
    subject: &'s PersonSubject,
    names: Names<'s>,
}

impl<'s> Comparer<'s> {
    /// Ready to compare `subject`.
    pub fn new(subject: &'s PersonSubject) -> Self {
        Self { subject, names: Names::new(subject) }
    }

    /// How well a record fits. The same as [`compare_view`], whatever was compared before.
    pub fn compare(&mut self, record: PersonView<'_>) -> Score {
        let subject = self.subject;
        let mut names = self.names.best(record);
        let dob = match subject.born {
            Some(born) => born::level(born, record.dob, record.dob_precision),
            None => dob::level(subject.dob, record.dob, record.dob_precision),
        };
        let given = names.iter_mut().find(|part| part.field == Field::Given && agrees(part.level));
        let known_as_given = given.is_some();
        if let Some(given) = given.filter(|given| agrees(dob) && given.weight > 0.0) {
            given.weight = (given.weight - subject.fashion_bits).max(0.0);
        }
        let postcode = postcode_level(subject, record.postcode);
        let sex = sex_level(subject.sex, record.sex);
        let sex_weight = match sex {
            // A given name that agrees has said it already.
            Level::Exact if known_as_given => 0.0,
            _ => subject.confidence.bits(Field::Sex, sex),
        };
        let weight =
            |bits: &super::confidence::Bits, level: Level| bits.get(level as usize).copied().unwrap_or(0.0);
        Score::of(names.into_iter().chain([
            Part { field: Field::Dob, level: dob, weight: weight(&subject.dob_bits, dob) },
            Part {
                field: Field::Postcode,
                level: postcode,
                weight: weight(&subject.postcode_bits, postcode),
            },
            Part { field: Field::Sex, level: sex, weight: sex_weight },
        ]))
    }
}

/// Whether a level speaks for one person rather than against.
fn agrees(level: Level) -> bool {
    !matches!(level, Level::Differ | Level::OffEstimate | Level::Missing)
}

fn postcode_level(subject: &PersonSubject, record: Option<&str>) -> Level {
    match (&subject.postcode, record) {
        (Some(probe), Some(record)) => postcode::level(probe.as_str(), record),
        _ => Level::Missing,
    }
}

fn sex_level(probe: Option<SexWord>, record: Option<SexWord>) -> Level {
    match (probe, record) {
        (Some(probe), Some(record)) if probe == record => Level::Exact,
        (Some(_), Some(_)) => Level::Differ,
        _ => Level::Missing,
    }
}
