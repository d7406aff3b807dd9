//! What a comparison found: the level each field agreed at, its weight in bits, and the probability they add up to.
//! Weights are Fellegi and Sunter's: log2 of how much likelier the level is for the same entity than for another.

use std::fmt;

use model::Probability;

/// Posterior probability from which a candidate counts as a match.
pub const MATCH_THRESHOLD: f64 = 0.5;

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Family name.
    Family,
    /// First given name.
    Given,
    /// Further given names.
    Middle,
    /// Whether names stand in each other's place, are divided otherwise, or are an alias.
    Order,
    /// Birth date.
    Dob,
    /// Postcode.
    Postcode,
    /// Sex.
    Sex,
    /// Nationality.
    Nationality,
    /// Name of an organisation.
    Organisation,
    /// House number.
    Number,
    /// Flat or unit.
    Unit,
    /// Words of house name, street and town.
    Street,
}

/// How a field agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The same, to the precision that both have.
    Exact,
    /// Exact, on a date that stands in for unknown ones: the first of January.
    NewYear,
    /// Nicknames or spellings of one name.
    Nickname,
    /// One is the first letter of the other.
    Initial,
    /// One part of several is the same: of a double name, of given names, of a postcode.
    Part,
    /// One slip of the keyboard; in a birth date one digit or a swap of neighbours.
    Typo,
    /// They sound the same.
    Phonetic,
    /// Much the same.
    Close,
    /// Day and month, or given and family name, exchanged.
    Swapped,
    /// Day and month the same, one year apart.
    YearOff,
    /// Year and month the same; one side may know no more.
    Month,
    /// Year and month the same and one side knows no more.
    MonthKnown,
    /// Year the same and one side knows no more.
    YearKnown,
    /// An estimated year within two of the other.
    Estimated,
    /// An estimated year within a few more of the other, as a guess from looks may be out.
    NearEstimate,
    /// Outside an estimate.
    OffEstimate,
    /// Under another name that a record has besides its own.
    Alias,
    /// Only the outward part of a postcode is known, and it is the same.
    OutwardKnown,
    /// One side has it, as many do, and the other does not.
    OneSided,
    /// Neither side has it, though many do.
    Neither,
    /// None of these.
    Differ,
    /// One side does not have the field.
    Missing,
}

impl Field {
    /// The word in a file of weights, such as `family`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Given => "given",
            Self::Middle => "middle",
            Self::Order => "order",
            Self::Dob => "dob",
            Self::Postcode => "postcode",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::Organisation => "organisation",
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Street => "street",
        }
    }
}

impl Level {
    /// The word in a file of weights, such as `new_year`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::NewYear => "new_year",
            Self::Nickname => "nickname",
            Self::Initial => "initial",
            Self::Part => "part",
            Self::Typo => "typo",
            Self::Phonetic => "phonetic",
            Self::Close => "close",
            Self::Swapped => "swapped",
            Self::YearOff => "year_off",
            Self::Month => "month",
            Self::MonthKnown => "month_known",
            Self::YearKnown => "year_known",
            Self::Estimated => "estimated",
            Self::NearEstimate => "near_estimate",
            Self::OffEstimate => "off_estimate",
            Self::Alias => "alias",
            Self::OutwardKnown => "outward_known",
            Self::OneSided => "one_sided",
            Self::Neither => "neither",
            Self::Differ => "differ",
            Self::Missing => "missing",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many levels there are.
pub(crate) const LEVELS: usize = Level::Missing as usize + 1;

/// One field's share of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The field.
    pub field: Field,
    /// How it agreed.
    pub level: Level,
    /// Bits for (or, below zero, against) the two being one.
    pub weight: f64,
}

const PARTS_MAX: usize = 8;

/// Evidence that a record is the one looked for. Built without allocation, once per candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The sum of the parts' weights, in bits.
    pub weight_bits: f64,
    parts: [Option<Part>; PARTS_MAX],
}

impl Score {
    /// The score of `parts`; missing fields weigh nothing and are left out.
    pub(crate) fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut score = Self { weight_bits: 0.0, parts: [None; PARTS_MAX] };
        let present = parts.into_iter().filter(|part| part.level != Level::Missing);
        for (slot, part) in score.parts.iter_mut().zip(present) {
            score.weight_bits += part.weight;
            *slot = Some(part);
        }
        score
    }

    /// The fields that were compared, with their levels and weights.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        self.parts.iter().copied().flatten()
    }

    /// The level at which `field` agreed.
    pub fn level(&self, field: Field) -> Level {
        self.parts().find(|part| part.field == field).map_or(Level::Missing, |part| part.level)
    }

    /// The probability that the two are one, when `prior` is the probability before looking: one in the number of
    /// records. A prior is held at one half or less, since being the only record is no evidence.
    pub fn probability(&self, prior: f64) -> Probability {
        posterior(self.weight_bits, prior)
    }
}

/// The probability after evidence of `bits`; see [`Score::probability`].
pub(crate) fn posterior(bits: f64, prior: f64) -> Probability {
    let prior = if prior.is_nan() { 0.0 } else { prior.clamp(1e-12, 0.5) };
    let odds = (prior / (1.0 - prior)) * bits.clamp(-200.0, 200.0).exp2();
    Probability::clamped(odds / (1.0 + odds))
}

#[cfg(test)]
mod tests {
    use super::{Field, Level, Part, Score};

    #[test]
    fn bits_move_the_prior() {
        let score = |weight| Score::of([Part { field: Field::Dob, level: Level::Exact, weight }]);
        for (weight, prior, wanted) in [
            (0.0, 0.5, 0.5),
            (1.0, 0.5, 2.0 / 3.0),
            (-1.0, 0.5, 1.0 / 3.0),
            (20.0, 1e-6, 0.5119),
            (0.0, 1.0, 0.5),
        ] {
            assert!((score(weight).probability(prior).value() - wanted).abs() < 1e-3, "{weight} {prior}");
        }
        assert_eq!(score(5.0).probability(f64::NAN).value(), 0.0);
    }
}
