//! What must hold for any text: no panic, stable normal forms, and scores that evidence moves the right way.
//! Names are drawn from real shapes as well as from arbitrary characters.

use jiff::civil::{Date, date};
use linkage::identifier::Identifier;
use linkage::name::{family_name, given_names};
use linkage::organisation::{OrganisationRecord, OrganisationSubject, RawOrganisation, organisation_name};
use linkage::person::{
    Field, Level, PROBE_KEYS_MAX, PersonRecord, PersonSubject, RECORD_KEYS_MAX, RawPerson, compare,
    probe_keys, record_keys,
};
use linkage::postcode::Postcode;
use linkage::{Subject, organisation};
use model::probe::{OrganisationProbe, PersonProbe};
use model::vocabulary::{DobPrecision, Sex};
use model::{IdentifierKind, Probe};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{1,11}",
        "[A-Z][a-z]{1,8}[- ][A-Z][a-z]{1,8}",
        "(O'|Mc|Mac |van der |De |al-)[A-Z][a-z]{1,8}",
        "[\\p{Latin}]{2,10}",
        "(Smith|Jones|Mohammed|Wei|Bill|Kate|Alex|Nguyen|Khan)",
    ]
    .prop_filter("a remark such as NK, not known, is no name", |name| !given_names(name).is_empty())
}

/// Names of few letters, so that two drawn apart are often a slip, a part or a sound away from each other.
fn near_name() -> impl Strategy<Value = String> {
    prop_oneof!["[aeknt]{1,9}", "[ant]{1,5}[- ][ant]{1,5}( [ant]{1,3})?", "(van |al )?[ant]{2,6}"]
}

fn dob() -> impl Strategy<Value = Date> {
    (0_i32..40_000).prop_map(|days| date(1920, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\PC{0,40}", "[0-9A-Za-z /+().:@-]{0,40}", "[a-z]{0,300}"]
}

fn probe(given: &str, family: &str, dob: Option<Date>, postcode: Option<&str>) -> PersonProbe {
    PersonProbe {
        given_names: given.to_owned(),
        family_name: family.to_owned(),
        dob,
        postcode: postcode.map(str::to_owned),
        sex: Some(Sex::Female),
        ..PersonProbe::default()
    }
}

fn subject(given: &str, family: &str, dob: Option<Date>, postcode: Option<&str>) -> Option<PersonSubject> {
    PersonSubject::try_from(&probe(given, family, dob, postcode)).ok()
}

fn record(given: &str, family: &str, dob: Option<Date>, postcode: Option<&str>) -> PersonRecord {
    PersonRecord::read(&RawPerson {
        given_names: given,
        family_name: family,
        aliases: &[],
        dob,
        dob_precision: Some(DobPrecision::Day),
        sex: Some(Sex::Female),
        nationality: Some("Eritrean"),
        postcode,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_a_parser_panic(raw in text(), other in text()) {
        for &kind in IdentifierKind::ALL {
            if let Ok(identifier) = Identifier::parse(kind, &raw) {
                prop_assert!(!identifier.value().is_empty());
                prop_assert!(Identifier::of_record(kind, &raw).is_some_and(|r| !r.failed_check));
            }
            Identifier::of_record(kind, &raw);
        }
        let _ = Postcode::parse(&raw);
        let aliases = [raw.as_str(), other.as_str()];
        let person = PersonRecord::read(&RawPerson {
            given_names: &raw, family_name: &other, aliases: &aliases, postcode: Some(&raw), ..RawPerson::default()
        });
        prop_assert!(record_keys(&person).len() <= RECORD_KEYS_MAX);
        if let Some(subject) = subject(&other, &raw, None, None) {
            compare(&subject, &person).probability(0.01);
            probe_keys(&subject);
        }
        let probe = OrganisationProbe { name: raw.clone(), postcode: None };
        let stored = OrganisationRecord::read(&RawOrganisation { name: &other, aliases: &aliases, postcode: Some(&raw) });
        organisation::record_keys(&stored);
        if let Ok(subject) = OrganisationSubject::try_from(&probe) {
            organisation::compare(&subject, &stored).probability(0.01);
        }
        let _ = Subject::try_from(&Probe::Organisation(probe));
    }

    #[test]
    fn a_normal_form_stays_as_it_is(raw in prop_oneof![text(), name(), "((o|mc|mac|d|st|mr|haji|jr|nee|de|ltd|the)[ .']?){0,6}[a-z01258]{0,6}"]) {
        for normalise in [given_names, family_name, organisation_name] {
            let once = normalise(&raw);
            prop_assert_eq!(normalise(&once), once.clone());
        }
        if let Ok(postcode) = Postcode::parse(&raw) {
            prop_assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode.clone()));
        }
    }

    #[test]
    fn the_shortest_names_meet(given in "[A-Z]|Al|X Y", family in "[A-Z]|Ng|O", dob in dob()) {
        let stored = record_keys(&record(&given, &family, Some(dob), None));
        let meet = |probe: Option<PersonSubject>| probe.is_none_or(|p| probe_keys(&p).iter().any(|key| stored.contains(key)));
        prop_assert!(meet(subject(&given, &family, Some(dob), None)));
        prop_assert!(meet(subject(&given, &family, None, None)));
        prop_assert!(meet(subject("", &family, Some(dob), None)));
        prop_assert!(meet(subject("", &family, None, None)));
    }

    #[test]
    fn a_record_finds_itself(given in name(), family in name(), dob in dob()) {
        let stored = record(&given, &family, Some(dob), Some("SW1A 1AA"));
        let full = subject(&given, &family, Some(dob), Some("SW1A 1AA")).unwrap();
        prop_assert!(compare(&full, &stored).probability(1e-6).value() > 0.95);
        let undated = record(&given, &family, None, None);
        // Every choice of evidence that a probe may make of it, given and family name in either place.
        for bits in 0..32_u8 {
            let has = |bit: u8| bits & (1 << bit) != 0;
            let mut names = (if has(0) { &*given } else { "" }, if has(1) { &*family } else { "" });
            // Exchanged are two names: one alone, or an initial for a family name, says too little to be misplaced.
            let exchanged = has(4) && has(0) && has(1);
            if exchanged && given_names(&given).len() > 1 && family_name(&family).len() > 1 {
                names = (names.1, names.0);
            }
            let dob = Some(dob).filter(|_| has(2));
            let postcode = has(3).then_some("SW1A 1AA");
            let Some(probe) = subject(names.0, names.1, dob, postcode) else { continue };
            let keys = probe_keys(&probe);
            prop_assert!(keys.len() <= PROBE_KEYS_MAX);
            prop_assert!(record_keys(&stored).iter().any(|key| keys.contains(key)), "{names:?} {dob:?} {postcode:?}");
            let by_name = !given_names(names.0).is_empty() && !family_name(names.1).is_empty();
            prop_assert!(!by_name || record_keys(&undated).iter().any(|key| keys.contains(key)), "{names:?}");
        }
    }

    #[test]
    fn evidence_that_agrees_never_lowers_a_score(given in name(), second in name(), family in name(), dob in dob()) {
        let given = format!("{given} {second}");
        let stored = record(&given, &family, Some(dob), Some("M1 1AE"));
        let first = given_names(&given);
        let first = first.split(' ').next().unwrap_or_default();
        let steps = [
            subject("", &family, None, None),
            subject(first, &family, None, None),
            subject(&given, &family, None, None),
            subject(&given, &family, Some(dob), None),
            subject(&given, &family, Some(dob), Some("M1")),
            subject(&given, &family, Some(dob), Some("M1 1AE")),
            PersonSubject::try_from(&PersonProbe {
                nationality: Some("ERI".to_owned()),
                ..probe(&given, &family, Some(dob), Some("M1 1AE"))
            })
            .ok(),
        ];
        let bits: Vec<f64> = steps.iter().flatten().map(|s| compare(s, &stored).weight_bits).collect();
        prop_assert!(bits.is_sorted(), "{:?}", bits);
    }

    #[test]
    fn names_compare_the_same_both_ways(
        (a, b, c, d) in prop_oneof![(name(), name(), name(), name()), (near_name(), near_name(), near_name(), near_name())]
    ) {
        // A remark such as `Nk`, not known, is no name to look for.
        prop_assume!([&a, &b, &c, &d].iter().all(|name| !given_names(name).is_empty()));
        let level = |x: (&str, &str), y: (&str, &str), field| {
            compare(&subject(x.0, x.1, None, None).unwrap(), &record(y.0, y.1, None, None)).level(field)
        };
        for (x, y) in [((&*a, &*c), (&*b, &*c)), ((&*a, &*b), (&*a, &*d)), ((&*a, &*b), (&*c, &*d))] {
            // Exchanged, one side's family name is weighed as such and the other's is not.
            let orders = [(x, y), (y, x)].map(|(x, y)| level(x, y, Field::Order));
            if orders.contains(&Level::Swapped) {
                continue;
            }
            // Divided otherwise, either side's boundary may be moved: the weight is the same, the levels may not be.
            if orders.contains(&Level::Part) {
                let bits = |x: (&str, &str), y: (&str, &str)| {
                    compare(&subject(x.0, x.1, None, None).unwrap(), &record(y.0, y.1, None, None)).weight_bits
                };
                prop_assert!((bits(x, y) - bits(y, x)).abs() < 1e-9, "{:?} {:?}", x, y);
                continue;
            }
            for field in [Field::Family, Field::Given, Field::Middle] {
                prop_assert_eq!(level(x, y, field), level(y, x, field), "{:?} {:?} {:?}", x, y, field);
            }
        }
        prop_assert_eq!(level((&a, &b), (&a, &b), Field::Family), Level::Exact);
    }
}
