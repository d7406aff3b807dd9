//! Which two records share a feature, and by what: one function, many cases.

use linkage::person::{PersonRecord, RawPerson, SAME_FEATURES_MAX, same_features};
use model::SameBy;
use model::vocabulary::DobPrecision;
use proptest::prelude::*;

fn record(name: &str, dob: &str, precision: DobPrecision, aliases: &[&str]) -> PersonRecord {
    let (given, family) = name.split_once('/').unwrap();
    PersonRecord::read(&RawPerson {
        given_names: given,
        family_name: family,
        aliases,
        dob: dob.parse().ok(),
        dob_precision: Some(precision),
        ..RawPerson::default()
    })
}

/// The strongest feature that two records share.
fn shared(one: &PersonRecord, other: &PersonRecord) -> Option<SameBy> {
    let others = same_features(other.view());
    same_features(one.view()).into_iter().filter(|of| others.contains(of)).map(|(by, _)| by).min()
}

#[test]
fn records_of_one_person_share_a_feature() {
    use SameBy::{Name, Sound};
    let of = |name, dob| record(name, dob, DobPrecision::Day, &[]);
    for (one, other, wanted) in [
        ("Andrew/Featherstone", "Andrew/Featherstone", Some(Name)),
        ("Andrew/Featherstone", "FEATHERSTONE/Andrew", Some(Name)),
        ("Andrew/Featherstone", "Andy/Featherstone", Some(Name)),
        ("Andrew James/Featherstone", "Andrew P/Featherstone", Some(Name)),
        ("A Andrew/Featherstone", "Andrew/Featherstone", Some(Name)),
        ("José/Müller", "Jose/Muller", Some(Name)),
        ("Jan/van der Berg", "Jan/Berg", Some(Name)),
        ("Mary/Smith-Jones", "Mary/Smith Jones", Some(Name)),
        ("Andrew/Featherstone", "Andrew/Fetherston", Some(Sound)),
        ("Mohammed/Hussain", "Muhammad/Hussein", Some(Sound)),
        ("Stephen/Clarke", "Steven/Clark", Some(Sound)),
        ("Andrew/Featherstone", "Simon/Featherstone", None),
        ("Andrew/Featherstone", "Andrew/Waterhouse", None),
        ("A/Featherstone", "A/Featherstone", None),
        ("/Featherstone", "/Featherstone", None),
        ("Andrew/", "Andrew/", None),
    ] {
        let (a, b) = (of(one, "1971-06-14"), of(other, "1971-06-14"));
        assert_eq!(shared(&a, &b), wanted, "{one} {other}");
        assert_eq!(shared(&b, &a), wanted, "{other} {one}");
        assert_eq!(shared(&a, &of(other, "1971-06-15")), None, "{one} {other} a day apart");
    }
}

#[test]
fn without_a_day_of_birth_there_is_nothing_to_compare() {
    for (dob, precision) in [
        ("", DobPrecision::Day),
        ("1971-01-01", DobPrecision::Day),
        ("1971-06-14", DobPrecision::Month),
        ("1971-06-14", DobPrecision::Year),
        ("1971-06-14", DobPrecision::Estimated),
    ] {
        assert_eq!(
            same_features(record("Andrew/Stone", dob, precision, &[]).view()),
            [],
            "{dob} {precision}"
        );
    }
}

#[test]
fn an_alias_is_as_good_as_a_name() {
    let one = record("Olek/Kowalski", "1971-06-14", DobPrecision::Day, &["Andrew Stone"]);
    let other = record("Andrew/Stone", "1971-06-14", DobPrecision::Day, &[]);
    assert_eq!(shared(&one, &other), Some(SameBy::Name));
}

proptest! {
    #[test]
    fn features_are_few_and_given_and_family_name_may_change_places(
        given in "[a-z]{3,12}", family in "[a-z]{3,12}",
        aliases in prop::collection::vec("[A-Za-z, ]{0,20}", 0..6), day in 1u8..29,
    ) {
        let dob = format!("1971-06-{day:02}");
        let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
        let of = |name: String, aliases: &[&str]| {
            same_features(record(&name, &dob, DobPrecision::Day, aliases).view())
        };
        let features = of(format!("{given}/{family}"), &aliases);
        prop_assert_eq!(&features, &of(format!("{given}/{family}"), &aliases));
        for by in SameBy::ALL {
            prop_assert!(features.iter().filter(|(of, _)| *of == by).count() <= SAME_FEATURES_MAX);
        }
        prop_assert!(features.iter().all(|feature| features.iter().filter(|f| *f == feature).count() == 1));
        let (one, other) = (of(format!("{given}/{family}"), &[]), of(format!("{family}/{given}"), &[]));
        let by_sound = |of: &&(SameBy, Vec<u8>)| of.0 == SameBy::Sound;
        if let Some(spelled) = one.iter().find(by_sound) {
            prop_assert!(other.contains(spelled));
        }
    }
}
