//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::{ByNumber, ByText, Memo};
use crate::name::GivenLevels;
use crate::person::frequency::{Place, Seen};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, Part, slip};

/// Compares the names of one subject, and remembers what came of family names in `F` and of given names in `G`.
pub(super) struct Names<'s, F, G> {
    subject: &'s PersonSubject,
    usual: Order<F, G>,
    exchanged: Order<F, G>,
}

/// Remembers names by their texts.
pub(super) type TextNames<'s> = Names<'s, ByText<Found>, ByText<Given>>;

/// Remembers names by their numbers.
pub(super) type NumberedNames<'s> = Names<'s, ByNumber<Found>, ByNumber<Given>>;

/// What came of names in one order: family names, and given names with what further ones add.
struct Order<F, G> {
    level: Level,
    family: F,
    given: G,
}

/// What came of one name.
#[derive(Clone, Copy)]
pub(super) struct Found {
    level: Level,
    weight: f64,
    /// What was counted of the record's name.
    seen: Seen,
}

/// What came of given names: of the first, and how further ones agree.
type Given = (Found, Level);

/// A way in which a record names its person, given names first, each name known by `K`.
pub(super) type Form<K> = (K, K);

pub(super) type Parts = [Part; 4];

const NONE: Parts = [Part { field: Field::Order, level: Level::Missing, weight: 0.0 }; 4];

impl<'s, F: Default, G: Default> Names<'s, F, G> {
    pub(super) fn new(subject: &'s PersonSubject) -> Self {
        let order = |level| Order { level, family: F::default(), given: G::default() };
        Self { subject, usual: order(Level::Missing), exchanged: order(Level::Swapped) }
    }

    /// The parts of the form that fits best. `text` tells the text of a name.
    pub(super) fn best<'n, K: Copy>(
        &mut self,
        forms: impl Iterator<Item = Form<K>>,
        text: &impl Fn(K) -> &'n str,
    ) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let forms = forms.map(|form| self.form(form, text));
        forms.max_by(|a, b| total(a).total_cmp(&total(b))).unwrap_or(NONE)
    }

    /// In the usual order or exchanged, whichever fits better.
    fn form<'n, K: Copy>(&mut self, (given, family): Form<K>, text: &impl Fn(K) -> &'n str) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let subject = self.subject;
        let usual = self.usual.parts(subject, (family, Place::Family), (given, Place::Given), text);
        let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
        if usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given)).any(found) {
            return usual;
        }
        let exchanged = self.exchanged.parts(subject, (given, Place::Given), (family, Place::Family), text);
        if total(&exchanged) > total(&usual) { exchanged } else { usual }
    }
}

impl<F, G> Order<F, G> {
    /// Compares the subject's family name with one name of a record, and its given names with the other.
    fn parts<'n, K: Copy>(
        &mut self,
        subject: &PersonSubject,
        for_family: (K, Place),
        for_given: (K, Place),
        text: &impl Fn(K) -> &'n str,
    ) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let family = self.family.get(for_family.0, || family(subject, (text(for_family.0), for_family.1)));
        let (mut given, middle) =
            self.given.get(for_given.0, || given(subject, (text(for_given.0), for_given.1)));
        if agrees(family.level) && agrees(given.level) && given.weight > 0.0 {
            let (given_seen, family_seen) = match for_given.1 {
                Place::Given => (given.seen, family.seen),
                Place::Family => (family.seen, given.seen),
            };
            given.weight = (given.weight - tie(subject, given_seen, family_seen)).max(0.0);
        }
        let confidence = &subject.confidence;
        let part = |field, level| Part { field, level, weight: confidence.bits(field, level) };
        [
            Part { field: Field::Family, level: family.level, weight: family.weight },
            Part { field: Field::Given, level: given.level, weight: given.weight },
            part(Field::Middle, middle),
            part(Field::Order, self.level),
        ]
    }
}

/// A name of a record, and its place there.
type Named<'a> = (&'a str, Place);

fn total(parts: &Parts) -> f64 {
    parts.iter().map(|part| part.weight).sum()
}

/// Bits by which two names that go together say less than each alone: by the subject's names or by the record's.
fn tie(subject: &PersonSubject, given: Seen, family: Seen) -> f64 {
    let counts = subject.confidence.counts();
    subject.lift.max(counts.lift(given, family)).log2()
}

fn family(subject: &PersonSubject, (text, place): Named<'_>) -> Found {
    let confidence = &subject.confidence;
    let level = subject.family.family_level(text);
    if !agrees(level) {
        return Found { level, weight: confidence.bits(Field::Family, level), seen: Seen::default() };
    }
    let counts = confidence.counts();
    let seen = counts.seen(text);
    let weight = if level == Level::Part {
        let shared = subject.family.shared_part(text);
        confidence.part_bits(Field::Family, shared.and_then(|part| counts.share(counts.seen(part), place)))
    } else {
        let shares = (counts.share(subject.seen.family, place), counts.share(seen, place));
        let whole = subject.family.whole().map_or("", |whole| whole.text.as_str());
        confidence.name_bits(Field::Family, level, shares, choices(level, whole, text))
    };
    Found { level, weight, seen }
}

fn given(subject: &PersonSubject, (text, place): Named<'_>) -> Given {
    let confidence = &subject.confidence;
    let GivenLevels { first: level, rest } = subject.given.given_levels(text);
    if !agrees(level) {
        return (Found { level, weight: confidence.bits(Field::Given, level), seen: Seen::default() }, rest);
    }
    let counts = confidence.counts();
    let seen = counts.seen(text);
    let first = text.split(' ').next().unwrap_or_default();
    let weight = if level == Level::Initial {
        confidence.initial_bits(first.bytes().next().and_then(|letter| counts.initial(letter)))
    } else {
        let shares = (counts.share(subject.seen.given, place), counts.share(seen, place));
        let own = subject.given.tokens().first().map_or("", |own| own.text.as_str());
        confidence.name_bits(Field::Given, level, shares, choices(level, own, first))
    };
    (Found { level, weight, seen }, rest)
}

/// Among how many other names, as likely as `b`, one that agrees with `a` at `level` is chosen.
fn choices(level: Level, a: &str, b: &str) -> f64 {
    match level {
        Level::Nickname => 5.0,
        Level::Phonetic => 10.0,
        Level::Typo if b.contains(' ') => slip::choices(a, &b.replace(' ', "")),
        Level::Typo => slip::choices(a, b),
        _ => 400.0,
    }
}
