//! The weights of person comparisons, in one table: how often each level of agreement is seen when two records are of
//! one person (m), and when they are of two (u), with what is expected before any comparison.

mod text;

pub use text::BadWeights;

use std::sync::LazyLock;

use crate::score::{Field, Level};

use Field::{Dob, Family, Given, Middle, Nationality, Order, Postcode, Sex};

/// How often a level is seen. Both lie between 0 and 1, ends excluded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Among pairs of records of one person.
    pub m: f64,
    /// Among pairs of records of two persons.
    pub u: f64,
}

impl Odds {
    /// The weight, in bits.
    pub fn bits(self) -> f64 {
        (self.m / self.u).log2()
    }
}

/// What is expected before any comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Share of searches whose person a force holds.
    pub held: f64,
    /// Share of persons held of whom a force has a further record.
    pub duplicate: f64,
}

/// The weights of person comparisons. [`Weights::default`] gives those that are shipped; [`Weights::parse`] reads a
/// file, and `to_string` writes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What is expected before any comparison.
    pub prior: Prior,
    odds: Vec<Odds>,
}

/// Every field and level that has a weight, in the order of a file. A field that is missing on either side weighs
/// nothing.
pub(super) const ROWS: &[(Field, Level)] = &[
    (Family, Level::Exact),
    (Family, Level::Part),
    (Family, Level::Typo),
    (Family, Level::Phonetic),
    (Family, Level::Close),
    (Family, Level::Differ),
    (Given, Level::Exact),
    (Given, Level::Nickname),
    (Given, Level::Typo),
    (Given, Level::Part),
    (Given, Level::Phonetic),
    (Given, Level::Close),
    (Given, Level::Differ),
    (Given, Level::Initial),
    (Middle, Level::Exact),
    (Middle, Level::Close),
    (Middle, Level::Initial),
    (Middle, Level::Differ),
    (Order, Level::Swapped),
    (Order, Level::Part),
    (Order, Level::Alias),
    (Dob, Level::Exact),
    (Dob, Level::NewYear),
    (Dob, Level::Swapped),
    (Dob, Level::YearOff),
    (Dob, Level::Typo),
    (Dob, Level::Month),
    (Dob, Level::Differ),
    (Dob, Level::MonthKnown),
    (Dob, Level::YearKnown),
    (Dob, Level::Estimated),
    (Dob, Level::NearEstimate),
    (Dob, Level::OffEstimate),
    (Postcode, Level::Exact),
    (Postcode, Level::Typo),
    (Postcode, Level::Part),
    (Postcode, Level::Differ),
    (Postcode, Level::OutwardKnown),
    (Sex, Level::Exact),
    (Sex, Level::Differ),
    (Nationality, Level::Exact),
    (Nationality, Level::Differ),
];

/// A level that agrees better weighs no less: of each field, the levels in falling order.
pub(super) const FALLING: &[(Field, &[Level])] = &[
    (Family, &[Level::Exact, Level::Typo, Level::Phonetic, Level::Close, Level::Differ]),
    (Family, &[Level::Exact, Level::Part, Level::Differ]),
    (Given, &[Level::Exact, Level::Nickname, Level::Phonetic, Level::Close, Level::Differ]),
    (Given, &[Level::Exact, Level::Typo, Level::Phonetic]),
    (Given, &[Level::Exact, Level::Part, Level::Differ]),
    (Given, &[Level::Exact, Level::Initial, Level::Differ]),
    (Middle, &[Level::Exact, Level::Close, Level::Differ]),
    (Middle, &[Level::Exact, Level::Initial, Level::Differ]),
    (Dob, &[Level::Exact, Level::Swapped, Level::Typo, Level::Month, Level::Differ]),
    (Dob, &[Level::Exact, Level::YearOff, Level::Differ]),
    (Dob, &[Level::Exact, Level::NewYear, Level::Differ]),
    (
        Dob,
        &[
            Level::Exact,
            Level::MonthKnown,
            Level::YearKnown,
            Level::Estimated,
            Level::NearEstimate,
            Level::OffEstimate,
        ],
    ),
    (Postcode, &[Level::Exact, Level::Typo, Level::Part, Level::Differ]),
    (Postcode, &[Level::Exact, Level::OutwardKnown, Level::Differ]),
    (Sex, &[Level::Exact, Level::Differ]),
    (Nationality, &[Level::Exact, Level::Differ]),
];

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    // A test holds that the shipped file is in order; were it not, nothing would ever match.
    Weights::parse(include_str!("default_weights.toml")).unwrap_or_else(|_| Weights::neutral())
});

impl Weights {
    /// How often `level` is seen in `field`; nothing for a level that has no weight.
    pub fn odds(&self, field: Field, level: Level) -> Option<Odds> {
        let at = ROWS.iter().position(|row| *row == (field, level))?;
        self.odds.get(at).copied()
    }

    /// Every field and level with its odds.
    pub fn rows(&self) -> impl Iterator<Item = (Field, Level, Odds)> + '_ {
        ROWS.iter().zip(&self.odds).map(|(&(field, level), &odds)| (field, level, odds))
    }

    /// Sets how often `level` is seen in `field`.
    pub(super) fn set(&mut self, field: Field, level: Level, odds: Odds) {
        let at = ROWS.iter().position(|row| *row == (field, level));
        if let Some(slot) = at.and_then(|at| self.odds.get_mut(at)) {
            *slot = odds;
        }
    }

    /// Weights by which nothing is evidence.
    pub(super) fn neutral() -> Self {
        let prior = Prior { held: 0.3, duplicate: 0.02 };
        Self { prior, odds: vec![Odds { m: 0.5, u: 0.5 }; ROWS.len()] }
    }

    /// The first two levels, the better one first, of which the worse weighs more.
    pub(super) fn disorder(&self) -> Option<(Field, Level, Level)> {
        let bits = |field, level| self.odds(field, level).map_or(0.0, Odds::bits);
        FALLING.iter().find_map(|(field, levels)| {
            let mut pairs = levels.iter().zip(levels.iter().skip(1));
            let wrong = pairs.find(|(better, worse)| bits(*field, **worse) > bits(*field, **better) + 1e-9);
            wrong.map(|(better, worse)| (*field, *better, *worse))
        })
    }
}

impl Default for Weights {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;

    #[test]
    fn the_shipped_weights_are_in_order() {
        let read = Weights::parse(include_str!("default_weights.toml"));
        assert_eq!(read.as_ref(), Ok(&Weights::default()));
        assert_ne!(Weights::default(), Weights::neutral());
    }
}
