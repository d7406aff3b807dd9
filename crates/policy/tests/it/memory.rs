//! A policy that remembers decides as one that does not, whatever was asked before.

use model::probe::{IdentifierProbe, PartialProbe};
use model::vocabulary::{DisclosureMark, Provenance, ThreatCategory};
use model::{
    Ask, Dataset, Granularity, IdentifierKind, Label, LabelId, LabelTable, Probe, Purpose, Question, Search,
};
use policy::{Bundle, Policy};
use proptest::prelude::*;

use crate::support::{authorise, files, ordinary, person, question, sample, tabulation};

/// What a permit or denial says, as text.
fn told(policy: &Policy, asked: &Question, labels: &LabelTable) -> String {
    match authorise(policy, asked, labels) {
        Ok(permit) => {
            let of = |id: u32| (permit.rungs_of(LabelId(id)), permit.may_count(LabelId(id)));
            let terms: Vec<_> = (0..8).map(of).collect();
            format!("{:?} {terms:?} {:?} {:?}", permit.rung(), permit.protection(), permit.policies())
        }
        Err(denial) => format!("{:?} {:?}", denial.code, denial.policies),
    }
}

fn tables() -> Vec<LabelTable> {
    let provenances = [Provenance::Open, Provenance::Police, Provenance::Sensitive];
    let marks = [DisclosureMark::Disclose, DisclosureMark::Refer, DisclosureMark::Silent];
    let label = |provenance, disclosure_mark, threat_category| Label {
        provenance,
        disclosure_mark,
        threat_category,
        ..ordinary(Dataset::Person)
    };
    let first: Vec<Label> =
        provenances.iter().map(|&p| label(p, DisclosureMark::Disclose, ThreatCategory::Fraud)).collect();
    let second: Vec<Label> =
        marks.iter().map(|&m| label(Provenance::Police, m, ThreatCategory::Drugs)).collect();
    let reversed: Vec<Label> = first.iter().rev().cloned().collect();
    [first, second, reversed].into_iter().map(LabelTable::from).collect()
}

/// What a search is for.
#[derive(Debug, Clone, Copy)]
enum About {
    Person,
    Mark,
    HalfAMark,
}

fn search(about: About, granularity: Granularity) -> Ask {
    let mark = || "AB12 CDE".to_owned();
    let kind = IdentifierKind::Vrm;
    let probe = match about {
        About::Person => return person(granularity),
        About::Mark => Probe::Identifier(IdentifierProbe { kind, value: mark() }),
        About::HalfAMark => Probe::Partial(PartialProbe { kind, pattern: mark(), make: None, colour: None }),
    };
    Ask::Search(Search { probe, granularity })
}

fn asked(asker: &str, purpose: usize, operation: &str, rung: Option<(usize, About)>) -> Question {
    let ask = match rung {
        Some((rung, about)) => search(about, Granularity::ALL[rung]),
        None => tabulation(Dataset::Person, &["sex"], &["count"]),
    };
    Question {
        asker: format!("spiffe://bluelamp/force/{asker}/analyst/7").parse().unwrap(),
        purpose: Purpose::ALL[purpose],
        operation: operation.parse().unwrap(),
        ..question(ask)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_policy_that_remembers_decides_as_one_that_does_not(
        force in prop::sample::select(vec!["mps", "colp", "btp"]),
        questions in prop::collection::vec(
            (prop::sample::select(vec!["rocta", "mps", "narnia"]), 0usize..6,
             prop::sample::select(vec!["Op One", "Op Two"]), prop::option::of((0usize..5, prop::sample::select(vec![About::Person, About::Mark, About::HalfAMark]))),
             0usize..3),
            1..8,
        ),
    ) {
        let files = sample(force);
        let compile = || Policy::new(Bundle::compile(&files).unwrap(), String::new());
        let remembering = compile();
        let tables = tables();
        for (asker, purpose, operation, rung, table) in questions {
            let asked = asked(asker, purpose, operation, rung);
            prop_assert_eq!(
                told(&remembering, &asked, &tables[table]),
                told(&compile(), &asked, &tables[table])
            );
        }
    }
}

#[test]
fn an_operation_that_a_policy_mentions_is_never_confused_with_another() {
    let policies =
        "@id(\"one\") permit (principal, action, resource) when { context.operation == \"Op One\" };";
    let policy = Policy::new(Bundle::compile(&files(policies, &[])).unwrap(), String::new());
    let labels = &tables()[0];
    let asked = |operation| asked("rocta", 1, operation, Some((2, About::Person)));
    for _ in 0..2 {
        assert!(authorise(&policy, &asked("Op One"), labels).is_ok());
        assert!(authorise(&policy, &asked("Op Two"), labels).is_err());
    }
}

#[test]
fn what_is_known_in_part_is_never_confused_with_the_whole() {
    let policies = "@id(\"all\") permit (principal, action, resource);\n\
        @id(\"whole\") forbid (principal, action == Action::\"ask\", resource) when { context.known == \"part\" };";
    let policy = Policy::new(Bundle::compile(&files(policies, &[])).unwrap(), String::new());
    let labels = &tables()[0];
    let asked = |about| asked("rocta", 1, "Op One", Some((2, about)));
    for _ in 0..2 {
        assert!(authorise(&policy, &asked(About::Mark), labels).is_ok());
        assert!(authorise(&policy, &asked(About::HalfAMark), labels).is_err());
    }
}

/// An epoch with other records has other labels under the same numbers.
#[test]
fn what_was_decided_over_other_labels_is_not_given_out() {
    let compile = || Policy::new(Bundle::compile(&sample("mps")).unwrap(), String::new());
    let remembering = compile();
    let asked = asked("rocta", 1, "Op One", Some((4, About::Person)));
    let tables = tables();
    for table in [&tables[0], &tables[1], &tables[2], &tables[0]] {
        assert_eq!(told(&remembering, &asked, table), told(&compile(), &asked, table));
    }
    assert_ne!(told(&remembering, &asked, &tables[0]), told(&remembering, &asked, &tables[1]));
}
