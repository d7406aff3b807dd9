//! The most that one name of a record can weigh where it agrees with the subject's: two names that many bear are seldom one
//! name written in two ways, and what is rare on one side is not rare if it is common on the other.

use super::NEVER;
use crate::person::compare::one::fewest_choices;
use crate::person::frequency::{Place, Seen};
use crate::person::{Confidence, Field, Level};

/// A subject's name in one place.
pub(super) struct Side {
    /// What it weighs to differ; nothing where the subject has no such name.
    pub(super) differ: f64,
    named: bool,
    /// The shares of records that bear it, in each place, and what it weighs at most.
    shares: [Option<Shares>; 2],
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

/// How many bear a name: as it is weighed where the other name is the same, and where it is another spelling.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    same: f64,
    spelling: f64,
}

impl Shares {
    /// Of a name of which so much was counted; nothing where no records were.
    pub(super) fn of(confidence: &Confidence, seen: Seen, place: Place) -> Option<Self> {
        let counts = confidence.counts();
        let shares = counts.share(seen, place).zip(counts.spelling_share(seen, place));
        shares.map(|(same, spelling)| Self { same, spelling })
    }
}

const PLACES: [Place; 2] = [Place::Given, Place::Family];

impl Side {
    pub(super) fn family(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let counts = confidence.counts();
        let parts = PLACES.map(|place| {
            let bits = words(text)
                .map(|part| confidence.part_bits(Field::Family, counts.share(counts.seen(part), place)));
            bits.fold(confidence.bits(Field::Family, Level::Differ), f64::max)
        });
        let letters = text.bytes().filter(|&byte| byte != b' ').count();
        Self::of(confidence, Field::Family, text, letters, seen, parts)
    }

    pub(super) fn given(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let counts = confidence.counts();
        let letter = text.bytes().next().and_then(|letter| counts.initial(letter));
        let part = confidence.bits(Field::Given, Level::Part).max(confidence.initial_bits(letter));
        let least = part.max(confidence.bits(Field::Given, Level::Differ));
        let letters = words(text).next().map_or(0, str::len);
        Self::of(confidence, Field::Given, text, letters, seen, [least; 2])
    }

    /// `otherwise` is what ways to agree weigh, in each place, that single words do not have.
    fn of(
        confidence: &Confidence,
        field: Field,
        text: &str,
        letters: usize,
        seen: Seen,
        otherwise: [f64; 2],
    ) -> Self {
        let m = |level| confidence.weights().odds(field, level).map_or(0.0, |odds| odds.m);
        let alike = [Level::Nickname, Level::Typo, Level::Phonetic, Level::Close];
        let written = alike.map(|level| m(level) / fewest_choices(level, letters).max(1.0));
        let mut side = Self {
            differ: if text.is_empty() { 0.0 } else { confidence.bits(field, Level::Differ) },
            named: !text.is_empty(),
            shares: PLACES.map(|place| Shares::of(confidence, seen, place)),
            most: otherwise,
            otherwise,
            exact: m(Level::Exact),
            written: written.into_iter().fold(0.0, f64::max),
            is_word: words(text).count() == 1 && text.len() > 1,
        };
        side.most = PLACES.map(|place| {
            // Another spelling says most where it is the rarest.
            let rarest = Shares::of(confidence, Seen::default(), place);
            let bits = match at(&side.shares, place).zip(rarest) {
                Some((own, rarest)) => side.exact_bits(own.same).max(side.alike_bits(own, rarest)),
                None => highest(confidence, field),
            };
            bits.max(at(&side.otherwise, place))
        });
        side
    }

    /// Whatever the record's name is.
    pub(super) fn most(&self, place: Place) -> f64 {
        if self.named { at(&self.most, place) } else { NEVER }
    }

    /// Beside a name that so many records bear.
    pub(super) fn beside(&self, shares: Option<Shares>, place: Place, is_word: bool) -> f64 {
        let (Some(own), Some(other)) = (at(&self.shares, place), shares) else { return self.most(place) };
        if !self.named {
            return NEVER;
        }
        let words = self.is_word && is_word;
        let alike = self.alike_bits(own, other);
        // Words of the same letters are borne by as many.
        let same = !words || own.spelling == other.spelling;
        let bits = if same { alike.max(self.exact_bits(own.same.max(other.same))) } else { alike };
        bits.max(if words { self.differ } else { at(&self.otherwise, place) })
    }

    /// What a name weighs that is the same.
    fn exact_bits(&self, share: f64) -> f64 {
        (self.exact / share).log2().max(0.0)
    }

    /// What a name weighs at most that is another spelling.
    fn alike_bits(&self, own: Shares, other: Shares) -> f64 {
        let (common, rare) = (own.spelling.max(other.spelling), own.spelling.min(other.spelling));
        (-(common + rare / self.written).log2()).min(self.exact_bits(common))
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
