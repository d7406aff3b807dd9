//! The most that a record can weigh for one subject, from its facts and then from what is cheaply known of its names.

use super::Weigher;
use super::most::{ByNames, Glimpse, Most, Placed, together};
use crate::person::facts::Facts;
use crate::person::frequency::{Borne, Place};
use crate::person::names::NumberedName;
use crate::person::subject::PersonSubject;

/// Tells it for one subject.
pub(in crate::person) struct Bounds<'s> {
    most: Most<'s>,
}

impl<'s> Bounds<'s> {
    /// Ready to tell it for `subject`.
    pub(in crate::person) fn of(subject: &'s PersonSubject) -> Self {
        Self { most: Most::of(subject) }
    }

    /// The most that `weigher` gives for facts of a record beside names that agree so.
    pub(in crate::person) fn of_facts(&self, weigher: &Weigher<'_>, facts: Facts) -> ByNames {
        weigher.known.most(facts)
    }

    /// The most that it gives for a record of which this is the most of its facts, whatever its names are.
    pub(in crate::person) fn by_facts(&self, facts: &ByNames) -> f64 {
        together(facts, self.most.any())
    }

    /// What is known of a name of a record that stands there and that so many bear.
    pub(in crate::person) fn placed(
        &self,
        weigher: &Weigher<'_>,
        NumberedName { number: name, marks }: NumberedName,
        borne: Borne,
        place: Place,
    ) -> Placed {
        let (apart, same) = (weigher.strangers.apart(marks), weigher.strangers.same(marks));
        self.most.placed(Glimpse { name, marks, apart, same, borne }, place)
    }

    /// The most that `weigher` gives where the record has this given and this family name, and no others.
    pub(in crate::person) fn by_names<'n>(
        &self,
        weigher: &mut Weigher<'_>,
        facts: &ByNames,
        [given, family]: [&Placed; 2],
        text: &impl Fn(u32) -> &'n str,
    ) -> f64 {
        let form = (given.met(), family.met());
        let crosses = !weigher.names.are_words(&form)
            && weigher.strangers.may_cover([given.glimpse.marks, family.glimpse.marks])
            && weigher.names.crosses(form, text);
        together(facts, &self.most.of_own(given, family, crosses))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;
    use model::probe::{Born, PersonProbe};
    use model::vocabulary::DobPrecision;
    use proptest::prelude::*;

    use super::Bounds;
    use crate::person::frequency::Place;
    use crate::person::{
        Confidence, Facts, NameCounter, NameTable, PersonRecord, PersonSubject, RawPerson, Weigher, Weights,
    };

    fn word() -> impl Strategy<Value = String> {
        let known = [
            "stephen",
            "stephan",
            "stehpen",
            "stevens",
            "steve",
            "catherine",
            "kathryn",
            "katherin",
            "kate",
            "jon",
            "john",
            "jonathan",
            "smith",
            "smyth",
            "smithson",
            "khalifa",
            "alkhalifa",
            "singh",
            "abdul",
            "abdel",
            "hamid",
            "abdulhamid",
            "johnsmith",
            "katelee",
            "o",
            "lee",
            "leigh",
            "le",
            "jhn",
            "singg",
            "j",
            "k",
            "bell",
            "bel",
        ];
        prop_oneof![3 => prop::sample::select(known.map(str::to_owned).to_vec()), 1 => "[aknt]{2,5}"]
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![3 => word(), 1 => (word(), word()).prop_map(|(a, b)| format!("{a} {b}")), 1 => Just(String::new())]
    }

    proptest! {
        #[test]
        fn nothing_weighs_more_than_its_most(
            asked in (name(), name()),
            held in prop::collection::vec(((name(), name()), 0..4_u32, 1..5_i16, prop::sample::select(DobPrecision::ALL)), 1..30),
            more in 0..60_u32,
            vague in any::<bool>(),
        ) {
            let day = date(1984, 3, 2);
            let probe = PersonProbe {
                given_names: asked.0,
                family_name: asked.1,
                dob: (!vague).then_some(day),
                born: vague.then_some(Born { from: day.first_of_month(), to: day.last_of_month() }),
                ..PersonProbe::default()
            };
            let Ok(subject) = PersonSubject::try_from(&probe) else { return Ok(()) };
            let records: Vec<(PersonRecord, u32)> = held.iter().map(|((given_names, family_name), times, year, precision)| {
                let (dob, dob_precision) = (Some(date(1982 + year, 3, 2)), Some(*precision));
                let raw = RawPerson { given_names, family_name, dob, dob_precision, ..RawPerson::default() };
                (PersonRecord::read(&raw), *times)
            }).collect();
            let mut counter = NameCounter::new();
            for (record, times) in &records {
                (0..*times).for_each(|_| counter.add(record.view()));
            }
            let others = RawPerson { given_names: "Ann May", family_name: "Bell", ..RawPerson::default() };
            let others = PersonRecord::read(&others);
            (0..more).for_each(|_| counter.add(others.view()));
            let confidence = Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000));
            let subject = subject.under(&confidence);
            let (bounds, mut weigher, mut table) = (Bounds::of(&subject), Weigher::new(&subject), NameTable::new());
            for (record, _) in &records {
                let facts = Facts::of(record.view());
                let forms: Vec<_> = record.name_forms().map(|form| {
                    [form.given, form.family].map(|name| {
                        let number = table.number(name).unwrap();
                        (table.numbered(number), confidence.counts().borne(name))
                    })
                }).collect();
                let text = |number: u32| table.name(number);
                let bits = weigher.weigh(forms.iter().map(|form| form.map(|name| name.0)), facts, text);
                let of_facts = bounds.of_facts(&weigher, facts);
                let most = bounds.by_facts(&of_facts);
                prop_assert!(bits <= most, "{bits} of {most} by facts");
                for [given, family] in forms {
                    let given = bounds.placed(&weigher, given.0, given.1, Place::Given);
                    let family = bounds.placed(&weigher, family.0, family.1, Place::Family);
                    let most = bounds.by_names(&mut weigher, &of_facts, [&given, &family], &text);
                    prop_assert!(bits <= most, "{bits} of {most} by names");
                }
            }
        }
    }
}
