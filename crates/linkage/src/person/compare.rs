//! Compares a subject with records: the best of a record's name forms, birth date, postcode, sex, nationality.
//! Candidates of one search share most of their names, so both comparers remember those they have met.

mod bounds;
mod glimpses;
mod household;
mod memo;
mod most;
mod names;
mod one;
mod regroup;

use model::vocabulary::{DobPrecision, Sex as SexWord};

use super::confidence::Bits;
use super::dob::{self, Written};
use super::facts::Facts;
use super::record::{NameForm, PersonRecord, PersonView};
use super::subject::PersonSubject;
use super::{Field, Level, NumberedName, Part, Score, born};
use crate::name::{Apart, Strangers};
use crate::postcode::Code;
pub(super) use bounds::Bounds;
pub(super) use glimpses::Glimpses;
use household::Agreed;
pub(super) use most::ByNames;
use names::{Met, NumberedNames, Parts, TextNames};

/// How well a record fits a subject.
pub fn compare(subject: &PersonSubject, record: &PersonRecord) -> Score {
    compare_view(subject, record.view())
}

/// How well a stored record fits a subject. For many records, [`Comparer`] is faster.
pub fn compare_view(subject: &PersonSubject, record: PersonView<'_>) -> Score {
    Comparer::new(subject).compare(record)
}

/// Compares one subject with many records.
pub struct Comparer<'s> {
    known: Known<'s>,
    names: TextNames<'s>,
}

impl<'s> Comparer<'s> {
    /// Ready to compare `subject`.
    pub fn new(subject: &'s PersonSubject) -> Self {
        Self { known: Known::of(subject), names: TextNames::new(subject) }
    }

    /// How well a record fits. The same as [`compare_view`], whatever was compared before.
    pub fn compare(&mut self, record: PersonView<'_>) -> Score {
        let met = |name| Met { name, apart: Apart::default() };
        let forms = record.name_forms().map(|NameForm { given, family }| (met(given), met(family)));
        let names = self.names.best(forms, &|name| name);
        Score::of(self.known.parts(names, Facts::of(record)))
    }
}

/// Weighs one subject against many records whose names are stored once each, under numbers.
pub struct Weigher<'s> {
    known: Known<'s>,
    names: NumberedNames<'s>,
    strangers: Strangers,
}

impl<'s> Weigher<'s> {
    /// Ready to weigh `subject`.
    pub fn new(subject: &'s PersonSubject) -> Self {
        let strangers = Strangers::of(&subject.given, &subject.family);
        Self { known: Known::of(subject), names: NumberedNames::new(subject), strangers }
    }

    /// [`Score::weight_bits`] of the comparison with a record, to the last bit. `forms` are the ways in which it names
    /// its person, each a given and a family name by number, and `text` tells a number's name.
    pub fn weigh<'n>(
        &mut self,
        forms: impl Iterator<Item = [NumberedName; 2]>,
        facts: Facts,
        text: impl Fn(u32) -> &'n str,
    ) -> f64 {
        let strangers = &self.strangers;
        let met = |name: NumberedName| Met { name: name.number, apart: strangers.apart(name.marks) };
        let forms = forms.map(|[given, family]| (met(given), met(family)));
        total(&self.known, self.names.best(forms, &text), facts)
    }

    /// The same of names that were looked at before, as far as they were.
    pub(super) fn weigh_glimpsed<'n>(
        &mut self,
        forms: impl Iterator<Item = [u32; 2]>,
        facts: Facts,
        text: impl Fn(u32) -> &'n str,
        glimpses: &mut Glimpses,
    ) -> f64 {
        let forms = forms.map(|names| glimpses.form(names));
        total(&self.known, self.names.best(forms, &text), facts)
    }
}

/// All that a record weighs of these names.
fn total(known: &Known<'_>, names: Parts, facts: Facts) -> f64 {
    let parts = known.parts(names, facts);
    let compared = parts.iter().filter(|part| part.level != Level::Missing);
    compared.fold(0.0, |sum, part| sum + part.weight)
}

/// What is compared with every record.
struct Known<'s> {
    subject: &'s PersonSubject,
    dob: Option<Written>,
    postcode: Option<Code>,
}

impl<'s> Known<'s> {
    fn of(subject: &'s PersonSubject) -> Self {
        let postcode = subject.postcode.as_ref().and_then(|postcode| Code::of(postcode.as_str()));
        Self { subject, dob: subject.dob.map(Written::of), postcode }
    }

    /// How a record's birth date agrees, and what that weighs.
    fn dob(&self, facts: Facts) -> (Level, f64) {
        let (subject, precision) = (self.subject, facts.dob_precision());
        let level = match subject.born {
            Some(born) => born::level(born, facts.dob(), precision),
            None => dob::level(self.dob, facts.written(), precision),
        };
        let vague = subject.born.is_some() || matches!(precision, DobPrecision::Month | DobPrecision::Year);
        match level {
            Level::Differ if vague => (level, subject.vague_dob_bits),
            level => (level, weight(&subject.dob_bits, level)),
        }
    }

    /// The parts of a score, those of the names being known.
    fn parts(&self, mut names: Parts, facts: Facts) -> [Part; 8] {
        let subject = self.subject;
        let (dob, dob_weight) = self.dob(facts);
        let known_as_family = names.iter().any(|part| part.field == Field::Family && agrees(part.level));
        let given = names.iter_mut().find(|part| part.field == Field::Given && agrees(part.level));
        let known_as_given = given.is_some();
        if let Some(given) = given.filter(|given| agrees(dob) && given.weight > 0.0) {
            given.weight = (given.weight - subject.fashion_bits).max(0.0);
        }
        let postcode = match (self.postcode, facts.code()) {
            (Some(probe), Some(record)) => probe.level(record),
            _ => Level::Missing,
        };
        let sex = sex_level(subject.sex, facts.sex());
        let sex_weight = match sex {
            // A given name that agrees has said it already.
            Level::Exact if known_as_given => 0.0,
            _ => subject.confidence.bits(Field::Sex, sex),
        };
        let (nation, nation_weight) = match subject.nation {
            Some(nation) => nation.compare(facts.nationality(), known_as_given, known_as_family),
            None => (Level::Missing, 0.0),
        };
        let mut postcode_weight = weight(&subject.postcode_bits, postcode);
        let [family, given, middle, order] = names;
        if postcode == Level::Exact && agrees(family.level) && family.weight > 0.0 {
            let given = given.weight + middle.weight;
            let all = family.weight + given + order.weight + dob_weight + sex_weight + nation_weight;
            let district = weight(&subject.postcode_bits, Level::OutwardKnown);
            let agreed = Agreed { given, dob: dob_weight, sex: sex_weight, all };
            postcode_weight =
                household::postcode_bits(&agreed, postcode_weight, district, subject.confidence.records());
        }
        [
            family,
            given,
            middle,
            order,
            Part { field: Field::Dob, level: dob, weight: dob_weight },
            Part { field: Field::Postcode, level: postcode, weight: postcode_weight },
            Part { field: Field::Sex, level: sex, weight: sex_weight },
            Part { field: Field::Nationality, level: nation, weight: nation_weight },
        ]
    }
}

fn weight(bits: &Bits, level: Level) -> f64 {
    bits.get(level as usize).copied().unwrap_or(0.0)
}

/// Whether a level speaks for one person rather than against.
fn agrees(level: Level) -> bool {
    !matches!(level, Level::Differ | Level::OffEstimate | Level::Missing)
}

fn sex_level(probe: Option<SexWord>, record: Option<SexWord>) -> Level {
    match (probe, record) {
        (Some(probe), Some(record)) if probe == record => Level::Exact,
        (Some(_), Some(_)) => Level::Differ,
        _ => Level::Missing,
    }
}
