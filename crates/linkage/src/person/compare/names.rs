//! The names of a comparison: family, given and further names, in the usual order or exchanged, of every form that a
//! record has. Weights follow how common the names are on either side.

use super::agrees;
use super::memo::{ByNumber, ByPair, ByText, Memo, Recall};
use super::one::{FURTHER_BITS_BESIDE_ANOTHER, Found, Further, Given, family, given, strange};
use super::regroup::{Crossing, Divided, covers, divisions, exchanged};
use crate::name::Apart;
use crate::person::frequency::{Place, Seen};
use crate::person::subject::PersonSubject;
use crate::person::{Field, Level, Part};

/// Compares the names of one subject, and remembers what came of family names in `F`, of given names in `G`, of both together
/// in `B`, and which may stand across their boundary in `C`.
pub(super) struct Names<'s, F, G, B, C> {
    subject: &'s PersonSubject,
    usual: Order<F, G>,
    exchanged: Order<F, G>,
    /// The subject with its names exchanged, once that is asked for.
    turned: Option<Turned<F, G>>,
    both: B,
    /// Whether family names, and given names, may stand across the boundary of the subject's.
    across: (C, C),
    /// What comes of names that have nothing to do with the subject's.
    strange: Parts,
    /// The subject with its names divided otherwise, once that is asked for.
    divided: Option<Vec<PersonSubject>>,
}

/// Remembers names by their texts.
pub(super) type TextNames<'s> = Names<'s, ByText<Found>, ByText<Given>, (), ByText<Crossing>>;

/// Remembers names by their numbers.
pub(super) type NumberedNames<'s> =
    Names<'s, ByNumber<Found>, ByNumber<Given>, ByPair<Parts>, ByNumber<Crossing>>;

/// What came of names in one order: family names, and given names with what further ones add.
struct Order<F, G> {
    level: Level,
    family: F,
    given: G,
    /// What comes of a name that has nothing to do with the subject's.
    strange: (Found, Given),
}

/// A subject with its names exchanged, and what came of names beside it.
struct Turned<F, G> {
    subject: PersonSubject,
    order: Order<F, G>,
}

impl<F: Default, G: Default> Turned<F, G> {
    /// Nothing where a name is missing.
    fn of(subject: &PersonSubject) -> Option<Self> {
        let Divided { given, family } = exchanged(subject.given.text(), subject.family.text())?;
        let subject = subject.named(given, family);
        let strange = strange(&subject);
        let order = Order { level: Level::Swapped, family: F::default(), given: G::default(), strange };
        Some(Self { subject, order })
    }
}

/// A name of a record, known by `K`.
#[derive(Clone, Copy)]
pub(super) struct Met<K> {
    pub(super) name: K,
    /// What is known of it beforehand, so that it need not be read.
    pub(super) apart: Apart,
}

impl<K> Met<K> {
    fn is_strange(&self) -> bool {
        self.adds_nothing() && self.apart.from_family
    }

    /// Whether it differs from the subject's given names and adds nothing to them.
    fn adds_nothing(&self) -> bool {
        self.apart.from_given && !self.apart.goes_on
    }
}

/// A way in which a record names its person, given names first.
pub(super) type Form<K> = (Met<K>, Met<K>);

pub(super) type Parts = [Part; 4];

/// Bits by which a first letter says less beside a family name at most. Names go with each other, letters hardly do: a letter is shared
/// by names of every tradition. Judged: in one tradition a letter begins twice as many names as in all at most, as a rule.
pub(super) const INITIAL_TIE_MAX: f64 = 1.0;

const NONE: Parts = [Part { field: Field::Order, level: Level::Missing, weight: 0.0 }; 4];

impl<'s, F: Default, G: Default, B: Default, C: Default> Names<'s, F, G, B, C> {
    pub(super) fn new(subject: &'s PersonSubject) -> Self {
        let strange = strange(subject);
        let order = |level| Order { level, family: F::default(), given: G::default(), strange };
        let (usual, exchanged) = (order(Level::Missing), order(Level::Swapped));
        let parts = |level, place| together(subject, (level, place), strange.0, strange.1);
        let strange = better(parts(usual.level, Place::Given), parts(exchanged.level, Place::Family));
        Self {
            subject,
            usual,
            exchanged,
            turned: None,
            both: B::default(),
            across: Default::default(),
            strange,
            divided: None,
        }
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
        B: Recall<K, Parts>,
        C: Memo<K, Crossing>,
    {
        let Some(own) = forms.next().map(|form| self.form(form, text)) else { return NONE };
        forms.fold(own, |best, form| better(best, self.alias(form, text)))
    }

    /// As [`Self::form`], of a name that the record has besides its own: the more names, the likelier one fits by chance.
    fn alias<'n, K: Copy>(&mut self, form: Form<K>, text: &impl Fn(K) -> &'n str) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
        B: Recall<K, Parts>,
        C: Memo<K, Crossing>,
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
        B: Recall<K, Parts>,
        C: Memo<K, Crossing>,
    {
        if given.is_strange() && family.is_strange() {
            return self.strange;
        }
        if let Some(found) = self.both.recall((given.name, family.name)) {
            return found;
        }
        let found = self.compared((given, family), text);
        self.both.keep((given.name, family.name), found);
        found
    }

    /// As [`Self::form`], of names that may have to do with the subject's.
    fn compared<'n, K: Copy>(&mut self, (given, family): Form<K>, text: &impl Fn(K) -> &'n str) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
        C: Memo<K, Crossing>,
    {
        let subject = self.subject;
        let usual = self.usual.parts(subject, (family, Place::Family), (given, Place::Given), text);
        let found = |part: &Part| matches!(part.level, Level::Exact | Level::Nickname | Level::Typo);
        let names = usual.iter().filter(|part| matches!(part.field, Field::Family | Field::Given));
        let best = match names.filter(|part| found(part)).count() {
            2 => return usual,
            1 => usual,
            _ => {
                let exchanged =
                    self.exchanged.parts(subject, (given, Place::Given), (family, Place::Family), text);
                let best = better(usual, exchanged);
                if given.apart.from_family || family.apart.from_given {
                    best
                } else {
                    self.turned((given, family), text).map_or(best, |turned| better(best, turned))
                }
            }
        };
        if !self.crosses((given, family), text) {
            return best;
        }
        let divided = self.divided(text(given.name), text(family.name));
        divided.map_or(best, |divided| better(best, divided))
    }

    /// Where it is the subject whose names are exchanged: what stands for its family name are given names then, with nicknames,
    /// initials and further ones. Only where both agree so: a name that is known to be apart need not be read for that.
    #[cold]
    fn turned<'n, K: Copy>(&mut self, (given, family): Form<K>, text: &impl Fn(K) -> &'n str) -> Option<Parts>
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let subject = self.subject;
        let turned = match &mut self.turned {
            Some(turned) => turned,
            none => none.insert(Turned::of(subject)?),
        };
        let read = |met: Met<K>| Met { name: met.name, apart: Apart::default() };
        let (family, given) = ((read(family), Place::Family), (read(given), Place::Given));
        let parts = turned.order.parts(&turned.subject, family, given, text);
        let mut names = parts.iter().filter(|part| matches!(part.field, Field::Family | Field::Given));
        names.all(|part| agrees(part.level)).then_some(parts)
    }

    /// Whether all names are single words: the boundary between them stands where it does.
    #[inline]
    pub(super) fn are_words<K>(&self, (given, family): &Form<K>) -> bool {
        let (own_given, own_family) = (&self.subject.given, &self.subject.family);
        let words = own_given.tokens().len() <= 1 && own_family.tokens().len() <= 1;
        words && given.apart.is_word && family.apart.is_word
    }

    /// Whether the boundary of given and family name may stand elsewhere.
    pub(super) fn crosses<'n, K: Copy>(&mut self, form: Form<K>, text: &impl Fn(K) -> &'n str) -> bool
    where
        C: Memo<K, Crossing>,
    {
        if self.are_words(&form) {
            return false;
        }
        let (given, family) = form;
        let (own_given, own_family) = (&self.subject.given, &self.subject.family);
        // A name of which no word stands in the subject's in the other place need not be read.
        let across = |memo: &mut C, met: Met<K>, is_apart: bool, own, other| match is_apart {
            true => Crossing::none(own, met.apart.is_word),
            false => memo.get(met.name, || Crossing::of(own, text(met.name), other)),
        };
        let apart = (family.apart.from_given, given.apart.from_family);
        let family = across(&mut self.across.0, family, apart.0, own_family, own_given);
        family.with(across(&mut self.across.1, given, apart.1, own_given, own_family))
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
    let (first, mut further) = self::given(subject, given);
    // Divided otherwise, names go on or end as they are divided.
    if matches!(further.level, Level::OneSided | Level::Neither) {
        (further.level, further.weight) = (Level::Missing, 0.0);
    }
    together(subject, (Level::Part, Place::Given), self::family(subject, family), (first, further))
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
        let tie = tie(subject, given_seen, family_seen);
        let tie = if given.level == Level::Initial { tie.min(INITIAL_TIE_MAX) } else { tie };
        given.weight = (given.weight - tie).max(0.0);
    }
    if agrees(given.level) && further.level == Level::Exact && further.weight > 0.0 {
        further.weight = (further.weight - tie_of_further(subject, place, family, (given, further))).max(0.0);
    }
    if given.level == Level::Differ {
        further.weight = further.weight.min(FURTHER_BITS_BESIDE_ANOTHER);
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
    ) -> Parts
    where
        F: Memo<K, Found>,
        G: Memo<K, Given>,
    {
        let (mut family, mut given) = self.strange;
        if !for_family.apart.from_family {
            let find_out = || self::family(subject, (text(for_family.name), family_place));
            family = self.family.get(for_family.name, find_out);
        }
        if !for_given.adds_nothing() {
            let find_out = || self::given(subject, (text(for_given.name), given_place));
            given = self.given.get(for_given.name, find_out);
        }
        together(subject, (self.level, given_place), family, given)
    }
}

fn total(parts: &Parts) -> f64 {
    parts.iter().map(|part| part.weight).sum()
}

/// Bits by which a further given name says less because it goes with the other names: they have told the tradition that it follows. Both
/// lifts are estimates, and the larger of two is too large as a rule.
fn tie_of_further(
    subject: &PersonSubject,
    place: Place,
    family: Found,
    (given, further): (Found, Further),
) -> f64 {
    let counts = subject.confidence.counts();
    let of_family = match place {
        Place::Given if agrees(family.level) => counts.lift(further.seen, family.seen),
        _ => 1.0,
    };
    let of_given = |first| counts.lift_of_given(first, further.seen);
    let of_given = of_given(subject.seen.given).max(of_given(given.seen)).log2();
    if of_family > 1.0 { (of_family.log2() + of_given) / 2.0 } else { of_given }
}

/// Bits by which two names that go together say less than each alone: by the subject's names or by the record's.
fn tie(subject: &PersonSubject, given: Seen, family: Seen) -> f64 {
    let counts = subject.confidence.counts();
    subject.lift.max(counts.lift(given, family)).log2()
}
