//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::{ByNumber, ByText, Memo};
use super::regroup::{Crossing, Divided, covers, divisions};
use crate::name::{GivenLevels, Prepared};
use crate::person::frequency::{Place, Seen};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, Part, slip};

/// Compares the names of one subject, and remembers what came of family names in `F` and of given names in `G`.
pub(super) struct Names<'s, F, G> {
    subject: &'s PersonSubject,
    usual: Order<F, G>,
    exchanged: Order<F, G>,
    /// What comes of names that have nothing to do with the subject's.
    strange: Parts,
    /// The subject with its names divided otherwise, once that is asked for.
    divided: Option<Vec<PersonSubject>>,
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
    /// What comes of a name that has nothing to do with the subject's.
    strange: (Found, Given),
}

/// What came of one name.
#[derive(Clone, Copy)]
pub(super) struct Found {
    level: Level,
    weight: f64,
    /// What was counted of the record's name.
    seen: Seen,
    /// Whether it may stand across the boundary of the subject's names.
    crosses: Crossing,
}

/// What came of given names: of the first, and of further ones.
type Given = (Found, Further);

/// What came of further given names.
#[derive(Clone, Copy)]
pub(super) struct Further {
    level: Level,
    weight: f64,
    /// What was counted of one that both have.
    seen: Seen,
}

/// Bits that a further given name says at most: how common first names are says little of rare further ones.
const FURTHER_BITS_MAX: f64 = 8.0;

/// A name of a record, known by `K`.
#[derive(Clone, Copy)]
pub(super) struct Met<K> {
    pub(super) name: K,
    /// Whether it is known beforehand to have nothing to do with the subject's, so that it need not be read.
    pub(super) is_strange: bool,
}

/// A way in which a record names its person, given names first.
pub(super) type Form<K> = (Met<K>, Met<K>);

pub(super) type Parts = [Part; 4];

const NONE: Parts = [Part { field: Field::Order, level: Level::Missing, weight: 0.0 }; 4];

impl<'s, F: Default, G: Default> Names<'s, F, G> {
    pub(super) fn new(subject: &'s PersonSubject) -> Self {
        let strange = strange(subject);
        let order = |level| Order { level, family: F::default(), given: G::default(), strange };
        let (usual, exchanged) = (order(Level::Missing), order(Level::Swapped));
        let parts = |level, place| together(subject, (level, place), strange.0, strange.1);
        let strange = better(parts(usual.level, Place::Given), parts(exchanged.level, Place::Family));
        Self { subject, usual, exchanged, strange, divided: None }
    }

    /// The parts of the form that fits best. `text` tells the text of a name.
    pub(super) fn best<'n, K: Copy>(
        &mut self,
        mut forms: impl Iterator<Item = Form<K>>,
        text: &impl Fn(K) -> &'n str,
    ) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let Some(own) = forms.next().map(|form| self.form(form, text)) else { return NONE };
        forms.fold(own, |best, form| better(best, self.alias(form, text)))
    }

    /// As [`Self::form`], of a name that the record has besides its own: the more names, the likelier one fits by chance.
    fn alias<'n, K: Copy>(&mut self, form: Form<K>, text: &impl Fn(K) -> &'n str) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let mut parts = self.form(form, text);
        let order = parts.iter_mut().find(|part| part.field == Field::Order && part.level == Level::Missing);
        if let Some(order) = order {
            order.level = Level::Alias;
            order.weight = self.subject.confidence.bits(Field::Order, Level::Alias);
        }
        parts
    }

    /// In the usual order, exchanged or divided otherwise, whichever fits best.
    fn form<'n, K: Copy>(&mut self, (given, family): Form<K>, text: &impl Fn(K) -> &'n str) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        if given.is_strange && family.is_strange {
            return self.strange;
        }
        let subject = self.subject;
        let (usual, crosses) =
            self.usual.parts(subject, (family, Place::Family), (given, Place::Given), text);
        let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
        let names = usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given));
        let best = match names.filter(|part| found(part)).count() {
            2 => return usual,
            1 => usual,
            _ => {
                let exchanged =
                    self.exchanged.parts(subject, (given, Place::Given), (family, Place::Family), text);
                better(usual, exchanged.0)
            }
        };
        if !crosses {
            return best;
        }
        let divided = self.divided(text(given.name), text(family.name));
        divided.map_or(best, |divided| better(best, divided))
    }

    /// The best of what comes of dividing the record's names otherwise, or the subject's.
    fn divided(&mut self, given: &str, family: &str) -> Option<Parts> {
        let subject = self.subject;
        if !covers((subject.given.text(), subject.family.text()), (given, family)) {
            return None;
        }
        let subjects = self.divided.get_or_insert_with(|| {
            let divided = divisions(subject.given.text(), subject.family.text()).into_iter();
            divided.map(|Divided { given, family }| subject.named(given, family)).collect()
        });
        let as_asked = |Divided { given, family }: Divided| compared(subject, &given, &family);
        let records = divisions(given, family).into_iter().map(as_asked);
        let subjects = subjects.iter().map(|subject| compared(subject, given, family));
        records.chain(subjects).reduce(better)
    }
}

fn better(a: Parts, b: Parts) -> Parts {
    if total(&b) > total(&a) { b } else { a }
}

/// Names compared where one side's are divided otherwise than they are written.
fn compared(subject: &PersonSubject, given: &str, family: &str) -> Parts {
    let (family, given) = ((family, Place::Family), (given, Place::Given));
    together(subject, (Level::Part, Place::Given), self::family(subject, family), self::given(subject, given))
}

/// The parts of two names, each compared by itself, that stand in an `order`.
fn together(
    subject: &PersonSubject,
    (order, place): (Level, Place),
    family: Found,
    (mut given, mut further): (Found, Further),
) -> Parts {
    if agrees(family.level) && agrees(given.level) && given.weight > 0.0 {
        let (given_seen, family_seen) = match place {
            Place::Given => (given.seen, family.seen),
            Place::Family => (family.seen, given.seen),
        };
        given.weight = (given.weight - tie(subject, given_seen, family_seen)).max(0.0);
        if further.level == Level::Exact && place == Place::Given {
            let lift = subject.confidence.counts().lift(further.seen, family_seen).log2().max(0.0);
            further.weight = (further.weight - lift).max(0.0);
        }
    }
    let confidence = &subject.confidence;
    let part = |field, level| Part { field, level, weight: confidence.bits(field, level) };
    [
        Part { field: Field::Family, level: family.level, weight: family.weight },
        Part { field: Field::Given, level: given.level, weight: given.weight },
        Part { field: Field::Middle, level: further.level, weight: further.weight },
        part(Field::Order, order),
    ]
}

impl<F, G> Order<F, G> {
    /// Compares the subject's family name with one name of a record, and its given names with the other.
    fn parts<'n, K: Copy>(
        &mut self,
        subject: &PersonSubject,
        (for_family, family_place): (Met<K>, Place),
        (for_given, given_place): (Met<K>, Place),
        text: &impl Fn(K) -> &'n str,
    ) -> (Parts, bool)
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let (mut family, mut given) = self.strange;
        if !for_family.is_strange {
            let find_out = || self::family(subject, (text(for_family.name), family_place));
            family = self.family.get(for_family.name, find_out);
        }
        if !for_given.is_strange {
            let find_out = || self::given(subject, (text(for_given.name), given_place));
            given = self.given.get(for_given.name, find_out);
        }
        let crosses = family.crosses.with(given.0.crosses);
        (together(subject, (self.level, given_place), family, given), crosses)
    }
}

/// What comes of names that have nothing to do with the subject's, in either place.
fn strange(subject: &PersonSubject) -> (Found, Given) {
    let found = |field, own: &Prepared| {
        let level = if own.is_empty() { Level::Missing } else { Level::Differ };
        let (weight, crosses) = (subject.confidence.bits(field, level), Crossing::none(own));
        Found { level, weight, seen: Seen::default(), crosses }
    };
    let further = Further { level: Level::Missing, weight: 0.0, seen: Seen::default() };
    (found(Field::Family, &subject.family), (found(Field::Given, &subject.given), further))
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
    let crosses = Crossing::of(&subject.family, text, &subject.given);
    if !agrees(level) {
        return Found {
            level,
            weight: confidence.bits(Field::Family, level),
            seen: Seen::default(),
            crosses,
        };
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
    Found { level, weight, seen, crosses }
}

fn given(subject: &PersonSubject, (text, place): Named<'_>) -> Given {
    let confidence = &subject.confidence;
    let GivenLevels { first: level, rest } = subject.given.given_levels(text);
    let rest = further(subject, text, rest);
    let crosses = Crossing::of(&subject.given, text, &subject.family);
    if !agrees(level) {
        return (
            Found { level, weight: confidence.bits(Field::Given, level), seen: Seen::default(), crosses },
            rest,
        );
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
    (Found { level, weight, seen, crosses }, rest)
}

/// What further given names say that agree at `level`: by how common a shared one is.
fn further(subject: &PersonSubject, text: &str, level: Level) -> Further {
    let confidence = &subject.confidence;
    let usual = confidence.bits(Field::Middle, level);
    let shared = subject.given.shared_further(text).filter(|_| level == Level::Exact);
    let Some(shared) = shared else { return Further { level, weight: usual, seen: Seen::default() } };
    let seen = confidence.counts().seen(shared);
    let share = confidence.counts().share(seen, Place::Given);
    let weight = confidence.name_bits(Field::Middle, level, (share, share), 1.0).min(FURTHER_BITS_MAX);
    Further { level, weight, seen }
}

/// Among how many other names, as likely as `b`, one that agrees with `a` at `level` is chosen.
fn choices(level: Level, a: &str, b: &str) -> f64 {
    match level {
        Level::Nickname => 5.0,
        Level::Phonetic => 10.0,
        Level::Typo if b.contains(' ') => slip::choices(a, &b.replace(' ', "")),
        Level::Typo => slip::choices(a, b),
        // Cut off where a field ended.
        Level::Close if is_cut(a, b) || is_cut(b, a) => 6.0,
        _ => 400.0,
    }
}

/// Whether `short` is `long` cut off, with enough left to tell.
fn is_cut(short: &str, long: &str) -> bool {
    const LETTERS_MIN: usize = 5;
    short.len() >= LETTERS_MIN && short.len() < long.len() && long.starts_with(short)
}
