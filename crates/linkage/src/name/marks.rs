//! Marks of a name in sixteen bytes: of each of two words its letters, its length, how it begins and ends. By them alone most
//! names are told to have nothing to do with the one looked for, so that an index reads few of the names that it holds.

use super::Prepared;
use super::family::rest;
use super::likeness::Shared;
use super::nickname::KinMarks;

/// Letters at the beginning and at the end that are kept.
const ENDS: u32 = 3;
/// Bits of one letter, from 1 for `a`.
const LETTER_BITS: u32 = 5;
/// Bits of the set of letters.
const SET_BITS: u32 = 26;
const LENGTH_BITS: u32 = 5;
/// Words of a subject's name that are told apart.
const SAME_WORDS_MAX: usize = 8;
const FIRST_AT: u32 = SET_BITS + LENGTH_BITS;
const LAST_AT: u32 = FIRST_AT + ENDS * LETTER_BITS;

/// Set in what stands in place of a second word and is none.
const REST: u64 = 1 << 63;

/// Marks of one name in its normal form: of its word, and of what is left of that without an article, a `Mac` or an `O` in front, as it
/// is compared without it too; or of its two words. Zero says nothing: of a name of more words, of very many letters, of other
/// characters than letters, and of two words of which one has a single letter, or such a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameMarks {
    first: WordMarks,
    /// Of the second word, or with [`REST`] of what is left of the first one; zero where there is neither.
    second: WordMarks,
}

impl NameMarks {
    /// The marks of a name.
    pub fn of(name: &str) -> Self {
        let Some((first, second)) = name.split_once(' ') else {
            let rest = rest(name).and_then(WordMarks::of).map_or(WordMarks::default(), WordMarks::as_rest);
            return WordMarks::of(name).map_or(Self::default(), |first| Self { first, second: rest });
        };
        let plain = |word: &str| {
            let is_plain = word.len() >= 2 && rest(word).is_none();
            is_plain.then(|| WordMarks::of(word)).flatten()
        };
        let joined = name.replace(' ', "");
        // What is left of both as one is one of the two, or else not known.
        let known = rest(&joined).is_none_or(|rest| rest == second) && WordMarks::of(&joined).is_some();
        match (plain(first), plain(second)) {
            (Some(first), Some(second)) if known => Self { first, second },
            _ => Self::default(),
        }
    }

    /// The marks as an index stores them.
    pub fn to_bits(self) -> [u64; 2] {
        [self.first.0, self.second.0]
    }

    /// What [`Self::to_bits`] gave.
    pub fn from_bits([first, second]: [u64; 2]) -> Self {
        Self { first: WordMarks(first), second: WordMarks(second) }
    }

    fn is_none(self) -> bool {
        self.first == WordMarks::default()
    }

    fn is_word(self) -> bool {
        !self.is_none() && (self.second == WordMarks::default() || self.second.is_rest())
    }

    fn is_initial(self) -> bool {
        self.is_word() && self.first.length() == 1
    }

    fn words(self) -> impl Iterator<Item = WordMarks> {
        std::iter::once(self.first).chain((!self.is_word()).then_some(self.second))
    }

    /// Of each word, and of both as one; of one word, what is left of it too.
    fn each(self) -> impl Iterator<Item = WordMarks> {
        let second = (self.second != WordMarks::default()).then_some(self.second);
        let joined = (!self.is_word()).then(|| self.first.joined(self.second));
        std::iter::once(self.first).chain(second).chain(joined)
    }
}

/// Marks of a word.
///
/// From the lowest bit: the set of its letters 26, its length 5, its first three letters 15, the first one lowest, its last
/// three 15, the last one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct WordMarks(u64);

impl WordMarks {
    /// Nothing where not all characters are letters, or there are too many.
    fn of(word: &str) -> Option<Self> {
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

    fn as_rest(self) -> Self {
        Self(self.0 | REST)
    }

    fn is_rest(self) -> bool {
        self.0 & REST != 0
    }

    /// Of two words as one, where that is one of few enough letters.
    fn joined(self, other: Self) -> Self {
        let end = |near: Self, far: Self, at: u32| {
            let kept = near.length().min(ENDS) * LETTER_BITS;
            let all = u64::from(near.field(at, ENDS * LETTER_BITS))
                | u64::from(far.field(at, ENDS * LETTER_BITS)) << kept;
            all & ((1 << (ENDS * LETTER_BITS)) - 1)
        };
        let length = u64::from(self.length() + other.length()).min((1 << LENGTH_BITS) - 1);
        let letters = u64::from(self.letters() | other.letters());
        let (first, last) = (end(self, other, FIRST_AT), end(other, self, LAST_AT));
        Self(letters | length << SET_BITS | first << FIRST_AT | last << LAST_AT)
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

    /// Whether the shorter one may end the longer.
    fn may_end(self, other: Self) -> bool {
        let (short, long) = if self.length() < other.length() { (self, other) } else { (other, self) };
        let ends = |word: Self| word.field(LAST_AT, ENDS * LETTER_BITS);
        (ENDS..long.length()).contains(&short.length())
            && ends(short) == ends(long)
            && short.letters() & !long.letters() == 0
    }

    /// Whether one may begin or end the other, or both begin with one letter and are much as long and not unlike.
    fn may_be(self, other: Self) -> bool {
        let (shortest, prefix) = (self.length().min(other.length()), self.common_beginning(other));
        prefix >= shortest.min(ENDS)
            || self.may_end(other)
            || (prefix > 0
                && self.length().abs_diff(other.length()) <= 2
                && self.shared(other).is_worth_asking())
    }

    /// What both share at most.
    fn shared(self, other: Self) -> Shared {
        let lengths = (self.length(), other.length());
        // No more letters can match than those that are not missing from the other, each at least once.
        let missing = |a: Self, b: Self| (a.letters() & !b.letters()).count_ones();
        let matches = (lengths.0 - missing(self, other)).min(lengths.1 - missing(other, self));
        let prefix = usize::try_from(self.common_beginning(other)).unwrap_or(0);
        Shared { lengths, matches, prefix }
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
    /// Whether the subject has further given names.
    goes_on: bool,
}

/// The words of a subject's name.
struct Words {
    /// Those by which it is compared; none where marks can't tell.
    compared: Vec<Word>,
    /// The marks of each word in order, and of all as one; nothing where marks can't tell.
    own: Option<(Vec<WordMarks>, WordMarks)>,
}

/// Which words of a subject's name a name may have, by its marks: one bit for each of the subject's, the first one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SameWords {
    /// Those that its first word may be.
    first: u8,
    /// Those that its second word may be.
    second: u8,
    /// Whether all their letters may be the same.
    pub(crate) whole: bool,
}

impl SameWords {
    /// Of a name of which marks tell nothing.
    const ANY: Self = Self { first: u8::MAX, second: u8::MAX, whole: true };

    /// Whether it may have the subject's word at this place.
    #[inline]
    pub(crate) fn may_have(self, place: u32) -> bool {
        has(self.first | self.second, place)
    }

    /// Whether it may have that word behind its first one.
    #[inline]
    pub(crate) fn may_have_behind(self, place: u32) -> bool {
        has(self.second, place)
    }

    /// Whether it may be all of the subject's name, if that takes the same letters, or one of these words for its first one or
    /// its second one.
    #[inline]
    pub(crate) fn may_be_all(self, [first, second]: [u8; 2]) -> bool {
        self.whole || self.first & first != 0 || self.second & second != 0
    }
}

/// Whether one of a few words is among them; words beyond these are not told apart.
fn has(words: u8, place: u32) -> bool {
    words.checked_shr(place).is_none_or(|words| words & 1 == 1)
}

/// What is known of a name by its marks.
#[derive(Clone, Copy, Default)]
pub(crate) struct Apart {
    /// Whether it is one word.
    pub(crate) is_word: bool,
    /// Whether its letters are known to be those of a name, and no mere initial.
    pub(crate) is_named: bool,
    /// Whether it differs from the subject's given names, in whatever place it stands: no word of either begins or ends with one of the
    /// other. Not every name of which that holds is told.
    pub(crate) from_given: bool,
    /// The same of the subject's family name.
    pub(crate) from_family: bool,
    /// Whether it has further words beside such of the subject's, which may add to what it weighs.
    pub(crate) goes_on: bool,
}

/// A word of a subject's names.
struct Word {
    marks: WordMarks,
    kin: KinMarks,
}

impl Strangers {
    /// Those of a subject of these names.
    pub(crate) fn of(given: &Prepared, family: &Prepared) -> Self {
        Self { given: Words::of(given), family: Words::of(family), goes_on: given.tokens().len() > 1 }
    }

    /// What the marks of a name tell of it.
    #[inline]
    pub(crate) fn apart(&self, name: NameMarks) -> Apart {
        let (is_word, is_known) = (name.is_word(), !name.is_none());
        Apart {
            is_word,
            is_named: is_known && !name.is_initial(),
            from_given: is_known && self.given.are_apart(name),
            from_family: is_known && self.family.are_apart(name),
            goes_on: self.goes_on && !is_word,
        }
    }

    /// Which words of the subject's given names it may have, and which of the family name.
    #[inline]
    pub(crate) fn same(&self, name: NameMarks) -> [SameWords; 2] {
        [&self.given, &self.family].map(|words| words.same(name))
    }

    /// Whether a record of this given and this family name may have all words of the subject's names in much the same form, or the
    /// subject all of its: only then the boundary of given and family name is looked for elsewhere.
    pub(crate) fn may_cover(&self, names: [NameMarks; 2]) -> bool {
        let (Some((given, _)), Some((family, _))) = (&self.given.own, &self.family.own) else { return true };
        if names.iter().any(|name| name.is_none()) {
            return true;
        }
        let asked = || given.iter().chain(family).copied();
        let held = || names.into_iter().flat_map(NameMarks::words);
        let (few, many) = (asked().count(), held().count());
        (few <= many && asked().all(|a| held().any(|b| a.may_be(b))))
            || (many <= few && held().all(|b| asked().any(|a| a.may_be(b))))
    }
}

impl Words {
    fn of(name: &Prepared) -> Self {
        let compared = name.words().map(|(text, kin)| Some(Word { marks: WordMarks::of(&text)?, kin }));
        let words: Option<Vec<_>> = name.tokens().iter().map(|token| WordMarks::of(&token.text)).collect();
        let words = words.filter(|words| words.len() <= SAME_WORDS_MAX);
        Self {
            compared: compared.collect::<Option<_>>().unwrap_or_default(),
            own: words.zip(name.whole().and_then(|whole| WordMarks::of(&whole.text))),
        }
    }

    #[inline]
    fn are_apart(&self, name: NameMarks) -> bool {
        let apart = |word: &Word| name.each().all(|other| word.is_apart(other));
        !self.compared.is_empty() && self.compared.iter().all(apart)
    }

    #[inline]
    fn same(&self, name: NameMarks) -> SameWords {
        let Some((words, whole)) = self.own.as_ref().filter(|_| !name.is_none()) else {
            return SameWords::ANY;
        };
        let which =
            |other: WordMarks| words.iter().rev().fold(0, |bits, word| bits << 1 | u8::from(*word == other));
        match name.is_word() {
            true => SameWords { first: which(name.first), second: 0, whole: name.first == *whole },
            false => SameWords {
                first: which(name.first),
                second: which(name.second),
                whole: name.first.joined(name.second) == *whole,
            },
        }
    }
}

impl Word {
    #[inline]
    fn is_apart(&self, name: WordMarks) -> bool {
        let mine = self.marks;
        let shortest = mine.length().min(name.length());
        // Neither begins or ends the other, so that neither is cut short from it or stems from it.
        mine.common_beginning(name) < shortest.min(ENDS)
            && !mine.may_end(name)
            && !mine.shared(name).is_worth_asking()
            && !self.kin.may_hold_one(name.beginning(), name.length())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NameMarks, Strangers, WordMarks};
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
            ("chen wu", true),
            ("wu macdonal", false),
            ("feather macdonald", false),
            ("mac donald", false),
            ("macd onald", false),
            ("oliver", true),
            ("ojohn", false),
            ("alqurtuby", true),
            ("aljohn", false),
            ("mckeest", true),
            ("al john", false),
            ("al macdonald", false),
            // Nothing but an end of three letters in common.
            ("verald", true),
            ("ald", false),
            ("nald", false),
            ("k", true),
            ("patel wu li", false),
            ("j", false),
            ("", false),
            ("r2d2", false),
        ] {
            let apart = strangers.apart(NameMarks::of(name));
            assert_eq!(apart.from_given && apart.from_family, stranger, "{name}");
        }
        // What is left of it without its `Mac` tells.
        let lee = Strangers::of(&Prepared::new("ann".into()), &Prepared::new("lee".into()));
        assert!(!lee.apart(NameMarks::of("macleigh")).from_family);
        assert!(lee.apart(NameMarks::of("macbrody")).from_family);
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

        #[test]
        fn two_words_as_one_have_its_marks(first in "[a-z]{2,15}", second in "[a-z]{2,15}") {
            let of = |word: &str| WordMarks::of(word).unwrap();
            prop_assert_eq!(of(&first).joined(of(&second)), of(&format!("{first}{second}")));
        }
    }

    /// Words of a few letters, so that names share some.
    fn name() -> impl Strategy<Value = String> {
        prop::collection::vec("[a-c]{1,3}|mac[a-c]{3}|abdul", 0..4).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn no_word_that_two_names_share_is_missed(given in name(), family in name(), other in name()) {
            let strangers = Strangers::of(&Prepared::new(given.clone()), &Prepared::new(family.clone()));
            for (own, same) in [given, family].iter().zip(strangers.same(NameMarks::of(&other))) {
                for (word, place) in own.split(' ').zip(0..) {
                    let places: Vec<usize> = other.split(' ').zip(0..).filter(|(b, _)| *b == word).map(|(_, at)| at).collect();
                    prop_assert!(places.is_empty() || same.may_have(place), "{own} {other}");
                    prop_assert!(!places.iter().any(|&at| at > 0) || same.may_have_behind(place), "{own} {other}");
                    prop_assert!(places.first() != Some(&0) || same.may_be_all([1 << place, 0]), "{own} {other}");
                }
                prop_assert!(own.replace(' ', "") != other.replace(' ', "") || same.may_be_all([0, 0]), "{own} {other}");
            }
        }
    }
}
