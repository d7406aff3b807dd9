//! Marks of a name in eight bytes: its letters, its length, how it begins and ends. By them alone most names are told to have
//! nothing to do with the one looked for, so that an index reads few of the names that it holds.

use super::Prepared;
use super::family::{bare, without_o};
use super::likeness::Shared;
use super::nickname::KinMarks;

/// Letters at the beginning and at the end that are kept.
const ENDS: u32 = 3;
/// Bits of one letter, from 1 for `a`.
const LETTER_BITS: u32 = 5;
/// Bits of the set of letters.
const SET_BITS: u32 = 26;
const LENGTH_BITS: u32 = 5;
const FIRST_AT: u32 = SET_BITS + LENGTH_BITS;
const LAST_AT: u32 = FIRST_AT + ENDS * LETTER_BITS;

/// Marks of one name in its normal form.
///
/// From the lowest bit: the set of its letters 26, its length 5, its first three letters 15, the first one lowest, its last
/// three 15, the last one lowest. Zero says nothing: of a name of several words, of one letter, of very many, of other
/// characters than letters, and of one with an article, a `Mac` or an `O` in front, which is compared without it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameMarks(u64);

impl NameMarks {
    /// The marks of a name.
    pub fn of(name: &str) -> Self {
        if name.len() < 2 || bare(name).is_some() || without_o(name) != name {
            return Self::default();
        }
        Self::of_word(name).unwrap_or_default()
    }

    /// The marks as an index stores them.
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// What [`Self::to_bits`] gave.
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Nothing where not all characters are letters, or there are too many.
    fn of_word(word: &str) -> Option<Self> {
        let length =
            u64::try_from(word.len()).ok().filter(|length| (1..1 << LENGTH_BITS).contains(length))?;
        let place = |byte: u8| byte.is_ascii_lowercase().then(|| u64::from(byte - b'a'));
        let letters = word.bytes().try_fold(0_u64, |set, byte| Some(set | 1 << place(byte)?))?;
        let end = |bytes: &mut dyn Iterator<Item = u8>| {
            let places = bytes.filter_map(place).zip((0..ENDS).map(|at| at * LETTER_BITS));
            places.fold(0, |end, (place, shift)| end | (place + 1) << shift)
        };
        let (first, last) = (end(&mut word.bytes()), end(&mut word.bytes().rev()));
        Some(Self(letters | length << SET_BITS | first << FIRST_AT | last << LAST_AT))
    }

    fn field(self, at: u32, bits: u32) -> u32 {
        u32::try_from((self.0 >> at) & ((1 << bits) - 1)).unwrap_or(0)
    }

    fn letters(self) -> u32 {
        self.field(0, SET_BITS)
    }

    fn length(self) -> u32 {
        self.field(SET_BITS, LENGTH_BITS)
    }

    /// How many of the first three letters both have in the same place, from the first on.
    fn common_beginning(self, other: Self) -> u32 {
        let differ = self.field(FIRST_AT, ENDS * LETTER_BITS) ^ other.field(FIRST_AT, ENDS * LETTER_BITS);
        (differ.trailing_zeros() / LETTER_BITS).min(self.length()).min(other.length()).min(ENDS)
    }

    fn same_end(self, other: Self) -> bool {
        self.field(LAST_AT, ENDS * LETTER_BITS) == other.field(LAST_AT, ENDS * LETTER_BITS)
    }

    /// The first two letters.
    fn beginning(self) -> [u8; 2] {
        [0, LETTER_BITS].map(|at| {
            let letter = self.field(FIRST_AT + at, LETTER_BITS);
            letter.checked_sub(1).and_then(|place| u8::try_from(place).ok()).map_or(0, |place| b'a' + place)
        })
    }
}

/// Tells names that have nothing to do with those of a subject.
pub(crate) struct Strangers {
    given: Words,
    family: Words,
}

/// The words of a subject's name by which it is compared; none where marks can't tell.
struct Words(Vec<Word>);

/// What is known of a name by its marks.
#[derive(Clone, Copy, Default)]
pub(crate) struct Apart {
    /// Whether it is one word.
    pub(crate) is_word: bool,
    /// Whether it differs from the subject's given names, in whatever place it stands: no word of either begins or ends with one of the
    /// other, and it adds nothing. Not every name of which that holds is told.
    pub(crate) from_given: bool,
    /// The same of the subject's family name.
    pub(crate) from_family: bool,
}

/// A word of a subject's names.
struct Word {
    marks: NameMarks,
    kin: KinMarks,
}

impl Strangers {
    /// Those of a subject of these names.
    pub(crate) fn of(given: &Prepared, family: &Prepared) -> Self {
        Self { given: Words::of(given), family: Words::of(family) }
    }

    /// What the marks of a name tell of it.
    #[inline]
    pub(crate) fn apart(&self, name: NameMarks) -> Apart {
        let is_word = name != NameMarks::default();
        Apart {
            is_word,
            from_given: is_word && self.given.are_apart(name),
            from_family: is_word && self.family.are_apart(name),
        }
    }
}

impl Words {
    fn of(name: &Prepared) -> Self {
        let words = name.words().map(|(text, kin)| Some(Word { marks: NameMarks::of_word(&text)?, kin }));
        Self(words.collect::<Option<_>>().unwrap_or_default())
    }

    #[inline]
    fn are_apart(&self, name: NameMarks) -> bool {
        !self.0.is_empty() && self.0.iter().all(|word| word.is_apart(name))
    }
}

impl Word {
    #[inline]
    fn is_apart(&self, name: NameMarks) -> bool {
        let (mine, prefix) = (self.marks, self.marks.common_beginning(name));
        let lengths = (mine.length(), name.length());
        let shortest = lengths.0.min(lengths.1);
        // Neither begins or ends the other, so that neither is cut short from it or stems from it.
        if prefix >= shortest.min(ENDS) || (shortest >= ENDS && mine.same_end(name)) {
            return false;
        }
        // No more letters can match than those that are not missing from the other, each at least once.
        let missing = |a: NameMarks, b: NameMarks| (a.letters() & !b.letters()).count_ones();
        let matches = (lengths.0 - missing(mine, name)).min(lengths.1 - missing(name, mine));
        let shared = Shared { lengths, matches, prefix: usize::try_from(prefix).unwrap_or(0) };
        !shared.is_worth_asking() && !self.kin.may_hold_one(name.beginning(), lengths.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NameMarks, Strangers};
    use crate::name::Prepared;

    #[test]
    fn most_names_are_strangers_and_no_kin_is() {
        let strangers =
            Strangers::of(&Prepared::new("william john".into()), &Prepared::new("macdonald".into()));
        for (name, stranger) in [
            ("featherstone", true),
            ("patel", true),
            ("wu", true),
            ("bill", false),
            ("jon", false),
            ("liam", false),
            ("donald", false),
            ("macdonnell", false),
            ("williamson", false),
            ("featherstone john", false),
            ("j", false),
            ("", false),
            ("r2d2", false),
        ] {
            let apart = strangers.apart(NameMarks::of(name));
            assert_eq!(apart.from_given && apart.from_family, stranger, "{name}");
        }
        let digits = Strangers::of(&Prepared::new("4".into()), &Prepared::new("smith".into()));
        let apart = digits.apart(NameMarks::of("patel"));
        assert!(apart.is_word && !apart.from_given && apart.from_family);
    }

    proptest! {
        #[test]
        fn marks_are_stored_and_read_back(name in "[a-z]{0,40}|[a-z ]{0,9}|\\PC{0,9}") {
            let marks = NameMarks::of(&name);
            prop_assert_eq!(NameMarks::from_bits(marks.to_bits()), marks);
        }
    }
}
