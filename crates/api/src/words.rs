//! Closed lists on the wire: a word is its place in the model's list plus one, and zero means unspecified.
//! A test holds every enum of the proto files against the model's words, so that the two can't drift.

use model::vocabulary::{EntityKind, GradingBand, LegalBasis, Purpose, Sex, ThreatCategory, Urgency};
use model::{CountBand, Dataset, Distribution, Granularity, IdentifierKind, Refusal, Yardstick};

/// A closed list that travels as a number.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// The list in its order on the wire.
    const LIST: &'static [Self];

    /// The number on the wire.
    fn number(self) -> i32 {
        let place = Self::LIST.iter().position(|&word| word == self).unwrap_or(usize::MAX);
        i32::try_from(place).map_or(0, |place| place.saturating_add(1))
    }

    /// The word with this number; none when unspecified or newer than this build.
    fn of(number: i32) -> Option<Self> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::LIST.get(place).copied()
    }
}

macro_rules! words {
    ($($name:ty),+) => { $(impl Word for $name { const LIST: &'static [Self] = Self::ALL; })+ };
}

words!(
    Purpose,
    LegalBasis,
    Urgency,
    Granularity,
    Sex,
    IdentifierKind,
    Dataset,
    EntityKind,
    Yardstick,
    CountBand,
    ThreatCategory,
    GradingBand,
    Refusal,
    Distribution
);

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::v1;
    use model::vocabulary::{EntityKind, GradingBand, LegalBasis, Purpose, Sex, ThreatCategory, Urgency};
    use model::{CountBand, Dataset, Distribution, Granularity, IdentifierKind, Refusal, Yardstick};

    /// Every word of the model must have the wire's name for its number, and the wire must know no more.
    fn check<W: Word + std::fmt::Display>(prefix: &str, name_of: impl Fn(i32) -> Option<&'static str>) {
        for &word in W::LIST {
            let shouted =
                word.to_string().to_uppercase().replace([' ', '-'], "_").replace("10+", "10_OR_MORE");
            assert_eq!(name_of(word.number()), Some(format!("{prefix}_{shouted}").as_str()));
            assert!(W::of(word.number()) == Some(word));
        }
        let next = i32::try_from(W::LIST.len()).unwrap() + 1;
        assert_eq!(name_of(next), None, "{prefix}: the wire knows a word that the model lacks");
        assert!(W::of(0).is_none() && W::of(next).is_none() && W::of(-1).is_none());
    }

    #[test]
    fn the_wire_and_the_model_know_the_same_words() {
        macro_rules! same {
            ($($model:ty, $wire:ty, $prefix:literal;)+) => {
                $(check::<$model>($prefix, |n| <$wire>::try_from(n).ok().map(|w| w.as_str_name()));)+
            };
        }
        same! {
            Purpose, v1::Purpose, "PURPOSE";
            LegalBasis, v1::LegalBasis, "LEGAL_BASIS";
            Urgency, v1::Urgency, "URGENCY";
            Granularity, v1::Granularity, "GRANULARITY";
            Sex, v1::Sex, "SEX";
            IdentifierKind, v1::IdentifierKind, "IDENTIFIER_KIND";
            Dataset, v1::Dataset, "DATASET";
            EntityKind, v1::EntityKind, "ENTITY_KIND";
            Yardstick, v1::Yardstick, "YARDSTICK";
            CountBand, v1::CountBand, "COUNT_BAND";
            ThreatCategory, v1::ThreatCategory, "THREAT_CATEGORY";
            GradingBand, v1::GradingBand, "GRADING_BAND";
            Refusal, v1::Refusal, "REFUSAL";
            Distribution, v1::Distribution, "DISTRIBUTION";
        }
    }
}
