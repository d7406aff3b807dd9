//! Questions walked through, as the custodian reads them.

use model::probe::Known;
use model::vocabulary::{Urgency, Vetting};
use model::{Dataset, Granularity, Purpose, Role, Standing};
use policy::situation::{self, Situation};
use policy::{Bundle, Policy, Walkthrough};

use crate::support::{self, files, sample};

fn situation(force: &str, purpose: Purpose, ask: model::Ask) -> Situation {
    Situation {
        force: force.parse().unwrap(),
        role: Role::Analyst,
        standing: Standing::default(),
        purpose,
        operation: None,
        legal_basis: None,
        urgency: None,
        delegated: false,
        hour: None,
        weekday: None,
        ask,
    }
}

fn search(word: &str) -> model::Ask {
    situation::search(word, Known::Whole, Granularity::Referral).unwrap().0
}

fn walk(policy: &Policy, situation: &Situation) -> Walkthrough {
    policy.walk_through(situation).unwrap()
}

#[test]
fn questions_to_the_sample_bundle() {
    let policy = Policy::new(Bundle::compile(&sample("mps")).unwrap(), String::new());
    let person = situation("rocta", Purpose::Investigation, search("person"));
    insta::assert_snapshot!("walk_search", walk(&policy, &person));
    let table = situation("kent", Purpose::Prevention, situation::table(Dataset::Event).unwrap());
    insta::assert_snapshot!("walk_table", walk(&policy, &table));
    insta::assert_snapshot!(
        "walk_refused",
        walk(&policy, &Situation { force: "kent".parse().unwrap(), ..person.clone() })
    );
    let pressing = Situation {
        purpose: Purpose::Penalties,
        urgency: Some(Urgency::ThreatToLife),
        standing: Standing { vetting: Some(Vetting::SecurityCheck), ..Standing::default() },
        ..person
    };
    insta::assert_snapshot!("walk_threat_to_life", walk(&policy, &pressing));
}

#[test]
fn kinds_of_records_are_those_that_policies_tell_apart() {
    /// Each kind of record as `names: rungs`, but for those that Bluelamp decides itself.
    fn check(policies: &str, expected: &[&str]) {
        let policy = support::policy(policies);
        let walk = walk(&policy, &situation("rocta", Purpose::Investigation, search("person")));
        let of_policies = walk.kinds.iter().filter(|kind| kind.class.before.is_none());
        let found: Vec<String> = of_policies
            .map(|kind| {
                let highest = kind.class.rungs.highest().map_or("nothing", Granularity::as_str);
                format!("{}: {highest}", kind.names.join("; "))
            })
            .collect();
        for kind in expected {
            assert!(found.iter().any(|found| found.contains(kind)), "{kind:?} is not in {found:#?}");
        }
    }
    let forbid = |condition: &str| {
        format!(
            "@id(\"all\") permit (principal, action, resource);\n@id(\"no\") forbid (principal, action == Action::\"search\", resource) when {{ {condition} }};"
        )
    };
    check(&forbid("resource.provenance == \"open\""), &["provenance open: nothing", "an ordinary record"]);
    check(
        &forbid("resource.provenance == \"open\" && resource.handling_code == \"C\""),
        &["handling_code C, provenance open: nothing"],
    );
    check(&forbid("resource.controller == \"kent\""), &["controller kent: nothing"]);
    check(&forbid("resource.dataset == \"event\""), &["dataset event: nothing"]);
    check(&forbid("resource has assessment"), &["assessment A"]);
    check(
        &forbid("context.hour < 8 || resource.subject_category == \"suspect\""),
        &["an ordinary record", "subject_category associate"],
    );
}

#[test]
fn what_cannot_be_asked_is_said() {
    let policy = Policy::new(Bundle::compile(&files(support::PERMIT_ALL, &[])).unwrap(), String::new());
    let plain = situation("rocta", Purpose::Detection, search("person"));
    for (wrong, part) in [
        (Situation { hour: Some(24), ..plain.clone() }, "hour = 24 must be 0 to 23"),
        (Situation { role: Role::Node, ..plain }, "only analysts"),
    ] {
        let why = policy.walk_through(&wrong).unwrap_err();
        assert!(why.contains(part), "{part:?} is not in {why:?}");
    }
    let why = situation::search("persn", Known::Whole, Granularity::Hit).unwrap_err();
    assert!(why.contains("did you mean \"person\"?"), "{why}");
}
