//! What an index weighs by numbers and marks is what the plain comparison finds, to the last bit, however names are related.

use std::sync::Arc;

use linkage::person::{
    Comparer, Confidence, Facts, NameCounter, NameTable, PersonRecord, PersonSubject, RawPerson, Weigher,
    Weights,
};
use model::probe::PersonProbe;
use proptest::prelude::*;

/// Names that are spellings, slips, short forms, parts and kin of each other more often than chance has it.
fn name() -> impl Strategy<Value = String> {
    let few = "[aeknt]{1,9}|[lmo][aeil]{1,4}n?";
    let begun =
        "(mac|mc|mag|o|al|el|abd|abdul|an|ur|ann)[aeknrt]{1,7}|[aeknt]{2,5}(ova|ski|ska|ine|a|e|o|son|y|ie)";
    let known = prop::sample::select(vec![
        "william",
        "bill",
        "liam",
        "will",
        "mohammed",
        "md",
        "muhammad",
        "john",
        "jon",
        "jonathan",
        "jack",
        "ian",
        "sean",
        "elizabeth",
        "liz",
        "beth",
        "izzy",
        "izzie",
        "alexander",
        "sasha",
        "smith",
        "smyth",
        "smythe",
        "zhang",
        "cheung",
        "macdonald",
        "mcdonald",
        "donald",
        "obrien",
        "brien",
        "oconnor",
        "khalifa",
        "alkhalifa",
        "husayn",
        "alhussein",
        "ivanov",
        "ivanova",
        "novak",
        "novakova",
        "featherstonehaugh",
        "patel",
        "wu",
        "li",
        "ng",
        "o",
        "j",
    ]);
    let known = known.prop_map(str::to_owned);
    let word =
        prop_oneof![4 => few, 2 => begun, 3 => known.clone(), 1 => "[a-z]{2,12}|[a-z0-9]{1,6}|[a-z]{28,34}"];
    prop_oneof![
        6 => word.clone(),
        2 => (word.clone(), known.clone()).prop_map(|(a, b)| format!("{a} {b}")),
        1 => (known, "van|al|de|abdul|singh", word).prop_map(|(a, b, c)| format!("{a} {b} {c}")),
        1 => Just(String::new()),
    ]
}

fn counted() -> Arc<Confidence> {
    let mut counter = NameCounter::new();
    for (given, family) in
        [("John", "Smith"), ("Mohammed", "Patel"), ("John", "Patel"), ("Ann", "Khalifa"), ("Tan", "Kent")]
    {
        for day in 1..=9 {
            let dob = jiff::civil::date(1984, 3, day);
            counter.add(
                PersonRecord::read(&RawPerson {
                    given_names: given,
                    family_name: family,
                    dob: Some(dob),
                    ..RawPerson::default()
                })
                .view(),
            );
        }
    }
    Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn marks_and_numbers_change_no_weight(
        asked in (name(), name()),
        held in prop::collection::vec((name(), name(), prop::option::of((name(), name()))), 1..40),
        known in any::<bool>(),
    ) {
        let probe = PersonProbe {
            given_names: asked.0,
            family_name: asked.1,
            dob: "1984-03-02".parse().ok(),
            ..PersonProbe::default()
        };
        let Ok(mut subject) = PersonSubject::try_from(&probe) else { return Ok(()) };
        if known {
            subject = subject.under(&counted());
        }
        let mut names = NameTable::new();
        let (mut weigher, mut comparer) = (Weigher::new(&subject), Comparer::new(&subject));
        for (given, family, alias) in &held {
            let alias = alias.as_ref().map(|(given, family)| format!("{family}, {given}"));
            let record = PersonRecord::read(&RawPerson {
                given_names: given,
                family_name: family,
                aliases: alias.as_deref().as_slice(),
                ..RawPerson::default()
            });
            let mut number = |name: &str| names.number(name).unwrap();
            let forms: Vec<_> = record.name_forms().map(|form| [number(form.given), number(form.family)]).collect();
            let weight = weigher.weigh(forms.into_iter().map(|form| form.map(|name| names.numbered(name))), Facts::of(record.view()), |number| names.name(number));
            let plain = comparer.compare(record.view()).weight_bits;
            prop_assert_eq!(weight.to_bits(), plain.to_bits(), "{} {}: {} for {}", given, family, weight, plain);
        }
    }
}
