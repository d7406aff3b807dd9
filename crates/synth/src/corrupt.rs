//! How a force's record of a person departs from the truth: none to three corruptions, each with a name.
//! The names go to `truth.csv`, so that an evaluation can say which departures cost hits.

mod apply;
mod typo;

pub(crate) use typo::typo;

use std::fmt;

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use crate::dice::Dice;
use crate::identity::TruePerson;
use crate::names::Names;

/// One departure from the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Corruption {
    /// A slip of the keyboard in a given name.
    GivenTypo,
    /// A slip of the keyboard in the family name.
    FamilyTypo,
    /// A short form for the first given name.
    Nickname,
    /// Recorded under a false name; the true one is among the aliases.
    Alias,
    /// Day and month of birth changed places.
    DobSwapped,
    /// One digit of the birth date is wrong.
    DobDigit,
    /// The year of birth is out by one, or by ten.
    YearOut,
    /// 1 January of the year of birth.
    JanuaryFirst,
    /// No birth date.
    DobMissing,
    /// Another postcode of the same person.
    Moved,
    /// No postcode.
    PostcodeMissing,
    /// Another family name of the same person.
    SurnameChanged,
    /// Two family names joined by a hyphen.
    DoubleBarrelled,
    /// Given and family name changed places.
    NamesSwapped,
    /// Initials for given names.
    InitialOnly,
    /// Middle names left out.
    MiddleDropped,
    /// Another spelling of the same name.
    Transliteration,
}

/// Each corruption with its word and how often it is tried.
const CORRUPTIONS: &[((Corruption, &str), u32)] = &[
    ((Corruption::GivenTypo, "given_typo"), 12),
    ((Corruption::FamilyTypo, "family_typo"), 14),
    ((Corruption::Nickname, "nickname"), 12),
    ((Corruption::Alias, "alias"), 3),
    ((Corruption::DobSwapped, "dob_swapped"), 6),
    ((Corruption::DobDigit, "dob_digit"), 6),
    ((Corruption::YearOut, "year_out"), 4),
    ((Corruption::JanuaryFirst, "january_first"), 5),
    ((Corruption::DobMissing, "dob_missing"), 5),
    ((Corruption::Moved, "moved"), 18),
    ((Corruption::PostcodeMissing, "postcode_missing"), 9),
    ((Corruption::SurnameChanged, "surname_changed"), 4),
    ((Corruption::DoubleBarrelled, "double_barrelled"), 2),
    ((Corruption::NamesSwapped, "names_swapped"), 3),
    ((Corruption::InitialOnly, "initial_only"), 3),
    ((Corruption::MiddleDropped, "middle_dropped"), 10),
    ((Corruption::Transliteration, "transliteration"), 10),
];

impl Corruption {
    /// All corruptions.
    pub fn all() -> impl Iterator<Item = Self> {
        CORRUPTIONS.iter().map(|&((corruption, _), _)| corruption)
    }

    /// The word in `truth.csv` and `probes.csv`, such as `dob_swapped`.
    pub fn as_str(self) -> &'static str {
        CORRUPTIONS.iter().find(|c| c.0.0 == self).map_or("", |c| c.0.1)
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A list of corruptions as the CSV files write it: words joined by semicolons.
pub(crate) fn joined(corruptions: &[Corruption]) -> String {
    corruptions.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(";")
}

/// A person as somebody wrote them down.
#[derive(Clone)]
pub(crate) struct Written {
    /// Given names, separated by spaces.
    pub(crate) given: String,
    /// Family name.
    pub(crate) family: String,
    /// Other names, in full or alone.
    pub(crate) aliases: Vec<String>,
    /// Birth date, where known.
    pub(crate) dob: Option<Date>,
    /// How exactly it is known.
    pub(crate) precision: Option<DobPrecision>,
    /// Postcode, where known.
    pub(crate) postcode: Option<String>,
    /// How it departs from the truth, in the order it happened.
    pub(crate) corruptions: Vec<Corruption>,
}

/// How many corruptions a record has, of a hundred records.
const HOW_MANY: &[(usize, u32)] = &[(0, 42), (1, 31), (2, 18), (3, 9)];

impl Written {
    /// `person` without a mistake.
    pub(crate) fn exactly(person: &TruePerson) -> Self {
        Self {
            given: person.given.clone(),
            family: person.family.clone(),
            aliases: person.street_name.map(str::to_owned).into_iter().collect(),
            dob: Some(person.dob),
            precision: Some(DobPrecision::Day),
            postcode: Some(person.postcode.clone()),
            corruptions: Vec::new(),
        }
    }

    /// `person` with at most `most` corruptions.
    pub(crate) fn corrupted(person: &TruePerson, names: &Names, most: usize, dice: &mut Dice) -> Self {
        let wanted = dice.weighted(HOW_MANY, 0).min(most);
        let mut written = Self::exactly(person);
        // Some corruptions do not fit some people (no short form, no middle name): a few tries more than wanted.
        for _ in 0..wanted * 6 {
            if written.corruptions.len() == wanted {
                break;
            }
            let (corruption, _) = dice.weighted(CORRUPTIONS, (Corruption::Moved, ""));
            written.apply(corruption, person, names, dice);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Corruption, Written};
    use crate::dice::{Dice, Purpose};
    use crate::identity::TruePerson;
    use crate::names::Names;

    #[test]
    fn records_differ_from_the_truth_exactly_when_they_say_so() {
        let names = Names::new();
        let mut seen: BTreeMap<Corruption, u32> = BTreeMap::new();
        for index in 0..4_000 {
            let person = TruePerson::new(index, 3, &names);
            let truth = Written::exactly(&person);
            let written =
                Written::corrupted(&person, &names, 3, &mut Dice::new(3, Purpose::Record, index, 1));
            let same = written.given == truth.given
                && written.family == truth.family
                && written.dob == truth.dob
                && written.postcode == truth.postcode;
            assert_eq!(same, written.corruptions.is_empty(), "{:?}", written.corruptions);
            assert!(written.corruptions.len() <= 3);
            assert!(!written.given.is_empty() && !written.family.is_empty());
            written.corruptions.into_iter().for_each(|c| *seen.entry(c).or_default() += 1);
        }
        for corruption in Corruption::all() {
            assert!(seen.get(&corruption).copied().unwrap_or(0) > 20, "{corruption} is too seldom");
        }
    }
}
