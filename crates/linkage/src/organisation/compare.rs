//! Compares an organisation looked for with a record: the best pair of names, and the postcode.
//! Words may stand in another order, be left out, or be misspelt.

use super::name::{is_telling, words};
use super::record::{OrganisationRecord, OrganisationView};
use super::subject::OrganisationSubject;
use crate::name::{Heard, Likeness, is_typo, jaro_winkler, same_letters};
use crate::postcode;
use crate::score::{Field, Level, Part, Score};

/// Field, level, m, u; judged as the weights of persons are.
const TABLE: &[(Field, Level, f64, f64)] = &[
    (Field::Organisation, Level::Exact, 0.75, 0.000_002),
    (Field::Organisation, Level::Part, 0.10, 0.000_5),
    (Field::Organisation, Level::Typo, 0.08, 0.000_02),
    (Field::Organisation, Level::Phonetic, 0.02, 0.000_2),
    (Field::Organisation, Level::Close, 0.03, 0.001),
    (Field::Organisation, Level::Differ, 0.02, 0.998),
    (Field::Postcode, Level::Exact, 0.60, 0.000_4),
    (Field::Postcode, Level::Part, 0.10, 0.006),
    (Field::Postcode, Level::OutwardKnown, 0.70, 0.006),
    (Field::Postcode, Level::Differ, 0.30, 0.993),
];

/// Jaro–Winkler similarity from which two whole names count as close.
const CLOSE: f64 = 0.92;

/// How well a record fits an organisation looked for.
pub fn compare(subject: &OrganisationSubject, record: &OrganisationRecord) -> Score {
    compare_view(subject, record.view())
}

/// How well a stored record fits an organisation looked for.
pub fn compare_view(subject: &OrganisationSubject, record: OrganisationView<'_>) -> Score {
    let name = subject
        .names
        .iter()
        .flat_map(|a| record.name_forms().map(move |b| part(Field::Organisation, name_level(a, b))))
        .max_by(|a, b| a.weight.total_cmp(&b.weight));
    let postcode = part(Field::Postcode, postcode_level(subject, record.postcode));
    Score::of(name.into_iter().chain([postcode]))
}

/// Symmetric: the order of the two names does not matter.
fn name_level(a: &str, b: &str) -> Level {
    if same_spelling(a, b) || same_words(a, b) {
        Level::Exact
    } else if a.len().max(b.len()) >= 6 && is_typo(a, b) {
        Level::Typo
    } else if sound_alike(a, b) {
        Level::Phonetic
    } else if holds_telling_words(a, b) || holds_telling_words(b, a) {
        Level::Part
    } else if jaro_winkler(a, b) >= CLOSE {
        Level::Close
    } else {
        Level::Differ
    }
}

fn same_spelling(a: &str, b: &str) -> bool {
    a == b || a.bytes().filter(|&b| b != b' ').eq(b.bytes().filter(|&b| b != b' '))
}

fn same_words(a: &str, b: &str) -> bool {
    let holds = |a, b| words(a).all(|word| words(b).any(|other| word == other));
    holds(a, b) && holds(b, a)
}

/// Whether both have as many words, which sound alike one by one.
fn sound_alike(a: &str, b: &str) -> bool {
    let alike = |(a, b): (&str, &str)| Likeness::of(a, &Heard::of(a), b) <= Likeness::Phonetic;
    words(a).count() == words(b).count() && words(a).zip(words(b)).all(alike)
}

/// Whether every telling word of `a` stands in `b`, and there is one.
fn holds_telling_words(a: &str, b: &str) -> bool {
    let mut telling = words(a).filter(|word| is_telling(word)).peekable();
    telling.peek().is_some() && telling.all(|word| words(b).any(|other| same_letters(word, other)))
}

fn part(field: Field, level: Level) -> Part {
    let row = TABLE.iter().find(|row| (row.0, row.1) == (field, level));
    Part { field, level, weight: row.map_or(0.0, |row| (row.2 / row.3).log2()) }
}

fn postcode_level(subject: &OrganisationSubject, record: Option<&str>) -> Level {
    match (&subject.postcode, record) {
        (Some(probe), Some(record)) => postcode::level(probe.as_str(), record),
        _ => Level::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::name_level;
    use crate::organisation::organisation_name;
    use crate::score::Level;

    #[test]
    fn organisation_names_agree_in_levels() {
        for (a, b, wanted) in [
            ("Acme Holdings Ltd", "ACME HOLDINGS LIMITED", Level::Exact),
            ("Sons & Smith", "Smith and Sons Ltd", Level::Exact),
            ("Gold Star Motors", "Goldstar Motors Ltd", Level::Exact),
            ("Brightway Trading", "Brigthway Trading Ltd", Level::Typo),
            ("Britewai Trading", "Brightway Trading Ltd", Level::Phonetic),
            ("Brightway", "Brightway Logistics Ltd", Level::Part),
            ("Brightway Trading", "Oakfield Trading", Level::Differ),
            ("Golden Nails", "Silver Wheels", Level::Differ),
        ] {
            let (a, b) = (organisation_name(a), organisation_name(b));
            assert_eq!(name_level(&a, &b), wanted, "{a} / {b}");
            assert_eq!(name_level(&b, &a), wanted, "{b} / {a}");
        }
    }
}
