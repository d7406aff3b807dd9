//! The most that the names of a record can weigh, known before they are compared: by how many records bear them, and by their
//! marks. Most candidates of a search share one name and nothing else, and need no more than that.

mod facts;
mod further;
mod side;

use super::names::{INITIAL_TIE_MAX, Met};
use super::one::FURTHER_BITS_BESIDE_ANOTHER;
use super::regroup::{Divided, divisions, exchanged};
use crate::name::{Apart, NameMarks, SameWords, has_further};
use crate::person::frequency::{Borne, Place};
use crate::person::subject::{Names, PersonSubject};
use crate::person::{Confidence, Field, Level};
use further::Further;
use side::{Other, Shares, Side};

/// Bits by which of the names agree: none, the given name, the family name, both.
pub(in crate::person) type ByNames = [f64; 4];

const NEVER: f64 = f64::NEG_INFINITY;

/// The most that names can weigh for one subject.
pub(super) struct Most<'s> {
    confidence: &'s Confidence,
    own: Pair,
    /// The names exchanged, where both are there.
    turned: Option<Turned>,
    /// What an order adds: the usual one, the exchanged, and another boundary.
    orders: [f64; 3],
    /// What it adds at most beside a given name that agrees, in its own place, that one side or both have no further ones.
    silence: f64,
    /// Where the boundary of given and family name stands elsewhere, whatever the names are.
    divided: ByNames,
    /// Whatever the names are.
    any: ByNames,
}

/// A subject's names exchanged.
struct Turned {
    pair: Pair,
    /// Whether their words are those of the names as they are asked for.
    same_words: bool,
    silence: f64,
}

/// A name of a record of which so much is known.
#[derive(Clone, Copy)]
pub(super) struct Glimpse {
    pub(super) name: u32,
    pub(super) marks: NameMarks,
    pub(super) apart: Apart,
    /// Words that it may share with the subject's given names, and with the family name.
    pub(super) same: [SameWords; 2],
    pub(super) borne: Borne,
}

/// A name that stands in one place of a record, and what it weighs there at most.
pub(in crate::person) struct Placed {
    pub(super) glimpse: Glimpse,
    /// Where it is meant for the subject's given names, and for the family name.
    given: f64,
    family: f64,
    /// What further given names add where it is meant for the given names.
    further: f64,
}

impl Placed {
    /// As it is compared.
    pub(super) fn met(&self) -> Met<u32> {
        Met { name: self.glimpse.name, apart: self.glimpse.apart }
    }
}

impl<'s> Most<'s> {
    /// Of a subject's names.
    pub(super) fn of(subject: &'s PersonSubject) -> Self {
        let confidence = &*subject.confidence;
        let (given, family) = (subject.given.text(), subject.family.text());
        let own = Pair::of(confidence, (given, family), subject.seen, subject.lift);
        let order = |level| confidence.bits(Field::Order, level);
        let alias = order(Level::Alias);
        let orders = [alias.max(0.0), order(Level::Swapped).max(alias), order(Level::Part).max(alias)];
        let [usual, swapped, elsewhere] = orders;
        let silence = silence(confidence, subject.given.text());
        let whole = |pair: &Pair, places: [Place; 2], order: f64, silence: f64| {
            let [family, given] = places;
            pair.weigh(
                pair.given.most(given),
                pair.family.most(family),
                false,
                (pair.further.most(), silence),
            )
            .map(|bits| bits + order)
        };
        let otherwise = |Divided { given, family }: &Divided| {
            let counts = confidence.counts();
            let seen = Names { given: counts.seen(given), family: counts.seen(family) };
            Pair::of(confidence, (given, family), seen, counts.lift(seen.given, seen.family))
        };
        let mut divided = whole(&own, [Place::Family, Place::Given], elsewhere, 0.0);
        for names in divisions(given, family) {
            let pair = otherwise(&names);
            divided = larger(divided, whole(&pair, [Place::Family, Place::Given], elsewhere, 0.0));
        }
        let turned = exchanged(given, family).map(|names| {
            let same_words = names.given == family && names.family == given;
            // Counted already, as either name is counted in both places.
            let pair = if same_words { Pair::turned(subject) } else { otherwise(&names) };
            Turned { pair, same_words, silence: self::silence(confidence, &names.given) }
        });
        let mut any = larger(
            whole(&own, [Place::Family, Place::Given], usual, silence),
            whole(&own, [Place::Given, Place::Family], swapped, 0.0),
        );
        if let Some(turned) = &turned {
            any = larger(any, whole(&turned.pair, [Place::Family, Place::Given], swapped, turned.silence));
        }
        Self { confidence, own, turned, orders, silence, divided, any: larger(any, divided) }
    }

    /// Whatever the names of a record are.
    pub(super) fn any(&self) -> &ByNames {
        &self.any
    }

    /// Of one name of a record, where it stands.
    pub(super) fn placed(&self, glimpse: Glimpse, place: Place) -> Placed {
        let Glimpse { apart, same: [same_given, same_family], .. } = glimpse;
        let beside = |side: &Side, same, is_apart| match is_apart {
            true => NEVER,
            false => side.beside(self.other(glimpse, same, place), place),
        };
        Placed {
            glimpse,
            given: beside(&self.own.given, same_given, apart.from_given),
            family: beside(&self.own.family, same_family, apart.from_family),
            further: self.own.further.beside(apart, same_given),
        }
    }

    /// Of a given and a family name of a record that has no others, where their boundary stands elsewhere perhaps.
    pub(super) fn of_own(&self, given: &Placed, family: &Placed, crosses: bool) -> ByNames {
        let glimpses = (given.glimpse, family.glimpse);
        let named = glimpses.0.apart.is_named && glimpses.1.apart.is_named;
        let [usual, swapped, _] = self.orders;
        let own = self.own.weigh(given.given, family.family, named, (given.further, self.silence));
        let other = self.own.weigh(family.given, given.family, named, (family.further, 0.0));
        let mut best = larger(own.map(|bits| bits + usual), other.map(|bits| bits + swapped));
        if !glimpses.0.apart.from_family
            && !glimpses.1.apart.from_given
            && let Some(turned) = &self.turned
        {
            best = larger(best, self.turned_beside(turned, glimpses, named).map(|bits| bits + swapped));
        }
        if crosses { larger(best, self.divided) } else { best }
    }

    /// The same where it is the subject whose names are exchanged. Few candidates need that.
    #[cold]
    fn turned_beside(&self, turned: &Turned, (given, family): (Glimpse, Glimpse), named: bool) -> ByNames {
        let Turned { pair, same_words, silence } = turned;
        let ([_, same_given], [same_family, _]) = (given.same, family.same);
        let (of_given, of_family, further) = match same_words {
            true => (
                pair.given.beside(self.other(given, same_given, Place::Given), Place::Given),
                pair.family.beside(self.other(family, same_family, Place::Family), Place::Family),
                pair.further.beside(given.apart, same_given),
            ),
            false => (pair.given.most(Place::Given), pair.family.most(Place::Family), pair.further.most()),
        };
        pair.weigh(of_given, of_family, named, (further, *silence))
    }

    fn other(&self, name: Glimpse, same: SameWords, place: Place) -> Other {
        Other {
            shares: Shares::of(self.confidence, name.borne.seen(), place),
            same,
            is_word: name.apart.is_word,
            is_named: name.apart.is_named,
        }
    }
}

/// What it adds at most beside given names that agree that one side or both have no further ones.
fn silence(confidence: &Confidence, given: &str) -> f64 {
    let bits = |level| confidence.silence_bits(level, has_further(given)).unwrap_or(0.0);
    [Level::OneSided, Level::Neither].into_iter().map(bits).fold(0.0, f64::max)
}

fn larger(a: ByNames, b: ByNames) -> ByNames {
    let mut larger = a;
    larger.iter_mut().zip(b).for_each(|(a, b)| *a = a.max(b));
    larger
}

/// A given and a family name as they are asked for.
struct Pair {
    given: Side,
    family: Side,
    /// What names that go together say less.
    lift: f64,
    /// What a first letter says at most beside a family name, and whether a given name is no more than that.
    initial: f64,
    has_initial: bool,
    /// What further given names add.
    further: Further,
}

impl Pair {
    fn of(confidence: &Confidence, (given, family): (&str, &str), seen: Names, lift: f64) -> Self {
        Self {
            given: Side::given(confidence, given, seen.given),
            family: Side::family(confidence, family, seen.family),
            lift: lift.log2(),
            initial: side::initial_bits(confidence, given) - lift.log2().min(INITIAL_TIE_MAX),
            has_initial: side::words(given).any(|word| word.len() == 1),
            further: Further::of(confidence, given),
        }
    }

    /// Of a subject's names in each other's place.
    fn turned(subject: &PersonSubject) -> Self {
        let Names { given, family } = subject.seen;
        let seen = Names { given: family, family: given };
        let lift = subject.confidence.counts().lift(seen.given, seen.family);
        Self::of(&subject.confidence, (subject.family.text(), subject.given.text()), seen, lift)
    }

    /// Of a given and a family name that weigh so much at most where they agree. A name that may be missing weighs nothing
    /// then. `further` is what further given names add, and what it adds that there are none.
    fn weigh(&self, given: f64, family: f64, named: bool, (further, silence): (f64, f64)) -> ByNames {
        let differ = |side: &Side| if named { side.differ } else { side.differ.max(0.0) };
        let (no_given, no_family) = (differ(&self.given), differ(&self.family));
        // A first letter loses less by going together with a family name.
        let initial = if named && !self.has_initial { 0.0 } else { self.initial.max(0.0) };
        let both = if given > NEVER { family + (given - self.lift).max(initial) } else { NEVER };
        let agreed = further.max(silence);
        let beside_another = further.min(FURTHER_BITS_BESIDE_ANOTHER);
        [
            no_given + no_family + beside_another,
            given + no_family + agreed,
            no_given + family + beside_another,
            both + agreed,
        ]
    }
}

/// The most of facts and names together.
pub(super) fn together(facts: &ByNames, names: &ByNames) -> f64 {
    facts.iter().zip(names).map(|(facts, names)| facts + names).fold(NEVER, f64::max)
}
