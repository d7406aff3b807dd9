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

/// Consonants that a name must have before their agreement says something.
const CONSONANTS_MIN: usize = 3;

impl Likeness {
    /// Compares `a`, whose phones are known, with `b`.
    pub(crate) fn of(a: &str, phones: &Phones, b: &str) -> Self {
        if a == b {
            return Self::Exact;
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

/// Jaro–Winkler similarity, the same in both orders.
pub(crate) fn jaro_winkler(a: &str, b: &str) -> f64 {
    // Greedy matching may depend on the order: fix one.
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    jaro_winkler::normalized_similarity(a.bytes(), b.bytes())
}
