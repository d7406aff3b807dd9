//! Compares a subject with a record: the best of the record's name forms, birth date, postcode, sex.
//! Called for every candidate, so only half-alike names cost an allocation: for their sounds, or to join two parts.

use model::vocabulary::Sex as SexWord;

use super::record::{NameForm, PersonRecord, PersonView};
use super::subject::PersonSubject;
use super::weights::{name_part, part};
use super::{Field, Level, Part, Score, dob};
use crate::postcode;

/// How well a record fits a subject.
pub fn compare(subject: &PersonSubject, record: &PersonRecord) -> Score {
    compare_view(subject, record.view())
}

/// How well a stored record fits a subject.
pub fn compare_view(subject: &PersonSubject, record: PersonView<'_>) -> Score {
    let names = record
        .name_forms()
        .map(|form| names(subject, form))
        .max_by(|a, b| total(a).total_cmp(&total(b)))
        .unwrap_or([part(Field::Order, Level::Missing); 4]);
    let others = [
        part(Field::Dob, dob::level(subject.dob, record.dob, record.dob_precision)),
        part(Field::Postcode, postcode_level(subject, record.postcode)),
        part(Field::Sex, sex_level(subject.sex, record.sex)),
    ];
    Score::of(names.into_iter().chain(others))
}

/// Family, given and further names, in the usual order or exchanged, whichever fits better.
fn names(subject: &PersonSubject, form: NameForm<'_>) -> [Part; 4] {
    let usual = in_order(subject, form, Level::Missing);
    let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
    if usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given)).any(found) {
        return usual;
    }
    let exchanged = in_order(subject, NameForm { given: form.family, family: form.given }, Level::Swapped);
    if total(&exchanged) > total(&usual) { exchanged } else { usual }
}

fn in_order(subject: &PersonSubject, form: NameForm<'_>, order: Level) -> [Part; 4] {
    let given = subject.given.given_levels(form.given);
    [
        name_part(Field::Family, subject.family.family_level(form.family), subject.family_share),
        name_part(Field::Given, given.first, subject.given_share),
        part(Field::Middle, given.rest),
        part(Field::Order, order),
    ]
}

fn total(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.weight).sum()
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
