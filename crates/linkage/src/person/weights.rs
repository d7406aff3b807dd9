//! The weights of person comparisons, in one table: how often each level of agreement is seen when two records are
//! of one person (m), and when they are of two (u).
//!
//! The numbers are judged, not trained: u from the spread of British names, of birth dates over some sixty years, and
//! of postcodes inside one force; m from common rates of typing errors, moves and marriages. Agreement on names uses
//! the average name unless the subject carries frequencies.

use std::sync::LazyLock;

use crate::score::{Field, Level, Part};

use Field::{Dob, Family, Given, Middle, Order, Postcode, Sex};

/// Field, level, m, u. A field that is missing on either side weighs nothing.
#[rustfmt::skip]
const TABLE: &[(Field, Level, f64, f64)] = &[
    (Family, Level::Exact,        0.86,  0.001),
    (Family, Level::Part,         0.03,  0.001),
    (Family, Level::Typo,         0.05,  0.0015),
    (Family, Level::Phonetic,     0.02,  0.004),
    (Family, Level::Close,        0.01,  0.008),
    (Family, Level::Differ,       0.03,  0.985),

    (Given,  Level::Exact,        0.78,  0.010),
    (Given,  Level::Nickname,     0.07,  0.005),
    (Given,  Level::Typo,         0.04,  0.003),
    (Given,  Level::Part,         0.03,  0.010),
    (Given,  Level::Phonetic,     0.02,  0.005),
    (Given,  Level::Close,        0.02,  0.012),
    (Given,  Level::Differ,       0.04,  0.955),
    // Given that one side has only a letter.
    (Given,  Level::Initial,      0.95,  0.080),

    (Middle, Level::Exact,        0.75,  0.030),
    (Middle, Level::Close,        0.10,  0.030),
    (Middle, Level::Initial,      0.90,  0.100),
    (Middle, Level::Differ,       0.15,  0.920),

    // A price for trying both orders; the usual order weighs nothing.
    (Order,  Level::Swapped,      0.02,  0.640),

    (Dob,    Level::Exact,        0.90,  0.00005),
    (Dob,    Level::NewYear,      0.90,  0.0005),
    (Dob,    Level::Swapped,      0.015, 0.00002),
    (Dob,    Level::YearOff,      0.015, 0.0001),
    (Dob,    Level::Typo,         0.030, 0.001),
    (Dob,    Level::Month,        0.010, 0.0015),
    (Dob,    Level::Differ,       0.008, 0.995),
    // Given that one side knows no more.
    (Dob,    Level::MonthKnown,   0.93,  0.0015),
    (Dob,    Level::YearKnown,    0.93,  0.018),
    (Dob,    Level::Estimated,    0.85,  0.090),
    (Dob,    Level::OffEstimate,  0.15,  0.910),

    // People of one address share more than an address: held below what the rarity of a postcode would give.
    (Postcode, Level::Exact,        0.45, 0.0004),
    (Postcode, Level::Part,         0.15, 0.006),
    (Postcode, Level::Differ,       0.40, 0.993),
    (Postcode, Level::OutwardKnown, 0.60, 0.006),

    (Sex,    Level::Exact,        0.98,  0.650),
    (Sex,    Level::Differ,       0.02,  0.350),
];

/// A name so rare that counting it says no more.
const SHARE_MIN: f64 = 1e-6;

/// The weights by field and level, worked out once.
static BITS: LazyLock<Vec<((Field, Level), f64)>> =
    LazyLock::new(|| TABLE.iter().map(|&(field, level, m, u)| ((field, level), (m / u).log2())).collect());

/// The part that `field` adds at `level`.
pub(super) fn part(field: Field, level: Level) -> Part {
    let weight = BITS.iter().find(|(of, _)| *of == (field, level)).map_or(0.0, |(_, bits)| *bits);
    Part { field, level, weight }
}

/// As [`part`], with exact agreement weighed by the share of records that carry the name.
pub(super) fn name_part(field: Field, level: Level, share: Option<f64>) -> Part {
    let mut part = part(field, level);
    if let (Level::Exact, Some(share)) = (level, share.filter(|share| share.is_finite())) {
        let m = TABLE.iter().find(|row| (row.0, row.1) == (field, level)).map_or(1.0, |row| row.2);
        part.weight = (m / share.clamp(SHARE_MIN, m)).log2();
    }
    part
}

#[cfg(test)]
mod tests {
    use super::{TABLE, name_part, part};
    use crate::score::{Field, Level};

    #[test]
    fn rows_are_probabilities_and_unique() {
        for (place, (field, level, m, u)) in TABLE.iter().enumerate() {
            assert!((0.0..1.0).contains(m) && (0.0..1.0).contains(u), "{field:?} {level:?}");
            assert!(
                TABLE.iter().skip(place + 1).all(|row| (row.0, row.1) != (*field, *level)),
                "{field:?} {level:?}"
            );
        }
    }

    #[test]
    fn agreement_weighs_for_difference_against_and_rare_names_more() {
        for field in [Field::Family, Field::Given, Field::Middle, Field::Dob, Field::Postcode, Field::Sex] {
            assert!(part(field, Level::Exact).weight > 0.0);
            assert!(part(field, Level::Differ).weight < 0.0);
            assert_eq!(part(field, Level::Missing).weight, 0.0);
        }
        let weight = |share| name_part(Field::Family, Level::Exact, share).weight;
        assert!(weight(Some(0.012)) < weight(None) && weight(None) < weight(Some(0.00001)));
        assert!(weight(Some(2.0)) >= 0.0);
    }
}
