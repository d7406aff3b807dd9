//! The most that one name of a record can weigh where it agrees with the subject's: two names that many bear are seldom one
//! name written in two ways, and what is rare on one side is not rare if it is common on the other.

use super::NEVER;
use crate::person::frequency::{Place, Seen};
use crate::person::{Confidence, Field, Level};

/// A subject's name in one place.
pub(super) struct Side {
    /// What it weighs to differ; nothing where the subject has no such name.
    pub(super) differ: f64,
    named: bool,
    /// The share of records that bear it, in each place, and what it weighs at most.
    shares: [Option<f64>; 2],
    most: [f64; 2],
    /// What ways to agree weigh that single words do not have.
    otherwise: [f64; 2],
    /// How often records of the person have the same letters.
    exact: f64,
    /// How often they have one certain other name at most.
    written: f64,
    /// Whether it is a single word of more than one letter.
    is_word: bool,
}

const PLACES: [Place; 2] = [Place::Given, Place::Family];

impl Side {
    pub(super) fn family(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let counts = confidence.counts();
        let shares = PLACES.map(|place| counts.share(seen, place));
        let parts = PLACES.map(|place| {
            let bits = words(text)
                .map(|part| confidence.part_bits(Field::Family, counts.share(counts.seen(part), place)));
            bits.fold(confidence.bits(Field::Family, Level::Differ), f64::max)
        });
        let letters = text.bytes().filter(|&byte| byte != b' ').count();
        Self::of(confidence, Field::Family, text, letters, shares, parts)
    }

    pub(super) fn given(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let counts = confidence.counts();
        let shares = PLACES.map(|place| counts.share(seen, place));
        let letter = text.bytes().next().and_then(|letter| counts.initial(letter));
        let part = confidence.bits(Field::Given, Level::Part).max(confidence.initial_bits(letter));
        let least = part.max(confidence.bits(Field::Given, Level::Differ));
        let letters = words(text).next().map_or(0, str::len);
        Self::of(confidence, Field::Given, text, letters, shares, [least; 2])
    }

    /// `otherwise` is what ways to agree weigh, in each place, that single words do not have.
    fn of(
        confidence: &Confidence,
        field: Field,
        text: &str,
        letters: usize,
        shares: [Option<f64>; 2],
        otherwise: [f64; 2],
    ) -> Self {
        let m = |level| confidence.weights().odds(field, level).map_or(0.0, |odds| odds.m);
        let most = PLACES.map(|place| {
            let (share, least) = (at(&shares, place), at(&otherwise, place));
            let bits = match share {
                Some(_) => confidence.name_bits(field, Level::Exact, (share, share), 1.0),
                None => highest(confidence, field),
            };
            bits.max(least)
        });
        // By the fewest choices that there are at each level.
        let typo = m(Level::Typo) / (4 * letters).max(1) as f64;
        let written = (m(Level::Nickname) / 5.0).max(m(Level::Phonetic) / 10.0).max(m(Level::Close) / 6.0);
        Self {
            differ: if text.is_empty() { 0.0 } else { confidence.bits(field, Level::Differ) },
            named: !text.is_empty(),
            shares,
            most,
            otherwise,
            exact: m(Level::Exact),
            written: written.max(typo),
            is_word: words(text).count() == 1 && text.len() > 1,
        }
    }

    /// Whatever the record's name is.
    pub(super) fn most(&self, place: Place) -> f64 {
        if self.named { at(&self.most, place) } else { NEVER }
    }

    /// Beside a name that so many records bear.
    pub(super) fn beside(&self, share: Option<f64>, place: Place, is_word: bool) -> f64 {
        let (Some(own), Some(other)) = (at(&self.shares, place), share) else { return self.most(place) };
        if !self.named {
            return NEVER;
        }
        let (common, rare) = (own.max(other), own.min(other));
        let exact = (self.exact / common).log2().max(0.0);
        if !self.is_word || !is_word {
            return exact.max(at(&self.otherwise, place));
        }
        // Words of the same letters are borne by as many.
        let bits = if own == other { exact } else { (-(common + rare / self.written).log2()).min(exact) };
        bits.max(self.differ)
    }
}

fn at<T: Copy + Default>(of: &[T; 2], place: Place) -> T {
    of.get(place as usize).copied().unwrap_or_default()
}

/// The most that any level of a field weighs where nothing is known of how common names are.
pub(super) fn highest(confidence: &Confidence, field: Field) -> f64 {
    confidence.levels(field).into_iter().fold(0.0, f64::max)
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}
