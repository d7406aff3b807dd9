//! How alike two single names are, in levels from equal to different.
//! Symmetric: the order of the two never matters.

use rapidfuzz::distance::jaro_winkler;

use super::slip::is_slip;
use super::{Phones, Sound};

/// Levels of likeness, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The same letters.
    Exact,
    /// Spellings of one name.
    Spelling,
    /// One slip of the keyboard, the ear or the scanner, or two in a long name.
    Typo,
    /// They sound the same.
    Phonetic,
    /// Much the same letters.
    Close,
    /// None of these.
    Differ,
}

/// Jaro–Winkler similarity from which two names count as close.
const CLOSE: f64 = 0.88;

/// Below this bound of similarity nothing dearer is asked.
const WORTH_ASKING: f64 = 0.7;

/// Consonants that a name must have before their agreement says something.
const CONSONANTS_MIN: usize = 3;

impl Likeness {
    /// Compares `a`, which was `heard` before, with `b`.
    #[inline]
    pub(crate) fn of(a: &str, heard: &Heard, b: &str) -> Self {
        let shared = Shared::of((a, heard.letters), b);
        // Most names that meet under a key of the birth date share too little for anything dearer to be asked.
        if !shared.is_worth_asking() {
            return Self::Differ;
        }
        if a == b { Self::Exact } else { Self::asked(a, heard, b, shared.similarity_at_most()) }
    }

    fn asked(a: &str, heard: &Heard, b: &str, most: f64) -> Self {
        if most < WORTH_ASKING {
            return Self::Differ;
        }
        let other = Phones::of(b);
        if heard.phones.spell_the_same(&other) {
            return Self::Spelling;
        }
        if is_slip(a, b) {
            return Self::Typo;
        }
        if heard.sound == Sound::of(&other)
            && heard.sound.consonants().count() >= CONSONANTS_MIN
            && heard.phones.vowels_agree(&other)
        {
            return Self::Phonetic;
        }
        let (a, b) = telling(a, b);
        // Beginnings left out, names are less alike than with them.
        if most >= CLOSE && a.len().min(b.len()) >= 4 && jaro_winkler(a, b) >= CLOSE {
            Self::Close
        } else {
            Self::Differ
        }
    }
}

/// What comparing a name takes, worked out once for all that it is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    letters: Letters,
    phones: Phones,
    sound: Sound,
}

impl Heard {
    /// That of one name.
    pub(crate) fn of(name: &str) -> Self {
        let phones = Phones::of(name);
        Self { letters: Letters::of(name), sound: Sound::of(&phones), phones }
    }
}

/// Whether two names have so many letters in common that they may be alike.
pub(crate) fn may_be_alike(a: &str, b: &str) -> bool {
    Shared::of((a, Letters::of(a)), b).is_worth_asking()
}

/// What tells two names apart: both without a beginning that many names have.
fn telling<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    const BEGINNINGS: &[&str] =
        &["abdul", "abdel", "abdi", "oluwa", "olu", "chukwu", "ade", "nana", "christ"];
    let both = |start: &str| Some((a.strip_prefix(start)?, b.strip_prefix(start)?));
    BEGINNINGS.iter().find_map(|start| both(start)).unwrap_or((a, b))
}

/// The set of letters of a name; other characters share a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letters(u32);

impl Letters {
    /// The letters of `name`.
    fn of(name: &str) -> Self {
        Self(name.bytes().fold(0, |letters, byte| letters | letter(byte)))
    }

    /// How many bytes of `name` are in the set.
    fn count_in(self, name: &str) -> u32 {
        name.bytes().map(|byte| u32::from(self.0 & letter(byte) != 0)).sum()
    }
}

fn letter(byte: u8) -> u32 {
    1 << byte.wrapping_sub(b'a').min(26)
}

/// What two names share: letters wherever they stand, and how they begin. It bounds how alike they can be.
pub(super) struct Shared {
    pub(super) lengths: (u32, u32),
    /// Letters that may match.
    pub(super) matches: u32,
    /// Letters of the common beginning, at most [`PREFIX`].
    pub(super) prefix: usize,
}

/// Letters at the beginning for which Jaro–Winkler similarity gives more.
const PREFIX: usize = 4;

impl Shared {
    #[inline]
    fn of((a, letters): (&str, Letters), b: &str) -> Self {
        let length = |name: &str| u32::try_from(name.len()).unwrap_or(u32::MAX);
        let matches = letters.count_in(b).min(Letters::of(b).count_in(a));
        let prefix = a.bytes().zip(b.bytes()).take(PREFIX).take_while(|(a, b)| a == b).count();
        Self { lengths: (length(a), length(b)), matches, prefix }
    }

    /// Whether [`Self::similarity_at_most`] may reach [`WORTH_ASKING`]: the same without a division, a hair more often.
    #[inline]
    pub(super) fn is_worth_asking(&self) -> bool {
        // Jaro–Winkler similarity j + p/10 · (1 − j) reaches w from j = (w − p/10) / (1 − p/10) on, and
        // j = (m/a + m/b + 1) / 3 is 3·j − 1 ≤ m·(a + b) / (a·b).
        const LEAST: [f64; PREFIX + 1] = {
            let mut least = [0.0; PREFIX + 1];
            let mut prefix = 0;
            while prefix <= PREFIX {
                let given = prefix as f64 / 10.0;
                #[expect(clippy::indexing_slicing, reason = "worked out by the compiler")]
                {
                    least[prefix] = 3.0 * (WORTH_ASKING - given) / (1.0 - given) - 1.0 - 1e-9;
                }
                prefix += 1;
            }
            least
        };
        let (a, b) = (f64::from(self.lengths.0), f64::from(self.lengths.1));
        LEAST.get(self.prefix).is_some_and(|least| f64::from(self.matches) * (a + b) >= least * a * b)
    }

    /// The most that Jaro–Winkler similarity can be.
    fn similarity_at_most(&self) -> f64 {
        let share = |length: u32| f64::from(self.matches) / f64::from(length.max(1));
        let jaro = (share(self.lengths.0) + share(self.lengths.1) + 1.0) / 3.0;
        jaro + self.prefix as f64 * 0.1 * (1.0 - jaro)
    }
}

/// Jaro–Winkler similarity, the same in both orders.
pub(crate) fn jaro_winkler(a: &str, b: &str) -> f64 {
    // Greedy matching may depend on the order: fix one.
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    jaro_winkler::normalized_similarity(a.bytes(), b.bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Heard, Letters, Likeness, Shared, WORTH_ASKING, jaro_winkler};
    use crate::name::slip::is_slip;

    proptest! {
        #[test]
        fn what_is_turned_away_is_never_alike(a in "[a-f]{1,14}", b in "[a-f]{1,14}", c in "[a-z0-9]{1,9}") {
            for (a, b) in [(&a, &b), (&a, &c), (&c, &b)] {
                let shared = Shared::of((a, Letters::of(a)), b);
                let most = shared.similarity_at_most();
                prop_assert!(shared.is_worth_asking() || most < WORTH_ASKING, "{a} {b}");
                prop_assert!(!shared.is_worth_asking() || most > WORTH_ASKING - 1e-6, "{a} {b}");
                prop_assert!(jaro_winkler(a, b) <= most + 1e-9, "{a} {b}");
                prop_assert!(most >= WORTH_ASKING || !is_slip(a, b), "{a} {b}");
                prop_assert_eq!(most, Shared::of((b, Letters::of(b)), a).similarity_at_most());
            }
        }

        #[test]
        fn likeness_is_the_same_both_ways(a in "[aehiknst]{1,9}", b in "[aehiknst]{1,9}", c in "[a-z]{2,10}", at in 0_usize..10) {
            let mut slipped = c.clone();
            slipped.insert(at.min(c.len()), 'e');
            for (a, b) in [(&a, &b), (&c, &slipped), (&a, &c)] {
                prop_assert_eq!(Likeness::of(a, &Heard::of(a), b), Likeness::of(b, &Heard::of(b), a));
            }
        }
    }
}
