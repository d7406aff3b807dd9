//! How alike two single tokens are, in levels from equal to different.
//! Symmetric: the order of the two never matters.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::phonetic::Codes;

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

/// Below this similarity sounds are not even asked for: metaphone codes of long names collide.
const SOUND_WORTH_ASKING: f64 = 0.6;

impl Likeness {
    /// Compares `a`, whose codes are known, with `b`.
    pub(crate) fn of(a: &str, codes: Codes, b: &str) -> Self {
        if a == b {
            return Self::Exact;
        }
        if similarity_at_most(a, b) < SOUND_WORTH_ASKING {
            return Self::Differ;
        }
        if is_typo(a, b) {
            return Self::Typo;
        }
        let similarity = jaro_winkler(a, b);
        if similarity >= SOUND_WORTH_ASKING && codes.sound_like(Codes::of(b)) {
            return Self::Phonetic;
        }
        if similarity >= CLOSE && a.len().min(b.len()) >= 4 { Self::Close } else { Self::Differ }
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SOUND_WORTH_ASKING, is_typo, jaro_winkler, similarity_at_most};

    proptest! {
        #[test]
        fn what_is_turned_away_is_never_alike(a in "[a-f]{1,14}", b in "[a-f]{1,14}", c in "[a-z0-9]{1,9}") {
            for (a, b) in [(&a, &b), (&a, &c), (&c, &b)] {
                let most = similarity_at_most(a, b);
                prop_assert!(jaro_winkler(a, b) <= most + 1e-9, "{a} {b}");
                prop_assert!(most >= SOUND_WORTH_ASKING || !is_typo(a, b), "{a} {b}");
                prop_assert_eq!(most, similarity_at_most(b, a));
            }
        }
    }
}
