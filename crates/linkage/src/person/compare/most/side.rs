//! The most that one name of a record can weigh where it agrees with the subject's: two names that many bear are seldom one
//! name written in two ways, and what is rare on one side is not rare if it is common on the other.

use super::NEVER;
use crate::name::{SameWords, is_servant};
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
    otherwise: Otherwise,
    /// How often records of the person have the same letters.
    exact: f64,
    /// How often they have one certain other name at most.
    written: f64,
    /// Whether it is a single word of more than one letter.
    is_word: bool,
    /// Whether names that one side writes as one are weighed as several: given names are.
    joins: bool,
}

/// What ways to agree weigh that single words do not have.
struct Otherwise {
    /// Whatever the other name is, in each place.
    any: [f64; 2],
    /// Where no word is the same.
    strange: f64,
    /// Where this word is, in each place.
    parts: Vec<[f64; 2]>,
    /// Which words must be the same for both names to be, if not all letters are: of the other name's first one, and of its
    /// second one.
    telling: [u8; 2],
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

/// A name of a record.
#[derive(Clone, Copy)]
pub(super) struct Other {
    /// How many bear it; nothing where no records were counted.
    pub(super) shares: Option<Shares>,
    /// Which of the subject's words it may have.
    pub(super) same: SameWords,
    /// Whether it is a single word.
    pub(super) is_word: bool,
    /// Whether marks tell its words.
    pub(super) is_named: bool,
}

const PLACES: [Place; 2] = [Place::Given, Place::Family];

impl Side {
    pub(super) fn family(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let counts = confidence.counts();
        let part = |word| {
            PLACES.map(|place| confidence.part_bits(Field::Family, counts.share(counts.seen(word), place)))
        };
        let parts: Vec<_> = words(text).map(part).collect();
        let strange = confidence.bits(Field::Family, Level::Differ);
        let otherwise = Otherwise {
            any: PLACES.map(|place| parts.iter().map(|bits| at(bits, place)).fold(strange, f64::max)),
            strange,
            parts,
            telling: [u8::MAX; 2],
        };
        let letters = text.bytes().filter(|&byte| byte != b' ').count();
        Self::of(confidence, Field::Family, (text, seen), letters, otherwise)
    }

    pub(super) fn given(confidence: &Confidence, text: &str, seen: Seen) -> Self {
        let first = words(text).next().unwrap_or_default();
        let initial = initial_bits(confidence, text);
        let part =
            confidence.bits(Field::Given, Level::Part).max(confidence.bits(Field::Given, Level::Differ));
        let any = part.max(initial);
        // Of two names that begin with a servant what stands behind it is compared.
        let is_servant = is_servant(first);
        let otherwise = Otherwise {
            any: [any; 2],
            strange: if is_servant || first.len() == 1 { any } else { part },
            parts: Vec::new(),
            telling: if is_servant { [u8::MAX; 2] } else { [1, 0] },
        };
        Self::of(confidence, Field::Given, (text, seen), first.len(), otherwise)
    }

    fn of(
        confidence: &Confidence,
        field: Field,
        (text, seen): (&str, Seen),
        letters: usize,
        otherwise: Otherwise,
    ) -> Self {
        let m = |level| confidence.weights().odds(field, level).map_or(0.0, |odds| odds.m);
        let alike = [Level::Nickname, Level::Typo, Level::Phonetic, Level::Close];
        let written = alike.map(|level| m(level) / fewest_choices(level, letters).max(1.0));
        let mut side = Self {
            differ: if text.is_empty() { 0.0 } else { confidence.bits(field, Level::Differ) },
            named: !text.is_empty(),
            shares: PLACES.map(|place| Shares::of(confidence, seen, place)),
            most: otherwise.any,
            otherwise,
            exact: m(Level::Exact),
            written: written.into_iter().fold(0.0, f64::max),
            is_word: words(text).count() == 1 && text.len() > 1,
            joins: field == Field::Given,
        };
        side.most = PLACES.map(|place| {
            // Another spelling says most where it is the rarest.
            let rarest = Shares::of(confidence, Seen::default(), place);
            let bits = match at(&side.shares, place).zip(rarest) {
                Some((own, rarest)) => side.exact_bits(own.same).max(side.alike_bits(own, rarest)),
                None => highest(confidence, field),
            };
            bits.max(at(&side.otherwise.any, place))
        });
        side
    }

    /// Whatever the record's name is.
    pub(super) fn most(&self, place: Place) -> f64 {
        if self.named { at(&self.most, place) } else { NEVER }
    }

    /// Beside a name of a record.
    #[inline]
    pub(super) fn beside(&self, other: Other, place: Place) -> f64 {
        let (Some(own), Some(shares)) = (at(&self.shares, place), other.shares) else {
            return self.most(place);
        };
        if !self.named {
            return NEVER;
        }
        // An initial is no word: it may stand for one.
        let words = self.is_word && other.is_word && other.is_named;
        let alike = self.alike_bits(own, shares);
        // Words of the same letters are borne by as many.
        let same =
            other.same.may_be_all(self.otherwise.telling) && (!words || own.spelling == shares.spelling);
        let bits = if same { alike.max(self.exact_bits(own.same.max(shares.same))) } else { alike };
        // Written as one on one side alone, the same letters say as much as the name does that is written so.
        let joined = self.joins && other.same.whole && (self.is_word != other.is_word || !other.is_named);
        let joined = joined.then(|| self.exact_bits(if self.is_word { own.same } else { shares.same }));
        let bits = joined.map_or(bits, |joined| bits.max(joined));
        bits.max(if words { self.differ } else { self.otherwise.beside(other, place) })
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

impl Otherwise {
    fn beside(&self, other: Other, place: Place) -> f64 {
        if !other.is_named {
            return at(&self.any, place);
        }
        let shared = self.parts.iter().zip(0..).filter(|(_, at)| other.same.may_have(*at));
        shared.fold(self.strange, |most, (bits, _)| most.max(at(bits, place)))
    }
}

fn at<T: Copy + Default>(of: &[T; 2], place: Place) -> T {
    of.get(place as usize).copied().unwrap_or_default()
}

/// The most that any level of a field weighs where nothing is known of how common names are.
pub(super) fn highest(confidence: &Confidence, field: Field) -> f64 {
    confidence.levels(field).into_iter().fold(0.0, f64::max)
}

/// What the first letter of given names weighs.
pub(super) fn initial_bits(confidence: &Confidence, given: &str) -> f64 {
    let letter = given.bytes().next();
    confidence.initial_bits(letter.and_then(|letter| confidence.counts().initial(letter)))
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}
