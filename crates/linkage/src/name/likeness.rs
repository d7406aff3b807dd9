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
const WORTH_ASKING: f64 = 0.6;

/// Consonants that a name must have before their agreement says something.
const CONSONANTS_MIN: usize = 3;

impl Likeness {
    /// Compares `a`, whose phones are known, with `b`.
    pub(crate) fn of(a: &str, phones: &Phones, b: &str) -> Self {
        if a == b {
            return Self::Exact;
        }
        if similarity_at_most(a, b) < WORTH_ASKING {
            return Self::Differ;
        }
        let other = Phones::of(b);
        if phones.spell_the_same(&other) {
            return Self::Spelling;
        }
        if is_slip(a, b) {
            return Self::Typo;
        }
        let sound = Sound::of(phones);
        if sound == Sound::of(&other)
            && sound.consonants().count() >= CONSONANTS_MIN
            && phones.vowels_agree(&other)
        {
            return Self::Phonetic;
        }
        let (a, b) = telling(a, b);
        if a.len().min(b.len()) >= 4 && jaro_winkler(a, b) >= CLOSE { Self::Close } else { Self::Differ }
    }
}

/// What tells two names apart: both without a beginning that many names have.
fn telling<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    const BEGINNINGS: &[&str] =
        &["abdul", "abdel", "abdi", "oluwa", "olu", "chukwu", "ade", "nana", "christ"];
    let both = |start: &str| Some((a.strip_prefix(start)?, b.strip_prefix(start)?));
    BEGINNINGS.iter().find_map(|start| both(start)).unwrap_or((a, b))
}

/// A bound of Jaro–Winkler similarity by the letters that both have, wherever they stand. Most names that meet under
/// a key of the birth date share too few for anything dearer to be asked, a slip of the keyboard included.
fn similarity_at_most(a: &str, b: &str) -> f64 {
    let in_both = |a: &str, b: &str| {
        let letters = letters(b);
        a.bytes().filter(|&byte| letters & letter(byte) != 0).count()
    };
    let matches = in_both(a, b).min(in_both(b, a)) as f64;
    let jaro = (matches / a.len().max(1) as f64 + matches / b.len().max(1) as f64 + 1.0) / 3.0;
    let prefix = a.bytes().zip(b.bytes()).take(4).take_while(|(a, b)| a == b).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

/// The set of letters of a name; other characters share a place.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| letters | letter(byte))
}

fn letter(byte: u8) -> u32 {
    1 << byte.wrapping_sub(b'a').min(26)
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

    use super::{Likeness, WORTH_ASKING, jaro_winkler, similarity_at_most};
    use crate::name::Phones;
    use crate::name::slip::is_slip;

    proptest! {
        #[test]
        fn what_is_turned_away_is_never_alike(a in "[a-f]{1,14}", b in "[a-f]{1,14}", c in "[a-z0-9]{1,9}") {
            for (a, b) in [(&a, &b), (&a, &c), (&c, &b)] {
                let most = similarity_at_most(a, b);
                prop_assert!(jaro_winkler(a, b) <= most + 1e-9, "{a} {b}");
                prop_assert!(most >= WORTH_ASKING || !is_slip(a, b), "{a} {b}");
                prop_assert_eq!(most, similarity_at_most(b, a));
            }
        }

        #[test]
        fn likeness_is_the_same_both_ways(a in "[aehiknst]{1,9}", b in "[aehiknst]{1,9}", c in "[a-z]{2,10}", at in 0_usize..10) {
            let mut slipped = c.clone();
            slipped.insert(at.min(c.len()), 'e');
            for (a, b) in [(&a, &b), (&c, &slipped), (&a, &c)] {
                prop_assert_eq!(Likeness::of(a, &Phones::of(a), b), Likeness::of(b, &Phones::of(b), a));
            }
        }
    }
}
