//! The kinds of corruption: their words, how often each is tried, and which are held out of tuning.
//! A matcher is tuned without the held-out kinds, and measured with them.

use std::fmt;

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
    /// Recorded or asked under a false name that nothing else carries.
    FalseName,
    /// Day and month of birth changed places.
    DobSwapped,
    /// One digit of the birth date is wrong.
    DobDigit,
    /// The year of birth is out by one, or by ten.
    YearOut,
    /// 1 January of the year of birth.
    JanuaryFirst,
    /// Month and year of birth, and no day.
    MonthOnly,
    /// A year of birth guessed from looks.
    ApparentAge,
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
    /// A second family name beside the first.
    FamilyAdded,
    /// Given and family name changed places.
    NamesSwapped,
    /// The family name written first, and the last syllable of the given name taken for it.
    FamilyFirst,
    /// Initials for given names.
    InitialOnly,
    /// Middle names left out.
    MiddleDropped,
    /// Two given names written as one, or one as two.
    GivenJoined,
    /// A father's name added to the given names.
    Patronymic,
    /// A title kept in the name.
    Honorific,
    /// Capitals throughout.
    Capitals,
    /// Hyphens and spaces set otherwise.
    Spacing,
    /// A particle such as *O'*, *Mac*, *Al-* or *de* left out, set apart, or moved to the given names.
    Particle,
    /// Another spelling of the same name in Latin letters.
    Transliteration,
    /// Diacritics written out, or replaced by pairs of letters.
    Diacritics,
    /// A name cut to the length of a field.
    Truncated,
    /// Letters misread by a scanner.
    ScannedLetters,
    /// A name written as it was heard.
    ByEar,
}

/// Each kind that a matcher may be tuned on, with its word and how often it is tried: often where it fits few people.
const TUNED: &[((Corruption, &str), u32)] = &[
    ((Corruption::GivenTypo, "given_typo"), 12),
    ((Corruption::FamilyTypo, "family_typo"), 14),
    ((Corruption::Nickname, "nickname"), 12),
    ((Corruption::Alias, "alias"), 3),
    ((Corruption::FalseName, "false_name"), 1),
    ((Corruption::DobSwapped, "dob_swapped"), 6),
    ((Corruption::DobDigit, "dob_digit"), 6),
    ((Corruption::YearOut, "year_out"), 4),
    ((Corruption::JanuaryFirst, "january_first"), 5),
    ((Corruption::MonthOnly, "month_only"), 3),
    ((Corruption::DobMissing, "dob_missing"), 5),
    ((Corruption::Moved, "moved"), 18),
    ((Corruption::PostcodeMissing, "postcode_missing"), 9),
    ((Corruption::SurnameChanged, "surname_changed"), 4),
    ((Corruption::DoubleBarrelled, "double_barrelled"), 2),
    ((Corruption::NamesSwapped, "names_swapped"), 3),
    ((Corruption::FamilyFirst, "family_first"), 50),
    ((Corruption::InitialOnly, "initial_only"), 3),
    ((Corruption::MiddleDropped, "middle_dropped"), 10),
    ((Corruption::GivenJoined, "given_joined"), 3),
    ((Corruption::Honorific, "honorific"), 2),
    ((Corruption::Capitals, "capitals"), 2),
    ((Corruption::Spacing, "spacing"), 10),
    ((Corruption::Particle, "particle"), 40),
    ((Corruption::Transliteration, "transliteration"), 10),
    ((Corruption::Diacritics, "diacritics"), 10),
];

/// Each kind that is held out of tuning, likewise.
const HELD_OUT: &[((Corruption, &str), u32)] = &[
    ((Corruption::FamilyAdded, "family_added"), 4),
    ((Corruption::Patronymic, "patronymic"), 25),
    ((Corruption::Truncated, "truncated"), 4),
    ((Corruption::ScannedLetters, "scanned_letters"), 6),
    ((Corruption::ByEar, "by_ear"), 6),
    ((Corruption::ApparentAge, "apparent_age"), 4),
];

impl Corruption {
    /// All corruptions.
    pub fn all() -> impl Iterator<Item = Self> {
        table().map(|&((corruption, _), _)| corruption)
    }

    /// Whether a matcher must do without it while it is tuned.
    pub fn is_held_out(self) -> bool {
        HELD_OUT.iter().any(|kind| kind.0.0 == self)
    }

    /// The word in `truth.csv` and `probes.csv`, such as `dob_swapped`.
    pub fn as_str(self) -> &'static str {
        table().find(|kind| kind.0.0 == self).map_or("", |kind| kind.0.1)
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn table() -> impl Iterator<Item = &'static ((Corruption, &'static str), u32)> {
    TUNED.iter().chain(HELD_OUT)
}

/// Kinds to draw from, with how often each is tried.
#[derive(Debug, Clone)]
pub(crate) struct Kinds(Vec<(Corruption, u32)>);

impl Kinds {
    /// The kinds that records suffer.
    pub(crate) fn of_records(held_out: bool) -> Self {
        let drawn = table().filter(|kind| held_out || !kind.0.0.is_held_out());
        Self(drawn.map(|&((kind, _), weight)| (kind, weight)).collect())
    }

    /// The kinds that probes suffer: as records, but a probe has no aliases to keep the true name in.
    pub(crate) fn of_probes(held_out: bool) -> Self {
        let mut kinds = Self::of_records(held_out);
        kinds.0.retain(|(kind, _)| *kind != Corruption::Alias);
        kinds
    }

    /// The kinds with their weights.
    pub(super) fn weighted(&self) -> &[(Corruption, u32)] {
        &self.0
    }
}
