//! Compares an address looked for with a record: postcode, number, unit, and word by word.
//! Words may stand in any order, be misspelt or sound alike; what a record adds, such as a county, does not count.

use model::Probability;

use super::record::{AddressRecord, AddressView};
use super::subject::AddressSubject;
use super::text::{is_common, is_type};
use crate::name::{Heard, Likeness};
use crate::postcode;
use crate::score::{Field, Level, Part, Score};

/// Field, level, m, u; judged as the weights of persons are. One record in 50,000 is of a given postcode, since a force
/// that knows one house of a street knows others; half of the houses bear a number below 30.
const TABLE: &[(Field, Level, f64, f64)] = &[
    (Field::Postcode, Level::Exact, 0.85, 0.000_02),
    (Field::Postcode, Level::Part, 0.08, 0.005),
    (Field::Postcode, Level::OutwardKnown, 0.90, 0.005),
    (Field::Postcode, Level::Differ, 0.07, 0.995),
    (Field::Number, Level::Exact, 0.85, 0.02),
    (Field::Number, Level::Part, 0.07, 0.01),
    (Field::Number, Level::Differ, 0.08, 0.97),
    (Field::Unit, Level::Exact, 0.80, 0.10),
    (Field::Unit, Level::Differ, 0.20, 0.90),
];

/// Bits for a word that agrees: a name, a name that many streets bear, a type of street.
pub(super) const NAME_BITS: f64 = 9.0;
pub(super) const COMMON_BITS: f64 = 6.0;
const TYPE_BITS: f64 = 1.0;
/// What a slip in a word takes of that, what a likeness in sound takes, and bits for a name that the record lacks.
const TYPO_LOSS: f64 = 2.0;
const SOUND_LOSS: f64 = 4.0;
const LACKING_BITS: f64 = -4.0;
/// Words beyond these repeat what was said.
const WORDS_BITS_MAX: f64 = 24.0;

/// However few addresses a force has recorded, its ground has more: the neighbour in the next town is not the one
/// looked for because it is the only one on file.
const GROUND_ADDRESSES_MIN: usize = 10_000;

/// How well a record fits an address looked for.
pub fn compare(subject: &AddressSubject, record: &AddressRecord) -> Score {
    compare_view(subject, record.view())
}

/// How well a stored record fits an address looked for.
pub fn compare_view(subject: &AddressSubject, record: AddressView<'_>) -> Score {
    Score::of([
        part(Field::Postcode, postcode_level(subject, record.postcode)),
        part(Field::Number, both(subject.number.as_deref(), record.number, number_level)),
        part(Field::Unit, both(subject.unit.as_deref(), record.unit, unit_level)),
        street(subject, record.words),
    ])
}

/// The probability that a record so compared is the address looked for, among `held`.
pub fn probability(score: &Score, held: usize) -> Probability {
    score.probability(1.0 / held.max(GROUND_ADDRESSES_MIN) as f64)
}

/// What a word says when it agrees.
pub(super) fn word_bits(word: &str) -> f64 {
    if is_type(word) {
        TYPE_BITS
    } else if is_common(word) {
        COMMON_BITS
    } else {
        NAME_BITS
    }
}

/// What a field says when it agrees in full.
pub(super) fn agreed_bits(field: Field, level: Level) -> f64 {
    part(field, level).weight
}

fn part(field: Field, level: Level) -> Part {
    let row = TABLE.iter().find(|row| (row.0, row.1) == (field, level));
    Part { field, level, weight: row.map_or(0.0, |row| (row.2 / row.3).log2()) }
}

fn both(a: Option<&str>, b: Option<&str>, level: impl Fn(&str, &str) -> Level) -> Level {
    a.zip(b).map_or(Level::Missing, |(a, b)| level(a, b))
}

fn postcode_level(subject: &AddressSubject, record: Option<&str>) -> Level {
    both(subject.postcode.as_ref().map(postcode::Postcode::as_str), record, postcode::level)
}

/// `12` fits `12a` and lies in `10-14` in part.
fn number_level(a: &str, b: &str) -> Level {
    let (left, right) = (span(a), span(b));
    if a == b {
        Level::Exact
    } else if left.0 <= right.1 && right.0 <= left.1 {
        Level::Part
    } else {
        Level::Differ
    }
}

fn unit_level(a: &str, b: &str) -> Level {
    if a == b { Level::Exact } else { Level::Differ }
}

/// The house numbers that a text covers.
pub(super) fn span(number: &str) -> (u32, u32) {
    let digits = |text: &str| {
        text.bytes().take_while(u8::is_ascii_digit).fold(0_u32, |n, b| n * 10 + u32::from(b - b'0'))
    };
    match number.split_once('-') {
        Some((from, to)) => (digits(from), digits(to).max(digits(from))),
        None => (digits(number), digits(number)),
    }
}

/// Each word of the probe against the record's most similar one.
fn street(subject: &AddressSubject, record: &str) -> Part {
    let missing = Part { field: Field::Street, level: Level::Missing, weight: 0.0 };
    if subject.words.is_empty() || record.is_empty() {
        return missing;
    }
    let (mut bits, mut worst) = (0.0_f64, Level::Exact);
    for word in &subject.words {
        let (level, weight) = word_level(word, record);
        bits += weight;
        worst = worse(worst, level);
    }
    Part { field: Field::Street, level: worst, weight: bits.min(WORDS_BITS_MAX) }
}

fn word_level(word: &str, record: &str) -> (Level, f64) {
    let full = word_bits(word);
    let heard = Heard::of(word);
    let best = record.split(' ').map(|held| Likeness::of(word, &heard, held)).min();
    match best {
        Some(Likeness::Exact) => (Level::Exact, full),
        // Another type of street is another street as often as a slip.
        _ if is_type(word) => (Level::Part, -TYPE_BITS),
        Some(Likeness::Spelling | Likeness::Typo) => (Level::Typo, full - TYPO_LOSS),
        Some(Likeness::Phonetic | Likeness::Close) => (Level::Phonetic, full - SOUND_LOSS),
        Some(Likeness::Differ) | None => (Level::Differ, LACKING_BITS),
    }
}

fn worse(a: Level, b: Level) -> Level {
    const ORDER: [Level; 5] = [Level::Exact, Level::Typo, Level::Phonetic, Level::Part, Level::Differ];
    let place = |level| ORDER.iter().position(|&l| l == level);
    if place(b) > place(a) { b } else { a }
}
