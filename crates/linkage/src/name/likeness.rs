//! How alike two single tokens are, in levels from equal to different.
//! Symmetric: the order of the two never matters.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::{Phones, Sound};

/// Levels of likeness, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The same letters.
    Exact,
    /// One slip of the keyboard, or two in a long name.
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

/// Below this similarity sounds are not even asked for: they say nothing of vowels.
const SOUND_WORTH_ASKING: f64 = 0.6;

impl Likeness {
    /// Compares `a`, whose phones are known, with `b`.
    pub(crate) fn of(a: &str, phones: &Phones, b: &str) -> Self {
        if a == b {
            return Self::Exact;
        }
        if is_typo(a, b) {
            return Self::Typo;
        }
        let similarity = jaro_winkler(a, b);
        if similarity >= SOUND_WORTH_ASKING && sound_alike(phones, &Phones::of(b)) {
            return Self::Phonetic;
        }
        if similarity >= CLOSE && a.len().min(b.len()) >= 4 { Self::Close } else { Self::Differ }
    }
}

fn sound_alike(a: &Phones, b: &Phones) -> bool {
    a.spell_the_same(b) || Sound::of(a) == Sound::of(b)
}

/// One insertion, deletion, change or swap of neighbours; two when both names have eight letters or more.
pub(crate) fn is_typo(a: &str, b: &str) -> bool {
    let allowed = match a.len().min(b.len()) {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed {
        return false;
    }
    let cutoff = osa::Args::default().score_cutoff(allowed);
    osa::distance_with_args(a.bytes(), b.bytes(), &cutoff).is_some()
}

/// Jaro–Winkler similarity, the same in both orders.
pub(crate) fn jaro_winkler(a: &str, b: &str) -> f64 {
    // Greedy matching may depend on the order: fix one.
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    jaro_winkler::normalized_similarity(a.bytes(), b.bytes())
}
