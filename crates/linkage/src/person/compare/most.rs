//! The most that the names of a record can weigh, known before they are compared: by how many records bear them, and by their
//! marks. Most candidates of a search share one name and nothing else, and need no more than that.

mod facts;
mod further;
mod side;

use super::regroup::{Divided, divisions};
use crate::name::{Apart, SameWords};
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
    /// What an order adds: the usual one, the exchanged, and another boundary.
    orders: [f64; 3],
    /// What it adds at most beside a given name that agrees, in its own place, that one side or both have no further ones.
    silence: f64,
    /// Where the boundary of given and family name stands elsewhere, whatever the names are.
    divided: ByNames,
    /// Whatever the names are.
    any: ByNames,
}

/// A name of a record of which so much is known.
#[derive(Clone, Copy)]
pub(super) struct Glimpse {
    pub(super) apart: Apart,
    /// Words that it may share with the subject's given names, and with the family name.
    pub(super) same: [SameWords; 2],
    pub(super) borne: Borne,
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
        let [usual, exchanged, elsewhere] = orders;
        let silence = [Level::OneSided, Level::Neither]
            .map(|level| confidence.silence_bits(level, subject.given.has_further()).unwrap_or(0.0));
        let silence = silence.into_iter().fold(0.0, f64::max);
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
        let mut divided = whole(&own, [Place::Family, Place::Given], elsewhere, 0.0);
        for Divided { given, family } in divisions(given, family) {
            let counts = confidence.counts();
            let seen = Names { given: counts.seen(&given), family: counts.seen(&family) };
            let pair = Pair::of(confidence, (&given, &family), seen, counts.lift(seen.given, seen.family));
            divided = larger(divided, whole(&pair, [Place::Family, Place::Given], elsewhere, 0.0));
        }
        let any = larger(
            whole(&own, [Place::Family, Place::Given], usual, silence),
            whole(&own, [Place::Given, Place::Family], exchanged, 0.0),
        );
        Self { confidence, own, orders, silence, divided, any: larger(any, divided) }
    }

    /// Whatever the names of a record are.
    pub(super) fn any(&self) -> &ByNames {
        &self.any
    }

    /// Of a given and a family name of a record that has no others, where their boundary stands elsewhere perhaps.
    pub(super) fn of_own(&self, given: Glimpse, family: Glimpse, crosses: bool) -> ByNames {
        let other = |name: Glimpse, same, place| Other {
            shares: Shares::of(self.confidence, name.borne.seen(), place),
            same,
            is_word: name.apart.is_word,
            is_named: name.apart.is_named,
        };
        let as_given = |name: Glimpse, place| match (name.apart.from_given, name.same) {
            (true, _) => NEVER,
            (false, [same, _]) => self.own.given.beside(other(name, same, place), place),
        };
        let as_family = |name: Glimpse, place| match (name.apart.from_family, name.same) {
            (true, _) => NEVER,
            (false, [_, same]) => self.own.family.beside(other(name, same, place), place),
        };
        let named = given.apart.is_named && family.apart.is_named;
        let [usual, exchanged, _] = self.orders;
        let further = |Glimpse { apart, same: [same, _], .. }: Glimpse| self.own.further.beside(apart, same);
        let own = self.own.weigh(
            as_given(given, Place::Given),
            as_family(family, Place::Family),
            named,
            (further(given), self.silence),
        );
        let other = self.own.weigh(
            as_given(family, Place::Family),
            as_family(given, Place::Given),
            named,
            (further(family), 0.0),
        );
        let best = larger(own.map(|bits| bits + usual), other.map(|bits| bits + exchanged));
        if crosses { larger(best, self.divided) } else { best }
    }
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
    /// What further given names add.
    further: Further,
}

impl Pair {
    fn of(confidence: &Confidence, (given, family): (&str, &str), seen: Names, lift: f64) -> Self {
        Self {
            given: Side::given(confidence, given, seen.given),
            family: Side::family(confidence, family, seen.family),
            lift: lift.log2(),
            further: Further::of(confidence, given),
        }
    }

    /// Of a given and a family name that weigh so much at most where they agree. A name that may be missing weighs nothing
    /// then. `further` is what further given names add, and what it adds that there are none.
    fn weigh(&self, given: f64, family: f64, named: bool, (further, silence): (f64, f64)) -> ByNames {
        let differ = |side: &Side| if named { side.differ } else { side.differ.max(0.0) };
        let (no_given, no_family) = (differ(&self.given), differ(&self.family));
        let both = if given > NEVER { family + (given - self.lift).max(0.0) } else { NEVER };
        let agreed = further.max(silence);
        [
            no_given + no_family + further,
            given + no_family + agreed,
            no_given + family + further,
            both + agreed,
        ]
    }
}

/// The most of facts and names together.
pub(super) fn together(facts: &ByNames, names: &ByNames) -> f64 {
    facts.iter().zip(names).map(|(facts, names)| facts + names).fold(NEVER, f64::max)
}
